/** What the probe's program is told, as JSON. */
export interface ProbePlan {
  /** Where a span is written: OTLP over HTTP of the collector, `http://host:4318/v1/traces`, or `https`. */
  readonly writeUrl: string;
  /** Files for that over TLS, PEM: the authority of the server, and what the probe shows where it is asked. @default plain text */
  readonly writeTls?: { readonly ca: string; readonly cert: string; readonly key: string };
  /** Where it is read back: a trace of the query API, by its ID behind this: `http://host:16686/api/v3/traces`. */
  readonly readUrl: string;
  /** Machine user of the proxy before the query API. */
  readonly username: string;
  readonly passwordFile: string;
  /** From the beginning of a round to that of the next one, whether it has ended or not. */
  readonly intervalSeconds: number;
  /** Longest wait for the acknowledgement of a span. */
  readonly writeTimeoutSeconds: number;
  /** Longest wait for one answer of the query API. */
  readonly readTimeoutSeconds: number;
  /** Between two questions for the same trace. */
  readonly readPauseSeconds: number;
  /** From the acknowledgement to the end of asking. */
  readonly readDeadlineSeconds: number;
  /** Where it serves `/metrics`. */
  readonly host: string;
  readonly port: number;
}
