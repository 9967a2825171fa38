/* SPDX-License-Identifier: BSD-2-Clause */
/* talk.h - a client of the agent's proxy port that has no connection yet.
 *
 * SOCKS5 and HTTP share the port; the first byte tells them apart. */
#ifndef ADIT_AGENT_TALK_H
#define ADIT_AGENT_TALK_H

#include "agent/flow.h"
#include "proxy/socks_parse.h"
#include "base/buf.h"

struct http_talk;
struct talk;

/* A protocol. */
struct talk_ops {
	/* Bytes, or the end, can be read from talk.fd: reads once.  May free
	 * the talk. */
	void (*readable)(struct talk *);
	/* The gateway has connected: tells the client, or gives the flow what
	 * goes to the server first. */
	void (*opened)(struct talk *, struct flow *);
	/* There will be no connection (enum reason; a text or NULL): tells the
	 * client, and ends the talk. */
	void (*closed)(struct talk *, unsigned reason, const char *text);
};

struct talk {
	struct list node; /* agent.talks */
	struct flow_user user;
	struct agent *agent;
	const struct talk_ops *ops; /* NULL: no byte has come */
	struct flow *flow;          /* the channel asked for, or NULL */
	int fd;
	ev_io rd, wr;
	ev_timer late;
	struct addr peer;
	struct buf last; /* what is still to be sent before the end */

	struct http_talk *http; /* of http_connect.c */

	/* of socks.c */
	bool greeted;
	size_t have;
	uint8_t in[SOCKS_MAX];
};

/* For listener_new: takes fd. */
void talk_on_accepted(struct listener *, int fd, const struct addr *peer);
void talk_free(struct talk *);
/* Sends a few bytes, which always fit into the buffer of a new socket. */
void talk_say(struct talk *, const void *p, size_t n);
/* Takes what `reply` holds, and frees the talk when the client has read it. */
void talk_say_last(struct talk *, struct buf *reply);
/* Asks the gateway for a connection; `opened` or `closed` of the protocol
 * follows, maybe from inside this call. */
void talk_ask_gateway(struct talk *, const struct dest *to);

#endif
