import { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import * as pulumi from "@pulumi/pulumi";

/** What a RestrictedNamespace is made from. */
export interface RestrictedNamespaceArgs {
  /** Name of the namespace. */
  readonly namespace: string;
  /** Whether it holds data: then it can neither be deleted by an update nor goes with the stack. @default false */
  readonly holdsData?: boolean;
}

/**
 * A namespace that admits only pods of pod security "restricted", and in which no pod takes or opens a connection
 * that no NetworkPolicy declares. Whoever deploys into it declares its own edges.
 */
export class RestrictedNamespace extends pulumi.ComponentResource {
  constructor(name: string, args: RestrictedNamespaceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("nova:tracing:RestrictedNamespace", name, {}, opts);
    const labels = { "app.kubernetes.io/part-of": "nova-tracing", "app.kubernetes.io/managed-by": "pulumi" };
    const namespace = new Namespace(
      name,
      {
        metadata: {
          name: args.namespace,
          labels: {
            ...labels,
            "pod-security.kubernetes.io/enforce": "restricted",
            "pod-security.kubernetes.io/warn": "restricted",
            "pod-security.kubernetes.io/audit": "restricted",
          },
        },
      },
      // A namespace that goes takes everything in it along, and what is protected or retained with it.
      { parent: this, protect: args.holdsData ?? false, retainOnDelete: args.holdsData ?? false },
    );
    new NetworkPolicy(
      `${name}-default-deny`,
      {
        metadata: { name: "default-deny", namespace: args.namespace, labels },
        spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
      },
      { parent: this, dependsOn: namespace },
    );
    this.registerOutputs();
  }
}
