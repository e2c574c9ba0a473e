/**
 * Sends packets to a device by an ordinary socket, without a queue in between.
 *
 * Arguments: device, source-mac, gateway-mac, client, server, flows, rate (a second), and packets
 * or seconds: with the former it sends that many, one of each flow after another, with the latter
 * for that long, flows without pattern.
 */
#include "common.h"
#include "flows.h"
#include "sockets.h"
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/** Packets of one system call, at most. */
enum { BATCH = 32 };

/** A packet that the device refuses counts as sent: whoever should have taken it has lost it. */
static void send_all(int descriptor, struct mmsghdr *messages, int count)
{
  for (int done = 0; done < count;) {
    int taken = sendmmsg(descriptor, messages + done, count - done, 0);
    if (taken < 0 && errno != ENOBUFS && errno != EAGAIN)
      fail("sendmmsg");
    done += taken > 0 ? taken : 1;
  }
}

int main(int count, char **arguments)
{
  bool by_number = count > 1 && strncmp(arguments[count - 1], "packets=", 8) == 0;
  uint64_t most = by_number ? number(arguments, "packets") : UINT64_MAX;
  double seconds = by_number ? INFINITY : number(arguments, "seconds");
  double rate = number(arguments, "rate");
  uint32_t flows = number(arguments, "flows");
  int device = open_device(text(arguments, "device"));
  struct frame first = first_frame(arguments);
  struct frame frames[BATCH];
  struct iovec places[BATCH];
  struct mmsghdr messages[BATCH] = { 0 };
  for (int i = 0; i < BATCH; i++) {
    frames[i] = first;
    places[i] = (struct iovec){ &frames[i], FRAME_OCTETS };
    messages[i].msg_hdr.msg_iov = &places[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }

  double begin = now(), time = begin, due = begin;
  uint64_t sent = 0;
  while (sent < most && time < begin + seconds) {
    int batch = 0;
    /* After the processor was taken away, no more than a batch is caught up on. */
    due = fmax(due, time - BATCH / rate);
    for (; batch < BATCH && due <= time && sent < most; batch++, sent++, due += 1 / rate) {
      uint32_t flow = by_number ? sent % flows : flow_at(sent, flows);
      set_flow(&frames[batch], &first, flow);
      set_checksums(&frames[batch]);
    }
    send_all(device, messages, batch);
    time = now();
  }
  printf("{\"sent\":%lu,\"begin\":%.9f,\"end\":%.9f}\n", sent, begin, time);
}
