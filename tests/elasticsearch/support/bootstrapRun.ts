import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { ElasticsearchBootstrap } from "../../../components/elasticsearch/bootstrap";
import { files } from "../../../components/elasticsearch/bootstrap/pod";
import { lifecyclePolicyName } from "../../../components/elasticsearch/lifecyclePolicy";
import { retention, type RetentionMechanism } from "../../../components/elasticsearch/retention";
import { jaegerUser } from "../../../components/elasticsearch/users";
import { sandboxPaths } from "../../../sandbox/support/paths";
import { lineProgress } from "../../../sandbox/support/progress";
import { ensureToolchain } from "../../../sandbox/toolchain/toolchain";
import { connection } from "../../components/jaeger/support/distributed";
import { at, isMapping, list, mapping, text } from "../../support/document";
import { find, record, type Recording } from "../../support/mocks";
import { jaegerVersion } from "./jaeger";

/** What a bootstrap is run with. */
export interface BootstrapArgs {
  /** Where Elasticsearch, or what stands in for a part of it, listens. */
  readonly url: string;
  readonly indexPrefix: string;
  /** Who does the work. @default elastic */
  readonly administrator?: string;
  readonly administratorPassword: string;
  /** Password of Jaeger's user. */
  readonly jaegerPassword: string;
  /** Generation of Jaeger's user. @default none: as in somebody else's cluster, where the administrator is Jaeger too */
  readonly userGeneration?: number;
  /** @default ilm */
  readonly mechanism?: RetentionMechanism;
  /** Seconds that Elasticsearch gets. @default what the product gives it */
  readonly waitSeconds?: number;
}

/** How a bootstrap ended. */
export interface BootstrapOutcome {
  /** Exit code of the container that ended it. */
  readonly code: number | null;
  /** What all containers printed. */
  readonly output: string;
  /** The containers that ran, in order. */
  readonly steps: readonly string[];
}

/** Name of a component, and what its objects' names begin with. */
const name = "elasticsearch";

/**
 * Runs the bootstrap's Job as a kubelet would: the pod that the program makes, one container after the other, each with
 * its own command and variables and the files of its ConfigMaps and Secrets, on this machine and without an image. The
 * release of es-rollover is the one that can be built here.
 */
export async function runBootstrap(args: BootstrapArgs): Promise<BootstrapOutcome> {
  const built = await recordAlone(() => new ElasticsearchBootstrap(name, componentArgs(args)));
  const { esRollover } = await ensureToolchain(sandboxPaths(), lineProgress());
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "nova-tracing-bootstrap-"));
  /** Paths of the container, as paths of this machine. */
  const translated = (value: string): string =>
    value
      .replaceAll("/etc/bootstrap", `${folder}/etc`)
      .replaceAll("/run/bootstrap", `${folder}/run`)
      .replaceAll("/go/bin/es-rollover", esRollover);
  try {
    const pod = mapping(find(built, "Job", `${name}-bootstrap`).inputs, "spec", "template", "spec");
    fs.mkdirSync(`${folder}/run`);
    const write = (mount: string, files: Record<string, string>): void => {
      fs.mkdirSync(translated(mount), { recursive: true });
      for (const [file, content] of Object.entries(files)) {
        fs.writeFileSync(path.join(translated(mount), file), translated(content), { mode: 0o600 });
      }
    };
    for (const [volume, mount] of mountsOf(pod)) {
      if (isMapping(at(volume, "configMap"))) {
        const data = dataOf(built, text(volume, "configMap", "name"));
        write(mount, hurried(data, args.waitSeconds));
      }
      if (isMapping(at(volume, "projected"))) {
        write(mount, { administrator: args.administratorPassword, jaeger: args.jaegerPassword });
      }
    }
    let output = "";
    const steps: string[] = [];
    for (const container of [...list(pod, "initContainers"), ...list(pod, "containers")]) {
      steps.push(text(container, "name"));
      const command = list(container, "command").map((word) => translated(String(word)));
      const { code, printed } = await runContainer(command, variablesOf(container, args));
      output += printed;
      if (code !== 0) return { code, output, steps };
    }
    return { code: 0, output, steps };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** The last recording, which may be under way: the recorder holds for the whole process. */
let last: Promise<unknown> = Promise.resolve();

function recordAlone<Result>(program: () => Result): Promise<Recording<Result>> {
  const next = last.then(() => record(program));
  last = next.catch(() => undefined);
  return next;
}

function componentArgs(args: BootstrapArgs): ConstructorParameters<typeof ElasticsearchBootstrap>[1] {
  const { administrator = "elastic", indexPrefix, mechanism = "ilm", url, userGeneration } = args;
  const password = { secret: "administrator", key: "password" };
  const edge = { peer: "anywhere", ports: [9200] } as const;
  return {
    namespace: "observability",
    jaegerVersion,
    connection: {
      ...connection(mechanism, {
        url,
        indexPrefix,
        edge,
        username: userGeneration === undefined ? administrator : jaegerUser(userGeneration),
        retention: retention(90, mechanism),
        lifecyclePolicy: lifecyclePolicyName(indexPrefix, jaegerVersion),
        shards: 1,
        copies: 0,
      }),
      authoritySecret: undefined,
    },
    cluster: { url, authoritySecret: undefined, administrator: { username: administrator, password }, edge },
    userGeneration,
  };
}

/** Each volume of a pod with the path that its containers mount it at. */
function mountsOf(pod: unknown): [unknown, string][] {
  const containers = [...list(pod, "initContainers"), ...list(pod, "containers")];
  const mounts = containers.flatMap((container) => list(container, "volumeMounts"));
  return list(pod, "volumes").map((volume) => {
    const mount = mounts.find((one) => at(one, "name") === at(volume, "name"));
    return [volume, text(mount, "mountPath")];
  });
}

function dataOf(built: Recording<unknown>, configMap: string): Record<string, string> {
  const found = built.resources.find(
    ({ inputs, type }) => type.endsWith(":ConfigMap") && at(inputs, "metadata", "name") === configMap,
  );
  return mapping(found?.inputs, "data") as Record<string, string>;
}

/** The files with another patience in the plan, where one is asked for. */
function hurried(data: Record<string, string>, waitSeconds: number | undefined): Record<string, string> {
  const plan = data[files.plan];
  if (plan === undefined || waitSeconds === undefined) return data;
  return { ...data, [files.plan]: JSON.stringify({ ...mapping(JSON.parse(plan)), waitSeconds }) };
}

/** Variables of a container; the one that comes from a Secret is the administrator's password. */
function variablesOf(container: unknown, args: BootstrapArgs): Record<string, string> {
  const entries = (at(container, "env") as unknown[] | undefined) ?? [];
  return Object.fromEntries(
    entries.map((entry) => [
      text(entry, "name"),
      at(entry, "valueFrom") === undefined ? text(entry, "value") : args.administratorPassword,
    ]),
  );
}

async function runContainer(
  [command = "", ...words]: readonly string[],
  variables: Record<string, string>,
): Promise<{ readonly code: number | null; readonly printed: string }> {
  const child = spawn(command === "node" ? process.execPath : command, words, {
    env: { PATH: process.env.PATH, ...variables },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (part: string) => (printed += part));
  }
  const atExit = (): void => void child.kill("SIGKILL");
  process.once("exit", atExit);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  process.removeListener("exit", atExit);
  return { code, printed };
}
