/**
 * Labels of the objects, in the recommended `app.kubernetes.io` form. Two sets, because a selector can never change
 * after a Deployment exists: what may change (version) is only ever a label of the pod, never part of a selector.
 */

/** Labels as Kubernetes takes them: name to value. */
export type Labels = Readonly<Record<string, string>>;

/** What a workload is called. */
export interface Identity {
  /** The application, for example `jaeger`. */
  readonly application: string;
  /** The name of the component resource that made it: two instances in one namespace never select each other's pods. */
  readonly instance: string;
  /** Its role, for example `collector`. */
  readonly role: string;
}

/** Labels that pick a workload's pods. Frozen: a new name here replaces every workload in every cluster. */
export function selectorLabels(identity: Identity): Labels {
  return {
    "app.kubernetes.io/name": identity.application,
    "app.kubernetes.io/instance": identity.instance,
    "app.kubernetes.io/component": identity.role,
  };
}

/** Labels of every object: the selector's, plus what a person or a tool filters by. */
export function objectLabels(identity: Identity, version?: string): Labels {
  return {
    ...selectorLabels(identity),
    "app.kubernetes.io/part-of": "nova-tracing",
    "app.kubernetes.io/managed-by": "pulumi",
    ...(version === undefined ? {} : { "app.kubernetes.io/version": version }),
  };
}
