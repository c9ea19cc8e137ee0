import type { types } from "@pulumi/kubernetes";
import type { ElasticsearchConnection } from "../elasticsearch/connection";
import { restrictedContainer, restrictedPod } from "../kubernetes/workload";
import { secretFileMode } from "./distributedPod";
import { storeFiles } from "./elasticsearchStore";

/**
 * The pod of Jaeger's spark-dependencies. From documentation: its image is tagged by release and by the Elasticsearch
 * that it speaks to.
 */
const imageOf = (majorVersion: number): string =>
  `ghcr.io/jaegertracing/spark-dependencies/spark-dependencies:v0.7.2-elasticsearch${majorVersion}`;

/** `nobody`: the one user but root that the image's list of users names, and Spark does not run without a name. */
const userId = 65534;

const trustFolder = "/trust";
const trustStore = `${trustFolder}/elasticsearch.p12`;

/** Spans of a day are grouped by trace in memory; what does not fit goes to /tmp. */
const resources = {
  requests: { cpu: "250m", memory: "1Gi" },
  limits: { cpu: "1000m", memory: "2Gi" },
} as const;

/** Spec of the pod. @param name of its ServiceAccount */
export function dependenciesPod(
  name: string,
  connection: ElasticsearchConnection,
): types.input.core.v1.PodSpec {
  const { passwordSecret, authoritySecret, retention } = connection;
  const image = imageOf(connection.majorVersion);
  const tmp = { name: "tmp", mountPath: "/tmp" };
  const javaOptions = [
    "-XX:MaxRAMPercentage=70",
    ...(authoritySecret === undefined
      ? []
      : [`-Djavax.net.ssl.trustStore=${trustStore}`, "-Djavax.net.ssl.trustStoreType=PKCS12"]),
  ];
  const variables = {
    ES_NODES: connection.url,
    // It would otherwise ask for the addresses of the nodes, and no certificate names those.
    ES_NODES_WAN_ONLY: "true",
    ES_USERNAME: connection.username,
    ES_INDEX_PREFIX: connection.indexPrefix,
    // Behind an alias the spans of a day are wherever the rollover put them.
    ES_USE_ALIASES: String(retention.mechanism === "ilm"),
    // No more than the day: the longest that it takes.
    ES_TIME_RANGE: "24h",
    JAVA_OPTS: javaOptions.join(" "),
  };
  return {
    serviceAccountName: name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: { ...restrictedPod, runAsUser: userId, runAsGroup: userId, fsGroup: userId },
    // Each try in a pod of its own: a trust store that is there already cannot be made.
    restartPolicy: "Never",
    ...(authoritySecret === undefined ? {} : { initContainers: [trustStoreMaker(image)] }),
    containers: [
      {
        name: "dependencies",
        image,
        imagePullPolicy: "IfNotPresent",
        env: [
          ...Object.entries(variables).map(([key, value]) => ({ name: key, value })),
          {
            name: "ES_PASSWORD",
            valueFrom: { secretKeyRef: { name: passwordSecret, key: storeFiles.password.key } },
          },
        ],
        resources,
        securityContext: restrictedContainer,
        volumeMounts: [
          ...(authoritySecret === undefined
            ? []
            : [{ name: "trust", mountPath: trustFolder, readOnly: true }]),
          tmp,
        ],
      },
    ],
    volumes: [
      ...(authoritySecret === undefined
        ? []
        : [
            {
              name: "elasticsearch-authority",
              secret: {
                secretName: authoritySecret,
                defaultMode: secretFileMode,
                items: [{ key: storeFiles.authority.key, path: storeFiles.authority.key }],
              },
            },
            { name: "trust", emptyDir: { sizeLimit: "1Mi" } },
          ]),
      { name: "tmp", emptyDir: { sizeLimit: "4Gi" } },
    ],
  };

  /**
   * Java reads authorities from a store of its own. This one holds nothing secret, and has no password: neither its
   * certificates are encrypted nor the whole is signed, so that any password reads it, and none.
   */
  function trustStoreMaker(image: string): types.input.core.v1.Container {
    const { folder, key } = storeFiles.authority;
    return {
      name: "trust-store",
      image,
      imagePullPolicy: "IfNotPresent",
      command: ["keytool"],
      args: [
        "-J-Dkeystore.pkcs12.macAlgorithm=NONE",
        "-J-Dkeystore.pkcs12.certProtectionAlgorithm=NONE",
        "-importcert",
        "-noprompt",
        "-alias",
        "elasticsearch",
        "-file",
        `${folder}/${key}`,
        "-storetype",
        "PKCS12",
        "-keystore",
        trustStore,
      ],
      resources: {
        requests: { cpu: "50m", memory: "64Mi" },
        limits: { cpu: "500m", memory: "256Mi" },
      },
      securityContext: restrictedContainer,
      volumeMounts: [
        { name: "elasticsearch-authority", mountPath: folder, readOnly: true },
        { name: "trust", mountPath: trustFolder },
        tmp,
      ],
    };
  }
}
