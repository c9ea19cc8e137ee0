/* eslint-disable @typescript-eslint/no-unsafe-member-access -- the cases break documents that no type describes */
import { uiLoopback } from "../../policy/rules/uiLoopback";
import { allows, refuses } from "./support/cases";
import { edit } from "./support/compliantStack";
import { type Declared } from "./support/evaluate";

function endpoint(protocol: string, value: unknown): (resource: Declared) => void {
  return edit((d) => {
    d.extensions.jaeger_query[protocol] = value;
  });
}

describe("jaeger-ui-require-loopback", () => {
  const query = { resource: "jaeger-query-config" };

  allows(uiLoopback, [
    {
      ...query,
      stack: "production",
      title: "extensions that show nobody a trace",
      change: edit((d) => (d.extensions["pprof/debug"] = { endpoint: "0.0.0.0:1777" })),
    },
    {
      title: "loopback in dev, where only a port-forward leads in",
      resource: "jaeger-config",
      change: () => undefined,
    },
    {
      ...query,
      stack: "production",
      title: "loopback by name and by IPv6",
      change: endpoint("http", { endpoint: "[::1]:16686" }),
    },
  ]);

  refuses(
    uiLoopback,
    (["staging", "production"] as const).flatMap((stack) => [
      {
        ...query,
        stack,
        title: `all interfaces in ${stack}`,
        change: endpoint("http", { endpoint: "0.0.0.0:16686" }),
        says: ["http.endpoint", "0.0.0.0"],
      },
      {
        ...query,
        stack,
        title: `a port alone in ${stack}`,
        change: endpoint("http", { endpoint: ":16686" }),
        says: ["http.endpoint"],
      },
      {
        ...query,
        stack,
        title: `no HTTP endpoint in ${stack}, which means all interfaces`,
        change: endpoint("http", undefined),
        says: ["http.endpoint is missing"],
      },
      {
        ...query,
        stack,
        title: `an open gRPC endpoint in ${stack}`,
        change: endpoint("grpc", { endpoint: "0.0.0.0:16685" }),
        says: ["grpc.endpoint"],
      },
      {
        ...query,
        stack,
        title: `an address from the environment in ${stack}`,
        change: endpoint("http", { endpoint: "${env:IP}:16686" }),
        says: ["http.endpoint"],
      },
      {
        ...query,
        stack,
        title: `a host that begins like loopback in ${stack}`,
        change: endpoint("http", { endpoint: "127.0.0.1.example.com:16686" }),
        says: ["example.com"],
      },
      {
        ...query,
        stack,
        title: `a second, named extension in ${stack}`,
        change: edit((d) => (d.extensions["jaeger_query/open"] = { http: { endpoint: "0.0.0.0:1" } })),
        says: ["jaeger_query/open"],
      },
      {
        ...query,
        stack,
        title: `a Patch in ${stack}`,
        change: (resource: Declared) => {
          resource.type = "kubernetes:core/v1:ConfigMapPatch";
          endpoint("http", { endpoint: "0.0.0.0:16686" })(resource);
        },
        says: ["ConfigMapPatch", "http.endpoint"],
      },
    ]),
  );

  const open = {
    resource: "jaeger-config",
    change: endpoint("http", { endpoint: "0.0.0.0:16686" }),
    says: ["http.endpoint", "0.0.0.0"],
  };
  refuses(
    uiLoopback,
    ["remote_storage", "jaeger_mcp", "jaeger_mcp/second", "zpages"].map((extension) => ({
      resource: "jaeger-config",
      title: `the extension ${extension}, wherever it listens`,
      change: edit((d) => (d.extensions[extension] = { endpoint: "0.0.0.0:17271" })),
      says: [extension, "may show traces"],
    })),
  );

  refuses(
    uiLoopback,
    ["ai", "otlp_proxy"].map((server) => ({
      ...query,
      stack: "production" as const,
      title: `${server} of the query`,
      change: edit((d) => (d.extensions.jaeger_query[server] = { mcp: {} })),
      says: [`jaeger_query.${server}`, "past the login"],
    })),
  );

  refuses(uiLoopback, [
    { ...open, title: "all interfaces in dev, where nobody logs in" },
    { ...open, title: "all interfaces in an unknown stack", options: { stack: "qa" } },
  ]);
});
