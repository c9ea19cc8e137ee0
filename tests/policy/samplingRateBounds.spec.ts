/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access -- the cases break documents that no type describes */
import { samplingRateBounds } from "../../policy/rules/samplingRateBounds";
import { allows, refuses } from "./support/cases";
import { container, deployment, podSpec, serviceConfigMap } from "./support/compliantStack";
import { assertAllowed, assertRefused, type Declared, unknownMapping, unknownText } from "./support/evaluate";

function withRates(rate: string): (resource: Declared) => void {
  return (resource) => {
    resource.props.data.TRACING_SAMPLE_RATE = rate;
    resource.props.data.OTEL_TRACES_SAMPLER_ARG = rate;
  };
}

function withData(name: string, value?: string): (resource: Declared) => void {
  return (resource) => {
    if (value === undefined) resource.props.data = omit(resource.props.data as Record<string, string>, name);
    else resource.props.data[name] = value;
  };
}

function omit(data: Record<string, string>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(data).filter(([key]) => key !== name));
}

function withVariables(name: string, env: object[], more: object = {}): Declared {
  return deployment(name, podSpec([container("app", "example/app:1.0.0", { env, ...more })]));
}

describe("tracing-sampling-limit-rate", () => {
  const auth = "auth-service-config";
  const busy = "messaging-service-config";

  describe("in a service's ConfigMap", () => {
    allows(samplingRateBounds, [
      { title: "production's floor", stack: "production", resource: auth, change: withRates("0.01") },
      { title: "production's ceiling", stack: "production", resource: auth, change: withRates("0.1") },
      { title: "a rate between the two", stack: "production", resource: auth, change: withRates("0.05") },
      {
        title: "a rate without a leading zero",
        stack: "production",
        resource: auth,
        change: withRates(".1"),
      },
      { title: "a rate of dev without decimals", resource: auth, change: withRates("1") },
    ]);
    refuses(samplingRateBounds, [
      {
        title: "just over production's ceiling",
        stack: "production",
        resource: auth,
        change: withRates("0.1000001"),
        says: [
          "auth-service-config",
          "TRACING_SAMPLE_RATE",
          "0.1000001",
          "above the ceiling 0.1",
          "production",
        ],
      },
      {
        title: "just under production's floor",
        stack: "production",
        resource: auth,
        change: withRates("0.0099999"),
        says: ["below the floor 0.01", "production"],
      },
      {
        title: "just under dev's only rate",
        resource: auth,
        change: withRates("0.99"),
        says: ["below the floor 1", "dev"],
      },
      {
        title: "staging's rate in production",
        stack: "production",
        resource: auth,
        change: withRates("0.5"),
        says: ["0.5 is above the ceiling 0.1"],
      },
      {
        title: "just over staging's only rate",
        stack: "staging",
        resource: auth,
        change: withRates("0.51"),
        says: ["above the ceiling 0.5"],
      },
      {
        title: "just over the high-traffic ceiling for a listed service",
        stack: "production",
        resource: busy,
        change: withRates("0.011"),
        says: ["0.011 is above the ceiling 0.01", "high-traffic service messaging-service"],
      },
      {
        title: "a listed service under another name of its ConfigMap",
        stack: "production",
        resource: busy,
        change: (resource) => {
          withRates("0.1")(resource);
          resource.props.metadata.name = "chat-config";
        },
        says: ["high-traffic service messaging-service"],
      },
      {
        title: "a rate that stands in the standard variable only",
        stack: "production",
        resource: auth,
        change: withData("OTEL_TRACES_SAMPLER_ARG", "1"),
        says: ["OTEL_TRACES_SAMPLER_ARG", "1 is above the ceiling 0.1"],
      },
      {
        title: "a missing rate",
        resource: auth,
        change: withData("TRACING_SAMPLE_RATE"),
        says: ["TRACING_SAMPLE_RATE", "missing"],
      },
      {
        title: "a missing argument of the sampler",
        resource: auth,
        change: withData("OTEL_TRACES_SAMPLER_ARG"),
        says: ["OTEL_TRACES_SAMPLER_ARG", "missing"],
      },
      {
        title: "a missing sampler, whose default in SDKs records everything",
        stack: "production",
        resource: auth,
        change: withData("OTEL_TRACES_SAMPLER"),
        says: ["OTEL_TRACES_SAMPLER", "missing", "parentbased_traceidratio"],
      },
      ...["always_on", "parentbased_always_on", "traceidratio", "jaeger_remote"].map((sampler) => ({
        title: `the sampler ${sampler}`,
        stack: "production" as const,
        resource: auth,
        change: withData("OTEL_TRACES_SAMPLER", sampler),
        says: [sampler, "parentbased_traceidratio"],
      })),
      ...["0.1x", "1e-1", " 0.1", "+0.1", "-0.1", "0,1", "10%", "", "NaN", "1.5", "0x1", "$(RATE)"].map(
        (rate) => ({
          title: `the unparsable rate "${rate}"`,
          stack: "production" as const,
          resource: auth,
          change: withRates(rate),
          says: ["no sample rate"],
        }),
      ),
      {
        title: "tracing that is switched off",
        resource: auth,
        change: withData("TRACING_ENABLED", "false"),
        says: ["TRACING_ENABLED", "records nothing"],
      },
      ...["OTEL_SDK_DISABLED", "OTEL_TRACES_EXPORTER", "OTEL_CONFIG_FILE"].map((name) => ({
        title: `${name}, which replaces the sampler`,
        resource: auth,
        change: withData(name, "true"),
        says: [name, "Leave"],
      })),
      {
        title: "a rate that is unknown during preview",
        resource: auth,
        change: withData("TRACING_SAMPLE_RATE", unknownText),
        says: ["TRACING_SAMPLE_RATE", "unknown during preview"],
      },
      {
        title: "data that is unknown as a whole",
        resource: auth,
        change: (resource) => {
          resource.props.data = unknownMapping;
        },
        says: ["data: unknown during preview"],
      },
      {
        title: "an unknown value in any other ConfigMap, which might be a rate",
        resource: "jaeger-sampling",
        change: (resource) => {
          resource.props.data["strategies.json"] = unknownText;
        },
        says: ["strategies.json", "unknown during preview"],
      },
      {
        title: "a Patch of the ConfigMap",
        stack: "production",
        resource: auth,
        change: (resource) => {
          resource.type = "kubernetes:core/v1:ConfigMapPatch";
          withRates("1.0")(resource);
        },
        says: ["ConfigMapPatch", "above the ceiling 0.1"],
      },
      {
        title: "a ConfigMap that was made as a CustomResource",
        stack: "production",
        resource: auth,
        change: (resource) => {
          resource.type = "kubernetes:v1:ConfigMap";
          withRates("1.0")(resource);
        },
        says: ["above the ceiling 0.1"],
      },
      {
        title: "an unknown stack",
        resource: auth,
        change: () => undefined,
        options: { stack: "qa" },
        says: ["cannot be judged", '"qa"'],
      },
    ]);
  });

  describe("in a workload", () => {
    const cases: [string, Declared, string[]][] = [
      [
        "a rate of its own above the ceiling",
        withVariables("auth-service", [{ name: "TRACING_SAMPLE_RATE", value: "1.0" }]),
        ["TRACING_SAMPLE_RATE", "above the ceiling 0.1"],
      ],
      [
        "a standard rate of its own above the ceiling",
        withVariables("auth-service", [{ name: "OTEL_TRACES_SAMPLER_ARG", value: "0.5" }]),
        ["OTEL_TRACES_SAMPLER_ARG", "above the ceiling 0.1"],
      ],
      [
        "a high-traffic service under another OTEL_SERVICE_NAME",
        withVariables("messaging-service", [
          { name: "OTEL_SERVICE_NAME", value: "chat" },
          { name: "TRACING_SAMPLE_RATE", value: "0.1" },
        ]),
        ["above the ceiling 0.01", "messaging-service"],
      ],
      [
        "a sampler of its own",
        withVariables("auth-service", [{ name: "OTEL_TRACES_SAMPLER", value: "always_on" }]),
        ["OTEL_TRACES_SAMPLER", "always_on"],
      ],
      [
        "an unknown value of a sampling variable",
        withVariables("auth-service", [{ name: "TRACING_SAMPLE_RATE", value: unknownText }]),
        ["TRACING_SAMPLE_RATE", "unknown during preview"],
      ],
      [
        "an unknown name of a variable",
        withVariables("auth-service", [{ name: unknownText, value: "1" }]),
        ["the name of a variable is unknown"],
      ],
      [
        "a rate out of a Secret",
        withVariables("auth-service", [
          { name: "TRACING_SAMPLE_RATE", valueFrom: { secretKeyRef: { name: "auth-service", key: "RATE" } } },
        ]),
        ["TRACING_SAMPLE_RATE", "the service's own ConfigMap"],
      ],
      [
        "a rate out of another key of a ConfigMap",
        withVariables("auth-service", [
          {
            name: "TRACING_SAMPLE_RATE",
            valueFrom: { configMapKeyRef: { name: "auth-service-config", key: "OTHER" } },
          },
        ]),
        ["TRACING_SAMPLE_RATE", "OTHER"],
      ],
      [
        "a prefix that makes a rate out of a harmless key",
        withVariables("auth-service", [], {
          envFrom: [{ prefix: "TRACING_", configMapRef: { name: "other" } }],
        }),
        ["prefix", "TRACING_"],
      ],
      [
        "a rate in its command",
        withVariables("auth-service", [], {
          command: ["sh", "-c", "TRACING_SAMPLE_RATE=1 exec node app.js"],
        }),
        ["its command mentions TRACING_SAMPLE_RATE"],
      ],
    ];
    for (const [title, declared, says] of cases) {
      it(`refuses ${title}`, () => {
        assertRefused(samplingRateBounds, [declared], says, { stack: "production" });
      });
    }

    it("refuses it in a Patch, in a CronJob and in a kind that only a custom resource has", () => {
      const { props } = withVariables("auth-service", [{ name: "TRACING_SAMPLE_RATE", value: "1.0" }]);
      const template: unknown = props.spec.template;
      const forms: Declared[] = [
        { type: "kubernetes:apps/v1:DeploymentPatch", name: "auth-service", props },
        {
          type: "kubernetes:batch/v1:CronJob",
          name: "auth-service",
          props: { metadata: props.metadata, spec: { jobTemplate: { spec: { template } } } },
        },
        {
          type: "kubernetes:serving.knative.dev/v1:Service2",
          name: "auth-service",
          props: { metadata: props.metadata, spec: { revision: [{ template }] } },
        },
      ];
      for (const form of forms) {
        assertRefused(samplingRateBounds, [form], ["above the ceiling 0.1"], { stack: "production" });
      }
    });

    it("refuses it in an init container", () => {
      const env = [{ name: "TRACING_SAMPLE_RATE", value: "1.0" }];
      const spec = podSpec([], { initContainers: [container("init", "example/app:1.0.0", { env })] });
      const declared = deployment("auth-service", spec);
      assertRefused(samplingRateBounds, [declared], ['initContainer "init"'], { stack: "production" });
    });

    it("allows the same key of the service's own ConfigMap, and the whole ConfigMap", () => {
      const reference = { configMapKeyRef: { name: "auth-service-config", key: "TRACING_SAMPLE_RATE" } };
      const declared = withVariables(
        "auth-service",
        [
          { name: "TRACING_SAMPLE_RATE", valueFrom: reference },
          { name: "PORT", value: "8080" },
        ],
        { envFrom: [{ configMapRef: { name: "auth-service-config" } }] },
      );
      assertAllowed(samplingRateBounds, [declared], { stack: "production" });
    });
  });

  it("refuses a sampling setting in a Secret, and does not show its value", () => {
    const secret: Declared = {
      type: "kubernetes:core/v1:Secret",
      name: "auth-service",
      props: { metadata: { name: "auth-service" }, stringData: { TRACING_SAMPLE_RATE: "0.7" } },
    };
    assertRefused(samplingRateBounds, [secret], ["stringData.TRACING_SAMPLE_RATE", /^(?!.*0\.7)/]);
  });

  describe("with a pack configuration", () => {
    it("takes a lower ceiling", () => {
      const options = { stack: "production", config: { ceiling: 0.05 } };
      const declared = serviceConfigMap("auth-service", "production", "0.06");
      assertRefused(samplingRateBounds, [declared], ["above the ceiling 0.05", "configuration"], options);
    });

    it("takes no higher ceiling", () => {
      const options = { stack: "production", config: { ceiling: 0.9 } };
      const declared = serviceConfigMap("auth-service", "production", "0.11");
      assertRefused(samplingRateBounds, [declared], ["above the ceiling 0.1 "], options);
    });

    it("takes more high-traffic services, and drops none", () => {
      const options = { stack: "production", config: { highTrafficServices: ["auth-service"] } };
      const listed = serviceConfigMap("auth-service", "production", "0.1");
      assertRefused(samplingRateBounds, [listed], ["high-traffic service auth-service"], options);
      const shipped = serviceConfigMap("messaging-service", "production", "0.1");
      assertRefused(samplingRateBounds, [shipped], ["high-traffic service messaging-service"], options);
    });

    it("gives values of a wrong type no effect", () => {
      const options = { stack: "production", config: { ceiling: "1", highTrafficServices: "none" } };
      assertAllowed(samplingRateBounds, [serviceConfigMap("auth-service", "production", "0.1")], options);
      assertRefused(
        samplingRateBounds,
        [serviceConfigMap("auth-service", "production", "0.2")],
        ["0.1"],
        options,
      );
    });
  });
});
