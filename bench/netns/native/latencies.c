#include "latencies.h"
#include "common.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/** Buckets between a number and its double: each is 4 % wider than the one before. */
static const double BUCKETS = 16;

struct latencies make_latencies(size_t most)
{
  struct latencies made = { .seconds = calloc(most, sizeof(double)) };
  if (!made.seconds)
    fail("calloc");
  return made;
}

static int compare(const void *left, const void *right)
{
  double difference = *(const double *)left - *(const double *)right;
  return (difference > 0) - (difference < 0);
}

static void print_quantile(const struct latencies *sorted, const char *name, double quantile)
{
  size_t index = ceil(quantile * sorted->count);
  printf("\"%s\":%.3f,", name, sorted->seconds[index ? index - 1 : 0] * 1e6);
}

static double bucket_of(double seconds)
{
  return floor(log2(fmax(seconds, 1e-9) * 1e6) * BUCKETS);
}

void print_latencies(struct latencies *latencies)
{
  size_t count = latencies->count;
  printf("{\"count\":%zu,\"lost\":%zu,", count, latencies->lost);
  qsort(latencies->seconds, count, sizeof(double), compare);
  if (count > 0) {
    print_quantile(latencies, "p50", 0.5);
    print_quantile(latencies, "p90", 0.9);
    print_quantile(latencies, "p99", 0.99);
    print_quantile(latencies, "p99.9", 0.999);
    print_quantile(latencies, "max", 1);
  }
  printf("\"buckets\":[");
  for (size_t i = 0, next; i < count; i = next) {
    double bucket = bucket_of(latencies->seconds[i]);
    for (next = i; next < count && bucket_of(latencies->seconds[next]) == bucket; next++)
      ;
    printf("%s[%.3f,%zu]", i ? "," : "", exp2(bucket / BUCKETS), next - i);
  }
  printf("]}");
}
