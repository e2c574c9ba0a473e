/**
 * Carries a million packets of a thousand flows through the packet loop, between devices that make
 * and swallow them without allocating. Prints "begin", then "end" with the octets that the heap has
 * grown by; run with --expose-gc, and with --trace-gc it shows the collections between.
 */
import { Forwarder, type PacketDevice } from "../../../host/forward.ts";
import { createNat } from "../../../host/nat.ts";
import { udpPacket } from "../../support/packets.ts";

const PACKETS = 1_000_000;
const FLOWS = 1000;

class Source implements PacketDevice {
  readonly name = "source";
  readonly #packets: Uint8Array[];
  #next = 0;

  constructor() {
    this.#packets = Array.from({ length: FLOWS }, (_, flow) =>
      udpPacket({ from: `10.0.0.2:${2000 + flow}`, to: "198.51.100.10:7000", payload: "flow" }),
    );
  }

  read(
    memory: Uint8Array,
    table: Uint32Array,
    stride: number,
    first: number,
    count: number,
    start: number,
  ): number {
    for (let number = 0; number < count; number++) {
      const packet = this.#packets[this.#next]!;
      const at = (first + number) * stride;
      this.#next = (this.#next + 1) % FLOWS;
      table[at] = start + number * 128;
      table[at + 1] = packet.length;
      memory.set(packet, table[at]);
    }
    return count;
  }

  write(): number {
    throw new Error("Nothing was sent to the internal side.");
  }

  close(): void {}
}

class Sink implements PacketDevice {
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

  close(): void {}
}

const nat = createNat({ externalAddress: "203.0.113.1" });
const forwarder = new Forwarder(nat, { now: () => 5000 }, [new Source(), new Sink()]);
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
