/**
 * A watch whose report calls a JavaScript function.
 *
 * Two owners may end a waiter: JavaScript by closeWaiter(), or the environment by ending first
 * (a worker terminated, the process exiting). Whichever comes joins the thread, and only then may
 * the threadsafe function go: a thread that calls one that is gone is undefined behaviour.
 */
#include "tun_tap.h"
#include "watch.h"

#include <errno.h>
#include <stdlib.h>

typedef struct {
  watch *watch; /* NULL once stopped */
  napi_threadsafe_function deliver;
} waiter;

static void report(void *context)
{
  waiter *waiter = context;
  /* Its queue has no limit and its end comes after this thread's, so the call cannot fail. */
  (void)napi_call_threadsafe_function(waiter->deliver, NULL, napi_tsfn_nonblocking);
}

/** Calls callback(ready, failed). What it throws becomes an uncaught exception, as from a timer. */
static napi_value call_back(napi_env env, napi_value callback, watch_events events)
{
  napi_value receiver, arguments[2], error;
  CHECKED(env, napi_get_undefined(env, &receiver));
  CHECKED(env, napi_create_uint32(env, events.ready, &arguments[0]));
  CHECKED(env, napi_create_uint32(env, events.failed, &arguments[1]));
  if (napi_call_function(env, receiver, callback, 2, arguments, NULL) != napi_pending_exception) {
    return NULL;
  }
  /* Left pending, Node 20 would swallow it with a deprecation warning (DEP0168). */
  CHECKED(env, napi_get_and_clear_last_exception(env, &error));
  CHECKED(env, napi_fatal_exception(env, error));
  return NULL;
}

static void deliver(napi_env env, napi_value callback, void *context, void *data)
{
  waiter *waiter = context;
  watch_events events;
  (void)data;
  /* Without an environment the call is being thrown away, and the waiter may be freed. */
  if (env == NULL || waiter->watch == NULL) return;
  if (watch_take(waiter->watch, &events)) {
    call_back(env, callback, events);
  } else {
    watch_arm(waiter->watch);
  }
}

static void stop_at_teardown(void *held)
{
  waiter *waiter = held;
  if (waiter->watch != NULL) watch_stop(waiter->watch);
  waiter->watch = NULL;
}

static void close_waiter(napi_env env, waiter *waiter)
{
  if (waiter->watch == NULL) return;
  stop_at_teardown(waiter);
  napi_remove_env_cleanup_hook(env, stop_at_teardown, waiter);
  napi_release_threadsafe_function(waiter->deliver, napi_tsfn_abort);
}

static void finalize_waiter(napi_env env, void *held, void *hint)
{
  (void)hint;
  close_waiter(env, held);
  free(held);
}

static bool take_fds(napi_env env, napi_value array, int *fds, uint32_t *count)
{
  napi_value element;
  uint32_t fd;
  if (napi_get_array_length(env, array, count) != napi_ok) {
    napi_throw_type_error(env, NULL, "fds must be an array of numbers");
    return false;
  }
  if (*count < 1 || *count > WATCH_MAX) {
    napi_throw_range_error(env, NULL, "fds must hold 1 to 32 descriptors");
    return false;
  }
  for (uint32_t i = 0; i < *count; i++) {
    if (napi_get_element(env, array, i, &element) != napi_ok) {
      rethrow(env, "napi_get_element");
      return false;
    }
    if (!take_uint32(env, element, "each of fds", &fd)) return false;
    if (fd > INT32_MAX) {
      napi_throw_range_error(env, NULL, "each of fds must be a file descriptor");
      return false;
    }
    fds[i] = (int)fd;
  }
  return true;
}

static bool take_waiter(napi_env env, napi_callback_info info, size_t count, napi_value *arguments,
                        waiter **taken)
{
  void *held = NULL;
  if (!take_arguments(env, info, count, arguments)) return false;
  if (napi_get_value_external(env, arguments[0], &held) != napi_ok || held == NULL) {
    rethrow(env, "napi_get_value_external");
    return false;
  }
  *taken = held;
  return true;
}

/** createWaiter(fds, callback): a handle, or a negative errno. */
napi_value waiter_create(napi_env env, napi_callback_info info)
{
  napi_value arguments[2], name, handle;
  int fds[WATCH_MAX];
  uint32_t count;
  if (!take_arguments(env, info, 2, arguments) || !take_fds(env, arguments[0], fds, &count)) {
    return NULL;
  }
  CHECKED(env, napi_create_string_utf8(env, "tun-tap.Waiter", NAPI_AUTO_LENGTH, &name));
  waiter *created = calloc(1, sizeof *created);
  if (created == NULL) return to_number(env, -ENOMEM);
  /* From here on the handle owns it: whatever fails, its finalizer frees. */
  if (napi_create_external(env, created, finalize_waiter, NULL, &handle) != napi_ok) {
    free(created);
    return rethrow(env, "napi_create_external");
  }
  CHECKED(env, napi_create_threadsafe_function(env, arguments[1], NULL, name, 0, 1, NULL, NULL,
                                               created, deliver, &created->deliver));
  int failure = watch_start(&created->watch, fds, count, report, created);
  if (failure < 0) {
    napi_release_threadsafe_function(created->deliver, napi_tsfn_abort);
    return to_number(env, failure);
  }
  /* Hooks run last added first: this one before the threadsafe function's own. */
  CHECKED(env, napi_add_env_cleanup_hook(env, stop_at_teardown, created));
  return handle;
}

/** armWaiter(handle): no effect once closed. */
napi_value waiter_arm(napi_env env, napi_callback_info info)
{
  napi_value handle;
  waiter *waiter;
  if (!take_waiter(env, info, 1, &handle, &waiter)) return NULL;
  if (waiter->watch != NULL) watch_arm(waiter->watch);
  return NULL;
}

/** keepAlive(handle, wanted): whether an open waiter keeps the process running. */
napi_value waiter_keep_alive(napi_env env, napi_callback_info info)
{
  napi_value arguments[2];
  waiter *waiter;
  bool wanted;
  if (!take_waiter(env, info, 2, arguments, &waiter)) return NULL;
  if (!take_bool(env, arguments[1], &wanted) || waiter->watch == NULL) return NULL;
  if (wanted) {
    CHECKED(env, napi_ref_threadsafe_function(env, waiter->deliver));
  } else {
    CHECKED(env, napi_unref_threadsafe_function(env, waiter->deliver));
  }
  return NULL;
}

/** closeWaiter(handle): idempotent. No callback runs after it. */
napi_value waiter_close(napi_env env, napi_callback_info info)
{
  napi_value handle;
  waiter *waiter;
  if (!take_waiter(env, info, 1, &handle, &waiter)) return NULL;
  close_waiter(env, waiter);
  return NULL;
}
