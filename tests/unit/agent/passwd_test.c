/* SPDX-License-Identifier: BSD-2-Clause */
/* passwd_test.c - a login for another password, from its beginning to its end,
 * at a gateway in a process of its own. */
#include "agent/passwd.h"

#include "base/err.h"
#include "rig.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "suite.h"

/* What the gateway does: passwd_run has a loop of its own, and returns only
 * when it is over. */
enum manner { CHANGES, REFUSES };

static pid_t gateway;
static unsigned questions, waits;
static bool nobody;
static char text[PASSWD_TEXT], at[PASSWD_TEXT];

static void say(uint8_t flags, const char *words)
{
	struct goodbye g = { .leave = flags & FLAG_REFUSED ? LEAVE_CHANGE : 0 };
	uint8_t p[400];

	snprintf(g.text, sizeof g.text, "%s", words);
	rig_say_on(list_first(&rig.visits, struct visit, node),
		   &(struct said){ FRAME_RESULT, flags, 0, 0, p,
				   pack_goodbye(p, sizeof p, &g) });
}

/* Two questions in one: what the agent was given, and the new one. */
static void ask(void)
{
	struct prompt q = { .n = 2, .ask = { { 0, "Now: " }, { 0, "New: " } } };
	uint8_t p[2000];

	rig_say_on(list_first(&rig.visits, struct visit, node),
		   &(struct said){ FRAME_PROMPT, 0, 0, 0, p,
				   pack_prompt(p, sizeof p, &q) });
}

static bool is_what_was_said(void)
{
	struct answer a;

	return !unpack_answer(&a, rig.payload[FRAME_ANSWER],
			      rig.last[FRAME_ANSWER].len) &&
	       a.n == 2 && !strcmp(a.text[0], "old one") &&
	       !strcmp(a.text[1], "new one");
}

static void serve(enum manner how, uint64_t keep)
{
	struct login l = { 0 };

	UNTIL(rig.logins);
	if (!(rig.last[FRAME_LOGIN].flags & FLAG_CHANGE) ||
	    unpack_login_change(&l, rig.payload[FRAME_LOGIN],
				rig.last[FRAME_LOGIN].len) ||
	    l.keep != keep) {
		say(FLAG_REFUSED, "that is no such login");
	} else if (how == REFUSES) {
		say(FLAG_REFUSED, "it is forbidden");
	} else {
		ask();
		UNTIL(rig.seen[FRAME_ANSWER]);
		if (is_what_was_said())
			say(FLAG_CHANGED, "other sessions have ended");
		else
			say(FLAG_REFUSED, "these are no answers");
	}
	for (;;)
		rig_turn();
}

static void begin(enum manner how, uint64_t keep)
{
	rig_open();
	rig.manners.mute_login = true;
	questions = waits = 0;
	nobody = false;
	gateway = fork();
	ck_assert_int_ge(gateway, 0);
	if (!gateway) {
		/* It does not outlive a test that fails. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		serve(how, keep);
	}
}

static void end(void)
{
	ck_assert_int_eq(kill(gateway, SIGKILL), 0);
	ck_assert_int_eq(waitpid(gateway, NULL, 0), gateway);
	rig_close();
}

static bool on_ask(void *ctx, const struct prompt *q, struct answer *a)
{
	ck_assert_ptr_eq(ctx, &rig);
	questions++;
	if (nobody)
		return false;
	ck_assert_uint_eq(q->n, 2);
	ck_assert_str_eq(q->ask[1].text, "New: ");
	a->n = 2;
	snprintf(a->text[0], sizeof a->text[0], "old one");
	snprintf(a->text[1], sizeof a->text[1], "new one");
	return true;
}

static void on_wait(void *ctx, const char *why)
{
	(void)why;
	ck_assert_ptr_eq(ctx, &rig);
	waits++;
}

static int run(const char *first, uint64_t keep)
{
	const struct passwd_ask ask = {
		.conf = &rig.conf,
		.password = "",
		.gateway = first,
		.keep = keep,
		.asks = on_ask,
		.waits = on_wait,
		.ctx = &rig,
	};

	return passwd_run(&ask, text, at);
}

START_TEST(it_is_changed)
{
	begin(CHANGES, 99);
	ck_assert_msg(!run(NULL, 99), "%s", text);
	ck_assert_str_eq(text, "other sessions have ended");
	ck_assert_str_eq(at, rig.conf.gateways.item[0]);
	ck_assert_uint_eq(questions, 1);
	end();
}
END_TEST

START_TEST(it_is_refused)
{
	begin(REFUSES, 0);
	ck_assert_int_eq(run(NULL, 0), ERR_DENIED);
	ck_assert_str_eq(text, "it is forbidden");
	ck_assert_uint_eq(questions, 0);
	end();
}
END_TEST

START_TEST(nobody_answers)
{
	begin(CHANGES, 0);
	nobody = true;
	ck_assert_int_eq(run(NULL, 0), ERR_DENIED);
	ck_assert_uint_eq(questions, 1);
	ck_assert_ptr_nonnull(strstr(text, "passwd"));
	end();
}
END_TEST

/* The gateway that has the session is asked first: another one could not keep
 * it. */
START_TEST(the_gateway_of_the_session)
{
	char other[ADDR_TEXT], *both[] = { other, NULL };
	struct addr a;
	int fd;

	begin(CHANGES, 7);
	both[1] = rig.conf.gateways.item[0];
	ck_assert_int_eq(addr_parse(&a, "127.0.0.1", 0), 0);
	fd = tcp_listen(&a, 1, true);
	ck_assert_int_ge(fd, 0);
	a = addr_local(fd);
	addr_str(&a, other);
	rig.conf.gateways = (struct name_list){ .item = both, .n = 2 };
	ck_assert_msg(!run(both[1], 7), "%s", text);
	ck_assert_str_eq(at, both[1]);
	ck_assert_int_lt(tcp_accept(fd, NULL), 0);
	ck_assert_uint_eq(waits, 0);
	close(fd);
	end();
}
END_TEST

START_TEST(no_trust_in_any_gateway)
{
	char missing[] = "/nonexistent/ca.pem";

	begin(CHANGES, 0);
	rig.conf.pins.n = 0;
	rig.conf.ca = missing;
	ck_assert_int_ne(run(NULL, 0), 0);
	ck_assert_ptr_nonnull(strstr(text, missing));
	ck_assert_uint_eq(questions, 0);
	end();
}
END_TEST

SUITE("passwd", it_is_changed, it_is_refused, nobody_answers,
      the_gateway_of_the_session, no_trust_in_any_gateway)
