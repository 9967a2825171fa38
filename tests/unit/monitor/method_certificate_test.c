/* SPDX-License-Identifier: BSD-2-Clause */
/* method_certificate_test.c - logins with a client certificate, and what their
 * sessions go by. */
#include "auth_rig.h"
#include "suite.h"

#include "base/log.h"
#include "monitor/attempt.h"

#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static struct rig *g;
/* A gateway whose authority is never looked at here. */
static struct client_side client;

static void open_rig(const char *rule)
{
	char why[100];

	g = rig_new(users_file);
	log_start("method_certificate_test", LOG_ERROR);
	ck_assert_int_eq(auth_rule_parse(&g->rule, rule, why, sizeof why), 0);
	client = (struct client_side){ .refs = 1, .bundle = -1 };
	g->client = &client;
}

static void close_rig(void)
{
	rig_free(g);
	ck_assert_uint_eq(client.refs, 1);
}

/* Somebody shows a chain. */
static uint32_t shows(const char *user)
{
	g->chain = open("/dev/null", O_RDONLY);
	ck_assert_int_ge(g->chain, 0);
	fake.certificate = 0;
	return try_with(g, user, NULL, "192.0.2.1:1");
}

/* What a checker says of the last one. */
static void says(enum client_verdict verdict, const char *user)
{
	struct client_answer a = { .verdict = (uint8_t)verdict,
				   .id = { 7 },
				   .until = (uint64_t)time(NULL) + 3600 };

	ck_assert_uint_ne(fake.certificate, 0);
	snprintf(a.user, sizeof a.user, "%s", user);
	snprintf(a.subject, sizeof a.subject, "CN=%s", user);
	fake.certified(fake.ctx, fake.certificate, &a);
}

static void result(uint32_t id, enum msg_verdict verdict, const char *hint)
{
	ck_assert_uint_eq(g->answers[id], 1);
	ck_assert_uint_eq(g->result[id].verdict, verdict);
	ck_assert_ptr_nonnull(strstr(g->result[id].hint, hint));
}

START_TEST(good)
{
	uint8_t of[CLIENT_ID], zeros[CLIENT_ID - 1] = { 0 };
	uint32_t id;

	open_rig("certificate");
	id = shows("alice");
	ck_assert_uint_eq(g->answers[id], 0);
	says(CLIENT_GOOD, "alice");
	result(id, AUTH_RIGHT, "");
	ck_assert_str_eq(g->result[id].groups, "staff,admins");
	/* The session knows by which certificate, and until when. */
	ck_assert_uint_gt(stamp_certificate(g->result[id].stamp, of),
			  (uint64_t)time(NULL));
	ck_assert_uint_eq(of[0], 7);
	ck_assert_mem_eq(of + 1, zeros, sizeof zeros);
	close_rig();
}
END_TEST

/* The user is told what is wrong with his certificate. */
START_TEST(not_good)
{
	uint32_t id;

	open_rig("certificate");
	for (unsigned v = CLIENT_GOOD + 1; v < CLIENT_VERDICTS; v++) {
		later(g, 60000);
		id = shows("alice");
		says((enum client_verdict)v, "");
		result(id, AUTH_WRONG, client_verdict_str(v));
	}
	close_rig();
}
END_TEST

/* Another user's, or one whose name no user can have. */
START_TEST(of_another)
{
	static const char *const other[] = { "bob", "", "Alice", "alice ",
					     "alice/x" };
	uint32_t id;

	open_rig("certificate");
	for (size_t i = 0; i < ARRAY_LEN(other); i++) {
		later(g, 60000);
		id = shows("alice");
		says(CLIENT_GOOD, other[i]);
		result(id, AUTH_WRONG, "another user's");
	}
	close_rig();
}
END_TEST

START_TEST(none_shown)
{
	uint32_t id;

	open_rig("certificate");
	g->chain = -1;
	fake.certificate = 0;
	id = try_with(g, "alice", NULL, "192.0.2.1:1");
	result(id, AUTH_WRONG, "none was shown");
	/* A reload may have made the gateway one that asks for them. */
	later(g, 60000);
	g->client = NULL;
	id = shows("alice");
	result(id, AUTH_WRONG, "none was shown");
	ck_assert_uint_eq(fake.certificate, 0);
	close_rig();
}
END_TEST

/* It is no proof against the user that a checker has died. */
START_TEST(a_checker_that_ends)
{
	uint32_t id;

	open_rig("certificate");
	id = shows("alice");
	fake.certified(fake.ctx, fake.certificate, NULL);
	result(id, AUTH_LATER, "");
	/* And an answer to a question of before is nobody's. */
	id = shows("alice");
	fake.certified(fake.ctx, fake.certificate + 1,
		       &(struct client_answer){ .verdict = CLIENT_GOOD });
	ck_assert_uint_eq(g->answers[id], 0);
	says(CLIENT_GOOD, "alice");
	result(id, AUTH_RIGHT, "");
	close_rig();
}
END_TEST

/* A good certificate, and no line in the users file that would let one in. */
START_TEST(without_a_line)
{
	static const char *const who[] = { "nobody", "locked" };
	uint32_t id;

	open_rig("certificate");
	for (size_t i = 0; i < ARRAY_LEN(who); i++) {
		later(g, 60000);
		id = shows(who[i]);
		says(CLIENT_GOOD, who[i]);
		result(id, AUTH_WRONG, "");
	}
	/* "*" means that no password fits: none is asked for. */
	later(g, 60000);
	id = shows("star");
	says(CLIENT_GOOD, "star");
	result(id, AUTH_RIGHT, "");
	close_rig();
}
END_TEST

/* The password is asked for after a good certificate, and never after another:
 * who connects knows whether it has one. */
START_TEST(and_users)
{
	uint32_t id;

	open_rig("certificate and users");
	id = shows("alice");
	says(CLIENT_ENDED, "alice");
	result(id, AUTH_WRONG, client_verdict_str(CLIENT_ENDED));
	ck_assert_uint_eq(g->asks[id], 0);
	later(g, 60000);
	id = shows("alice");
	says(CLIENT_GOOD, "alice");
	ck_assert_uint_eq(g->asks[id], 1);
	answer_with(g, id, "wrong");
	check_one();
	result(id, AUTH_WRONG, "");
	later(g, 60000);
	id = shows("alice");
	says(CLIENT_GOOD, "alice");
	answer_with(g, id, "secret");
	check_one();
	result(id, AUTH_RIGHT, "");
	ck_assert_str_eq(g->result[id].groups, "staff,admins");
	close_rig();
}
END_TEST

SUITE("method_certificate", good, not_good, of_another, none_shown,
      a_checker_that_ends, without_a_line, and_users)
