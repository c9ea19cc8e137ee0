import { at, elements, isList, isMapping, type Value } from "../engine/snapshot";

/** Whether a rule of a NetworkPolicy says no port, or so many that it says none. */
export function hasAnyPort(rule: Value): boolean {
  const ports = at(rule, "ports");
  if (saysNothing(ports)) return true;
  return elements(ports).some((entry) => {
    const [first, last] = [at(entry, "port"), at(entry, "endPort")];
    if (first === undefined || first === null) return true;
    return typeof first === "number" && typeof last === "number" && first <= 1024 && last >= 32_768;
  });
}

/** Whether a rule of a NetworkPolicy covers a port; one that cannot be read does. @param name of the port in the pod */
export function coversPort(rule: Value, port: number, name: string | undefined): boolean {
  if (hasAnyPort(rule)) return true;
  return elements(at(rule, "ports")).some((entry) => {
    const [first, last] = [at(entry, "port"), at(entry, "endPort")];
    if (typeof first === "string") return first === name || first === String(port);
    if (typeof first !== "number") return true;
    return first === port || (typeof last === "number" && first <= port && port <= last);
  });
}

/** Whether a rule's peers (`from`, `to`) are everybody: none at all, every address, or every pod of every namespace. */
export function hasAnyPeer(peers: Value | undefined): boolean {
  return saysNothing(peers) || elements(peers).some(isEverybody);
}

function isEverybody(peer: Value): boolean {
  const block = at(peer, "ipBlock", "cidr");
  if (typeof block === "string") return /\/0+$/.test(block);
  const [namespaces, pods] = [at(peer, "namespaceSelector"), at(peer, "podSelector")];
  return isMapping(namespaces) && saysNothing(namespaces) && saysNothing(pods);
}

/** Whether a part of a policy is left out, or as good as that. */
export function saysNothing(value: Value | undefined): boolean {
  if (value === undefined || value === null) return true;
  if (isList(value)) return value.length === 0;
  return isMapping(value) && Object.values(value).every(saysNothing);
}
