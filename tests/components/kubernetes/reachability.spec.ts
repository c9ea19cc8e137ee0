import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import main from "../../../index";
import { environments, type Environment } from "../../../policy/limits";
import { record } from "../../support/mocks";
import { mayConnect, podsOf, type Host } from "../../support/reachability";
import { projectFolder, shippedConfig } from "../../support/stackFiles";

// The declared connections are the tables of docs/network.md. Each has to be allowed by the NetworkPolicies of the
// stack, and every other one of the hosts and ports here denied.

const document = readFileSync(join(projectFolder, "docs", "network.md"), "utf8");

/** Who else there is. */
const others: readonly Host[] = [
  { name: "a service of Nova", namespace: "default" },
  { name: "a pod of another namespace", namespace: "elsewhere" },
  { name: "another pod of observability", namespace: "observability" },
  {
    name: "solver of an ACME challenge",
    namespace: "observability",
    labels: { "acme.cert-manager.io/http01-solver": "true" },
  },
  { name: "Prometheus", namespace: "monitoring" },
  { name: "Ingress controller", namespace: "ingress-nginx" },
  { name: "DNS of the cluster", namespace: "kube-system" },
  { name: "DNS cache of the node", address: "169.254.20.10" },
  { name: "DNS of OpenShift", namespace: "openshift-dns" },
  { name: "an address outside", address: "203.0.113.7" },
];

/** What anything in this field listens on, and a few that nothing should. */
const knownPorts = [
  22, 53, 80, 443, 4180, 4317, 4318, 5353, 5778, 5779, 8080, 8089, 8888, 8889, 9000, 9200, 9300, 9400, 13133,
  14268, 14269, 16685, 16686,
];

/** Everybody who is not in the namespace of the stack; its pods reach each other by name alone. */
const elsewhere = others.filter(({ namespace }) => namespace !== "observability").map(({ name }) => name);

/** Lines of the table of a stack: ports by `from → to`. */
function declared(stack: Environment): Record<string, string> {
  const section = document.split(/^## /m).find((part) => part.startsWith(`${stack}\n`)) ?? "";
  const rows = [...section.matchAll(/^\| (?!From |-)(.+?) +\| (.+?) +\| (.+?) +\|$/gm)];
  const ends = (cell: string): string[] =>
    cell.split("; ").flatMap((one) => (one === "anybody elsewhere" ? elsewhere : [one]));
  const merged: Record<string, string> = {};
  for (const [, from = "", to = "", ports = ""] of rows) {
    for (const pair of ends(from).flatMap((one) => ends(to).map((other) => `${one} → ${other}`))) {
      merged[pair] = sorted(merged[pair] === undefined ? ports : `${merged[pair]}, ${ports}`);
    }
  }
  return merged;
}

function sorted(ports: string): string {
  const numbers = ports.split(", ").map(Number);
  return [...new Set(numbers)].sort((a, b) => a - b).join(", ");
}

for (const stack of environments) {
  describe(`NetworkPolicies of ${stack}`, () => {
    let allowed: Record<string, string>;

    before(async () => {
      const { resources } = await record(main, shippedConfig(stack));
      const policies = resources
        .filter(({ type }) => type.endsWith(":NetworkPolicy"))
        .map(({ inputs }) => inputs);
      const pods = podsOf(resources);
      assert.ok(policies.length > 1 && pods.length > 0);
      const hosts: readonly Host[] = [...pods, ...others];
      const ports = [...new Set([...knownPorts, ...pods.flatMap((pod) => pod.ports)])].sort((a, b) => a - b);
      const ours = (host: Host): boolean => host.namespace === "observability";
      allowed = Object.fromEntries(
        hosts
          .flatMap((from) => hosts.map((to) => ({ from, to })))
          .filter(({ from, to }) => ours(from) || ours(to))
          .map(({ from, to }): [string, string] => [
            `${from.name} → ${to.name}`,
            ports.filter((port) => mayConnect(policies, from, to, port)).join(", "),
          ])
          .filter(([, open]) => open !== ""),
      );
    });

    it("allow each connection that docs/network.md declares, and no other", () => {
      assert.deepEqual(allowed, declared(stack));
    });
  });
}
