/** What is asked about an interface besides rtnetlink: its addresses, and its queues in use. */
#include "af_xdp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/** Reads the argument. Returns false with an exception pending. */
static bool take_name(napi_env env, napi_callback_info info, char name[IFNAMSIZ])
{
  napi_value argument;
  if (!take_arguments(env, info, 1, &argument)) return false;
  if (napi_get_value_string_utf8(env, argument, name, IFNAMSIZ, NULL) == napi_ok) return true;
  rethrow(env, "napi_get_value_string_utf8");
  return false;
}

/** Whether an IPv4 address is of the interface `name`, to which labels such as "eth0:1" belong. */
static bool is_of(const struct ifaddrs *entry, const char *name)
{
  size_t length = strlen(name);
  return entry->ifa_addr != NULL && entry->ifa_addr->sa_family == AF_INET &&
         strncmp(entry->ifa_name, name, length) == 0 &&
         (entry->ifa_name[length] == '\0' || entry->ifa_name[length] == ':');
}

static napi_value list_addresses(napi_env env, const struct ifaddrs *entry, const char *name)
{
  napi_value list, address;
  uint32_t count = 0;
  CHECKED(env, napi_create_array(env, &list));
  for (; entry != NULL; entry = entry->ifa_next) {
    char text[INET_ADDRSTRLEN];
    if (!is_of(entry, name)) continue;
    const struct sockaddr_in *own = (const struct sockaddr_in *)entry->ifa_addr;
    inet_ntop(AF_INET, &own->sin_addr, text, sizeof text);
    CHECKED(env, napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &address));
    CHECKED(env, napi_set_element(env, list, count++, address));
  }
  return list;
}

/** addresses(name): its IPv4 addresses, whether or not it is up; or a negative errno. */
napi_value interface_addresses(napi_env env, napi_callback_info info)
{
  char name[IFNAMSIZ];
  struct ifaddrs *first;
  if (!take_name(env, info, name)) return NULL;
  if (getifaddrs(&first) < 0) return to_number(env, -errno);
  napi_value list = list_addresses(env, first, name);
  freeifaddrs(first);
  return list;
}

/** channels(name): [receiving, combined], or a negative errno, as if a driver has none. */
napi_value interface_channels(napi_env env, napi_callback_info info)
{
  napi_value list;
  struct ethtool_channels channels = { .cmd = ETHTOOL_GCHANNELS };
  struct ifreq request = { 0 };
  if (!take_name(env, info, request.ifr_name)) return NULL;
  request.ifr_data = (void *)&channels;
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return to_number(env, -errno);
  int failure = ioctl(fd, SIOCETHTOOL, &request) < 0 ? -errno : 0;
  close(fd);
  if (failure < 0) return to_number(env, failure);
  CHECKED(env, napi_create_array(env, &list));
  CHECKED(env, napi_set_element(env, list, 0, to_number(env, channels.rx_count)));
  CHECKED(env, napi_set_element(env, list, 1, to_number(env, channels.combined_count)));
  return list;
}
