import { storageBackends } from "../artefacts/collectorConfiguration";
import { collectorContainers, type CollectorContainer } from "../artefacts/collectorContainer";
import { mountedVolume } from "../artefacts/mountedFile";
import { type Container, podTemplates } from "../artefacts/podTemplate";
import { type Finding, limitsOf, type StackRule } from "../engine/rule";
import { at, elements, entries, isMapping, show, text, type Value } from "../engine/snapshot";

const durableVolumes = ["persistentVolumeClaim", "hostPath", "ephemeral", "csi", "nfs", "iscsi", "local"];

/** In dev nothing that is stored outlives its pod. */
export const storageVolatile: StackRule = {
  scope: "stack",
  name: "jaeger-storage-prohibit-disk",
  description:
    "In dev no volume outlives its pod, a store with files keeps them on a bounded volume in memory, and a store without ages ends with its container within the retention.",
  severity: "high",
  remediationSteps:
    "Use the memory store, or badger with its directories on an emptyDir with medium Memory and a sizeLimit.",
  *judge(stack) {
    const found = limitsOf(stack.environment);
    if ("problem" in found) {
      yield { message: `Where the stack keeps spans cannot be judged: ${found.problem}.` };
      return;
    }
    if (found.limits.storage !== "memory") return;
    for (const resource of stack.resources) {
      const { urn, title } = resource;
      if (resource.isKind("PersistentVolumeClaim", "PersistentVolume")) {
        yield { urn, message: `${title}: ${found.name} keeps nothing on disk. Remove it.` };
      }
      if (elements(resource.at("spec", "volumeClaimTemplates")).length > 0) {
        yield {
          urn,
          message: `${title}: spec.volumeClaimTemplates asks for disks; ${found.name} keeps nothing on disk.`,
        };
      }
      for (const template of podTemplates(resource)) {
        for (const volume of elements(template.spec.volumes)) {
          const kind = entries(volume).find(([key]) => durableVolumes.includes(key))?.[0];
          if (kind === undefined) continue;
          yield {
            urn,
            message: `${title}: the volume ${show(at(volume, "name"))} is a ${kind}; ${found.name} keeps nothing on disk.`,
          };
        }
      }
    }
    for (const collector of collectorContainers(stack)) {
      yield* judgeFiles(collector);
      yield* judgeAge(collector, found.limits.retentionDays);
    }
  },
};

function* judgeFiles(collector: CollectorContainer): Iterable<Finding> {
  const { configuration, owner, template, container, title } = collector;
  if ("problem" in configuration) return;
  for (const { place, type, settings } of storageBackends(configuration.document)) {
    if (type !== "badger") continue;
    for (const directory of badgerDirectories(settings)) {
      const volume =
        directory === undefined ? undefined : mountedVolume(template, container, directory)?.volume;
      if (at(volume, "emptyDir", "medium") === "Memory" && at(volume, "emptyDir", "sizeLimit") !== undefined)
        continue;
      yield {
        urn: owner.urn,
        message: `${title}: ${place} keeps files in ${show(directory)}, on ${isMapping(volume) ? show(volume) : "no volume"}. Mount an emptyDir with medium Memory and a sizeLimit there.`,
      };
    }
  }
}

// Jaeger's memory store forgets by number alone, so an idle one would keep a span for ever: the container has to end
// in time. Nothing in a Deployment says so but a liveness probe that cannot succeed and is not asked before then.
function* judgeAge(collector: CollectorContainer, days: number): Iterable<Finding> {
  const { configuration, owner, container, title } = collector;
  if ("problem" in configuration) return;
  if (!storageBackends(configuration.document).some(({ type }) => type === "memory")) return;
  const end = lifetimeSeconds(container);
  if (end !== undefined && end <= days * 24 * 60 * 60) return;
  yield {
    urn: owner.urn,
    message: `${title}: its memory store forgets nothing by age, and the container ${end === undefined ? "never ends" : `ends after ${end} seconds`}; at most ${days} days. Give it a liveness probe on a port below 1024 that nothing opens, with initialDelaySeconds just under ${days * 24 * 60 * 60} and failureThreshold 1.`,
  };
}

/** Seconds after which a liveness probe ends a container for certain; `undefined` if it might never. */
function lifetimeSeconds(container: Container): number | undefined {
  const probe = at(container.spec, "livenessProbe");
  const port = at(probe, "tcpSocket", "port");
  // Without capabilities a process cannot open a port below 1024, so the connection is refused for certain.
  const drops = elements(at(container.spec, "securityContext", "capabilities", "drop")).includes("ALL");
  const adds = elements(at(container.spec, "securityContext", "capabilities", "add")).length > 0;
  if (typeof port !== "number" || port < 1 || port >= 1024 || !drops || adds) return undefined;
  if ((at(probe, "tcpSocket", "host") ?? "") !== "") return undefined;
  const seconds = (name: string, byDefault: number): number => {
    const value = at(probe, name) ?? byDefault;
    return typeof value === "number" && value >= 0 ? value : Number.POSITIVE_INFINITY;
  };
  const rounds =
    seconds("failureThreshold", 3) * (seconds("periodSeconds", 10) + seconds("timeoutSeconds", 1));
  const end = seconds("initialDelaySeconds", 0) + rounds;
  return Number.isFinite(end) ? end : undefined;
}

// An ephemeral badger takes a folder of its own below the temporary directory.
function badgerDirectories(settings: Value | undefined): (string | undefined)[] {
  if (at(settings, "ephemeral") !== false) return ["/tmp"];
  return ["keys", "values"].map((name) => text(at(settings, "directories", name)));
}
