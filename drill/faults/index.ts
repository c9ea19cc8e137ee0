import { certificate } from "./certificate";
import { collector } from "./collector";
import { elasticsearch } from "./elasticsearch";
import type { Fault } from "./fault";
import { gateway } from "./gateway";
import { password, probePassword } from "./passwords";
import { queue } from "./queue";

/** All of them, in the order of the drill. */
export const faults: readonly Fault[] = [
  gateway,
  collector,
  elasticsearch,
  queue,
  password,
  probePassword,
  certificate,
];
