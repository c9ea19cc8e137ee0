import { lifecycleVersion } from "../../../sandbox/elasticsearch/archive";
import { startRelease, type RealNode } from "./node";
import type { Release } from "./release";

/** 6.8.23: the last release whose whole archive a registry serves, with a genuine ILM; without users. */
const release: Release = {
  version: lifecycleVersion,
  settings: {
    // How often ILM looks; the least that is allowed. By default it is ten minutes.
    "indices.lifecycle.poll_interval": "1s",
  },
  javaVariable: "JAVA_HOME",
  server: { script: "bin/elasticsearch", environment: {} },
  // Its log of garbage collections would be written into the archive, which belongs to somebody else.
  takesOption: (line) => !line.includes("logs/gc.log"),
};

/**
 * A node with lifecycle management. It refuses Jaeger's templates, so it can prove a policy and nothing of Jaeger.
 */
export function startLifecycleNode(): Promise<RealNode> {
  return startRelease(release, {});
}
