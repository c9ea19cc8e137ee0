import { limitAlert, valueText, type LimitAlert, type NamespaceAlertsInput } from "./alert";
import { lines, selector } from "./promql";
import type { AlertingRule } from "./rule";

/** Matches the Jobs that prepare Elasticsearch; the end of a name follows from what the Job does. */
export const bootstrapJobs = "=~.+-bootstrap-[0-9a-f]{8}";

/**
 * Alerts on Jobs, from kube-state-metrics. What a CronJob's failed Jobs say is not asked: they stay for a while after
 * a later one has succeeded. Nor is how many pods of a Job have failed: the next try may succeed.
 */
export function jobAlerts({ namespace, runbookUrl }: NamespaceAlertsInput): readonly AlertingRule[] {
  const cronJob = (alert: LimitAlert, name: string, summary: string, consequence: string): AlertingRule => {
    const seconds = (metric: string): string =>
      `max by (namespace, cronjob) (${selector(`kube_cronjob_${metric}`, { namespace, cronjob: name })})`;
    // One that has never succeeded has no such time; then it counts from when it was made.
    const value = lines(
      `(time() - (${seconds("status_last_successful_time")}`,
      `or ${seconds("created")})) / 3600`,
    );
    return limitAlert(runbookUrl, alert, value, {
      summary,
      finding: `The last success of {{ $labels.namespace }}/{{ $labels.cronjob }} was ${valueText()} hours ago`,
      consequence,
    });
  };
  return [
    limitAlert(
      runbookUrl,
      "ElasticsearchBootstrapFailed",
      `max by (namespace, job_name) (${selector("kube_job_failed", { namespace, job_name: bootstrapJobs, condition: "true" })})`,
      {
        summary: "Elasticsearch could not be prepared for Jaeger",
        finding: "The Job {{ $labels.namespace }}/{{ $labels.job_name }} has failed for good",
        consequence: "users, lifecycle policy or indices are not as the stack says",
      },
    ),
    cronJob(
      "ElasticsearchIndexCleanerNotRunning",
      "=~.+-index-cleaner",
      "Old indices are not removed",
      "spans are kept for longer than the retention says, and the disk fills",
    ),
    cronJob(
      "JaegerDependenciesNotRunning",
      "=~.+-dependencies",
      "The dependency graph is not made",
      "the graph of the UI lacks days, and those stay empty",
    ),
  ];
}
