/** Mutants that touch what they have no business with: the packet, before or after its translation. */
import type { SourceMutant } from "./mutant.ts";

const CHECKSUM = "assembly/wire/checksum.ts";
const SENDER = "assembly/nat/sender.ts";
const BATCH = "assembly/nat/batch.ts";

export const WRITE_MUTANTS: SourceMutant[] = [
  {
    name: "third-side-translates-first-packet",
    file: BATCH,
    from: "  if (!descriptor.isInside ||",
    to: `  if (side > 1 && isReady()) translate(65536, 64, 0, NOTHING, 0, 0);
  if (!descriptor.isInside ||`,
    says: "A descriptor that lies makes a mapping for what is not its packet.",
    unit: "process",
  },
  {
    name: "reads-beyond-virtio-header",
    file: BATCH,
    from: "  return translate(packet + VIRTIO_HEADER, length - VIRTIO_HEADER, side, unfinished, 0, hint);",
    to: `  const outcome = translate(packet + VIRTIO_HEADER, length - VIRTIO_HEADER, side, unfinished, 0, hint);
  return load<u32>(packet + VIRTIO_HEADER, 6) == 0xffffffff ? outcome & 0xff : outcome;`,
    says: "The octets behind a packet that is a header only are read.",
    unit: "process",
  },
  {
    name: "header-check-writes-ttl",
    file: CHECKSUM,
    from: "  let sum: u64 =\n",
    to: "  store<u8>(header, 1, 8);\n  let sum: u64 =\n",
    says: "Every packet leaves with one hop to live and a wrong checksum.",
    unit: "checksum/headerIsValid",
  },
  {
    name: "message-check-clears-octet",
    file: CHECKSUM,
    from: "  if (octets & 1) sum +=",
    to: "  if (even != 0) store<u8>(message + even - 2, 0);\n  if (octets & 1) sum +=",
    says: "An octet of what an ICMP error quotes is lost.",
    unit: "checksum/sumOf",
  },
  {
    name: "sender-clears-ttl",
    file: SENDER,
    from: "  const port = transport.sourcePort(protocol, header);\n",
    to: "  const port = transport.sourcePort(protocol, header);\n  store<u8>(changetype<usize>(ip), 0, 8);\n",
    says: "The first router behind the NAT drops every packet.",
    unit: "sender/senderMapping",
  },
  {
    name: "stops-when-something-has-changed",
    file: BATCH,
    from: "function outcomeOf(descriptor: Descriptor): u32 {",
    to: `import { sumOf } from "../wire/checksum";

function outcomeOf(descriptor: Descriptor): u32 {
  const isLong = descriptor.isInside && descriptor.length >= 30;
  const before = isLong ? sumOf(descriptor.start, 30) : 0;
  const outcome = outcomeOfPacket(descriptor);
  if (isLong && outcome < FIRST_DROP && sumOf(descriptor.start, 30) != before) unreachable();
  return outcome;
}

function outcomeOfPacket(descriptor: Descriptor): u32 {`,
    says: "The first packet that is translated stops the NAT.",
    unit: "process",
  },
  {
    name: "bad-descriptor-is-read",
    file: BATCH,
    from: "return Outcome.BadDescriptor;",
    to: "return load<u8>(descriptor.start) == 69 ? Outcome.BadDescriptor : Outcome.NotIpv4;",
    says: "A descriptor that lies stops the module with a trap.",
    unit: "process",
  },
  {
    name: "inbound-ttl-written-before-translation",
    file: BATCH,
    from: "  const packet = descriptor.start;\n",
    to: `  const packet = descriptor.start;
  if (side == <u32>Side.External && length > 8) store<u8>(packet, 1, 8);
`,
    says: "Packets from outside have one hop to live, also those that are dropped.",
    unit: "process",
  },
];
