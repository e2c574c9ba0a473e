/** Mutants of translation itself: both directions, hairpins and rewriting (behaviour.md §3, §6). */
import type { SourceMutant } from "./mutant.ts";

const OUTBOUND = "assembly/nat/outbound.ts";
const INBOUND = "assembly/nat/inbound.ts";
const SESSIONS = "assembly/nat/sessions.ts";
const MAPPINGS = "assembly/nat/mappings.ts";
const REWRITE = "assembly/nat/rewrite.ts";
const unit = "packet/translate";

export const TRANSLATION_MUTANTS: SourceMutant[] = [
  {
    name: "echo-reply-opens",
    file: OUTBOUND,
    from: "if (!icmp.isRequest) return Outcome.IcmpType;",
    to: "",
    says: "An echo reply from inside opens a mapping, and lets its receiver in.",
    unit,
  },
  {
    name: "query-to-external-address",
    file: OUTBOUND,
    from: "if (toExternalAddress) return Outcome.NoMapping;",
    to: "",
    says: "A ping of the external address reaches whichever host pings with that identifier.",
    unit,
  },
  {
    name: "redirect-is-error",
    file: "assembly/wire/icmp.ts",
    from: "this.type == 3 || ",
    to: "this.type == 3 || this.type == 5 || ",
    says: "A redirect from outside comes in and changes the routes of an internal host.",
    unit,
  },
  {
    name: "leaves-without-port",
    file: OUTBOUND,
    from: "if (sender < 0) return -sender;\n  const addresses",
    to: "if (sender < 0) return Outcome.Outbound;\n  const addresses",
    says: "With all ports taken, packets leave with their internal source addresses.",
    unit,
  },
  {
    name: "external-port-byte-order",
    file: MAPPINGS,
    from: "return ntoh16(<u16>number);",
    to: "return <u16>number;",
    says: "Packets leave from ports outside the configured range, and answers find nothing.",
    defect: "all 9",
    unit,
  },
  {
    name: "destination-port-byte-order",
    file: MAPPINGS,
    from: "const number = (protocol << 16) | ntoh16(port);",
    to: "const number = (protocol << 16) | port;",
    says: "Answers go to the internal host behind another port, or to none.",
    defect: "all 9",
    unit,
  },
  {
    name: "free-port-is-live",
    file: MAPPINGS,
    from: "return mapping.slot != 0 && clock.now()",
    to: "return clock.now()",
    says: "In the first minutes, errors about ports that no one holds go to an address out of thin air.",
    defect: "Vigor 7",
    unit,
  },
  {
    name: "lifetime-one-longer",
    file: MAPPINGS,
    from: "clock.now() - mapping.last < lifetime(ringOf(number))",
    to: "clock.now() - mapping.last <= lifetime(ringOf(number))",
    says: "A mapping lives for a millisecond after its lifetime.",
    unit,
  },
  {
    name: "error-about-expired-mapping",
    file: MAPPINGS,
    from: "return number != NONE && isLive(number) ? number : NONE;",
    to: "return number;",
    says: "Errors go out in the name of a port that is at rest.",
    unit,
  },
  {
    name: "hairpin-keeps-internal-source",
    file: OUTBOUND,
    from: "let addresses = sourceAddress(ip, externalAddress());",
    to: "let addresses: u32 = 0;",
    says: "The target of a hairpin answers directly, to a host that expects no such answer.",
    unit,
  },
  {
    name: "hairpin-opens-in-vain",
    file: OUTBOUND,
    from: `  if (target == NONE) return Outcome.NoMapping;
  if (obstacle != 0) return obstacle;
  const sender = senderMapping(ip, protocol, header, hint);
`,
    to: `  const sender = senderMapping(ip, protocol, header, hint);
  if (target == NONE) return Outcome.NoMapping;
  if (obstacle != 0) return obstacle;
`,
    says: "Packets that are dropped use up external ports.",
    defect: "Vigor 8",
    unit,
  },
  {
    name: "hairpin-target-learns-internal-remote",
    file: OUTBOUND,
    from: "receive(target, externalAddress(), external,",
    to: "receive(target, ip.src, external,",
    says: "TCP connections between two internal hosts through the NAT are cut off after minutes.",
    unit,
  },
  {
    name: "anyone-admitted",
    file: SESSIONS,
    from: "if (found == stamps.NEVER) return false;",
    to: "if (found == stamps.NEVER) return true;",
    says: "Who finds an open port reaches the internal host behind it.",
    unit,
  },
  {
    name: "filtered-packet-refreshes",
    file: INBOUND,
    from: `  if (!isAdmitted(receiver, ip.src)) return Outcome.Filtered;
  if (obstacle != 0) return obstacle;
  const remotePort = transport.sourcePort(protocol, header);
  receive(receiver, ip.src, remotePort, transport.flags(protocol, header));
`,
    to: `  const remotePort = transport.sourcePort(protocol, header);
  receive(receiver, ip.src, remotePort, transport.flags(protocol, header));
  if (!isAdmitted(receiver, ip.src)) return Outcome.Filtered;
  if (obstacle != 0) return obstacle;
`,
    says: "A stranger's packets are dropped, and keep the mapping open all the same.",
    defect: "Vigor 8",
    unit,
  },
  {
    name: "inbound-flags-ignored",
    file: INBOUND,
    from: "receive(receiver, ip.src, remotePort, transport.flags(protocol, header));",
    to: "receive(receiver, ip.src, remotePort, 0);",
    says: "No TCP connection is ever seen to be established: each is cut off after minutes.",
    unit,
  },
  {
    name: "inbound-port-kept",
    file: INBOUND,
    from: "const ports = transport.setDestinationPort(protocol, header, mapping.internalPort);",
    to: "const ports: u32 = 0;",
    says: "Answers reach the right host at the wrong port.",
    unit,
  },
  {
    name: "session-never-ends",
    file: SESSIONS,
    from: "return isOfThisMapping && clock.now() - stamp < lifetime(ringOf(number));",
    to: "return isOfThisMapping;",
    says: "Whoever was sent to once is let in for as long as the mapping lives.",
    unit,
  },
  {
    name: "session-of-earlier-owner",
    file: SESSIONS,
    from: "return isOfThisMapping && clock",
    to: "return clock",
    says: "A remote that the port's earlier owner talked to is let in to the new one.",
    unit,
  },
  {
    name: "session-of-first-second-forgotten",
    file: SESSIONS,
    from: "clock.tickOf(stamp) >= mapping.created",
    to: "clock.tickOf(stamp) > mapping.created",
    says: "Of two servers asked within a second, as resolvers do, the first cannot answer.",
    unit,
  },
  {
    name: "session-stamp-off-by-one",
    file: SESSIONS,
    from: "const stamp = found - 1;",
    to: "const stamp = found;",
    says: "A former remote is let in for a millisecond too long.",
    unit,
  },
  {
    name: "session-without-protocol",
    file: SESSIONS,
    from: "return ((<u64>number) << 32) | address;",
    to: "return ((<u64>(number & 0xffff)) << 32) | address;",
    says: "A remote that was sent UDP is let in to the same port of TCP.",
    unit,
  },
  {
    name: "header-checksum-at-source-address",
    file: REWRITE,
    from: `  ip.checksum = checksum.adjust(ip.checksum, change);
  ip.src = address;`,
    to: `  ip.src = address;
  store<u16>(changetype<usize>(ip), checksum.adjust(load<u16>(changetype<usize>(ip), 12), change), 12);`,
    says: "Packets leave from a garbled address, with a wrong header checksum.",
    defect: "Klint 2",
    unit,
  },
  {
    name: "header-checksum-kept-inbound",
    file: REWRITE,
    from: `  ip.checksum = checksum.adjust(ip.checksum, change);
  ip.dst = address;`,
    to: "  ip.dst = address;",
    says: "Internal hosts discard every answer for its wrong header checksum.",
    unit,
  },
];
