/* SPDX-License-Identifier: BSD-2-Clause */
/* background.h - what background.c, which makes the process of an agent, calls
 * in daemon.c, which runs in it. */
#ifndef ADIT_ADIT_BACKGROUND_H
#define ADIT_ADIT_BACKGROUND_H

#include "base/defs.h"

#include <jansson.h>

struct answer;
struct daemon_conf;
struct prompt;

/* Runs the agent until it has ended; returns an exit status.  `parent` is a
 * stream socket to the process that waits: when its other end is closed before
 * the login is done, the agent ends.  -1: there is no such process. */
MUST_CHECK int daemon_serve(const struct daemon_conf *, int parent);

/* ---- background_ask.c ---------------------------------------------------- */

/* The report that carries a question; NULL: no memory. */
json_t *background_prompt(const struct prompt *);
/* In the process that waits: asks what is in {"prompt": ...} of a report, and
 * sends the answer to the agent. */
void background_answer(const struct daemon_conf *, int fd,
		       const json_t *prompt);
/* In the agent: 0; ERR_NOTFOUND: nobody answers; ERR_CLOSED: the process that
 * waited is gone. */
MUST_CHECK int background_read_answer(int fd, struct answer *);

#endif
