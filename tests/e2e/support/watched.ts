import { at, list, mapping, text } from "../../support/document";
import { namespace, type Staging } from "./staging";

/** A query of a dashboard that is deployed. */
export interface DeployedQuery {
  /** `Nova tracing / Services: Spans` */
  readonly panel: string;
  readonly expr: string;
}

/** Every query of the dashboards' ConfigMaps, with the variable for the namespace filled in as Grafana does. */
export async function deployedQueries(staging: Staging): Promise<readonly DeployedQuery[]> {
  const configMaps = (await staging.objects("/api/v1", "configmaps")).filter(
    (one) => at(one, "metadata", "labels", "grafana_dashboard") === "1",
  );
  return configMaps.flatMap((item) =>
    Object.values(mapping(item, "data")).flatMap((content) => {
      const dashboard: unknown = JSON.parse(String(content));
      return list(dashboard, "panels").flatMap((panel) =>
        list(panel, "targets").map((target) => ({
          panel: `${text(dashboard, "title")}: ${text(panel, "title")}`,
          expr: text(target, "expr").replaceAll("$namespace", namespace),
        })),
      );
    }),
  );
}

/** Selectors of the rules for what other programs than Jaeger give, as they stand in the file. */
export function selectorsOfOthers(rules: unknown, others: RegExp): readonly string[] {
  const exprs = list(rules, "groups").flatMap((group) =>
    list(group, "rules").map((rule) => String(at(rule, "expr"))),
  );
  const selectors = exprs.flatMap((expr) => expr.match(/[\w:]+\{(?:[^"}]|"[^"]*")*\}/g) ?? []);
  return [...new Set(selectors)].filter((selector) => others.test(selector)).sort();
}
