/** Questions and orders about network interfaces, to the kernel over rtnetlink. */
#ifndef NETLINK_H
#define NETLINK_H

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stddef.h>
#include <stdint.h>

/** One message about one interface, with room for the few attributes that are put into it. */
typedef struct {
  struct nlmsghdr header;
  struct ifinfomsg link;
  uint8_t attributes[128];
} link_request;

/** What the kernel answers: a message of its own, or an error with, perhaps, a sentence. */
typedef struct {
  _Alignas(struct nlmsghdr) uint8_t octets[32768];
  char reason[128]; /* "" if the kernel gave none */
} link_answer;

/** Begins a request of type RTM_GETLINK or RTM_SETLINK; the interface may also be named later. */
void link_begin(link_request *request, uint16_t type, uint32_t index);

/** Appends an attribute. A nested one is put empty, and closed by `link_end_nested`. */
struct rtattr *link_put(link_request *request, uint16_t type, const void *value, size_t length);

void link_end_nested(link_request *request, struct rtattr *nested);

/** Sends the request and waits for the answer. Returns 0 or a negative errno. */
int link_ask(link_request *request, link_answer *answer);

#endif
