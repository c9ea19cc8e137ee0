import type { types } from "@pulumi/kubernetes";

/** Share of the requested CPU, percent, that the autoscaler keeps the pods at. */
const cpuTarget = 70;

/** Spec of an autoscaler for the Deployment of this name. @param replicas pods; it decides between the two */
export function autoscaling(
  name: string,
  replicas: { readonly minimum: number; readonly maximum: number },
): types.input.autoscaling.v2.HorizontalPodAutoscalerSpec {
  return {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
    minReplicas: replicas.minimum,
    maxReplicas: replicas.maximum,
    metrics: [
      {
        type: "Resource",
        resource: { name: "cpu", target: { type: "Utilization", averageUtilization: cpuTarget } },
      },
    ],
    behavior: {
      // A burst is over before a pod would be gone, and each that goes costs its clients a connection.
      scaleDown: {
        stabilizationWindowSeconds: 300,
        policies: [{ type: "Pods", value: 1, periodSeconds: 60 }],
      },
      scaleUp: {
        stabilizationWindowSeconds: 0,
        policies: [{ type: "Percent", value: 100, periodSeconds: 60 }],
      },
    },
  };
}
