import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { decodeProperties, encodeProperties, type PropertyMap } from "./propertyValues";
import type { Autonaming, CheckRequest, CheckResult, DiffRequest, DiffResult } from "./provider";

interface Identified {
  getUrn(): string;
  getType(): string;
  getName(): string;
}

/** Which resource a request is about. */
export function identity(request: Identified): { urn: string; type: string; name: string } {
  return { urn: request.getUrn(), type: request.getType(), name: request.getName() };
}

/** Reads a request to check. */
export function checkRequest(request: proto.CheckRequest): CheckRequest {
  const olds = request.getOlds();
  return {
    ...identity(request),
    olds: olds === undefined ? undefined : decodeProperties(olds),
    news: decodeProperties(request.getNews()),
    randomSeed: request.getRandomseed_asU8(),
    autonaming: autonaming(request.getAutonaming()),
  };
}

function autonaming(options: proto.CheckRequest.AutonamingOptions | undefined): Autonaming | undefined {
  if (options === undefined) return undefined;
  const { ENFORCE, DISABLE } = proto.CheckRequest.AutonamingOptions.Mode;
  const mode = options.getMode();
  const proposedName = options.getProposedName();
  if (mode === DISABLE) return { mode: "disable", proposedName };
  return { mode: mode === ENFORCE ? "enforce" : "propose", proposedName };
}

/** Reads what a diff and an update have in common. */
export function diffRequest(request: proto.DiffRequest | proto.UpdateRequest): DiffRequest {
  return {
    ...identity(request),
    id: request.getId(),
    state: decodeProperties(request.getOlds()),
    oldInputs: decodeProperties(request.getOldInputs()),
    news: decodeProperties(request.getNews()),
    ignoreChanges: request.getIgnorechangesList(),
  };
}

/** The provider's settings: typed ones where the engine sends them, else the older string variables. */
export function configuration(request: proto.ConfigureRequest): PropertyMap {
  const typed = request.getArgs();
  if (typed !== undefined) return decodeProperties(typed);
  const config: PropertyMap = {};
  for (const [key, value] of request.getVariablesMap().toObject()) config[key.replace(/^.*:/, "")] = value;
  return config;
}

/** Writes what a check found. */
export function checkResponse(result: CheckResult): proto.CheckResponse {
  const response = new proto.CheckResponse();
  response.setInputs(encodeProperties(result.inputs));
  for (const { property, reason } of result.failures) {
    const failure = new proto.CheckFailure();
    failure.setProperty(property);
    failure.setReason(reason);
    response.addFailures(failure);
  }
  return response;
}

const { Kind } = proto.PropertyDiff;

/** The protocol's kinds: in place, and with a replacement. */
const DIFF_KINDS = {
  add: [Kind.ADD, Kind.ADD_REPLACE],
  delete: [Kind.DELETE, Kind.DELETE_REPLACE],
  update: [Kind.UPDATE, Kind.UPDATE_REPLACE],
} as const;

/** Writes what a diff found; the engine asks for the changed top-level properties, too. */
export function diffResponse(result: DiffResult): proto.DiffResponse {
  const response = new proto.DiffResponse();
  const { DiffChanges } = proto.DiffResponse;
  response.setHasdetaileddiff(true);
  response.setChanges(result.changes.size > 0 ? DiffChanges.DIFF_SOME : DiffChanges.DIFF_NONE);
  response.setDeletebeforereplace(result.deleteBeforeReplace);
  const topLevel = new Set<string>();
  for (const [path, change] of result.changes) {
    const detail = new proto.PropertyDiff();
    const [plain, replacing] = DIFF_KINDS[change.kind];
    detail.setKind(change.replaces ? replacing : plain);
    detail.setInputdiff(change.inputDiff);
    response.getDetaileddiffMap().set(path, detail);
    topLevel.add(path.split(/[.[]/, 1)[0] ?? path);
    if (change.replaces) response.addReplaces(path);
  }
  response.setDiffsList([...topLevel]);
  return response;
}
