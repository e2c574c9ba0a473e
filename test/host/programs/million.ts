/**
 * Carries a million packets of a thousand flows through the packet loop, between devices that make
 * and swallow them without allocating; in frames, if the word "frames" is given. Prints "begin", then "end" with the octets that the heap has
 * grown by; run with --expose-gc, and with --trace-gc it shows the collections between.
 */
import { Side } from "../../../assembly/abi.ts";
import { FileDevice, type PacketFile } from "../../../host/file-device.ts";
import { Forwarder } from "../../../host/forward.ts";
import { createNat } from "../../../host/nat.ts";
import { arpFrame, ethernetFrame } from "../../support/frames.ts";
import { udpPacket } from "../../support/packets.ts";
import { ROUTER } from "../router-options.ts";

const PACKETS = 1_000_000;
const FLOWS = 1000;

class Source implements PacketFile {
  readonly name = "source";
  readonly #packets: Uint8Array[];
  #next = 0;

  constructor(wrapped: (packet: Uint8Array) => Uint8Array) {
    this.#packets = Array.from({ length: FLOWS }, (_, flow) => {
      const to = "198.51.100.10:7000";
      return wrapped(udpPacket({ from: `10.0.0.2:${2000 + flow}`, to, payload: "flow" }));
    });
  }

  read(
    memory: Uint8Array,
    table: Uint32Array,
    stride: number,
    first: number,
    count: number,
    start: number,
    _end: number,
    _capacity: number,
    gap: number,
  ): number {
    for (let number = 0; number < count; number++) {
      const packet = this.#packets[this.#next]!;
      const at = (first + number) * stride;
      this.#next = (this.#next + 1) % FLOWS;
      table[at] = start + gap + number * 128;
      table[at + 1] = packet.length;
      memory.set(packet, table[at]);
    }
    return count;
  }

  /** Nothing but what the NAT says of itself. */
  write(
    _memory: Uint8Array,
    _table: Uint32Array,
    _stride: number,
    _entries: Uint32Array,
    count: number,
  ): number {
    return count;
  }
}

class Sink implements PacketFile {
  readonly name = "sink";

  read(): number {
    return 0;
  }

  write(
    _memory: Uint8Array,
    _table: Uint32Array,
    _stride: number,
    _entries: Uint32Array,
    count: number,
  ): number {
    return count;
  }
}

const areFrames = process.argv.includes("frames");
const nat = createNat(areFrames ? ROUTER : { externalAddress: "203.0.113.1" });
const { router } = ROUTER;
const ends = { to: router.internal.station, from: "02:00:00:00:00:aa" };
const source = new Source((packet) => (areFrames ? ethernetFrame(ends, packet) : packet));
if (areFrames) {
  const sender = { station: "02:00:00:00:00:fe", address: router.gateway };
  const target = { station: router.external.station, address: ROUTER.externalAddress };
  nat.translate(arpFrame({ sender, target }), Side.External, 5000);
}
const forwarder = new Forwarder(nat, { now: () => 5000 }, [
  new FileDevice(source, nat, Side.Internal),
  new FileDevice(new Sink(), nat, Side.External),
]);
const carry = (packets: number): void => {
  for (let carried = 0; carried < packets;) carried += forwarder.forward();
};

// Before the count begins, the code is compiled, the flows are opened, and what the start of the
// program has left behind is collected: a collection of that could fall due at any time.
carry(PACKETS / 5);
gc!();
console.log("begin");
const before = process.memoryUsage().heapUsed;
carry(PACKETS);
const grown = process.memoryUsage().heapUsed - before;
console.log(`end ${grown} ${forwarder.traffic[1].sent}`);
