import { withLabels, type Labels, type Series } from "./promtool";

/** Values over time: for so many minutes each. */
export type Course = readonly (readonly [minutes: number, value: number])[];

/** Seconds between two values. */
const step = 30;

/** The value at every step. */
function steps(course: Course): number[] {
  return course.flatMap(([minutes, value]) =>
    Array.from({ length: Math.round((minutes * 60) / step) }, () => value),
  );
}

/** A gauge. @param of what it shows of a value, at so many seconds; undefined: no sample */
export function gauge(
  course: Course,
  of: (value: number, seconds: number) => number | undefined = (value) => value,
): string {
  return steps(course)
    .map((value, index) => of(value, index * step) ?? "_")
    .join(" ");
}

/** A counter that starts at 0. @param of by how much it grows in a second */
export function counter(course: Course, of: (value: number) => number = (value) => value): string {
  let sum = 0;
  return steps(course)
    .map((value, index) => (index === 0 ? 0 : (sum += of(value) * step)))
    .join(" ");
}

/** The same for what comes one by one: a counter of whole events. @param of events in a second */
export function events(course: Course, of: (value: number) => number): string {
  let sum = 0;
  // Without the dust of binary fractions.
  return steps(course)
    .map((value, index) => (index === 0 ? 0 : Math.floor((sum += of(value) * step) + 1e-6)))
    .join(" ");
}

/** Labels of a series of one pod. */
export const podLabels = (more: Labels = {}, pod = "a"): Labels => ({
  namespace: "observability",
  pod,
  ...more,
});

/** Series of one pod, by metric. */
export const ofPod = (metric: string, more: Labels = {}, pod = "a"): string =>
  withLabels(metric, podLabels(more, pod));

/** What every collector has: a queue to the storage. */
export const capacity = (course: Course, pod = "a"): Series => ({
  [ofPod("otelcol_exporter_queue_capacity", { exporter: "jaeger_storage_exporter" }, pod)]: gauge(
    course,
    () => 20_000,
  ),
});
