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

static napi_value out_of_range(napi_env env, const char *problem, uint64_t entry)
{
  char message[128];
  snprintf(message, sizeof message, "entry %llu: %s", (unsigned long long)entry, problem);
  napi_throw_range_error(env, NULL, message);
  return NULL;
}

static bool take_batch(napi_env env, const napi_value *arguments, batch *batch)
{
  if (!take_octets(env, arguments[0], "memory", &batch->memory) ||
      !take_words(env, arguments[1], "table", &batch->table) ||
      !take_uint32(env, arguments[2], "stride", &batch->stride)) {
    return false;
  }
  if (batch->stride >= 2) return true;
  napi_throw_range_error(env, NULL, "stride must be at least 2 words");
  return false;
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

/** Reads until `count` packets, none waiting, or failure: the last shows if it was the first. */
static int64_t read_entries(const device *device, const batch *batch, uint32_t first,
                            uint32_t count, uint32_t capacity)
{
  for (uint32_t done = 0; done < count; done++) {
    uint32_t *length_word = length_of(batch, (uint64_t)first + done);
    uint8_t *packet = packet_at(batch, length_word, capacity);
    if (packet == NULL) return done;
    ssize_t length = read_packet(device->fd, packet, capacity);
    if (length <= 0) {
      if (done > 0 || length == 0 || errno == EAGAIN) return done;
      return failure(errno);
    }
    *length_word = (uint32_t)length;
  }
  return count;
}

/** read(handle, memory, table, stride, first, count, capacity): packets read, or -errno. */
napi_value batch_read(napi_env env, napi_callback_info info)
{
  napi_value arguments[7];
  device *device;
  batch batch;
  uint32_t first, count, capacity;
  if (!take_arguments(env, info, 7, arguments) || !take_device(env, arguments[0], &device) ||
      !take_batch(env, arguments + 1, &batch) ||
      !take_uint32(env, arguments[4], "first", &first) ||
      !take_uint32(env, arguments[5], "count", &count) ||
      !take_uint32(env, arguments[6], "capacity", &capacity)) {
    return NULL;
  }
  /* The driver drops a packet whose virtio header does not fit, and calls that EINVAL. */
  if (capacity == 0 || capacity < device->header) {
    napi_throw_range_error(env, NULL, "capacity is too small for any packet");
    return NULL;
  }
  /* All are checked before any is used: an exception must not lose packets already read. */
  for (uint64_t entry = first; entry < (uint64_t)first + count; entry++) {
    uint32_t *length_word = length_of(&batch, entry);
    if (length_word == NULL) return out_of_range(env, "not in the table", entry);
    if (packet_at(&batch, length_word, capacity) == NULL) {
      return out_of_range(env, "offset + capacity is outside the memory", entry);
    }
  }
  if (device->fd < 0) return to_number(env, -EBADF);
  return to_number(env, read_entries(device, &batch, first, count, capacity));
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
    napi_throw_range_error(env, NULL, "count is greater than the number of entries");
    return NULL;
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
