/* SPDX-License-Identifier: BSD-2-Clause */
/* preauth_test.c - connections that are not logged in: which frame is expected
 * in which state, and how a tunnel gets to its session. */
#include "front/preauth.h"
#include "front/rig.h"

#include "process/msg_rights.h"
#include "suite.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct front_rig r;
static struct rig_agent a;

static void begin(void)
{
	front_rig_begin(&r);
	rig_agent_open(&r, &a);
}

static void end(void)
{
	rig_agent_close(&a);
	front_rig_end(&r);
}

/* The payload is as it should be, so that only the state is wrong. */
static void send_command(enum frame_command command, uint64_t session)
{
	const struct login l = { .user = "alice" };
	const struct answer words = { .n = 1, .text = { "secret" } };
	const struct attach to = { .session = session, .generation = 1 };
	struct frame f = { .command = (uint8_t)command };
	static uint8_t p[2048];

	if (command == FRAME_LOGIN)
		f.len = (uint16_t)pack_login(p, sizeof p, &l);
	else if (command == FRAME_ANSWER)
		f.len = (uint16_t)pack_answer(p, sizeof p, &words);
	else if (command == FRAME_ATTACH) {
		f.len = (uint16_t)pack_attach(p, sizeof p, &to);
		f.marker = 9;
	}
	rig_agent_send(&r, &a, f, p);
}

/* The monitor's answer to its one question about a session. */
static void answer_rights(enum msg_rights verdict)
{
	struct msg_rights_are are = { .verdict = (uint8_t)verdict,
				      .groups = "all" };
	struct msg_right q[RIGHTS_AT_ONCE];
	struct msg m;
	unsigned n;

	front_rig_expect(&r, &m, MSG_RIGHTS);
	ck_assert(!unpack_msg_rights(q, &n, m.data, m.len));
	ck_assert_uint_eq(n, 1);
	m = (struct msg){ .type = MSG_RIGHTS_ARE, .id = q[0].id };
	m.len = pack_msg_rights_are(m.data, sizeof m.data, &are);
	rights_answered(&r.front, &m);
	front_rig_turn(&r);
}

/* Whether the connection goes on with this frame in this state: the table in
 * preauth.h. */
static bool is_expected(enum preauth_state state, enum frame_command command)
{
	bool ends;

	begin();
	rig_preauth(&r)->state = state;
	rig_preauth(&r)->asked = 1;
	send_command(command, 1);
	ends = r.front.failed.total;
	ck_assert(!ends || list_is_empty(&r.front.preauths));
	end();
	return !ends;
}

START_TEST(only_what_is_expected)
{
	static const enum frame_command all[] = { FRAME_LOGIN, FRAME_ANSWER,
						  FRAME_ATTACH, FRAME_PING };

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		bool begins = all[i] == FRAME_LOGIN || all[i] == FRAME_ATTACH;

		ck_assert(is_expected(PREAUTH_START, all[i]) == begins);
		ck_assert(is_expected(PREAUTH_PROMPTED, all[i]) ==
			  (all[i] == FRAME_ANSWER));
		ck_assert(!is_expected(PREAUTH_CHECKING, all[i]));
		ck_assert(!is_expected(PREAUTH_REFUSING, all[i]));
	}
}
END_TEST

START_TEST(optional_frames_are_skipped)
{
	begin();
	send_command(FRAME_OPTIONAL, 0);
	ck_assert_int_eq(rig_preauth(&r)->state, PREAUTH_START);
	end();
}
END_TEST

START_TEST(who_says_nothing_is_closed)
{
	begin();
	front_rig_fire(&r, &rig_preauth(&r)->timer);
	ck_assert(list_is_empty(&r.front.preauths));
	ck_assert_uint_eq(r.front.failed.total, 1);
	ck_assert_uint_eq(r.front.waiting.inside, 0);
	end();
}
END_TEST

/* A browser, or the health check of a load balancer. */
START_TEST(no_agent)
{
	static const char http[] = "GET / HTTP/1.0\r\n\r\n";
	struct addr source;
	int fd[2];

	front_rig_begin(&r);
	ck_assert(!addr_parse(&source, "192.0.2.8", 1));
	ck_assert(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fd));
	ck_assert_int_gt(write(fd[0], http, sizeof http - 1), 0);
	preauth_accept(&r.front, fd[1], &r.listener, &source);
	front_rig_turn(&r);
	ck_assert(list_is_empty(&r.front.preauths));
	ck_assert_uint_eq(r.front.probes.total, 1);
	ck_assert_uint_eq(r.front.failed.total, 0);
	close(fd[0]);
	front_rig_end(&r);
}
END_TEST

START_TEST(a_session_that_is_not_there)
{
	struct goodbye bye;

	begin();
	send_command(FRAME_ATTACH, 0x1234500);
	ck_assert_uint_eq(rig_agent_refused(&r, &a, FRAME_ATTACHED, &bye),
			  LEAVE_UNKNOWN);
	end();
}
END_TEST

/* The monitor is asked first; the connection then belongs to the shard. */
START_TEST(a_tunnel_goes_to_its_session)
{
	struct registry_entry *e;

	begin();
	e = front_rig_session(&r, "alice", false);
	send_command(FRAME_ATTACH, e->session);
	ck_assert_int_eq(rig_preauth(&r)->state, PREAUTH_RIGHTS);
	answer_rights(RIGHTS_KEPT);
	ck_assert(list_is_empty(&r.front.preauths));
	ck_assert_uint_eq(r.front.waiting.inside, 0);
	end();
}
END_TEST

START_TEST(a_user_who_was_locked_gets_none)
{
	struct registry_entry *e;
	struct goodbye bye;

	begin();
	e = front_rig_session(&r, "alice", false);
	send_command(FRAME_ATTACH, e->session);
	answer_rights(RIGHTS_LOST);
	ck_assert_uint_eq(rig_agent_refused(&r, &a, FRAME_ATTACHED, &bye),
			  LEAVE_RIGHTS);
	ck_assert_uint_eq(r.front.registry.count, 0);
	end();
}
END_TEST

START_TEST(nothing_may_follow_attach)
{
	struct registry_entry *e;

	begin();
	e = front_rig_session(&r, "alice", false);
	send_command(FRAME_ATTACH, e->session);
	send_command(FRAME_LOGIN, 0);
	ck_assert(list_is_empty(&r.front.preauths));
	/* The answer finds nobody, and the session is still there. */
	answer_rights(RIGHTS_KEPT);
	ck_assert_uint_eq(r.front.registry.count, 1);
	end();
}
END_TEST

SUITE("front/preauth", only_what_is_expected, optional_frames_are_skipped,
      who_says_nothing_is_closed, no_agent, a_session_that_is_not_there,
      a_tunnel_goes_to_its_session, a_user_who_was_locked_gets_none,
      nothing_may_follow_attach)
