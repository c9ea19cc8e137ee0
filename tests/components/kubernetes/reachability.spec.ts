import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import main from "../../../index";
import { environments } from "../../../policy/limits";
import { record } from "../../support/mocks";
import { mayConnect, podsOf, type Host, type Port } from "../../support/reachability";
import { projectFolder, shippedConfig } from "../../support/stackFiles";
import { variantConfig, variants } from "../../support/variants";

// The declared connections are the tables of docs/network.md: those of each stack, and what each other way to set one up
// adds and takes away. Each has to be allowed by the NetworkPolicies of the stack, and every other one of the hosts and
// ports here denied.

const page = readFileSync(join(projectFolder, "docs", "network.md"), "utf8");

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
  { name: "operator of Elasticsearch", namespace: "elastic-system" },
  { name: "an address outside", address: "203.0.113.7" },
];

/** What anything in this field listens on, and a few that nothing should. */
const knownPorts: readonly Port[] = [
  ...[
    22, 53, 80, 443, 4180, 4317, 4318, 5353, 5778, 5779, 8080, 8089, 8888, 8889, 9000, 9200, 9300, 9400,
    13133, 14268, 14269, 16685, 16686,
  ].map((number) => ({ protocol: "TCP", number }) as const),
  ...[53, 123, 443, 5353, 6831, 6832].map((number) => ({ protocol: "UDP", number }) as const),
];

/** As the tables have a port. */
const written = ({ protocol, number }: Port): string =>
  protocol === "TCP" ? String(number) : `${number} (${protocol})`;

/** Everybody who is not in the namespace of the stack; its pods reach each other by name alone. */
const elsewhere = others.filter(({ namespace }) => namespace !== "observability").map(({ name }) => name);

/** A connection as text: `from → to: port`. */
type Connections = ReadonlySet<string>;

/** The rows of a section of the page. @param sign what stands in the first column, where there is one */
function declared(title: string, sign?: "+" | "-"): Connections {
  const section = page.split(/^##+ /m).find((part) => part.startsWith(`${title}\n`));
  assert.ok(section !== undefined, `docs/network.md has no section "${title}"`);
  const rows = section
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .filter((cells) => !cells.includes("From") && !/^-+$/.test(cells.at(-1) ?? ""))
    .filter((cells) => sign === undefined || cells[0] === (sign === "+" ? "also" : "not"));
  const ends = (cell: string): string[] =>
    cell.split("; ").flatMap((one) => (one === "anybody elsewhere" ? elsewhere : [one]));
  return new Set(
    rows
      .map((cells) => cells.slice(-3))
      .flatMap(([from = "", to = "", ports = ""]) =>
        ends(from).flatMap((one) =>
          ends(to).flatMap((other) => ports.split(", ").map((port) => `${one} → ${other}: ${port}`)),
        ),
      ),
  );
}

/** What the NetworkPolicies of a stack allow, of all that could be tried. */
async function allowedBy(config: ReturnType<typeof shippedConfig>): Promise<Connections> {
  const { resources } = await record(main, config);
  const policies = resources
    .filter(({ type }) => type.endsWith(":NetworkPolicy"))
    .map(({ inputs }) => inputs);
  const pods = podsOf(resources);
  assert.ok(policies.length > 1 && pods.length > 0);
  const hosts: readonly Host[] = [...pods, ...others];
  const known = new Set(knownPorts.map(written));
  const opened = pods
    .flatMap((pod) => pod.ports)
    .map((number): Port => ({ protocol: "TCP", number }))
    .filter((port) => !known.has(written(port)));
  const ours = (host: Host): boolean => host.namespace === "observability";
  return new Set(
    hosts
      .flatMap((from) => hosts.map((to) => ({ from, to })))
      .filter(({ from, to }) => ours(from) || ours(to))
      .flatMap(({ from, to }) =>
        [...knownPorts, ...opened]
          .filter((port) => mayConnect(policies, from, to, port))
          .map((port) => `${from.name} → ${to.name}: ${written(port)}`),
      ),
  );
}

const sorted = (connections: Connections): string[] => [...connections].sort();
const without = (some: Connections, rest: Connections): string[] =>
  sorted(new Set([...some].filter((one) => !rest.has(one))));

for (const stack of environments) {
  describe(`NetworkPolicies of ${stack}`, () => {
    it("allow each connection that docs/network.md declares, and no other", async () => {
      assert.deepEqual(sorted(await allowedBy(shippedConfig(stack))), sorted(declared(stack)));
    });
  });
}

describe("NetworkPolicies of a stack that is set up otherwise", () => {
  for (const [stack, variant] of variants) {
    const title = `${stack} ${variant.what}`;
    it(`${title}: allow what docs/network.md says beside, or in place of, what ${stack} allows`, async () => {
      const base = declared(stack);
      const allowed = await allowedBy(variantConfig(stack, variant));
      const changed = page.includes(`### ${title}\n`);
      const [more, less] = changed
        ? [declared(title, "+"), declared(title, "-")]
        : [new Set<string>(), new Set<string>()];
      assert.deepEqual(
        { also: without(allowed, base), not: without(base, allowed) },
        { also: sorted(more), not: sorted(less) },
      );
    });
  }
});
