import { certificate } from "./certificate";
import { collector } from "./collector";
import { elasticsearch } from "./elasticsearch";
import type { Fault } from "./fault";
import { password, probePassword } from "./passwords";
import { queue } from "./queue";

/** All of them, in the order of the drill. */
export const faults: readonly Fault[] = [
  collector,
  elasticsearch,
  queue,
  password,
  probePassword,
  certificate,
];
