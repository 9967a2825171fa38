/* SPDX-License-Identifier: BSD-2-Clause */
/* expect.c - listeners for connections that a plugin announced
 * (docs/protocol.md, 7). */
#include "agent/expect_own.h"
#include "agent/inside.h"

#include "base/err.h"
#include "base/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
	LISTENERS_MAX = 64, /* of one channel */
	SHARED_MAX = 4096,  /* of the session */
	SHARED_PORTS = 16,  /* that are tried before any */
	KEY_MAX = 64,
};

static int expect_answer(struct agent *a, struct chan *about,
			 const struct expected *e)
{
	uint8_t p[512];
	struct iovec iov = { p, pack_expected(p, sizeof p, e) };

	return session_post(a->uplink.session, FRAME_EXPECTED, 0, about, &iov);
}

/* The plugin that was told of a spare port does not wait for this, and soon the
 * application's connection comes, with whose OPEN this can go. */
static int expect_answer_later(struct agent *a, struct chan *about,
			       const struct expected *done,
			       const struct expect *e)
{
	bool later = e->kind == EXPECT_SPARE && e->uses == 1;
	int ret;

	session_unhurried(a->uplink.session, later);
	ret = expect_answer(a, about, done);
	session_unhurried(a->uplink.session, false);
	return ret;
}

/* An expected connection has come; the last one closes the listener, unless it
 * is for any number. */
static void expect_on_accepted(struct listener *p, int fd,
			       const struct addr *peer)
{
	struct flow_as as = {
		.open.expectation = p->id,
		.service = SERVICE_FORWARD,
		.spares = p->spares,
		.announces = p->announces,
	};

	flow_accept_as(p, fd, peer, &as);
	if (p->uses && --p->uses == 0)
		listener_free(p);
}

/* Takes the socket of the spare port from the flow; or -1: it has no such
 * port. */
static int take_spare(struct flow *f, uint16_t port)
{
	int fd;

	for (unsigned i = 0; i < SPARES; i++) {
		fd = f->spare[i];
		if (fd < 0 || addr_local(fd).port != port)
			continue;
		f->spare[i] = -1;
		return fd;
	}
	return -1;
}

/* Binds another spare port in the place of the one taken.  Returns it, or 0. */
static uint16_t refill(struct flow *f)
{
	struct addr at = f->shown;

	at.port = 0;
	for (unsigned i = 0; i < SPARES; i++) {
		if (f->spare[i] >= 0)
			continue;
		f->spare[i] = tcp_listen(&at, 0, false);
		return f->spare[i] < 0 ? 0 : addr_local(f->spare[i]).port;
	}
	return 0;
}

/* Why this flow may not have a listener; NULL: it may.  The kernel chooses
 * the port: a gateway that could choose it would take the place of a program
 * that others on this machine connect to. */
static const char *expect_objection(const struct flow *f,
				    const struct expect *e)
{
	bool shared = e->kind == EXPECT_SHARED;
	struct list *n, *t;
	unsigned count = 0;

	list_each (n, t, shared ? &f->agent->shared : &f->listeners)
		count++;
	if (count >= (shared ? SHARED_MAX : LISTENERS_MAX))
		return shared ? "too many listeners for one session" :
				"too many listeners for one connection";
	if (f->real)
		return "connections through SOCKS5 get no listeners";
	if (!f->leads)
		return "this resource has no plugin that announces "
		       "connections";
	return e->kind == EXPECT_PORT ? "the agent chooses its ports itself" :
					NULL;
}

/* The listener of an expectation; *replacement: the new spare port, or 0.
 * NULL with errno. */
static struct listener *expect_listen(struct flow *f, const struct expect *e,
				      uint16_t *replacement)
{
	struct addr at = f->shown;
	int fd;

	if (e->kind == EXPECT_SPARE) {
		fd = take_spare(f, e->port);
		*replacement = fd < 0 ? 0 : refill(f);
		errno = ENOENT;
		return fd < 0 ? NULL :
				listener_adopt(&f->agent->listeners, fd,
					       expect_on_accepted);
	}
	at.port = 0;
	return listener_new(&f->agent->listeners, &at, expect_on_accepted);
}

static void expect_set(struct listener *p, const struct flow *f,
		       const struct expect *e)
{
	p->agent = f->agent;
	p->id = e->id;
	p->spares = e->spares;
	/* Its connections announce ports where the one that led here does. */
	p->announces = e->spares && f->announced;
	p->uses = e->uses;
}

/* The channel ends too: the application would else read a port at which nobody
 * listens. */
static int expect_refuse(struct agent *a, struct expected *done,
			 struct chan *about, const char *why)
{
	int ret;

	done->failed = 1;
	snprintf(done->text, sizeof done->text, "%s", why);
	ret = expect_answer(a, about, done);
	chan_reset(about, REASON_LISTEN, done->text);
	return ret;
}

static struct listener *shared_find(struct agent *a, uint32_t id)
{
	struct list *n, *t;

	list_each (n, t, &a->shared) {
		struct listener *p = list_entry(n, struct listener, node);

		if (p->id == id)
			return p;
	}
	return NULL;
}

/* At the port that was there after the last login, too, if it is free. */
static struct listener *shared_listen(struct flow *f, const char *key)
{
	struct agent *a = f->agent;
	struct addr at = f->shown;
	struct listener *p = NULL;

	errno = EADDRINUSE;
	for (unsigned i = 0; !p && errno == EADDRINUSE && i <= SHARED_PORTS;
	     i++) {
		at.port = i < SHARED_PORTS ?
				  addresses_port(&a->addresses, key, i) :
				  0;
		p = listener_new(&a->listeners, &at, expect_on_accepted);
	}
	return p;
}

/* At an address of its own, with this very port.  NULL: why[] says why not. */
static struct listener *shared_keep_port(struct agent *a, const char *key,
					 uint16_t port, char why[PORTS_WHY])
{
	char name[KEY_MAX + 8];
	struct resource_entry entry = { .nranges = 1 };
	struct ports_wish wish = { .agent = a,
				   .entry = &entry,
				   .name = name,
				   .accepted = expect_on_accepted };
	struct listener *p;
	struct list made;

	list_init(&made);
	entry.ranges[0].first = entry.ranges[0].last = port;
	snprintf(name, sizeof name, "node %.*s", (int)KEY_MAX, key);
	ports_open(&wish, &made, why);
	if (list_is_empty(&made))
		return NULL;
	addresses_save(&a->addresses);
	p = list_first(&made, struct listener, node);
	list_remove(&p->node);
	if (p->at.port == port)
		return p;
	listener_free(p);
	snprintf(why, PORTS_WHY, "this user may not listen at port %u", port);
	return NULL;
}

/* NULL: why[] says why not. */
static struct listener *shared_new(struct flow *f, const struct expect *e,
				   char why[PORTS_WHY])
{
	const char *no = expect_objection(f, e), *key = e->targets[0].host;
	struct listener *p;

	if (!no && (e->ntargets != 1 || strlen(key) > KEY_MAX ||
		    strpbrk(key, "\t\r\n")))
		no = "the gateway has not named it";
	if (no) {
		snprintf(why, PORTS_WHY, "%s", no);
		return NULL;
	}
	if (e->port)
		return shared_keep_port(f->agent, key, e->port, why);
	p = shared_listen(f, key);
	if (!p)
		snprintf(why, PORTS_WHY, "%s", strerror(errno));
	return p;
}

/* A listener of the session, of which the gateway may have asked already, in
 * the name of another channel. */
static int expect_asked_shared(struct agent *a, const struct expect *e,
			       struct chan *about, struct flow *f)
{
	struct expected done = { .id = e->id };
	struct listener *p = shared_find(a, e->id);
	char why[PORTS_WHY] = "", host[ADDR_TEXT];

	if (!p)
		p = shared_new(f, e, why);
	if (p) {
		expect_set(p, f, e);
		list_move(&a->shared, &p->node);
		done.port = p->at.port;
		if (!addr_same_host(&p->at, &f->shown))
			snprintf(done.text, sizeof done.text, "%s",
				 addr_host(&p->at, host));
	} else {
		done.failed = 1;
		snprintf(done.text, sizeof done.text, "%s", why);
	}
	return expect_answer(a, about, &done);
}

/* Whether the one target is an address of this machine.  Only a gateway
 * whose server may connect to the application gets an answer. */
static bool expect_is_here(const struct flow *f, const struct expect *e)
{
	struct addr at;

	return f->announced && e->ntargets == 1 &&
	       !addr_parse(&at, e->targets[0].host, e->targets[0].port) &&
	       reverse_is_here(f, &at);
}

static int expect_asked(struct agent *a, const struct expect *e,
			struct chan *about)
{
	struct expected done = { .id = e->id };
	struct flow *f = about && chan_end(about) ?
				 container_of(chan_end(about), struct flow,
					      relay) :
				 NULL;
	const char *why;
	struct listener *p;

	if (e->kind == EXPECT_OWN)
		return expect_own_asked(a, e);
	if (!f)
		return 0; /* the channel has ended; the gateway hears of it */
	if (e->kind == EXPECT_TARGETS)
		return expect_answer(a, about, &done);
	if (e->kind == EXPECT_HERE) {
		done.failed = !expect_is_here(f, e);
		return expect_answer(a, about, &done);
	}
	if (e->kind == EXPECT_SHARED)
		return expect_asked_shared(a, e, about, f);
	why = expect_objection(f, e);
	if (why)
		return expect_refuse(a, &done, about, why);
	p = expect_listen(f, e, &done.spare);
	if (!p)
		return expect_refuse(a, &done, about, strerror(errno));
	expect_set(p, f, e);
	list_append(&f->listeners, &p->node);
	done.port = p->at.port;
	return expect_answer_later(a, about, &done, e);
}

void expect_shut(struct agent *a)
{
	struct expected gone = { .failed = 1, .text = "forwarding stopped" };
	struct list *n, *t;

	list_each (n, t, &a->shared) {
		struct listener *p = list_entry(n, struct listener, node);

		gone.id = p->id;
		listener_free(p);
		if (a->uplink.session && expect_answer(a, NULL, &gone))
			log_msg(LOG_WARN, NULL,
				"the gateway could not be told that a listener "
				"is closed: out of memory");
	}
}

static void expect_close(struct list *listeners, uint32_t id)
{
	struct list *n, *t;

	list_each (n, t, listeners) {
		struct listener *p = list_entry(n, struct listener, node);

		if (p->id == id)
			listener_free(p);
	}
}

static void expect_cancel(struct agent *a, uint32_t id)
{
	struct list *n, *t;

	list_each (n, t, &a->flows)
		expect_close(&list_entry(n, struct flow, node)->listeners, id);
	expect_close(&a->orphans, id);
	expect_close(&a->shared, id);
	expect_own_forget(a, id);
}

int expect_frame(struct agent *a, const struct frame *f, const uint8_t *p,
		 struct chan *about)
{
	struct expect e;
	uint32_t id;

	if (f->command == FRAME_CANCEL) {
		if (unpack_u32(&id, p, f->len))
			return session_fail(a->uplink.session,
					    "malformed CANCEL");
		expect_cancel(a, id);
		return 0;
	}
	if (unpack_expect(&e, p, f->len))
		return session_fail(a->uplink.session, "malformed EXPECT");
	return expect_asked(a, &e, about);
}
