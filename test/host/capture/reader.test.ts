import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Frame } from "../../../host/capture/frame.ts";
import { framesIn } from "../../../host/capture/reader.ts";
import { sentenceOf, temporaryFile } from "../support.ts";
import { block, description, enhancedPacket, pcap, section, simplePacket } from "./captures.ts";

const reader = suite("capture reader");

const FIRST = Uint8Array.from([1, 2, 3, 4, 5]);
const SECOND = Uint8Array.from([6, 7]);

/** The frames of a file of these octets, each with its own copy of what it holds. */
function read(contents: Uint8Array): Frame[] {
  const frames: Frame[] = [];
  for (const frame of framesIn(temporaryFile("in", contents))) {
    frames.push({ ...frame, octets: Uint8Array.from(frame.octets) });
  }
  return frames;
}

/** What is said of a file of these octets, which is called "in". */
function complaint(contents: Uint8Array): string {
  const path = temporaryFile("in", contents);
  return sentenceOf(() => [...framesIn(path)]).replace(path, "in");
}

for (const order of ["little", "big"] as const) {
  reader(`reads classic captures in ${order}-endian order`, () => {
    const frames = read(
      pcap(
        [
          { octets: FIRST, units: 1_700_000_000_000_001n },
          { octets: SECOND, units: 1_700_000_000_999_999n, length: 60 },
        ],
        { order, linkType: 1 },
      ),
    );

    assert.equal(frames, [
      {
        linkType: 1,
        time: 1_700_000_000_000_001_000n,
        isNanosecond: false,
        octets: FIRST,
        length: 5,
      },
      {
        linkType: 1,
        time: 1_700_000_000_999_999_000n,
        isNanosecond: false,
        octets: SECOND,
        length: 60,
      },
    ]);
  });

  reader(`reads nanoseconds in ${order}-endian order`, () => {
    const frame = { octets: FIRST, units: 1_700_000_000_123_456_789n };
    const [read_] = read(pcap([frame], { order, magic: 0xa1b23c4d }));

    assert.is(read_!.time, 1_700_000_000_123_456_789n);
    assert.ok(read_!.isNanosecond);
  });

  reader(`reads pcapng in ${order}-endian order`, () => {
    const frames = read(
      Buffer.concat([
        section(order),
        description(order, 228),
        block(order, 5, Buffer.alloc(8)),
        enhancedPacket(order, { octets: FIRST, units: 1_700_000_000_000_001n, length: 99 }),
        simplePacket(order, SECOND),
      ]),
    );

    const both = { linkType: 228, time: 1_700_000_000_000_001_000n, isNanosecond: false };
    assert.equal(frames, [
      { ...both, octets: FIRST, length: 99 },
      { ...both, octets: SECOND, length: 2 },
    ]);
  });
}

reader("reads times in the resolution of their interface", () => {
  const at = (resolution: number, units: bigint): bigint =>
    read(
      Buffer.concat([
        section("little"),
        description("little", 1, resolution),
        enhancedPacket("little", { octets: FIRST, units }),
      ]),
    )[0]!.time;

  assert.is(at(9, 1_700_000_000_123_456_789n), 1_700_000_000_123_456_789n);
  assert.is(at(3, 1_700_000_000_123n), 1_700_000_000_123_000_000n);
  assert.is(at(0x81, 3n), 1_500_000_000n);
});

reader("reads on when a second section has another byte order", () => {
  const frames = read(
    Buffer.concat([
      section("little"),
      description("little", 1),
      enhancedPacket("little", { octets: FIRST }),
      section("big"),
      description("big", 101),
      enhancedPacket("big", { octets: SECOND }),
    ]),
  );

  assert.equal(
    frames.map(({ linkType }) => linkType),
    [1, 101],
  );
});

reader("reads files that are larger than its buffer", () => {
  const octets = new Uint8Array(1500).fill(7);
  const frames = read(pcap(Array.from({ length: 2000 }, () => ({ octets }))));

  assert.is(frames.length, 2000);
  assert.ok(frames.every((frame) => frame.octets.length === 1500 && frame.octets[1499] === 7));
});

reader("finds no frame in a capture without one", () => {
  assert.equal(read(pcap([])), []);
  assert.equal(read(section("little")), []);
});

const REMEDY = "Capture again, or repair the file.";
const WHOLE = pcap([{ octets: FIRST }]);
const BLOCKS = Buffer.concat([
  section("little"),
  description("little", 1),
  enhancedPacket("little", { octets: FIRST }),
]);

reader("says where a file that ends too early is damaged", () => {
  assert.is(
    complaint(WHOLE.subarray(0, -2)),
    `in: damaged at octet 24: it ends there, 2 octets too early. ${REMEDY}`,
  );
  assert.is(
    complaint(WHOLE.subarray(0, 30)),
    `in: damaged at octet 24: it ends there, 10 octets too early. ${REMEDY}`,
  );
  assert.is(
    complaint(BLOCKS.subarray(0, -4)),
    `in: damaged at octet 48: it ends there, 4 octets too early. ${REMEDY}`,
  );
});

reader("says where a length cannot be right", () => {
  const huge = Buffer.from(WHOLE);
  huge.writeUInt32LE(0xffff_ffff, 32);
  assert.is(complaint(huge), `in: damaged at octet 24: a frame of 4294967295 octets. ${REMEDY}`);

  for (const length of [0, 8, 13, 0xffff_fffc]) {
    const blocks = Buffer.from(BLOCKS);
    blocks.writeUInt32LE(length, 52);
    assert.is(complaint(blocks), `in: damaged at octet 48: a block of ${length} octets. ${REMEDY}`);
  }
  const blocks = Buffer.from(BLOCKS);
  blocks.writeUInt32LE(100, 48 + 20);
  assert.is(
    complaint(blocks),
    `in: damaged at octet 48: a frame of 100 octets in a block of 40. ${REMEDY}`,
  );
});

reader("says when a packet is of an interface that is not described", () => {
  const blocks = Buffer.concat([section("big"), enhancedPacket("big", { octets: FIRST })]);

  assert.is(
    complaint(blocks),
    `in: damaged at octet 28: a packet of interface 0, which is not described. ${REMEDY}`,
  );
});

reader("says when a file is no capture", () => {
  const other =
    "in: neither pcap nor pcapng, from octet 0 on. Name a file that tcpdump or Wireshark has written.";
  assert.is(complaint(Buffer.from("root:x:0:0")), other);
  assert.is(complaint(new Uint8Array()), other);
  assert.is(
    complaint(Buffer.from([0x1f, 0x8b, 8, 0])),
    "in: compressed. Decompress it first, as with gunzip.",
  );
  assert.is(
    sentenceOf(() => [...framesIn("/nowhere/in")]),
    "/nowhere/in: cannot be opened (ENOENT). Name a capture file.",
  );
});

reader("gives frames or one sentence, whatever octets are changed", () => {
  let seed = 1;
  const random = (below: number): number => (seed = (seed * 48271) % 0x7fff_ffff) % below;
  for (let times = 0; times < 500; times++) {
    const octets = Buffer.from(times % 2 === 0 ? WHOLE : BLOCKS);
    for (let changes = 0; changes < 3; changes++) octets[random(octets.length)] = random(256);
    try {
      read(octets.subarray(0, random(octets.length + 1)));
    } catch (error) {
      assert.is((error as Error).name, "CaptureError", (error as Error).stack);
    }
  }
});

reader.run();
