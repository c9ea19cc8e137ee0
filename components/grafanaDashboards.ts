import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import * as pulumi from "@pulumi/pulumi";
import { dashboardFiles, type DashboardsInput } from "./dashboards/document";
import { childOptions } from "./kubernetes/childOptions";
import { objectLabels, type Labels } from "./kubernetes/labels";

/** What a GrafanaDashboards is made from. */
export interface GrafanaDashboardsArgs {
  /** What there is to show: what the alerts are made from, with the name of their component as `instance`. */
  readonly shown: DashboardsInput;
  /** Namespace of the ConfigMaps. @default that of Jaeger's pods */
  readonly namespace?: string | undefined;
  /** Labels by which Grafana's sidecar takes them. @default `grafana_dashboard: "1"`, as the sidecar's own */
  readonly labels?: Labels | undefined;
  /** Folder in Grafana, where its sidecar reads the annotation `grafana_folder`. @default Nova tracing */
  readonly folder?: string | undefined;
}

/** Dashboards of Jaeger, its storage and the services, one ConfigMap each, for a Grafana that takes them from there. */
export class GrafanaDashboards extends pulumi.ComponentResource {
  constructor(name: string, args: GrafanaDashboardsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("nova:tracing:GrafanaDashboards", name, {}, opts);
    const { shown, namespace = shown.namespace, labels = { grafana_dashboard: "1" } } = args;
    const own = objectLabels({ application: "jaeger", instance: name, role: "dashboards" });
    for (const [dashboard, file] of Object.entries(dashboardFiles(shown))) {
      const metadata = {
        name: `${name}-dashboard-${dashboard}`,
        namespace,
        labels: { ...own, ...labels },
        annotations: { grafana_folder: args.folder ?? "Nova tracing" },
      };
      // Grafana keeps the files of all ConfigMaps in one folder, so their names are no other's.
      const data = { [`nova-tracing-${dashboard}.json`]: file };
      new ConfigMap(metadata.name, { metadata, data }, childOptions(this, opts));
    }
    this.registerOutputs();
  }
}
