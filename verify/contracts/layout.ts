/**
 * Linear memory as the proof sees it: regions of equal elements, each made of fields. Part of what
 * a reader has to believe only for the regions that the host writes or reads, which are checked
 * against the module's exported globals; were another one wrong here, the proof would fail.
 */

export interface Field {
  name: string;
  /** Octets into the element. */
  offset: number;
  /** Bits. */
  width: 8 | 16 | 32 | 64;
}

export interface Region {
  name: string;
  /** Octets. */
  base: number;
  stride: number;
  count: number;
  fields: Field[];
}

function words(name: string, base: number, width: 8 | 16 | 32 | 64, count: number): Region {
  return { name, base, stride: width / 8, count, fields: [{ name, offset: 0, width }] };
}

/** Mappings of all protocols, and the last ring's sentinel. */
export const NODES = 3 * 65536 + 1;
export const SLOTS = 3 * 16384 * 8;
export const PLACES = 16384 * 8;
export const PACKETS = 65536;
export const PACKET_AREA = 1 << 23;
export const MEMORY_PAGES = 320;

export const REGIONS: Region[] = [
  words("config", 1024, 32, 32),
  words("settings", 1152, 32, 32),
  words("ready", 1280, 32, 1),
  words("clock", 1288, 64, 1),
  words("draws", 1296, 64, 1),
  words("quiet", 1304, 64, 1),
  words("ages", 1312, 32, 4),
  {
    name: "pools",
    base: 1328,
    stride: 8,
    count: 12,
    fields: [
      { name: "poolFree", offset: 0, width: 32 },
      { name: "poolEnd", offset: 4, width: 32 },
    ],
  },
  words("counters", 2048, 64, 39),
  {
    name: "descriptors",
    base: 4096,
    stride: 16,
    count: 256,
    fields: [
      { name: "offset", offset: 0, width: 32 },
      { name: "length", offset: 4, width: 32 },
      { name: "side", offset: 8, width: 32 },
      { name: "fate", offset: 12, width: 32 },
    ],
  },
  words("packets", PACKETS, 8, PACKET_AREA),
  words("endpoint", 8454144, 64, SLOTS),
  {
    name: "records",
    base: 11599872,
    stride: 32,
    count: NODES,
    fields: [
      { name: "last", offset: 0, width: 64 },
      { name: "created", offset: 8, width: 32 },
      { name: "previous", offset: 12, width: 32 },
      { name: "next", offset: 16, width: 32 },
      { name: "slot", offset: 20, width: 32 },
      { name: "remoteAddress", offset: 24, width: 32 },
      { name: "remotePort", offset: 28, width: 16 },
      { name: "phase", offset: 30, width: 16 },
    ],
  },
  words("labelAt", 17891392, 16, 3 * 65536),
  words("positionOf", 18284608, 16, 3 * 65536),
  {
    name: "sessions",
    base: 18677824,
    stride: 16,
    count: PLACES,
    fields: [
      { name: "sessionKey", offset: 0, width: 64 },
      { name: "sessionStamp", offset: 8, width: 64 },
    ],
  },
  {
    name: "neighbours",
    base: 20774976,
    stride: 16,
    count: 2 * 4096,
    fields: [
      { name: "neighbour", offset: 0, width: 32 },
      { name: "station", offset: 4, width: 32 },
      { name: "stationEnd", offset: 8, width: 16 },
      { name: "heard", offset: 12, width: 32 },
    ],
  },
];
