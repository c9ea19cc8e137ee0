import { startNode, type RealNode } from "./node";

// Twenty seconds each are too much for every spec file: the tests of a run share one node, each with index prefixes of
// its own. Who stops the node or changes its settings starts another.

let node: Promise<RealNode> | undefined;

/** The node that the specs of a run share; the first who asks waits for its start. */
export function sharedNode(): Promise<RealNode> {
  return (node ??= startNode());
}

export const mochaHooks = {
  async afterAll(): Promise<void> {
    await (await node)?.close();
  },
};
