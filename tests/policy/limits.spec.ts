import assert from "node:assert/strict";
import {
  environments,
  highTrafficServices,
  limits,
  personalDataAttributes,
  personalDataExamples,
  snapshotDays,
} from "../../policy/limits";

// The table once more, as literals: a change of a promise has to be made twice, where both are seen.
describe("limits", () => {
  it("are those of the guide for dev", () => {
    assert.deepEqual(limits.dev, {
      appEnv: "development",
      sampleRate: { floor: 1, default: 1, ceiling: 1 },
      highTrafficCeiling: 1,
      retentionDays: 7,
      storage: "memory",
      retentionMechanism: "store",
      uiAuthentication: "none",
      minimumReplicas: 1,
      redactionGateway: false,
    });
  });

  it("are those of the guide for staging", () => {
    assert.deepEqual(limits.staging, {
      appEnv: "staging",
      sampleRate: { floor: 0.5, default: 0.5, ceiling: 0.5 },
      highTrafficCeiling: 0.5,
      retentionDays: 30,
      storage: "elasticsearch",
      retentionMechanism: "cleaner",
      uiAuthentication: "basic",
      minimumReplicas: 1,
      redactionGateway: true,
    });
  });

  it("are those of the guide for production", () => {
    assert.deepEqual(limits.production, {
      appEnv: "production",
      sampleRate: { floor: 0.01, default: 0.1, ceiling: 0.1 },
      highTrafficCeiling: 0.01,
      retentionDays: 90,
      storage: "elasticsearch",
      retentionMechanism: "ilm",
      uiAuthentication: "oauth2",
      minimumReplicas: 2,
      redactionGateway: true,
    });
  });

  it("exist for the three environments and hold messaging-service to the high-traffic ceiling", () => {
    assert.deepEqual([...environments], ["dev", "staging", "production"]);
    assert.deepEqual(Object.keys(limits), [...environments]);
    assert.deepEqual([...highTrafficServices], ["messaging-service"]);
  });

  it("name the attributes that the guide forbids and those that its examples leak", () => {
    for (const name of ["user.password", "user.email", "email.to", "email.subject", "authorization"]) {
      assert.ok(personalDataAttributes.includes(name), name);
    }
  });

  it("keep a snapshot for a week, and never longer than spans themselves", () => {
    assert.equal(snapshotDays, 7);
    for (const environment of environments) assert.ok(snapshotDays <= limits[environment].retentionDays);
  });

  it("cannot be changed at run time", () => {
    assert.ok(Object.isFrozen(limits) && Object.isFrozen(highTrafficServices));
    assert.ok(Object.isFrozen(personalDataAttributes) && Object.isFrozen(personalDataExamples));
    for (const environment of environments) {
      assert.ok(Object.isFrozen(limits[environment]) && Object.isFrozen(limits[environment].sampleRate));
    }
  });

  it("leave a default that every floor and ceiling allows", () => {
    for (const environment of environments) {
      const { sampleRate, highTrafficCeiling } = limits[environment];
      assert.ok(sampleRate.floor <= sampleRate.default && sampleRate.default <= sampleRate.ceiling);
      assert.ok(sampleRate.floor <= highTrafficCeiling && highTrafficCeiling <= sampleRate.ceiling);
    }
  });
});
