/* SPDX-License-Identifier: BSD-2-Clause */
/* inspection.h - ties a plugin (plugin/host.h) to a channel and its server.
 *
 *   client --write--> feed TO_SERVER --> output --sock_write--> server
 *   client <--read-- output <-- feed TO_CLIENT <--sock_read-- server
 *
 * When the plugin detaches and its output is written, the channel turns into a
 * plain relay and the inspection is freed. */
#ifndef ADIT_GATEWAY_INSPECTION_H
#define ADIT_GATEWAY_INSPECTION_H

#include "expect/expect_outcome.h"
#include "gateway/gchan.h"
#include "plugin/host.h"

struct inspection {
	struct gchan *gc;
	struct adit_channel *ch;
	struct recording *recording;  /* while somebody records it, or NULL */
	struct worker_config *config; /* holds the plugin's options */
	const struct plugin *plugin;
	const struct sock_ops *plain;    /* the relay's own */
	struct list node;                /* gsession.inspected */
	struct list below;               /* struct gchan.beside */
	struct expect_outcomes outcomes; /* of those that were below */
	struct list timed;               /* shard.timed, if it has a deadline */
	struct task task;                /* goes on at the end of the turn */
	struct buf rest;                 /* of the server's, not taken yet */
	size_t rest_urgent;              /* offset in it, 0: none */
	size_t unpaid; /* bytes that are final and not written yet: no credit
			* was given for them */
	bool read_due; /* readable, and not read yet */
	bool heads;    /* short reads are worth it: see read_server */
	bool backlog;  /* the session has bytes that the plugin left */
	bool fin_server, fin_told; /* read from the server; told to ch */
	bool fin_client, fin_sent; /* came from the client; sent */
	bool server_gone;          /* FINISH: there is no server any more */
	struct expect_asker asker; /* announces connections */
};

/* "#12/3 ftp", in to[WHO_TEXT]. */
const char *inspection_who(const struct inspection *, char *to);

/* inspection_asks.c: what the plugin asks and does; ctx is the inspection. */
extern const struct inspect_ops inspection_ops;

/* Prepares the timer that all inspections of a shard share. */
void inspections_init(struct shard *);

/* Whether the plugin of its resource is to read the channel. */
bool inspection_wanted(const struct gchan *);
/* For a channel that has a relay or will get one.  NULL: no memory. */
MUST_CHECK struct inspection *inspection_make(struct gchan *,
					      const struct handler *,
					      const struct inspect_info *);
/* Takes the connected fd and what gc->dial holds; resets the channel if it
 * cannot. */
void inspection_begin(struct gchan *, int fd);
/* Ends the channel's inspection, if it has one. */
void inspection_end(struct gchan *);

/* outcome.c: inspect_ops.outcome */
enum adit_result outcome_ask(struct inspection *, uint32_t id);
/* To be called when the answer of outcome_ask may have changed: replays the
 * message in which the plugin has asked.  NULL: nothing happens. */
void outcome_changed(struct inspection *);

/* inspection_flow.c: moves bytes in both directions, as far as plugin, server
 * and session take them. */
extern const struct chan_ops inspection_chan_ops;
extern const struct sock_ops inspection_sock_ops;
void inspection_pump(struct inspection *);
/* To be called whenever the plugin may have set or cleared its timer. */
void inspection_time(struct inspection *);
/* The plugin has detached and none of its bytes are left: a plain relay can
 * go on. */
bool inspection_is_done(const struct inspection *);

#endif
