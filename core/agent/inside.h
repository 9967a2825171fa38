/* SPDX-License-Identifier: BSD-2-Clause */
/* inside.h - what an agent is made of; for the files of this folder that do its
 * work, not for commands and control. */
#ifndef ADIT_AGENT_INSIDE_H
#define ADIT_AGENT_INSIDE_H

#include "agent/addresses.h"
#include "agent/agent.h"
#include "agent/confirm.h"
#include "agent/covered.h"
#include "agent/dns.h"
#include "agent/expect.h"
#include "agent/flow.h"
#include "agent/maps.h"
#include "agent/listener.h"
#include "agent/publish.h"
#include "agent/refusals.h"
#include "agent/resources.h"
#include "agent/reverse.h"
#include "agent/socks.h"
#include "agent/uplink.h"
#include "intercept/owner.h"

struct waiter { /* who hears how a command went */
	agent_report_fn *fn;
	void *ctx;
};

struct agent {
	struct loop *loop;
	const struct agent_conf *conf;
	enum agent_state state;
	struct waiter up, start;
	void (*on_down)(void *);
	void *down_ctx;
	void (*on_wait)(void *, const char *); /* or NULL */
	void *wait_ctx;
	bool (*on_ask)(void *, const struct prompt *); /* or NULL */
	void *ask_ctx;
	void (*on_state)(void *, enum agent_state, const char *); /* or NULL */
	void *state_ctx;
	struct task ended; /* calls on_down */

	struct uplink uplink;
	uint64_t since_us; /* in this state */

	struct list resources, maps, flows;
	struct list incoming; /* a list of resources that is not complete */
	bool listed;          /* a complete one has come */
	struct listener *socks;
	struct agent_dns *dns;
	uint64_t led_us;          /* when one that leads to others has ended */
	struct list talks;        /* struct talk: not yet opened */
	struct list orphans;      /* listeners whose channel has ended */
	struct list shared;       /* listeners of the session (EXPECT_SHARED) */
	struct list own;          /* struct expect_own: expect_own.c */
	struct list publications; /* struct publication: publish.c */
	bool publish_told; /* the gateway knows what is published now ... */
	bool publishes;    /* ... and that is something */
	struct confirm confirm; /* one-time codes: confirm.c */
	struct addresses addresses;
	struct owner_check owner;
	struct listeners listeners; /* what all of them share */
	struct refusals refusals;
	uint64_t begun_us;
	const char *log_file;        /* or NULL */
	uint64_t told_us;            /* a refused reverse OPEN was logged */
	struct synthetic *synthetic; /* addresses that stand for names */
	/* Called for each name that gets such an address; or NULL. */
	void (*named)(void *, const char *name, const struct addr *);
	void *named_ctx;
	/* Called when another list of resources is in use; or NULL. */
	void (*relisted)(void *);
	void *relisted_ctx;
	/* Begins to connect to a program of this machine as from an address
	 * that is not this machine's.  A socket; or -1 with errno.  NULL:
	 * nobody can. */
	int (*connect_as)(void *, const struct addr *to, const struct addr *as);
	void *connect_as_ctx;
	struct holder holder; /* process last connected to in reverse */
};

/* Opens all listeners that the configuration and the list of resources ask
 * for; those that exist stay as they are. */
void agent_listen(struct agent *);

#endif
