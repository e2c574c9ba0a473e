/** A group of sockets from creation to close, and who owns the chunks of its UMEM. */
#include "af_xdp.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static void close_fd(int *fd)
{
  if (*fd >= 0) close(*fd);
  *fd = -1;
}

static void close_group(group *group)
{
  /* Backwards: the first socket's UMEM is shared by the others. */
  for (uint32_t i = group->count; i-- > 0;) {
    xsk *socket = &group->sockets[i];
    ring_unmap(&socket->fill);
    ring_unmap(&socket->completion);
    ring_unmap(&socket->receive);
    ring_unmap(&socket->transmit);
    close_fd(&socket->fd);
    close_fd(&socket->map);
    close_fd(&socket->program);
  }
}

static void finalize_group(napi_env env, void *held, void *hint)
{
  group *group = held;
  (void)env;
  (void)hint;
  close_group(group);
  free(group->owners);
  free(group->pool);
  free(group->listed);
  free(group);
}

/** Largest power of two that leaves every ring of every socket as many chunks. */
static uint32_t depth_for(uint32_t frames, uint32_t sockets)
{
  uint32_t depth = 1;
  while (depth * 2 <= frames / (2 * sockets)) depth *= 2;
  return depth;
}

static bool allocate(group *group)
{
  group->owners = calloc(group->frames, sizeof *group->owners);
  group->pool = calloc(group->frames, sizeof *group->pool);
  group->listed = calloc(group->frames, sizeof *group->listed);
  return group->owners != NULL && group->pool != NULL && group->listed != NULL;
}

/** createGroup(start, frames, frameOctets, headroom, sockets): a handle, or a negative errno. */
napi_value group_create(napi_env env, napi_callback_info info)
{
  napi_value arguments[5], handle;
  uint32_t start, frames, frame_octets, headroom, count;
  if (!take_arguments(env, info, 5, arguments) ||
      !take_uint32(env, arguments[0], "umem.start", &start) ||
      !take_uint32(env, arguments[1], "umem.frames", &frames) ||
      !take_uint32(env, arguments[2], "umem.frameOctets", &frame_octets) ||
      !take_uint32(env, arguments[3], "umem.headroom", &headroom) ||
      !take_uint32(env, arguments[4], "the number of interfaces", &count)) {
    return NULL;
  }
  group *created = calloc(1, sizeof *created);
  if (created == NULL) return to_number(env, -ENOMEM);
  created->start = start;
  created->frames = frames;
  created->shift = (uint32_t)__builtin_ctz(frame_octets);
  created->headroom = headroom;
  created->count = count;
  created->depth = depth_for(frames, count);
  for (uint32_t i = 0; i < count; i++) {
    created->sockets[i].fd = created->sockets[i].map = created->sockets[i].program = -1;
  }
  if (!allocate(created)) {
    finalize_group(env, created, NULL);
    return to_number(env, -ENOMEM);
  }
  for (uint32_t chunk = frames; chunk-- > 0;) pool_put(created, chunk);
  if (napi_create_external(env, created, finalize_group, NULL, &handle) != napi_ok) {
    finalize_group(env, created, NULL);
    return rethrow(env, "napi_create_external");
  }
  return handle;
}

/** frames(handle): how many chunks each owner has, counted one by one, in the order of `owner`. */
napi_value group_frames(napi_env env, napi_callback_info info)
{
  napi_value handle, counts;
  group *group;
  uint32_t owned[OWNERS] = { 0 };
  if (!take_arguments(env, info, 1, &handle) || !take_group(env, handle, &group)) return NULL;
  for (uint32_t i = 0; i < group->count; i++) {
    if (group->sockets[i].fd >= 0) reap(group, &group->sockets[i]);
  }
  for (uint32_t chunk = 0; chunk < group->frames; chunk++) owned[group->owners[chunk]] += 1;
  CHECKED(env, napi_create_array(env, &counts));
  for (uint32_t i = 0; i < OWNERS; i++) {
    CHECKED(env, napi_set_element(env, counts, i, to_number(env, owned[i])));
  }
  return counts;
}

/** close(handle): idempotent. The programs stay where they are attached. */
napi_value group_close(napi_env env, napi_callback_info info)
{
  napi_value handle;
  group *group;
  if (!take_arguments(env, info, 1, &handle) || !take_group(env, handle, &group)) return NULL;
  close_group(group);
  return NULL;
}
