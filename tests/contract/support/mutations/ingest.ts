/* eslint-disable @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call -- mutations break documents that no type describes */
import { withMutualTls } from "../../../support/variants";
import { type Loose } from "../../../policy/support/evaluate";
import {
  above,
  all,
  collector,
  jaegerPod,
  kubernetesService,
  object,
  service,
  type Mutation,
} from "./change";

/** An Ingress with TLS of its own, so that nothing is wrong with it but where it leads. */
const toCollector = {
  spec: {
    tls: [{ hosts: ["otlp.example.com"], secretName: "otlp-tls" }],
    rules: [
      {
        host: "otlp.example.com",
        http: {
          paths: [
            {
              path: "/",
              pathType: "Prefix",
              backend: { service: { name: "jaeger-collector", port: { number: 4318 } } },
            },
          ],
        },
      },
    ],
  },
};

const eachProtocol = (change: (settings: Loose) => void): Mutation["apply"] =>
  collector((d) => {
    for (const settings of Object.values(d.receivers.otlp.protocols as object)) change(settings);
  });

/** Ways for spans to come in in clear from outside, and to be refused because one end alone was switched. */
export const ingestMutations: readonly Mutation[] = [
  {
    title: "an Ingress with TLS leads to the collector, which takes spans in clear",
    stacks: all,
    refusedBy: "otlp-ingest-prohibit-plain-exposure",
    apply: () => [object("networking.k8s.io/v1:Ingress", toCollector)],
  },
  {
    title: "an HTTPRoute leads to the collector",
    stacks: all,
    refusedBy: "jaeger-ui-prohibit-open-exposure",
    apply: () => [
      object("gateway.networking.k8s.io/v1:HTTPRoute", {
        spec: { rules: [{ backendRefs: [{ name: "jaeger-collector", port: 4318 }] }] },
      }),
    ],
  },
  {
    title: "the collector's Service is a LoadBalancer",
    stacks: all,
    refusedBy: "jaeger-ui-prohibit-open-exposure",
    apply: kubernetesService("jaeger-collector", (s) => (s.type = "LoadBalancer")),
  },
  {
    title: "the collector's port is one of the node",
    stacks: all,
    refusedBy: "kubernetes-pod-require-restricted-security",
    apply: jaegerPod((container) => {
      for (const port of container.ports) port.hostPort = port.containerPort;
    }),
  },
  {
    title: "a service sends over TLS to a collector in clear",
    stacks: all,
    refusedBy: "otlp-ingest-require-agreement",
    apply: service("auth-service", (data) => {
      data.OTLP_ENDPOINT = data.OTLP_ENDPOINT.replace("http:", "https:");
      data.OTEL_EXPORTER_OTLP_ENDPOINT = data.OTLP_ENDPOINT;
    }),
  },
  {
    title: "a service still sends in clear to a collector with TLS",
    stacks: above,
    variant: withMutualTls,
    refusedBy: "otlp-ingest-require-agreement",
    apply: service("auth-service", (data) => {
      data.OTLP_ENDPOINT = data.OTLP_ENDPOINT.replace("https:", "http:");
      data.OTEL_EXPORTER_OTLP_ENDPOINT = data.OTLP_ENDPOINT;
    }),
  },
  {
    title: "the collector takes spans in clear, and the services send over TLS",
    stacks: above,
    variant: withMutualTls,
    refusedBy: "otlp-ingest-require-agreement",
    apply: eachProtocol((settings) => {
      delete settings.tls;
    }),
  },
  {
    title: "the collector speaks TLS 1.1 too",
    stacks: above,
    variant: withMutualTls,
    refusedBy: "otlp-ingest-require-agreement",
    apply: eachProtocol((settings) => (settings.tls.min_version = "1.1")),
  },
  {
    title: "a service does not know the collector's authority",
    stacks: above,
    variant: withMutualTls,
    refusedBy: "tracing-configmap-require-contract",
    apply: service("auth-service", (data) => {
      delete data.OTEL_EXPORTER_OTLP_CERTIFICATE;
    }),
  },
];
