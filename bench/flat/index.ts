import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";

/**
 * The cheapest program that registers these resources: no components, settings or policy, no class of a provider's SDK,
 * and nothing that waits for anything else. What the benchmark measures the real program against.
 */

/** A resource as ../record.ts found it. */
export interface FlatResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Version of the plugin that the SDK asks for; only on providers and on what has no provider of its own. */
  readonly version: string;
}

/** The provider that the resources of one package share. */
class FlatProvider extends pulumi.ProviderResource {
  constructor({ type, name, inputs, version }: FlatResource) {
    super(type.replace("pulumi:providers:", ""), name, { ...inputs }, { version });
  }
}

class FlatObject extends pulumi.CustomResource {
  constructor({ type, name, inputs, version }: FlatResource, provider: pulumi.ProviderResource | undefined) {
    super(type, name, { ...inputs }, provider ? { provider, version } : { version });
  }
}

const file = new pulumi.Config().require("resources");
const resources = JSON.parse(readFileSync(file, "utf8")) as FlatResource[];
const providers = new Map<string, pulumi.ProviderResource>();
for (const resource of resources) {
  const [first = "", , package_ = ""] = resource.type.split(":");
  if (first === "pulumi") providers.set(package_, new FlatProvider(resource));
  else new FlatObject(resource, providers.get(first));
}
