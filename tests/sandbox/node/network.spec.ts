// Proves the comparison of networks. That cable, routes and packet rules are right, the end-to-end tests show.
import assert from "node:assert/strict";
import fc from "fast-check";
import { addresses } from "../../../sandbox/node/addresses";
import { overlaps } from "../../../sandbox/node/network";

const cases: readonly (readonly [string, string, boolean])[] = [
  ["10.96.0.0/16", "10.96.0.0/16", true],
  ["10.0.0.0/8", "10.96.0.0/16", true],
  ["10.96.4.0/24", "10.96.0.0/16", true],
  ["10.97.0.0/16", "10.96.0.0/16", false],
  ["10.95.255.255", "10.96.0.0/16", false],
  ["10.96.255.255", "10.96.0.0/16", true],
  ["0.0.0.0/0", "10.96.0.0/16", true],
  ["10.251.0.3", "10.251.0.0/30", true],
  ["10.251.0.4", "10.251.0.0/30", false],
  ["192.168.0.1", "192.168.0.1/32", true],
  ["192.168.0.1", "192.168.0.2", false],
  ["127.255.255.255", "128.0.0.0/1", false],
  ["255.255.255.255", "128.0.0.0/1", true],
  ["10.96.3.7/16", "10.96.200.0/24", true],
];

/** First and last address of a network, by plain arithmetic instead of bits. */
function range({ address, bits }: { address: number; bits: number }): [number, number] {
  const size = 2 ** (32 - bits);
  const first = Math.floor(address / size) * size;
  return [first, first + size - 1];
}

describe("node/network: overlaps", () => {
  for (const [one, other, expected] of cases) {
    it(`${one} and ${other} ${expected ? "overlap" : "do not overlap"}, in either order`, () => {
      assert.equal(overlaps(one, other), expected);
      assert.equal(overlaps(other, one), expected);
    });
  }

  it("is true exactly where the ranges of addresses meet", () => {
    // Half of the addresses are near each other: two drawn freely hardly ever meet.
    const address = fc.oneof(
      fc.nat(2 ** 32 - 1),
      fc.nat(4096).map((low) => 0x0a600000 + low),
    );
    const network = fc.record({ address, bits: fc.integer({ min: 0, max: 32 }) });
    const text = ({ address: value, bits }: { address: number; bits: number }): string =>
      `${[24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".")}/${bits}`;
    fc.assert(
      fc.property(network, network, (a, b) => {
        const [[firstA, lastA], [firstB, lastB]] = [range(a), range(b)];
        assert.equal(overlaps(text(a), text(b)), firstA <= lastB && firstB <= lastA);
      }),
    );
  });

  it("keeps the node's own networks apart", () => {
    const own = [addresses.linkSubnet, addresses.serviceSubnet, addresses.podSubnet];
    for (const [index, one] of own.entries())
      for (const other of own.slice(index + 1)) assert.equal(overlaps(one, other), false, `${one} ${other}`);
    assert.ok(overlaps(addresses.nodeAddress, addresses.linkSubnet));
    assert.ok(overlaps(addresses.hostAddress, addresses.linkSubnet));
    assert.ok(overlaps(addresses.dnsService, addresses.serviceSubnet));
    assert.ok(overlaps(addresses.kubernetesService, addresses.serviceSubnet));
  });
});
