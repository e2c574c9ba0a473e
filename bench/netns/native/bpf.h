/** Programs for the kernel, written down instruction by instruction: no compiler, no library. */
#pragma once
#include <linux/bpf.h>
#include <stddef.h>
#include <stdint.h>

/** An instruction, its operands in the order in which the kernel has them. */
#define INSTRUCTION(code_, to, from, offset_, value_) \
  ((struct bpf_insn){ \
    .code = (code_), .dst_reg = (to), .src_reg = (from), .off = (offset_), .imm = (value_) })

#define SET(to, value) INSTRUCTION(BPF_ALU64 | BPF_MOV | BPF_K, to, 0, 0, value)
#define COPY(to, from) INSTRUCTION(BPF_ALU64 | BPF_MOV | BPF_X, to, from, 0, 0)
/** `operation` is one of BPF_ADD, BPF_SUB, BPF_MUL, BPF_AND, BPF_XOR, BPF_LSH, BPF_RSH. */
#define WITH(operation, to, from) INSTRUCTION(BPF_ALU64 | (operation) | BPF_X, to, from, 0, 0)
#define WITH_VALUE(operation, to, value) \
  INSTRUCTION(BPF_ALU64 | (operation) | BPF_K, to, 0, 0, value)
/** As WITH_VALUE, of the lower 32 bits only; the upper ones become 0. */
#define WITH_VALUE_32(operation, to, value) \
  INSTRUCTION(BPF_ALU | (operation) | BPF_K, to, 0, 0, value)
/** `size` is one of BPF_H, BPF_W, BPF_DW. */
#define LOAD(size, to, from, offset) INSTRUCTION(BPF_LDX | BPF_MEM | (size), to, from, offset, 0)
#define STORE(size, to, offset, from) INSTRUCTION(BPF_STX | BPF_MEM | (size), to, from, offset, 0)
#define STORE_VALUE(size, to, offset, value) \
  INSTRUCTION(BPF_ST | BPF_MEM | (size), to, 0, offset, value)
#define TO_WIRE_16(to) INSTRUCTION(BPF_ALU | BPF_END | BPF_TO_BE, to, 0, 0, 16)
/** Skips `count` instructions if `left condition right`, as in BPF_JLT (unsigned). */
#define SKIP_IF(condition, left, right, count) \
  INSTRUCTION(BPF_JMP | (condition) | BPF_X, left, right, count, 0)
#define SKIP_IF_VALUE(condition, left, value, count) \
  INSTRUCTION(BPF_JMP | (condition) | BPF_K, left, 0, count, value)
#define CALL(function) INSTRUCTION(BPF_JMP | BPF_CALL, 0, 0, 0, function)
#define RETURN INSTRUCTION(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)
/** Two instructions each: a map itself, and the address of the value of a map of one. */
#define LOAD_MAP(to, map) \
  INSTRUCTION(BPF_LD | BPF_DW | BPF_IMM, to, BPF_PSEUDO_MAP_FD, 0, map), INSTRUCTION(0, 0, 0, 0, 0)
#define LOAD_MAP_VALUE(to, map) \
  INSTRUCTION(BPF_LD | BPF_DW | BPF_IMM, to, BPF_PSEUDO_MAP_VALUE, 0, map), INSTRUCTION(0, 0, 0, 0, 0)

/** A map of one value. Ends the program on failure, as do all of these. */
int make_map(enum bpf_map_type type, uint32_t value_octets, uint32_t flags);

/** Reads the value of a map of one into `value`: of each processor, if the map is of that kind. */
void read_map(int map, void *value);

int load_xdp(const struct bpf_insn *program, size_t count);

/** Has `program` see what a device receives, for as long as this process runs. */
void attach_xdp(int program, unsigned device);

/** Runs `program` on copies of a frame, and does with each as it says, until a signal comes. */
void run_live(int program, const void *frame, uint32_t octets, uint32_t batch);
