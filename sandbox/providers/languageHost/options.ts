import { isMap, type PlainValue } from "../shared/propertyValues";

/** What `runtime.options` of a Pulumi.yaml or PulumiPolicy.yaml may say for Node.js. */
export interface NodeOptions {
  /** Whether ts-node is loaded, so that sources run as they are. Default true. */
  readonly typescript: boolean;
  /** Path of a tsconfig file other than ./tsconfig.json. */
  readonly tsconfig?: string;
  /** Further arguments for Node.js itself, such as `--max-old-space-size=4096`. */
  readonly nodeArguments: readonly string[];
}

/**
 * Reads the options of a project file.
 *
 * @throws Error naming the option, its value and what it must be.
 */
export function nodeOptions(options: PlainValue | undefined): NodeOptions {
  const given = isMap(options) ? options : {};
  const { typescript = true, tsconfig, nodeargs = "" } = given;
  if (typeof typescript !== "boolean") throw wrongOption("typescript", typescript, "true or false");
  if (tsconfig !== undefined && typeof tsconfig !== "string") {
    throw wrongOption("tsconfig", tsconfig, "the path of a file");
  }
  if (typeof nodeargs !== "string") throw wrongOption("nodeargs", nodeargs, "a string");
  const nodeArguments = nodeargs.split(/\s+/).filter((argument) => argument !== "");
  return { typescript, nodeArguments, ...(tsconfig === undefined ? {} : { tsconfig }) };
}

function wrongOption(name: string, value: PlainValue, wanted: string): Error {
  return new Error(`runtime.options.${name} is ${JSON.stringify(value)}, but it must be ${wanted}.`);
}

/** The environment by which the SDK's entry points learn of the options. */
export function optionVariables(options: NodeOptions): Record<string, string> {
  return {
    ...(options.typescript ? { PULUMI_NODEJS_TYPESCRIPT: "true" } : {}),
    ...(options.tsconfig === undefined ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: options.tsconfig }),
  };
}
