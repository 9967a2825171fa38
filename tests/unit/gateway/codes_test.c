/* SPDX-License-Identifier: BSD-2-Clause */
/* codes_test.c - connections that wait for a one-time code, with the test as
 * agent, monitor and clock. */
#include "gateway/codes.h"

#include "base/err.h"
#include "gateway/gchan.h"
#include "gateway/gsession_handover.h"
#include "gateway/rig.h"
#include "suite.h"

#include <stdlib.h>
#include <string.h>

#define CODES_CONF(more)                                                       \
	"[server]\nlogin_timeout = 10s\n"                                      \
	"[gateway main]\nlisten = 127.0.0.1:1\ncertificate = c\n"              \
	"private_key = k\nusers = users\ngroups = all\n"                       \
	"[resource vault]\nhost = 127.0.0.1\nport = 7\n" more                  \
	"[resource safe]\nhost = 127.0.0.1\nport = 8\nrequire = otp\n"         \
	"[resource bobs]\nhost = 127.0.0.1\nport = 9\nrequire = otp\n"         \
	"[group all]\nusers = alice\nresources = vault, safe\n"

static const char with[] = CODES_CONF("require = otp\n");
static const char without[] = CODES_CONF("");

static const char renamed[] =
	"[server]\nlogin_timeout = 10s\n"
	"[gateway main]\nlisten = 127.0.0.1:1\ncertificate = c\n"
	"private_key = k\nusers = users\ngroups = all\n"
	"[resource safe]\nhost = 127.0.0.1\nport = 8\nrequire = otp\n"
	"[resource crypt]\nhost = 127.0.0.1\nport = 7\nrequire = otp\n"
	"[group all]\nusers = alice\nresources = safe, crypt\n";

static struct rig_user user;
static struct gsession *gs;
static struct mem *mems[2 * CODES_HELD];
static unsigned nmems;

static void begin(const char *conf)
{
	memset(&user, 0, sizeof user);
	rig.questions = nmems = 0;
	gs = rig_start(&user, conf, NULL);
	rig.connect_errno = 0;
}

static void end(void)
{
	rig_logout(&user);
	rig_end();
	while (nmems)
		mem_free(mems[--nmems]);
}

static struct mem *opens(uint16_t port)
{
	return mems[nmems++] = rig_open(&user, gs, "127.0.0.1", port);
}

/* The monitor's answer to the last question. */
static void monitor_says(unsigned verdict, uint32_t wait_ms)
{
	struct mail_code_is *m = calloc(1, sizeof *m);

	m->to = rig.shard;
	m->session = rig.question.session;
	m->question = rig.question.question;
	m->is = (struct msg_code_is){ (uint8_t)verdict, wait_ms };
	shard_on_code(&m->mail);
	rig_settle(&user, gs);
}

static void agent_gives(const char *code)
{
	uint8_t p[64];
	struct iovec payload = { p, pack_code(p, sizeof p, code) };

	ck_assert(!session_post(user.side.s, FRAME_CODE, 0, NULL, &payload));
	rig_settle(&user, gs);
}

static void seconds_pass(unsigned n)
{
	rig.now_us += n * UINT64_C(1000000);
	ev_invoke(rig.shard->loop.ev, &rig.shard->second, EV_TIMER);
	rig_settle(&user, gs);
}

static bool waits(const struct mem *m)
{
	return !m->opened && !m->closed;
}

/* What `aditctl channels` shows of the first channel. */
static void is_shown(const char *resource, const char *state)
{
	const json_t *one;

	rig_command(&(struct mail_command){ .command = COMMAND_CHANNELS });
	one = json_array_get(rig.part, 0);
	ck_assert_str_eq(json_string_value(json_object_get(one, "resource")),
			 resource);
	ck_assert_str_eq(json_string_value(json_object_get(one, "state")),
			 state);
}

START_TEST(held_until_a_code_is_right)
{
	struct mem *one, *two, *other;

	begin(with);
	one = opens(7);
	ck_assert(waits(one));
	ck_assert_uint_eq(rig.questions, 1);
	ck_assert_str_eq(rig.question.code, "");
	ck_assert_uint_eq(user.wanted, 0);
	monitor_says(CODE_READY, 0);
	ck_assert_uint_eq(user.wanted, 1);
	ck_assert_str_eq(user.last_wanted.resource, "vault");
	ck_assert_uint_eq(user.last_wanted.wait_ms, 10000);
	two = opens(7);
	ck_assert_uint_eq(user.wanted, 1);
	other = opens(8);
	ck_assert_uint_eq(user.wanted, 2);
	ck_assert_str_eq(user.last_wanted.resource, "safe");
	agent_gives("111111");
	ck_assert_uint_eq(rig.questions, 2);
	ck_assert_str_eq(rig.question.code, "111111");
	monitor_says(CODE_WRONG, 1500);
	ck_assert_uint_eq(user.last_answer.state, CODE_WRONG);
	ck_assert_uint_eq(user.last_answer.wait_ms, 1500);
	ck_assert(waits(one) && waits(two) && waits(other));
	is_shown("vault", "waits for a code");
	agent_gives("222222");
	monitor_says(CODE_RIGHT, 0);
	is_shown("vault", "open");
	ck_assert_uint_eq(user.last_answer.state, CODE_RIGHT);
	ck_assert(one->opened && two->opened && other->opened);
	ck_assert(opens(8)->opened);
	ck_assert(rig_said("evt=code session="));
	ck_assert(rig_said("resource=vault state=wanted"));
	ck_assert(rig_said("resource=- state=wrong"));
	ck_assert(rig_said("resource=- state=right"));
	ck_assert(!rig_said("222222"));
	/* Once more is no question to the monitor. */
	agent_gives("333333");
	ck_assert_uint_eq(rig.questions, 3);
	ck_assert_uint_eq(user.answers, 3);
	ck_assert_uint_eq(user.last_answer.state, CODE_RIGHT);
	end();
}
END_TEST

/* Who has no right hears nothing of codes, and nobody is asked. */
START_TEST(a_stranger_hears_nothing)
{
	struct mem *m;

	begin(with);
	m = opens(9);
	ck_assert(m->closed);
	ck_assert_uint_eq(m->reason, REASON_DENIED);
	ck_assert_str_eq(m->text, "not-allowed");
	ck_assert_uint_eq(rig.questions, 0);
	end();
}
END_TEST

START_TEST(time_runs_out)
{
	struct mem *early, *late;

	begin(with);
	early = opens(7);
	monitor_says(CODE_READY, 0);
	seconds_pass(6);
	late = opens(7);
	seconds_pass(5);
	ck_assert(early->closed && waits(late));
	ck_assert_uint_eq(early->reason, REASON_CODE);
	ck_assert(strstr(early->text, "adit confirm"));
	ck_assert(rig_said("resource=vault plugin=- source="));
	ck_assert(rig_said("reason=\"denied: code\""));
	seconds_pass(5);
	ck_assert(late->closed);
	end();
}
END_TEST

START_TEST(without_a_secret)
{
	struct mem *m;

	begin(with);
	m = opens(7);
	monitor_says(CODE_NO_SECRET, 0);
	ck_assert(m->closed);
	ck_assert_uint_eq(m->reason, REASON_CODE);
	ck_assert(strstr(m->text, "aditctl otp alice"));
	ck_assert_uint_eq(user.wanted + user.answers, 0);
	agent_gives("111111");
	monitor_says(CODE_NO_SECRET, 0);
	ck_assert_uint_eq(user.last_answer.state, CODE_NO_SECRET);
	end();
}
END_TEST

START_TEST(no_more_than_so_many)
{
	struct mem *m = NULL;

	begin(with);
	for (unsigned i = 0; i < CODES_HELD; i++)
		m = opens(7);
	ck_assert(waits(m));
	m = opens(7);
	ck_assert(m->closed);
	ck_assert_uint_eq(m->reason, REASON_CODE);
	ck_assert(strstr(m->text, "too many"));
	end();
}
END_TEST

START_TEST(an_agent_that_cannot_ask)
{
	struct mem *m;

	begin(with);
	user.is_old = true;
	rig_attach(&user, false);
	rig_settle(&user, gs);
	m = opens(7);
	ck_assert(m->closed);
	ck_assert_uint_eq(m->reason, REASON_CODE);
	ck_assert(strstr(m->text, "newer"));
	ck_assert_uint_eq(rig.questions, 0);
	end();
}
END_TEST

/* Before anybody waits; one at a time; and what overtakes it is no answer. */
START_TEST(one_question_at_a_time)
{
	struct mail_code_is *stale = calloc(1, sizeof *stale);

	begin(with);
	agent_gives("111111");
	ck_assert_uint_eq(rig.questions, 1);
	agent_gives("222222");
	ck_assert_uint_eq(rig.questions, 1);
	ck_assert_uint_eq(user.last_answer.state, CODE_LATER);
	stale->to = rig.shard;
	stale->session = gs->id;
	stale->question = rig.question.question + 1;
	stale->is.verdict = CODE_RIGHT;
	shard_on_code(&stale->mail);
	ck_assert(!gs->codes.proven);
	monitor_says(CODE_RIGHT, 0);
	ck_assert(gs->codes.proven);
	monitor_says(CODE_WRONG, 0); /* twice */
	ck_assert(gs->codes.proven);
	ck_assert(opens(7)->opened);
	end();
}
END_TEST

/* Only the answer to a code proves anything. */
START_TEST(a_question_is_no_proof)
{
	struct mem *m;

	begin(with);
	m = opens(7);
	monitor_says(CODE_RIGHT, 0);
	ck_assert(waits(m));
	ck_assert(!gs->codes.proven);
	end();
}
END_TEST

START_TEST(a_monitor_that_does_not_answer)
{
	begin(with);
	agent_gives("111111");
	seconds_pass(61);
	ck_assert_uint_eq(user.last_answer.state, CODE_LATER);
	agent_gives("222222");
	ck_assert_uint_eq(rig.questions, 2);
	end();
}
END_TEST

/* Nor does it say whether there can be a code: the agent asks its user all the
 * same. */
START_TEST(a_monitor_that_does_not_say_who_may)
{
	struct mem *m;

	begin(with);
	m = opens(7);
	seconds_pass(6);
	ck_assert_uint_eq(user.wanted, 0);
	seconds_pass(5);
	ck_assert(m->closed);
	seconds_pass(51);
	m = opens(7);
	ck_assert_uint_eq(rig.questions, 2);
	monitor_says(CODE_READY, 0);
	ck_assert_uint_eq(user.wanted, 1);
	ck_assert(waits(m));
	end();
}
END_TEST

/* After a reload it goes to another resource: the agent hears that name. */
START_TEST(a_reload_that_names_another)
{
	struct mem *m;

	begin(with);
	m = opens(7);
	monitor_says(CODE_READY, 0);
	ck_assert_str_eq(user.last_wanted.resource, "vault");
	rig_reload(renamed);
	rig_settle(&user, gs);
	monitor_says(CODE_READY, 0);
	ck_assert(waits(m));
	ck_assert_str_eq(user.last_wanted.resource, "crypt");
	end();
}
END_TEST

START_TEST(malformed)
{
	struct frame f = { .command = FRAME_CODE, .len = 1 };

	begin(with);
	ck_assert_int_eq(codes_on_frame(gs, &f, (const uint8_t *)""),
			 ERR_PROTO);
	end();
}
END_TEST

START_TEST(a_reload_takes_it_back_and_brings_it)
{
	struct mem *m, *open;

	begin(with);
	m = opens(7);
	monitor_says(CODE_READY, 0);
	rig_reload(without);
	rig_settle(&user, gs);
	ck_assert(m->opened);
	open = opens(7);
	ck_assert(open->opened);
	rig_reload(with);
	rig_settle(&user, gs);
	ck_assert(open->closed);
	ck_assert_uint_eq(open->reason, REASON_ADMIN);
	ck_assert(strstr(open->text, "one-time code"));
	/* A reload alone is no new time. */
	m = opens(7);
	monitor_says(CODE_READY, 0);
	seconds_pass(6);
	rig_reload(with);
	rig_settle(&user, gs);
	ck_assert(waits(m));
	seconds_pass(5);
	ck_assert(m->closed);
	end();
}
END_TEST

/* A tunnel that is lost: time stands still, and the answer waits. */
START_TEST(over_a_lost_tunnel)
{
	struct mem *m;

	begin(with);
	m = opens(7);
	monitor_says(CODE_READY, 0);
	agent_gives("111111");
	rig_down(&user, gs, ERR_CLOSED);
	seconds_pass(30);
	rig_attach(&user, false);
	rig_settle(&user, gs);
	seconds_pass(1);
	ck_assert(waits(m));
	monitor_says(CODE_RIGHT, 0);
	ck_assert(m->opened);
	rig_down(&user, gs, ERR_CLOSED);
	rig_attach(&user, false);
	rig_settle(&user, gs);
	ck_assert(opens(7)->opened);
	end();
}
END_TEST

/* To another worker and back. */
static void moves(void)
{
	struct handover c = { 0 };
	bool bad;

	rig_down(&user, gs, ERR_CLOSED);
	rig_leave(&c, gs);
	gs = rig_arrive(&c, &bad);
	ck_assert(!bad && gs);
	gsession_goes_on(gs);
	rig_attach(&user, false);
	rig_settle(&user, gs);
}

START_TEST(over_an_upgrade)
{
	struct mem *m;

	begin(with);
	rig.tcp = true;
	m = opens(7);
	monitor_says(CODE_READY, 0);
	moves();
	ck_assert(waits(m));
	ck_assert_uint_eq(rig.questions, 2);
	monitor_says(CODE_READY, 0);
	agent_gives("111111");
	moves(); /* the answer is lost */
	ck_assert_uint_eq(user.last_answer.state, CODE_LATER);
	ck_assert(waits(m));
	agent_gives("222222");
	monitor_says(CODE_RIGHT, 0);
	ck_assert(m->opened);
	moves();
	ck_assert(gs->codes.proven);
	ck_assert(opens(7)->opened);
	ck_assert(opens(8)->opened);
	end();
}
END_TEST

SUITE("gateway/codes", held_until_a_code_is_right, a_stranger_hears_nothing,
      time_runs_out, without_a_secret, no_more_than_so_many,
      an_agent_that_cannot_ask, one_question_at_a_time, a_question_is_no_proof,
      a_monitor_that_does_not_answer, a_monitor_that_does_not_say_who_may,
      a_reload_that_names_another, malformed,
      a_reload_takes_it_back_and_brings_it, over_a_lost_tunnel, over_an_upgrade)
