import { dnsLabel, flag, group, httpsUrl, oneOf, textMapping } from "./fields";

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
});

/** Whether the program installs cert-manager, or it is already there. */
export const certManager = group({
  install: flag("whether to install cert-manager", "false where it is already there, else true"),
});
