/* SPDX-License-Identifier: BSD-2-Clause */
/* options.h - the options of relayed sockets; for sock.c. */
#ifndef ADIT_NET_OPTIONS_H
#define ADIT_NET_OPTIONS_H

#include <stdbool.h>

struct sock;

/* Whether close() sends RST, also when the process dies. */
void option_linger(int fd, bool reset);
/* Probes after so many idle seconds; 0: after the system's two hours. */
void option_keep_alive(int fd, unsigned seconds);
/* Small writes go at once, also while an earlier one is not acknowledged. */
void option_no_delay(int fd);
/* What must hold before the first byte: an end by RST if the process dies, and
 * urgent bytes in their place. */
void option_exact(int fd);
/* Sets keep-alive within a second.  Most connections are over by then, and the
 * firewalls that it is for have more patience. */
void option_grow_up(struct sock *);

#endif
