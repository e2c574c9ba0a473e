/**
 * The XDP program, instruction by instruction. The settings of an interface are constants in its
 * program: there is no map to look them up in, and nothing that could be changed half.
 *
 *     too short, neither IPv4 nor ARP ............................ PASS
 *     ARP:  asks for, or answers to, one of `addresses` .......... TAKE, else PASS
 *     IPv4: not for the interface's MAC .......................... PASS
 *           for one of `addresses` ............................... TAKE
 *           `takes_others`, unicast, and for none of `except` .... TAKE, else PASS
 *
 * TAKE drops the frame if no socket is there, so that nothing gets around a process that died.
 */
#include "program.h"

#include "instructions.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <string.h>

enum { PASS, TAKE, IPV4, LABELS };

/** What the registers hold; RESULT and ARGUMENT_n as calls have them, CONTEXT survives a call. */
enum { RESULT = 0, ARGUMENT_1, ARGUMENT_2, ARGUMENT_3, CONTEXT = 6, FRAME, END, FIELD };

/** Octets from the start of an Ethernet frame. */
enum {
  DESTINATION_MAC = 0,
  ETHERTYPE = 12,
  IPV4_DESTINATION = 30,
  IPV4_MINIMUM = 34,
  ARP_TARGET = 38,
  ARP_MINIMUM = 42,
};

/** First octet of the first multicast address; broadcast and reserved ones are above as well. */
#define FIRST_MULTICAST 224

typedef struct {
  program *program;
  uint32_t labels[LABELS];
} writer;

static void put(writer *writer, struct bpf_insn instruction)
{
  writer->program->code[writer->program->length++] = instruction;
}

#define PUT(...)                                                                                   \
  do {                                                                                             \
    const struct bpf_insn instructions[] = { __VA_ARGS__ };                                        \
    for (size_t i = 0; i < sizeof instructions / sizeof *instructions; i++) {                      \
      put(writer, instructions[i]);                                                                \
    }                                                                                              \
  } while (0)

static void put_label(writer *writer, int label)
{
  writer->labels[label] = writer->program->length;
}

/** Jumps if FIELD is one of the addresses. */
static void put_search(writer *writer, const uint32_t *addresses, size_t count, int label)
{
  for (size_t i = 0; i < count; i++) PUT(JUMP_IF(BPF_JEQ, FIELD, addresses[i], label));
}

/** Passes a frame that ends before octet `minimum`; the verifier wants to see this as well. */
static void put_length_check(writer *writer, int minimum)
{
  PUT(COPY(FIELD, FRAME),
      ADD(FIELD, minimum),
      JUMP_IF_BEYOND(FIELD, END, PASS));
}

static void put_classification(writer *writer)
{
  PUT(COPY(CONTEXT, ARGUMENT_1), /* the program's own argument */
      LOAD(BPF_W, FRAME, CONTEXT, offsetof(struct xdp_md, data)),
      LOAD(BPF_W, END, CONTEXT, offsetof(struct xdp_md, data_end)));
  put_length_check(writer, IPV4_MINIMUM);
  PUT(LOAD(BPF_H, FIELD, FRAME, ETHERTYPE), /* a VLAN's is another, so it passes */
      JUMP_IF(BPF_JEQ, FIELD, htons(ETH_P_IP), IPV4),
      JUMP_IF(BPF_JNE, FIELD, htons(ETH_P_ARP), PASS));
}

static void put_arp(writer *writer, const filter *filter)
{
  put_length_check(writer, ARP_MINIMUM);
  PUT(LOAD(BPF_W, FIELD, FRAME, ARP_TARGET));
  put_search(writer, filter->addresses, filter->address_count, TAKE);
  PUT(JUMP(PASS));
}

/** Runs on into TAKE, which comes next, unless it has jumped. */
static void put_ipv4(writer *writer, const filter *filter)
{
  uint32_t mac_start;
  uint16_t mac_end;
  memcpy(&mac_start, filter->mac, sizeof mac_start);
  memcpy(&mac_end, filter->mac + sizeof mac_start, sizeof mac_end);

  put_label(writer, IPV4);
  PUT(LOAD(BPF_W, FIELD, FRAME, DESTINATION_MAC), /* its first four octets ... */
      JUMP_IF(BPF_JNE, FIELD, mac_start, PASS),
      LOAD(BPF_H, FIELD, FRAME, DESTINATION_MAC + 4), /* ... and its last two */
      JUMP_IF(BPF_JNE, FIELD, mac_end, PASS),
      LOAD(BPF_W, FIELD, FRAME, IPV4_DESTINATION));
  put_search(writer, filter->addresses, filter->address_count, TAKE);
  if (filter->takes_others) {
    put_search(writer, filter->except, filter->except_count, PASS);
    PUT(LOAD(BPF_B, FIELD, FRAME, IPV4_DESTINATION), /* its first octet */
        JUMP_IF(BPF_JGE, FIELD, FIRST_MULTICAST, PASS));
  } else {
    PUT(JUMP(PASS));
  }
}

static void put_verdicts(writer *writer, int map)
{
  put_label(writer, TAKE);
  PUT(SET_MAP(ARGUMENT_1, map),
      LOAD(BPF_W, ARGUMENT_2, CONTEXT, offsetof(struct xdp_md, rx_queue_index)),
      SET(ARGUMENT_3, XDP_DROP), /* the verdict if the map has no socket there */
      CALL(BPF_FUNC_redirect_map),
      EXIT()); /* with what the call returned */

  put_label(writer, PASS);
  PUT(SET(RESULT, XDP_PASS), EXIT());
}

/** Puts distances, counted from the instruction after the jump, in the place of labels. */
static void resolve(const writer *writer)
{
  for (uint32_t i = 0; i < writer->program->length; i++) {
    struct bpf_insn *jump = &writer->program->code[i];
    int class = BPF_CLASS(jump->code), operation = BPF_OP(jump->code);
    if (class != BPF_JMP && class != BPF_JMP32) continue;
    if (operation == BPF_CALL || operation == BPF_EXIT) continue;
    jump->off = (__s16)(writer->labels[jump->off] - (i + 1));
  }
}

void program_write(program *program, const filter *filter, int map)
{
  writer writer = { .program = program };
  program->length = 0;
  put_classification(&writer);
  put_arp(&writer, filter);
  put_ipv4(&writer, filter);
  put_verdicts(&writer, map);
  resolve(&writer);
}
