/**
 * Recency rings: doubly linked lists of nodes, the least recently moved first. Nodes are the
 * mappings' records, whose two link fields belong to this file; node `ring << 16` is the ring's
 * sentinel. Nothing here is searched: every operation touches a node and its neighbours.
 *
 * Abstractly, `order(ring)` is a sequence of nodes. Invariant: next and previous are inverse to
 * each other, and following next from the sentinel runs through the sequence and back.
 */
import { RecordOffset } from "../abi";
import { RECORDS } from "../layout";
import { RINGS } from "../limits";

/**
 * Makes every ring empty.
 *
 * requires  no node is in a ring
 * modifies  the sentinels
 */
export function clear(): void {
  for (let ring: u32 = 0; ring < RINGS; ring++) join(sentinel(ring), sentinel(ring));
}

/** The node at the front of `ring`; its sentinel when the ring is empty. */
export function oldest(ring: u32): u32 {
  return next(sentinel(ring));
}

export function sentinel(ring: u32): u32 {
  return ring << 16;
}

/**
 * Puts `node` at the back of `ring`.
 *
 * requires  node is in no ring
 * ensures   order(ring) == old(order(ring)) and then node
 * modifies  links of the node, of the sentinel and of the last node
 */
export function append(node: u32, ring: u32): void {
  const end = sentinel(ring);
  const last = previous(end);
  join(last, node);
  join(node, end);
}

/**
 * Takes `node` out of its ring.
 *
 * requires  node is in a ring
 * ensures   its order == old(order) without node
 * modifies  links of its neighbours
 */
export function remove(node: u32): void {
  join(previous(node), next(node));
}

function next(node: u32): u32 {
  return load<u32>(at(node), RecordOffset.Next);
}

function previous(node: u32): u32 {
  return load<u32>(at(node), RecordOffset.Previous);
}

function join(node: u32, successor: u32): void {
  store<u32>(at(node), successor, RecordOffset.Next);
  store<u32>(at(successor), node, RecordOffset.Previous);
}

function at(node: u32): usize {
  return RECORDS + ((<usize>node) << 5);
}
