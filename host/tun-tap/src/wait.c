/**
 * Waiting for descriptors and for this thread's event loop at once, without giving the event loop
 * its turn.
 *
 * All that libuv waits for in the kernel hangs on one epoll descriptor, which is itself readable
 * as soon as any of it is ready. Its timers do not: they are the timeout of its own epoll_wait().
 */
#define _GNU_SOURCE /* ppoll() */
#include "tun_tap.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <time.h>

/** One bit for each descriptor, and EVENT_LOOP. */
#define MOST_FDS 31
#define EVENT_LOOP (UINT32_C(1) << MOST_FDS)

#define LONGEST_MS 1000
#define NS_IN_MS 1000000
#define NS_IN_S 1000000000

/* Of libuv's uv.h, which is not among the headers of Node-API. Node.js exports it. */
int uv_backend_fd(const struct uv_loop_s *loop);

static bool take_timeout(napi_env env, napi_value value, struct timespec *taken)
{
  double ms;
  char message[128];
  if (!take_double(env, value, "timeout", &ms)) return false;
  if (!(ms >= 0 && ms <= LONGEST_MS)) {
    snprintf(message, sizeof message,
             "timeout must be 0 to %d milliseconds, since timers are late by as much, not %g",
             LONGEST_MS, ms);
    napi_throw_range_error(env, NULL, message);
    return false;
  }
  int64_t ns = (int64_t)(ms * NS_IN_MS);
  taken->tv_sec = (time_t)(ns / NS_IN_S);
  taken->tv_nsec = (long)(ns % NS_IN_S);
  return true;
}

static uint32_t bits_of(const struct pollfd *polled, size_t count)
{
  uint32_t bits = polled[count].revents != 0 ? EVENT_LOOP : 0;
  for (size_t i = 0; i < count; i++) {
    if (polled[i].revents != 0) bits |= UINT32_C(1) << i;
  }
  return bits;
}

/** wait(fds, timeout): bits, 0 after the timeout or a signal, or a negative errno. */
napi_value wait_any(napi_env env, napi_callback_info info)
{
  napi_value arguments[2];
  integers fds;
  struct timespec timeout;
  struct uv_loop_s *loop;
  struct pollfd polled[MOST_FDS + 1];
  if (!take_arguments(env, info, 2, arguments) ||
      !take_integers(env, arguments[0], "fds", &fds) ||
      !take_timeout(env, arguments[1], &timeout)) {
    return NULL;
  }
  if (fds.length > MOST_FDS) {
    napi_throw_range_error(env, NULL, "fds must be at most 31 descriptors: each has a bit");
    return NULL;
  }
  CHECKED(env, napi_get_uv_event_loop(env, &loop));
  for (size_t i = 0; i < fds.length; i++) {
    polled[i] = (struct pollfd){ .fd = fds.at[i], .events = POLLIN };
  }
  polled[fds.length] = (struct pollfd){ .fd = uv_backend_fd(loop), .events = POLLIN };

  int ready = ppoll(polled, fds.length + 1, &timeout, NULL);
  if (ready > 0) return to_number(env, bits_of(polled, fds.length));
  /* A signal's handler runs in the event loop, which has been told of it: the next call says so. */
  return to_number(env, ready == 0 || errno == EINTR ? 0 : -errno);
}
