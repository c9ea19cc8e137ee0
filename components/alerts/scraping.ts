import { renderYaml, type Yaml } from "../jaeger/sharedConfig";
import type { MetricsPods } from "../jaeger/metrics";
import { spanMetrics, spanMetricsPort } from "../jaeger/spanMetrics";
import { timing } from "./thresholds";

const path = "/metrics";
/** What the scrape says of a pod goes over what the pod says of itself: the rules rely on these labels. */
const honorLabels = false;

/**
 * Prometheus 3 asks for names as OpenTelemetry has them, with dots, and Jaeger gives them so; Prometheus 2 gets them with
 * underscores, and so the rules and the runbooks read them. Relabelling does nothing where they have underscores already.
 * Jaeger cannot be told (its reader takes no `translation_strategy`), and Prometheus 2 stops at the key by which 3 could.
 */
const dotted = {
  metrics: ["http.server.request.duration_seconds"],
  labels: ["http.route", "http.response.status_code", "error.type", "error.permanent"],
} as const;

/** One port of some pods, which is one job: each has an `up` of its own, and the alerts ask that of Jaeger's metrics. */
export interface Scrape extends Pick<MetricsPods, "role" | "selector"> {
  /** Name of the port. */
  readonly port: string;
  /** Names of the metrics that are taken, as a regular expression. @default all */
  readonly metrics?: string;
}

/** Without `target_info`, whose labels are whatever the services say of themselves. */
const spanMetricsNames = Object.values(spanMetrics)
  .map((name) => `${name}.*`)
  .join("|");

/** What is to be scraped of pods: their own metrics, and what they tell of the services, under a role of its own. */
export function scrapesOf(pods: readonly MetricsPods[]): readonly Scrape[] {
  return pods.flatMap(({ role, selector, spanMetrics: counts }) => [
    { role, selector, port: "metrics" },
    ...(counts === true
      ? [{ role: `${role}-spans`, selector, port: spanMetricsPort, metrics: spanMetricsNames }]
      : []),
  ]);
}

/** A rule of relabelling, with the keys of Prometheus' own configuration. */
interface Relabelling {
  readonly source_labels?: readonly string[];
  readonly regex: string;
  readonly target_label?: string;
  readonly replacement?: string;
  readonly action?: string;
}

/** What is done with the samples of a scrape. */
function metricRelabelling({ metrics }: Scrape): readonly Relabelling[] {
  const underscored = (name: string): string => name.replaceAll(".", "_");
  if (metrics !== undefined) return [{ source_labels: ["__name__"], regex: metrics, action: "keep" }];
  return [
    ...dotted.metrics.map((name) => ({
      source_labels: ["__name__"],
      regex: `${literally(name)}_(bucket|sum|count)`,
      target_label: "__name__",
      replacement: `${underscored(name)}_$1`,
    })),
    ...dotted.labels.map((name) => ({
      action: "labelmap",
      regex: literally(name),
      replacement: underscored(name),
    })),
  ];
}

/** The same with the operator's keys. */
function operatorRelabelling({ source_labels, target_label, ...rest }: Relabelling): object {
  return {
    ...(source_labels && { sourceLabels: source_labels }),
    ...(target_label !== undefined && { targetLabel: target_label }),
    ...rest,
  };
}

/** Spec of a PodMonitor. The operator adds `namespace` and `pod` to every series by itself. */
export function podMonitorSpec(namespace: string, scrape: Scrape): object {
  const { selector, port } = scrape;
  return {
    namespaceSelector: { matchNames: [namespace] },
    selector: { matchLabels: selector },
    podMetricsEndpoints: [
      {
        port,
        path,
        honorLabels,
        interval: `${timing.scrapeSeconds}s`,
        scrapeTimeout: `${timing.scrapeTimeoutSeconds}s`,
        metricRelabelings: metricRelabelling(scrape).map(operatorRelabelling),
      },
    ],
  };
}

/**
 * The label `job` of a role's pods, which the operator makes from the PodMonitor.
 *
 * @param instance name of the component that makes the PodMonitor
 */
export function scrapeJob(namespace: string, instance: string, role: string): string {
  return `${namespace}/${instance}-${role}`;
}

/**
 * The same for a Prometheus without an operator: a file for `scrape_config_files`, or to copy from. It needs a service
 * account that may list pods in the namespace.
 *
 * @param instance name of the component
 */
export function scrapeFile(namespace: string, instance: string, pods: readonly MetricsPods[]): string {
  return renderYaml({
    scrape_configs: scrapesOf(pods).map((scrape) => ({
      job_name: scrapeJob(namespace, instance, scrape.role),
      metrics_path: path,
      honor_labels: honorLabels,
      scrape_interval: `${timing.scrapeSeconds}s`,
      scrape_timeout: `${timing.scrapeTimeoutSeconds}s`,
      kubernetes_sd_configs: [{ role: "pod", namespaces: { names: [namespace] } }],
      relabel_configs: [
        ...Object.entries(scrape.selector).map(([label, value]) => keep(podLabel(label), literally(value))),
        keep("pod_container_port_name", scrape.port),
        // A pod that has ended keeps its entry, and its address may be somebody else's.
        { source_labels: [meta("pod_phase")], regex: "Failed|Succeeded", action: "drop" },
        { source_labels: [meta("namespace")], target_label: "namespace" },
        { source_labels: [meta("pod_name")], target_label: "pod" },
      ],
      metric_relabel_configs: metricRelabelling(scrape).map((rule) => ({ ...rule })),
    })),
  });
}

function keep(label: string, regex: string): Yaml {
  return { source_labels: [meta(label)], regex, action: "keep" };
}

function meta(label: string): string {
  return `__meta_kubernetes_${label}`;
}

/** Prometheus writes a label of a pod with an underscore for each character that its own labels cannot have. */
function podLabel(label: string): string {
  return `pod_label_${label.replace(/[^a-zA-Z0-9_]/g, "_")}`;
}

/** A regular expression for one value; of what a label's value may hold, only the full stop means something there. */
function literally(value: string): string {
  return value.replaceAll(".", "\\.");
}
