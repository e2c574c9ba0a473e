/**
 * How chunks circulate: from the pool into a fill ring, out of a receive ring to the caller, into
 * a transmit ring, and out of a completion ring into the pool.
 *
 *     FREE --refill--> RECEIVING --receive--> HELD --send--> SENDING --reap--> FREE
 */
#include "af_xdp.h"

#include <errno.h>
#include <sys/socket.h>

void pool_put(group *group, uint32_t chunk)
{
  group->owners[chunk] = FREE;
  group->pool[group->pooled++] = chunk;
}

/** Takes back the chunks whose frames have left. */
void reap(group *group, xsk *socket)
{
  ring *completion = &socket->completion;
  uint32_t count = ring_waiting(completion);
  for (uint32_t i = 0; i < count; i++) {
    uint64_t address = *ring_address(completion, *completion->consumer, i);
    pool_put(group, (uint32_t)(address >> group->shift));
  }
  if (count > 0) ring_consume(completion, count);
  socket->sending -= count;
}

/** Gives the kernel what the pool has, up to `depth` chunks, to receive into. */
void refill(group *group, xsk *socket)
{
  ring *fill = &socket->fill;
  uint32_t count = group->depth - socket->receiving;
  for (uint32_t i = 0; count > group->pooled && i < group->count; i++) {
    reap(group, &group->sockets[i]);
  }
  if (count > group->pooled) count = group->pooled;
  if (count == 0) return;
  for (uint32_t i = 0; i < count; i++) {
    uint32_t chunk = group->pool[--group->pooled];
    group->owners[chunk] = RECEIVING;
    *ring_address(fill, *fill->producer, i) = (uint64_t)chunk << group->shift;
  }
  ring_produce(fill, count);
  socket->receiving += count;
  /* A driver that found the ring empty stopped looking. What this returns does not matter. */
  if (ring_needs_wakeup(fill)) recvfrom(socket->fd, NULL, 0, MSG_DONTWAIT, NULL, NULL);
}

/** Whether the kernel only has no room just now: frames stay in the transmit ring. */
static bool is_transient(int cause)
{
  return cause == EAGAIN || cause == EBUSY || cause == ENOBUFS || cause == ENOMEM ||
         cause == ENETDOWN || cause == EINTR;
}

/** Makes the kernel transmit what is in the transmit ring. Returns 0 or a negative errno. */
int kick(xsk *socket)
{
  uint32_t before, left = ring_unconsumed(&socket->transmit);
  do {
    if (left == 0 || !ring_needs_wakeup(&socket->transmit)) return 0;
    before = left;
    if (sendto(socket->fd, NULL, 0, MSG_DONTWAIT, NULL, 0) < 0 && !is_transient(errno)) {
      /* How the kernel says that the interface is gone, and the socket bound to none. */
      return errno == ENXIO ? -ENODEV : -errno;
    }
    left = ring_unconsumed(&socket->transmit);
    /* One call sends a limited number: it is worth another while the ring is getting shorter. */
  } while (left < before);
  return 0;
}
