/* SPDX-License-Identifier: BSD-2-Clause */
/* agent_world.h - an agent with a session and without a connection to its gateway. */
#ifndef ADIT_FUZZ_AGENT_WORLD_H
#define ADIT_FUZZ_AGENT_WORLD_H

#include "agent/inside.h"
#include "agent/uplink_parts.h"

enum { MARKER = 7 };

struct agent_world {
	struct loop loop;
	struct agent_conf conf; /* one for all inputs */
	struct agent *agent;
	int lowest; /* descriptor that was free */
};

extern struct agent_world world;

void world_open(void);
/* Nothing is left of it, or the program is aborted. */
void world_close(void);
/* A frame of the gateway; `f` has its command, flags and ids.  An error: the
 * session has ended. */
MUST_CHECK int world_say(struct frame *f, const void *payload, size_t n);
/* What is due happens, and what goes to the gateway is thrown away. */
void world_turn(void);
/* The only address that the user chose. */
extern const char world_fixed[];

#endif
