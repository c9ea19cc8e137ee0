import {
  requiredGuideVariables,
  requiredStandardVariables,
  serviceConfiguration,
  tlsVariables,
} from "../artefacts/tracingVariables";
import { limitsOf, type ResourceRule } from "../engine/rule";
import { type Mapping, show, text } from "../engine/snapshot";

const host = "jaeger-collector\\.observability(\\.svc(\\.cluster\\.local)?)?";

/** A form that a value may have, and an example of it for the message. */
interface Form {
  readonly fits: (value: string) => boolean;
  readonly example: string;
}

function pattern(expression: RegExp): Form["fits"] {
  return (value) => expression.test(value);
}

const endpoint: Form = {
  fits: pattern(new RegExp(`^https?://${host}:4317$`)),
  example: '"http://jaeger-collector.observability:4317"',
};
const legacyEndpoint: Form = {
  fits: pattern(new RegExp(`^https?://${host}:14268/api/traces$`)),
  example: '"http://jaeger-collector.observability:14268/api/traces"',
};
const release: Form = {
  fits: pattern(/^\S+$/),
  example: 'the release of the service, such as "1.2.3"',
};
const file: Form = {
  fits: pattern(/^\/\S+$/),
  example: 'the path of a mounted file, such as "/etc/nova-tracing/otlp-tls/ca.crt"',
};
const exporter: Form = { fits: pattern(/^(otlp|jaeger)$/), example: '"otlp" or "jaeger"' };

/** A service's ConfigMap is the guide's, with the standard variables beside it, and says the same in both. */
export const serviceContract: ResourceRule = {
  scope: "resource",
  name: "tracing-configmap-require-contract",
  description:
    "A service's ConfigMap holds exactly the guide's variables and the eight standard ones, and the three for the files of TLS where its endpoint is https; both say the same, and APP_ENV is the environment's.",
  severity: "medium",
  remediationSteps:
    "Let the program render the ConfigMap (components/serviceTracingConfig.ts) and add nothing to it.",
  *judge(resource) {
    const configuration = serviceConfiguration(resource);
    if (configuration === undefined) return;
    const { data, service } = configuration;
    const where = resource.title;
    if (!/.-config$/.test(resource.objectName ?? "")) {
      yield `${where}: its name is ${show(resource.at("metadata", "name"))}; a service's ConfigMap is called SERVICE-config. Rename it.`;
    }
    const legacy = data.TRACING_EXPORTER === "jaeger";
    const encrypted = /^https:/i.test(text(data.OTLP_ENDPOINT) ?? "");
    const required: readonly string[] = [
      ...requiredGuideVariables,
      ...requiredStandardVariables,
      ...(legacy ? ["JAEGER_ENDPOINT"] : []),
      ...(encrypted ? tlsVariables : []),
    ];
    for (const name of Object.keys(data)) {
      if (!required.includes(name)) yield `${where}, data.${name}: no variable of the contract. Take it out.`;
    }
    const forms: Record<string, Form> = {
      TRACING_EXPORTER: exporter,
      OTLP_ENDPOINT: endpoint,
      OTEL_EXPORTER_OTLP_ENDPOINT: exactly(text(data.OTLP_ENDPOINT)) ?? endpoint,
      SERVICE_VERSION: release,
      OTEL_SERVICE_NAME: exactly(service),
      OTEL_BSP_MAX_QUEUE_SIZE: exactly("2048"),
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: exactly("512"),
      OTEL_BSP_SCHEDULE_DELAY: exactly("5000"),
      ...(legacy ? { JAEGER_ENDPOINT: legacyEndpoint } : {}),
      ...(encrypted ? Object.fromEntries(tlsVariables.map((name) => [name, file])) : {}),
    };
    const found = limitsOf(resource.environment);
    if ("problem" in found) {
      yield `${where}: APP_ENV cannot be judged: ${found.problem}.`;
    } else {
      forms.APP_ENV = exactly(found.limits.appEnv);
      yield* attributeProblems(where, data, found.limits.appEnv);
    }
    for (const [name, { fits, example }] of Object.entries(forms)) {
      const given = data[name];
      if (typeof given === "string" && fits(given)) continue;
      yield `${where}, data.${name}: ${show(given)}; expected ${example}.`;
    }
  },
};

function exactly(value: string): Form;
function exactly(value: string | undefined): Form | undefined;
function exactly(value: string | undefined): Form | undefined {
  if (value === undefined) return undefined;
  return { fits: (given) => given === value, example: show(value) };
}

function* attributeProblems(where: string, data: Mapping, appEnv: string): Iterable<string> {
  const attributes = new Map(
    (text(data.OTEL_RESOURCE_ATTRIBUTES) ?? "")
      .split(",")
      .map((pair) => [pair.split("=", 1)[0]?.trim() ?? "", pair.slice(pair.indexOf("=") + 1)]),
  );
  const expected = {
    "deployment.environment.name": appEnv,
    "service.version": encodeURIComponent(text(data.SERVICE_VERSION) ?? ""),
  };
  for (const [name, value] of Object.entries(expected)) {
    if (attributes.get(name) !== value) {
      yield `${where}, data.OTEL_RESOURCE_ATTRIBUTES: ${name} is ${show(attributes.get(name))}; expected "${value}".`;
    }
  }
  if (attributes.has("service.name") && attributes.get("service.name") !== data.OTEL_SERVICE_NAME) {
    yield `${where}, data.OTEL_RESOURCE_ATTRIBUTES: service.name contradicts OTEL_SERVICE_NAME. Take it out.`;
  }
}
