/**
 * What the sources of this addon share.
 *
 * C has the mechanism, JavaScript the policy and the words: a system call that fails comes back to
 * JavaScript as a negative errno, and only a wrong argument throws from here.
 */
#ifndef AF_XDP_H
#define AF_XDP_H

#include "ring.h"

#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Sockets of one group. */
#define MAX_SOCKETS 16

/** Octets of an Ethernet header: no frame is shorter. */
#define ETHERNET_HEADER 14

/** Leaves with NULL when a Node-API call fails, with a JavaScript exception pending. */
#define CHECKED(env, call)                                                                         \
  do {                                                                                             \
    if ((call) != napi_ok) return rethrow(env, #call);                                             \
  } while (0)

/** Who has a chunk of the UMEM. Each has exactly one owner at any time. */
typedef enum {
  FREE,      /* the pool */
  RECEIVING, /* the kernel, in a fill or a receive ring */
  HELD,      /* the caller */
  SENDING,   /* the kernel, from the transmit ring until its completion */
  LISTED,    /* the caller, in a list that is being checked */
  OWNERS
} owner;

/** One AF_XDP socket, on one queue of one interface, and the program that sends it frames. */
typedef struct {
  int fd;
  int map;     /* the XSKMAP by which the program finds the socket */
  int program; /* the XDP program of the interface */
  ring fill, completion, receive, transmit;
  uint32_t receiving; /* chunks in the fill and the receive ring: at most depth */
  uint32_t sending;   /* chunks in the transmit ring, the kernel and the completion ring: as many */
} xsk;

/**
 * Sockets that share one UMEM. Owned by a JavaScript external, which frees it.
 *
 * Every ring has `depth` entries, and depth * 2 * sockets <= frames. A socket therefore never has
 * more to put into a ring than fits; and once the caller holds nothing, the pool can fill up
 * every fill ring, however many frames wait to be sent: receiving never dries up for good.
 */
typedef struct {
  uint32_t start;    /* offset of the UMEM in JavaScript's memory */
  uint32_t frames;   /* chunks */
  uint32_t shift;    /* log2 of the octets of a chunk */
  uint32_t headroom; /* octets asked for in front of a received frame, besides the kernel's */
  uint32_t depth;
  uint8_t *owners;  /* owner[frames] */
  uint32_t *pool;   /* uint32_t[frames]: a stack, so that the chunk used last is used next */
  uint32_t pooled;
  uint32_t *listed; /* uint32_t[frames]: the chunks of a list that is being checked */
  uint32_t count;
  xsk sockets[MAX_SOCKETS];
} group;

/** Views of JavaScript's memory: good until the next call into JavaScript, so never kept. */
typedef struct {
  uint8_t *at;
  size_t length;
} octets;

typedef struct {
  uint32_t *at;
  size_t length;
} words;

/* arguments.c: each `take` returns false with a TypeError or RangeError pending. */
napi_value rethrow(napi_env env, const char *call);
napi_value to_number(napi_env env, int64_t value);
bool refuse_range(napi_env env, const char *problem);
bool take_arguments(napi_env env, napi_callback_info info, size_t count, napi_value *arguments);
bool take_uint32(napi_env env, napi_value value, const char *name, uint32_t *taken);
bool take_bool(napi_env env, napi_value value, bool *taken);
bool take_octets(napi_env env, napi_value value, const char *name, octets *taken);
bool take_words(napi_env env, napi_value value, const char *name, words *taken);
bool take_group(napi_env env, napi_value value, group **taken);
bool take_socket(napi_env env, const napi_value *arguments, group **taken, xsk **socket);

/* circulation.c: chunks between the pool and the kernel. */
void pool_put(group *group, uint32_t chunk);
void reap(group *group, xsk *socket);
void refill(group *group, xsk *socket);
int kick(xsk *socket);

/* The functions JavaScript sees: group.c, socket.c, batch.c, bpf.c, link.c,
 * interface.c. */
napi_value group_create(napi_env env, napi_callback_info info);
napi_value group_frames(napi_env env, napi_callback_info info);
napi_value group_close(napi_env env, napi_callback_info info);
napi_value socket_open(napi_env env, napi_callback_info info);
napi_value socket_register_umem(napi_env env, napi_callback_info info);
napi_value socket_make_rings(napi_env env, napi_callback_info info);
napi_value socket_bind(napi_env env, napi_callback_info info);
napi_value socket_fd(napi_env env, napi_callback_info info);
napi_value socket_statistics(napi_env env, napi_callback_info info);
napi_value batch_receive(napi_env env, napi_callback_info info);
napi_value batch_send(napi_env env, napi_callback_info info);
napi_value batch_release(napi_env env, napi_callback_info info);
napi_value batch_take(napi_env env, napi_callback_info info);
napi_value batch_flush(napi_env env, napi_callback_info info);
napi_value bpf_make_map(napi_env env, napi_callback_info info);
napi_value bpf_load_program(napi_env env, napi_callback_info info);
napi_value bpf_is_ours(napi_env env, napi_callback_info info);
napi_value link_query(napi_env env, napi_callback_info info);
napi_value link_attach(napi_env env, napi_callback_info info);
napi_value link_detach(napi_env env, napi_callback_info info);
napi_value interface_addresses(napi_env env, napi_callback_info info);
napi_value interface_channels(napi_env env, napi_callback_info info);

#endif
