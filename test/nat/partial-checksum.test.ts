/** Packets behind virtio headers, with checksums that are left to a device (docs/behaviour.md §2). */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Outcome, Side } from "../../assembly/abi.ts";
import { type Nat, createNat } from "../../host/nat.ts";
import { E, HOST, OTHER_HOST, REMOTE, packetIn, packetOut, sourceOf } from "../support/core.ts";
import { hex, joined } from "../support/octets.ts";
import { tcpPacket, udpPacket } from "../support/packets.ts";
import { VIRTIO_HEADER, virtioHeader, withBegunChecksum } from "../support/virtio.ts";

const partial = suite<{ nat: Nat }>("a checksum left to the device");

partial.before.each((context) => {
  context.nat = createNat({ externalAddress: E, virtioHeader: true });
});

/** Sends a frame; returns its outcome and what leaves. */
function carry(nat: Nat, frame: Uint8Array, side = Side.Internal): [string, Uint8Array] {
  const { outcome, packet } = nat.translate(frame, side, 1000);
  return [Outcome[outcome]!, packet.slice()];
}

/** Opens a mapping; returns its external endpoint. */
function open(nat: Nat, protocol: "udp" | "tcp", from = HOST): string {
  const [outcome, left] = carry(nat, joined(virtioHeader(), packetOut(protocol, from, REMOTE)));
  assert.is(outcome, "Outbound");
  return sourceOf(left.slice(VIRTIO_HEADER));
}

for (const protocol of ["udp", "tcp"] as const) {
  partial(`stays the sum of the pseudo header, out and in: ${protocol}`, ({ nat }) => {
    const external = open(nat, protocol);
    const [, out] = carry(nat, withBegunChecksum(packetOut(protocol, HOST, REMOTE)));
    const answer = withBegunChecksum(packetIn(protocol, REMOTE, external), 1, 1448);
    const [, received] = carry(nat, answer, Side.External);

    assert.is(hex(out), hex(withBegunChecksum(packetOut(protocol, external, REMOTE))));
    assert.is(hex(received), hex(withBegunChecksum(packetIn(protocol, REMOTE, HOST), 1, 1448)));
  });

  partial(`stays the sum of the pseudo header through a hairpin: ${protocol}`, ({ nat }) => {
    const external = open(nat, protocol);
    const other = open(nat, protocol, OTHER_HOST);
    const [outcome, left] = carry(
      nat,
      withBegunChecksum(packetOut(protocol, OTHER_HOST, external)),
    );

    assert.is(outcome, "Hairpin");
    assert.is(hex(left), hex(withBegunChecksum(packetOut(protocol, other, HOST))));
  });
}

partial("is that of the longest packet that there can be", ({ nat }) => {
  const payload = new Uint8Array(65535 - 40).fill(0xa7);
  const external = open(nat, "tcp");
  const segment = (from: string) =>
    withBegunChecksum(tcpPacket({ from, to: REMOTE, flags: "ACK", payload }), 1, 1448);
  const [outcome, left] = carry(nat, segment(HOST));

  assert.is(outcome, "Outbound");
  assert.is(left.length, VIRTIO_HEADER + 65535);
  assert.is(Buffer.compare(left, segment(external)), 0);
});

partial("inside another packet leaves that one's checksum a finished one", ({ nat }) => {
  const external = open(nat, "udp");
  const payload = new Uint8Array(60);
  const header = virtioHeader({ start: 20 + 8 + 8 + 14 + 20, offset: 16 });
  const [, left] = carry(nat, joined(header, udpPacket({ from: HOST, to: REMOTE, payload })));

  const expected = joined(header, udpPacket({ from: external, to: REMOTE, payload }));
  assert.is(hex(left), hex(expected));
});

for (const [what, place] of Object.entries({
  "in the IP header": { start: 0, offset: 10 },
  "that begins at the ports, in a place of no checksum": { start: 20, offset: 4 },
  "of TCP in a UDP datagram": { start: 20, offset: 16 },
  "that begins in the UDP header": { start: 26, offset: 0 },
})) {
  partial(`${what} is no reason to guess: the packet is dropped`, ({ nat }) => {
    const packet = udpPacket({ from: HOST, to: REMOTE, payload: "some octets of data" });
    const frame = joined(virtioHeader(place), packet);

    assert.equal(carry(nat, frame)[0], "PartialChecksum");
    assert.equal(nat.packets.slice(0, frame.length), frame);
    assert.is([...nat.mappings()].length, 0);
  });
}

partial("of ICMP is no reason to guess either", ({ nat }) => {
  const frame = joined(virtioHeader({ start: 20, offset: 2 }), packetOut("icmp", HOST, REMOTE));
  assert.is(carry(nat, frame)[0], "PartialChecksum");
});

partial("is not there where the flag is not set, whatever else the header says", ({ nat }) => {
  const external = open(nat, "udp");
  const header = virtioHeader({ start: 20, offset: 6 });
  header[0] = 2;
  const [, left] = carry(nat, joined(header, udpPacket({ from: HOST, to: REMOTE })));

  assert.is(hex(left), hex(joined(header, udpPacket({ from: external, to: REMOTE }))));
});

for (const octets of [0, 9, 10, 29]) {
  partial(`cannot be told from ${octets} octets, which are too few`, ({ nat }) => {
    assert.is(carry(nat, new Uint8Array(octets).fill(1))[0], "Truncated");
  });
}

partial.run();
