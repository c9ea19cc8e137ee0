import { storageBackends } from "../artefacts/collectorConfiguration";
import { collectorContainers } from "../artefacts/collectorContainer";
import { podTemplates } from "../artefacts/podTemplate";
import {
  cleanerImage,
  lifecycleDocuments,
  rolloverImage,
  rotationOf,
  type ToolContainer,
  toolContainers,
  variableIs,
} from "../artefacts/retention";
import { type Finding, limitsOf, type StackRule } from "../engine/rule";
import { at, elements, show, text, type Value } from "../engine/snapshot";
import { type Stack } from "../engine/stack";

/** Something removes old spans, and it is the thing that removes those that Jaeger writes. */
export const retentionEnforced: StackRule = {
  scope: "stack",
  name: "elasticsearch-retention-require-enforcement",
  description:
    "Staging has an index cleaner for every index prefix that Jaeger writes; production has a lifecycle policy that a pod can apply, and the rollover tool and Jaeger name one and the same policy.",
  severity: "high",
  remediationSteps:
    "Deploy the cleaner CronJob (staging), or the lifecycle policy and the rollover Job (production), with the prefix and the policy name of Jaeger's configuration.",
  *judge(stack) {
    const found = limitsOf(stack.environment);
    if ("problem" in found) {
      yield { message: `Whether the stack removes old spans cannot be judged: ${found.problem}.` };
      return;
    }
    const backends = elasticsearchBackends(stack);
    if (found.limits.retentionMechanism === "cleaner") yield* judgeCleaners(stack, backends, found.name);
    if (found.limits.retentionMechanism === "ilm") yield* judgeLifecycle(stack, backends, found.name);
  },
};

// The tool's own default, and what it applies where Jaeger (before 2.20) names no policy.
const defaultPolicy = "jaeger-ilm-policy";

interface Backend {
  readonly urn: string;
  readonly title: string;
  readonly settings: Value | undefined;
}

function elasticsearchBackends(stack: Stack): Backend[] {
  return collectorContainers(stack).flatMap(({ configuration, owner, title }) =>
    "problem" in configuration
      ? []
      : storageBackends(configuration.document)
          .filter(({ type }) => type === "elasticsearch")
          .map(({ settings, place }) => ({ urn: owner.urn, title: `${title}: ${place}`, settings })),
  );
}

// What is no text equals no prefix of a tool.
function prefixOf(backend: Backend): string {
  const prefix = at(backend.settings, "indices", "index_prefix") ?? "";
  return text(prefix) ?? show(prefix);
}

function toolsOf(stack: Stack, image: string, ...kinds: string[]): ToolContainer[] {
  return stack.ofKind(...kinds).flatMap((resource) => toolContainers(resource, image));
}

function* judgeCleaners(stack: Stack, backends: readonly Backend[], environment: string): Iterable<Finding> {
  const cleaners = toolsOf(stack, cleanerImage, "CronJob");
  if (cleaners.length === 0) {
    yield {
      message: `${environment} has no CronJob with ${cleanerImage}, so nothing removes old spans. Deploy it.`,
    };
  }
  for (const backend of backends) {
    const prefix = prefixOf(backend);
    if (
      cleaners.length === 0 ||
      cleaners.some(({ container }) => variableIs(container, "INDEX_PREFIX", prefix))
    ) {
      continue;
    }
    yield {
      urn: backend.urn,
      message: `${backend.title} writes indices with the prefix ${show(prefix)}, and no cleaner has it as INDEX_PREFIX. Give both one prefix.`,
    };
  }
}

function* judgeLifecycle(stack: Stack, backends: readonly Backend[], environment: string): Iterable<Finding> {
  const policies = stack.ofKind("ConfigMap").filter((resource) => lifecycleDocuments(resource).length > 0);
  if (policies.length === 0) {
    yield {
      message: `${environment} has no index lifecycle policy, so nothing removes old spans. Deploy it in a ConfigMap.`,
    };
  }
  for (const policy of policies) {
    const applied = stack
      .ofKind("Job", "CronJob", "Deployment", "StatefulSet")
      .some((owner) => podTemplates(owner).some(({ spec }) => mounts(spec, policy.objectName ?? "")));
    if (!applied) {
      yield {
        urn: policy.urn,
        message: `${policy.title}: no pod of the stack mounts this lifecycle policy, so nothing hands it to Elasticsearch. Mount it in the Job that does.`,
      };
    }
  }
  const rollovers = toolsOf(stack, rolloverImage, "Job").filter(({ container }) =>
    variableIs(container, "ES_USE_ILM", "true"),
  );
  if (rollovers.length === 0) {
    yield {
      message: `${environment} has no Job with ${rolloverImage} and ES_USE_ILM=true, so no index has the lifecycle policy. Deploy it.`,
    };
    return;
  }
  for (const backend of backends) {
    const rotation = rotationOf(backend.settings, "spans");
    const name = rotation.mechanism === "ilm" ? (rotation.policyName ?? defaultPolicy) : undefined;
    const fits = rollovers.some(
      ({ container }) =>
        namesPolicy(container, name) && variableIs(container, "INDEX_PREFIX", prefixOf(backend)),
    );
    if (fits) continue;
    yield {
      urn: backend.urn,
      message: `${backend.title} uses the lifecycle policy ${show(name)} and the prefix ${show(prefixOf(backend))}; no rollover Job has both (ES_ILM_POLICY_NAME, INDEX_PREFIX). Give both one value.`,
    };
  }
}

function namesPolicy(container: ToolContainer["container"], name: string | undefined): boolean {
  if (name === undefined) return false;
  const byDefault = name === defaultPolicy && variableIs(container, "ES_ILM_POLICY_NAME", "");
  return byDefault || variableIs(container, "ES_ILM_POLICY_NAME", name);
}

function mounts(spec: Value, configMap: string): boolean {
  return elements(at(spec, "volumes")).some(
    (volume) =>
      at(volume, "configMap", "name") === configMap ||
      elements(at(volume, "projected", "sources")).some(
        (source) => at(source, "configMap", "name") === configMap,
      ),
  );
}
