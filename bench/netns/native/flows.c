#include "flows.h"
#include "common.h"
#include <arpa/inet.h>
#include <netinet/ether.h>
#include <string.h>

_Static_assert(sizeof(struct frame) == FRAME_OCTETS, "a frame has no gaps");

static uint32_t sum_of(const void *octets, size_t count)
{
  uint32_t sum = 0;
  for (size_t i = 0; i < count; i += 2) {
    uint16_t word;
    memcpy(&word, (const char *)octets + i, 2);
    sum += ntohs(word);
  }
  return sum;
}

static uint16_t checksum(uint32_t sum)
{
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return htons(~sum);
}

/** Addresses, protocol and length, header and payload. */
static uint32_t udp_sum(const struct frame *frame)
{
  return sum_of(&frame->ip.saddr, 8) + IPPROTO_UDP + ntohs(frame->udp.len) +
         sum_of(&frame->udp, FRAME_OCTETS - offsetof(struct frame, udp));
}

static void set_address(uint8_t *octets, char **arguments, const char *name)
{
  struct ether_addr address;
  if (!ether_aton_r(text(arguments, name), &address))
    fail(name);
  memcpy(octets, &address, ETH_ALEN);
}

struct frame first_frame(char **arguments)
{
  struct frame frame = {
    .ethernet.h_proto = htons(ETH_P_IP),
    .ip = { .version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_UDP },
  };
  set_address(frame.ethernet.h_source, arguments, "source-mac");
  set_address(frame.ethernet.h_dest, arguments, "gateway-mac");
  frame.ip.tot_len = htons(FRAME_OCTETS - ETH_HLEN);
  frame.ip.frag_off = htons(IP_DF);
  frame.ip.saddr = inet_addr(text(arguments, "client"));
  frame.ip.daddr = inet_addr(text(arguments, "server"));
  frame.udp.len = htons(FRAME_OCTETS - offsetof(struct frame, udp));
  set_flow(&frame, &frame, 0);
  set_checksums(&frame);
  return frame;
}

void set_flow(struct frame *frame, const struct frame *first, uint32_t flow)
{
  uint32_t address = flow >> FLOWS_PER_ADDRESS_BITS;
  frame->ip.saddr = htonl(ntohl(first->ip.saddr) + address);
  frame->udp.source = htons(FIRST_SOURCE_PORT + flow % FLOWS_PER_ADDRESS);
  frame->udp.dest = htons(FIRST_PORT + address);
}

void set_checksums(struct frame *frame)
{
  frame->ip.check = 0;
  frame->ip.check = checksum(sum_of(&frame->ip, 20));
  frame->udp.check = 0;
  frame->udp.check = checksum(udp_sum(frame));
  /* RFC 768: zero means "no checksum". */
  if (frame->udp.check == 0)
    frame->udp.check = 0xffff;
}

/** The low half of the source address is the only part of it that differs among flows. */
uint32_t ip_base(struct frame frame)
{
  frame.ip.saddr &= htonl(0xffff0000);
  frame.ip.check = 0;
  return sum_of(&frame.ip, 20);
}

uint32_t udp_base(struct frame frame)
{
  frame.ip.saddr &= htonl(0xffff0000);
  frame.udp.source = frame.udp.dest = frame.udp.check = 0;
  return udp_sum(&frame);
}
