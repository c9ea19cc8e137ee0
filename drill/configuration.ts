import { parse, stringify } from "yaml";
import { isMapping } from "../tests/support/document";

/** Where what watches listens, in the node's network alone. */
export const ports = { prometheus: 9090, alertmanager: 9093, receiver: 9095, kubernetes: 9096, own: 9097 };

/** Seconds between two looks, and between two evaluations, where time is divided. */
export const lookSeconds = 5;

/** A `for` of two minutes is then two looks. */
export const greatestFactor = 12;

/** No window is divided below this: the probe makes a round every 30 s whatever the factor, and two are to be in it. */
export const leastWindowSeconds = 60;

/**
 * The program's rules with time divided: every `for`, and every window that a rate, a share or a mean is taken over, or
 * an alert would stay for minutes after what it tells of. Limits stay as they are. With 1 it is the program's file.
 */
export function dividedRules(rules: string, factor: number): string {
  if (factor === 1) return rules;
  const { groups } = parse(rules) as { groups: { rules: Record<string, unknown>[] }[] };
  return stringify({
    groups: groups.map((group) => ({
      ...group,
      interval: `${lookSeconds}s`,
      rules: group.rules.map((rule) => ({
        ...rule,
        expr: String(rule.expr).replaceAll(
          /\[(\d+[smhd])\]/g,
          (_, window: string) => `[${divided(window, factor, leastWindowSeconds)}]`,
        ),
        ...(rule.for !== undefined && { for: divided(rule.for as string, factor) }),
      })),
    })),
  });
}

/** `5m` by 10 is `30s`. @param least seconds below which it does not come, unless it has been */
export function divided(duration: string, factor: number, least = 0): string {
  const seconds = secondsOf(duration);
  return `${Math.max(Math.round(seconds / factor), Math.min(seconds, least))}s`;
}

function secondsOf(duration: string): number {
  const [, count = "", unit = ""] = /^(\d+)([smhd])$/.exec(duration) ?? [];
  const seconds = { s: 1, m: 60, h: 3600, d: 86_400 }[unit];
  if (seconds === undefined) throw new Error(`${duration} is no duration that this drill knows, such as 5m`);
  return Number(count) * seconds;
}

/** Time between two looks at a target, where it is another than its job says. */
function looks(factor: number): object {
  return factor === 1 ? {} : { scrape_interval: `${lookSeconds}s`, scrape_timeout: `${lookSeconds}s` };
}

/**
 * The program's own scrape file. Prometheus is in no pod here, so it is told where the API server is; that, and the
 * time between looks, is all that is changed.
 *
 * @param kubeconfig path of one that may list pods
 */
export function locatedScraping(scrape: string, kubeconfig: string, factor: number): string {
  const { scrape_configs: jobs } = parse(scrape) as {
    scrape_configs: ({ kubernetes_sd_configs: object[] } & object)[];
  };
  return stringify({
    scrape_configs: jobs.map((job) => ({
      ...job,
      ...looks(factor),
      kubernetes_sd_configs: job.kubernetes_sd_configs.map((found) => ({
        ...found,
        kubeconfig_file: kubeconfig,
      })),
    })),
  });
}

/** Prometheus' configuration: the program's two files, and two jobs that a cluster has beside them. */
export function prometheusConfiguration(
  files: { readonly rules: string; readonly scrape: string },
  kubeconfig: string,
  factor: number,
): string {
  const target = (port: number): object => ({ static_configs: [{ targets: [`127.0.0.1:${port}`] }] });
  return stringify({
    global: { scrape_interval: "30s", evaluation_interval: "30s" },
    alerting: { alertmanagers: [target(ports.alertmanager)] },
    rule_files: [files.rules],
    scrape_config_files: [files.scrape],
    scrape_configs: [
      // As kube-prometheus-stack has it: the labels say what a metric is about, not where it is from.
      { job_name: "kube-state-metrics", honor_labels: true, ...looks(factor), ...target(ports.kubernetes) },
      {
        // As cert-manager's chart has it: `namespace` is its pod's, the certificate's becomes another label.
        job_name: "cert-manager",
        ...looks(factor),
        kubernetes_sd_configs: [
          { role: "pod", namespaces: { names: ["cert-manager"] }, kubeconfig_file: kubeconfig },
        ],
        relabel_configs: [
          {
            source_labels: ["__meta_kubernetes_pod_container_port_name"],
            regex: "http-metrics",
            action: "keep",
          },
          { source_labels: ["__meta_kubernetes_namespace"], target_label: "namespace" },
          { source_labels: ["__meta_kubernetes_pod_name"], target_label: "pod" },
        ],
      },
    ],
  });
}

/** Alertmanager's configuration: it tells of each alert by itself and at once, and says when it is over. */
export function alertmanagerConfiguration(): string {
  return stringify({
    route: {
      receiver: "drill",
      group_by: ["..."],
      group_wait: "1s",
      group_interval: "1s",
      repeat_interval: "4h",
    },
    receivers: [
      {
        name: "drill",
        webhook_configs: [{ url: `http://127.0.0.1:${ports.receiver}/`, send_resolved: true }],
      },
    ],
  });
}

/** The `for` of an alert as the rules have it, such as `5m`; undefined where there is no such alert. */
export function holdOf(rules: string, alertname: string): string | undefined {
  const { groups } = parse(rules) as { groups: { rules: unknown[] }[] };
  const rule = groups
    .flatMap((group) => group.rules)
    .find((one) => isMapping(one) && one.alert === alertname);
  return isMapping(rule) ? String(rule.for) : undefined;
}
