import type { Group, Socket } from "af-xdp";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { DESCRIPTOR_WORDS, ROOM } from "../../assembly/abi.ts";
import { type Nat, createNat } from "../../host/nat.ts";
import { XdpDevice } from "../../host/xdp-device.ts";
import { ethernetFrame } from "../support/frames.ts";
import { udpPacket } from "../support/packets.ts";
import { VIRTIO_HEADER, withBegunChecksum } from "../support/virtio.ts";
import { ROUTER } from "./router-options.ts";

const PLACE = 2048 + 256;
const STATIONS = { to: "02:00:00:00:00:01", from: "02:00:00:00:00:aa" };
const PACKET = udpPacket({ from: "10.0.0.2:5000", to: "198.51.100.10:53" });

/** A socket that receives `frame` again and again, and sends as many as there is `space` for. */
class Context {
  readonly nat: Nat = createNat(ROUTER);
  readonly released: number[] = [];
  readonly told: string[] = [];
  readonly device: XdpDevice;
  frame = ethernetFrame(STATIONS, PACKET);
  space = Infinity;
  dropped = 0;
  fillRingEmpty = 0;

  constructor() {
    const socket: Partial<Socket> = {
      name: "wan0",
      receive: (table, stride, first) => {
        this.nat.packets.set(this.frame, PLACE);
        table.set([PLACE, this.frame.length], first * stride);
        return 1;
      },
      send: (_table, _stride, _entries, count) => Math.min(count, this.space),
      statistics: () => ({
        ...{ invalidReceived: 0, invalidSent: 0, receiveRingFull: 0 },
        ...{ dropped: this.dropped, fillRingEmpty: this.fillRingEmpty },
      }),
    };
    const group: Partial<Group> = {
      release: (_table, _stride, entries, count) => {
        this.released.push(...entries.subarray(0, count));
      },
    };
    const warn = (sentence: string): void => void this.told.push(sentence);
    this.device = new XdpDevice(socket as Socket, group as Group, this.nat, warn);
  }
}

const xdpDevice = suite<{ lab: Context }>("xdp device");

xdpDevice.before.each((context) => {
  context.lab = new Context();
});

xdpDevice("gives the core room before each frame", ({ lab }) => {
  lab.device.receive(3, 1);
  const at = 3 * DESCRIPTOR_WORDS;

  const expected = [PLACE - ROOM, ROOM + lab.frame.length];
  assert.equal([...lab.nat.descriptors.subarray(at, at + 2)], expected);
});

xdpDevice("releases what there is no space to send", ({ lab }) => {
  lab.space = 2;

  assert.is(lab.device.send(Uint32Array.of(7, 8, 9, 1), 3), 2);
  assert.equal(lab.released, [9]);
});

xdpDevice("warns of unfinished checksums, once", async ({ lab }) => {
  lab.device.receive(0, 1);
  assert.equal(lab.told, []);

  lab.frame = ethernetFrame(STATIONS, withBegunChecksum(PACKET).slice(VIRTIO_HEADER));
  for (let tries = 0; tries < 3; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 15));
    lab.device.receive(0, 1);
  }
  assert.is(lab.told.length, 1);
  assert.match(lab.told[0]!, /^wan0: frames arrive with unfinished checksums, .*\.$/);
});

xdpDevice("warns of frames that are too long, once", ({ lab }) => {
  lab.dropped = 5;
  lab.fillRingEmpty = 4;
  lab.device.attend();
  lab.device.attend();

  assert.is(lab.told.length, 1);
  assert.match(lab.told[0]!, /^wan0: the kernel drops frames that are too long\. .* gro off/);
});

xdpDevice("does not take an overload for frames that are too long", ({ lab }) => {
  lab.dropped = 5;
  lab.fillRingEmpty = 5;
  lab.device.attend();

  assert.equal(lab.told, []);
});

xdpDevice.run();
