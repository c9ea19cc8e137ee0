/** What stands in place of a value that was taken out; the word that OpenTelemetry's conventions use. */
export const REDACTED = "REDACTED";
