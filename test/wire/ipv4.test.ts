import { suite } from "uvu";
import * as assert from "uvu/assert";
import { addressToWord } from "../../host/address.ts";
import { freshCore } from "../support/core.ts";

const ipv4 = suite("IPv4 address");

ipv4("is unicast unless it lies in 0/8, 127/8 or 224/3 (RFC 1812 §5.3.7)", () => {
  const core = freshCore();
  for (let first = 0; first < 256; first++) {
    const isExpected = first !== 0 && first !== 127 && first < 224;
    for (const rest of ["0.0.0", "0.0.1", "1.2.3", "127.0.224", "255.255.255"]) {
      const address = `${first}.${rest}`;
      assert.is(core.isUnicast(addressToWord(address)), Number(isExpected), address);
    }
  }
});

ipv4.run();
