import { dnsLabel, flag, group, httpsUrl, oneOf, text, textMapping } from "./fields";

/** Dashboards for a Grafana whose sidecar takes them from ConfigMaps. */
const dashboards = group({
  namespace: dnsLabel(
    "the namespace of their ConfigMaps",
    "the namespace that Grafana's sidecar looks into, or leave it out where it looks into all",
  ).optional(),
  labels: textMapping(
    "labels by which Grafana's sidecar takes dashboards",
    'for example { grafana_dashboard: "1" }',
  ).optional(),
  folder: text(
    "the name of a folder in Grafana",
    "for example Nova tracing",
    (value) => value.trim() !== "" && value.length <= 100,
  ).optional(),
});

/** How Prometheus gets its rules, and who may scrape. */
export const alerts = group({
  delivery: oneOf(
    ["operator", "configMap"],
    "operator (PrometheusRule and PodMonitor), or configMap where there is no Prometheus operator",
  ),
  prometheusNamespace: dnsLabel("the namespace that Prometheus runs in", "for example monitoring"),
  labels: textMapping(
    "labels by which the operator's Prometheus picks its rules",
    "for example { release: kube-prometheus-stack }",
  ).optional(),
  runbookUrl: httpsUrl(
    "the address of the folder docs/runbooks as people read it",
    "for example https://git.nova.com/platform/nova-tracing/docs/runbooks",
  ),
  dashboards: dashboards.optional(),
});

/** Whether the program installs cert-manager, or it is already there. */
export const certManager = group({
  install: flag("whether to install cert-manager", "false where it is already there, else true"),
});
