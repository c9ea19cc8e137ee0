import type { Context } from "mocha";
import {
  elasticsearchVersion,
  ensureElasticsearch,
  lifecycleVersion,
} from "../../../sandbox/elasticsearch/archive";
import { sandboxPaths } from "../../../sandbox/support/paths";
import { lineProgress } from "../../../sandbox/support/progress";
import { ensureToolchain } from "../../../sandbox/toolchain/toolchain";
import { startNode, type RealNode } from "./node";

// Twenty seconds each are too much for every spec file: the tests of a run share one node, each with index prefixes of
// its own. Who stops the node or changes its settings starts another.

let node: Promise<RealNode> | undefined;

/** The node that the specs of a run share; the first who asks waits for its start. */
export function sharedNode(): Promise<RealNode> {
  return (node ??= startNode());
}

export const mochaHooks = {
  /** Fetches and builds, once, what no test's own time is for: a cold machine may take long. */
  async beforeAll(this: Context): Promise<void> {
    this.timeout(45 * 60_000);
    const paths = sandboxPaths();
    const progress = lineProgress();
    await ensureToolchain(paths, progress);
    for (const version of [elasticsearchVersion, lifecycleVersion] as const) {
      await ensureElasticsearch(paths, progress, undefined, version);
    }
  },
  async afterAll(): Promise<void> {
    await (await node)?.close();
  },
};
