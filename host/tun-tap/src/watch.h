/**
 * A thread that blocks in poll() so that the event loop need not. It knows nothing of JavaScript.
 *
 * A watch is quiet until it is armed; then it reports once, and is quiet again:
 *
 *     QUIET --watch_arm--> ARMED --a descriptor is ready--> REPORTED --watch_take--> QUIET
 */
#ifndef WATCH_H
#define WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** One bit for each descriptor. */
#define WATCH_MAX 32

typedef struct watch watch;

/** What was seen: bit i stands for the i-th descriptor. */
typedef struct {
  uint32_t ready;  /* has something to read */
  uint32_t failed; /* is in error, hung up, or no descriptor at all */
} watch_events;

/** Runs on the watching thread, with the watch locked: it may only pass the word on. */
typedef void (*watch_report)(void *context);

/** Starts a thread over `count` descriptors, at most WATCH_MAX. Returns 0 or a negative errno. */
int watch_start(watch **started, const int *fds, size_t count, watch_report report, void *context);

/** Asks for one report. No effect while one is asked for, or made and not taken. */
void watch_arm(watch *watch);

/** Takes the report. False if it is empty, since its descriptors were forgotten meanwhile. */
bool watch_take(watch *watch, watch_events *taken);

/** Joins the thread and frees the watch. No report is made after this returns. */
void watch_stop(watch *watch);

/** Takes a descriptor out of every watch. When this returns no thread polls it, and it may close. */
void watch_forget(int fd);

#endif
