#include "common.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

const char *text(char **arguments, const char *name)
{
  size_t length = strlen(name);
  for (char **argument = arguments + 1; *argument; argument++)
    if (strncmp(*argument, name, length) == 0 && (*argument)[length] == '=')
      return *argument + length + 1;
  fprintf(stderr, "%s: no argument %s=...\n", arguments[0], name);
  exit(2);
}

double number(char **arguments, const char *name)
{
  return strtod(text(arguments, name), NULL);
}

double now(void)
{
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

void spin_until(double time)
{
  while (now() < time)
    ;
}

void fail(const char *what)
{
  fprintf(stderr, "%s: %s\n", what, errno ? strerror(errno) : "failed");
  exit(1);
}
