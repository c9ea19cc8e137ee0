import type { types } from "@pulumi/kubernetes";
import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import { Service } from "@pulumi/kubernetes/core/v1/service";
import * as pulumi from "@pulumi/pulumi";
import { objectLabels, selectorLabels } from "../../components/kubernetes/labels";
import { restrictedContainer, restrictedPod } from "../../components/kubernetes/workload";
import { argumentRefusal } from "../../components/refusal";
import type { TracingConfigMap } from "../../components/serviceTracingConfig";
import { tracedPodTemplate, type TracedPodTemplate } from "../../components/tracing/tracedPodTemplate";
import { type DemoService, demoServices } from "./topology";

/** What DemoServices is made from. */
export interface DemoServicesArgs {
  /** Namespace of the Deployments; a pod takes ConfigMaps of its own namespace only. */
  readonly namespace: string;
  /** Image with /app/demo/<service>.js, for example nova-tracing/demo:1.0.0. */
  readonly image: pulumi.Input<string>;
  /**
   * The ConfigMaps of all four services, by service; further ones are not used. Plain values: what is missing is
   * told before anything is registered.
   */
  readonly configMaps: ConfigMaps;
}

type ConfigMaps = Readonly<Record<string, TracingConfigMap>>;

type PodSpec = types.input.core.v1.PodSpec;
type Probe = types.input.core.v1.Probe;

/** Drain and flush take 5 s at the most. */
const GRACE_SECONDS = 10;

/** Longer than it takes to change the rules of a node. */
const DRAIN_SECONDS = 2;

/**
 * auth-service, user-service, content-service and messaging-service, each a Deployment and a Service. Of tracing
 * they know their `<service>-config` ConfigMap alone, and a changed one rolls its service and no other.
 * Throws ResourceError naming every ConfigMap that is missing or in another namespace.
 */
export class DemoServices extends pulumi.ComponentResource {
  constructor(name: string, args: DemoServicesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("nova:sandbox:DemoServices", name, {}, opts);
    const problems = configMapProblems(args.namespace, args.configMaps);
    if (problems.length > 0) throw argumentRefusal(problems.join("\n"), this);
    for (const service of demoServices) this.#createService(name, args, service);
    this.registerOutputs();
  }

  #createService(name: string, args: DemoServicesArgs, service: DemoService): void {
    const identity = { application: service.name, instance: name, role: "demo" };
    const metadata = { name: service.name, namespace: args.namespace, labels: objectLabels(identity) };
    const traced = tracedPodTemplate(args.configMaps[service.name] ?? { name: "", checksum: "" });
    new Deployment(
      `${name}-${service.name}`,
      {
        metadata,
        spec: {
          replicas: 1,
          selector: { matchLabels: selectorLabels(identity) },
          // The new pod is ready before the old one goes.
          strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
          template: {
            metadata: { labels: objectLabels(identity), annotations: traced.annotations },
            spec: podSpec(service, args.image, traced),
          },
        },
      },
      { parent: this },
    );
    new Service(
      `${name}-${service.name}`,
      {
        metadata,
        spec: {
          selector: selectorLabels(identity),
          ports: [{ name: service.protocol, port: service.port, targetPort: service.protocol }],
        },
      },
      { parent: this },
    );
  }
}

function configMapProblems(namespace: string, configMaps: ConfigMaps): string[] {
  return demoServices.flatMap(({ name }) => {
    const found = configMaps[name];
    if (found === undefined) {
      return [
        `[configMaps] has none for ${name}; add the service to nova-tracing:services of the tracing stack.`,
      ];
    }
    if (found.namespace === namespace) return [];
    return [
      `[configMaps] has that of ${name} in namespace ${found.namespace}, the pods are in ${namespace}: ` +
        "a pod takes ConfigMaps of its own namespace only. Write the same namespace in both stacks.",
    ];
  });
}

function podSpec(
  service: DemoService,
  image: pulumi.Input<string>,
  { envFrom, volumes, volumeMounts }: TracedPodTemplate,
): PodSpec {
  const separateHealth = service.healthPort !== service.port;
  const healthy = { httpGet: { path: "/healthz", port: separateHealth ? "health" : service.protocol } };
  const probes: Record<"startupProbe" | "readinessProbe" | "livenessProbe", Probe> = {
    startupProbe: { ...healthy, periodSeconds: 1, timeoutSeconds: 2, failureThreshold: 60 },
    readinessProbe: { ...healthy, periodSeconds: 1, timeoutSeconds: 2, failureThreshold: 3 },
    livenessProbe: { ...healthy, periodSeconds: 2, timeoutSeconds: 5, failureThreshold: 6 },
  };
  return {
    automountServiceAccountToken: false,
    // Without it each Service of the namespace adds variables beside those of the ConfigMap.
    enableServiceLinks: false,
    securityContext: restrictedPod,
    terminationGracePeriodSeconds: GRACE_SECONDS,
    containers: [
      {
        name: service.name,
        image,
        imagePullPolicy: "IfNotPresent",
        command: [
          "/usr/local/bin/node",
          `--max-old-space-size=${HEAP_MEBIBYTES}`,
          `/app/demo/${service.name}.js`,
        ],
        // Requests still come in until each node has heard that the pod goes; so it serves on for that long.
        lifecycle: { preStop: { sleep: { seconds: DRAIN_SECONDS } } },
        env: Object.entries(service.upstreams).map(([variable, value]) => ({ name: variable, value })),
        envFrom,
        ...(volumeMounts.length === 0 ? {} : { volumeMounts }),
        ports: [
          { name: service.protocol, containerPort: service.port },
          ...(separateHealth ? [{ name: "health", containerPort: service.healthPort }] : []),
        ],
        resources: RESOURCES,
        securityContext: restrictedContainer,
        ...probes,
      },
    ],
    ...(volumes.length === 0 ? {} : { volumes }),
  };
}

/** A third of the memory limit: Node.js itself, its libraries and the buffers of HTTP and gRPC need the rest. */
const HEAP_MEBIBYTES = 64;

/**
 * A start takes half a CPU second; with a limit of 100m that would be five seconds of waiting. Under full load, with
 * the collector away, a service was measured at 112 MiB.
 */
const RESOURCES = {
  requests: { cpu: "25m", memory: "64Mi" },
  limits: { cpu: "500m", memory: "192Mi" },
};
