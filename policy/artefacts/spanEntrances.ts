import { type Resource } from "../engine/resource";
import { type Stack } from "../engine/stack";
import { at, entries, isMapping, type Mapping, show, text, UNKNOWN, type Value } from "../engine/snapshot";
import { componentType, tracesPipelines } from "./collectorConfiguration";
import { type CollectorContainer, collectorContainers } from "./collectorContainer";

/** A port on which a collector takes spans from other pods. */
export interface SpanEntrance {
  /** Where it stands: `receivers.otlp.protocols.grpc`. */
  readonly place: string;
  /** `undefined` where it cannot be read. */
  readonly port: number | undefined;
  /** Whether the server shows a certificate, and asks the client for one. */
  readonly tls: "none" | "server" | "mutual";
  /** Why its TLS is none that can be relied on. */
  readonly problem?: string;
}

const defaultPorts: Readonly<Record<string, number>> = {
  grpc: 4317,
  http: 4318,
  thrift_http: 14268,
  zipkin: 9411,
};

/** The entrances of the receivers that a traces pipeline uses; what listens on loopback is none. */
export function spanEntrances(document: Mapping): SpanEntrance[] {
  const used = new Set(
    tracesPipelines(document).flatMap(({ receivers }) => receivers.map((id) => text(id) ?? "")),
  );
  return entries(at(document, "receivers"))
    .filter(([id]) => used.has(id) && componentType(id) !== "nop")
    .flatMap(([id, receiver]) => {
      const protocols = at(receiver, "protocols");
      if (isMapping(protocols)) {
        return entries(protocols).map(([name, settings]) =>
          entrance(`receivers.${id}.protocols.${name}`, name, settings),
        );
      }
      // Of other receivers only one that names a port takes connections.
      return at(receiver, "endpoint") === undefined
        ? []
        : [entrance(`receivers.${id}`, componentType(id), receiver)];
    })
    .filter((found) => found !== undefined);
}

function entrance(place: string, name: string, settings: Value | undefined): SpanEntrance | undefined {
  const endpoint = at(settings, "endpoint");
  // A collector that is told no address listens on its own loopback.
  if (endpoint === undefined || endpoint === null) return undefined;
  if (/^(127\.0\.0\.1|localhost|\[::1\]):\d+$/.test(text(endpoint) ?? "")) return undefined;
  const [, digits] = /:(\d+)$/.exec(text(endpoint) ?? "") ?? [];
  const port =
    digits === undefined ? (text(endpoint) === undefined ? undefined : defaultPorts[name]) : Number(digits);
  return { place, port, ...transport(at(settings, "tls")) };
}

function transport(tls: Value | undefined): Pick<SpanEntrance, "tls" | "problem"> {
  if (tls === undefined || tls === null) return { tls: "none" };
  const given = (name: string): boolean =>
    [`${name}_file`, `${name}_pem`].some((key) => (text(at(tls, key)) ?? "") !== "");
  if (!given("cert") || !given("key"))
    return { tls: "none", problem: `tls is ${show(tls)}, without cert_file and key_file` };
  const oldest = at(tls, "min_version");
  if (oldest !== undefined && text(oldest) !== "1.2" && text(oldest) !== "1.3") {
    return { tls: "none", problem: `tls.min_version is ${show(oldest)}; write "1.2" or "1.3"` };
  }
  return { tls: (text(at(tls, "client_ca_file")) ?? "") === "" ? "server" : "mutual" };
}

/** The containers of collectors that a Service leads to, or may lead to as far as a preview knows. */
export function collectorsBehind(stack: Stack, service: Resource): CollectorContainer[] {
  return collectorContainers(stack).filter(
    ({ owner, template }) =>
      (owner.namespace ?? "default") === (service.namespace ?? "default") &&
      couldSelect(service.at("spec", "selector"), template.labels),
  );
}

/** Whether a Service sends to pods with these labels, where nothing that is unknown says no. */
export function couldSelect(selector: Value | undefined, labels: Value | undefined): boolean {
  if (selector === UNKNOWN) return true;
  if (!isMapping(selector) || Object.keys(selector).length === 0) return false;
  return entries(selector).every(([key, value]) => {
    const label = at(labels, key);
    return value === UNKNOWN || label === UNKNOWN || label === value;
  });
}
