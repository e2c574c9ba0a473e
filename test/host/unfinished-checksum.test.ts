import { suite } from "uvu";
import * as assert from "uvu/assert";
import { isUnfinished } from "../../host/unfinished-checksum.ts";
import { ethernetFrame } from "../support/frames.ts";
import { icmpQuery, tcpPacket, udpPacket } from "../support/packets.ts";
import { VIRTIO_HEADER, withBegunChecksum } from "../support/virtio.ts";

const unfinishedChecksum = suite("an unfinished checksum");

const ENDS = { from: "10.0.0.2:5000", to: "198.51.100.10:53" };
const STATIONS = { to: "02:00:00:00:00:01", from: "02:00:00:00:00:aa" };

const frame = (packet: Uint8Array): Uint8Array => ethernetFrame(STATIONS, packet);

/** As a sender leaves it whose device computes checksums. */
const begun = (packet: Uint8Array): Uint8Array =>
  frame(withBegunChecksum(packet).slice(VIRTIO_HEADER));

const PACKETS = {
  "a UDP packet": udpPacket({ ...ENDS, payload: "a question" }),
  "one of odd length": udpPacket({ ...ENDS, payload: "an odd one" + "!" }),
  "one with IP options": udpPacket({ ...ENDS, ipOptions: new Uint8Array(4) }),
  "a TCP segment": tcpPacket({ ...ENDS, payload: "a request" }),
};

for (const [what, packet] of Object.entries(PACKETS)) {
  unfinishedChecksum(`is told from a finished one in ${what}`, () => {
    assert.ok(isUnfinished(begun(packet)));
    assert.not(isUnfinished(frame(packet)));
  });
}

unfinishedChecksum("is told in a frame with padding", () => {
  const packet = withBegunChecksum(PACKETS["a UDP packet"]).slice(VIRTIO_HEADER);

  assert.ok(isUnfinished(ethernetFrame({ ...STATIONS, padding: 18 }, packet)));
});

unfinishedChecksum("is none that is wrong, or none at all", () => {
  assert.not(isUnfinished(frame(udpPacket({ ...ENDS, checksum: 0x1234 }))));
  assert.not(isUnfinished(frame(udpPacket({ ...ENDS, checksum: 0 }))));
});

unfinishedChecksum("is not looked for where there is none", () => {
  const fragment = tcpPacket({ ...ENDS, fragment: 0x2000 });
  for (const packet of [icmpQuery(ENDS), begun(fragment).slice(14), new Uint8Array(28)]) {
    assert.not(isUnfinished(frame(packet)));
  }
  for (let length = 0; length < 60; length++) {
    assert.not(isUnfinished(begun(PACKETS["a TCP segment"]).subarray(0, length)));
  }
  assert.not(isUnfinished(ethernetFrame({ ...STATIONS, type: 0x0806 }, new Uint8Array(46))));
});

unfinishedChecksum.run();
