/** Many latencies, and how they are told: a few quantiles, and how many there were of each size. */
#pragma once
#include <stddef.h>

struct latencies {
  double *seconds;
  size_t count;
  size_t lost;
};

struct latencies make_latencies(size_t most);

/** Prints a JSON object, in microseconds. A bucket is what it begins at and how many are in it. */
void print_latencies(struct latencies *latencies);
