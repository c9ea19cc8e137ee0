import { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import type * as vendor from "@pulumi/kubernetes-cert-manager/certManager";
import * as pulumi from "@pulumi/pulumi";
import { childOptions } from "./kubernetes/childOptions";

/** What a CertManager is made from. */
export interface CertManagerArgs {
  /** Namespace that is made for it, and goes with it. @default `cert-manager` */
  readonly namespace?: string;
  /** Whether its definitions (CRDs) come with it; a cluster has them once. @default true */
  readonly definitions?: boolean;
}

/**
 * Release of cert-manager and of its chart, which carry the same number. Its definitions are those that the sandbox
 * installs (sandbox/toolchain/modules/crds/go.mod), so that a certificate which passes there passes here.
 */
export const certManagerVersion = "v1.21.2";

/**
 * cert-manager by the vendor's chart, where the cluster has none. The name of the component is that of the release. Its definitions stay when
 * it goes: Kubernetes would delete every certificate and issuer with them, of whichever program.
 */
export class CertManager extends pulumi.ComponentResource {
  /** Created once cert-manager answers; what makes certificates depends on it. */
  readonly ready: pulumi.Resource;

  constructor(name: string, args: CertManagerArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("nova:tracing:CertManager", name, {}, opts);
    const namespaceName = args.namespace ?? "cert-manager";
    const child = childOptions(this, opts);
    const namespace = new Namespace(
      name,
      {
        metadata: {
          name: namespaceName,
          labels: {
            "app.kubernetes.io/part-of": "nova-tracing",
            "app.kubernetes.io/managed-by": "pulumi",
            // The pods of the chart keep to it with the chart's own values.
            "pod-security.kubernetes.io/enforce": "restricted",
          },
        },
      },
      child,
    );
    const { CertManager: Vendor } = loadVendor();
    this.ready = new Vendor(
      name,
      {
        installCRDs: args.definitions ?? true,
        helmOptions: { name, namespace: namespaceName, version: certManagerVersion },
      },
      { parent: this, dependsOn: namespace },
    );
    this.registerOutputs();
  }
}

/** Loaded by whoever installs it, and by nobody else. */
function loadVendor(): typeof vendor {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a constructor cannot wait for import()
  return require("@pulumi/kubernetes-cert-manager/certManager") as typeof vendor;
}
