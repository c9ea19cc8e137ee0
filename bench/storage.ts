// `npm run bench:storage`: bytes of a span on disk with Jaeger's own index template and with ours. Both get the same
// spans from the real Jaeger 2.13 over OTLP, in one run, into the real Elasticsearch; one shard and no further copy.
import * as path from "node:path";
import { projectFolder } from "../sandbox/support/paths";
import { lineProgress } from "../sandbox/support/progress";
import { startNode } from "../tests/elasticsearch/support/node";
import { writeSection } from "../tests/support/markedSections";
import { runProgram } from "./program";
import { measureAnswers, measureTemplate, warmUp, type Template } from "./storage/measure";
import { report, savedShare } from "./storage/report";

/** Spans that each of the two gets. */
const spans = 200_000;
/** What is aimed at: ours takes this share less. */
const wanted = 0.4;

const dayMs = 24 * 3600 * 1000;

const page = path.join(projectFolder, "docs", "storage.md");
runProgram(async (signal) => {
  const progress = lineProgress();
  const ended = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => {
      reject(new Error("ended by the user"));
    });
  });
  // Until somebody waits for it.
  ended.catch(() => undefined);
  const node = await progress.step("Elasticsearch", () => startNode());
  try {
    const work = async (): Promise<boolean> => {
      // Yesterday at nine, so that a search by ID, which goes back from now, sees them.
      const startMs = Math.floor(Date.now() / dayMs) * dayMs - 15 * 3600 * 1000;
      const measure = (template: Template, title: string): ReturnType<typeof measureTemplate> =>
        measureTemplate(node, template, spans, startMs, (what, step) =>
          progress.step(`${title}: ${what}`, step),
        );
      await progress.step("warming up", () => warmUp(node, startMs));
      const jaeger = await measure("jaeger", "Jaeger's own template");
      const ours = await measure("ours", "our template");
      const times = await progress.step("answers", () =>
        measureAnswers(node, ["jaeger", "ours"], spans, startMs),
      );
      const text = report(jaeger, ours, times);
      await writeSection(page, "measured", text);
      process.stdout.write(`${text}\n`);
      return savedShare(jaeger, ours) >= wanted;
    };
    return await Promise.race([work(), ended]);
  } finally {
    await node.close();
  }
});
