/** What arrives at the server, counted and looked at by native/sink.c. */
import type { LabProcess } from "../../host/demo/lab.ts";
import { type Bed, sourcesOf } from "./bed.ts";
import { inside } from "./inside.ts";
import { asTester } from "./processors.ts";
import { SERVER } from "./topology.ts";

/**
 * Who takes the packets off: the kernel's stack, at its first hook, or a program that sees XDP
 * frames before they become socket buffers.
 */
export type Receiver = "stack" | "xdp";

/** Packets of which one goes on to the sockets. */
const SAMPLE = 1024;

/** All packets that have come by then, since the device was made; in seconds of the machine. */
type Count = [time: number, packets: number];

interface Report {
  counts: Count[];
  samples: number;
  strangers: number;
  damaged: number;
}

export class Sink {
  readonly #process: LabProcess;
  readonly #name: string;

  private constructor(process: LabProcess, name: string) {
    this.#process = process;
    this.#name = name;
  }

  static async start({ lab, rival, native }: Bed, receiver: Receiver): Promise<Sink> {
    if (receiver === "stack") inside(lab, "server", ["nft", "-f", "-"], DROP_ALL_BUT_SAMPLES);
    const command = native("sink", {
      device: SERVER.device,
      receiver,
      ...sourcesOf(rival),
    });
    const process = lab.start("server", asTester(command, "sink"));
    await process.line(/^ready/);
    return new Sink(process, rival.name);
  }

  /** The counts since the last call. Throws when a packet arrived that was not as it has to be. */
  async counts(): Promise<Count[]> {
    this.#process.send("");
    const { counts, strangers, damaged } = JSON.parse(await this.#process.line(/^{/)) as Report;
    if (strangers > 0) throw this.#wrong("let packets through that it did not translate");
    if (damaged > 0) throw this.#wrong(`sent ${damaged} packets with wrong checksums`);
    return counts;
  }

  /** Throws when too little was looked at for `counts` to tell anything. */
  async checkSamples(): Promise<void> {
    this.#process.send("");
    const { counts, samples } = JSON.parse(await this.#process.line(/^{/)) as Report;
    if (samples < counts.at(-1)![1] / SAMPLE / 4) throw this.#wrong(`${samples} samples arrived`);
  }

  #wrong(problem: string): Error {
    return new Error(`${this.#name}: ${problem}. Nothing of this run can be trusted.`);
  }
}

const DROP_ALL_BUT_SAMPLES = `table netdev bench {
 chain arriving {
  type filter hook ingress device ${SERVER.device} priority -500; policy accept;
  udp dport { 7000, 7001 } numgen random mod ${SAMPLE} != 0 drop
 }
}
`;
