/* SPDX-License-Identifier: BSD-2-Clause */
/* reverse.h - connections from servers to the application. */
#ifndef ADIT_AGENT_REVERSE_H
#define ADIT_AGENT_REVERSE_H

#include <stdbool.h>

struct addr;
struct agent;
struct chan;
struct flow;
struct open;

/* The gateway asks for a connection to the application: made, or the channel is
 * reset. */
void reverse_open(struct agent *, struct chan *, const struct open *);
/* Whether it is an address of this machine, from which the application of this
 * control connection could ask to be connected to. */
bool reverse_is_here(const struct flow *control, const struct addr *);

#endif
