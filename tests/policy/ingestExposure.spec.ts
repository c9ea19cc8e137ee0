/* eslint-disable @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return -- the cases break documents that no type describes */
import { ingestExposure } from "../../policy/rules/ingestExposure";
import { allows, refuses } from "./support/cases";
import {
  compliantStack,
  editPod,
  ingress,
  named,
  changeDocument,
  editContainer,
} from "./support/compliantStack";
import {
  assertAllowed,
  assertRefused,
  type Declared,
  type Loose,
  unknownMapping,
  unknownText,
} from "./support/evaluate";

/** An Ingress with TLS that leads to the collector. */
function toCollector(
  backend: Loose = { service: { name: "jaeger-collector", port: { number: 4317 } } },
): Declared {
  const found = structuredClone(ingress("spans"));
  found.props.spec.rules[0].http.paths[0].backend = backend;
  return found;
}

const stack = "production" as const;
const unchanged = { stack, resource: "jaeger-collector-service", change: (): undefined => undefined };
const plain = ["Ingress observability/spans", "receivers.otlp.protocols.grpc", "takes spans in clear"];

function spec(change: (spec: Loose) => void): (resource: Declared) => void {
  return ({ props }) => {
    change(props.spec);
  };
}

describe("otlp-ingest-prohibit-plain-exposure", () => {
  allows(ingestExposure, [
    { ...unchanged, title: "an Ingress that leads to the UI alone" },
    {
      ...unchanged,
      title: "an Ingress of another namespace, where the Service is another one",
      beside: [
        {
          ...toCollector(),
          props: { ...toCollector().props, metadata: { name: "spans", namespace: "default" } },
        },
      ],
    },
    ...[{ name: "sampling-http" }, { number: 5778 }].map((port) => ({
      ...unchanged,
      title: `a port of the collector that takes no spans, by ${Object.keys(port).join()}`,
      change: spec((s) => s.ports.push({ name: "sampling-http", port: 5778, targetPort: 5778 })),
      beside: [toCollector({ service: { name: "jaeger-collector", port } })],
    })),
  ]);

  it("allows an Ingress that leads to a receiver with TLS, whatever has its labels in another namespace", () => {
    const resources = compliantStack(stack);
    const elsewhere = ["jaeger-gateway", "jaeger-gateway-config"].map((name) => {
      const copy = structuredClone(named(resources, name));
      copy.props.metadata.namespace = "elsewhere";
      return copy;
    });
    changeDocument(named(resources, "jaeger-gateway-config"), (d: Loose) => {
      d.receivers.otlp.protocols.grpc.tls = { cert_file: "/tls/tls.crt", key_file: "/tls/tls.key" };
    });
    assertAllowed(ingestExposure, [...resources, ...elsewhere, toCollector()], { stack });
  });

  for (const environment of ["dev", "staging", "production"] as const) {
    it(`refuses an Ingress with TLS of its own to a receiver in clear in ${environment}`, () => {
      assertRefused(ingestExposure, [...compliantStack(environment), toCollector()], plain, {
        stack: environment,
      });
    });
  }

  refuses(ingestExposure, [
    ...(
      [
        ["a port by its name", { name: "otlp-grpc" }],
        ["a port that the Service does not have", { number: 9999 }],
        ["a port that is unknown during preview", { number: unknownText }],
      ] as const
    ).map(([title, port]) => ({
      ...unchanged,
      title,
      change: spec((s) => (s.ports = [{ name: "otlp-grpc", port: 4317, targetPort: "otlp-grpc" }])),
      beside: [toCollector({ service: { name: "jaeger-collector", port } })],
      says: plain,
    })),
    {
      ...unchanged,
      title: "a default backend",
      beside: [
        {
          ...toCollector(),
          props: {
            ...toCollector().props,
            spec: { defaultBackend: { service: { name: "jaeger-collector", port: { number: 4317 } } } },
          },
        },
      ],
      says: plain,
    },
    {
      ...unchanged,
      title: "the form of an older API",
      beside: [
        {
          ...toCollector({ serviceName: "jaeger-collector", servicePort: 4317 }),
          type: "kubernetes:extensions/v1beta1:Ingress",
        },
      ],
      says: plain,
    },
    {
      ...unchanged,
      title: "a Patch of an Ingress",
      beside: [{ ...toCollector(), type: "kubernetes:networking.k8s.io/v1:IngressPatch" }],
      says: ["takes spans in clear"],
    },
    {
      ...unchanged,
      title: "a backend that is unknown during preview",
      beside: [toCollector(unknownMapping)],
      says: ["cannot be judged", "unknown during preview"],
    },
    {
      ...unchanged,
      title: "a backend that is no Service",
      beside: [toCollector({ resource: { kind: "StorageBucket", name: "b" } })],
      says: ["cannot be judged", "Name a Service"],
    },
    {
      ...unchanged,
      title: "a Service without a selector, whose endpoints are somebody's own",
      change: spec((s) => {
        delete s.selector;
      }),
      beside: [toCollector()],
      says: ["cannot be judged", "has no selector"],
    },
    {
      ...unchanged,
      title: "a Service whose selector is unknown during preview",
      change: spec((s) => (s.selector = unknownMapping)),
      beside: [toCollector()],
      says: plain,
    },
    {
      stack,
      resource: "jaeger-gateway",
      title: "pods whose labels are unknown during preview",
      change: ({ props }) => {
        props.spec.template.metadata.labels = unknownMapping;
      },
      beside: [toCollector()],
      says: plain,
    },
    {
      stack,
      resource: "jaeger-gateway",
      title: "a collector whose configuration cannot be read",
      change: editContainer((c) => (c.args = [])),
      beside: [toCollector()],
      says: ["cannot be judged", "--config"],
    },
    {
      stack,
      resource: "jaeger-gateway",
      title: "a port of the pod that has no name",
      change: editPod((s) => {
        delete s.containers[0].ports;
      }),
      beside: [toCollector()],
      says: plain,
    },
  ]);
});
