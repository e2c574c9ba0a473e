/**
 * The frames that generators send: 60 octets, UDP, from as many internal endpoints as there are
 * flows. Flow f comes from port 20000 + f % 32768 of address client + f / 32768, and goes to port
 * 7000 + f / 32768: so no NAT has to find two flows of one destination the same port.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <netinet/if_ether.h>
#include <netinet/ip.h>
#include <netinet/udp.h>

enum {
  FRAME_OCTETS = 60,
  PAYLOAD_OCTETS = FRAME_OCTETS - ETH_HLEN - 20 - 8,
  FIRST_SOURCE_PORT = 20000,
  FIRST_PORT = 7000,
  FLOWS_PER_ADDRESS_BITS = 15,
  FLOWS_PER_ADDRESS = 1 << FLOWS_PER_ADDRESS_BITS,
  /* 2^32 divided by the golden ratio: its multiples pass all flows in an order without pattern. */
  GOLDEN = (int)0x9e3779b1,
};

struct frame {
  struct ethhdr ethernet;
  struct iphdr ip;
  struct udphdr udp;
  uint16_t payload[PAYLOAD_OCTETS / 2];
} __attribute__((packed));

/** A frame of flow 0, between what the arguments source-mac, gateway-mac, client and server say. */
struct frame first_frame(char **arguments);

/** Makes `frame`, of whatever flow, one of `flow`; `first` is its client. Checksums come after. */
void set_flow(struct frame *frame, const struct frame *first, uint32_t flow);

void set_checksums(struct frame *frame);

/** The sums, not folded, that checksums begin with: of all words but those that set_flow writes. */
uint32_t ip_base(struct frame frame);
uint32_t udp_base(struct frame frame);

/** The flow that comes at `turn` of so many. */
static inline uint32_t flow_at(uint64_t turn, uint32_t flows)
{
  return (uint64_t)((uint32_t)turn * (uint32_t)GOLDEN) * flows >> 32;
}
