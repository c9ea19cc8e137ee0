import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import type { TracingConfigMap } from "../../components/serviceTracingConfig";
import { DemoServices } from "./demoServices";

/** Deploys the four demo services beside the tracing stack that the setting `tracingStack` names. */
export = async function main(): Promise<void> {
  const config = new pulumi.Config();
  const context = config.get("context") ?? "";
  const provider = new Provider("cluster", {
    ...(context === "" ? {} : { context }),
    // Without these every changed ConfigMap or Secret would be a replacement under a new name.
    enableConfigMapMutable: true,
    enableSecretMutable: true,
  });
  const image = config.require("image");
  const tracingStack = config.require("tracingStack");
  const { value: configMaps } = (await new pulumi.StackReference(tracingStack).getOutputDetails(
    "configMaps",
  )) as {
    readonly value?: Readonly<Record<string, TracingConfigMap>>;
  };
  if (configMaps === undefined) {
    throw new pulumi.RunError(
      `The stack ${tracingStack} has no output "configMaps"; run pulumi up on it first, or correct the setting ` +
        "nova-tracing-demo:tracingStack (like organization/nova-tracing/dev).",
    );
  }
  new DemoServices(
    "demo",
    {
      namespace: config.get("namespace") ?? "default",
      image,
      configMaps,
    },
    { providers: { kubernetes: provider } },
  );
};
