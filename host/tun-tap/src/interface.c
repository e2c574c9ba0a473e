/**
 * The network interface behind a device: its MTU, its Ethernet address and whether it is up.
 *
 * These ioctls go through any socket and find the interface by name, in the network namespace the
 * calling thread is in. A device moved to another namespace is therefore not found (ENODEV).
 */
#include "tun_tap.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAC_OCTETS 6

/** Returns 0 or a negative errno. */
static int ask(unsigned long operation, struct ifreq *request)
{
  int socket_fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket_fd < 0) return -errno;
  int result = ioctl(socket_fd, operation, request) < 0 ? -errno : 0;
  close(socket_fd);
  return result;
}

static struct ifreq request_for(const device *device)
{
  struct ifreq request = { 0 };
  memcpy(request.ifr_name, device->name, IFNAMSIZ);
  return request;
}

/** getMtu(handle): octets, or a negative errno. */
napi_value interface_get_mtu(napi_env env, napi_callback_info info)
{
  napi_value handle;
  device *device;
  if (!take_arguments(env, info, 1, &handle) || !take_device(env, handle, &device)) return NULL;
  if (device->fd < 0) return to_number(env, -EBADF);

  struct ifreq request = request_for(device);
  int result = ask(SIOCGIFMTU, &request);
  return to_number(env, result < 0 ? result : request.ifr_mtu);
}

/** getMac(handle): the Ethernet address, 6 octets, or a negative errno. */
napi_value interface_get_mac(napi_env env, napi_callback_info info)
{
  napi_value handle, buffer, mac;
  void *copy;
  device *device;
  if (!take_arguments(env, info, 1, &handle) || !take_device(env, handle, &device)) return NULL;
  if (device->fd < 0) return to_number(env, -EBADF);

  struct ifreq request = request_for(device);
  int result = ask(SIOCGIFHWADDR, &request);
  if (result < 0) return to_number(env, result);
  CHECKED(env, napi_create_arraybuffer(env, MAC_OCTETS, &copy, &buffer));
  memcpy(copy, request.ifr_hwaddr.sa_data, MAC_OCTETS);
  CHECKED(env, napi_create_typedarray(env, napi_uint8_array, MAC_OCTETS, buffer, 0, &mac));
  return mac;
}

/** setMtu(handle, mtu): 0 or a negative errno. */
napi_value interface_set_mtu(napi_env env, napi_callback_info info)
{
  napi_value arguments[2];
  device *device;
  uint32_t mtu;
  if (!take_arguments(env, info, 2, arguments) || !take_device(env, arguments[0], &device) ||
      !take_uint32(env, arguments[1], "mtu", &mtu)) {
    return NULL;
  }
  struct ifreq request = request_for(device);
  int result = ask(SIOCGIFMTU, &request);
  /* Asking for what is already so needs no privilege this way. */
  if (result < 0 || (uint32_t)request.ifr_mtu == mtu) return to_number(env, result);
  request.ifr_mtu = (int)mtu;
  return to_number(env, ask(SIOCSIFMTU, &request));
}

/** bringUp(handle): 0 or a negative errno. */
napi_value interface_bring_up(napi_env env, napi_callback_info info)
{
  napi_value handle;
  device *device;
  if (!take_arguments(env, info, 1, &handle) || !take_device(env, handle, &device)) return NULL;

  struct ifreq request = request_for(device);
  int result = ask(SIOCGIFFLAGS, &request);
  if (result < 0 || (request.ifr_flags & IFF_UP)) return to_number(env, result);
  request.ifr_flags |= IFF_UP;
  return to_number(env, ask(SIOCSIFFLAGS, &request));
}
