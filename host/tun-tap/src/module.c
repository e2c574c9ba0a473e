/** The table of what JavaScript may call. It is registered once per environment. */
#include "tun_tap.h"

#define METHOD(name, function)                                                                     \
  { name, NULL, function, NULL, NULL, NULL, napi_enumerable, NULL }

NAPI_MODULE_INIT(/* napi_env env, napi_value exports */)
{
  const napi_property_descriptor methods[] = {
    METHOD("open", device_open),
    METHOD("attach", device_attach),
    METHOD("setOffloads", device_set_offloads),
    METHOD("setHeader", device_set_header),
    METHOD("setLittleEndian", device_set_little_endian),
    METHOD("setPersist", device_set_persist),
    METHOD("fd", device_fd),
    METHOD("close", device_close),
    METHOD("getMtu", interface_get_mtu),
    METHOD("setMtu", interface_set_mtu),
    METHOD("getMac", interface_get_mac),
    METHOD("bringUp", interface_bring_up),
    METHOD("read", batch_read),
    METHOD("write", batch_write),
    METHOD("wait", wait_any),
  };
  CHECKED(env, napi_define_properties(env, exports, sizeof methods / sizeof *methods, methods));
  return exports;
}
