/* SPDX-License-Identifier: BSD-2-Clause */
/* captive.c - tries from inside a worker what a worker must not do: for tests. */
#define _GNU_SOURCE
#include <adit/plugin.h>

#include "forbidden.h"

/* TRY is answered with the first call that went through, RUN with nothing. */
static enum adit_verdict message(struct adit_msg *m)
{
	const char *passed;

	if (adit_word(m, "TRY")) {
		passed = forbidden_passed(BY_WORKER);
		adit_injectf(m->ch, ADIT_TO_CLIENT, "through: %s\n",
			     passed ? passed : "none");
		return ADIT_DROP;
	}
	if (adit_word(m, "RUN"))
		forbidden_try(&deadly[0]);
	return ADIT_PASS;
}

ADIT_PLUGIN(.name = "captive", .version = "1",
	    .summary = "tries what a worker must not do",
	    .can = ADIT_CAN_REWRITE | ADIT_CAN_INJECT, .max_message = 256,
	    .frame = { adit_frame_line, adit_frame_line }, .message = message);
