/** The bpf(2) system call: the map that finds a socket, and the program that asks it. */
#include "af_xdp.h"
#include "program.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/** By this name a later process knows the program that an earlier one left attached. */
#define PROGRAM_NAME "af_xdp_take"

/** Returns a descriptor, 0, or a negative errno. */
static int bpf(int command, union bpf_attr *attributes)
{
  long result = syscall(SYS_bpf, command, attributes, sizeof *attributes);
  return result < 0 ? -errno : (int)result;
}

/** makeMap(handle, socket, queue): a map with this socket at `queue`. 0 or a negative errno. */
napi_value bpf_make_map(napi_env env, napi_callback_info info)
{
  napi_value arguments[3];
  group *group;
  xsk *socket;
  uint32_t queue;
  if (!take_arguments(env, info, 3, arguments) || !take_socket(env, arguments, &group, &socket) ||
      !take_uint32(env, arguments[2], "queue", &queue)) {
    return NULL;
  }
  union bpf_attr creation = { .map_type = BPF_MAP_TYPE_XSKMAP,
                              .key_size = sizeof queue,
                              .value_size = sizeof socket->fd,
                              .max_entries = queue + 1,
                              .map_name = "af_xdp_sockets" };
  int result = bpf(BPF_MAP_CREATE, &creation);
  if (result < 0) return to_number(env, result);
  socket->map = result;

  union bpf_attr update = { .map_fd = (uint32_t)socket->map,
                            .key = (uintptr_t)&queue,
                            .value = (uintptr_t)&socket->fd };
  return to_number(env, bpf(BPF_MAP_UPDATE_ELEM, &update));
}

/**
 * loadProgram(handle, socket, mac, addresses, takesOthers, except): 0 or a negative errno. The
 * addresses are words as they lie in a packet.
 */
napi_value bpf_load_program(napi_env env, napi_callback_info info)
{
  napi_value arguments[6];
  group *group;
  xsk *socket;
  octets mac;
  words addresses, except;
  bool takes_others;
  if (!take_arguments(env, info, 6, arguments) || !take_socket(env, arguments, &group, &socket) ||
      !take_octets(env, arguments[2], "mac", &mac) ||
      !take_words(env, arguments[3], "addresses", &addresses) ||
      !take_bool(env, arguments[4], &takes_others) ||
      !take_words(env, arguments[5], "except", &except)) {
    return NULL;
  }
  if (addresses.length > MAX_ADDRESSES || except.length > MAX_ADDRESSES || mac.length != 6) {
    refuse_range(env, "a list has at most 64 addresses, and a MAC has 6 octets");
    return NULL;
  }
  program program;
  const filter filter = { mac.at,       addresses.at, addresses.length,
                          takes_others, except.at,    except.length };
  program_write(&program, &filter, socket->map);

  union bpf_attr load = { .prog_type = BPF_PROG_TYPE_XDP,
                          .insn_cnt = program.length,
                          .insns = (uintptr_t)program.code,
                          .license = (uintptr_t)"MIT",
                          .prog_name = PROGRAM_NAME };
  int result = bpf(BPF_PROG_LOAD, &load);
  if (result < 0) return to_number(env, result);
  socket->program = result;
  return to_number(env, 0);
}

/** isOurs(id): whether the program of this id is one of this addon, as 1 or 0, or -errno. */
napi_value bpf_is_ours(napi_env env, napi_callback_info info)
{
  napi_value argument;
  uint32_t id;
  if (!take_arguments(env, info, 1, &argument) || !take_uint32(env, argument, "id", &id)) {
    return NULL;
  }
  union bpf_attr by_id = { .prog_id = id };
  int fd = bpf(BPF_PROG_GET_FD_BY_ID, &by_id);
  if (fd < 0) return to_number(env, fd);

  struct bpf_prog_info known = { 0 };
  union bpf_attr question = { .info = { .bpf_fd = (uint32_t)fd,
                                        .info_len = sizeof known,
                                        .info = (uintptr_t)&known } };
  int result = bpf(BPF_OBJ_GET_INFO_BY_FD, &question);
  close(fd);
  if (result < 0) return to_number(env, result);
  return to_number(env, strncmp(known.name, PROGRAM_NAME, sizeof known.name) == 0);
}
