import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Side } from "../../assembly/abi.ts";
import { addressToWord } from "../../host/address.ts";
import { askFor, readWord, requestFrom } from "../../host/arp.ts";
import { settingsFrom } from "../../host/settings.ts";
import { ROUTER } from "./router-options.ts";

const arp = suite("arp");

// RFC 826; sender and target are each Ethernet address and IPv4 address.
const EXPECTED = {
  [Side.Internal]: "ffffffffffff 020000000001 0806 0001 0800 06 04 0001 020000000001 0a000001",
  [Side.External]: "ffffffffffff 020000000002 0806 0001 0800 06 04 0001 020000000002 cb007101",
};

for (const side of [Side.Internal, Side.External] as const) {
  arp(`asks everybody on the ${Side[side]} link, and is as long as a frame has to be`, () => {
    const request = requestFrom(side, settingsFrom(ROUTER));
    const frame = Buffer.from(askFor(request, addressToWord("192.0.2.7"))).toString("hex");

    const target = "000000000000 c0000207";
    assert.is(frame, `${EXPECTED[side]} ${target}`.replaceAll(" ", "").padEnd(120, "0"));
  });
}

arp("reads the address that the core asks for", () => {
  const frame = Buffer.from("0000cb0071fe020000000002", "hex");

  assert.is(readWord(frame, 2), addressToWord("203.0.113.254"));
});

arp.run();
