/**
 * Packets between a device and JavaScript's memory, many to a call, none copied or allocated for.
 *
 * Entry e of a table is two words: table[e * stride] is where the packet lies in memory, and
 * table[e * stride + 1] its length, both in octets. The table may lie in that same memory, and the
 * memory may be shared with other threads, so a word is loaded once, checked, and used.
 */
#include "tun_tap.h"

#include <errno.h>
#include <stdio.h>
#include <sys/uio.h>
#include <unistd.h>

typedef struct {
  octets memory;
  words table;
  uint32_t stride;
} batch;

/** Octets of memory for packets one behind the other, each `gap` octets behind a line. */
typedef struct {
  uint32_t free; /* the first that holds nothing yet */
  uint32_t end;
  uint32_t capacity; /* of one packet */
  uint32_t gap;      /* less than LINE */
} room;

/** A line of the cache. A packet that begins in a fixed place of one touches as few as it can. */
#define LINE 64

/** The length word of an entry, or NULL if the table does not hold the entry. */
static uint32_t *length_of(const batch *batch, uint64_t entry)
{
  uint64_t word = entry * batch->stride + 1;
  return word < batch->table.length ? &batch->table.at[word] : NULL;
}

/** Where `length` octets may lie at the entry's offset, or NULL if they do not fit in memory. */
static uint8_t *packet_at(const batch *batch, const uint32_t *length_word, uint32_t length)
{
  uint32_t offset = *(const volatile uint32_t *)(length_word - 1);
  bool fits = (uint64_t)offset + length <= batch->memory.length;
  return fits ? batch->memory.at + offset : NULL;
}

/**
 * Where the next packet begins, or false if `capacity` octets do not fit there. It is the first
 * place that leaves `gap` octets free before it, since these begin the line that it lies in.
 */
static bool find_place(const room *room, uint32_t *offset)
{
  uint64_t line = ((uint64_t)room->free + LINE - 1) / LINE * LINE;
  *offset = (uint32_t)(line + room->gap);
  return line + room->gap + room->capacity <= room->end;
}

static napi_value refuse_range(napi_env env, const char *problem)
{
  napi_throw_range_error(env, NULL, problem);
  return NULL;
}

static napi_value out_of_range(napi_env env, const char *problem, uint64_t entry)
{
  char message[128];
  snprintf(message, sizeof message, "entry %llu: %s", (unsigned long long)entry, problem);
  return refuse_range(env, message);
}

static bool take_batch(napi_env env, const napi_value *arguments, batch *batch)
{
  if (!take_octets(env, arguments[0], "memory", &batch->memory) ||
      !take_words(env, arguments[1], "table", &batch->table) ||
      !take_uint32(env, arguments[2], "stride", &batch->stride)) {
    return false;
  }
  if (batch->stride < 2) refuse_range(env, "stride must be at least 2 words");
  return batch->stride >= 2;
}

/**
 * Reads one packet. A packet longer than `capacity` gives capacity + 1, its rest is lost.
 * The kernel cuts what does not fit and says nothing, so one octet more than that is offered.
 */
static ssize_t read_packet(int fd, uint8_t *packet, uint32_t capacity)
{
  uint8_t excess;
  struct iovec parts[2] = { { packet, capacity }, { &excess, 1 } };
  ssize_t length;
  do {
    length = readv(fd, parts, 2);
  } while (length < 0 && errno == EINTR);
  return length;
}

static ssize_t write_packet(int fd, const uint8_t *packet, uint32_t length)
{
  ssize_t written;
  do {
    written = write(fd, packet, length);
  } while (written < 0 && errno == EINTR);
  return written;
}

/** Negative, as JavaScript expects. EBADFD is how the driver says that the interface is gone. */
static int failure(int cause)
{
  return cause == EBADFD ? -ENODEV : -cause;
}

/** Whether only this packet is lost: malformed, too long, no room, or the interface is down. */
static bool loses_packet_only(int cause)
{
  return cause == EINVAL || cause == EMSGSIZE || cause == E2BIG || cause == EAGAIN ||
         cause == ENOBUFS || cause == ENOMEM || cause == EIO;
}

/**
 * Reads until `count` packets, no room, none waiting, or a failure, which shows if it came first. A
 * packet that the kernel cannot describe in a virtio header is lost to it (EINVAL), and only that.
 */
static int64_t read_entries(const device *device, const batch *batch, uint32_t first,
                            uint32_t count, room room)
{
  uint32_t done = 0;
  for (uint32_t tries = 0; tries < count; tries++) {
    uint32_t offset;
    if (!find_place(&room, &offset)) return done;
    ssize_t length = read_packet(device->fd, batch->memory.at + offset, room.capacity);
    if (length < 0 && errno == EINVAL) continue;
    if (length <= 0) {
      if (done > 0 || length == 0 || errno == EAGAIN) return done;
      return failure(errno);
    }
    uint32_t *length_word = length_of(batch, (uint64_t)first + done++);
    length_word[-1] = offset;
    length_word[0] = (uint32_t)length;
    room.free = offset + ((size_t)length < room.capacity ? (uint32_t)length : room.capacity);
  }
  return done;
}

static bool take_room(napi_env env, const napi_value *arguments, room *room)
{
  return take_uint32(env, arguments[0], "start", &room->free) &&
         take_uint32(env, arguments[1], "end", &room->end) &&
         take_uint32(env, arguments[2], "capacity", &room->capacity) &&
         take_uint32(env, arguments[3], "gap", &room->gap);
}

/**
 * read(handle, memory, table, stride, first, count, start, end, capacity, gap): packets read, or
 * -errno. All is checked before any packet is read: an exception must not lose one.
 */
napi_value batch_read(napi_env env, napi_callback_info info)
{
  napi_value arguments[10];
  device *device;
  batch batch;
  room room;
  uint32_t first, count, offset;
  if (!take_arguments(env, info, 10, arguments) || !take_device(env, arguments[0], &device) ||
      !take_batch(env, arguments + 1, &batch) ||
      !take_uint32(env, arguments[4], "first", &first) ||
      !take_uint32(env, arguments[5], "count", &count) || !take_room(env, arguments + 6, &room)) {
    return NULL;
  }
  /* The driver drops a packet whose virtio header does not fit, and calls that EINVAL. */
  if (room.capacity == 0 || room.capacity < device->header) {
    return refuse_range(env, "capacity is too small for any packet");
  }
  if (room.gap >= LINE) return refuse_range(env, "gap must be less than 64 octets");
  if (room.end > batch.memory.length) return refuse_range(env, "end is outside the memory");
  if (!find_place(&room, &offset)) {
    return refuse_range(env, "between start and end there is no room for a packet of this capacity");
  }
  for (uint64_t entry = first; entry < (uint64_t)first + count; entry++) {
    if (length_of(&batch, entry) == NULL) return out_of_range(env, "not in the table", entry);
  }
  if (device->fd < 0) return to_number(env, -EBADF);
  return to_number(env, read_entries(device, &batch, first, count, room));
}

/** Writes the entries listed. Skips what the kernel refuses; a dead device shows if it was first. */
static int64_t write_entries(const device *device, const batch *batch, const uint32_t *entries,
                             uint32_t count)
{
  int64_t written = 0;
  for (uint32_t i = 0; i < count; i++) {
    uint32_t *length_word = length_of(batch, *(const volatile uint32_t *)&entries[i]);
    if (length_word == NULL) continue;
    uint32_t length = *(const volatile uint32_t *)length_word;
    uint8_t *packet = packet_at(batch, length_word, length);
    if (packet == NULL) continue;
    ssize_t result = write_packet(device->fd, packet, length);
    if (result > 0) written += 1;
    if (result < 0 && !loses_packet_only(errno)) return written > 0 ? written : failure(errno);
  }
  return written;
}

/** write(handle, memory, table, stride, entries, count): packets written, or -errno. */
napi_value batch_write(napi_env env, napi_callback_info info)
{
  napi_value arguments[6];
  device *device;
  batch batch;
  words entries;
  uint32_t count;
  if (!take_arguments(env, info, 6, arguments) || !take_device(env, arguments[0], &device) ||
      !take_batch(env, arguments + 1, &batch) ||
      !take_words(env, arguments[4], "entries", &entries) ||
      !take_uint32(env, arguments[5], "count", &count)) {
    return NULL;
  }
  if (count > entries.length) {
    return refuse_range(env, "count is greater than the number of entries");
  }
  for (uint32_t i = 0; i < count; i++) {
    uint32_t *length_word = length_of(&batch, entries.at[i]);
    if (length_word == NULL) return out_of_range(env, "not in the table", entries.at[i]);
    if (packet_at(&batch, length_word, *length_word) == NULL) {
      return out_of_range(env, "offset + length is outside the memory", entries.at[i]);
    }
  }
  if (device->fd < 0) return to_number(env, -EBADF);
  return to_number(env, write_entries(device, &batch, entries.at, count));
}
