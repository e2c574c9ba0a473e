import {
  existsSync,
  linkSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Frame } from "../../host/capture/frame.ts";
import { framesIn } from "../../host/capture/reader.ts";
import { type ReplayFlags, replayCommand } from "../../host/replay-command.ts";
import type { ReplaySummary } from "../../host/replay.ts";
import { icmpQuery, udpPacket } from "../support/packets.ts";
import { type Recorded, description, enhancedPacket, pcap, section } from "./capture/captures.ts";
import { rejectionOf, temporaryFile } from "./support.ts";

const replay = suite("replay");

const FLAGS: ReplayFlags = { externalAddress: "203.0.113.1", ports: "40000-40000", json: true };

const OUT = udpPacket({ from: "10.0.0.2:5000", to: "198.51.100.10:53", payload: "a question" });
const BACK = udpPacket({ from: "198.51.100.10:53", to: "203.0.113.1:40000" });

interface Replayed {
  summary: ReplaySummary;
  frames: Frame[];
  output: string;
}

/** Replays a file of these octets. */
async function run(contents: Uint8Array, flags: ReplayFlags = {}): Promise<Replayed> {
  const input = temporaryFile("in.pcap", contents);
  const output = join(dirname(input), "out.pcap");
  const signal = new AbortController().signal;
  const summary = await replayCommand(input, output, { ...FLAGS, ...flags }, () => {}, signal);
  const frames = [...framesIn(output)].map((frame) => ({
    ...frame,
    octets: Uint8Array.from(frame.octets),
  }));
  return { summary, frames, output };
}

function raw(...packets: Uint8Array[]): Buffer {
  return pcap(packets.map((octets) => ({ octets })));
}

replay("translates both directions, and keeps the times", async () => {
  const { frames, summary } = await run(
    pcap([
      { octets: OUT, units: 1_700_000_000_000_001n },
      { octets: BACK, units: 1_700_000_000_500_000n },
    ]),
  );

  assert.equal(
    frames.map(({ octets, time }) => ({ octets, time })),
    [
      {
        octets: udpPacket({
          from: "203.0.113.1:40000",
          to: "198.51.100.10:53",
          payload: "a question",
        }),
        time: 1_700_000_000_000_001_000n,
      },
      {
        octets: udpPacket({ from: "198.51.100.10:53", to: "10.0.0.2:5000" }),
        time: 1_700_000_000_500_000_000n,
      },
    ],
  );
  assert.is(summary.written, 2);
  assert.is(summary.outcomes["Inbound"], 1);
});

replay("drives the core's clock by the times of the capture", async () => {
  const second = 1_000_000n;
  const at = (seconds: bigint): Recorded[] => [
    { octets: OUT, units: 50n * second },
    { octets: BACK, units: (50n + seconds) * second },
  ];

  assert.is((await run(pcap(at(299n)))).summary.outcomes["Inbound"], 1);
  assert.is((await run(pcap(at(300n)))).summary.outcomes["NoMapping"], 1);
});

replay("keeps Ethernet headers, and the link type", async () => {
  const header = Buffer.from("0200000000010200000000020800", "hex");
  const { frames } = await run(
    pcap([{ octets: Buffer.concat([header, OUT, Buffer.alloc(8)]) }], { linkType: 1 }),
  );

  assert.is(frames[0]!.linkType, 1);
  assert.equal(Buffer.from(frames[0]!.octets.subarray(0, 14)), header);
  assert.is(frames[0]!.octets.length, 14 + OUT.length);
});

replay("leaves out what is no IPv4 packet, and says so", async () => {
  const ethernet = (type: number): Recorded => {
    const octets = new Uint8Array(60);
    octets.set([type >> 8, type & 255], 12);
    return { octets };
  };
  const types = [0x0806, 0x0806, 0x86dd, 0x8100, 0x88cc];
  const frames = [...types.map(ethernet), { octets: new Uint8Array(10) }];
  const { summary } = await run(pcap(frames, { linkType: 1 }));

  assert.equal(summary.leftOut, { ARP: 2, IPv6: 1, VLAN: 1, other: 1, "too short": 1 });
  assert.is(summary.written, 0);
});

for (const [linkType, header] of [
  [0, "02000000"],
  [108, "00000002"],
  [12, ""],
  [101, ""],
  [228, ""],
  [113, "00000001000600000000000100000800"],
  [276, "0800000000000001000100060000000000010000"],
] as const) {
  replay(`finds packets in frames of link type ${linkType}`, async () => {
    const octets = Buffer.concat([Buffer.from(header, "hex"), OUT]);
    const { summary } = await run(pcap([{ octets }], { linkType }));

    assert.is(summary.outcomes["Outbound"], 1);
  });
}

replay("leaves out packets that the capture has cut, but not those that lack padding", async () => {
  const { summary } = await run(
    pcap([
      { octets: OUT.subarray(0, 30), length: OUT.length },
      { octets: OUT, length: OUT.length + 10 },
    ]),
  );

  assert.equal(summary.leftOut, { "cut off by the capture": 1 });
  assert.is(summary.outcomes["Outbound"], 1);
});

replay("carries packets as long as there are", async () => {
  const long = udpPacket({
    from: "10.0.0.2:1",
    to: "198.51.100.10:2",
    payload: new Uint8Array(65535 - 28),
  });

  assert.is((await run(raw(long))).summary.outcomes["Outbound"], 1);
});

replay("takes the internal network for the internal side", async () => {
  const other = udpPacket({ from: "100.64.0.2:5000", to: "198.51.100.10:53" });

  assert.is((await run(raw(OUT, other))).summary.internal, 1);
  const { summary } = await run(raw(OUT, other), { internalNetwork: "100.64.0.0/10" });
  assert.is(summary.internal, 1);
  assert.is(summary.outcomes["NotExternalAddress"], 1);
});

replay("takes whatever it is told for the internal side", async () => {
  const other = udpPacket({ from: "9.9.9.9:5000", to: "198.51.100.10:53" });

  assert.is((await run(raw(other), { internalSide: "9.0.0.0/8" })).summary.internal, 1);
  assert.is((await run(raw(other), { internalSide: "all" })).summary.internal, 1);
  assert.is((await run(raw(other))).summary.internal, 0);
});

replay("writes the same octets for the same seed", async () => {
  const packets = Array.from({ length: 50 }, (_, number) =>
    icmpQuery({ from: "10.0.0.2", to: "198.51.100.10", identifier: number }),
  );
  const flags = { ports: "1-65535" };
  const [first, second, other] = await Promise.all(
    ["1", "1", "2"].map(async (seed) => (await run(raw(...packets), { ...flags, seed })).output),
  );

  assert.ok(readFileSync(first!).equals(readFileSync(second!)));
  assert.not.ok(readFileSync(first!).equals(readFileSync(other!)));
});

replay("keeps nanoseconds", async () => {
  const { frames } = await run(
    Buffer.concat([
      section("big"),
      description("big", 101, 9),
      enhancedPacket("big", { octets: OUT, units: 1_700_000_000_123_456_789n }),
    ]),
  );

  assert.is(frames[0]!.time, 1_700_000_000_123_456_789n);
});

replay("writes an empty capture for an empty one", async () => {
  assert.equal((await run(pcap([]))).frames, []);
});

replay("leaves the output as it was when the input is damaged", async () => {
  const damaged = Buffer.from(raw(OUT, OUT));
  const second = 24 + 16 + OUT.length;
  damaged.writeUInt32LE(0xffff_ffff, second + 8);
  const input = temporaryFile("in.pcap", damaged);
  const output = join(dirname(input), "out.pcap");
  const signal = new AbortController().signal;
  const attempt = (): Promise<string> =>
    rejectionOf(replayCommand(input, output, FLAGS, () => {}, signal));

  assert.match(
    await attempt(),
    `in.pcap: damaged at octet ${second}: a frame of 4294967295 octets.`,
  );
  assert.not(existsSync(output));
  writeFileSync(output, "before");
  await attempt();
  assert.is(readFileSync(output, "utf8"), "before");
  assert.equal(readdirSync(dirname(input)).sort(), ["in.pcap", "out.pcap"]);
});

replay("carries the whole packets of a capture that is cut off", async () => {
  const classic = raw(OUT, OUT);
  const blocks = Buffer.concat([
    section("little"),
    description("little", 101),
    enhancedPacket("little", { octets: OUT }),
    enhancedPacket("little", { octets: OUT }),
  ]);
  for (const contents of [classic, blocks]) {
    const begin =
      contents.indexOf(OUT, contents.indexOf(OUT) + 1) - (contents === classic ? 16 : 28);
    for (const end of [begin + 1, begin + 15, contents.length - 1]) {
      const { summary, frames } = await run(contents.subarray(0, end));

      assert.is(frames.length, 1);
      assert.is(summary.cutOffAt, begin);
    }
    assert.is((await run(contents)).summary.cutOffAt, undefined);
  }
});

replay("refuses a file that ends amid its first octets", async () => {
  const early = /in\.pcap: damaged at octet 0: it ends there, /;

  assert.match(await rejectionOf(run(raw(OUT).subarray(0, 23))), early);
  assert.match(await rejectionOf(run(section("big").subarray(0, 20))), early);
});

replay("never writes over its input, whatever name that has", async () => {
  const contents = raw(OUT);
  const input = temporaryFile("in.pcap", contents);
  const [symbolic, hard] = ["symbolic", "hard"].map((name) => join(dirname(input), name));
  symlinkSync(input, symbolic!);
  linkSync(input, hard!);
  const signal = new AbortController().signal;
  for (const [from, to] of [
    [input, input],
    [input, symbolic!],
    [symbolic!, input],
    [input, hard!],
  ] as const) {
    assert.is(
      await rejectionOf(replayCommand(from, to, FLAGS, () => {}, signal)),
      `${to}: it is the capture to be read as well. Name another file.`,
    );
  }
  assert.equal(new Uint8Array(readFileSync(input)), new Uint8Array(contents));
});

replay("leaves nothing behind when it is interrupted", async () => {
  const input = temporaryFile("in.pcap", raw(OUT));
  const output = join(dirname(input), "out.pcap");
  const interrupted = replayCommand(input, output, FLAGS, () => {}, AbortSignal.abort());

  assert.is(await rejectionOf(interrupted), `${output}: interrupted. Start again.`);
  assert.equal(readdirSync(dirname(input)), ["in.pcap"]);
});

replay("refuses link types in which it finds no packets", async () => {
  const sentence = await rejectionOf(run(pcap([{ octets: OUT }], { linkType: 105 })));

  assert.match(sentence, /frames of link type 105 cannot be read\. Capture on an Ethernet/);
});

replay.run();
