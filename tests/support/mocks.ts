import * as pulumi from "@pulumi/pulumi";

/** A resource as the program registered it. */
export interface Recorded {
  readonly urn: string;
  /** Type token: `kubernetes:core/v1:ConfigMap`, `nova:tracing:JaegerStack`. */
  readonly type: string;
  readonly name: string;
  /** URN of the parent; empty for the stack itself. */
  readonly parent: string;
  /** Whether it is a resource of a provider, and not a component. */
  readonly custom: boolean;
  /** URNs of what it waits for, stated or by its inputs. */
  readonly dependencies: readonly string[];
  /** Reference of the provider; empty if none was given. */
  readonly provider: string;
  /** Whether the engine refuses to delete or replace it. */
  readonly protect: boolean;
  /** Whether the object stays in the cluster when the resource goes. */
  readonly retainOnDelete: boolean;
  /** Its inputs, as the provider would get them; see document.ts for ways into them. */
  readonly inputs: unknown;
}

/** What a program registered and returned. */
export interface Recording<Result> {
  readonly resources: readonly Recorded[];
  readonly result: Result;
}

interface RegisterRequest {
  getParent(): string;
  getType(): string;
  getName(): string;
  getCustom(): boolean;
  getDependenciesList(): string[];
  getProvider(): string;
  getProtect(): boolean;
  getRetainondelete(): boolean;
}

type Callback = (error: unknown, response: { getUrn(): string } | undefined) => void;

interface Monitor {
  registerResource(request: RegisterRequest, callback: Callback): Promise<void>;
}

/** Options of `record`. */
export interface RecordOptions {
  /** @default dev */
  readonly stack?: string;
  /** Values of the stack's configuration by full key. @default none */
  readonly config?: Readonly<Record<string, string>>;
  /** Keys of it that are encrypted in the stack file. @default none */
  readonly secretKeys?: readonly string[];
  /** Outputs of the stack's last deployment, which a program can read. @default never deployed */
  readonly previousOutputs?: Readonly<Record<string, unknown>>;
}

/**
 * Runs a program against Pulumi's mock monitor and returns every resource, in the order of registration. Inputs are
 * echoed as outputs. It does not prove that an API server takes any of it.
 */
export async function record<Result>(
  program: () => Result | Promise<Result>,
  { stack = "dev", config = {}, secretKeys = [], previousOutputs = {} }: RecordOptions = {},
): Promise<Recording<Result>> {
  const resources: Recorded[] = [];
  // The monitor asks for the new resource before it first waits, so this is always the request at hand.
  let current: unknown;
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => {
        current = args.inputs;
        const inputs = args.inputs as Record<string, unknown>;
        return {
          id: `${args.name}-id`,
          state: { ...inputs, ...outputsOf(args.type, args.name, previousOutputs) },
        };
      },
      call: () => ({}),
    },
    "nova-tracing",
    stack,
    false,
    "organization",
  );
  pulumi.runtime.setAllConfig({ ...config }, [...secretKeys]);
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) => {
    const registered = register(request, (error, response) => {
      if (response !== undefined) {
        resources.push({
          urn: response.getUrn(),
          type: request.getType(),
          name: request.getName(),
          parent: request.getParent(),
          custom: request.getCustom(),
          dependencies: request.getDependenciesList(),
          provider: request.getProvider(),
          protect: request.getProtect(),
          retainOnDelete: request.getRetainondelete(),
          inputs,
        });
      }
      callback(error, response);
    });
    const inputs = current;
    return registered;
  };
  const { stackTraceLimit } = Error;
  // Under mocks the SDK's stack trace for each resource takes most of the time.
  Error.stackTraceLimit = 0;
  try {
    const result = await program();
    await drain(resources);
    return { resources, result };
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** What a provider adds to the inputs. Random values are made up, and easy to find again. */
export function outputsOf(
  type: string,
  name: string,
  previousOutputs: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const canary = `canary-${name}`;
  if (type === "pulumi:pulumi:StackReference") return { outputs: previousOutputs };
  if (type.endsWith(":RandomPassword")) return { result: canary, bcryptHash: `$2a$10$${canary}` };
  if (type.endsWith(":RandomBytes")) return { base64: canary, hex: canary };
  return {};
}

/** Waits until no further resource is registered: registrations are chains of promises that nobody hands out. */
async function drain(resources: readonly Recorded[]): Promise<void> {
  let [seen, quiet] = [-1, 0];
  while (quiet < 3) {
    await new Promise((resolve) => setImmediate(resolve));
    quiet = resources.length === seen ? quiet + 1 : 0;
    seen = resources.length;
  }
}

/** The one resource with a type (its last word will do) and a name; throws if there are none or several. */
export function find(recording: Recording<unknown>, type: string, name: string): Recorded {
  const found = recording.resources.filter(
    (resource) => (resource.type === type || resource.type.endsWith(`:${type}`)) && resource.name === name,
  );
  const [only] = found;
  if (only === undefined || found.length > 1) {
    const all = recording.resources.map((resource) => `${resource.type} ${resource.name}`).join("\n  ");
    throw new Error(`${found.length} resources are ${type} ${name}. There are:\n  ${all}`);
  }
  return only;
}

/** `Kind name` of each resource whose parent is the one given, sorted. */
export function childrenOf(recording: Recording<unknown>, parent: Recorded): string[] {
  return recording.resources
    .filter((resource) => resource.parent === parent.urn)
    .map((resource) => `${resource.type.split(":").at(-1) ?? ""} ${resource.name}`)
    .sort();
}
