import type { PlainMap } from "../../shared/propertyValues";
import { textAt } from "../objects";
import { ready, waiting, type Observation } from "./observation";

/**
 * A claim is ready when it is bound, or pending where its storage class binds at the first use.
 *
 * @param storageClass the claim's class, or undefined when there is none.
 */
export function claimObservation(claim: PlainMap, storageClass: PlainMap | undefined): Observation {
  const phase = textAt(claim, "status", "phase");
  if (phase === "Bound") return ready("PersistentVolumeClaim is bound");
  const bindsLater = textAt(storageClass, "volumeBindingMode") === "WaitForFirstConsumer";
  if (bindsLater && phase === "Pending") return ready("PersistentVolumeClaim will be bound at its first use");
  const className = textAt(claim, "spec", "storageClassName");
  return waiting("Waiting for the PersistentVolumeClaim to be bound", [
    `the claim is ${phase || "new"} and not bound (storage class: ${className || "none"})`,
  ]);
}

/** A volume is ready when a claim may use it. */
export function volumeObservation(volume: PlainMap): Observation {
  const phase = textAt(volume, "status", "phase");
  if (phase === "Available" || phase === "Bound") return ready(`PersistentVolume is ${phase.toLowerCase()}`);
  return waiting("Waiting for the PersistentVolume to be available", [`the volume is ${phase || "new"}`]);
}
