import assert from "node:assert/strict";
import { run } from "../../../sandbox/support/process";
import type { Judgement } from "./finding";

/** The oldest release that README.md asks for: checks that a newer one has made needless are made all the same. */
const kubernetesVersion = "v1.30";

/**
 * Checks that it only makes when asked. Not those that want requests equal to limits: what a pod may take for a moment
 * is not what it takes all day.
 */
const optionalChecks = ["container-seccomp-profile", "container-ports-check"];

/** kube-score's grades up to this one are its WARNING and CRITICAL. */
const warningGrade = 5;

interface ScoredObject {
  readonly type_meta: { readonly kind: string };
  readonly object_meta: { readonly name: string; readonly namespace?: string };
  readonly checks: readonly {
    readonly check: { readonly id: string; readonly comment: string };
    readonly grade: number;
    readonly skipped: boolean;
    readonly comments: readonly { readonly path: string; readonly summary: string }[] | null;
  }[];
}

/** What kube-score finds in a file of manifests. Annotations that would make it look away have no effect. */
export async function kubeScoreOf(binary: string, file: string): Promise<Judgement> {
  const { stdout } = await run(
    binary,
    [
      "score",
      ...["--output-format", "json"],
      ...["--kubernetes-version", kubernetesVersion],
      ...optionalChecks.flatMap((check) => ["--enable-optional-test", check]),
      "--disable-ignore-checks-annotations",
      file,
    ],
    // 1 is that it found something.
    { okCodes: [0, 1] },
  );
  const objects = JSON.parse(stdout) as readonly ScoredObject[];
  assert.ok(objects.length > 0, `kube-score read no object from ${file}`);
  const judged = objects.map((object) => ({
    name: nameOf(object),
    checks: object.checks.filter(({ skipped }) => !skipped),
  }));
  return {
    objects: judged.map(({ name }) => name),
    passed: judged.flatMap(({ checks }) => checks.filter(({ grade }) => grade > warningGrade)).length,
    findings: judged.flatMap(({ name, checks }) =>
      checks
        .filter(({ grade }) => grade <= warningGrade)
        .map(({ check, comments }) => ({
          tool: "kube-score",
          check: check.id,
          says: [...new Set((comments ?? []).map(({ summary }) => summary))].join("; ") || check.comment,
          object: name,
        })),
    ),
  };
}

function nameOf({ type_meta: { kind }, object_meta: { name, namespace } }: ScoredObject): string {
  return [kind, namespace, name].filter((part) => part !== undefined && part !== "").join("/");
}
