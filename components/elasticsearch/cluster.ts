import type * as pulumi from "@pulumi/pulumi";
import type { Edge } from "../kubernetes/networkEdges";
import type { IssuerReference } from "../kubernetes/issuer";

/** A cluster that somebody else runs. Nothing but indices, policies and aliases is made in it. */
export interface ExistingCluster {
  readonly mode: "existing";
  /** `https://host:9200`, without credentials. */
  readonly url: string;
  /** Major release: 8 or 9. */
  readonly majorVersion: number;
  /**
   * User of Jaeger, its tools and the bootstrap. It needs `monitor` and `manage_index_templates`, with a lifecycle
   * policy also `manage_ilm`, and all privileges on `<prefix>-jaeger-*`.
   */
  readonly username: string;
  /** Its password; a secret. */
  readonly password: pulumi.Input<string>;
  /** The authority that signed the cluster's certificate, PEM. @default the authorities of the images */
  readonly authority?: pulumi.Input<string> | undefined;
}

/** What a cluster of one's own consists of. */
export interface ClusterSize {
  /** Release of Elasticsearch; version.ts lists those that are supported. */
  readonly version: string;
  /** Nodes, each a pod with a disk. Three or more survive the loss of one. */
  readonly nodes: number;
  /** CPU of each node, requested and limited, such as `2000m`. */
  readonly cpu: string;
  /** Memory of each node, requested and limited, such as `8Gi`; half of it is heap. */
  readonly memory: string;
  /** Disk of each node, Gi; see capacity.ts. */
  readonly storageGi: number;
  /** StorageClass of the disks. @default the cluster's own default */
  readonly storageClassName?: string | undefined;
}

/** A cluster that the operator "Elastic Cloud on Kubernetes" runs; the operator has to be there. */
export interface EckCluster extends ClusterSize {
  readonly mode: "eck";
  /** Namespace of the operator, which asks the nodes how they are. @default elastic-system */
  readonly operatorNamespace?: string | undefined;
}

/** A cluster that this program runs as a StatefulSet; cert-manager has to be there. */
export interface BuiltinCluster extends ClusterSize {
  readonly mode: "builtin";
  /** Issuer of the certificate on port 9200; it has to sign names of Services. @default an authority of its own */
  readonly issuer?: IssuerReference | undefined;
}

/** Snapshots to storage that speaks S3. */
export interface SnapshotSettings {
  /** Bucket; it has to exist. */
  readonly bucket: string;
  /** Address of the storage, for example `https://minio.backup.svc:9000`. @default Amazon's, by the region */
  readonly endpoint?: string | undefined;
  /** Region of the bucket. @default what the storage takes */
  readonly region?: string | undefined;
  /** When a snapshot is taken: a schedule of Elasticsearch's SLM, seconds first, UTC, such as `0 30 1 * * ?`. */
  readonly schedule: string;
  /** Key that may write to the bucket; a secret. */
  readonly accessKey: pulumi.Input<string>;
  /** Its other half; a secret. */
  readonly secretKey: pulumi.Input<string>;
}

/** Where a password is kept. */
export interface PasswordReference {
  /** Name of the Secret, in the namespace of the backend. */
  readonly secret: string;
  /** Key in it. */
  readonly key: string;
}

/** A cluster as its users see it, whoever runs it. */
export interface ReachableCluster {
  /** `https://host:9200`. */
  readonly url: string;
  /** Secret with the authority of its certificate under `ca.crt`; undefined where the images know it. */
  readonly authoritySecret: string | undefined;
  /** User that the bootstrap works as. */
  readonly administrator: { readonly username: string; readonly password: PasswordReference };
  /** What a pod that uses it has to be let out to. */
  readonly edge: Edge;
}
