/**
 * Counts what a device receives, 20 times a second. A few packets in a thousand reach its sockets
 * (whoever starts it sees to that, or else the program that it attaches): their checksums are
 * verified by the kernel, and their sources here.
 *
 * Arguments: device; source, the first address that packets may come from, and sources, how many;
 * receiver, "stack" or "xdp": with the latter the device drops packets before the kernel has
 * made socket buffers of them.
 *
 * To each line on stdin it answers with a line of JSON: the counts since the line before.
 */
#include "bpf.h"
#include "common.h"
#include "flows.h"
#include "sockets.h"
#include <arpa/inet.h>
#include <net/if.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/** Milliseconds between two counts. */
enum { TICK = 50 };

enum { PROCESSORS = 1024, COUNTS = 4096 };

/** One packet of so many goes on to the sockets. A power of two. */
enum { SAMPLE = 1024 };


static struct {
  double time;
  uint64_t packets;
} counts[COUNTS];

static int load_receiver(int map)
{
  const struct bpf_insn program[] = {
    STORE_VALUE(BPF_W, BPF_REG_10, -4, 0),
    COPY(BPF_REG_2, BPF_REG_10),
    WITH_VALUE(BPF_ADD, BPF_REG_2, -4),
    LOAD_MAP(BPF_REG_1, map),
    CALL(BPF_FUNC_map_lookup_elem),
    SKIP_IF_VALUE(BPF_JEQ, BPF_REG_0, 0, 3),
    LOAD(BPF_DW, BPF_REG_1, BPF_REG_0, 0),
    WITH_VALUE(BPF_ADD, BPF_REG_1, 1),
    STORE(BPF_DW, BPF_REG_0, 0, BPF_REG_1),
    CALL(BPF_FUNC_get_prandom_u32),
    WITH_VALUE(BPF_AND, BPF_REG_0, SAMPLE - 1),
    SKIP_IF_VALUE(BPF_JEQ, BPF_REG_0, 0, 2),
    SET(BPF_REG_0, XDP_DROP),
    RETURN,
    SET(BPF_REG_0, XDP_PASS),
    RETURN,
  };
  return load_xdp(program, sizeof(program) / sizeof(*program));
}

/** What the program has counted, on all processors. */
static uint64_t counted_by(int map)
{
  static uint64_t counts[PROCESSORS];
  uint64_t sum = 0;
  read_map(map, counts);
  for (int i = 0; i < PROCESSORS; i++)
    sum += counts[i];
  return sum;
}

/** What the device has counted. */
static uint64_t counted_by_device(const char *device)
{
  char path[128], digits[32] = "";
  snprintf(path, sizeof(path), "/sys/class/net/%s/statistics/rx_packets", device);
  FILE *file = fopen(path, "r");
  if (!file || !fgets(digits, sizeof(digits), file))
    fail(path);
  fclose(file);
  return strtoull(digits, NULL, 10);
}

/** A counter of /proc/net, where a line of names precedes each line of values. */
static uint64_t counter(const char *path, const char *protocol, const char *name)
{
  char names[4096], values[4096];
  uint64_t found = 0;
  FILE *file = fopen(path, "r");
  if (!file)
    fail(path);
  while (fgets(names, sizeof(names), file) && fgets(values, sizeof(values), file)) {
    char *next_name, *next_value;
    if (strncmp(names, protocol, strlen(protocol)) != 0)
      continue;
    char *found_name = strtok_r(names, " \n", &next_name);
    char *value = strtok_r(values, " \n", &next_value);
    while (found_name && value) {
      if (strcmp(found_name, name) == 0)
        found = strtoull(value, NULL, 10);
      found_name = strtok_r(NULL, " \n", &next_name);
      value = strtok_r(NULL, " \n", &next_value);
    }
  }
  fclose(file);
  return found;
}

/** IP headers and UDP datagrams that the kernel found damaged. */
static uint64_t damaged(void)
{
  return counter("/proc/net/snmp", "Ip:", "InHdrErrors") +
         counter("/proc/net/snmp", "Udp:", "InCsumErrors") +
         counter("/proc/net/netstat", "IpExt:", "InCsumErrors");
}

/** What the sockets have received since the start. */
static struct {
  uint64_t samples;
  uint64_t strangers;
} seen;

static void look_at_samples(const int *sockets, uint32_t source, uint32_t sources)
{
  for (int i = 0; i < PORTS; i++) {
    char octets[PAYLOAD_OCTETS];
    struct sockaddr_in from;
    socklen_t length = sizeof(from);
    struct sockaddr *place = (struct sockaddr *)&from;
    while (recvfrom(sockets[i], octets, sizeof(octets), 0, place, &length) >= 0) {
      seen.samples += 1;
      seen.strangers += ntohl(from.sin_addr.s_addr) - source >= sources;
    }
  }
}

static void report(int filled)
{
  printf("{\"samples\":%lu,\"strangers\":%lu,", seen.samples, seen.strangers);
  printf("\"damaged\":%lu,\"counts\":[", damaged());
  for (int i = 0; i < filled; i++)
    printf("%s[%.6f,%lu]", i ? "," : "", counts[i].time, counts[i].packets);
  puts("]}");
  fflush(stdout);
}

int main(int count, char **arguments)
{
  (void)count;
  const char *device = text(arguments, "device");
  bool by_xdp = strcmp(text(arguments, "receiver"), "xdp") == 0;
  uint32_t source = ntohl(inet_addr(text(arguments, "source")));
  uint32_t sources = number(arguments, "sources");
  int map = -1, sockets[PORTS];
  if (by_xdp) {
    map = make_map(BPF_MAP_TYPE_PERCPU_ARRAY, sizeof(uint64_t), 0);
    attach_xdp(load_receiver(map), if_nametoindex(device));
  }
  open_ports(sockets);
  puts("ready");
  fflush(stdout);

  for (int filled = 0;;) {
    struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
    char line[64];
    look_at_samples(sockets, source, sources);
    counts[filled].packets = by_xdp ? counted_by(map) : counted_by_device(device);
    counts[filled].time = now();
    /* When nobody asks for long, the oldest are of no interest. */
    filled = filled + 1 < COUNTS ? filled + 1 : 1;
    if (poll(&input, 1, TICK) == 0)
      continue;
    if (read(STDIN_FILENO, line, sizeof(line)) <= 0)
      return 0;
    report(filled);
    filled = 0;
  }
}
