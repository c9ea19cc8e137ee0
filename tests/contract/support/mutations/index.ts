import { accessMutations } from "./access";
import { ingestMutations } from "./ingest";
import { type Mutation } from "./change";
import { pipelinesMutations } from "./pipelinesAndPods";
import { samplingMutations } from "./sampling";
import { storageMutations } from "./storage";
import { visibilityMutations } from "./visibility";

export { type Mutation };

/** The mutations, in the order of the README's table. */
export const mutations: readonly Mutation[] = [
  ...visibilityMutations,
  ...samplingMutations,
  ...storageMutations,
  ...pipelinesMutations,
  ...accessMutations,
  ...ingestMutations,
];
