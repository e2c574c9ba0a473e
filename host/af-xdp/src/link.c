/**
 * What an interface is, and which XDP program it has.
 *
 * A program is attached by rtnetlink and not by a bpf_link: it stays when the process ends,
 * however it ends, and goes on dropping what was for the socket.
 */
#include "af_xdp.h"
#include "netlink.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <string.h>

typedef struct {
  uint32_t mtu, queues, program, attached;
  uint8_t mac[ETH_ALEN];
} facts;

static uint32_t word(const struct rtattr *attribute)
{
  uint32_t value;
  memcpy(&value, RTA_DATA(attribute), sizeof value);
  return value;
}

static void read_program(const struct rtattr *nested, facts *facts)
{
  const struct rtattr *attribute = RTA_DATA(nested);
  size_t left = RTA_PAYLOAD(nested);
  for (; RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left)) {
    if (attribute->rta_type == IFLA_XDP_PROG_ID) facts->program = word(attribute);
    if (attribute->rta_type == IFLA_XDP_ATTACHED) {
      facts->attached = *(const uint8_t *)RTA_DATA(attribute);
    }
  }
}

static void read_facts(const struct nlmsghdr *header, facts *facts)
{
  const struct rtattr *attribute = IFLA_RTA(NLMSG_DATA(header));
  size_t left = IFLA_PAYLOAD(header);
  for (; RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left)) {
    switch (attribute->rta_type & NLA_TYPE_MASK) {
    case IFLA_MTU:
      facts->mtu = word(attribute);
      break;
    case IFLA_NUM_RX_QUEUES:
      facts->queues = word(attribute);
      break;
    case IFLA_ADDRESS:
      if (RTA_PAYLOAD(attribute) == ETH_ALEN) memcpy(facts->mac, RTA_DATA(attribute), ETH_ALEN);
      break;
    case IFLA_XDP:
      read_program(attribute, facts);
      break;
    default:
      break;
    }
  }
}

static napi_value set_property(napi_env env, napi_value object, const char *name, int64_t value)
{
  CHECKED(env, napi_set_named_property(env, object, name, to_number(env, value)));
  return object;
}

/** link(name): { index, type, mtu, queues, program, attached, mac }, or a negative errno. */
napi_value link_query(napi_env env, napi_callback_info info)
{
  napi_value argument, object, buffer, mac;
  void *copy;
  char name[IFNAMSIZ];
  link_request request;
  link_answer answer;
  facts facts = { 0 };
  if (!take_arguments(env, info, 1, &argument)) return NULL;
  CHECKED(env, napi_get_value_string_utf8(env, argument, name, sizeof name, NULL));
  link_begin(&request, RTM_GETLINK, 0);
  link_put(&request, IFLA_IFNAME, name, strlen(name) + 1);
  int failure = link_ask(&request, &answer);
  if (failure < 0) return to_number(env, failure);

  const struct nlmsghdr *header = (const struct nlmsghdr *)answer.octets;
  read_facts(header, &facts);
  CHECKED(env, napi_create_object(env, &object));
  const struct ifinfomsg *link = NLMSG_DATA(header);
  set_property(env, object, "index", link->ifi_index);
  set_property(env, object, "type", link->ifi_type);
  set_property(env, object, "mtu", facts.mtu);
  set_property(env, object, "queues", facts.queues);
  set_property(env, object, "program", facts.program);
  set_property(env, object, "attached", facts.attached);
  CHECKED(env, napi_create_arraybuffer(env, ETH_ALEN, &copy, &buffer));
  memcpy(copy, facts.mac, ETH_ALEN);
  CHECKED(env, napi_create_typedarray(env, napi_uint8_array, ETH_ALEN, buffer, 0, &mac));
  CHECKED(env, napi_set_named_property(env, object, "mac", mac));
  return object;
}

/** Puts `program` in the place of `expected`, if that is one; -1 for none. */
static int set_program(uint32_t index, int program, uint32_t flags, int expected,
                       link_answer *answer)
{
  link_request request;
  if (expected >= 0) flags |= XDP_FLAGS_REPLACE;
  link_begin(&request, RTM_SETLINK, index);
  struct rtattr *nested = link_put(&request, NLA_F_NESTED | IFLA_XDP, NULL, 0);
  link_put(&request, IFLA_XDP_FD, &program, sizeof program);
  link_put(&request, IFLA_XDP_FLAGS, &flags, sizeof flags);
  if (expected >= 0) link_put(&request, IFLA_XDP_EXPECTED_FD, &expected, sizeof expected);
  link_end_nested(&request, nested);
  return link_ask(&request, answer);
}

/** attach(handle, socket, interface, generic, replace): 0, or [-errno, what the kernel says]. */
napi_value link_attach(napi_env env, napi_callback_info info)
{
  napi_value arguments[5], failure, reason;
  group *group;
  xsk *socket;
  uint32_t index;
  bool generic, replace;
  link_answer answer;
  if (!take_arguments(env, info, 5, arguments) || !take_socket(env, arguments, &group, &socket) ||
      !take_uint32(env, arguments[2], "the interface", &index) ||
      !take_bool(env, arguments[3], &generic) || !take_bool(env, arguments[4], &replace)) {
    return NULL;
  }
  uint32_t flags = (generic ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE) |
                   (replace ? 0 : XDP_FLAGS_UPDATE_IF_NOEXIST);
  int result = set_program(index, socket->program, flags, -1, &answer);
  if (result == 0) return to_number(env, 0);
  CHECKED(env, napi_create_array(env, &failure));
  CHECKED(env, napi_create_string_utf8(env, answer.reason, NAPI_AUTO_LENGTH, &reason));
  CHECKED(env, napi_set_element(env, failure, 0, to_number(env, result)));
  CHECKED(env, napi_set_element(env, failure, 1, reason));
  return failure;
}

/** detach(handle, socket, interface, generic, any): takes off the socket's own program, or any. */
napi_value link_detach(napi_env env, napi_callback_info info)
{
  napi_value arguments[5];
  group *group;
  xsk *socket;
  uint32_t index;
  bool generic, any;
  link_answer answer;
  if (!take_arguments(env, info, 5, arguments) || !take_socket(env, arguments, &group, &socket) ||
      !take_uint32(env, arguments[2], "the interface", &index) ||
      !take_bool(env, arguments[3], &generic) || !take_bool(env, arguments[4], &any)) {
    return NULL;
  }
  uint32_t flags = generic ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE;
  return to_number(env, set_program(index, -1, flags, any ? -1 : socket->program, &answer));
}
