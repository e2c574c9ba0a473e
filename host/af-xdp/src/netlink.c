/** One socket per request: they are rare, and none is left behind. */
#include "netlink.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef SOL_NETLINK
#define SOL_NETLINK 270
#endif

void link_begin(link_request *request, uint16_t type, uint32_t index)
{
  memset(request, 0, sizeof *request);
  request->header.nlmsg_len = NLMSG_LENGTH(sizeof request->link);
  request->header.nlmsg_type = type;
  /* A question is answered by a message, an order only by an acknowledgement. */
  request->header.nlmsg_flags =
    (uint16_t)(NLM_F_REQUEST | (type == RTM_GETLINK ? 0 : NLM_F_ACK));
  request->link.ifi_index = (int)index;
}

struct rtattr *link_put(link_request *request, uint16_t type, const void *value, size_t length)
{
  size_t at = NLMSG_ALIGN(request->header.nlmsg_len);
  struct rtattr *attribute = (struct rtattr *)((uint8_t *)request + at);
  attribute->rta_type = type;
  attribute->rta_len = (unsigned short)RTA_LENGTH(length);
  if (length > 0) memcpy(RTA_DATA(attribute), value, length);
  request->header.nlmsg_len = (uint32_t)(at + RTA_ALIGN(attribute->rta_len));
  return attribute;
}

void link_end_nested(link_request *request, struct rtattr *nested)
{
  uint8_t *end = (uint8_t *)request + request->header.nlmsg_len;
  nested->rta_len = (unsigned short)(end - (uint8_t *)nested);
}

/** Keeps the sentence that the kernel may put behind an error. */
static void keep_reason(const struct nlmsghdr *header, link_answer *answer)
{
  if (!(header->nlmsg_flags & NLM_F_ACK_TLVS)) return;
  const struct nlmsgerr *error = NLMSG_DATA(header);
  /* The request comes back between the error and the attributes, cut down to its header. */
  const struct rtattr *attribute = (const struct rtattr *)(error + 1);
  size_t left = header->nlmsg_len - NLMSG_LENGTH(sizeof *error);
  for (; RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left)) {
    if (attribute->rta_type != NLMSGERR_ATTR_MSG) continue;
    snprintf(answer->reason, sizeof answer->reason, "%s", (const char *)RTA_DATA(attribute));
  }
}

static int exchange(int fd, const link_request *request, link_answer *answer)
{
  int yes = 1;
  (void)setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &yes, sizeof yes);
  (void)setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &yes, sizeof yes);
  if (send(fd, request, request->header.nlmsg_len, 0) < 0) return -errno;
  ssize_t length = recv(fd, answer->octets, sizeof answer->octets, 0);
  if (length < 0) return -errno;

  const struct nlmsghdr *header = (const struct nlmsghdr *)answer->octets;
  if (!NLMSG_OK(header, length)) return -EBADMSG;
  if (header->nlmsg_type != NLMSG_ERROR) return 0;
  keep_reason(header, answer);
  return ((const struct nlmsgerr *)NLMSG_DATA(header))->error;
}

int link_ask(link_request *request, link_answer *answer)
{
  answer->reason[0] = '\0';
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (fd < 0) return -errno;
  int result = exchange(fd, request, answer);
  close(fd);
  return result;
}
