/** The thread behind a waiter. Two locks, always taken in this order: `watches_lock`, then `lock`. */
#include "watch.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum phase { QUIET, ARMED, REPORTED };

struct watch {
  watch *next;
  pthread_t thread;
  pthread_mutex_t lock;
  pthread_cond_t returned; /* poll() has returned */
  enum phase phase;
  bool polling;
  bool stopping;
  uint64_t rounds; /* how often poll() has returned */
  watch_events events;
  watch_report report;
  void *context;
  size_t count;
  struct pollfd wake;             /* an eventfd: "look at your fields again" */
  struct pollfd polled[WATCH_MAX]; /* fd -1 once forgotten; poll() passes over those */
};

/** Every watch of the process: descriptors are the process's, whichever thread closes them. */
static watch *watches = NULL;
static pthread_mutex_t watches_lock = PTHREAD_MUTEX_INITIALIZER;

static void wake(watch *watch)
{
  uint64_t one = 1;
  /* EAGAIN means that the counter is full, so the thread is being woken already. */
  while (write(watch->wake.fd, &one, sizeof one) < 0 && errno == EINTR) continue;
}

static void drain(watch *watch)
{
  uint64_t counted;
  while (read(watch->wake.fd, &counted, sizeof counted) < 0 && errno == EINTR) continue;
}

/** Polls once, unlocked, on a copy: the fields may change meanwhile. */
static void poll_unlocked(watch *watch, struct pollfd *seen)
{
  size_t count = watch->phase == ARMED ? watch->count : 0;
  seen[0] = watch->wake;
  memcpy(seen + 1, watch->polled, count * sizeof *seen);
  watch->polling = true;
  pthread_mutex_unlock(&watch->lock);
  int ready = poll(seen, count + 1, -1);
  pthread_mutex_lock(&watch->lock);
  watch->polling = false;
  watch->rounds += 1;
  pthread_cond_broadcast(&watch->returned);
  for (size_t i = 0; i <= WATCH_MAX; i++) {
    if (ready <= 0 || i > count) seen[i].revents = 0;
  }
}

/** What poll() saw, less the descriptors forgotten since. */
static watch_events events_in(const watch *watch, const struct pollfd *seen)
{
  watch_events events = { 0, 0 };
  for (size_t i = 0; i < watch->count; i++) {
    if (watch->polled[i].fd < 0) continue;
    if (seen[i].revents & POLLIN) events.ready |= UINT32_C(1) << i;
    if (seen[i].revents & (POLLERR | POLLHUP | POLLNVAL)) events.failed |= UINT32_C(1) << i;
  }
  return events;
}

static void *run(void *argument)
{
  watch *watch = argument;
  struct pollfd seen[1 + WATCH_MAX];
  pthread_mutex_lock(&watch->lock);
  while (!watch->stopping) {
    poll_unlocked(watch, seen);
    if (seen[0].revents != 0) drain(watch);
    watch_events events = events_in(watch, seen + 1);
    if (watch->phase != ARMED || watch->stopping || (events.ready | events.failed) == 0) continue;
    watch->phase = REPORTED;
    watch->events = events;
    watch->report(watch->context);
  }
  pthread_mutex_unlock(&watch->lock);
  return NULL;
}

/** Signals are for the main thread: this one must not be interrupted by them, nor run handlers. */
static int start_thread(watch *watch)
{
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int failure = pthread_create(&watch->thread, NULL, run, watch);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return -failure;
}

static void free_watch(watch *watch)
{
  close(watch->wake.fd);
  pthread_cond_destroy(&watch->returned);
  pthread_mutex_destroy(&watch->lock);
  free(watch);
}

int watch_start(watch **started, const int *fds, size_t count, watch_report report, void *context)
{
  watch *watch = calloc(1, sizeof *watch);
  if (watch == NULL) return -ENOMEM;
  watch->wake.fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (watch->wake.fd < 0) {
    int failure = -errno;
    free(watch);
    return failure;
  }
  watch->wake.events = POLLIN;
  watch->report = report;
  watch->context = context;
  watch->count = count;
  for (size_t i = 0; i < count; i++) watch->polled[i] = (struct pollfd){ fds[i], POLLIN, 0 };
  pthread_mutex_init(&watch->lock, NULL);
  pthread_cond_init(&watch->returned, NULL);
  /* The lock keeps watch_forget() away until the thread is there to answer it. */
  pthread_mutex_lock(&watches_lock);
  int failure = start_thread(watch);
  if (failure == 0) {
    watch->next = watches;
    watches = watch;
    *started = watch;
  }
  pthread_mutex_unlock(&watches_lock);
  if (failure != 0) free_watch(watch);
  return failure;
}

void watch_arm(watch *watch)
{
  pthread_mutex_lock(&watch->lock);
  bool was_quiet = watch->phase == QUIET;
  if (was_quiet) watch->phase = ARMED;
  pthread_mutex_unlock(&watch->lock);
  if (was_quiet) wake(watch);
}

bool watch_take(watch *watch, watch_events *taken)
{
  uint32_t watched = 0;
  pthread_mutex_lock(&watch->lock);
  for (size_t i = 0; i < watch->count; i++) {
    if (watch->polled[i].fd >= 0) watched |= UINT32_C(1) << i;
  }
  taken->ready = watch->events.ready & watched;
  taken->failed = watch->events.failed & watched;
  watch->phase = QUIET;
  pthread_mutex_unlock(&watch->lock);
  return (taken->ready | taken->failed) != 0;
}

void watch_stop(watch *watch)
{
  pthread_mutex_lock(&watch->lock);
  watch->stopping = true;
  pthread_mutex_unlock(&watch->lock);
  wake(watch);
  pthread_join(watch->thread, NULL);

  pthread_mutex_lock(&watches_lock);
  struct watch **link = &watches;
  while (*link != watch) link = &(*link)->next;
  *link = watch->next;
  pthread_mutex_unlock(&watches_lock);
  free_watch(watch);
}

static void forget(watch *watch, int fd)
{
  bool found = false;
  pthread_mutex_lock(&watch->lock);
  for (size_t i = 0; i < watch->count; i++) {
    if (watch->polled[i].fd != fd) continue;
    watch->polled[i].fd = -1;
    found = true;
  }
  if (found && watch->polling) {
    uint64_t round = watch->rounds;
    wake(watch);
    while (watch->rounds == round) pthread_cond_wait(&watch->returned, &watch->lock);
  }
  pthread_mutex_unlock(&watch->lock);
}

void watch_forget(int fd)
{
  pthread_mutex_lock(&watches_lock);
  for (watch *watch = watches; watch != NULL; watch = watch->next) forget(watch, fd);
  pthread_mutex_unlock(&watches_lock);
}
