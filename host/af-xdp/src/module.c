/** The table of what JavaScript may call. It is registered once per environment. */
#include "af_xdp.h"

#define METHOD(name, function)                                                                     \
  { name, NULL, function, NULL, NULL, NULL, napi_enumerable, NULL }

NAPI_MODULE_INIT(/* napi_env env, napi_value exports */)
{
  const napi_property_descriptor methods[] = {
    METHOD("createGroup", group_create),
    METHOD("frames", group_frames),
    METHOD("close", group_close),
    METHOD("openSocket", socket_open),
    METHOD("registerUmem", socket_register_umem),
    METHOD("makeRings", socket_make_rings),
    METHOD("bind", socket_bind),
    METHOD("fd", socket_fd),
    METHOD("statistics", socket_statistics),
    METHOD("receive", batch_receive),
    METHOD("send", batch_send),
    METHOD("release", batch_release),
    METHOD("take", batch_take),
    METHOD("flush", batch_flush),
    METHOD("makeMap", bpf_make_map),
    METHOD("loadProgram", bpf_load_program),
    METHOD("isOurs", bpf_is_ours),
    METHOD("link", link_query),
    METHOD("attach", link_attach),
    METHOD("detach", link_detach),
    METHOD("addresses", interface_addresses),
    METHOD("channels", interface_channels),
  };
  CHECKED(env, napi_define_properties(env, exports, sizeof methods / sizeof *methods, methods));
  return exports;
}
