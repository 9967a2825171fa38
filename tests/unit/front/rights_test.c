/* SPDX-License-Identifier: BSD-2-Clause */
/* rights_test.c - which questions about sessions are asked, and what follows of
 * the answers. */
#include "front/rig.h"

#include "suite.h"

#include <sys/socket.h>

static struct front_rig r;
static struct msg_right q[RIGHTS_AT_ONCE];
static uint64_t decided[64];
static unsigned leave[64], ndecided;

static void on_decided(struct front *f, uint64_t session, unsigned why)
{
	ck_assert_ptr_eq(f, &r.front);
	leave[ndecided] = why;
	decided[ndecided++] = session;
}

static void begin(void)
{
	front_rig_begin(&r);
	r.front.rights.decided = on_decided;
	ndecided = 0;
}

/* Reads one packet of questions; how many. */
static unsigned questions(void)
{
	struct msg m;
	unsigned n;

	if (!front_rig_heard(&r, &m))
		return 0;
	ck_assert_uint_eq(m.type, MSG_RIGHTS);
	ck_assert(!unpack_msg_rights(q, &n, m.data, m.len));
	return n;
}

static void answer(uint32_t id, enum msg_rights verdict)
{
	const struct msg_rights_are are = { .verdict = (uint8_t)verdict,
					    .groups = "all" };
	struct msg m = { .type = MSG_RIGHTS_ARE, .id = id };

	m.len = pack_msg_rights_are(m.data, sizeof m.data, &are);
	rights_answered(&r.front, &m);
	front_rig_turn(&r);
}

START_TEST(so_many_at_a_time)
{
	unsigned n;

	begin();
	for (int i = 0; i < RIGHTS_AT_ONCE + 3; i++)
		front_rig_session(&r, i ? "alice" : "bob", false);
	rights_ask_all(&r.front);
	ck_assert_uint_eq(questions(), RIGHTS_AT_ONCE);
	ck_assert_str_eq(q[0].user, "bob");
	ck_assert_str_eq(q[0].gateway, "main");
	for (int i = 0; i < RIGHTS_AT_ONCE; i++) {
		ck_assert_uint_eq(questions(), 0);
		answer(q[i].id, RIGHTS_KEPT);
	}
	n = questions();
	ck_assert_uint_eq(n, 3);
	while (n)
		answer(q[--n].id, RIGHTS_KEPT);
	ck_assert_uint_eq(ndecided, RIGHTS_AT_ONCE + 3);
	ck_assert_uint_eq(leave[0], LEAVE_NONE);
	front_rig_end(&r);
}
END_TEST

START_TEST(asked_once_however_often)
{
	struct registry_entry *one, *other;

	begin();
	one = front_rig_session(&r, "alice", false);
	other = front_rig_session(&r, "alice", false);
	rights_ask(&r.front, one);
	ck_assert_uint_eq(questions(), 1);
	for (int i = 0; i < 5; i++)
		rights_ask(&r.front, other);
	answer(q[0].id, RIGHTS_KEPT);
	ck_assert_uint_eq(questions(), 1);
	answer(q[0].id, RIGHTS_KEPT);
	ck_assert_uint_eq(questions(), 0);
	ck_assert_uint_eq(ndecided, 2);
	ck_assert_uint_eq(decided[1], other->session);
	front_rig_end(&r);
}
END_TEST

START_TEST(a_lost_right_ends_the_session)
{
	struct registry_entry *e;

	begin();
	e = front_rig_session(&r, "alice", false);
	front_rig_session(&r, "bob", false);
	rights_ask(&r.front, e);
	ck_assert_uint_eq(questions(), 1);
	answer(q[0].id, RIGHTS_LOST);
	ck_assert_uint_eq(leave[0], LEAVE_RIGHTS);
	ck_assert_uint_eq(r.front.registry.count, 1);
	ck_assert(registry_has_user(&r.front.registry, "bob"));
	front_rig_end(&r);
}
END_TEST

/* If the users file cannot be read, nobody loses the session. */
START_TEST(unknown_is_not_lost)
{
	begin();
	rights_ask(&r.front, front_rig_session(&r, "alice", false));
	ck_assert_uint_eq(questions(), 1);
	answer(q[0].id, RIGHTS_UNKNOWN);
	ck_assert_uint_eq(leave[0], LEAVE_NONE);
	ck_assert_uint_eq(r.front.registry.count, 1);
	front_rig_end(&r);
}
END_TEST

/* A question that was under way when the user got another password was about
 * the old one: its answer ends nothing, and it is asked again. */
START_TEST(an_answer_about_the_old_password)
{
	static const uint8_t stamp[STAMP_LEN] = { 7 };
	struct login who = { .user = "alice" };
	struct registry_entry *e;

	begin();
	e = front_rig_session(&r, "alice", false);
	who.keep = e->session;
	rights_ask(&r.front, e);
	ck_assert_uint_eq(questions(), 1);
	ck_assert_uint_eq(rights_changed(&r.front, &who, "main", stamp), 0);
	front_rig_turn(&r);
	answer(q[0].id, RIGHTS_LOST);
	ck_assert_uint_eq(r.front.registry.count, 1);
	ck_assert_uint_eq(ndecided, 0);
	ck_assert_uint_eq(questions(), 1);
	ck_assert_mem_eq(q[0].stamp, stamp, sizeof stamp);
	answer(q[0].id, RIGHTS_KEPT);
	ck_assert_uint_eq(ndecided, 1);
	ck_assert_uint_eq(leave[0], LEAVE_NONE);
	front_rig_end(&r);
}
END_TEST

START_TEST(a_session_that_ended_meanwhile)
{
	struct registry_entry *e;

	begin();
	e = front_rig_session(&r, "alice", false);
	rights_ask(&r.front, e);
	ck_assert_uint_eq(questions(), 1);
	registry_remove(&r.front.registry, e);
	answer(q[0].id, RIGHTS_KEPT);
	ck_assert_uint_eq(leave[0], LEAVE_UNKNOWN);
	/* Nobody asked this. */
	answer(q[0].id, RIGHTS_KEPT);
	ck_assert_uint_eq(ndecided, 1);
	front_rig_end(&r);
}
END_TEST

/* The monitor's socket is full: asked again a second later. */
START_TEST(a_full_socket)
{
	struct msg m = { .type = MSG_READY, .len = MSG_MAX };
	struct registry_entry *e;

	begin();
	e = front_rig_session(&r, "alice", false);
	while (!msg_send(r.front.monitor, &m))
		;
	rights_ask(&r.front, e);
	ck_assert(ev_is_active(&r.front.rights.retry));
	while (front_rig_heard(&r, &m))
		ck_assert_uint_eq(m.type, MSG_READY);
	front_rig_fire(&r, &r.front.rights.retry);
	ck_assert_uint_eq(questions(), 1);
	ck_assert(!ev_is_active(&r.front.rights.retry));
	front_rig_end(&r);
}
END_TEST

SUITE("front/rights", so_many_at_a_time, asked_once_however_often,
      a_lost_right_ends_the_session, unknown_is_not_lost,
      an_answer_about_the_old_password, a_session_that_ended_meanwhile,
      a_full_socket)
