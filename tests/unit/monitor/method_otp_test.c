/* SPDX-License-Identifier: BSD-2-Clause */
/* method_otp_test.c - logins that need a one-time code. */
#include "auth_rig.h"
#include "suite.h"

#include "base/log.h"
#include "policy/auth_rule.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#ifdef HAVE_OATH

#include <liboath/oath.h>

static struct rig *g;
static char secrets[80], state[64], from[] = "192.0.2.1:1";

static void begin_anew(void)
{
	auth_free(g->auth);
	rig_start(g, state);
}

static void open_rig(const char *rule)
{
	char why[100];
	FILE *f;

	g = rig_new(users_file);
	log_start("method_otp_test", LOG_ERROR);
	snprintf(secrets, sizeof secrets, "%s.otp", g->users);
	f = fopen(secrets, "w");
	ck_assert_ptr_nonnull(f);
	/* "12345678901234567890" */
	fputs("alice:GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n", f);
	fclose(f);
	ck_assert_int_eq(chmod(secrets, 0600), 0);
	ck_assert_int_eq(auth_rule_parse(&g->rule, rule, why, sizeof why), 0);
	snprintf(state, sizeof state, "/tmp/adit-state-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(state));
	begin_anew();
}

static void close_rig(void)
{
	static const char *const files[] = { "codes.json", "logins.json" };
	char path[128];

	unlink(secrets);
	rig_free(g);
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		snprintf(path, sizeof path, "%s/%s", state, files[i]);
		unlink(path);
	}
	ck_assert_int_eq(rmdir(state), 0);
}

/* The code of so many steps from now. */
static const char *code_in(int steps)
{
	static char code[7];

	ck_assert_int_eq(oath_totp_generate("12345678901234567890", 20,
					    time(NULL) + 30 * steps, 30, 0, 6,
					    code),
			 OATH_OK);
	return code;
}

static const char *wrong_code(void)
{
	static char code[7];

	snprintf(code, sizeof code, "%s", code_in(0));
	code[5] = code[5] == '9' ? '0' : (char)(code[5] + 1);
	if (!strcmp(code, code_in(1)) || !strcmp(code, code_in(-1)))
		code[0] = code[0] == '9' ? '0' : (char)(code[0] + 1);
	return code;
}

/* Each waits for its turn after the failures before. */
static uint32_t asked(const char *user, const char *password)
{
	uint32_t id;

	later(g, 60000);
	id = try_with(g, user, password, from);
	ck_assert_uint_eq(fake.n, 1);
	check_one();
	ck_assert_uint_eq(g->asks[id], 1);
	ck_assert_str_eq(g->prompt.ask[0].text, "One-time code: ");
	ck_assert_uint_eq(g->prompt.n, 1);
	return id;
}

static enum msg_verdict answered(uint32_t id, const char *code)
{
	answer_with(g, id, code);
	ck_assert_uint_eq(g->answers[id], 1);
	return g->result[id].verdict;
}

START_TEST(both)
{
	open_rig("users and otp");
	ck_assert_uint_eq(answered(asked("alice", "secret"), wrong_code()),
			  AUTH_WRONG);
	ck_assert_uint_eq(answered(asked("alice", "secret"), ""), AUTH_WRONG);
	ck_assert_uint_eq(answered(asked("alice", "secret"), code_in(0)),
			  AUTH_RIGHT);
	ck_assert_str_eq(g->result[g->last].groups, "staff,admins");
	/* Not twice, not after a restart either. */
	ck_assert_uint_eq(answered(asked("alice", "secret"), code_in(0)),
			  AUTH_WRONG);
	begin_anew();
	ck_assert_uint_eq(answered(asked("alice", "secret"), code_in(0)),
			  AUTH_WRONG);
	ck_assert_uint_eq(answered(asked("alice", "secret"), code_in(1)),
			  AUTH_RIGHT);
	close_rig();
}
END_TEST

/* Whoever has a wrong password, is not there, or has no secret is asked the
 * same, and hears the same; and uses up no code. */
START_TEST(all_look_alike)
{
	open_rig("users and otp");
	ck_assert_uint_eq(answered(asked("alice", "wrong"), code_in(0)),
			  AUTH_WRONG);
	ck_assert_uint_eq(answered(asked("mallory", "secret"), code_in(0)),
			  AUTH_WRONG);
	ck_assert_uint_eq(answered(asked("bob", "word"), code_in(0)),
			  AUTH_WRONG);
	ck_assert_uint_eq(answered(asked("alice", "secret"), code_in(0)),
			  AUTH_RIGHT);
	close_rig();
}
END_TEST

/* A question of one alternative is not answered by the answer of another. */
START_TEST(asked_in_both_alternatives)
{
	uint32_t id;

	open_rig("users and otp or users and otp");
	id = asked("alice", "secret");
	answer_with(g, id, wrong_code());
	ck_assert_uint_eq(fake.n, 1);
	check_one();
	ck_assert_uint_eq(g->asks[id], 2);
	ck_assert_uint_eq(answered(id, code_in(0)), AUTH_RIGHT);
	close_rig();
}
END_TEST

/* Where the secrets cannot be read, nobody's code is wrong: who logs in is put
 * off, with a wrong password as with a right one, and need not wait for it. */
START_TEST(secrets_that_cannot_be_read)
{
	uint32_t right, wrong;

	open_rig("users and otp");
	ck_assert_int_eq(chmod(secrets, 0644), 0);
	right = asked("alice", "secret");
	ck_assert_uint_eq(answered(right, code_in(0)), AUTH_LATER);
	wrong = asked("alice", "wrong");
	ck_assert_uint_eq(answered(wrong, code_in(0)), AUTH_LATER);
	ck_assert_ptr_nonnull(strstr(g->result[right].hint,
				     "cannot check one-time codes now"));
	ck_assert_mem_eq(&g->result[right], &g->result[wrong],
			 sizeof g->result[right]);
	ck_assert_int_eq(chmod(secrets, 0600), 0);
	/* No time passes. */
	right = try_with(g, "alice", "secret", from);
	check_one();
	ck_assert_uint_eq(answered(right, code_in(0)), AUTH_RIGHT);
	close_rig();
}
END_TEST

/* The time of a login is the gateway's: not that for which it waits for the
 * user's answer. */
START_TEST(the_time_of_who_types_does_not_count)
{
	const json_t *times;
	uint32_t id;
	json_t *o;

	open_rig("users and otp");
	id = asked("alice", "secret");
	clock_ms += 30000;
	ck_assert_uint_eq(answered(id, code_in(0)), AUTH_RIGHT);
	o = auth_times(g->auth);
	times = json_object_get(json_object_get(o, "users and otp"),
				"accepted");
	ck_assert_ptr_nonnull(times);
	ck_assert_int_lt(json_integer_value(json_object_get(times, "sum_us")),
			 1000000);
	json_decref(o);
	close_rig();
}
END_TEST

/* A worker or a web process that was taken over. */
START_TEST(more_answers_than_were_asked_for)
{
	struct answer a = { .n = 2 };
	uint32_t id;

	open_rig("users and otp");
	id = asked("alice", "secret");
	snprintf(a.text[0], sizeof a.text[0], "%s", code_in(0));
	auth_answered(g->auth, &g->asker, id, &a);
	ck_assert_uint_eq(g->result[id].verdict, AUTH_WRONG);
	close_rig();
}
END_TEST

static enum msg_verdict in_session_with(const char *code)
{
	static const struct auth_rule rule = { 1, { METHOD_BIT(METHOD_OTP) } };
	struct msg_auth a = { .user = "alice" };
	const struct auth_try t = { .asker = &g->asker,
				    .id = ++g->last,
				    .rule = &rule,
				    .chain = -1,
				    .gateway = "corp",
				    .users = g->users,
				    .asked = &a,
				    .code = code };

	ck_assert_int_eq(addr_parse_port(&a.source, from), 0);
	auth_submit(g->auth, &t);
	later(g, 60000);
	ck_assert_uint_eq(g->answers[t.id], 1);
	ck_assert_uint_eq(g->asks[t.id], 0);
	return g->result[t.id].verdict;
}

/* A code is good once, whatever it was asked for; and a right password takes no
 * failure away of those who guess at codes. */
START_TEST(in_a_session)
{
	char used[7];
	uint32_t id;

	open_rig("users");
	ck_assert_uint_eq(in_session_with(wrong_code()), AUTH_WRONG);
	snprintf(used, sizeof used, "%s", code_in(0));
	ck_assert_uint_eq(in_session_with(used), AUTH_RIGHT);
	ck_assert(g->result[g->last].has_code);
	ck_assert_uint_eq(in_session_with(used), AUTH_WRONG);
	begin_anew();
	ck_assert_uint_eq(in_session_with(used), AUTH_WRONG);
	for (int i = 0; i < 8; i++)
		ck_assert_uint_eq(in_session_with(wrong_code()), AUTH_WRONG);
	ck_assert_uint_ge(g->result[g->last].wait_ms, 4000);
	later(g, 60000);
	id = try_with(g, "alice", "secret", from);
	check_one();
	ck_assert_uint_eq(g->result[id].verdict, AUTH_RIGHT);
	ck_assert(!g->result[id].has_code);
	ck_assert_uint_eq(in_session_with(wrong_code()), AUTH_WRONG);
	ck_assert_uint_ge(g->result[g->last].wait_ms, 4000);
	close_rig();
}
END_TEST

#else

START_TEST(in_a_session)
{
}
END_TEST

START_TEST(the_time_of_who_types_does_not_count)
{
}
END_TEST

START_TEST(secrets_that_cannot_be_read)
{
}
END_TEST

START_TEST(both)
{
}
END_TEST

START_TEST(all_look_alike)
{
}
END_TEST

START_TEST(asked_in_both_alternatives)
{
}
END_TEST

START_TEST(more_answers_than_were_asked_for)
{
}
END_TEST

#endif

SUITE("method_otp", both, all_look_alike, asked_in_both_alternatives,
      secrets_that_cannot_be_read, the_time_of_who_types_does_not_count,
      more_answers_than_were_asked_for, in_a_session)
