import type { Exception } from "./finding";

/** The findings that stay. Each stands for something found: one that no longer does is an error. */
export const exceptions: readonly Exception[] = [
  ...["container-image-pull-policy", "CKV_K8S_15"].map((check): Exception => ({
    ...by(check),
    objects: ["*"],
    reason:
      "`Always` keeps a node's pods from images of others that they may not fetch, and these are public. A pod that starts anew must not depend on the registry; its tag names a release.",
    heldBy: ["policy/rules/imagePinned.ts"],
  })),
  {
    ...by("CKV_K8S_43"),
    objects: ["*"],
    reason:
      "The tag of a release, which the policy asks for. It takes a digest as well; which one a registry has for a release is not known to this program.",
    heldBy: ["policy/rules/imagePinned.ts"],
  },
  {
    ...by("container-ephemeral-storage-request-and-limit"),
    objects: ["*"],
    reason:
      "The root file system is read-only and each `emptyDir` has a `sizeLimit`, by which kubelet evicts; what is left are logs, which kubelet turns over. The scheduler is told of none: the largest is 4Gi, of a job at night.",
    heldBy: ["tests/components/pods.spec.ts"],
  },
  {
    ...by("pod-probes-identical"),
    objects: ["Deployment/observability/jaeger-*", "Deployment/observability/elasticsearch-monitor"],
    reason:
      "One address that tells of the process alone: what stands behind it restarts nobody. Liveness is asked with at least three times the patience of readiness.",
    heldBy: ["tests/components/pods.spec.ts", "tests/elasticsearch/outage.spec.ts"],
  },
  ...["container-security-context-user-group-id", "CKV_K8S_40"].map((check): Exception => ({
    ...by(check),
    objects: ["StatefulSet/observability/elasticsearch"],
    reason:
      "Elasticsearch's image is made for user 1000, to whom its files belong. The one exception of Elasticsearch: of privileges, capabilities or a writable root it needs none.",
    heldBy: ["policy/rules/podSecurity.ts"],
  })),
  {
    ...by("CKV_K8S_8"),
    objects: ["StatefulSet/observability/elasticsearch"],
    reason:
      "A node that is killed for being slow is slower still: it replays its log of writes. It has a startup and a readiness probe.",
    heldBy: ["tests/components/pods.spec.ts"],
  },
  ...["deployment-replicas", "deployment-strategy"].map((check): Exception => ({
    ...by(check),
    objects: ["Deployment/observability/jaeger"],
    stacks: ["dev"],
    reason: "dev has its spans in the memory of its one pod: of two, each would show a part of a trace.",
    heldBy: ["tests/components/jaegerStack.spec.ts"],
  })),
  ...[
    { ...by("deployment-replicas"), objects: ["Deployment/observability/jaeger-*"] },
    {
      ...by("horizontalpodautoscaler-replicas"),
      objects: ["HorizontalPodAutoscaler/observability/jaeger-*"],
    },
  ].map((found): Exception => ({
    ...found,
    stacks: ["staging"],
    reason: "staging does without a second pod; production is refused without one.",
    heldBy: ["policy/rules/availability.ts"],
  })),
  {
    ...by("deployment-has-host-podantiaffinity"),
    objects: ["Deployment/observability/jaeger-*"],
    reason:
      "`topologySpreadConstraints` spread these pods over zones and nodes; the check knows anti-affinity alone.",
    heldBy: ["tests/components/jaeger/distributed.spec.ts"],
  },
  {
    ...by("networkpolicy-targets-pod"),
    objects: ["NetworkPolicy/observability/jaeger-ui-acme"],
    reason: "For the pods with which cert-manager answers an ACME challenge; they are there for minutes.",
    heldBy: ["tests/components/kubernetes/reachability.spec.ts"],
  },
  {
    ...by("networkpolicy-targets-pod"),
    objects: ["NetworkPolicy/observability/elasticsearch"],
    stacks: ["production with ECK's Elasticsearch"],
    reason: "For the pods that ECK makes, which are not among the objects here.",
    heldBy: ["tests/components/kubernetes/reachability.spec.ts"],
  },
  {
    ...by("CKV_K8S_21"),
    objects: ["ConfigMap/default/*-service-config"],
    reason:
      "Each stands beside the service that reads it, and Nova's services are in `default`; where one is not, `services.<name>.namespace` says so.",
    heldBy: ["tests/components/serviceTracingConfig.spec.ts"],
  },
  {
    ...by("CKV_K8S_35"),
    objects: [
      "CronJob/observability/elasticsearch-index-cleaner",
      "CronJob/observability/jaeger-dependencies",
      "Job/observability/elasticsearch-bootstrap-*",
    ],
    reason:
      "Jaeger's own tools take a password as a variable or as an argument, which more can read. It is a reference to a Secret; everything else reads a file.",
    heldBy: ["policy/rules/secretPlainText.ts"],
  },
];

function by(check: string): Pick<Exception, "tool" | "check"> {
  return { tool: check.startsWith("CKV") ? "checkov" : "kube-score", check };
}
