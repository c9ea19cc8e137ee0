import type { types } from "@pulumi/kubernetes";
import { restrictedContainer } from "../kubernetes/workload";
import { preStopSleep, secretFileMode } from "./distributedPod";
import type { UiAccess } from "./uiAccessArgs";
import { proxyPages } from "./uiPages";
import { hasUsersFile, proxyArguments, proxyFiles, proxyImage, proxyPort } from "./uiProxy";

/**
 * The proxy as a container of the query's pod, and the volumes with its files. Its port `query` is the pod's only one.
 *
 * @param pagesConfigMap has the proxy's pages, beside other files
 * @param hasMachineUser whether a program comes in by a password, beside people
 */
export function proxySidecar(
  access: UiAccess,
  secretName: string,
  pagesConfigMap: string,
  hasMachineUser: boolean,
): { readonly container: types.input.core.v1.Container; readonly volumes: types.input.core.v1.Volume[] } {
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
      volumeMounts: [
        { name: "proxy", mountPath: folder, readOnly: true },
        { name: "pages", mountPath: proxyPages.folder, readOnly: true },
      ],
    },
    volumes: [
      {
        name: "proxy",
        // Not the password itself, which is only there for people.
        secret: { secretName, defaultMode: secretFileMode, items: items(files) },
      },
      { name: "pages", configMap: { name: pagesConfigMap, items: items(proxyPages.files) } },
    ],
  };
}

/** Keys as files of the same names. */
function items(keys: readonly string[]): types.input.core.v1.KeyToPath[] {
  return keys.map((key) => ({ key, path: key }));
}
