/* SPDX-License-Identifier: BSD-2-Clause */
/* looper.c - does not come back, if it is told so: for tests. */
#include <adit/plugin.h>

#include <stdbool.h>

static volatile bool for_ever = true;

static enum adit_verdict message(struct adit_msg *m)
{
	while (adit_word(m, "LOOP") && for_ever)
		;
	return ADIT_PASS;
}

ADIT_PLUGIN(.name = "looper", .version = "1",
	    .summary = "loops where it is told to", .max_message = 256,
	    .frame = { adit_frame_line, adit_frame_line }, .message = message);
