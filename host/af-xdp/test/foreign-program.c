/** Attaches a program of another name, which passes everything: foreign-program <interface> */
#include "../src/instructions.h"
#include "../src/netlink.h"

#include <linux/if_link.h>
#include <net/if.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int count, char **arguments)
{
  const struct bpf_insn pass[] = { SET(0, XDP_PASS), EXIT() };
  union bpf_attr load = { .prog_type = BPF_PROG_TYPE_XDP,
                          .insn_cnt = sizeof pass / sizeof *pass,
                          .insns = (__u64)(unsigned long)pass,
                          .license = (__u64)(unsigned long)"MIT",
                          .prog_name = "foreign" };
  link_request request;
  link_answer answer;
  if (count != 2) return 2;
  int program = (int)syscall(SYS_bpf, BPF_PROG_LOAD, &load, sizeof load);
  link_begin(&request, RTM_SETLINK, if_nametoindex(arguments[1]));
  struct rtattr *nested = link_put(&request, NLA_F_NESTED | IFLA_XDP, NULL, 0);
  link_put(&request, IFLA_XDP_FD, &program, sizeof program);
  link_end_nested(&request, nested);
  return link_ask(&request, &answer) == 0 ? 0 : 1;
}
