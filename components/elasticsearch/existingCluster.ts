import * as pulumi from "@pulumi/pulumi";
import { childOptions } from "../kubernetes/childOptions";
import { objectLabels } from "../kubernetes/labels";
import type { ExistingCluster, ReachableCluster } from "./cluster";
import { createSecret, passwordKey } from "./secrets";

/** What an ExistingElasticsearch is made from. */
export interface ExistingElasticsearchArgs {
  readonly namespace: string;
  readonly cluster: ExistingCluster;
}

/** Somebody else's Elasticsearch: the Secrets with which it is reached. */
export class ExistingElasticsearch extends pulumi.ComponentResource {
  readonly reach: ReachableCluster;

  constructor(name: string, args: ExistingElasticsearchArgs, opts?: pulumi.ComponentResourceOptions) {
    super("nova:tracing:ExistingElasticsearch", name, {}, opts);
    const { cluster, namespace } = args;
    const child = childOptions(this, opts);
    const labels = objectLabels({ application: "elasticsearch", instance: name, role: "access" });
    const secret = `${name}-access`;
    createSecret({ name: secret, namespace, labels }, { [passwordKey]: cluster.password }, child);
    const authoritySecret = cluster.authority === undefined ? undefined : `${name}-authority`;
    if (authoritySecret !== undefined && cluster.authority !== undefined) {
      createSecret({ name: authoritySecret, namespace, labels }, { "ca.crt": cluster.authority }, child);
    }
    const { origin, port } = new URL(cluster.url);
    this.reach = {
      url: origin,
      authoritySecret,
      administrator: { username: cluster.username, password: { secret, key: passwordKey } },
      edge: { peer: "anywhere", ports: [port === "" ? 443 : Number(port)] },
    };
    this.registerOutputs();
  }
}

/** What is wrong with the address of a cluster; undefined if nothing is. */
export function urlProblem(url: string): string | undefined {
  const write = "Write for example https://elasticsearch.nova.com:9200";
  if (!URL.canParse(url)) return `is no address. ${write}`;
  const { hash, password, pathname, protocol, search, username } = new URL(url);
  if (protocol !== "https:") return `is not https. ${write}`;
  if (username !== "" || password !== "") return `holds credentials, which belong into secrets. ${write}`;
  if (pathname !== "/" || search !== "" || hash !== "") return `is more than scheme, host and port. ${write}`;
  return undefined;
}
