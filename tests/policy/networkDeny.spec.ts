/* eslint-disable @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return -- the cases break documents that no type describes */
import { networkDeny } from "../../policy/rules/networkDeny";
import { allows, refuses } from "./support/cases";
import { defaultDeny } from "./support/compliantStack";
import { type Declared, type Loose, unknownMapping } from "./support/evaluate";

const deny = { resource: "default-deny" };

function spec(change: (spec: Loose) => void): (resource: Declared) => void {
  return ({ props }) => {
    change(props.spec);
  };
}

function beside(more: Loose): Declared[] {
  const other = defaultDeny();
  return [{ ...other, name: "other", props: { ...other.props, spec: { ...other.props.spec, ...more } } }];
}

const denies = ["no NetworkPolicy of the namespace observability denies by default"];

describe("kubernetes-network-require-default-deny", () => {
  allows(networkDeny, [
    { ...deny, title: "rules that are empty lists", change: spec((s) => (s.ingress = [])) },
    {
      ...deny,
      title: "a policy beside it that names peers",
      change: () => undefined,
      beside: beside({ ingress: [{ from: [{ podSelector: { matchLabels: { app: "a" } } }] }] }),
    },
    {
      ...deny,
      title: "a policy beside it that names ports",
      change: () => undefined,
      beside: beside({ egress: [{ ports: [{ port: 443 }] }] }),
    },
  ]);

  allows(
    networkDeny,
    [
      { from: [{ namespaceSelector: {} }], ports: [{ port: 4180 }] },
      { from: [{ namespaceSelector: { matchLabels: { team: "a" } } }] },
      { from: [{ ipBlock: { cidr: "10.0.0.0/8" } }] },
      { ports: [{ port: 8000, endPort: 8100 }] },
    ].map((rule) => ({
      ...deny,
      title: `a policy beside it that allows ${JSON.stringify(rule)}`,
      change: () => undefined,
      beside: beside({ ingress: [rule] }),
    })),
  );

  refuses(networkDeny, [
    ...(["dev", "staging", "production"] as const).map((stack) => ({
      ...deny,
      stack,
      title: `${stack} without it`,
      says: denies,
    })),
    { ...deny, title: "one direction", change: spec((s) => s.policyTypes.pop()), says: denies },
    {
      ...deny,
      title: "no directions, which means ingress",
      change: spec((s) => {
        delete s.policyTypes;
      }),
      says: denies,
    },
    {
      ...deny,
      title: "some pods only",
      change: spec((s) => (s.podSelector = { matchLabels: { app: "a" } })),
      says: denies,
    },
    {
      ...deny,
      title: "another namespace",
      change: ({ props }) => (props.metadata.namespace = "default"),
      says: denies,
    },
    {
      ...deny,
      title: "a selector that is unknown during preview",
      change: spec((s) => (s.podSelector = unknownMapping)),
      says: denies,
    },
    {
      ...deny,
      title: "a Patch, which denies nothing where the object is not there",
      change: (resource) => {
        resource.type = `${resource.type}Patch`;
      },
      says: denies,
    },
    {
      ...deny,
      title: "a rule in it",
      change: spec((s) => (s.ingress = [{ ports: [{ port: 9200 }] }])),
      says: denies,
    },
    ...["ingress", "egress"].map((way) => ({
      ...deny,
      title: `a policy beside it that allows every ${way}`,
      change: () => undefined,
      beside: beside({ [way]: [{}] }),
      says: [`spec.${way}`, "allows everything"],
    })),
    ...[
      { from: [{ ipBlock: { cidr: "0.0.0.0/0" } }] },
      { from: [{ ipBlock: { cidr: "::/0" } }] },
      { from: [{ podSelector: { matchLabels: { app: "a" } } }, { namespaceSelector: {} }] },
      { from: [{ namespaceSelector: {}, podSelector: {} }], ports: [] },
      { ports: [{ protocol: "TCP" }] },
      { ports: [{ port: 1, endPort: 65535 }] },
    ].map((rule) => ({
      ...deny,
      title: `a policy beside it that allows ${JSON.stringify(rule)}`,
      change: () => undefined,
      beside: beside({ ingress: [rule] }),
      says: ["spec.ingress", "allows everything"],
    })),
    {
      ...deny,
      title: "a policy beside it whose rules are unknown during preview",
      change: () => undefined,
      beside: beside({ ingress: unknownMapping }),
      says: ["spec.ingress is unknown during preview"],
    },
  ]);
});
