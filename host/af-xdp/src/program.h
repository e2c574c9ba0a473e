/** The XDP program of one interface: which frames go to the socket. */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Addresses in each list of a filter. */
#define MAX_ADDRESSES 64

/** Each address is compared with once or twice, and all the rest is fewer than 64 instructions. */
#define MAX_INSTRUCTIONS (64 + 3 * MAX_ADDRESSES)

/** Addresses are words as they lie in a packet. */
typedef struct {
  const uint8_t *mac;        /* of the interface, 6 octets */
  const uint32_t *addresses; /* frames for these are taken */
  size_t address_count;
  bool takes_others;      /* so are IPv4 frames for any other unicast address ... */
  const uint32_t *except; /* ... but these */
  size_t except_count;
} filter;

typedef struct {
  struct bpf_insn code[MAX_INSTRUCTIONS];
  uint32_t length;
} program;

/** Writes the program that redirects frames to the sockets of `map`, an XSKMAP. */
void program_write(program *program, const filter *filter, int map);

#endif
