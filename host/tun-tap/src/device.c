/** One descriptor of /dev/net/tun, from open to close, and the ioctls that it takes itself. */
#include "tun_tap.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Headers older than Linux 6.2 have no segmentation of UDP, those before 3.19 no byte order. */
#ifndef TUN_F_USO4
#define TUN_F_USO4 0x20
#define TUN_F_USO6 0x40
#endif
#ifndef TUNSETVNETLE
#define TUNSETVNETLE _IOW('T', 220, int)
#endif

static void close_device(device *device)
{
  if (device->fd < 0) return;
  close(device->fd);
  device->fd = -1;
}

static void finalize_device(napi_env env, void *held, void *hint)
{
  (void)env;
  (void)hint;
  close_device(held);
  free(held);
}

/** open(): a handle, or a negative errno. */
napi_value device_open(napi_env env, napi_callback_info info)
{
  napi_value handle;
  (void)info;
  int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return to_number(env, -errno);

  device *opened = calloc(1, sizeof *opened);
  if (opened == NULL) {
    close(fd);
    return to_number(env, -ENOMEM);
  }
  opened->fd = fd;
  if (napi_create_external(env, opened, finalize_device, NULL, &handle) != napi_ok) {
    finalize_device(env, opened, NULL);
    return rethrow(env, "napi_create_external");
  }
  return handle;
}

/** attach(handle, name, tap, vnetHeader, multiQueue): the interface's name, or a negative errno. */
napi_value device_attach(napi_env env, napi_callback_info info)
{
  napi_value arguments[5], name;
  device *device;
  bool tap, vnet_header, multi_queue;
  struct ifreq request = { 0 };
  if (!take_arguments(env, info, 5, arguments) || !take_device(env, arguments[0], &device) ||
      !take_bool(env, arguments[2], &tap) || !take_bool(env, arguments[3], &vnet_header) ||
      !take_bool(env, arguments[4], &multi_queue)) {
    return NULL;
  }
  CHECKED(env, napi_get_value_string_utf8(env, arguments[1], request.ifr_name, IFNAMSIZ, NULL));
  request.ifr_flags = (short)((tap ? IFF_TAP : IFF_TUN) | IFF_NO_PI |
                              (vnet_header ? IFF_VNET_HDR : 0) |
                              (multi_queue ? IFF_MULTI_QUEUE : 0));
  if (ioctl(device->fd, TUNSETIFF, &request) < 0) return to_number(env, -errno);

  memcpy(device->name, request.ifr_name, IFNAMSIZ);
  CHECKED(env, napi_create_string_utf8(env, device->name, NAPI_AUTO_LENGTH, &name));
  return name;
}

/** setOffloads(handle, wanted, udp): what the kernel may leave undone, and whether UDP's too. */
napi_value device_set_offloads(napi_env env, napi_callback_info info)
{
  napi_value arguments[3];
  device *device;
  bool wanted, udp;
  if (!take_arguments(env, info, 3, arguments) || !take_device(env, arguments[0], &device) ||
      !take_bool(env, arguments[1], &wanted) || !take_bool(env, arguments[2], &udp)) {
    return NULL;
  }
  unsigned long flags = wanted ? TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO_ECN : 0;
  /* The driver takes the two only together. */
  if (udp) flags |= TUN_F_USO4 | TUN_F_USO6;
  return to_number(env, ioctl(device->fd, TUNSETOFFLOAD, flags) < 0 ? -errno : 0);
}

/** setHeader(handle): fixes the virtio header's size, which a former owner may have changed. */
napi_value device_set_header(napi_env env, napi_callback_info info)
{
  napi_value handle;
  device *device;
  int size = VNET_HEADER;
  if (!take_arguments(env, info, 1, &handle) || !take_device(env, handle, &device)) return NULL;
  if (ioctl(device->fd, TUNSETVNETHDRSZ, &size) < 0) return to_number(env, -errno);
  device->header = VNET_HEADER;
  return to_number(env, 0);
}

/** setLittleEndian(handle): fixes the virtio header's byte order, else the machine's. */
napi_value device_set_little_endian(napi_env env, napi_callback_info info)
{
  napi_value handle;
  device *device;
  int wanted = 1;
  if (!take_arguments(env, info, 1, &handle) || !take_device(env, handle, &device)) return NULL;
  return to_number(env, ioctl(device->fd, TUNSETVNETLE, &wanted) < 0 ? -errno : 0);
}

/** setPersist(handle, persist): whether the interface outlives its last descriptor. */
napi_value device_set_persist(napi_env env, napi_callback_info info)
{
  napi_value arguments[2];
  device *device;
  bool persist;
  if (!take_arguments(env, info, 2, arguments) || !take_device(env, arguments[0], &device) ||
      !take_bool(env, arguments[1], &persist)) {
    return NULL;
  }
  return to_number(env, ioctl(device->fd, TUNSETPERSIST, persist ? 1UL : 0UL) < 0 ? -errno : 0);
}

/** fd(handle): the descriptor, or -1 once closed. */
napi_value device_fd(napi_env env, napi_callback_info info)
{
  napi_value handle;
  device *device;
  if (!take_arguments(env, info, 1, &handle) || !take_device(env, handle, &device)) return NULL;
  return to_number(env, device->fd);
}

/** close(handle): idempotent. */
napi_value device_close(napi_env env, napi_callback_info info)
{
  napi_value handle;
  device *device;
  if (!take_arguments(env, info, 1, &handle) || !take_device(env, handle, &device)) return NULL;
  close_device(device);
  return NULL;
}
