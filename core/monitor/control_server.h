/* SPDX-License-Identifier: BSD-2-Clause */
/* control_server.h - the socket on which aditctl asks: one line of JSON each way,
 * then the connection ends. */
#ifndef ADIT_MONITOR_CONTROL_SERVER_H
#define ADIT_MONITOR_CONTROL_SERVER_H

#include "base/defs.h"

#include <ev.h>
#include <jansson.h>
#include <stdint.h>

enum { CONTROL_REQUEST_MAX = 65536 };

struct control;

/* `request` is an object and lives until the call returns.  The answer comes
 * from control_reply, now or later. */
typedef void control_fn(void *ctx, uint32_t client, const json_t *request);

struct control_conf {
	struct ev_loop *loop;
	const char *path;
	control_fn *asked;
	void *ctx;
	double timeout; /* seconds for each half of a conversation */
	int fd;         /* listens already, under that name; 0: not */
};

/* Replaces a socket that nobody listens on; makes its folder if need be.  NULL:
 * the reason, and what to do, stands in why. */
MUST_CHECK struct control *control_open(const struct control_conf *, char *why,
					size_t why_cap);
/* Removes the socket's name too. */
void control_close(struct control *);

/* For an earlier and a later life of this process: the listener; a client that
 * waits; and one that has waited since then, -1 is none. */
int control_fd(const struct control *);
int control_client_fd(struct control *, uint32_t client);
uint32_t control_adopt(struct control *, int fd);

/* Takes `reply`; NULL: no memory.  A client that has gone is no error. */
void control_reply(struct control *, uint32_t client, json_t *reply);
/* {"error": text} */
json_t *control_error(const char *fmt, ...) PRINTF(1, 2);

/* The first line of `p` as an object.  NULL: `why` says what is wrong, or is
 * empty while the line has no end yet. */
MUST_CHECK json_t *control_parse(const uint8_t *p, size_t n, char *why,
				 size_t why_cap);

#endif
