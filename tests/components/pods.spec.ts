// What the pods of every stack have in common and no policy asks for. What a policy asks for is in tests/contract.
import assert from "node:assert/strict";
import type { DeclaredObject } from "../../sandbox/stack/objects";
import { at, isMapping, list } from "../support/document";
import { nameOf, objectsOf, setups } from "../support/setups";

/** Liveness is asked for at least this many times as long as readiness before it acts: it ends what may yet recover. */
const patience = 3;

/** A pod's spec, and the object that it is in. */
interface Pod {
  readonly owner: string;
  readonly spec: Record<string, unknown>;
}

/** Every pod spec of an object, found by its shape: a custom resource has them too. */
function podsOf(object: DeclaredObject): Pod[] {
  const found: Pod[] = [];
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk);
    if (!isMapping(value)) return;
    if (isMapping(value.spec) && Array.isArray(value.spec.containers)) {
      found.push({ owner: nameOf(object), spec: value.spec });
    }
    Object.values(value).forEach(walk);
  };
  if (object.kind !== "ConfigMap" && object.kind !== "Secret") walk(object);
  return found;
}

/** Seconds until a probe that fails has an effect; Kubernetes' own defaults. */
function secondsToAct(probe: unknown): number {
  const number = (key: string, fallback: number): number => Number(at(probe, key) ?? fallback);
  return number("periodSeconds", 10) * number("failureThreshold", 3);
}

for (const setup of setups) {
  describe(`the pods of ${setup.title}`, () => {
    let objects: DeclaredObject[] = [];
    let pods: Pod[] = [];

    before(async () => {
      objects = await objectsOf(setup);
      pods = objects.flatMap(podsOf);
      assert.ok(pods.length > 0);
    });

    it("have a limit for each volume that is the node's disk or memory", () => {
      for (const { owner, spec } of pods) {
        for (const volume of spec.volumes === undefined ? [] : list(spec, "volumes")) {
          const scratch = at(volume, "emptyDir");
          if (scratch === undefined) continue;
          const limit = at(scratch, "sizeLimit");
          assert.match(String(limit), /^\d+[MG]i$/, `${owner}: ${JSON.stringify(volume)}`);
        }
      }
    });

    it("are not restarted by a probe that has hardly less patience than readiness has", () => {
      for (const { owner, spec } of pods) {
        for (const container of list(spec, "containers")) {
          const { livenessProbe: liveness, readinessProbe: readiness } = container as Record<string, unknown>;
          if (liveness === undefined || readiness === undefined) continue;
          const same = JSON.stringify(at(liveness, "httpGet")) === JSON.stringify(at(readiness, "httpGet"));
          if (!same) continue;
          const least = patience * secondsToAct(readiness);
          assert.ok(secondsToAct(liveness) >= least, `${owner}: liveness acts within ${least} s`);
        }
      }
    });

    it("of Elasticsearch are never ended for being slow", () => {
      const nodes = pods.filter(({ owner }) => /^(StatefulSet|Elasticsearch)\//.test(owner));
      const shipped = objects.some(({ kind }) => kind === "StatefulSet" || kind === "Elasticsearch");
      assert.equal(nodes.length > 0, shipped);
      for (const { spec } of nodes) {
        for (const container of list(spec, "containers")) {
          assert.equal(at(container, "livenessProbe"), undefined);
        }
      }
    });

    it("have each a ServiceAccount of this stack, which gives out no token", () => {
      const accounts = new Map(
        objects.filter(({ kind }) => kind === "ServiceAccount").map((account) => [nameOf(account), account]),
      );
      for (const { owner, spec } of pods) {
        assert.equal(at(spec, "automountServiceAccountToken"), false, owner);
        // The operator gives its pods an account of its own, which can do nothing.
        if (owner.startsWith("Elasticsearch/")) continue;
        const [, namespace = ""] = owner.split("/");
        const account = accounts.get(`ServiceAccount/${namespace}/${String(spec.serviceAccountName)}`);
        assert.equal(at(account, "automountServiceAccountToken"), false, owner);
      }
    });
  });
}
