/* SPDX-License-Identifier: BSD-2-Clause */
/* gchan.h - a channel as the gateway has it: from the agent's OPEN, through
 * policy and a connect, to a relay between channel and server. */
#ifndef ADIT_GATEWAY_GCHAN_H
#define ADIT_GATEWAY_GCHAN_H

#include "gateway/gsession.h"
#include "net/relay.h"

struct dial;
struct inspection;

struct gchan {
	struct relay relay; /* chan_end() of its chan */
	struct gsession *gs;
	const struct gw_resource *resource; /* of shard.snap, or NULL */
	struct addr source, dest;
	struct dial *dial;             /* what is asked for, until connected */
	struct inspection *inspection; /* while a plugin looks at it */
	struct list dialing;           /* shard.dialing, or lookup.waiting */
	char *audit;                   /* what a plugin wrote down, or NULL */
	char *event;                   /* a line for when this ends, or NULL */
	struct inspection *above; /* whose plugin announced this, or NULL */
	struct list beside;       /* above->below */
	uint32_t expectation;     /* that it came through, 0: none */
	uint32_t serial;          /* its number within the session */
	uint32_t parent;          /* the serial of another, 0: none */
	const char *rule;         /* of policy, that refuses it; or NULL */
	bool reverse;             /* the server has come to us ... */
	bool due;                 /* ... and the agent has not answered */
	const char *doomed;       /* came from another process, and cannot
					 * go on: why */
};

/* session_ops.open */
void gchan_on_open(struct session *, struct chan *, const struct open *);
/* A channel that this side opens or has opened. */
struct gchan *gchan_new(struct gsession *, const struct addr *source);
extern const struct chan_ops gchan_ops; /* a plain relay */
/* The end of a channel; frees it.  For chan_ops.closed. */
void gchan_closed(struct chan *, unsigned reason, const char *text);

/* Policy says no: the log and the audit say why ... */
void gchan_note_refusal(struct gchan *, const struct policy_answer *);
/* ... and the user hears that it is so. */
void gchan_refuse(struct gchan *);
/* Connected: the relay begins, or the plugin. */
void gchan_connected(struct gchan *, int fd);
/* Whether it may go on under the configuration of now; else resets it. */
void gchan_judge(struct chan *);
/* The resource of now in the place of what it was; false: it must not go on. */
MUST_CHECK bool gchan_renew(struct gchan *, const struct gw_resource *was);
const char *gchan_who(const struct gchan *, char *to);
/* The plugin of its resource, or NULL. */
const struct handler *gchan_handler(const struct gchan *);

/* A plugin's channel and those that it announced: `above` may end first. */
void gchan_link(struct gchan *, struct inspection *above);
/* For chan_ops.opened: the agent has answered. */
void gchan_opened(struct chan *, const struct opened *);
/* When anything last went through it, or through a channel that it announced. */
uint64_t gchan_active_us(const struct gchan *);

/* audit.c: what is known of its end as long as its dial is there. */
enum { AUDIT_DEST = HOST_MAX + 10 };
struct audit_end {
	char dest[AUDIT_DEST]; /* where it leads, or was to lead */
	bool made;             /* it was connected */
};
void audit_look(const struct gchan *, struct audit_end *);
/* Its one line; of those that were not made, and are alike, the first ones. */
void audit_channel(struct gchan *, const struct audit_end *, unsigned reason,
		   const char *text);
/* Puts key="value" onto that line. */
void audit_add(struct gchan *, const char *key, const char *value);
/* audit_event.c: a line of its own, written by a plugin: at once, or when the
 * connection that came through the expectation has ended. */
void audit_event(struct gchan *, uint32_t expectation, const char *text);
/* That connection ends. */
void audit_event_due(struct gchan *, unsigned reason);

#endif
