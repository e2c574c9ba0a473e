/** Mutants that take a checksum for finished that is not, or a virtio header for none. */
import type { SourceMutant } from "./mutant.ts";

const TRANSPORT = "assembly/nat/transport.ts";
const BATCH = "assembly/nat/batch.ts";
const VIRTIO = "assembly/wire/virtio.ts";
const unit = "packet/translate";

export const OFFLOAD_MUTANTS: SourceMutant[] = [
  {
    name: "begun-checksum-covers-ports",
    file: TRANSPORT,
    from: "checksum.adjustSum(load<u16>(field), addresses)",
    to: "checksum.adjustSum(load<u16>(field), addresses + ports)",
    says: "Ports are summed twice where the device computes checksums: nothing arrives.",
    unit,
  },
  {
    name: "begun-checksum-complemented",
    file: TRANSPORT,
    from: "checksum.adjustSum(load<u16>(field), addresses)",
    to: "checksum.adjust(load<u16>(field), addresses)",
    says: "A sum that is not complemented is updated like one that is.",
    unit,
  },
  {
    name: "any-unfinished-checksum-is-own",
    file: TRANSPORT,
    from: "protocol != Protocol.Icmp && unfinished == told",
    to: "protocol != Protocol.Icmp && (unfinished & 0xffff) == headerLength",
    says: "A checksum in a place where the protocol has none counts as its own.",
    unit,
  },
  {
    name: "unfinished-sum-over-header",
    file: TRANSPORT,
    from: "return (unfinished & 0xffff) < headerLength + octets;",
    to: "return (unfinished & 0xffff) < headerLength;",
    says: "A sum that begins at the ports is finished twice.",
    unit,
  },
  {
    name: "virtio-flag-ignored",
    file: VIRTIO,
    from: "isUnfinished ? load<u32>(changetype<usize>(this), 6) : NOTHING",
    to: "isUnfinished ? NOTHING : load<u32>(changetype<usize>(this), 6)",
    says: "Every checksum that is left to the device is spoiled.",
    unit: "process",
  },
  {
    name: "virtio-header-not-counted",
    file: BATCH,
    from: "descriptor.length = header + Ipv4",
    to: "descriptor.length = Ipv4",
    says: "The last ten octets of every packet are lost.",
    unit: "process",
  },
  {
    name: "virtio-header-cut-short",
    file: BATCH,
    from: "  if (length < VIRTIO_HEADER) return Outcome.Truncated;\n",
    to: "",
    says: "A packet of nine octets has a length near 2^32.",
    unit: "process",
  },
];
