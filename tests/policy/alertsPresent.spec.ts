/* eslint-disable @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return -- the cases break documents that no type describes */
import { parse } from "yaml";
import { alertsPresent } from "../../policy/rules/alertsPresent";
import { allows, refuses } from "./support/cases";
import { compliantStack, edit } from "./support/compliantStack";
import { assertAllowed, type Declared, type Loose } from "./support/evaluate";

const production = { stack: "production" as const, resource: "jaeger-alerts" };

function rules(change: (rules: Loose[]) => void): (resource: Declared) => void {
  return edit((d) => {
    change(d.groups[0].rules);
  });
}

describe("prometheus-alert-require-guide-alerts", () => {
  it("asks nothing of dev", () => {
    assertAllowed(alertsPresent, compliantStack("dev"));
  });

  allows(alertsPresent, [
    {
      ...production,
      title: "a PrometheusRule, and an expression over several lines",
      change: (resource) => {
        rules((list) => (list[0].expr = "rate(jaeger_collector_spans_dropped_total[5m])\n  > 100\n"))(
          resource,
        );
        resource.type = "kubernetes:monitoring.coreos.com/v1:PrometheusRule";
        resource.props.spec = parse(resource.props.data["rules.yaml"] as string);
        resource.props.data = {};
      },
    },
    {
      ...production,
      title: "alerts of one's own beside them",
      change: rules((list) => list.push({ alert: "Other", expr: "up == 0" })),
    },
  ]);

  refuses(alertsPresent, [
    {
      ...production,
      title: "a stack without alerts",
      resource: "jaeger-alerts",
      says: ["no alert JaegerSpansDropped"],
    },
    {
      ...production,
      title: "one of the two missing",
      change: rules((list) => list.pop()),
      says: ["no alert JaegerQueueFull"],
    },
    {
      ...production,
      title: "a higher threshold",
      change: rules((list) => (list[0].expr = "rate(jaeger_collector_spans_dropped_total[5m]) > 101")),
      says: ["expr of JaegerSpansDropped", "101"],
    },
    {
      ...production,
      title: "a lower threshold",
      change: rules((list) => (list[1].expr = "jaeger_collector_queue_length > 3999")),
      says: ["3999"],
    },
    {
      ...production,
      title: "another duration",
      change: rules((list) => (list[1].for = "15m")),
      says: ["for of JaegerQueueFull", "15m"],
    },
    {
      ...production,
      title: "another severity",
      change: rules((list) => (list[1].labels.severity = "info")),
      says: ["labels.severity of JaegerQueueFull"],
    },
    {
      ...production,
      title: "an alert twice, so that one can be changed unseen",
      change: rules((list) => list.push({ ...list[0] })),
      says: ["more than one alert JaegerSpansDropped"],
    },
    {
      ...production,
      title: "a recording rule of that name",
      change: rules((list) => (list[0] = { record: "JaegerSpansDropped", expr: list[0].expr })),
      says: ["no alert JaegerSpansDropped"],
    },
    {
      ...production,
      title: "rules that nobody can read",
      change: (resource) => (resource.props.data["rules.yaml"] = "groups: ["),
      says: ["no alert"],
    },
    {
      ...production,
      title: "an unknown stack",
      change: () => undefined,
      options: { stack: "qa" },
      says: ["cannot be judged"],
    },
  ]);
});
