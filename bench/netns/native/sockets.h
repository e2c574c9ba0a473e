/** Sockets that generators send by, and that their packets reach. */
#pragma once
#include <netinet/in.h>
#include <stdint.h>

/** How many ports flows go to, one after another from FIRST_PORT. */
enum { PORTS = 2 };

/** Has what is opened from now on be in the network namespace of this path. */
void enter(const char *namespace);

/** A socket whose frames a device sends at once, without a queue. Ends the program on failure. */
int open_device(const char *name);

/** Ends the program unless a packet came from one of so many addresses: it was not translated. */
void check_source(const struct sockaddr_in *from, char **arguments);

/** A socket for UDP that does not wait when it is read; on any port, if it is 0. */
int open_port(uint16_t port);

/** Opens one for each port that flows go to. */
void open_ports(int *sockets);
