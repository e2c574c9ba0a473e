import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import * as assert from "uvu/assert";
import { type Device, type OpenOptions, open } from "../index.js";
import { payloadOf, replyTo, Slots } from "./packets.ts";
import { eventually, ip, isolated, refuses, uniqueName } from "./support.ts";

const batch = isolated(import.meta.url, "batch");

const LOCAL = "192.0.2.1";
const REMOTE = "192.0.2.2";
const PORT = 7;

/** A TUN with an address, and a socket whose datagrams to REMOTE go into it. */
async function withSocket(
  options: Partial<OpenOptions>,
  body: (device: Device, socket: Socket) => void | Promise<void>,
): Promise<void> {
  const device = open({ kind: "tun", name: uniqueName(), ...options });
  ip(`address add ${LOCAL}/24 dev ${device.name}`);
  const socket = createSocket("udp4");
  try {
    await body(device, socket);
  } finally {
    socket.close();
    device.close();
  }
}

function send(socket: Socket, payload: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(payload, PORT, REMOTE, (error) => (error ? reject(error) : resolve()));
  });
}

batch("reads all that wait in one call, into their places", async () => {
  await withSocket({}, async (device, socket) => {
    for (const payload of ["one", "two", "three"]) await send(socket, payload);

    const slots = new Slots(8, 2048);
    assert.is(slots.read(device, 2), 3);
    assert.is(payloadOf(slots.packet(2)), "one");
    assert.is(payloadOf(slots.packet(3)), "two");
    assert.is(payloadOf(slots.packet(4)), "three");
    assert.is(slots.length(5), 0);
    assert.is(slots.read(device), 0);
  });
});

batch("leaves for the next call what is more than asked for", async () => {
  await withSocket({}, async (device, socket) => {
    for (const payload of ["one", "two", "three"]) await send(socket, payload);

    const slots = new Slots(8, 2048);
    assert.is(slots.read(device, 0, 2), 2);
    assert.is(slots.read(device, 0, 2), 1);
    assert.is(payloadOf(slots.packet(0)), "three");
    assert.is(slots.read(device, 0, 0), 0);
  });
});

batch("reads straight into a WebAssembly memory that holds the table too", async () => {
  await withSocket({}, async (device, socket) => {
    const { buffer } = new WebAssembly.Memory({ initial: 1, maximum: 1 });
    const table = new Uint32Array(buffer, 1024, 4);
    table[0] = 4096;
    table[2] = 8192;
    for (const payload of ["one", "two"]) await send(socket, payload);

    assert.is(device.read(new Uint8Array(buffer), table, 2, 0, 2, 2048), 2);
    assert.is(payloadOf(Buffer.from(buffer, 8192, table[3]!)), "two");
  });
});

batch(
  "says by one octet too many that a packet did not fit, and writes no octet beyond",
  async () => {
    await withSocket({}, async (device, socket) => {
      const exact = 28 + 20;
      for (const length of [20, 21, 900]) await send(socket, "x".repeat(length));

      const slots = new Slots(4, 64);
      slots.memory.fill(0xee);
      assert.is(slots.read(device, 0, 3, exact), 3);
      assert.is(slots.length(0), exact);
      assert.is(slots.length(1), exact + 1);
      assert.is(slots.length(2), exact + 1);
      for (const slot of [0, 1, 2]) {
        const beyond = slots.memory.subarray(slot * 64 + exact, slot * 64 + 64);
        assert.ok(beyond.every((octet) => octet === 0xee));
      }
    });
  },
);

batch("writes a reply that reaches the socket", async () => {
  await withSocket({}, async (device, socket) => {
    const slots = new Slots(4, 2048);
    await send(socket, "question");
    assert.is(slots.read(device), 1);

    slots.put(3, replyTo(slots.packet(0), "answer"));
    const received = once(socket, "message");
    assert.is(slots.write(device, 3), 1);
    const [message, from] = await received;
    assert.is(String(message), "answer");
    assert.is(from.address, REMOTE);
  });
});

batch("writes in the order listed, and skips what the kernel refuses", async () => {
  await withSocket({}, async (device, socket) => {
    const slots = new Slots(8, 2048);
    await send(socket, "question");
    slots.read(device);
    const question = slots.packet(0);
    slots.put(0, replyTo(question, "first"));
    slots.put(1, Buffer.from("3 is no version of IP"));
    slots.put(2, new Uint8Array(0));
    slots.put(3, replyTo(question, "second"));

    const received: string[] = [];
    socket.on("message", (message) => void received.push(String(message)));
    assert.is(slots.write(device, 3, 1, 2, 0), 2);
    await eventually(() => received.length === 2, "both have arrived");
    assert.equal(received, ["second", "first"]);
    assert.is(slots.write(device), 0);
  });
});

batch("loses what is written while the interface is down, and goes on once it is up", async () => {
  await withSocket({}, async (device, socket) => {
    const slots = new Slots(1, 2048);
    await send(socket, "question");
    slots.read(device);
    slots.put(0, replyTo(slots.packet(0), "answer"));

    ip(`link set ${device.name} down`);
    assert.is(slots.write(device, 0), 0);
    assert.is(new Slots(1, 2048).read(device), 0);
    ip(`link set ${device.name} up`);
    assert.is(slots.write(device, 0), 1);
  });
});

batch("begins each packet with ten octets of virtio header if asked to", async () => {
  await withSocket({ vnetHeader: true }, async (device, socket) => {
    const slots = new Slots(1, 2048);
    await send(socket, "question");
    assert.is(slots.read(device), 1);
    assert.equal([...slots.packet(0).subarray(0, 10)], Array(10).fill(0));
    const question = slots.packet(0).subarray(10);
    assert.is(payloadOf(question), "question");

    const received = once(socket, "message");
    slots.put(0, Buffer.concat([Buffer.alloc(10), replyTo(question, "answer")]));
    assert.is(slots.write(device, 0), 1);
    assert.is(String((await received)[0]), "answer");
    assert.throws(() => slots.read(device, 0, 1, 9), /capacity is too small/);
  });
});

batch("carries Ethernet frames on a TAP", async () => {
  await withSocket({ kind: "tap" }, async (device, socket) => {
    ip(`neighbour add ${REMOTE} lladdr 02:00:00:00:00:02 dev ${device.name}`);
    const slots = new Slots(1, 2048);
    await send(socket, "question");

    assert.is(slots.read(device), 1);
    assert.is(slots.packet(0).subarray(0, 6).toString("hex"), "020000000002");
    assert.is(payloadOf(slots.packet(0).subarray(14)), "question");
  });
});

batch("reads each queue of a multi-queue device on its own", async () => {
  await withSocket({ multiQueue: true }, async (device, socket) => {
    const second = open({ kind: "tun", name: device.name, multiQueue: true });
    const others = Array.from({ length: 16 }, () => createSocket("udp4"));
    for (const other of [socket, ...others]) await send(other, "question");

    const slots = new Slots(32, 2048);
    const ofFirst = slots.read(device);
    const ofSecond = slots.read(second);
    assert.is(ofFirst + ofSecond, 17);
    assert.ok(ofFirst > 0 && ofSecond > 0, `${ofFirst} and ${ofSecond}`);
    for (const other of others) other.close();
    second.close();
  });
});

batch("throws ENODEV once the interface is deleted, and EBADF once closed", () => {
  const device = open({ kind: "tun", name: uniqueName() });
  const slots = new Slots(1, 2048);
  ip(`link delete ${device.name}`);
  refuses("ENODEV", () => slots.read(device));
  slots.put(0, Uint8Array.of(0x45));
  refuses("ENODEV", () => slots.write(device, 0));
  refuses("ENODEV", () => device.mtu);

  device.close();
  refuses("EBADF", () => slots.read(device));
  refuses("EBADF", () => slots.write(device, 0));
});

batch("checks every bound before any packet moves", async () => {
  await withSocket({}, async (device, socket) => {
    const memory = new Uint8Array(4096);
    const table = Uint32Array.of(0, 7, 4096 - 64, 7, 4096 - 63, 7);
    const read = (stride: number, first: number, count: number, capacity: number) => () =>
      device.read(memory, table, stride, first, count, capacity);
    const write =
      (stride: number, entries: number[], count = entries.length) =>
      () =>
        device.write(memory, table, stride, Uint32Array.from(entries), count);
    await send(socket, "still there");

    assert.throws(read(2, 0, 3, 64), /entry 2: offset \+ capacity is outside the memory/);
    assert.throws(read(2, 0, 4, 1), /entry 3: not in the table/);
    assert.throws(read(2, 2 ** 32 - 1, 1, 1), /entry 4294967295: not in the table/);
    assert.throws(read(2 ** 32 - 1, 2 ** 32 - 1, 1, 1), /not in the table/);
    assert.throws(read(1, 0, 1, 64), /stride must be at least 2/);
    assert.throws(read(2, 0, 1, 0), /capacity is too small/);
    assert.throws(read(2, 0, 1, 2 ** 32 - 1), /outside the memory/);
    for (const odd of [-1, 0.5, NaN, Infinity, 2 ** 32]) {
      assert.throws(read(2, odd, 1, 64), /first must be a whole number/);
    }
    table[5] = 64;
    assert.throws(write(2, [0, 2]), /entry 2: offset \+ length is outside the memory/);
    assert.throws(write(2, [0, 3]), /entry 3: not in the table/);
    assert.throws(write(2, [0], 2), /count is greater than the number of entries/);
    table[5] = 2 ** 32 - 1;
    assert.throws(write(2, [2]), /outside the memory/);

    const slots = new Slots(1, 2048);
    assert.is(slots.read(device), 1);
    assert.is(payloadOf(slots.packet(0)), "still there");
  });
});

batch.run();
