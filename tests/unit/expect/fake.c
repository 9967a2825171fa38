/* SPDX-License-Identifier: BSD-2-Clause */
/* fake.c - a gateway without anything behind it. */
#include "fake.h"

#include "base/err.h"

#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct expect_socket {
	uint32_t id;
	int fd;
	struct fake *fake;
};

struct expect_lookup {
	struct fake *fake;
};

long fake_allocations = -1;

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);

void *__wrap_calloc(size_t n, size_t size)
{
	bool fails = fake_allocations == 0;

	fake_allocations -= fake_allocations >= 0;
	return fails ? NULL : __real_calloc(n, size);
}

static struct fake *fake_of(const struct expect_table *t)
{
	return container_of(t, struct fake, table);
}

static void note(struct fake *f, const char *fmt, ...) PRINTF(2, 3);
static void note(struct fake *f, const char *fmt, ...)
{
	size_t n = strlen(f->said);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(f->said + n, sizeof f->said - n, fmt, ap);
	va_end(ap);
}

void fake_said(struct fake *f, const char *text)
{
	ck_assert_str_eq(f->said, text);
	f->said[0] = 0;
}

/* ---- struct expect_ops ------------------------------------------------- */

static uint64_t fake_now(const struct expect_table *t)
{
	return fake_of(t)->now;
}

static int fake_post(struct expectation *e, const struct expect *x)
{
	static const char *const kind[] = {
		[EXPECT_SPARE] = "spare",     [EXPECT_ANY] = "any",
		[EXPECT_TARGETS] = "targets", [EXPECT_HERE] = "here",
		[EXPECT_SHARED] = "shared",   [EXPECT_OWN] = "own",
	};
	struct fake *f = fake_of(e->table);

	ck_assert_ptr_nonnull(e->parent);
	ck_assert_uint_eq(x->spares, x->kind == EXPECT_OWN   ? 0 :
				     e->flags & ADIT_INSPECT ? 4 :
							       0);
	note(f, "post %u %s", x->id, kind[x->kind]);
	if (x->port)
		note(f, " %u", x->port);
	if (x->kind == EXPECT_SHARED)
		ck_assert_str_eq(x->targets[0].host, "key");
	for (unsigned i = 0; i < x->ntargets && x->kind != EXPECT_SHARED; i++)
		note(f, " %s:%u", x->targets[i].host, x->targets[i].port);
	note(f, " uses %u;", x->uses);
	return f->post_error;
}

static void fake_withdraw(struct expect_table *t, uint32_t id)
{
	note(fake_of(t), "withdraw %u;", id);
}

static struct expect_lookup *fake_look_up(struct expectation *e,
					  const char *host)
{
	struct fake *f = fake_of(e->table);
	struct expect_lookup *l = f->has_no_lookup ? NULL : malloc(sizeof *l);

	if (!l)
		return NULL;
	note(f, "look up %s;", host);
	l->fake = f;
	f->looks_up = e;
	return l;
}

static void fake_forget(struct expect_lookup *l)
{
	note(l->fake, "forget;");
	free(l);
}

static bool fake_may(const struct expectation *e, const struct addr *a,
		     const char *name)
{
	const struct fake *f = fake_of(e->table);
	struct adit_addr at = inspect_addr(a);

	return !f->denied ||
	       (strcmp(f->denied, name) && strcmp(f->denied, at.host));
}

static bool fake_answer(struct expect_asker *by, uint32_t id,
			enum adit_result result, const struct adit_addr *show)
{
	static const char *const word[] = { [ADIT_OK] = "ok",
					    [ADIT_WAIT] = "wait",
					    [ADIT_DENIED] = "denied",
					    [ADIT_FAILED] = "failed" };
	struct fake *f = fake_of(by->table);
	unsigned i = 0;

	while (i < f->nwaiting &&
	       (f->waiting[i].channel != by->channel || f->waiting[i].id != id))
		i++;
	if (i < f->nwaiting) {
		f->waiting[i] = f->waiting[--f->nwaiting];
		note(f, "channel %u: ", by->channel);
	}
	if (result == ADIT_OK)
		note(f, "answer %u %s:%u;", id, show->host, show->port);
	else
		note(f, "answer %u %s;", id, word[result]);
	if (f->told)
		f->told(f);
	return !f->is_deaf;
}

static struct expect_asker *fake_waits(struct expect_table *t, uint32_t id)
{
	struct fake *f = fake_of(t);

	for (unsigned i = 0; i < f->nwaiting; i++)
		if (f->waiting[i].id == id)
			return &f->asker[f->waiting[i].channel];
	return NULL;
}

static bool fake_is_wanted(const struct expectation *e)
{
	return fake_of(e->table)->is_wanted;
}

static unsigned fake_most(const struct expect_table *t)
{
	return fake_of(t)->most;
}

static void fake_key(const struct expectation *e, char to[EXPECT_KEY])
{
	(void)e;
	snprintf(to, EXPECT_KEY, "key");
}

static bool fake_own(const struct expectation *e, char name[LABEL_MAX])
{
	const struct fake *f = fake_of(e->table);

	if (f->own)
		snprintf(name, LABEL_MAX, "%s", f->own);
	return f->own;
}

static void fake_cannot_listen(struct expectation *e, const char *why)
{
	note(fake_of(e->table), "channel %u ends: %s;", e->channel, why);
}

static bool fake_is_application(const struct expectation *e,
				const struct adit_addr *at)
{
	(void)e;
	return !strcmp(at->host, "127.0.0.9");
}

static int fake_socket(struct expectation *e, int fd)
{
	struct expect_socket *s = malloc(sizeof *s);

	ck_assert_ptr_nonnull(s);
	*s = (struct expect_socket){ e->id, fd, fake_of(e->table) };
	e->socket = s;
	return 0;
}

static int fake_listen(struct expectation *e, struct adit_addr *at)
{
	struct fake *f = fake_of(e->table);

	if (f->listen_error)
		return f->listen_error;
	note(f, "listen %u;", e->id);
	*at = fake_addr("10.9.9.9", 5000 + e->id);
	return fake_socket(e, -1);
}

static void fake_accept(struct expect_socket *s)
{
	note(s->fake, "accept %u;", s->id);
}

static void fake_close(struct expect_socket *s)
{
	note(s->fake, "close %u;", s->id);
	if (s->fd >= 0)
		close(s->fd);
	free(s);
}

static void fake_turn_away(struct expectation *e)
{
	if (!list_is_empty(&e->waiting))
		note(fake_of(e->table), "turn away %u;", e->id);
	while (!list_is_empty(&e->waiting))
		list_remove(e->waiting.next);
}

static void fake_look_later(struct expect_table *t)
{
	note(fake_of(t), "look later;");
}

static void fake_crowded(struct expect_table *t)
{
	note(fake_of(t), "crowded;");
}

static struct expect_parent *fake_find_parent(struct expect_table *t,
					      uint32_t channel)
{
	return channel < FAKE_CHANNELS ? &fake_of(t)->parent[channel] : NULL;
}

static int fake_socket_fd(const struct expect_socket *s)
{
	return s->fd;
}

static const struct expect_ops fake_ops = {
	.now = fake_now,
	.post = fake_post,
	.withdraw = fake_withdraw,
	.look_up = fake_look_up,
	.forget = fake_forget,
	.may = fake_may,
	.answer = fake_answer,
	.waits = fake_waits,
	.is_wanted = fake_is_wanted,
	.most = fake_most,
	.key = fake_key,
	.own = fake_own,
	.cannot_listen = fake_cannot_listen,
	.is_application = fake_is_application,
	.listen = fake_listen,
	.accept = fake_accept,
	.close = fake_close,
	.turn_away = fake_turn_away,
	.look_later = fake_look_later,
	.crowded = fake_crowded,
	.find_parent = fake_find_parent,
	.socket_fd = fake_socket_fd,
	.adopt = fake_socket,
};

/* ---- for tests --------------------------------------------------------- */

void fake_init(struct fake *f)
{
	memset(f, 0, sizeof *f);
	f->now = 1000;
	f->most = EXPECT_LISTENERS_OLD;
	expect_init(&f->table, &fake_ops);
	for (unsigned i = 0; i < FAKE_CHANNELS; i++) {
		expect_parent_init(&f->parent[i]);
		f->parent[i].asker = &f->asker[i];
		f->asker[i].table = &f->table;
		f->asker[i].parent = &f->parent[i];
		f->asker[i].channel = i;
		f->asker[i].shown.family = AF_INET;
		snprintf(f->asker[i].shown.host, sizeof f->asker[i].shown.host,
			 "127.0.0.1");
		f->asker[i].dialled = fake_addr("ftp.example", 21);
	}
}

void fake_fini(struct fake *f)
{
	expect_fini(&f->table);
	ck_assert_uint_eq(f->table.count, 0);
	ck_assert_uint_eq(f->table.nlisteners, 0);
	ck_assert(list_is_empty(&f->table.queue));
	for (unsigned i = 0; i < FAKE_CHANNELS; i++)
		ck_assert(list_is_empty(&f->parent[i].all));
}

struct adit_addr fake_addr(const char *host, unsigned long port)
{
	struct adit_addr a;

	ck_assert_int_eq(adit_addr_parse(&a, host, port), 0);
	return a;
}

int fake_new(struct fake *f, uint32_t channel, const struct adit_expect *want,
	     struct expectation **e)
{
	struct expect_about about = {
		.resource = "files",
		.server = fake_addr("10.0.0.5", 21),
		.client_id = 70,
		.service = 1,
	};

	return expect_new(&f->asker[channel], &about, want, e);
}

struct expectation *fake_expect(struct fake *f, uint32_t channel,
				const char *host, unsigned long port,
				uint32_t flags)
{
	struct adit_addr to = fake_addr(host, port);
	struct adit_expect want = {
		.size = sizeof want,
		.targets = &to,
		.ntargets = 1,
		.flags = flags,
		.uses = 1,
		.lifetime_ms = EXPECT_LIFETIME_MS,
	};
	struct expectation *e = NULL;

	ck_assert_int_eq(fake_new(f, channel, &want, &e), 0);
	return e;
}

enum adit_result fake_ask(struct fake *f, uint32_t channel, const char *host,
			  unsigned long port, uint32_t flags)
{
	struct adit_addr show = { .port = 0 };

	return expect_ask(fake_expect(f, channel, host, port, flags), &show);
}

int fake_agent_at(struct fake *f, uint32_t id, const char *host, uint16_t port)
{
	struct expected x = { .id = id, .port = port };

	snprintf(x.text, sizeof x.text, "%s", host);
	return expect_on_answer(&f->table, &x);
}

int fake_agent(struct fake *f, uint32_t id, uint16_t port)
{
	struct expected x = { .id = id, .failed = !port, .port = port };

	if (!port)
		snprintf(x.text, sizeof x.text, "no port is left");
	return expect_on_answer(&f->table, &x);
}
