/** Mapping the rings: the kernel says where in the mapping the counters and the entries lie. */
#include "ring.h"

#include <errno.h>
#include <sys/mman.h>

int ring_map(ring *ring, int fd, const struct xdp_ring_offset *at, uint32_t depth,
             size_t entry_octets, uint64_t page_offset)
{
  size_t length = at->desc + depth * entry_octets;
  uint8_t *mapping = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd,
                          (off_t)page_offset);
  if (mapping == MAP_FAILED) return -errno;
  ring->mapping = mapping;
  ring->length = length;
  ring->producer = (uint32_t *)(mapping + at->producer);
  ring->consumer = (uint32_t *)(mapping + at->consumer);
  ring->flags = (uint32_t *)(mapping + at->flags);
  ring->entries = mapping + at->desc;
  ring->mask = depth - 1;
  return 0;
}

void ring_unmap(ring *ring)
{
  if (ring->mapping != NULL) munmap(ring->mapping, ring->length);
  ring->mapping = NULL;
}
