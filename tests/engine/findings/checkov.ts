import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { run } from "../../../sandbox/support/process";
import type { Checkov } from "../../../sandbox/toolchain/checkov";
import type { Judgement } from "./finding";

interface Report {
  readonly results: {
    readonly passed_checks: readonly Check[];
    readonly failed_checks: readonly Check[];
    /** Where an annotation told it to look away. */
    readonly skipped_checks: readonly Check[];
    readonly parsing_errors: readonly string[];
  };
}

interface Check {
  readonly check_id: string;
  readonly check_name: string;
  /** `Deployment.observability.jaeger-query`. */
  readonly resource: string;
}

/**
 * What checkov finds in a file of manifests. It runs in a network namespace of its own in which nothing is up, and
 * with no variable of the caller's, so that neither a key nor a setting of somebody's leads it to its makers' platform.
 */
export async function checkovOf({ python, packages }: Checkov, file: string): Promise<Judgement> {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), "nova-tracing-checkov-"));
  try {
    const { stdout } = await run(
      "unshare",
      [
        "--net",
        ...[python, "-m", "checkov.main"],
        ...["--file", file],
        ...["--framework", "kubernetes"],
        ...["--output", "json"],
        ...["--skip-download", "--compact"],
      ],
      {
        cwd: home,
        env: {
          PATH: process.env.PATH,
          HOME: home,
          TMPDIR: home,
          LANG: "C.UTF-8",
          PYTHONPATH: packages,
          PYTHONNOUSERSITE: "1",
          CKV_SKIP_PACKAGE_UPDATE_CHECK: "true",
        },
        // 1 is that it found something.
        okCodes: [0, 1],
      },
    );
    return judgement(JSON.parse(stdout) as Report);
  } finally {
    fs.rmSync(home, { recursive: true, force: true });
  }
}

function judgement({ results }: Report): Judgement {
  const { passed_checks: passed, failed_checks: failed, skipped_checks: skipped } = results;
  assert.deepEqual(results.parsing_errors, []);
  // An annotation is no exception: those stand in one list, with their reasons.
  const open = [...failed, ...skipped];
  return {
    objects: [...new Set([...passed, ...open].map(nameOf))],
    passed: passed.length,
    findings: open.map((check) => ({
      tool: "checkov",
      check: check.check_id,
      says: check.check_name,
      object: nameOf(check),
    })),
  };
}

function nameOf({ resource }: Check): string {
  const [kind = "", namespace = "", ...name] = resource.split(".");
  return [kind, namespace, name.join(".")].join("/");
}
