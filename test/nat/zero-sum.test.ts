/** ICMP messages whose words all become zero: only then is a checksum of 0 wrong (RFC 1071 §1). */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Outcome, Side } from "../../assembly/abi.ts";
import { createNat } from "../../host/nat.ts";
import { checksumsOf } from "../support/checksum.ts";
import { icmpQuery } from "../support/packets.ts";

const zeroSum = suite("an ICMP reply that becomes all zeros");

zeroSum("keeps a checksum that its receiver accepts", () => {
  const nat = createNat({ externalAddress: "203.0.113.1" });
  const request = { from: "10.0.0.2", to: "198.51.100.10", identifier: 0, sequence: 0 };
  nat.translate(icmpQuery(request), Side.Internal, 1000);
  const [{ externalPort } = { externalPort: 0 }] = nat.mappings();
  const reply = icmpQuery({
    from: "198.51.100.10",
    to: "203.0.113.1",
    type: 0,
    identifier: externalPort,
    sequence: 0,
    payload: new Uint8Array(4),
  });

  const { outcome, packet } = nat.translate(reply, Side.External, 1000);
  assert.is(outcome, Outcome.Inbound);
  assert.is(checksumsOf(packet).transport, "right");
});

zeroSum.run();
