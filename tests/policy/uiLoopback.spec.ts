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
      title: "all interfaces in dev, where only a port-forward leads in",
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

  refuses(uiLoopback, [
    {
      title: "all interfaces in an unknown stack",
      resource: "jaeger-config",
      change: () => undefined,
      options: { stack: "qa" },
      says: ["http.endpoint"],
    },
  ]);
});
