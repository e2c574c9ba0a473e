/**
 * UDP there and back between two ordinary sockets.
 *
 * It is one process in both network namespaces, which polls: to wake two processes on another
 * processor takes a virtual machine longer than most of what is measured.
 *
 * Arguments: client-namespace, server-namespace (paths), server, port, count; source and
 * sources, as sink.c has them.
 */
#include "common.h"
#include "latencies.h"
#include "sockets.h"
#include <arpa/inet.h>
#include <string.h>
#include <stdio.h>
#include <sys/socket.h>

enum { OCTETS = 64 };

/** Round trips that do not count, at first. */
enum { WARM_UP = 200 };

/** Lost ones after which it gives up. */
enum { MOST_LOST = 100 };

/** Seconds after which an answer is lost. */
static const double PATIENCE = 0.2;

/** Whether packet `turn` comes, and from whom. Those before it that come too late are passed over. */
static int arrives(int descriptor, uint32_t turn, double deadline, struct sockaddr_in *from)
{
  while (now() < deadline) {
    char octets[OCTETS];
    socklen_t length = sizeof(*from);
    struct sockaddr *place = (struct sockaddr *)from;
    if (recvfrom(descriptor, octets, OCTETS, 0, place, &length) == OCTETS &&
        memcmp(octets, &turn, sizeof(turn)) == 0)
      return 1;
  }
  return 0;
}

int main(int count, char **arguments)
{
  (void)count;
  uint32_t most = number(arguments, "count");
  uint16_t port = number(arguments, "port");
  struct latencies latencies = make_latencies(most);
  struct sockaddr_in server = { .sin_family = AF_INET, .sin_port = htons(port) };
  server.sin_addr.s_addr = inet_addr(text(arguments, "server"));

  enter(text(arguments, "client-namespace"));
  int asking = open_port(0);
  enter(text(arguments, "server-namespace"));
  int answering = open_port(port);

  for (uint32_t turn = 0; turn < WARM_UP + most; turn++) {
    char octets[OCTETS] = "";
    struct sockaddr_in from;
    memcpy(octets, &turn, sizeof(turn));
    double begin = now(), deadline = begin + PATIENCE;
    sendto(asking, octets, OCTETS, 0, (struct sockaddr *)&server, sizeof(server));
    int arrived = arrives(answering, turn, deadline, &from);
    struct sockaddr_in source = from;
    if (arrived)
      sendto(answering, octets, OCTETS, 0, (struct sockaddr *)&from, sizeof(from));
    int returned = arrived && arrives(asking, turn, deadline, &from);
    double end = now();
    if (arrived)
      check_source(&source, arguments);
    if (turn < WARM_UP)
      continue;
    if (returned)
      latencies.seconds[latencies.count++] = end - begin;
    else if (++latencies.lost > MOST_LOST)
      fail("most packets are lost");
  }
  print_latencies(&latencies);
  puts("");
}
