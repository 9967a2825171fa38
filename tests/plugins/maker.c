/* SPDX-License-Identifier: BSD-2-Clause */
/* maker.c - says as whom its constructor runs: for tests. */
#define _GNU_SOURCE
#include <adit/plugin.h>

#include <stdio.h>
#include <unistd.h>

static void __attribute__((constructor)) tell(void)
{
	dprintf(STDERR_FILENO, "constructor: user %u\n", (unsigned)geteuid());
}

static enum adit_verdict message(struct adit_msg *m)
{
	(void)m;
	return ADIT_PASS;
}

ADIT_PLUGIN(.name = "maker", .version = "1", .summary = "has a constructor",
	    .max_message = 256, .frame = { adit_frame_line, adit_frame_line },
	    .message = message);
