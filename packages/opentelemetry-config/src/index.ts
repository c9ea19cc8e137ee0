export {
  ENVIRONMENTS,
  type Environment,
  EXPORTERS,
  type Exporter,
  TRACING_DEFAULTS,
  TracingConfig,
  type TracingVariable,
} from "./tracingConfig";
export { type Problem, TracingConfigError } from "./tracingConfigError";
export { flushTracing, initTracing, shutdownTracing, type TracingOptions } from "./tracing";
export { currentTrace, setHttpRoute, withSpan } from "./spans";
export { BATCHING } from "./export/pipeline";
export { scrubAttributes } from "./scrub/attributes";
export { scrubText } from "./scrub/text";
export { REDACTED } from "./scrub/redacted";
