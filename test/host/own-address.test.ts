import { networkInterfaces } from "node:os";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { configurationFrom } from "../../host/config.ts";
import { ownAddressWarnings } from "../../host/own-address.ts";

const ownAddress = suite("own address");

const lo = networkInterfaces()["lo"];

const tun = configurationFrom({
  internal: "tun:natlan",
  external: "tun:natwan",
  externalAddress: "203.0.113.1",
});

const tap = configurationFrom({
  internal: "tap:natlan",
  internalAddress: "10.0.0.1/24",
  external: "tap:natwan",
  externalAddress: "203.0.113.1/24",
  gateway: "203.0.113.254",
});

const having = (address: string) => [{ ...lo![0]!, address }];

ownAddress("is warned of when it is configured on an interface of this machine", () => {
  assert.equal(ownAddressWarnings(tun, { lo, wan0: having("203.0.113.1") }), [
    '203.0.113.1: configured on wan0, so that the kernel keeps the answers for itself. Remove it there, and answer for it with proxy ARP (README, "Use").',
  ]);
});

ownAddress("of a router is warned of on either side", () => {
  const here = { lan0: having("10.0.0.1"), wan0: having("203.0.113.1") };
  const problem = "so that the kernel keeps the answers for itself";

  assert.equal(ownAddressWarnings(tap, here), [
    `203.0.113.1: configured on wan0, ${problem}. Remove it there: the NAT answers for it.`,
    `10.0.0.1: configured on lan0, ${problem}. Remove it there: the NAT answers for it.`,
  ]);
});

ownAddress("is not warned of otherwise", () => {
  assert.equal(ownAddressWarnings(tun, { lo }), []);
  assert.equal(ownAddressWarnings(tun, {}), []);
  assert.equal(ownAddressWarnings(tap, { lan0: having("10.0.0.2") }), []);
});

ownAddress("is looked for among the interfaces that there are", () => {
  const settings = { ...tun.settings, externalAddress: "127.0.0.1" };
  const [warning] = ownAddressWarnings({ ...tun, settings });

  assert.match(warning!, /^127\.0\.0\.1: configured on lo,/);
});

ownAddress.run();
