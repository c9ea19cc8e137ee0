/* eslint-disable @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-return -- the cases break documents that no type describes */
import { ingestAgreement } from "../../policy/rules/ingestAgreement";
import { allows, refuses } from "./support/cases";
import { changeDocument, compliantStack, edit, named } from "./support/compliantStack";
import { assertAllowed, assertRefused, type Declared, type Loose } from "./support/evaluate";

const files = { cert_file: "/tls/tls.crt", key_file: "/tls/tls.key", min_version: "1.2" };
const collector = { stack: "staging" as const, resource: "jaeger-collector-config" };
const gateway = { stack: "staging" as const, resource: "jaeger-gateway-config" };
const auth = { stack: "staging" as const, resource: "auth-service-config" };

const grpcTls = (tls: Loose): ((resource: Declared) => void) =>
  edit((d) => (d.receivers.otlp.protocols.grpc.tls = tls));

function endpoints(scheme: string): (resource: Declared) => void {
  return ({ props }) => {
    props.data.OTLP_ENDPOINT = `${scheme}://jaeger-collector.observability:4317`;
    props.data.OTEL_EXPORTER_OTLP_ENDPOINT = props.data.OTLP_ENDPOINT;
  };
}

/** The compliant stack with TLS on both hops. */
function encrypted(tls: Loose = files): Declared[] {
  const stack = compliantStack("staging");
  for (const name of ["jaeger-gateway-config", "jaeger-collector-config"]) grpcTls(tls)(named(stack, name));
  changeDocument(named(stack, "jaeger-gateway-config"), (d) => {
    d.exporters.otlp.tls = { ca_file: "/tls/ca.crt" };
  });
  for (const name of ["auth-service", "messaging-service"])
    endpoints("https")(named(stack, `${name}-config`));
  return stack;
}

/** The same with another exporter of the gateway. @param backendTls of Jaeger's own collector. @default none */
function withExporter(exporter: Loose, backendTls?: Loose): Declared[] {
  const stack = encrypted();
  if (backendTls === undefined) {
    changeDocument(named(stack, "jaeger-collector-config"), (d) => {
      delete d.receivers.otlp.protocols.grpc.tls;
    });
  }
  changeDocument(named(stack, "jaeger-gateway-config"), (d) => {
    d.exporters.otlp = exporter;
  });
  return stack;
}

const staging = { stack: "staging" };
const backend = "jaeger-collector-backend.observability:4317";

describe("otlp-ingest-require-agreement", () => {
  allows(ingestAgreement, [
    { ...auth, title: "plain text at both ends", change: () => undefined },
    {
      ...collector,
      title: "a receiver on loopback with TLS of its own",
      change: edit((d) => (d.receivers.otlp.protocols.http = { endpoint: "127.0.0.1:4318", tls: files })),
    },
    {
      ...collector,
      title: "a receiver that no pipeline uses",
      change: edit(
        (d) => (d.receivers["otlp/spare"] = { protocols: { grpc: { endpoint: "0.0.0.0:1", tls: files } } }),
      ),
    },
  ]);

  it("allows TLS at both ends, with certificates of the clients and without", () => {
    assertAllowed(ingestAgreement, encrypted(), staging);
    assertAllowed(ingestAgreement, encrypted({ ...files, client_ca_file: "/tls/ca.crt" }), staging);
  });

  it("allows a gateway that speaks to Jaeger as Jaeger listens", () => {
    assertAllowed(
      ingestAgreement,
      withExporter({ endpoint: backend, tls: { ca_file: "/ca" } }, files),
      staging,
    );
    assertAllowed(ingestAgreement, withExporter({ endpoint: backend, tls: { insecure: true } }), staging);
    assertAllowed(ingestAgreement, withExporter({ endpoint: `http://${backend}` }), staging);
  });

  for (const [title, resources, says] of [
    [
      "a gateway in clear to a Jaeger with TLS",
      withExporter({ endpoint: backend, tls: { insecure: true } }, files),
      ["exporters.otlp ", "sends in clear", "has TLS"],
    ],
    [
      "a gateway with TLS to a Jaeger in clear",
      withExporter({ endpoint: `dns:///${backend}` }),
      ["sends over TLS", "has no TLS"],
    ],
    [
      "a gateway that verifies nothing",
      withExporter({ endpoint: backend, tls: { insecure_skip_verify: true } }, files),
      ["insecure_skip_verify"],
    ],
  ] as const) {
    it(`refuses ${title}`, () => {
      assertRefused(ingestAgreement, resources, says, staging);
    });
  }

  it("refuses one service that was left behind in clear", () => {
    const stack = encrypted();
    endpoints("http")(named(stack, "auth-service-config"));
    const says = ["default/auth-service-config", "OTLP_ENDPOINT", "has TLS", "Write https"];
    assertRefused(ingestAgreement, stack, says, staging);
  });

  refuses(ingestAgreement, [
    {
      ...auth,
      title: "https to a receiver in clear",
      change: endpoints("https"),
      says: ["OTEL_EXPORTER_OTLP_ENDPOINT", "has no TLS", "Write http"],
    },
    {
      ...auth,
      title: "https in the guide's variable alone",
      change: ({ props }) => {
        props.data.OTLP_ENDPOINT = "https://jaeger-collector.observability:4317";
      },
      says: ["data.OTLP_ENDPOINT", "has no TLS"],
    },
    {
      ...auth,
      title: "https for thrift to a receiver in clear",
      change: ({ props }) => {
        props.data.JAEGER_ENDPOINT = "https://jaeger-collector.observability:14268/api/traces";
      },
      says: ["JAEGER_ENDPOINT", "has no TLS"],
    },
    {
      ...gateway,
      title: "TLS that the services know nothing of",
      change: grpcTls(files),
      says: ["auth-service-config", "has TLS"],
    },
    {
      ...collector,
      title: "TLS on one protocol alone",
      change: edit((d) => (d.receivers.otlp.protocols.http = { endpoint: "0.0.0.0:4318", tls: files })),
      says: ["protocols.grpc", "no TLS", "protocols.http"],
    },
    {
      ...collector,
      title: "thrift in clear beside OTLP with TLS",
      change: edit((d) => {
        d.receivers.otlp.protocols.grpc.tls = files;
        d.receivers.jaeger = { protocols: { thrift_http: { endpoint: "0.0.0.0:14268" } } };
        d.service.pipelines.traces.receivers.push("jaeger");
      }),
      says: ["receivers.jaeger.protocols.thrift_http", "no TLS"],
    },
    {
      ...collector,
      title: "TLS without a certificate",
      change: grpcTls({ client_ca_file: "/tls/ca.crt" }),
      says: ["receivers.otlp.protocols.grpc", "without cert_file"],
    },
    ...["1.0", "1.1", 1.2].map((version) => ({
      ...collector,
      title: `TLS of the version ${JSON.stringify(version)}`,
      change: grpcTls({ ...files, min_version: version }),
      says: ["min_version", '"1.2" or "1.3"'],
    })),
  ]);
});
