import { randomBytes } from "node:crypto";
import { createCertificate } from "../../../../packages/opentelemetry-config/tests/support/certificate";
import { until } from "../../../../sandbox/support/process";
import { sendTrace, type SentTrace } from "../../../support/sentTrace";
import { startJaeger, type RunningJaeger } from "../../support/jaeger";
import { sharedNode } from "../../support/sharedNode";
import { startEdge } from "./edge";
import type { Way } from "./exchange";
import { startIdentityProvider, type Claims } from "./identityProvider";
import { startNames } from "./names";
import {
  argument,
  edgeUsers,
  uiConfigOf,
  uiIngresses,
  uiProxyArguments,
  type PeopledStack,
  type Rendered,
  type Variants,
} from "./rendered";
import { uiPage } from "./uiPage";
import { startUiProxy, userLine, type UiProxy } from "./uiProxy";
import { Visitor } from "./visitor";

/** Stands in for the address of jaeger-query's pod; its loopback is 127.0.0.1. */
export const podAddress = "127.0.0.2";

/** One stack's way to the UI. */
export interface Site {
  readonly stack: PeopledStack;
  readonly host: string;
  readonly proxy: UiProxy;
  /** Through the Ingress. */
  readonly ingress: Way;
  /** Past it, as any pod of the cluster can. */
  readonly service: Way;
}

/** Everything between a person and a trace, for staging and production. */
export interface Access {
  readonly sites: Readonly<Record<PeopledStack, Site>>;
  readonly query: RunningJaeger;
  readonly trace: SentTrace;
  /** Name of the service in the trace: no request has it, and every answer with data. */
  readonly canary: string;
  /** Address of production's identity provider. */
  readonly issuerUrl: string;
  /** The secret that it knows production's client by. */
  readonly clientSecret: string;
  readonly certificate: { readonly certificate: string; readonly key: string };
  /** Ports of the loopback in place of each host's 443. */
  readonly portOf: Readonly<Record<string, number>>;
  /** Hosts that the proxies asked for and could not have. */
  readonly refusedNames: readonly string[];
  readonly visitor: () => Visitor;
  readonly stop: () => Promise<void>;
}

/**
 * Starts it: one Jaeger, with production's configuration of the UI, that both stacks' proxies stand before, since they
 * hardly differ but in the proxy; with one trace in the real Elasticsearch.
 *
 * @param accounts of the identity provider
 * @param variants of the stacks. @default both are as shipped
 */
export async function startAccess(
  accounts: Readonly<Record<string, Claims>>,
  variants: Variants = {},
): Promise<Access> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).reverse()) await one();
  };
  const started = async <Started extends { readonly stop: () => Promise<void> }>(
    starting: Promise<Started>,
  ): Promise<Started> => {
    const one = await starting;
    stops.push(() => one.stop());
    return one;
  };
  try {
    const rendered = (stack: PeopledStack): Rendered => [stack, variants[stack]];
    const canary = `canary-${randomBytes(8).toString("hex")}`;
    const uiConfig = uiConfigOf(rendered("production"));
    const { query, trace } = await storeTrace(canary, uiConfig, started);
    const words = uiProxyArguments(rendered("production"));
    const issuerUrl = argument(words, "oidc-issuer-url");
    const issuerHost = new URL(issuerUrl).hostname;
    const hosts = { staging: hostOf(rendered("staging")), production: hostOf(rendered("production")) };
    const certificate = createCertificate([issuerHost, ...Object.values(hosts)]);
    const clientSecret = randomBytes(16).toString("hex");
    const provider = await started(
      startIdentityProvider({
        issuerUrl,
        clientId: argument(words, "client-id"),
        clientSecret,
        redirectUrl: argument(words, "redirect-url"),
        accounts,
        certificate,
      }),
    );
    const names = await started(startNames({ [`${issuerHost}:443`]: provider.port }));
    const proxyOf = (stack: PeopledStack): Promise<UiProxy> =>
      started(
        startUiProxy({
          rendered: rendered(stack),
          podAddress,
          queryPort: query.portOf("queryHttp"),
          clientSecret: stack === "production" ? clientSecret : "none",
          namesPort: names.port,
          certificate: certificate.certificate,
        }),
      );
    const siteOf = async (stack: PeopledStack): Promise<Site> => {
      const proxy = await proxyOf(stack);
      const edge = await started(
        startEdge({
          ingresses: uiIngresses(rendered(stack)),
          users: {
            "jaeger-ui-users": edgeUsers(rendered(stack))
              .map((name) => userLine(name, proxy.passwords[name] ?? ""))
              .join(""),
          },
          services: { "jaeger-query:16686": `${podAddress}:${proxy.port}` },
          certificate,
        }),
      );
      const host = hosts[stack];
      return {
        stack,
        host,
        proxy,
        ingress: { address: "127.0.0.1", port: edge.port, host },
        service: { address: podAddress, port: proxy.port },
      };
    };
    const sites = { staging: await siteOf("staging"), production: await siteOf("production") };
    const portOf = {
      [issuerHost]: provider.port,
      [hosts.staging]: sites.staging.ingress.port,
      [hosts.production]: sites.production.ingress.port,
    };
    return {
      sites,
      query,
      trace,
      canary,
      issuerUrl,
      clientSecret,
      certificate,
      portOf,
      refusedNames: names.refused,
      visitor: () => new Visitor({ portOf, certificate: certificate.certificate }),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function hostOf(rendered: Rendered): string {
  const [rule] = uiIngresses(rendered)[0]?.spec.rules ?? [];
  if (rule === undefined) throw new Error(`${rendered[0]}: the UI's Ingress has no rule`);
  return rule.host;
}

async function storeTrace(
  canary: string,
  uiConfig: string,
  started: (starting: Promise<RunningJaeger>) => Promise<RunningJaeger>,
): Promise<{ readonly query: RunningJaeger; readonly trace: SentTrace }> {
  const { url, password } = await sharedNode();
  const common = { url, username: "elastic", password, indexPrefix: "access" };
  const query = await started(
    startJaeger({ ...common, role: "query", podAddress, ui: { config: uiConfig, page: uiPage } }),
  );
  const collector = await startJaeger({ ...common, role: "collector" });
  try {
    const address = `127.0.0.1:${collector.portOf("otlpHttp")}`;
    const trace = await sendTrace(address, { service: canary, spans: 3, startMs: Date.now() - 60_000 });
    const has = async (where: string): Promise<boolean> => {
      const answer = await fetch(`http://127.0.0.1:${query.portOf("queryHttp")}${where}`);
      return (await answer.text()).includes(canary);
    };
    const isStored = async (): Promise<boolean> =>
      (await has(`/api/traces/${trace.traceId}`)) && (await has("/api/services"));
    if (!(await until(isStored, 30_000, 300))) throw new Error(`the trace is not found:\n${query.log()}`);
    return { query, trace };
  } finally {
    await collector.stop();
  }
}
