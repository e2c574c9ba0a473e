/** From JavaScript values to C and back. Nothing is converted silently: 1.5, -1 and "1" throw. */
#include "af_xdp.h"

#include <stdio.h>

/** Throws what Node-API says of the call that just failed, unless something is thrown already. */
napi_value rethrow(napi_env env, const char *call)
{
  const napi_extended_error_info *last = NULL;
  bool pending = false;
  char message[256];
  napi_get_last_error_info(env, &last);
  const char *cause = last != NULL ? last->error_message : NULL;
  snprintf(message, sizeof message, "%s: %s", call, cause != NULL ? cause : "unknown failure");
  if (napi_is_exception_pending(env, &pending) == napi_ok && !pending) {
    napi_throw_error(env, NULL, message);
  }
  return NULL;
}

napi_value to_number(napi_env env, int64_t value)
{
  napi_value number;
  CHECKED(env, napi_create_int64(env, value, &number));
  return number;
}

bool refuse_range(napi_env env, const char *problem)
{
  napi_throw_range_error(env, NULL, problem);
  return false;
}

static bool refuse_type(napi_env env, const char *name, const char *expected)
{
  char message[128];
  snprintf(message, sizeof message, "%s must be %s", name, expected);
  napi_throw_type_error(env, NULL, message);
  return false;
}

bool take_arguments(napi_env env, napi_callback_info info, size_t count, napi_value *arguments)
{
  size_t given = count;
  if (napi_get_cb_info(env, info, &given, arguments, NULL, NULL) != napi_ok) {
    rethrow(env, "napi_get_cb_info");
    return false;
  }
  return given >= count || refuse_type(env, "every argument", "given");
}

bool take_uint32(napi_env env, napi_value value, const char *name, uint32_t *taken)
{
  double number;
  char message[128];
  /* napi_get_value_uint32 would turn -1 into 4294967295, and 2^32 into 0. */
  if (napi_get_value_double(env, value, &number) != napi_ok) {
    return refuse_type(env, name, "a number");
  }
  if (!(number >= 0 && number <= UINT32_MAX) || number != (double)(uint32_t)number) {
    snprintf(message, sizeof message, "%s must be a whole number from 0 to 4294967295, not %g",
             name, number);
    napi_throw_range_error(env, NULL, message);
    return false;
  }
  *taken = (uint32_t)number;
  return true;
}

bool take_bool(napi_env env, napi_value value, bool *taken)
{
  return napi_get_value_bool(env, value, taken) == napi_ok ||
         refuse_type(env, "a flag", "true or false");
}

/** The address of a typed array's first element. A detached array has length 0, and fits nothing. */
static bool take_view(napi_env env, napi_value value, napi_typedarray_type wanted, void **at,
                      size_t *length)
{
  napi_typedarray_type type;
  return napi_get_typedarray_info(env, value, &type, length, at, NULL, NULL) == napi_ok &&
         type == wanted;
}

bool take_octets(napi_env env, napi_value value, const char *name, octets *taken)
{
  void *at = NULL;
  bool fits = take_view(env, value, napi_uint8_array, &at, &taken->length);
  taken->at = at;
  return fits || refuse_type(env, name, "a Uint8Array");
}

bool take_words(napi_env env, napi_value value, const char *name, words *taken)
{
  void *at = NULL;
  bool fits = take_view(env, value, napi_uint32_array, &at, &taken->length);
  taken->at = at;
  return fits || refuse_type(env, name, "a Uint32Array");
}

bool take_group(napi_env env, napi_value value, group **taken)
{
  void *held = NULL;
  if (napi_get_value_external(env, value, &held) != napi_ok || held == NULL) {
    return refuse_type(env, "the handle", "one made by createGroup()");
  }
  *taken = held;
  return true;
}

/** The first two arguments of most functions: the group's handle and the socket's number. */
bool take_socket(napi_env env, const napi_value *arguments, group **taken, xsk **socket)
{
  uint32_t number;
  if (!take_group(env, arguments[0], taken) ||
      !take_uint32(env, arguments[1], "the socket", &number)) {
    return false;
  }
  if (number >= (*taken)->count) return refuse_range(env, "the group has no such socket");
  *socket = &(*taken)->sockets[number];
  return true;
}
