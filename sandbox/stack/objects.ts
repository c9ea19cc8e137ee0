/** A Kubernetes object as a program declares it. */
export interface DeclaredObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name?: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: unknown;
}

interface PodTemplate {
  readonly metadata?: DeclaredObject["metadata"];
  readonly spec: Readonly<Record<string, unknown>>;
}

interface PreviewStep {
  readonly newState?: { readonly type: string; readonly inputs?: unknown };
}

/** The Kubernetes objects in what `pulumi preview --json` prints. */
export function declaredObjects(previewJson: string): DeclaredObject[] {
  const { steps = [] } = JSON.parse(previewJson) as { readonly steps?: readonly PreviewStep[] };
  return steps
    .filter(({ newState }) => newState?.type.startsWith("kubernetes:") === true)
    .map(({ newState }) => newState?.inputs as DeclaredObject);
}

/** The namespaces that objects need: as the program declares them, or plain where it takes them for granted. */
export function neededNamespaces(objects: readonly DeclaredObject[]): DeclaredObject[] {
  const declared = objects.filter(({ kind }) => kind === "Namespace");
  const known = new Set(declared.map(({ metadata }) => metadata.name));
  const named = objects.map(({ metadata }) => metadata.namespace).filter((name) => name !== undefined);
  const plain = [...new Set(named)]
    .filter((name) => !known.has(name) && name !== "default")
    .map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } }));
  return [...declared.map(({ apiVersion, kind, metadata }) => ({ apiVersion, kind, metadata })), ...plain];
}

/**
 * A pod as the object's controller would make it, or undefined where it makes none. Pod security is judged on pods
 * alone: an API server takes a Deployment whose every pod it will refuse.
 */
export function podOf(object: DeclaredObject): DeclaredObject | undefined {
  const template = templateOf(object);
  if (!template) return undefined;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      ...template.metadata,
      name: `${object.metadata.name ?? "pod"}-dry-run`,
      namespace: object.metadata.namespace ?? "default",
    },
    spec: template.spec,
  };
}

function templateOf({ kind, spec }: DeclaredObject): PodTemplate | undefined {
  switch (kind) {
    case "Deployment":
    case "StatefulSet":
    case "DaemonSet":
    case "ReplicaSet":
    case "Job":
      return (spec as { template?: PodTemplate }).template;
    case "CronJob":
      return (spec as { jobTemplate?: { spec?: { template?: PodTemplate } } }).jobTemplate?.spec?.template;
    default:
      return undefined;
  }
}
