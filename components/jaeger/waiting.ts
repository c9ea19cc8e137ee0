import * as path from "node:path";
import type { types } from "@pulumi/kubernetes";
import type { ElasticsearchConnection } from "../elasticsearch/connection";
import { nodeImage } from "../elasticsearch/images";
import { scriptFiles } from "../kubernetes/scriptFiles";
import { restrictedContainer } from "../kubernetes/workload";
import { folders } from "./configuration";
import { storeFiles } from "./elasticsearchStore";

/** The program of the container, for the pod's ConfigMap. */
export function waitingProgram(): Record<string, string> {
  return scriptFiles(path.join(__dirname, "waiting", "script"));
}

/**
 * Holds a pod back until Elasticsearch answers Jaeger's user. Jaeger itself ends where it is not there, and is started
 * again after pauses that get longer: after an outage that would be minutes more.
 */
export function waitingContainer(connection: ElasticsearchConnection): types.input.core.v1.Container {
  const { authoritySecret, url, username } = connection;
  const { authority, password } = storeFiles;
  const variables = {
    URL: url,
    USERNAME: username,
    PASSWORD_FILE: `${password.folder}/${password.key}`,
    // Beside the authorities that Node.js knows.
    ...(authoritySecret === undefined ? {} : { NODE_EXTRA_CA_CERTS: `${authority.folder}/${authority.key}` }),
  };
  return {
    name: "wait-for-elasticsearch",
    image: nodeImage,
    imagePullPolicy: "IfNotPresent",
    command: ["node", `${folders.config}/wait-for-elasticsearch.js`],
    env: Object.entries(variables).map(([name, value]) => ({ name, value })),
    resources: { requests: { cpu: "20m", memory: "96Mi" }, limits: { cpu: "200m", memory: "96Mi" } },
    securityContext: restrictedContainer,
    volumeMounts: [
      { name: "config", mountPath: folders.config, readOnly: true },
      { name: "elasticsearch", mountPath: password.folder, readOnly: true },
      ...(authoritySecret === undefined
        ? []
        : [{ name: "elasticsearch-authority", mountPath: authority.folder, readOnly: true }]),
    ],
  };
}
