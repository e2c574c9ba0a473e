/**
 * Frames between a socket and its caller, many to a call, none copied.
 *
 * Entry e of a table is two words: table[e * stride] is where the frame lies in memory, and
 * table[e * stride + 1] its length, both in octets. The table may lie in that memory, which may be
 * shared with other threads: so a word is loaded once, checked, and what was checked is used.
 */
#include "af_xdp.h"

#include <errno.h>
#include <stdio.h>

typedef struct {
  words table;
  uint32_t stride;
} batch;

/** The length word of an entry, or NULL if the table does not hold the entry. */
static uint32_t *length_of(const batch *batch, uint64_t entry)
{
  uint64_t word = entry * batch->stride + 1;
  return word < batch->table.length ? &batch->table.at[word] : NULL;
}

static uint32_t load(const uint32_t *word)
{
  return *(const volatile uint32_t *)word;
}

static bool refuse_entry(napi_env env, uint64_t entry, const char *problem)
{
  char message[128];
  snprintf(message, sizeof message, "entry %llu: %s", (unsigned long long)entry, problem);
  return refuse_range(env, message);
}

static bool take_batch(napi_env env, const napi_value *arguments, batch *batch)
{
  return take_words(env, arguments[0], "table", &batch->table) &&
         take_uint32(env, arguments[1], "stride", &batch->stride) &&
         (batch->stride >= 2 || refuse_range(env, "stride must be at least 2 words"));
}

/** The arguments (table, stride, first, count), the entries being in the table. */
static bool take_range(napi_env env, const napi_value *arguments, batch *batch, uint32_t *first,
                       uint32_t *count)
{
  if (!take_batch(env, arguments, batch) || !take_uint32(env, arguments[2], "first", first) ||
      !take_uint32(env, arguments[3], "count", count)) {
    return false;
  }
  uint64_t last = (uint64_t)*first + *count;
  if (*count == 0 || length_of(batch, last - 1) != NULL) return true;
  return refuse_entry(env, last - 1, "not in the table");
}

/** The arguments (table, stride, entries, count). */
static bool take_list(napi_env env, const napi_value *arguments, batch *batch, words *entries,
                      uint32_t *count)
{
  return take_batch(env, arguments, batch) &&
         take_words(env, arguments[2], "entries", entries) &&
         take_uint32(env, arguments[3], "count", count) &&
         (*count <= entries->length ||
          refuse_range(env, "count is greater than the number of entries"));
}

/** Finds the frame of an entry, whose chunk the caller has to hold. NULL, or what is wrong. */
static const char *find_frame(const group *group, const batch *batch, uint32_t entry,
                              struct xdp_desc *frame)
{
  const uint32_t *length_word = length_of(batch, entry);
  if (length_word == NULL) return "not in the table";
  /* An offset below the UMEM wraps around, to far beyond its end. */
  uint64_t address = (uint64_t)load(length_word - 1) - group->start;
  if (address >= (uint64_t)group->frames << group->shift) return "its offset is outside the UMEM";
  uint8_t owner = group->owners[address >> group->shift];
  if (owner == LISTED) return "its frame is listed twice";
  if (owner != HELD) return "its frame is not yours: it was sent or released";
  *frame = (struct xdp_desc){ .addr = address, .len = load(length_word) };
  return NULL;
}

/** What keeps a frame from being sent, or NULL. */
static const char *unsendable(const group *group, const struct xdp_desc *frame)
{
  uint32_t chunk_octets = 1U << group->shift;
  uint32_t left = chunk_octets - (uint32_t)(frame->addr & (chunk_octets - 1));
  if (frame->len > left) return "its length crosses the end of its chunk";
  if (frame->len < ETHERNET_HEADER) return "it is shorter than an Ethernet header";
  return NULL;
}

/** Undoes `list_frames` for the entries from..to. */
static void unlist(group *group, uint32_t from, uint32_t to)
{
  for (uint32_t i = from; i < to; i++) group->owners[group->listed[i]] = HELD;
}

/**
 * Makes the chunks of all entries LISTED, and writes the frames of the first `room` into the
 * transmit ring, beyond what the kernel looks at yet; NULL for a list that is not to be sent.
 * If one entry is wrong all are left as they were, and false returns with a RangeError pending.
 */
static bool list_frames(napi_env env, group *group, const batch *batch, const uint32_t *entries,
                        uint32_t count, ring *transmit, uint32_t room)
{
  for (uint32_t i = 0; i < count; i++) {
    struct xdp_desc frame;
    uint32_t entry = load(&entries[i]);
    const char *problem = find_frame(group, batch, entry, &frame);
    if (problem == NULL && transmit != NULL) problem = unsendable(group, &frame);
    if (problem != NULL) {
      unlist(group, 0, i);
      return refuse_entry(env, entry, problem);
    }
    group->listed[i] = (uint32_t)(frame.addr >> group->shift);
    group->owners[group->listed[i]] = LISTED;
    if (i < room) *ring_descriptor(transmit, *transmit->producer, i) = frame;
  }
  return true;
}

/** receive(handle, socket, table, stride, first, count): frames received, or a negative errno. */
napi_value batch_receive(napi_env env, napi_callback_info info)
{
  napi_value arguments[6];
  group *group;
  xsk *socket;
  batch batch;
  uint32_t first, count;
  if (!take_arguments(env, info, 6, arguments) || !take_socket(env, arguments, &group, &socket) ||
      !take_range(env, arguments + 2, &batch, &first, &count)) {
    return NULL;
  }
  if (socket->fd < 0) return to_number(env, -EBADF);
  ring *receive = &socket->receive;
  uint32_t waiting = ring_waiting(receive);
  if (count > waiting) count = waiting;
  for (uint32_t i = 0; i < count; i++) {
    const struct xdp_desc *frame = ring_descriptor(receive, *receive->consumer, i);
    uint32_t *length_word = length_of(&batch, (uint64_t)first + i);
    length_word[-1] = group->start + (uint32_t)frame->addr;
    length_word[0] = frame->len;
    group->owners[frame->addr >> group->shift] = HELD;
  }
  if (count > 0) ring_consume(receive, count);
  socket->receiving -= count;
  refill(group, socket);
  return to_number(env, count);
}

/** send(handle, socket, table, stride, entries, count): frames taken, or a negative errno. */
napi_value batch_send(napi_env env, napi_callback_info info)
{
  napi_value arguments[6];
  group *group;
  xsk *socket;
  batch batch;
  words entries;
  uint32_t count;
  if (!take_arguments(env, info, 6, arguments) || !take_socket(env, arguments, &group, &socket) ||
      !take_list(env, arguments + 2, &batch, &entries, &count)) {
    return NULL;
  }
  if (socket->fd < 0) return to_number(env, -EBADF);
  reap(group, socket);
  ring *transmit = &socket->transmit;
  uint32_t room = group->depth - socket->sending;
  if (!list_frames(env, group, &batch, entries.at, count, transmit, room)) return NULL;
  uint32_t taken = count < room ? count : room;
  for (uint32_t i = 0; i < taken; i++) group->owners[group->listed[i]] = SENDING;
  unlist(group, taken, count);
  ring_produce(transmit, taken);
  socket->sending += taken;
  int failure = kick(socket);
  return to_number(env, failure < 0 ? failure : (int64_t)taken);
}

/** release(handle, table, stride, entries, count): their chunks go into the pool. */
napi_value batch_release(napi_env env, napi_callback_info info)
{
  napi_value arguments[5];
  group *group;
  batch batch;
  words entries;
  uint32_t count;
  if (!take_arguments(env, info, 5, arguments) || !take_group(env, arguments[0], &group) ||
      !take_list(env, arguments + 1, &batch, &entries, &count)) {
    return NULL;
  }
  if (!list_frames(env, group, &batch, entries.at, count, NULL, 0)) return NULL;
  for (uint32_t i = 0; i < count; i++) pool_put(group, group->listed[i]);
  return NULL;
}

/** take(handle, table, stride, first, count): entries that now have an empty frame. */
napi_value batch_take(napi_env env, napi_callback_info info)
{
  napi_value arguments[5];
  group *group;
  batch batch;
  uint32_t first, count;
  if (!take_arguments(env, info, 5, arguments) || !take_group(env, arguments[0], &group) ||
      !take_range(env, arguments + 1, &batch, &first, &count)) {
    return NULL;
  }
  if (count > group->pooled) count = group->pooled;
  for (uint32_t i = 0; i < count; i++) {
    uint32_t *length_word = length_of(&batch, (uint64_t)first + i);
    uint32_t chunk = group->pool[--group->pooled];
    group->owners[chunk] = HELD;
    length_word[-1] = group->start + (chunk << group->shift) + group->headroom;
    length_word[0] = 0;
  }
  return to_number(env, count);
}

/** Which socket has failed, and why. */
static napi_value failure_of(napi_env env, uint32_t socket, int failure)
{
  napi_value pair;
  CHECKED(env, napi_create_array(env, &pair));
  CHECKED(env, napi_set_element(env, pair, 0, to_number(env, socket)));
  CHECKED(env, napi_set_element(env, pair, 1, to_number(env, failure)));
  return pair;
}

/** flush(handle): frames that still wait in a transmit ring, or [socket, a negative errno]. */
napi_value batch_flush(napi_env env, napi_callback_info info)
{
  napi_value handle;
  group *group;
  int64_t left = 0;
  if (!take_arguments(env, info, 1, &handle) || !take_group(env, handle, &group)) return NULL;
  if (group->sockets[0].fd < 0) return failure_of(env, 0, -EBADF);
  for (uint32_t i = 0; i < group->count; i++) {
    int failure = kick(&group->sockets[i]);
    if (failure < 0) return failure_of(env, i, failure);
    left += ring_unconsumed(&group->sockets[i].transmit);
  }
  for (uint32_t i = 0; i < group->count; i++) refill(group, &group->sockets[i]);
  return to_number(env, left);
}
