import * as language from "@pulumi/pulumi/proto/language_pb";
import { decodeProperties, withoutSecrets } from "../shared/propertyValues";
import { ending, type Children, type Ending } from "./children";
import { nodeOptions, optionVariables } from "./options";
import { sdkEntryPoint } from "./sdk";

/** The SDK's exit code for "the user has been told what is wrong already". */
const ALREADY_REPORTED = 32;

/** What an out-of-memory abort of Node.js prints; the exit code alone would tell nothing. */
const OUT_OF_MEMORY = /JavaScript heap out of memory|allocation failed/i;

/** Runs a program by the SDK's own entry point; its output goes to the host's stderr, which the engine shows. */
export async function runProgram(
  request: language.RunRequest,
  engineAddress: string | undefined,
  children: Children,
): Promise<language.RunResponse> {
  const response = new language.RunResponse();
  const info = request.getInfo();
  const folder = info?.getProgramDirectory() ?? request.getPwd();
  const options = nodeOptions(withoutSecrets(decodeProperties(info?.getOptions())));
  const entryPoint = sdkEntryPoint("@pulumi/pulumi/cmd/run", folder);
  const child = children.start(
    [...options.nodeArguments, entryPoint, ...runArguments(request, engineAddress)],
    {
      folder,
      environment: { ...process.env, ...configVariables(request), ...optionVariables(options) },
    },
  );
  let outOfMemory = false;
  child.stdout.pipe(process.stderr, { end: false });
  child.stderr.on("data", (chunk: Buffer) => {
    outOfMemory ||= OUT_OF_MEMORY.test(chunk.toString());
    process.stderr.write(chunk);
  });
  const end = await ending(child);
  if (end.code === ALREADY_REPORTED) response.setBail(true);
  else response.setError(runError(end, outOfMemory));
  return response;
}

/** Empty when the program ended well. */
function runError(end: Ending, outOfMemory: boolean): string {
  if (end.code === 0) return "";
  if (outOfMemory) {
    return (
      "The program ran out of memory. Give Node.js more by runtime.options.nodeargs in Pulumi.yaml, " +
      'such as "--max-old-space-size=4096".'
    );
  }
  return end.signal === null
    ? `Program exited with non-zero exit code: ${String(end.code)}`
    : `Program was ended by ${end.signal}`;
}

function runArguments(request: language.RunRequest, engineAddress: string | undefined): string[] {
  const info = request.getInfo();
  const flags: [string, string | undefined][] = [
    ["monitor", request.getMonitorAddress()],
    ["engine", engineAddress],
    ["organization", request.getOrganization()],
    ["project", request.getProject()],
    ["root-directory", info?.getRootDirectory()],
    ["stack", request.getStack()],
    ["pwd", info?.getProgramDirectory() ?? request.getPwd()],
    ["parallel", String(request.getParallel())],
  ];
  const set = flags.filter(([, value]) => value !== undefined && value !== "");
  return [
    ...set.flatMap(([name, value]) => [`--${name}`, value ?? ""]),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    info?.getEntryPoint() ?? ".",
    ...request.getArgsList(),
  ];
}

function configVariables(request: language.RunRequest): Record<string, string> {
  const config: Record<string, string> = {};
  for (const [key, value] of request.getConfigMap().toObject(false)) config[key] = value;
  return {
    PULUMI_CONFIG: JSON.stringify(config),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
  };
}
