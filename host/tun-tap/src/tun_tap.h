/**
 * What the sources of this addon share.
 *
 * C has the mechanism, index.js the policy and the words: a system call that fails comes back to
 * JavaScript as a negative errno, and only a wrong argument throws from here.
 */
#ifndef TUN_TAP_H
#define TUN_TAP_H

#include <net/if.h>
#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Octets of the virtio header before each packet, when one is asked for. */
#define VNET_HEADER 10

/** Leaves with NULL when a Node-API call fails, with a JavaScript exception pending. */
#define CHECKED(env, call)                                                                         \
  do {                                                                                             \
    if ((call) != napi_ok) return rethrow(env, #call);                                             \
  } while (0)

/** An open descriptor of /dev/net/tun. Owned by a JavaScript external, which frees it. */
typedef struct {
  int fd;             /* -1 once closed */
  uint32_t header;    /* octets of virtio header before each packet: 0 or VNET_HEADER */
  char name[IFNAMSIZ]; /* "" until attached */
} device;

/** Views of JavaScript's memory: good until the next call into JavaScript, so never kept. */
typedef struct {
  uint8_t *at;
  size_t length;
} octets;

typedef struct {
  uint32_t *at;
  size_t length;
} words;

typedef struct {
  const int32_t *at;
  size_t length;
} integers;

/* arguments.c: each `take` returns false with a TypeError or RangeError pending. */
napi_value rethrow(napi_env env, const char *call);
napi_value to_number(napi_env env, int64_t value);
bool take_arguments(napi_env env, napi_callback_info info, size_t count, napi_value *arguments);
bool take_double(napi_env env, napi_value value, const char *name, double *taken);
bool take_uint32(napi_env env, napi_value value, const char *name, uint32_t *taken);
bool take_bool(napi_env env, napi_value value, bool *taken);
bool take_octets(napi_env env, napi_value value, const char *name, octets *taken);
bool take_words(napi_env env, napi_value value, const char *name, words *taken);
bool take_integers(napi_env env, napi_value value, const char *name, integers *taken);
bool take_device(napi_env env, napi_value value, device **taken);

/* The functions JavaScript sees: device.c, interface.c, batch.c, wait.c. */
napi_value device_open(napi_env env, napi_callback_info info);
napi_value device_attach(napi_env env, napi_callback_info info);
napi_value device_set_offloads(napi_env env, napi_callback_info info);
napi_value device_set_header(napi_env env, napi_callback_info info);
napi_value device_set_little_endian(napi_env env, napi_callback_info info);
napi_value device_set_persist(napi_env env, napi_callback_info info);
napi_value device_fd(napi_env env, napi_callback_info info);
napi_value device_close(napi_env env, napi_callback_info info);
napi_value interface_get_mtu(napi_env env, napi_callback_info info);
napi_value interface_get_mac(napi_env env, napi_callback_info info);
napi_value interface_set_mtu(napi_env env, napi_callback_info info);
napi_value interface_bring_up(napi_env env, napi_callback_info info);
napi_value batch_read(napi_env env, napi_callback_info info);
napi_value batch_write(napi_env env, napi_callback_info info);
napi_value wait_any(napi_env env, napi_callback_info info);

#endif
