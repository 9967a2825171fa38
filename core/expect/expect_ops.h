/* SPDX-License-Identifier: BSD-2-Clause */
/* expect_ops.h - what expectations ask of the gateway. */
#ifndef ADIT_EXPECT_EXPECT_OPS_H
#define ADIT_EXPECT_EXPECT_OPS_H

#include "frame/payload.h"
#include "plugin/host.h"

struct expect_asker;
struct expect_parent;
struct expect_table;
struct expectation;

enum { EXPECT_KEY = 17 }; /* bytes of a text */

/* The gateway's own, which only struct expect_ops looks into. */
struct expect_lookup; /* a name that is being looked up */
struct expect_socket; /* where the gateway listens for a server */

/* None of them ends an expectation, but for what the plugin does in
 * `answer`. */
struct expect_ops {
	/* Milliseconds of a clock that only moves forward. */
	uint64_t (*now)(const struct expect_table *);
	/* Sends EXPECT about the parent's channel, which is there.  0 or an
	 * error. */
	int (*post)(struct expectation *, const struct expect *);
	/* Sends CANCEL, if the agent is there. */
	void (*withdraw)(struct expect_table *, uint32_t id);
	/* Looks up a name; expect_resolved follows, but not from in here.
	 * NULL: no memory. */
	struct expect_lookup *(*look_up)(struct expectation *,
					 const char *host);
	void (*forget)(struct expect_lookup *);
	/* Whether policy lets the parent's plugin lead to this address, which
	 * it called `name`. */
	bool (*may)(const struct expectation *, const struct addr *,
		    const char *name);
	/* Tells the plugin, by inspect_answer and what that returns; a refusal
	 * with asker.why. */
	bool (*answer)(struct expect_asker *, uint32_t id, enum adit_result,
		       const struct adit_addr *show);
	/* A channel whose plugin waits for the answer about this one; NULL:
	 * none does. */
	struct expect_asker *(*waits)(struct expect_table *, uint32_t id);
	/* Whether the session has a channel that the same plugin reads. */
	bool (*is_wanted)(const struct expectation *);
	/* Names it for the agent, which remembers its address by that, and
	 * must not learn where it leads. */
	void (*key)(const struct expectation *, char to[EXPECT_KEY]);
	/* The name of the resource that its one target is, and that the user
	 * may reach with the same plugin.  False: there is none. */
	bool (*own)(const struct expectation *, char name[LABEL_MAX]);
	/* How many listeners the agent may be asked for, as configured. */
	unsigned (*most)(const struct expect_table *);
	/* The agent cannot listen: the parent's channel ends, since the line
	 * that announces the listener must not reach the application. */
	void (*cannot_listen)(struct expectation *, const char *why);
	/* The application of the parent is at this address. */
	bool (*is_application)(const struct expectation *,
			       const struct adit_addr *);
	/* Listens for the parent's server: fills e->socket and *at.  0 or an
	 * error. */
	int (*listen)(struct expectation *, struct adit_addr *at);
	/* Connections are accepted from now on. */
	void (*accept)(struct expect_socket *);
	void (*close)(struct expect_socket *);
	/* It ends: those in e->waiting are refused. */
	void (*turn_away)(struct expectation *);
	/* expect_look is called at the end of the loop's turn. */
	void (*look_later)(struct expect_table *);
	/* There are as many listeners as the agent keeps: the log says so. */
	void (*crowded)(struct expect_table *);
	/* For the handover: the channel with this number, or NULL; the
	 * descriptor of a socket; and the socket of a descriptor, which is
	 * taken in any case: 0, or an error where nobody listens there. */
	struct expect_parent *(*find_parent)(struct expect_table *,
					     uint32_t channel);
	int (*socket_fd)(const struct expect_socket *);
	int (*adopt)(struct expectation *, int fd);
};

#endif
