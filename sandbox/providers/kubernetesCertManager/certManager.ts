import * as pulumi from "@pulumi/pulumi";

/** The component that the plugin has. */
export const CERT_MANAGER = "kubernetes-cert-manager:index:CertManager";

const RELEASE = "kubernetes:helm.sh/v3:Release";

/** Where the vendor's component takes its chart from unless `helmOptions` says otherwise. */
const CHART = { chart: "cert-manager", repository: "https://charts.jetstack.io" };

/**
 * The arguments of the Helm release that the vendor's component makes: its own inputs are the chart's values,
 * over those in `helmOptions.values`.
 */
export function releaseArguments(inputs: pulumi.Inputs, helmOptions: pulumi.Inputs): pulumi.Inputs {
  const given = Object.fromEntries(
    Object.entries(inputs).filter(([name, value]) => name !== "helmOptions" && value !== undefined),
  );
  return {
    ...helmOptions,
    chart: (helmOptions["chart"] as unknown) ?? CHART.chart,
    repositoryOpts: {
      repo: CHART.repository,
      ...(helmOptions["repositoryOpts"] as pulumi.Inputs | undefined),
    },
    values: { ...(helmOptions["values"] as pulumi.Inputs | undefined), ...given },
  };
}

/** The component with its one child, under the vendor's names, so that a policy sees what it would see there. */
export class CertManager extends pulumi.ComponentResource {
  readonly status: pulumi.Output<unknown>;

  /** @param kubernetesVersion the version of the plugin `kubernetes` that the release asks for. */
  constructor(
    name: string,
    inputs: pulumi.Inputs,
    kubernetesVersion: string,
    options: pulumi.ComponentResourceOptions,
  ) {
    super(CERT_MANAGER, name, inputs, options);
    const plainOptions = pulumi.output(inputs["helmOptions"] as pulumi.Input<pulumi.Inputs> | undefined);
    const release = new Release(
      `${name}-helm`,
      pulumi.output(plainOptions).apply((helmOptions) => releaseArguments(inputs, helmOptions ?? {})),
      { parent: this, version: kubernetesVersion },
    );
    this.status = release.status;
    this.registerOutputs({ status: this.status });
  }
}

class Release extends pulumi.CustomResource {
  declare readonly status: pulumi.Output<unknown>;

  constructor(name: string, args: pulumi.Output<pulumi.Inputs>, options: pulumi.CustomResourceOptions) {
    // Each argument by itself: the engine takes no resource whose inputs are one output.
    const argument = (property: string): pulumi.Output<unknown> =>
      args.apply((all) => all[property] as unknown);
    const inputs = Object.fromEntries(RELEASE_ARGUMENTS.map((property) => [property, argument(property)]));
    super(RELEASE, name, { ...inputs, status: undefined }, options);
  }
}

/** What a Helm release takes, by the SDK's type. */
const RELEASE_ARGUMENTS = [
  "atomic",
  "chart",
  "cleanupOnFail",
  "createNamespace",
  "dependencyUpdate",
  "description",
  "devel",
  "disableCRDHooks",
  "disableOpenapiValidation",
  "disableWebhooks",
  "forceUpdate",
  "keyring",
  "lint",
  "maxHistory",
  "name",
  "namespace",
  "postrender",
  "recreatePods",
  "renderSubchartNotes",
  "replace",
  "repositoryOpts",
  "resetValues",
  "reuseValues",
  "skipAwait",
  "skipCrds",
  "timeout",
  "values",
  "verify",
  "version",
  "waitForJobs",
];
