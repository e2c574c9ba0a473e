import { networkInterfaces } from "node:os";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ownAddressWarning } from "../../host/own-address.ts";

const ownAddress = suite("own address");

const lo = networkInterfaces()["lo"];

ownAddress("is warned of when it is configured on an interface of this machine", () => {
  const wan0 = [{ ...lo![0]!, address: "203.0.113.1" }];

  assert.is(
    ownAddressWarning("203.0.113.1", { lo, wan0 }),
    '203.0.113.1: configured on wan0, so that the kernel keeps the answers for itself. Remove it there, and answer for it with proxy ARP (README, "Use").',
  );
});

ownAddress("is not warned of otherwise", () => {
  assert.is(ownAddressWarning("203.0.113.1", { lo }), undefined);
  assert.is(ownAddressWarning("203.0.113.1", {}), undefined);
});

ownAddress("is looked for among the interfaces that there are", () => {
  assert.match(ownAddressWarning("127.0.0.1")!, /^127\.0\.0\.1: configured on lo,/);
});

ownAddress.run();
