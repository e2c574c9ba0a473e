#include "sockets.h"
#include "common.h"
#include "flows.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

/** Room for the samples of some seconds. */
static const int RECEIVE_OCTETS = 4 << 20;

void enter(const char *namespace)
{
  int descriptor = open(namespace, O_RDONLY);
  if (descriptor < 0 || setns(descriptor, CLONE_NEWNET) < 0)
    fail(namespace);
  close(descriptor);
}

int open_device(const char *name)
{
  struct sockaddr_ll address = {
    .sll_family = AF_PACKET,
    .sll_ifindex = if_nametoindex(name),
  };
  int yes = 1;
  /* No protocol: it is not to receive anything. */
  int descriptor = socket(AF_PACKET, SOCK_RAW, 0);
  if (descriptor < 0)
    fail("socket");
  if (setsockopt(descriptor, SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof(yes)) < 0)
    fail("PACKET_QDISC_BYPASS");
  if (bind(descriptor, (struct sockaddr *)&address, sizeof(address)) < 0)
    fail(name);
  return descriptor;
}

int open_port(uint16_t port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
  const int *octets = &RECEIVE_OCTETS;
  int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  if (descriptor < 0)
    fail("socket");
  if (setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, octets, sizeof(*octets)) < 0)
    fail("SO_RCVBUFFORCE");
  if (bind(descriptor, (struct sockaddr *)&address, sizeof(address)) < 0)
    fail("bind");
  return descriptor;
}

void open_ports(int *sockets)
{
  for (int i = 0; i < PORTS; i++)
    sockets[i] = open_port(FIRST_PORT + i);
}

void check_source(const struct sockaddr_in *from, char **arguments)
{
  uint32_t first = ntohl(inet_addr(text(arguments, "source")));
  if (ntohl(from->sin_addr.s_addr) - first >= number(arguments, "sources"))
    fail("a packet came from a wrong address");
}
