#include "bpf.h"
#include "common.h"
#include <errno.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

static long bpf(enum bpf_cmd command, union bpf_attr *attributes)
{
  return syscall(SYS_bpf, command, attributes, sizeof(*attributes));
}

int make_map(enum bpf_map_type type, uint32_t value_octets, uint32_t flags)
{
  union bpf_attr attributes = {
    .map_type = type,
    .key_size = 4,
    .value_size = value_octets,
    .max_entries = 1,
    .map_flags = flags,
  };
  int map = bpf(BPF_MAP_CREATE, &attributes);
  if (map < 0)
    fail("BPF_MAP_CREATE");
  return map;
}

void read_map(int map, void *value)
{
  uint32_t key = 0;
  union bpf_attr attributes = {
    .map_fd = map,
    .key = (uintptr_t)&key,
    .value = (uintptr_t)value,
  };
  if (bpf(BPF_MAP_LOOKUP_ELEM, &attributes) < 0)
    fail("BPF_MAP_LOOKUP_ELEM");
}

int load_xdp(const struct bpf_insn *program, size_t count)
{
  static char log[65536];
  union bpf_attr attributes = {
    .prog_type = BPF_PROG_TYPE_XDP,
    .insns = (uintptr_t)program,
    .insn_cnt = count,
    .license = (uintptr_t) "GPL",
    .log_buf = (uintptr_t)log,
    .log_size = sizeof(log),
    .log_level = 1,
  };
  int loaded = bpf(BPF_PROG_LOAD, &attributes);
  if (loaded < 0) {
    fputs(log, stderr);
    fail("BPF_PROG_LOAD");
  }
  return loaded;
}

void attach_xdp(int program, unsigned device)
{
  union bpf_attr attributes = {
    .link_create.prog_fd = program,
    .link_create.target_ifindex = device,
    .link_create.attach_type = BPF_XDP,
  };
  if (bpf(BPF_LINK_CREATE, &attributes) < 0)
    fail("BPF_LINK_CREATE");
}

void run_live(int program, const void *frame, uint32_t octets, uint32_t batch)
{
  union bpf_attr attributes = {
    .test.prog_fd = program,
    .test.data_in = (uintptr_t)frame,
    .test.data_size_in = octets,
    .test.repeat = UINT32_MAX,
    .test.batch_size = batch,
    .test.flags = BPF_F_TEST_XDP_LIVE_FRAMES,
  };
  if (bpf(BPF_PROG_TEST_RUN, &attributes) < 0 && errno != EINTR)
    fail("BPF_PROG_TEST_RUN");
}
