/**
 * How long a packet takes from a device of the client to a socket of the server: in turns one of a
 * flow that is known by now, and one of a flow that has never been seen.
 *
 * It is one process in both network namespaces: one clock, and nobody has to be woken.
 *
 * Arguments: client-namespace, server-namespace (paths), device, source-mac, gateway-mac, client,
 * server; known, how many flows there are (as packets opens them), count, packets of either kind,
 * and pause, in seconds, between two packets; source and sources, as sink.c has them.
 */
#include "common.h"
#include "flows.h"
#include "latencies.h"
#include "sockets.h"
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/** A packet that takes longer is lost. */
static const double PATIENCE = 0.05;

/** Whether packet `turn` comes. Those before it that come too late are passed over. */
static bool arrives(const int *sockets, uint32_t turn, double deadline, struct sockaddr_in *from)
{
  while (now() < deadline)
    for (int i = 0; i < PORTS; i++) {
      char octets[PAYLOAD_OCTETS];
      socklen_t length = sizeof(*from);
      struct sockaddr *place = (struct sockaddr *)from;
      if (recvfrom(sockets[i], octets, sizeof(octets), 0, place, &length) == PAYLOAD_OCTETS &&
          memcmp(octets, &turn, sizeof(turn)) == 0)
        return true;
    }
  return false;
}

int main(int count, char **arguments)
{
  (void)count;
  uint32_t known = number(arguments, "known"), most = number(arguments, "count");
  double pause = number(arguments, "pause");
  struct frame first = first_frame(arguments), frame = first;
  struct latencies latencies[] = { make_latencies(most), make_latencies(most) };
  int sockets[PORTS];

  enter(text(arguments, "client-namespace"));
  int device = open_device(text(arguments, "device"));
  enter(text(arguments, "server-namespace"));
  open_ports(sockets);

  for (uint32_t turn = 0; turn < 2 * most; turn++) {
    bool is_new = turn % 2;
    set_flow(&frame, &first, is_new ? known + turn / 2 : flow_at(turn, known));
    memcpy(frame.payload, &turn, sizeof(turn));
    set_checksums(&frame);
    struct sockaddr_in from;
    double begin = now();
    send(device, &frame, FRAME_OCTETS, 0);
    bool arrived = arrives(sockets, turn, begin + PATIENCE, &from);
    double end = now();
    if (arrived)
      check_source(&from, arguments);
    struct latencies *kind = &latencies[is_new];
    if (arrived)
      kind->seconds[kind->count++] = end - begin;
    else if (++kind->lost > most / 10)
      fail("most packets are lost");
    spin_until(end + pause);
  }
  printf("{\"known\":");
  print_latencies(&latencies[0]);
  printf(",\"new\":");
  print_latencies(&latencies[1]);
  puts("}");
}
