/* SPDX-License-Identifier: BSD-2-Clause */
/* expect_own.c - where the resources listen that plugins of the gateway name:
 * an application that is led to a node for which there is a resource connects
 * to that resource's own listener (docs/protocol.md, 7, kind 7). */
#include "agent/expect_own.h"

#include "agent/inside.h"
#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>

enum { OWN_MAX = 4096 }; /* answers of one session */

struct expect_own {       /* an answer that the gateway has */
	struct list node; /* agent.own */
	uint32_t id;
	char resource[LABEL_MAX];
	uint16_t port; /* at the server */
	struct addr at;
};

static int expect_own_answer(struct agent *a, const struct expected *e)
{
	uint8_t p[512];
	struct iovec iov = { p, pack_expected(p, sizeof p, e) };

	return session_post(a->uplink.session, FRAME_EXPECTED, 0, NULL, &iov);
}

/* Where the resource listens for this port of its server.  False: nowhere, or
 * at all addresses, of which none could be named. */
static bool expect_own_find(struct agent *a, const char *resource,
			    uint16_t port, struct addr *at)
{
	struct resource *r = resources_find(a, resource);
	struct list *n, *t;
	bool found = false;

	if (!r)
		return false;
	list_each (n, t, &r->listeners) {
		const struct listener *p = list_entry(n, struct listener, node);

		if (p->port != port || addr_is_any(&p->at))
			continue;
		*at = p->at;
		found = true;
	}
	return found;
}

static void expect_own_free(struct expect_own *o)
{
	list_remove(&o->node);
	free(o);
}

/* NULL: there is no memory, or the gateway has asked too much. */
static struct expect_own *expect_own_new(struct agent *a,
					 const struct expect *e)
{
	struct list *n, *t;
	struct expect_own *o;
	unsigned count = 0;

	expect_own_forget(a, e->id);
	list_each (n, t, &a->own)
		count++;
	o = count < OWN_MAX ? calloc(1, sizeof *o) : NULL;
	if (!o)
		return NULL;
	o->id = e->id;
	o->port = e->targets[0].port;
	snprintf(o->resource, sizeof o->resource, "%.*s", LABEL_MAX - 1,
		 e->targets[0].host);
	list_append(&a->own, &o->node);
	return o;
}

int expect_own_asked(struct agent *a, const struct expect *e)
{
	struct expected done = { .id = e->id, .failed = 1 };
	struct expect_own *o;
	struct addr at;
	char host[ADDR_TEXT];

	if (e->ntargets != 1 ||
	    !expect_own_find(a, e->targets[0].host, e->targets[0].port, &at))
		return expect_own_answer(a, &done);
	o = expect_own_new(a, e);
	if (!o)
		return expect_own_answer(a, &done);
	o->at = at;
	done.failed = 0;
	done.port = at.port;
	snprintf(done.text, sizeof done.text, "%s", addr_host(&at, host));
	return expect_own_answer(a, &done);
}

void expect_own_review(struct agent *a)
{
	struct expected gone = {
		.failed = 1,
		.text = "the resource does not listen there any more"
	};
	struct list *n, *t;

	list_each (n, t, &a->own) {
		struct expect_own *o = list_entry(n, struct expect_own, node);
		struct addr at;

		if (expect_own_find(a, o->resource, o->port, &at) &&
		    addr_same(&at, &o->at))
			continue;
		gone.id = o->id;
		expect_own_free(o);
		if (a->uplink.session && expect_own_answer(a, &gone))
			log_msg(LOG_WARN, NULL,
				"the gateway could not be told that a resource "
				"does not listen any more: out of memory");
	}
}

void expect_own_forget(struct agent *a, uint32_t id)
{
	struct list *n, *t;

	list_each (n, t, &a->own) {
		struct expect_own *o = list_entry(n, struct expect_own, node);

		if (o->id == id)
			expect_own_free(o);
	}
}

void expect_own_forget_all(struct agent *a)
{
	while (!list_is_empty(&a->own))
		expect_own_free(list_first(&a->own, struct expect_own, node));
}
