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
  readonly data?: unknown;
  readonly stringData?: unknown;
}

interface PodTemplate {
  readonly metadata?: DeclaredObject["metadata"];
  readonly spec: Readonly<Record<string, unknown>>;
}

interface PreviewStep {
  readonly newState?: { readonly type: string; readonly inputs?: unknown };
}

/** The Kubernetes objects in what `pulumi preview --json` prints; a Helm release is none. */
export function declaredObjects(previewJson: string): DeclaredObject[] {
  const { steps = [] } = JSON.parse(previewJson) as { readonly steps?: readonly PreviewStep[] };
  return steps
    .filter(({ newState }) => newState?.type.startsWith("kubernetes:") === true)
    .filter(({ newState }) => newState?.type.startsWith("kubernetes:helm.sh/") !== true)
    .map(({ newState }) => withReadableSecret(newState?.inputs as DeclaredObject));
}

/** A preview hides what is secret, and does not know what is yet to be made: a Secret gets texts in their places. */
export function withReadableSecret(object: DeclaredObject): DeclaredObject {
  if (object.kind !== "Secret") return object;
  const madeUp = (values: unknown, value: string): Record<string, string> =>
    typeof values === "object" && values !== null
      ? Object.fromEntries(Object.keys(values).map((key) => [key, value]))
      : {};
  const { data, stringData, ...rest } = object;
  return {
    ...rest,
    ...(data !== undefined && { data: madeUp(data, "bWFkZS11cA==") }),
    ...(stringData !== undefined && { stringData: madeUp(stringData, "made-up") }),
  };
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
    case "StatefulSet":
      return statefulTemplate(spec as StatefulSetSpec);
    case "Deployment":
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

interface StatefulSetSpec {
  readonly template: PodTemplate;
  readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[];
}

/** Its controller gives each pod a volume for each claim, under the claim's name. */
function statefulTemplate({ template, volumeClaimTemplates = [] }: StatefulSetSpec): PodTemplate {
  const { volumes = [] } = template.spec as { readonly volumes?: readonly unknown[] };
  const claims = volumeClaimTemplates.map(({ metadata: { name } }) => ({
    name,
    persistentVolumeClaim: { claimName: name },
  }));
  return { ...template, spec: { ...template.spec, volumes: [...volumes, ...claims] } };
}
