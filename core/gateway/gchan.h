/* SPDX-License-Identifier: BSD-2-Clause */
/* gchan.h - a channel as the gateway has it: from the agent's OPEN, through
 * policy and a connect, to a relay between channel and server. */
#ifndef ADIT_GATEWAY_GCHAN_H
#define ADIT_GATEWAY_GCHAN_H

#include "expect/expect.h"
#include "gateway/gsession.h"
#include "net/relay.h"

struct dial;
struct inspection;
struct inspect_ops;
struct gchan;

/* Functions of gchan_life.c for the files below it, which cannot call it. */
struct gchan_calls {
	const struct chan_ops *plain;   /* of a channel without a plugin */
	const struct inspect_ops *asks; /* what a plugin asks for */
	/* Connects, from the beginning, to what its agent has asked for. */
	void (*dial)(struct gchan *);
	/* A dial has a connection: the relay begins, or the plugin. */
	void (*connected)(struct gchan *, int fd);
};
extern const struct gchan_calls gchan_calls; /* gchan_life.c */

struct gchan {
	struct relay relay; /* chan_end() of its chan */
	const struct gchan_calls *calls;
	struct gsession *gs;
	const struct gw_resource *resource; /* of shard.config, or NULL */
	struct addr source, dest;
	struct dial *dial;             /* what is asked for, until connected */
	struct inspection *inspection; /* while a plugin looks at it */
	struct list dialing;           /* shard.dialing, expectation.waiting, or
			      * codes.held */
	struct expect_parent announces; /* what its plugin has announced */
	char *audit;                    /* what a plugin wrote down, or NULL */
	char *event;                    /* a line for when this ends, or NULL */
	struct inspection *above; /* whose plugin announced this, or NULL */
	struct list beside;       /* above->below */
	uint32_t expectation;     /* that it came through, 0: none */
	uint32_t serial;          /* its number within the session */
	uint32_t parent;          /* the serial of another, 0: none */
	char *published;          /* the name under which it came, or NULL */
	const char *rule;         /* of policy, that refuses it; or NULL */
	struct tally_told told;
	bool reverse;       /* the server has come to us ... */
	bool due;           /* ... and the agent has not answered */
	const char *doomed; /* came from another process, and cannot
					 * go on: why */
};

/* session_ops.open */
void gchan_on_open(struct session *, struct chan *, const struct open *);
/* Without a chan yet; gchan.relay.chan's end, which frees it in `closed`.
 * NULL: no memory. */
struct gchan *gchan_new(struct gsession *, const struct addr *source);
/* Resets the channel where the configuration in force does not allow it any
 * more. */
void gchan_judge(struct chan *);
/* Replaces gc->resource by the resource of that name in the configuration in
 * force.  False: the channel is not allowed any more. */
MUST_CHECK bool gchan_renew(struct gchan *, const struct gw_resource *was);

/* "#12/3", in to[WHO_TEXT]. */
static inline const char *gchan_who(const struct gchan *gc, char *to)
{
	return gsession_who(gc->gs, gc->serial, to);
}

/* The plugin of its resource; its .plugin may be NULL. */
static inline const struct handler *gchan_handler(const struct gchan *gc)
{
	return worker_config_handler(gc->gs->shard->config, gc->resource);
}

/* A plugin's channel and those that it announced: `above` may end first. */
void gchan_link(struct gchan *, struct inspection *above);
/* When bytes last went through it, or through a channel that its plugin
 * announced; in microseconds of the loop's clock. */
uint64_t gchan_active_us(const struct gchan *);

/* audit.c: what the audit line needs and what is gone once the dial is
 * dropped. */
enum { AUDIT_DEST = HOST_MAX + 10 };
struct audit_end {
	char dest[AUDIT_DEST]; /* where it leads, or was to lead */
	bool made;             /* it was connected */
};
void audit_look(const struct gchan *, struct audit_end *);
/* Writes the audit line of a channel that ends.  Of connections that were not
 * made, lines that are alike are counted after the first ones. */
void audit_channel(struct gchan *, const struct audit_end *, unsigned reason,
		   const char *text);
/* Puts key="value" onto that line. */
void audit_add(struct gchan *, const char *key, const char *value);
/* audit_event.c: a line of its own, written by a plugin: at once, or when the
 * connection that came through the expectation has ended. */
void audit_event(struct gchan *, uint32_t expectation, const char *text);
/* To be called when a channel ends: writes the line that waited for it. */
void audit_event_due(struct gchan *, unsigned reason);

#endif
