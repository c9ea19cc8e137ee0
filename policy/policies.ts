import { type Rule, toPolicy } from "./engine/rule";
import { alertsPresent } from "./rules/alertsPresent";
import { availability } from "./rules/availability";
import { configurationReadable } from "./rules/configurationReadable";
import { gatewayBypass } from "./rules/gatewayBypass";
import { hiddenWorkload } from "./rules/hiddenWorkload";
import { imagePinned } from "./rules/imagePinned";
import { ingestAgreement } from "./rules/ingestAgreement";
import { ingestExposure } from "./rules/ingestExposure";
import { memoryLimiter } from "./rules/memoryLimiter";
import { networkDeny } from "./rules/networkDeny";
import { personalData } from "./rules/personalData";
import { personalDataGateway } from "./rules/personalDataGateway";
import { podResources } from "./rules/podResources";
import { podSecurity } from "./rules/podSecurity";
import { retentionBounds } from "./rules/retentionBounds";
import { retentionEnforced } from "./rules/retentionEnforced";
import { samplingAgreement } from "./rules/samplingAgreement";
import { samplingRateBounds } from "./rules/samplingRateBounds";
import { samplingStrategies } from "./rules/samplingStrategies";
import { secretPlainText } from "./rules/secretPlainText";
import { serviceContract } from "./rules/serviceContract";
import { snapshotBounds } from "./rules/snapshotBounds";
import { stackKnown } from "./rules/stackKnown";
import { storageTls } from "./rules/storageTls";
import { storageType } from "./rules/storageType";
import { storageVolatile } from "./rules/storageVolatile";
import { uiAuthenticated } from "./rules/uiAuthenticated";
import { uiExposure } from "./rules/uiExposure";
import { uiListener } from "./rules/uiListener";
import { uiLoopback } from "./rules/uiLoopback";
import type { Policies } from "@pulumi/policy";

/** The rules of the pack, in the order of the README's table: who is judged, sampling, storage, pipelines, pods, access. */
export const rules: readonly Rule[] = [
  stackKnown,
  hiddenWorkload,
  configurationReadable,
  samplingRateBounds,
  samplingStrategies,
  samplingAgreement,
  serviceContract,
  storageType,
  storageVolatile,
  retentionBounds,
  retentionEnforced,
  snapshotBounds,
  storageTls,
  personalData,
  personalDataGateway,
  gatewayBypass,
  memoryLimiter,
  podSecurity,
  podResources,
  imagePinned,
  secretPlainText,
  networkDeny,
  ingestAgreement,
  ingestExposure,
  uiExposure,
  uiListener,
  uiLoopback,
  uiAuthenticated,
  alertsPresent,
  availability,
];

/** The policies that the pack serves, one for each rule, every one mandatory. */
export const policies: Policies = rules.map(toPolicy);
