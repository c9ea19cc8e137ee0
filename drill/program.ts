import { tracingProject, type SandboxProject } from "../sandbox/stack/deploy";
import { merge, type StackConfig } from "../sandbox/stack/overlay";

/** Staging for a Prometheus without an operator, as there is none in the sandbox. */
export function watchedProject(): SandboxProject {
  const project = tracingProject("staging");
  const files = { "nova-tracing:alerts": { delivery: "configMap" } };
  return { ...project, overlay: merge(project.overlay, files) as StackConfig };
}
