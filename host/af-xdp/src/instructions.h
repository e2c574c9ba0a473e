/**
 * The few eBPF instructions that program.c uses, as one would write them in assembly.
 *
 * A jump names a label. Its number stands in `off` until program.c has seen all labels.
 */
#ifndef INSTRUCTIONS_H
#define INSTRUCTIONS_H

#include <linux/bpf.h>

#define INSTRUCTION(...) ((struct bpf_insn){ __VA_ARGS__ })

/** to = *(from + offset), of BPF_B, BPF_H, BPF_W octets: 1, 2, 4. */
#define LOAD(size, to, from, offset)                                                               \
  INSTRUCTION(.code = BPF_LDX | BPF_MEM | (size), .dst_reg = (to), .src_reg = (from),              \
              .off = (offset))

#define COPY(to, from)                                                                             \
  INSTRUCTION(.code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = (to), .src_reg = (from))
#define SET(to, value)                                                                             \
  INSTRUCTION(.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = (to), .imm = (value))
#define ADD(to, value)                                                                             \
  INSTRUCTION(.code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = (to), .imm = (value))

/** to = the map of this descriptor. It takes two instructions. */
#define SET_MAP(to, map)                                                                           \
  INSTRUCTION(.code = BPF_LD | BPF_DW | BPF_IMM, .dst_reg = (to), .src_reg = BPF_PSEUDO_MAP_FD,    \
              .imm = (map)),                                                                       \
    INSTRUCTION(.code = 0)

#define JUMP(label) INSTRUCTION(.code = BPF_JMP | BPF_JA, .off = (__s16)(label))

/** Compares the low 32 bits of a register: BPF_JEQ, BPF_JNE, BPF_JGE. */
#define JUMP_IF(comparison, register, value, label)                                                \
  INSTRUCTION(.code = BPF_JMP32 | (comparison) | BPF_K, .dst_reg = (register),                     \
              .off = (__s16)(label), .imm = (__s32)(value))

/** Compares two pointers. */
#define JUMP_IF_BEYOND(pointer, limit, label)                                                      \
  INSTRUCTION(.code = BPF_JMP | BPF_JGT | BPF_X, .dst_reg = (pointer), .src_reg = (limit),         \
              .off = (__s16)(label))

#define CALL(function) INSTRUCTION(.code = BPF_JMP | BPF_CALL, .imm = (function))
#define EXIT() INSTRUCTION(.code = BPF_JMP | BPF_EXIT)

#endif
