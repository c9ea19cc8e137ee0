import { isMap, type PlainMap } from "../../shared/propertyValues";
import { at, mapsAt, textAt } from "../objects";
import { ready, waiting, type Observation } from "./observation";

/** After how long a Service whose selector finds no pod at all counts as ready: its pods may come later. */
export const NO_PODS_SECONDS = 10;

/** True for a Service that does not wait for pods: headless, without selector, or a name of something outside. */
export function needsNoPods(service: PlainMap): boolean {
  const selector = at(service, "spec", "selector");
  return (
    textAt(service, "spec", "type") === "ExternalName" ||
    textAt(service, "spec", "clusterIP") === "None" ||
    !isMap(selector) ||
    Object.keys(selector).length === 0
  );
}

/**
 * A Service is ready when a load balancer has an address (for that type), and none of its pods is unready. One
 * without any pod is ready after ten seconds.
 */
export function serviceObservation(
  service: PlainMap,
  endpointSlices: readonly PlainMap[],
  elapsedSeconds: number,
): Observation {
  const isBalancer = textAt(service, "spec", "type") === "LoadBalancer";
  const hasAddress = !isBalancer || mapsAt(service, "status", "loadBalancer", "ingress").length > 0;
  const noAddress = "no address was given to the load balancer; the cluster may have none";
  if (needsNoPods(service)) {
    return hasAddress
      ? ready("Service initialization complete")
      : waiting("Waiting for an address", [noAddress]);
  }
  const endpoints = endpointSlices.flatMap((slice) => mapsAt(slice, "endpoints"));
  const unready = endpoints.filter((endpoint) => at(endpoint, "conditions", "ready") === false);
  const hasReady = endpoints.length > unready.length;
  if (!hasReady && (unready.length > 0 || elapsedSeconds < NO_PODS_SECONDS)) {
    return waiting("Waiting for the Service to have ready pods", [
      "the Service targets no ready pod: its pods may not be ready, or spec.selector may match none",
      ...(hasAddress ? [] : [noAddress]),
    ]);
  }
  if (unready.length > 0) {
    return waiting(`Waiting for ${unready.length} more pods of the Service`, [
      `${unready.length} pods of the Service are not ready`,
    ]);
  }
  return hasAddress
    ? ready("Service initialization complete")
    : waiting("Waiting for an address", [noAddress]);
}

/** An Ingress is ready when its controller has given it an address. */
export function ingressObservation(ingress: PlainMap): Observation {
  if (mapsAt(ingress, "status", "loadBalancer", "ingress").length > 0)
    return ready("Ingress initialization complete");
  return waiting("Waiting for an address of the Ingress", [
    "status.loadBalancer has no address: is an ingress controller running for the Ingress's class?",
  ]);
}
