import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import * as pulumi from "@pulumi/pulumi";
import { ruleGroups, rulesFile } from "./alerts/document";
import type { ElasticsearchMetrics } from "./alerts/elasticsearchMetrics";
import type { RuleGroup } from "./alerts/rule";
import { podMonitorSpec, scrapeFile, scrapesOf } from "./alerts/scraping";
import type { MetricsPods, WriteMode } from "./jaeger/metrics";
import { childOptions } from "./kubernetes/childOptions";
import { objectLabels, type Labels } from "./kubernetes/labels";
import { argumentRefusal } from "./refusal";

/** What a PrometheusAlerts is made from. All plain values: what a policy judges must be known in a preview. */
export interface PrometheusAlertsArgs {
  /** Namespace of Jaeger's pods, and of the objects that are made here. */
  readonly namespace: string;
  /**
   * `operator`: a PrometheusRule, and a PodMonitor for each role. `configMap`, where there is no Prometheus operator: a
   * ConfigMap with the file for `rule_files`, and one with the file for `scrape_config_files`.
   */
  readonly delivery: "operator" | "configMap";
  /**
   * Labels that the objects get beside their own. An operator takes only what its selectors pick: kube-prometheus-stack
   * wants `release` with the name of its Helm release. @default none
   */
  readonly labels?: Labels | undefined;
  /** The pods to scrape, which have a port named `metrics`. */
  readonly metricsPods: readonly MetricsPods[];
  /** How Jaeger writes to its storage: what counts as dropped depends on it. */
  readonly writeMode: WriteMode;
  /** Whether cert-manager issues certificates in the namespace: then there are alerts on them. */
  readonly certificates: boolean;
  /**
   * What reads Elasticsearch's own metrics (components/alerts/elasticsearchMetrics.ts), where something does: then there
   * are alerts on the cluster's health, and one on metrics that are missing. @default nothing does
   */
  readonly elasticsearchMetrics?: ElasticsearchMetrics | undefined;
  /** Folder of the runbooks as people read it, `https://...`; the name of an alert and `.md` come behind it. */
  readonly runbookUrl: string;
}

const monitoring = "monitoring.coreos.com/v1";

/** Jaeger v1's metric names from Jaeger v2, the alerts on them, and the scraping that both need. */
export class PrometheusAlerts extends pulumi.ComponentResource {
  readonly #name: string;
  readonly #args: PrometheusAlertsArgs;
  readonly #child: pulumi.CustomResourceOptions;

  constructor(name: string, args: PrometheusAlertsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("nova:tracing:PrometheusAlerts", name, {}, opts);
    if (args.metricsPods.length === 0) {
      throw argumentRefusal("metricsPods is empty; alerts on what nobody scrapes never fire", this);
    }
    if (!/^https?:\/\/\S+$/.test(args.runbookUrl)) {
      throw argumentRefusal(
        `runbookUrl is "${args.runbookUrl}"; write the address of a folder, https://...`,
        this,
      );
    }
    this.#name = name;
    this.#args = args;
    this.#child = childOptions(this, opts);
    const groups = ruleGroups({ ...args, instance: name });
    if (args.delivery === "operator") this.#createForOperator(groups);
    else this.#createFiles(groups);
    this.registerOutputs();
  }

  #createForOperator(groups: readonly RuleGroup[]): void {
    this.#createCustomResource("PrometheusRule", "alerts", { groups });
    for (const scrape of scrapesOf(this.#args.metricsPods)) {
      this.#createCustomResource("PodMonitor", scrape.role, podMonitorSpec(this.#args.namespace, scrape));
    }
  }

  #createCustomResource(kind: string, role: string, spec: object): void {
    const metadata = this.#metadata(role);
    new CustomResource(metadata.name, { apiVersion: monitoring, kind, metadata, spec }, this.#child);
  }

  /** Two ConfigMaps: Prometheus stops at a file in its folder of rules that holds none. */
  #createFiles(groups: readonly RuleGroup[]): void {
    const { namespace, metricsPods } = this.#args;
    this.#createConfigMap("alerts", { "rules.yaml": rulesFile(groups) });
    this.#createConfigMap("scrape", { "scrape.yaml": scrapeFile(namespace, this.#name, metricsPods) });
  }

  #createConfigMap(role: string, data: Record<string, string>): void {
    const metadata = this.#metadata(role);
    new ConfigMap(metadata.name, { metadata, data }, this.#child);
  }

  #metadata(role: string): { name: string; namespace: string; labels: Labels } {
    const labels = objectLabels({ application: "jaeger", instance: this.#name, role: "monitoring" });
    return {
      name: `${this.#name}-${role}`,
      namespace: this.#args.namespace,
      labels: { ...labels, ...this.#args.labels },
    };
  }
}
