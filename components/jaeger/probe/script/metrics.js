// @ts-check
"use strict";

/** The probe's own metrics, in Prometheus' text format. All are there from the start: an absent counter has no rate. */

const reasons = /** @type {const} */ (["ingest", "storage", "query", "auth"]);

/** @typedef {(typeof reasons)[number]} Reason */

/** Counts values in buckets. */
class Histogram {
  #sum = 0;
  #count = 0;
  /** @type {number[]} */
  #within;

  /** @param {string} name @param {string} help @param {readonly number[]} bounds in seconds, ascending */
  constructor(name, help, bounds) {
    this.name = name;
    this.help = help;
    this.bounds = bounds;
    this.#within = bounds.map(() => 0);
  }

  /** @param {number} seconds */
  observe(seconds) {
    this.#sum += seconds;
    this.#count += 1;
    this.bounds.forEach((bound, index) => {
      if (seconds <= bound) this.#within[index] = (this.#within[index] ?? 0) + 1;
    });
  }

  render() {
    return lines(this.name, "histogram", this.help, [
      ...this.bounds.map((bound, index) => [`_bucket{le="${bound}"}`, this.#within[index] ?? 0]),
      ['_bucket{le="+Inf"}', this.#count],
      ["_sum", this.#sum],
      ["_count", this.#count],
    ]);
  }
}

/** @param {string} name @param {string} type @param {string} help @param {(string | number)[][]} samples */
function lines(name, type, help, samples) {
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...samples.map(([suffix, value]) => `${name}${suffix} ${value}`),
  ];
}

class Metrics {
  rounds = 0;
  acknowledged = 0;
  openAnswers = 0;
  lastSuccessSeconds = 0;
  /** @type {Map<Reason, number>} */
  #failures = new Map(reasons.map((reason) => [reason, 0]));
  writeSeconds = new Histogram(
    "tracing_probe_write_seconds",
    "From the beginning of a round until its span was acknowledged.",
    [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  );
  // The objective's 30 seconds are one of them, or nothing could count what was in time.
  freshnessSeconds = new Histogram(
    "tracing_probe_freshness_seconds",
    "From the acknowledgement of a span until its trace could be read.",
    [0.1, 0.5, 1, 2.5, 5, 10, 20, 30],
  );

  /** @param {Reason} reason */
  countFailure(reason) {
    this.#failures.set(reason, (this.#failures.get(reason) ?? 0) + 1);
  }

  /** @returns {string} */
  render() {
    const failures = [...this.#failures].map(([reason, value]) => [`{reason="${reason}"}`, value]);
    return [
      lines("tracing_probe_rounds_total", "counter", "Rounds that have ended, well or not.", [
        ["", this.rounds],
      ]),
      lines(
        "tracing_probe_failures_total",
        "counter",
        "Rounds that failed, by what stood in the way.",
        failures,
      ),
      lines(
        "tracing_probe_acknowledged_spans_total",
        "counter",
        "Spans that the collector has acknowledged.",
        [["", this.acknowledged]],
      ),
      lines(
        "tracing_probe_open_answers_total",
        "counter",
        "Questions without a login that Jaeger answered.",
        [["", this.openAnswers]],
      ),
      this.writeSeconds.render(),
      this.freshnessSeconds.render(),
      lines(
        "tracing_probe_last_success_timestamp_seconds",
        "gauge",
        "End of the last good round, Unix seconds.",
        [["", this.lastSuccessSeconds]],
      ),
    ]
      .flat()
      .map((line) => `${line}\n`)
      .join("");
  }
}

module.exports = { Metrics };
