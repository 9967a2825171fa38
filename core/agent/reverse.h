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

/* The gateway asks for a connection to the application: it is made, or the
 * channel is reset. */
void reverse_open(struct agent *, struct chan *, const struct open *);
/* Connects the channel with the server at this address, which the user has
 * published; or resets it. */
void reverse_to(struct agent *, struct chan *, const struct addr *to);
/* Whether the address is one of this machine, so that the application of
 * this control connection may listen there. */
bool reverse_is_here(const struct flow *control, const struct addr *);

#endif
