/** What whoever is called gets of an alert. */
export interface Notification {
  readonly status: "firing" | "resolved";
  readonly labels: Readonly<Record<string, string>>;
  readonly atMs: number;
}

/** An alert by its name and those of its labels that count. */
export interface AlertPattern {
  readonly alertname: string;
  readonly [label: string]: string;
}

/** Whether an alert has these labels, and maybe others. */
export function matches(labels: Readonly<Record<string, string>>, pattern: AlertPattern): boolean {
  return Object.entries(pattern).every(([label, value]) => labels[label] === value);
}

/** `JaegerUnavailable{role="collector"}` */
export function patternText({ alertname, ...labels }: AlertPattern): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return pairs.length === 0 ? alertname : `${alertname}{${pairs.join(", ")}}`;
}

/** When the pattern's alert was told of in this way from then on, in order of time. */
export function toldAt(
  notifications: readonly Notification[],
  pattern: AlertPattern,
  status: Notification["status"],
  sinceMs: number,
): readonly number[] {
  return notifications
    .filter((one) => one.status === status && one.atMs >= sinceMs && matches(one.labels, pattern))
    .map(({ atMs }) => atMs);
}

/** Whether the pattern's alert is over: of each of them that was told as firing, the last word is that it is not. */
export function isResolved(notifications: readonly Notification[], pattern: AlertPattern): boolean {
  const last = new Map<string, Notification["status"]>();
  for (const { labels, status } of notifications) {
    if (matches(labels, pattern)) last.set(JSON.stringify(Object.entries(labels).sort()), status);
  }
  return last.size > 0 && [...last.values()].every((status) => status === "resolved");
}

/** Names of the alerts that fired, each once, but for those of the patterns. */
export function othersFired(
  notifications: readonly Notification[],
  expected: readonly AlertPattern[],
): readonly string[] {
  const others = notifications.filter(
    ({ status, labels }) => status === "firing" && !expected.some((pattern) => matches(labels, pattern)),
  );
  return [...new Set(others.map(({ labels }) => otherText(labels)))].sort();
}

/** With the one label that tells apart what an alert is about. */
function otherText({ alertname = "", role, reason }: Readonly<Record<string, string>>): string {
  const told = { alertname, ...(role !== undefined && { role }), ...(reason !== undefined && { reason }) };
  return patternText(told);
}
