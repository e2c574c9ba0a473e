/**
 * Sends XDP frames to a device: whatever owns its other end gets them without a socket buffer.
 *
 * The kernel runs a program on a few pages again and again. The program sends each where it is
 * time to, as a packet of the flow whose turn it is, and otherwise lets the page pass unused: that
 * is how it waits. It is one long call, since pages of one that has ended are kept for a while.
 *
 * Arguments: device, source-mac, gateway-mac, client, server, flows, rate (a second), seconds.
 */
#include "bpf.h"
#include "common.h"
#include "flows.h"
#include <arpa/inet.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

/** What program and process share. Times are in 1/1024 ns, so that any rate can be had. */
struct pace {
  uint64_t due;
  uint64_t interval;
  uint64_t flows;
  uint64_t sent;
  uint64_t first;
  uint64_t last;
  struct frame frame;
};

enum { TIME_BITS = 10, BATCH = 64 };

/** Packets that may be caught up on at once, after the processor was taken away. */
enum { BURST_BITS = 5 };

enum { CONTEXT = BPF_REG_6, PACE = BPF_REG_7, TIME = BPF_REG_8, DATA = BPF_REG_9 };
enum { R0, R1, R2, R3, R4, R5 };

#define PACE_FIELD(field) offsetof(struct pace, field)
#define FRAME_FIELD(field) offsetof(struct frame, field)

/** Copies eight octets of the frame. */
#define COPY_WORD(offset) \
  LOAD(BPF_DW, R1, PACE, PACE_FIELD(frame) + (offset)), STORE(BPF_DW, DATA, offset, R1)

/** Folds the sum in R1 and stores it, inverted. */
#define STORE_CHECKSUM(field) \
  COPY(R0, R1), WITH_VALUE(BPF_RSH, R0, 16), \
  WITH_VALUE(BPF_AND, R1, 0xffff), WITH(BPF_ADD, R1, R0), \
  COPY(R0, R1), WITH_VALUE(BPF_RSH, R0, 16), WITH(BPF_ADD, R1, R0), \
  WITH_VALUE(BPF_XOR, R1, 0xffff), WITH_VALUE(BPF_AND, R1, 0xffff), \
  /* RFC 768: zero means "no checksum"; and to the IP header it is the same as 0xffff. */ \
  SKIP_IF_VALUE(BPF_JNE, R1, 0, 1), SET(R1, 0xffff), \
  TO_WIRE_16(R1), STORE(BPF_H, DATA, FRAME_FIELD(field), R1)

static int load_generator(int map, unsigned device, struct frame frame)
{
  int address = ntohl(frame.ip.saddr) & 0xffff;
  const struct bpf_insn program[] = {
    COPY(CONTEXT, R1),
    LOAD_MAP_VALUE(PACE, map),
    CALL(BPF_FUNC_ktime_get_ns),
    COPY(TIME, R0),
    WITH_VALUE(BPF_LSH, TIME, TIME_BITS),
    LOAD(BPF_DW, R1, PACE, PACE_FIELD(due)),
    SKIP_IF(BPF_JGE, TIME, R1, 2),
    SET(R0, XDP_DROP),
    RETURN,

    STORE(BPF_DW, PACE, PACE_FIELD(last), TIME),
    LOAD(BPF_DW, R2, PACE, PACE_FIELD(sent)),
    SKIP_IF_VALUE(BPF_JNE, R2, 0, 1),
    STORE(BPF_DW, PACE, PACE_FIELD(first), TIME),

    /* due = max(due, time - burst) + interval */
    LOAD(BPF_DW, R2, PACE, PACE_FIELD(interval)),
    COPY(R3, R2),
    WITH_VALUE(BPF_LSH, R3, BURST_BITS),
    WITH(BPF_SUB, TIME, R3),
    SKIP_IF(BPF_JGE, R1, TIME, 1),
    COPY(R1, TIME),
    WITH(BPF_ADD, R1, R2),
    STORE(BPF_DW, PACE, PACE_FIELD(due), R1),

    LOAD(BPF_W, DATA, CONTEXT, offsetof(struct xdp_md, data)),
    LOAD(BPF_W, R2, CONTEXT, offsetof(struct xdp_md, data_end)),
    COPY(R3, DATA),
    WITH_VALUE(BPF_ADD, R3, FRAME_OCTETS),
    SKIP_IF(BPF_JLE, R3, R2, 2),
    SET(R0, XDP_ABORTED),
    RETURN,

    /* Whoever had the page last has left other addresses there. */
    COPY_WORD(0), COPY_WORD(8), COPY_WORD(16), COPY_WORD(24),
    COPY_WORD(32), COPY_WORD(40), COPY_WORD(48),
    LOAD(BPF_W, R1, PACE, PACE_FIELD(frame) + 56),
    STORE(BPF_W, DATA, 56, R1),

    /* R4 = flow_at(sent++, flows) */
    LOAD(BPF_DW, R4, PACE, PACE_FIELD(sent)),
    COPY(R5, R4),
    WITH_VALUE(BPF_ADD, R5, 1),
    STORE(BPF_DW, PACE, PACE_FIELD(sent), R5),
    WITH_VALUE_32(BPF_MUL, R4, GOLDEN),
    LOAD(BPF_DW, R5, PACE, PACE_FIELD(flows)),
    WITH(BPF_MUL, R4, R5),
    WITH_VALUE(BPF_RSH, R4, 32),

    /* As set_flow: R2 = low half of the address, R3 = port, R4 = source port. */
    COPY(R2, R4),
    WITH_VALUE(BPF_RSH, R2, FLOWS_PER_ADDRESS_BITS),
    COPY(R3, R2),
    WITH_VALUE(BPF_ADD, R2, address),
    WITH_VALUE(BPF_ADD, R3, FIRST_PORT),
    WITH_VALUE(BPF_AND, R4, FLOWS_PER_ADDRESS - 1),
    WITH_VALUE(BPF_ADD, R4, FIRST_SOURCE_PORT),

    SET(R1, ip_base(frame)),
    WITH(BPF_ADD, R1, R2),
    STORE_CHECKSUM(ip.check),
    SET(R1, udp_base(frame)),
    WITH(BPF_ADD, R1, R2),
    WITH(BPF_ADD, R1, R3),
    WITH(BPF_ADD, R1, R4),
    STORE_CHECKSUM(udp.check),
    TO_WIRE_16(R2),
    STORE(BPF_H, DATA, FRAME_FIELD(ip.saddr) + 2, R2),
    TO_WIRE_16(R3),
    STORE(BPF_H, DATA, FRAME_FIELD(udp.dest), R3),
    TO_WIRE_16(R4),
    STORE(BPF_H, DATA, FRAME_FIELD(udp.source), R4),

    SET(R1, device),
    SET(R2, 0),
    CALL(BPF_FUNC_redirect),
    RETURN,
  };
  return load_xdp(program, sizeof(program) / sizeof(*program));
}

static void ignore(int signal)
{
  (void)signal;
}

/** Has a signal end the call, and not the process. */
static void interrupt_after(double seconds)
{
  struct sigaction action = { .sa_handler = ignore };
  struct itimerval timer = { .it_value.tv_sec = seconds };
  timer.it_value.tv_usec = (seconds - timer.it_value.tv_sec) * 1e6;
  sigaction(SIGALRM, &action, NULL);
  setitimer(ITIMER_REAL, &timer, NULL);
}

static double seconds(uint64_t time)
{
  return time / (1e9 * (1 << TIME_BITS));
}

int main(int count, char **arguments)
{
  (void)count;
  struct frame frame = first_frame(arguments);
  unsigned device = if_nametoindex(text(arguments, "device"));
  int map = make_map(BPF_MAP_TYPE_ARRAY, sizeof(struct pace), BPF_F_MMAPABLE);
  int program = load_generator(map, device, frame);
  struct pace *pace = mmap(NULL, getpagesize(), PROT_READ | PROT_WRITE, MAP_SHARED, map, 0);
  if (pace == MAP_FAILED)
    fail("mmap");
  pace->interval = (1e9 * (1 << TIME_BITS)) / number(arguments, "rate");
  pace->flows = number(arguments, "flows");
  pace->frame = frame;
  /* Has the kernel do once, and now, what it takes its time for at the begin of a call. */
  attach_xdp(program, if_nametoindex("lo"));
  interrupt_after(number(arguments, "seconds"));
  run_live(program, &frame, sizeof(frame), BATCH);
  printf("{\"sent\":%lu,", pace->sent);
  printf("\"begin\":%.9f,\"end\":%.9f}\n", seconds(pace->first), seconds(pace->last));
}
