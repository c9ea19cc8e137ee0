import { elasticsearchMetrics } from "../../../components/alerts/elasticsearchMetrics";
import { startMonitor } from "./monitor";
import { setOutcome, type Outcomes, type Subject } from "./subject";

/** Tries a scrape of the monitor's own program, which asks Elasticsearch as Jaeger's user. */
export async function tryMonitor(subject: Subject, outcomes: Outcomes): Promise<void> {
  const monitor = await startMonitor({ ...subject, url: subject.lifecycleUrl });
  try {
    const { status, text } = await monitor.scrape();
    setOutcome(outcomes, "monitor", "scrape", status === 200 ? undefined : `answers ${status}`);
    if (status !== 200) return;
    // What it may not ask for it leaves out.
    const leftOut = (metric: string): string | undefined => (text.includes(metric) ? undefined : "left out");
    if (monitor.plan.lifecycle) {
      setOutcome(outcomes, "monitor", "lifecycle management", leftOut(elasticsearchMetrics.lifecycle));
    }
    setOutcome(outcomes, "monitor", "last snapshot", leftOut(elasticsearchMetrics.lastSnapshot));
  } finally {
    await monitor.stop();
  }
}
