/* eslint-disable @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-argument -- mutations break documents that no type describes */
import { parse, stringify } from "yaml";
import { type Environment } from "../../../../policy/limits";
import { type Declared, type Loose } from "../../../policy/support/evaluate";
import { type Variant } from "../../../support/variants";

/** One way in which a stack could break a promise of its environment, past the program's own checks. */
export interface Mutation {
  /** What is changed, as the README's table says it. */
  readonly title: string;
  readonly stacks: readonly Environment[];
  /** How the stack is set up, where the shipped stack file has not what is changed. */
  readonly variant?: Variant;
  /** The stack in the URNs, where that is what is changed. */
  readonly stackName?: string;
  /** The policy that has to refuse it, whatever others do. */
  readonly refusedBy: string;
  /** Changes the resources in place, and returns further ones. */
  readonly apply: (resources: Declared[]) => readonly Declared[] | undefined;
}

export const all: readonly Environment[] = ["dev", "staging", "production"];
export const above: readonly Environment[] = ["staging", "production"];

// Resources are found by what they hold: a mutation means the same in any program that makes such a stack.
export function only<T>(found: readonly T[], what: string): T {
  const [first] = found;
  if (first === undefined) throw new Error(`the stack has no ${what}`);
  return first;
}

export function configMap(resources: readonly Declared[], name: string): Declared {
  return only(
    resources.filter(({ type, props }) => type.endsWith(":ConfigMap") && props.metadata?.name === name),
    `ConfigMap ${name}`,
  );
}

export type Document = { readonly owner: Declared; readonly key: string; readonly content: Loose };

export function documents(resources: readonly Declared[], fits: (content: Loose) => boolean): Document[] {
  return resources
    .filter(({ type }) => type.endsWith(":ConfigMap"))
    .flatMap((owner) =>
      Object.entries((owner.props.data ?? {}) as Record<string, string>).flatMap(([key, source]) => {
        const content: Loose = mappingIn(source);
        return typeof content === "object" && content !== null && fits(content)
          ? [{ owner, key, content }]
          : [];
      }),
    );
}

const known = new Map<string, Loose>();

/** A document of its own, from a text that is read once: each mutation looks through the same ones. */
function mappingIn(source: string): Loose {
  if (!known.has(source)) known.set(source, parsed(source));
  return structuredClone(known.get(source));
}

// What is no YAML (a script, for one) is no document.
function parsed(source: string): Loose {
  if (!/\{|:\s/.test(source)) return undefined;
  try {
    return parse(source);
  } catch {
    return undefined;
  }
}

export function rewrite(document: Document, change: (content: Loose) => void): void {
  change(document.content);
  const write = document.key.endsWith(".json") ? JSON.stringify : stringify;
  document.owner.props.data[document.key] = write(document.content);
}

/** Changes what the gateway reads. */
export function gateway(change: (content: Loose) => void): Mutation["apply"] {
  return (resources) => {
    const found = documents(resources, (d) => d.processors?.["redaction/pii"] !== undefined);
    rewrite(only(found, "gateway configuration"), change);
    return undefined;
  };
}

export function collector(change: (content: Loose) => void): Mutation["apply"] {
  return (resources) => {
    rewrite(
      only(
        documents(resources, (d) => d.exporters?.jaeger_storage_exporter !== undefined),
        "collector configuration",
      ),
      change,
    );
    return undefined;
  };
}

export function query(change: (settings: Loose) => void): Mutation["apply"] {
  return (resources) => {
    const found = only(
      documents(resources, (d) => d.extensions?.jaeger_query !== undefined),
      "query configuration",
    );
    rewrite(found, (d) => {
      change(d.extensions.jaeger_query);
    });
    return undefined;
  };
}

export function strategies(change: (content: Loose) => void): Mutation["apply"] {
  return (resources) => {
    rewrite(
      only(
        documents(resources, (d) => d.default_strategy !== undefined),
        "strategies file",
      ),
      change,
    );
    return undefined;
  };
}

export function service(name: string, change: (data: Loose, resource: Declared) => void): Mutation["apply"] {
  return (resources) => {
    const found = configMap(resources, `${name}-config`);
    change(found.props.data, found);
    return undefined;
  };
}

export function backend(change: (settings: Loose) => void): Mutation["apply"] {
  return collector((d) => {
    const [main] = Object.values(d.extensions.jaeger_storage.backends);
    change(main);
  });
}

/** The policy for snapshots, wherever it stands in a document. */
export function snapshotPolicy(change: (policy: Loose) => void): Mutation["apply"] {
  return (resources) => {
    const found = only(
      documents(resources, (d) => d.snapshots?.policy?.body !== undefined),
      "policy for snapshots",
    );
    rewrite(found, (d) => {
      change(d.snapshots.policy.body);
    });
    return undefined;
  };
}

/** The lifecycle policy of the indices. */
export function lifecycle(change: (phases: Loose) => void): Mutation["apply"] {
  return (resources) => {
    const found = only(
      documents(resources, (d) => d.policy?.phases !== undefined),
      "lifecycle policy",
    );
    rewrite(found, (d) => {
      change(d.policy.phases);
    });
    return undefined;
  };
}

/** The resource of a kind. */
export function kind(name: string, change: (spec: Loose, resource: Declared) => void): Mutation["apply"] {
  return (resources) => {
    const found = only(
      resources.filter(({ type }) => type.endsWith(`:${name}`)),
      name,
    );
    change(found.props.spec, found);
    return undefined;
  };
}

// The container that runs the collector; its pod template and its workload.
export function jaegerPod(
  change: (container: Loose, spec: Loose, resource: Declared) => void,
): Mutation["apply"] {
  return (resources) => {
    const found = only(
      resources.flatMap((resource) => {
        const spec: Loose = resource.props.spec?.template?.spec;
        const container = ((spec?.containers ?? []) as Loose[]).find((c) => /jaeger:/.test(String(c.image)));
        const collects = /431[78]/.test(JSON.stringify(resource.props.spec?.template ?? {}));
        return container !== undefined && collects ? [{ container, spec, resource }] : [];
      }),
      "collector workload",
    );
    change(found.container, found.spec, found.resource);
    return undefined;
  };
}

/** The object of a kind and a name. */
function named(kindName: string, name: string, change: (spec: Loose) => void): Mutation["apply"] {
  return (resources) => {
    change(
      only(
        resources.filter(({ type, props }) => type.endsWith(`:${kindName}`) && props.metadata?.name === name),
        `${kindName} ${name}`,
      ).props.spec,
    );
    return undefined;
  };
}

export function kubernetesService(name: string, change: (spec: Loose) => void): Mutation["apply"] {
  return named("Service", name, change);
}

export function networkPolicy(name: string, change: (spec: Loose) => void): Mutation["apply"] {
  return named("NetworkPolicy", name, change);
}

export function tool(
  image: string,
  change: (container: Loose, resource: Declared) => void,
): Mutation["apply"] {
  return (resources) => {
    const found = only(
      resources.flatMap((resource) => {
        const template: Loose =
          resource.props.spec?.jobTemplate?.spec?.template ?? resource.props.spec?.template;
        const container = ((template?.spec?.containers ?? []) as Loose[]).find((c) =>
          String(c.image).includes(image),
        );
        return container === undefined ? [] : [{ container, resource }];
      }),
      image,
    );
    change(found.container, found.resource);
    return undefined;
  };
}

export function without(fits: (resource: Declared) => boolean): Mutation["apply"] {
  return (resources) => {
    const index = resources.findIndex(fits);
    if (index < 0) throw new Error("the stack has nothing of what the mutation removes");
    resources.splice(index, 1);
    return undefined;
  };
}

export function object(type: string, props: Loose): Declared {
  return {
    type: `kubernetes:${type}`,
    name: "mutation",
    props: { metadata: { name: "mutation", namespace: "observability" }, ...props },
  };
}

export const ingress = {
  spec: {
    rules: [
      {
        host: "jaeger.example.com",
        http: { paths: [{ path: "/", backend: { service: { name: "jaeger-query" } } }] },
      },
    ],
  },
};

/** A route to a Service, from a listener that the stack has not. */
export function httpRoute(service: string): object {
  return {
    metadata: { name: "other", namespace: "observability" },
    spec: {
      parentRefs: [{ kind: "ListenerSet", name: "other", sectionName: "https" }],
      hostnames: ["jaeger.example.com"],
      rules: [{ backendRefs: [{ name: service, port: 16686 }] }],
    },
  };
}

export function setRate(rate: string): (data: Loose) => void {
  return (data) => {
    data.TRACING_SAMPLE_RATE = rate;
    data.OTEL_TRACES_SAMPLER_ARG = rate;
  };
}

// In a PrometheusRule, or in a ConfigMap where there is no Prometheus operator.
export function alerts(change: (rules: Loose) => void): Mutation["apply"] {
  const holds = (group: Loose): boolean => JSON.stringify(group).includes("JaegerQueueFull");
  return (resources) => {
    const rule = resources.find(({ type }) => type.endsWith(":PrometheusRule"));
    if (rule !== undefined) {
      change(rule.props.spec.groups.find(holds).rules);
      return undefined;
    }
    const found = only(
      documents(resources, (d) => (d.groups ?? []).some(holds) as boolean),
      "alerts",
    );
    rewrite(found, (d) => {
      change(d.groups.find(holds).rules);
    });
    return undefined;
  };
}
