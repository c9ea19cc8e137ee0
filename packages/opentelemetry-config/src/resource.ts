import { defaultResource, type Resource, resourceFromAttributes } from "@opentelemetry/resources";
import { ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from "@opentelemetry/semantic-conventions";
import type { TracingConfig } from "./tracingConfig";

/** Not yet in the stable part of the conventions, whose package asks for a copy of such names. */
const ATTR_DEPLOYMENT_ENVIRONMENT_NAME = "deployment.environment.name";

/** Who sends the spans: service.name, service.version, deployment.environment.name, and the SDK's own three. */
export function createResource(serviceName: string, config: TracingConfig): Resource {
  return defaultResource().merge(
    resourceFromAttributes({
      [ATTR_SERVICE_NAME]: serviceName,
      [ATTR_SERVICE_VERSION]: config.serviceVersion,
      [ATTR_DEPLOYMENT_ENVIRONMENT_NAME]: config.environment,
    }),
  );
}
