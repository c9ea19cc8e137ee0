import type { types } from "@pulumi/kubernetes";
import { restrictedContainer } from "../kubernetes/workload";
import { preStopSleep, secretFileMode } from "./distributedPod";
import type { UiAccess } from "./uiAccessArgs";
import { hasUsersFile, proxyArguments, proxyFiles, proxyImage, proxyPort } from "./uiProxy";

/**
 * The proxy as a container of the query's pod, and the volume with its files. Its port `query` is the pod's only one.
 *
 * @param hasMachineUser whether a program comes in by a password, beside people
 */
export function proxySidecar(
  access: UiAccess,
  secretName: string,
  hasMachineUser: boolean,
): { readonly container: types.input.core.v1.Container; readonly volume: types.input.core.v1.Volume } {
  const { cookieSecret, clientSecret, users, folder } = proxyFiles;
  const files = [cookieSecret, clientSecret, ...(hasUsersFile(access, hasMachineUser) ? [users] : [])];
  const ping = { httpGet: { path: "/ping", port: proxyPort } };
  return {
    container: {
      name: "proxy",
      image: proxyImage,
      imagePullPolicy: "IfNotPresent",
      args: proxyArguments(access.host, access, hasMachineUser),
      ports: [{ name: "query", containerPort: proxyPort }],
      // Each password costs it a twentieth of a second of CPU.
      resources: {
        requests: { cpu: "50m", memory: "64Mi" },
        limits: { cpu: "500m", memory: "128Mi" },
      },
      securityContext: restrictedContainer,
      startupProbe: { ...ping, periodSeconds: 1, failureThreshold: 60 },
      readinessProbe: { ...ping, periodSeconds: 5, failureThreshold: 3 },
      livenessProbe: { ...ping, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
      lifecycle: preStopSleep,
      volumeMounts: [{ name: "proxy", mountPath: folder, readOnly: true }],
    },
    // Not the password itself, which is only there for people.
    volume: {
      name: "proxy",
      secret: { secretName, defaultMode: secretFileMode, items: files.map((key) => ({ key, path: key })) },
    },
  };
}
