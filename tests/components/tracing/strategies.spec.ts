import assert from "node:assert/strict";
import fc from "fast-check";
import { samplingStrategies } from "../../../components/tracing/strategies";
import { samplingTable } from "../../../components/tracing/sampleRates";

describe("remote sampling strategies", () => {
  it("say the rate of each service by name, in the order of the names, and the default", () => {
    const table = samplingTable(0.1, { b: { sampleRate: 0.01 }, a: {} });
    assert.deepEqual(samplingStrategies(table), {
      default_strategy: { type: "probabilistic", param: 0.1 },
      service_strategies: [
        { service: "a", type: "probabilistic", param: 0.1 },
        { service: "b", type: "probabilistic", param: 0.01 },
      ],
    });
  });

  it("hold every service of any table once, with its rate, and do not depend on the table's order", () => {
    const rate = fc.double({ min: 0, max: 1, noNaN: true });
    const services = fc.dictionary(
      fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/),
      fc.record({ sampleRate: rate }),
    );
    fc.assert(
      fc.property(rate, services, (defaultRate, table) => {
        const strategies = samplingStrategies(samplingTable(defaultRate, table));
        const found = Object.fromEntries(
          strategies.service_strategies.map(({ service, param }) => [service, param]),
        );
        const expected = Object.entries(table).map(([service, { sampleRate }]) => [service, sampleRate]);
        assert.deepEqual(found, Object.fromEntries(expected));
        assert.equal(strategies.service_strategies.length, Object.keys(table).length);
        const reversed = Object.fromEntries(Object.entries(table).reverse());
        assert.deepEqual(samplingStrategies(samplingTable(defaultRate, reversed)), strategies);
      }),
    );
  });
});
