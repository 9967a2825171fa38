/* SPDX-License-Identifier: BSD-2-Clause */
/* canned.h - a control server in a process of its own, whose answers a test has
 * written beforehand. */
#ifndef ADIT_TEST_CONTROL_CANNED_H
#define ADIT_TEST_CONTROL_CANNED_H

#include "control/control_socket.h"

struct canned {
	pid_t pid;
	int asked; /* the reading end of a pipe: the requests */
};

/* Listens at `path`.  Each connection gets the next of `answers`, a line
 * without its end, up to NULL; then the process ends. */
void canned_open(struct canned *, const struct control_side *side,
		 const char *path, const char *const *answers);
/* What was asked, without its line end, in static memory; each call the next
 * one. */
const char *canned_asked(struct canned *);
/* Waits for the end of the process; it is a failure if answers are left. */
void canned_close(struct canned *);

#endif
