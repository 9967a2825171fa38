/* SPDX-License-Identifier: BSD-2-Clause */
/* tunnel_later_test.c - an OPEN is held until the loop has looked at the
 * descriptors once, since the application mostly says something at once. */
#include "net/tunnel.h"

#include "channel/chan.h"

#include "suite.h"

static struct loop loop;
static struct tunnel tunnel;

static void on_wake(struct session *s)
{
	(void)s;
	tunnel_wake(&tunnel);
}

static void on_wake_later(struct session *s)
{
	(void)s;
	tunnel_wake_later(&tunnel);
}

static const struct session_ops session_ops = {
	.wake = on_wake,
	.wake_later = on_wake_later,
};

static void on_closed(struct chan *c, unsigned reason, const char *text)
{
	(void)c;
	(void)reason;
	(void)text;
}

static const struct chan_ops chan_ops = { .closed = on_closed };
static const struct tunnel_ops tunnel_ops = { 0 };

static struct session *begin(void)
{
	struct session_conf conf = { .role = ROLE_AGENT, .marker = 9 };
	struct session *s = session_new(&conf, &session_ops, NULL);

	ck_assert_ptr_nonnull(s);
	ck_assert_int_eq(loop_init(&loop), 0);
	tunnel_init(&tunnel, &loop, s, &tunnel_ops);
	return s;
}

static void end(struct session *s)
{
	tunnel_fini(&tunnel);
	session_free(s);
	loop_fini(&loop);
}

static void turn(void)
{
	ev_run(loop.ev, EVRUN_NOWAIT);
}

static void open_one(struct session *s)
{
	struct open o = { .resource = 1 };

	ck_assert_ptr_nonnull(
		chan_open(s, &chan_ops, NULL, SERVICE_FORWARD, &o));
}

START_TEST(held_for_one_look)
{
	struct session *s = begin();

	open_one(s);
	ck_assert(list_is_empty(&s->owing));
	turn();
	/* Also while the session does something else. */
	tunnel_wake(&tunnel);
	ck_assert(list_is_empty(&s->owing));
	turn();
	ck_assert(!list_is_empty(&s->owing));
	ck_assert(list_is_empty(&s->held));
	end(s);
}
END_TEST

START_TEST(ended_while_it_is_held)
{
	struct session *s = begin();

	open_one(s);
	turn();
	session_drop_all(s, REASON_LOST);
	ck_assert(list_is_empty(&s->held));
	turn();
	turn();
	ck_assert(list_is_empty(&s->owing));
	ck_assert_uint_eq(s->nchans, 0);
	end(s);
}
END_TEST

SUITE("net/tunnel later", held_for_one_look, ended_while_it_is_held)
