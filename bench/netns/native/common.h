/** What all of these programs need: arguments, time, failing. */
#pragma once
#include <stdint.h>

/** The value of "name=value" among the arguments. Ends the program if there is none. */
const char *text(char **arguments, const char *name);
double number(char **arguments, const char *name);

/** Seconds on the monotonic clock, which all processes of the machine share. */
double now(void);

/** Waits until `time`, without sleeping. */
void spin_until(double time);

/** Prints "what: why" and ends the program. The why is that of errno, if there is one. */
_Noreturn void fail(const char *what);
