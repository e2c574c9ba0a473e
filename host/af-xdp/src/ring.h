/**
 * The rings that an AF_XDP socket shares with the kernel: one side produces entries, the other
 * consumes them, and each publishes how far it is in a free-running 32-bit counter.
 *
 * There is no check for a full ring: who produces never has more than `depth` entries under way.
 */
#ifndef RING_H
#define RING_H

#include <linux/if_xdp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
  void *mapping; /* NULL while there is none */
  size_t length; /* octets of it */
  uint32_t *producer, *consumer, *flags;
  void *entries; /* uint64_t of fill and completion rings, struct xdp_desc of the others */
  uint32_t mask;
} ring;

/** Maps one ring of a socket. Returns 0 or a negative errno. */
int ring_map(ring *ring, int fd, const struct xdp_ring_offset *at, uint32_t depth,
             size_t entry_octets, uint64_t page_offset);

void ring_unmap(ring *ring);

/** How many entries the kernel has produced and we have not consumed. */
static inline uint32_t ring_waiting(const ring *ring)
{
  return __atomic_load_n(ring->producer, __ATOMIC_ACQUIRE) - *ring->consumer;
}

/** How many entries we have produced and the kernel has not consumed. */
static inline uint32_t ring_unconsumed(const ring *ring)
{
  return *ring->producer - __atomic_load_n(ring->consumer, __ATOMIC_ACQUIRE);
}

/** Gives `count` consumed entries back to the kernel. */
static inline void ring_consume(ring *ring, uint32_t count)
{
  __atomic_store_n(ring->consumer, *ring->consumer + count, __ATOMIC_RELEASE);
}

/** Shows `count` more entries, written before, to the kernel. */
static inline void ring_produce(ring *ring, uint32_t count)
{
  __atomic_store_n(ring->producer, *ring->producer + count, __ATOMIC_RELEASE);
}

/** Whether the kernel asks to be called before it looks at the ring again. */
static inline bool ring_needs_wakeup(const ring *ring)
{
  return (__atomic_load_n(ring->flags, __ATOMIC_RELAXED) & XDP_RING_NEED_WAKEUP) != 0;
}

/** The entry `index` after counter value `from`, of a fill or completion ring. */
static inline uint64_t *ring_address(const ring *ring, uint32_t from, uint32_t index)
{
  return (uint64_t *)ring->entries + ((from + index) & ring->mask);
}

/** The same, of a receive or transmit ring. */
static inline struct xdp_desc *ring_descriptor(const ring *ring, uint32_t from, uint32_t index)
{
  return (struct xdp_desc *)ring->entries + ((from + index) & ring->mask);
}

#endif
