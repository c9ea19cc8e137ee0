import type { MachineSnapshot } from "./sandbox";

/** The machine as it was before the first end-to-end test, for the last one to compare with. */
export const before: { snapshot?: MachineSnapshot } = {};
