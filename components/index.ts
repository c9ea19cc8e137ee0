/** Everything that index.ts, and any other Pulumi program that traces services, builds with. */
export { JaegerStack, type JaegerStackArgs, type MemoryStorage } from "./jaegerStack";
export {
  ServiceTracingConfig,
  type ServiceTracingConfigArgs,
  type TracingConfigMap,
} from "./serviceTracingConfig";
export {
  tracedPodTemplate,
  type TracedPodTemplate,
  type TracingConfigMapRef,
} from "./tracing/tracedPodTemplate";
