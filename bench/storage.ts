// `npm run bench:storage`: bytes of a span on disk with Jaeger's own index template and with ours. Both get the same
// spans from the real Jaeger 2.13 over OTLP, in one run, into the real Elasticsearch; one shard and no further copy.
import * as fs from "node:fs";
import * as path from "node:path";
import * as prettier from "prettier";
import { projectFolder } from "../sandbox/support/paths";
import { lineProgress } from "../sandbox/support/progress";
import { startNode } from "../tests/elasticsearch/support/node";
import { measureAnswers, measureTemplate, warmUp, type Template } from "./storage/measure";
import { report, savedShare } from "./storage/report";

/** Spans that each of the two gets. */
const spans = 200_000;
/** What is aimed at: ours takes this share less. */
const wanted = 0.4;

const dayMs = 24 * 3600 * 1000;

const page = path.join(projectFolder, "docs", "storage.md");
const [open, close] = ["<!-- measured -->", "<!-- /measured -->"];

async function main(): Promise<boolean> {
  const progress = lineProgress();
  const ended = new Promise<never>((_, reject) => {
    for (const name of ["SIGINT", "SIGTERM"] as const) {
      process.once(name, () => {
        reject(new Error(`ended by ${name}`));
      });
    }
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
      await write(text);
      process.stdout.write(`${text}\n`);
      return savedShare(jaeger, ours) >= wanted;
    };
    return await Promise.race([work(), ended]);
  } finally {
    await node.close();
  }
}

/** Writes the figures between the marks of the page. */
async function write(text: string): Promise<void> {
  const current = fs.readFileSync(page, "utf8");
  const [start, end] = [current.indexOf(open), current.indexOf(close)];
  if (start < 0 || end < start) throw new Error(`${page} has no section between ${open} and ${close}`);
  const whole = `${current.slice(0, start + open.length)}\n\n${text}\n\n${current.slice(end)}`;
  const options = await prettier.resolveConfig(page);
  fs.writeFileSync(page, await prettier.format(whole, { ...options, parser: "markdown" }));
}

main().then(
  (isEnough) => {
    process.exitCode = isEnough ? 0 : 1;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(2);
  },
);
