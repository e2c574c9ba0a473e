/** One AF_XDP socket: the system calls that make it, in the order in which they are made. */
#include "af_xdp.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef XDP_MAX_TX_SKB_BUDGET
#define XDP_MAX_TX_SKB_BUDGET 9 /* since Linux 6.17 */
#endif

/** Returns 0 or a negative errno. */
static int set_option(const xsk *socket, int option, const void *value, socklen_t length)
{
  return setsockopt(socket->fd, SOL_XDP, option, value, length) < 0 ? -errno : 0;
}

/** openSocket(handle, socket): 0 or a negative errno. */
napi_value socket_open(napi_env env, napi_callback_info info)
{
  napi_value arguments[2];
  group *group;
  xsk *xsk;
  if (!take_arguments(env, info, 2, arguments) || !take_socket(env, arguments, &group, &xsk)) {
    return NULL;
  }
  xsk->fd = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);
  return to_number(env, xsk->fd < 0 ? -errno : 0);
}

/** registerUmem(handle, socket, memory): pins the UMEM's pages. 0 or a negative errno. */
napi_value socket_register_umem(napi_env env, napi_callback_info info)
{
  napi_value arguments[3];
  group *group;
  xsk *socket;
  octets memory;
  if (!take_arguments(env, info, 3, arguments) || !take_socket(env, arguments, &group, &socket) ||
      !take_octets(env, arguments[2], "memory", &memory)) {
    return NULL;
  }
  uint64_t length = (uint64_t)group->frames << group->shift;
  if (group->start + length > memory.length) {
    refuse_range(env, "umem.start + umem.frames * umem.frameOctets is outside the memory");
    return NULL;
  }
  uintptr_t address = (uintptr_t)(memory.at + group->start);
  if (address % (uintptr_t)sysconf(_SC_PAGESIZE) != 0) {
    refuse_range(env, "umem.start must lie on a page: a multiple of 4096, in a WebAssembly.Memory");
    return NULL;
  }
  struct xdp_umem_reg umem = { 0 };
  umem.addr = address;
  umem.len = length;
  umem.chunk_size = 1U << group->shift;
  umem.headroom = group->headroom;
  return to_number(env, set_option(socket, XDP_UMEM_REG, &umem, sizeof umem));
}

static int create_rings(const xsk *socket, uint32_t depth)
{
  static const int options[] = { XDP_UMEM_FILL_RING, XDP_UMEM_COMPLETION_RING, XDP_RX_RING,
                                 XDP_TX_RING };
  int failure = 0;
  for (size_t i = 0; failure == 0 && i < sizeof options / sizeof *options; i++) {
    failure = set_option(socket, options[i], &depth, sizeof depth);
  }
  return failure;
}

static int map_rings(xsk *socket, uint32_t depth)
{
  struct xdp_mmap_offsets at;
  socklen_t length = sizeof at;
  int fd = socket->fd, failure = 0;
  if (getsockopt(fd, SOL_XDP, XDP_MMAP_OFFSETS, &at, &length) < 0) return -errno;
  size_t address = sizeof(uint64_t), descriptor = sizeof(struct xdp_desc);
  failure = ring_map(&socket->fill, fd, &at.fr, depth, address, XDP_UMEM_PGOFF_FILL_RING);
  if (failure == 0) {
    failure = ring_map(&socket->completion, fd, &at.cr, depth, address,
                       XDP_UMEM_PGOFF_COMPLETION_RING);
  }
  if (failure == 0) {
    failure = ring_map(&socket->receive, fd, &at.rx, depth, descriptor, XDP_PGOFF_RX_RING);
  }
  if (failure == 0) {
    failure = ring_map(&socket->transmit, fd, &at.tx, depth, descriptor, XDP_PGOFF_TX_RING);
  }
  return failure;
}

/** Lets a call send, and the kernel hold, a whole ring. Both only save calls, and may fail. */
static void widen(const xsk *socket, uint32_t depth)
{
  /* What the kernel charges for a frame in flight, generously. */
  int octets = (int)(depth < 65536 ? depth : 65536) * 4096 * 2;
  (void)setsockopt(socket->fd, SOL_SOCKET, SO_SNDBUFFORCE, &octets, sizeof octets);
  (void)set_option(socket, XDP_MAX_TX_SKB_BUDGET, &depth, sizeof depth);
}

/** makeRings(handle, socket): all four, each of the group's depth. 0 or a negative errno. */
napi_value socket_make_rings(napi_env env, napi_callback_info info)
{
  napi_value arguments[2];
  group *group;
  xsk *socket;
  if (!take_arguments(env, info, 2, arguments) || !take_socket(env, arguments, &group, &socket)) {
    return NULL;
  }
  int failure = create_rings(socket, group->depth);
  if (failure == 0) failure = map_rings(socket, group->depth);
  if (failure == 0) widen(socket, group->depth);
  return to_number(env, failure);
}

/** bind(handle, socket, interface, queue): from here on frames may come. 0 or a negative errno. */
napi_value socket_bind(napi_env env, napi_callback_info info)
{
  napi_value arguments[4];
  group *group;
  xsk *socket;
  struct sockaddr_xdp address = { .sxdp_family = AF_XDP };
  if (!take_arguments(env, info, 4, arguments) || !take_socket(env, arguments, &group, &socket) ||
      !take_uint32(env, arguments[2], "the interface", &address.sxdp_ifindex) ||
      !take_uint32(env, arguments[3], "queue", &address.sxdp_queue_id)) {
    return NULL;
  }
  /* Those that share the first one's UMEM take over its flags as well. */
  bool shares = socket != &group->sockets[0];
  address.sxdp_flags = shares ? XDP_SHARED_UMEM : XDP_COPY | XDP_USE_NEED_WAKEUP;
  if (shares) address.sxdp_shared_umem_fd = (uint32_t)group->sockets[0].fd;
  if (bind(socket->fd, (struct sockaddr *)&address, sizeof address) < 0) {
    return to_number(env, -errno);
  }
  refill(group, socket);
  return to_number(env, 0);
}

/** fd(handle, socket): the descriptor, or -1 once closed. */
napi_value socket_fd(napi_env env, napi_callback_info info)
{
  napi_value arguments[2];
  group *group;
  xsk *socket;
  if (!take_arguments(env, info, 2, arguments) || !take_socket(env, arguments, &group, &socket)) {
    return NULL;
  }
  return to_number(env, socket->fd);
}

/** statistics(handle, socket): the counters in the kernel's order, or a negative errno. */
napi_value socket_statistics(napi_env env, napi_callback_info info)
{
  napi_value arguments[2], list;
  group *group;
  xsk *socket;
  struct xdp_statistics counted;
  socklen_t length = sizeof counted;
  if (!take_arguments(env, info, 2, arguments) || !take_socket(env, arguments, &group, &socket)) {
    return NULL;
  }
  /* The kernel counts on for a socket that is bound to nothing any more; receiving it refuses. */
  if (recvfrom(socket->fd, NULL, 0, MSG_DONTWAIT, NULL, NULL) < 0 && errno == ENXIO) {
    return to_number(env, -ENODEV);
  }
  if (getsockopt(socket->fd, SOL_XDP, XDP_STATISTICS, &counted, &length) < 0) {
    return to_number(env, -errno);
  }
  const uint64_t counters[] = { counted.rx_dropped,       counted.rx_invalid_descs,
                                counted.tx_invalid_descs, counted.rx_ring_full,
                                counted.rx_fill_ring_empty_descs, counted.tx_ring_empty_descs };
  CHECKED(env, napi_create_array(env, &list));
  for (uint32_t i = 0; i < sizeof counters / sizeof *counters; i++) {
    CHECKED(env, napi_set_element(env, list, i, to_number(env, (int64_t)counters[i])));
  }
  return list;
}
