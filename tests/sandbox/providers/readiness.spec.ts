// Judges objects as they are written here; that controllers write them so is for the end-to-end tests.
import assert from "node:assert/strict";
import { ingressObservation, serviceObservation } from "../../../sandbox/providers/kubernetes/await/network";
import type { Observation } from "../../../sandbox/providers/kubernetes/await/observation";
import {
  crashedContainers,
  podObservation,
  podProblems,
} from "../../../sandbox/providers/kubernetes/await/pods";
import { isReadyAtOnce } from "../../../sandbox/providers/kubernetes/await/readiness";
import { claimObservation, volumeObservation } from "../../../sandbox/providers/kubernetes/await/storage";
import { timeoutSecondsOf } from "../../../sandbox/providers/kubernetes/await/wait";
import {
  daemonSetObservation,
  deploymentObservation,
  jobObservation,
  statefulSetObservation,
} from "../../../sandbox/providers/kubernetes/await/workloads";
import type { PlainMap } from "../../../sandbox/providers/shared/propertyValues";

function condition(type: string, status: string, more: PlainMap = {}): PlainMap {
  return { type, status, ...more };
}

function pod(status: PlainMap): PlainMap {
  return { metadata: { name: "web-1", namespace: "shop" }, status };
}

/** A pod whose one container is in this state. */
function podWith(container: PlainMap): PlainMap {
  return pod({
    phase: "Pending",
    conditions: [condition("PodScheduled", "True"), condition("Ready", "False")],
    containerStatuses: [{ name: "app", ready: false, ...container }],
  });
}

const unschedulable = pod({
  phase: "Pending",
  conditions: [
    condition("PodScheduled", "False", {
      reason: "Unschedulable",
      message: "0/1 nodes: Insufficient memory",
    }),
  ],
});
const readyPod = pod({ phase: "Running", conditions: [condition("Ready", "True")] });

function assertWaits(observation: Observation, expected: RegExp): void {
  assert.equal(observation.ready, false);
  assert.match([observation.status, ...observation.problems].join("\n"), expected);
}

describe("a pod", () => {
  it("is ready by its condition, or when it has done its work", () => {
    assert.ok(podObservation(readyPod).ready);
    assert.ok(podObservation(pod({ phase: "Succeeded" })).ready);
  });

  it("that failed is not waited for", () => {
    const failed = podObservation(pod({ phase: "Failed", message: "evicted" }));
    assert.equal(failed.hopeless, true);
    assertWaits(failed, /shop\/web-1 failed: evicted/);
  });

  const cases: [title: string, pod: PlainMap, problem: RegExp | undefined][] = [
    ["no node", unschedulable, /pod shop\/web-1: Unschedulable: 0\/1 nodes: Insufficient memory/],
    [
      "an image that cannot be pulled",
      podWith({ state: { waiting: { reason: "ImagePullBackOff", message: "no such image" } } }),
      /pod shop\/web-1, container app: ImagePullBackOff: no such image/,
    ],
    [
      "a container that ends again and again",
      podWith({
        state: { waiting: { reason: "CrashLoopBackOff" } },
        lastState: { terminated: { exitCode: 3, reason: "Error", message: "no config" } },
      }),
      /container app: CrashLoopBackOff \(ended with exit code 3, Error: no config\)/,
    ],
    [
      "a readiness probe that does not succeed",
      podWith({ state: { running: {} } }),
      /container app: running, but its readiness probe has not succeeded/,
    ],
    [
      "a container that is still being made",
      podWith({ state: { waiting: { reason: "ContainerCreating" } } }),
      undefined,
    ],
    ["an init container that has ended well", podWith({ state: { terminated: { exitCode: 0 } } }), undefined],
    [
      "its own end",
      { ...unschedulable, metadata: { name: "x", deletionTimestamp: "2026-01-01T00:00:00Z" } },
      undefined,
    ],
  ];
  for (const [title, object, problem] of cases) {
    it(`${problem === undefined ? "has no problem with" : "names the container and the reason for"} ${title}`, () => {
      if (problem === undefined) assert.deepEqual(podProblems(object), []);
      else assert.match(podProblems(object).join("\n"), problem);
    });
  }

  it("tells which container's log to read, and whether of its last run", () => {
    const ended = { exitCode: 1 };
    assert.deepEqual(
      crashedContainers(podWith({ state: { waiting: {} }, lastState: { terminated: ended } })),
      [{ name: "app", previous: true }],
    );
    assert.deepEqual(crashedContainers(podWith({ state: { terminated: ended } })), [
      { name: "app", previous: false },
    ]);
    assert.deepEqual(crashedContainers(podWith({ state: { running: {} } })), []);
  });
});

describe("a Deployment", () => {
  const deployment = (status: PlainMap, replicas = 2): PlainMap => ({
    metadata: { name: "web", generation: 3 },
    spec: { replicas },
    status: { observedGeneration: 3, conditions: [condition("Available", "True")], ...status },
  });

  it("is ready when all replicas are new and available and no old one is left", () => {
    assert.ok(
      deploymentObservation(deployment({ replicas: 2, updatedReplicas: 2, availableReplicas: 2 }), []).ready,
    );
  });

  it("is not ready on the status of its last form", () => {
    const stale = deployment({
      replicas: 2,
      updatedReplicas: 2,
      availableReplicas: 2,
      observedGeneration: 2,
    });
    assertWaits(deploymentObservation(stale, []), /seen by its controller/);
  });

  it("waits for the last old pod", () => {
    const rolling = deployment({ replicas: 3, updatedReplicas: 2, availableReplicas: 2 });
    assertWaits(deploymentObservation(rolling, []), /Waiting for 1 old pods to end/);
  });

  it("reports how many pods are there, and what is wrong with the others", () => {
    const stuck = deployment({ replicas: 2, updatedReplicas: 2, availableReplicas: 1 });
    assertWaits(
      deploymentObservation(stuck, [readyPod, unschedulable]),
      /1 of 2 replicas are available\npod shop\/web-1: Unschedulable/,
    );
  });

  it("reports pods that may not even be made", () => {
    const refused = deployment({
      conditions: [
        condition("ReplicaFailure", "True", { reason: "FailedCreate", message: "violates PodSecurity" }),
      ],
    });
    assertWaits(deploymentObservation(refused, []), /FailedCreate: violates PodSecurity/);
  });

  it("of no replicas is ready", () => {
    assert.ok(deploymentObservation(deployment({}, 0), []).ready);
  });
});

describe("a StatefulSet", () => {
  const set = (status: PlainMap, spec: PlainMap = {}): PlainMap => ({
    metadata: { name: "db", generation: 2 },
    spec: { replicas: 1, ...spec },
    status: {
      observedGeneration: 2,
      replicas: 1,
      readyReplicas: 1,
      currentRevision: "a",
      updateRevision: "a",
      ...status,
    },
  });

  it("is ready when all replicas are ready and of the newest form", () => {
    assert.ok(statefulSetObservation(set({}), []).ready);
    assertWaits(
      statefulSetObservation(set({ readyReplicas: 0 }), [unschedulable]),
      /0 of 1 replicas are ready\npod/,
    );
    assertWaits(
      statefulSetObservation(set({ updateRevision: "b" }), []),
      /revision b has not taken the place of a/,
    );
  });

  it("whose pods a person replaces is ready with old ones", () => {
    const byHand = set({ updateRevision: "b" }, { updateStrategy: { type: "OnDelete" } });
    assert.ok(statefulSetObservation(byHand, []).ready);
  });
});

describe("a DaemonSet", () => {
  it("is ready when each node that should has a new, available pod", () => {
    const set = (status: PlainMap): PlainMap => ({
      metadata: { generation: 1 },
      spec: {},
      status: { observedGeneration: 1, ...status },
    });
    assert.ok(
      daemonSetObservation(
        set({ desiredNumberScheduled: 1, updatedNumberScheduled: 1, numberAvailable: 1 }),
        [],
      ).ready,
    );
    assertWaits(
      daemonSetObservation(
        set({ desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 1 }),
        [],
      ),
      /1 of 2 nodes/,
    );
  });
});

describe("a Job", () => {
  it("is ready when it has succeeded, or is suspended", () => {
    assert.ok(jobObservation({ status: { conditions: [condition("Complete", "True")] } }, []).ready);
    assert.ok(jobObservation({ status: { conditions: [condition("Suspended", "True")] } }, []).ready);
    assertWaits(jobObservation({ status: { active: 1 } }, []), /active: 1, succeeded: 0, failed: 0/);
  });

  it("that failed is not waited for", () => {
    const status = {
      conditions: [condition("Failed", "True", { reason: "BackoffLimitExceeded", message: "too often" })],
    };
    const failed = jobObservation({ status }, []);
    assert.equal(failed.hopeless, true);
    assertWaits(failed, /BackoffLimitExceeded: too often/);
  });
});

describe("a Service", () => {
  const service = (spec: PlainMap = {}, status: PlainMap = {}): PlainMap => ({
    spec: { selector: { app: "web" }, ...spec },
    status,
  });
  const slice = (...readiness: boolean[]): PlainMap => ({
    endpoints: readiness.map((isReady) => ({ conditions: { ready: isReady } })),
  });

  it("is ready when all of its pods are", () => {
    assert.ok(serviceObservation(service(), [slice(true, true)], 0).ready);
    assertWaits(
      serviceObservation(service(), [slice(true, false)], 60),
      /1 pods of the Service are not ready/,
    );
  });

  it("without any pod is ready after ten seconds, since its pods may come later", () => {
    assertWaits(serviceObservation(service(), [], 9), /targets no ready pod/);
    assert.ok(serviceObservation(service(), [], 10).ready);
  });

  it("waits for its only pods as long as they are not ready", () => {
    assertWaits(serviceObservation(service(), [slice(false)], 60), /targets no ready pod/);
  });

  it("needs no pods when it is headless, has no selector, or names something outside", () => {
    for (const spec of [{ clusterIP: "None" }, { selector: {} }, { type: "ExternalName" }]) {
      assert.ok(serviceObservation(service(spec), [], 0).ready);
    }
  });

  it("that asks for a load balancer waits for an address", () => {
    const balancer = { type: "LoadBalancer" };
    assertWaits(serviceObservation(service(balancer), [slice(true)], 60), /no address/);
    const given = { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } };
    assert.ok(serviceObservation(service(balancer, given), [slice(true)], 0).ready);
  });
});

describe("other kinds", () => {
  it("an Ingress waits for its controller", () => {
    assertWaits(ingressObservation({ status: { loadBalancer: {} } }), /ingress controller/);
    assert.ok(ingressObservation({ status: { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } } }).ready);
  });

  it("a claim is ready when bound, or pending where the class binds at the first use", () => {
    const claim = (phase: string): PlainMap => ({ spec: { storageClassName: "fast" }, status: { phase } });
    assert.ok(claimObservation(claim("Bound"), undefined).ready);
    assert.ok(claimObservation(claim("Pending"), { volumeBindingMode: "WaitForFirstConsumer" }).ready);
    assertWaits(
      claimObservation(claim("Pending"), { volumeBindingMode: "Immediate" }),
      /storage class: fast/,
    );
  });

  it("a volume is ready when a claim may use it", () => {
    assert.ok(volumeObservation({ status: { phase: "Available" } }).ready);
    assertWaits(volumeObservation({ status: { phase: "Failed" } }), /Failed/);
  });

  it("all others are ready as soon as they exist, and so is what pulumi.com/skipAwait names", () => {
    assert.ok(isReadyAtOnce({ apiVersion: "v1", kind: "ConfigMap" }));
    assert.ok(isReadyAtOnce({ apiVersion: "trial.example/v1", kind: "Thing" }));
    const deployment = { apiVersion: "apps/v1", kind: "Deployment" };
    assert.ok(!isReadyAtOnce(deployment));
    assert.ok(
      isReadyAtOnce({ ...deployment, metadata: { annotations: { "pulumi.com/skipAwait": "true" } } }),
    );
  });
});

describe("how long to wait", () => {
  const annotated = { metadata: { annotations: { "pulumi.com/timeoutSeconds": "30" } } };

  it("is the resource's option, else its annotation, else ten minutes", () => {
    assert.equal(timeoutSecondsOf(5, annotated), 5);
    assert.equal(timeoutSecondsOf(0, annotated), 30);
    assert.equal(timeoutSecondsOf(0, {}), 600);
  });
});
