/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_rights_test.c - whether users may keep the sessions that they have, by a
 * users file that changes or is gone. */
#include "monitor_rig.h"

#include "base/err.h"
#include "monitor/attempt.h"
#include "monitor/monitor_pages.h"
#include "net/loop.h"
#include "process/msg_rights.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* As a login of the method `users` makes it. */
static void stamp_of(uint8_t stamp[STAMP_LEN], const char *user,
		     const char *hash)
{
	char evidence[600];

	snprintf(evidence, sizeof evidence, "users:%s\n", hash);
	stamp_make(stamp, rig.m.stamp_key, user, evidence);
}

static struct msg msg;
static uint64_t clock_us;

/* In place of that of net/loop.c. */
uint64_t clock_now_us(void)
{
	return clock_us;
}

static enum msg_rights verdict_on(const char *user, const char *gateway,
				  const char *hash, char groups[1024])
{
	struct msg_right q = { .id = 8 };
	struct msg_rights_are a;

	snprintf(q.user, sizeof q.user, "%s", user);
	snprintf(q.gateway, sizeof q.gateway, "%s", gateway);
	stamp_of(q.stamp, user, hash);
	msg = (struct msg){ .type = MSG_RIGHTS };
	msg.len = pack_msg_rights(msg.data, sizeof msg.data, &q, 1);
	ck_assert_int_eq(monitor_rights_answer(&rig.m, &msg), 0);
	ck_assert_int_eq(rig_hears(rig_worker(rig.m.worker), &msg),
			 MSG_RIGHTS_ARE);
	ck_assert_uint_eq(msg.id, 8);
	ck_assert_int_eq(unpack_msg_rights_are(&a, msg.data, msg.len), 0);
	snprintf(groups, 1024, "%s", a.groups);
	return (enum msg_rights)a.verdict;
}

#define HASH "$6$saltsalt$abcdefgh"
#define OTHER "$6$saltsalt$abcdefgi"

START_TEST(verdicts)
{
	char groups[1024];

	rig_init("");
	rig_start();
	rig_write("users", "alice:" HASH ":staff\nbob:!" HASH ":staff\n");
	ck_assert_int_eq(verdict_on("alice", "one", HASH, groups), RIGHTS_KEPT);
	ck_assert_str_eq(groups, "staff");
	ck_assert_int_eq(verdict_on("alice", "one", OTHER, groups),
			 RIGHTS_LOST);
	ck_assert_str_eq(groups, "");
	ck_assert_int_eq(verdict_on("bob", "one", HASH, groups), RIGHTS_LOST);
	ck_assert_int_eq(verdict_on("bob", "one", "!" HASH, groups),
			 RIGHTS_LOST);
	ck_assert_int_eq(verdict_on("carol", "one", HASH, groups), RIGHTS_LOST);
	ck_assert_int_eq(verdict_on("alice", "two", HASH, groups),
			 RIGHTS_UNKNOWN);
	rig_fini();
}
END_TEST

static const char one_and_two[] =
	"[gateway one]\nlisten = 127.0.0.1:%u\nusers = users\ngroups = staff\n"
	"certificate = cert.pem\nprivate_key = key.pem\n"
	"[gateway two]\nlisten = 127.0.0.2:%u\nusers = other\ngroups = staff\n"
	"certificate = cert.pem\nprivate_key = key.pem\n"
	"[group staff]\nresources = web\n"
	"[resource web]\nhost = web.example\nport = 80\n"
	"[server]\nuser = nobody\ncontrol = aditd.sock\n";

/* Several of one message, at two gateways: each is judged by the users file of its
 * own gateway, whichever was read before. */
START_TEST(two_gateways)
{
	struct msg_right q[3] = {
		{ .id = 1, .user = "alice", .gateway = "one" },
		{ .id = 2, .user = "alice", .gateway = "two" },
		{ .id = 3, .user = "alice", .gateway = "one" },
	};
	struct rig_child *worker;
	struct msg_rights_are a;
	char two[512];

	rig_init("");
	worker = rig_start();
	snprintf(two, sizeof two, one_and_two, rig.port, rig.port);
	rig_write("other", "alice:" OTHER ":staff\n");
	rig_write("aditd.ini", two);
	rig_ask(1, "{\"command\":\"reload\"}");
	ck_assert_str_eq(rig_reply(1), "");
	ck_assert_int_eq(rig_hears(worker, &msg), MSG_CONF);
	rig_says(worker, MSG_READY, msg.id, "");
	rig_turn();
	ck_assert_msg(strstr(rig_reply(1), "reloaded"), "%s", rig_reply(1));
	rig_write("users", "alice:" HASH ":staff\n");
	for (size_t i = 0; i < ARRAY_LEN(q); i++)
		stamp_of(q[i].stamp, "alice", HASH);
	msg = (struct msg){ .type = MSG_RIGHTS };
	msg.len = pack_msg_rights(msg.data, sizeof msg.data, q, ARRAY_LEN(q));
	ck_assert_int_eq(monitor_rights_answer(&rig.m, &msg), 0);
	for (uint32_t i = 1; i <= ARRAY_LEN(q); i++) {
		ck_assert_int_eq(rig_hears(rig_worker(rig.m.worker), &msg),
				 MSG_RIGHTS_ARE);
		ck_assert_uint_eq(msg.id, i);
		ck_assert(!unpack_msg_rights_are(&a, msg.data, msg.len));
		ck_assert_uint_eq(a.verdict,
				  i == 2 ? RIGHTS_LOST : RIGHTS_KEPT);
	}
	rig_fini();
}
END_TEST

#ifdef HAVE_PAM

/* The answer to a worker that has this evidence for a user of PAM. */
static enum msg_rights pam_verdict(const char *user, const char *evidence)
{
	struct msg_right q = { .id = 9, .gateway = "one" };
	struct msg_rights_are a;

	snprintf(q.user, sizeof q.user, "%s", user);
	stamp_make(q.stamp, rig.m.stamp_key, user, evidence);
	monitor_rights_of(&rig.m, &q, &a);
	return (enum msg_rights)a.verdict;
}

/* A worker that has been taken over asks about users who never logged in: that
 * starts no process of PAM, and takes no place from others. */
START_TEST(pam_is_asked_of_nobody_else)
{
	char text[600];

	rig_init("");
	rig_start();
	rig.m.now.config->conf->gateways[0].auth_rule =
		(struct auth_rule){ 1, { METHOD_BIT(METHOD_PAM) } };
	for (unsigned i = 0; i < 100; i++) {
		snprintf(text, sizeof text, "user%u", i);
		ck_assert_int_eq(pam_verdict(text, "made up"), RIGHTS_LOST);
	}
	ck_assert_uint_eq(pams_count(rig.m.auth->pams), 0);
	/* Of one who has, nothing is known yet, and PAM is asked. */
	ck_assert_int_eq(pam_verdict("alice", "pam:\n"), RIGHTS_UNKNOWN);
	rig_fini();
}
END_TEST

#else

START_TEST(pam_is_asked_of_nobody_else)
{
}
END_TEST

#endif

static void drop_users(void)
{
	char path[128];

	snprintf(path, sizeof path, "%s/users", rig.dir);
	ck_assert_int_eq(unlink(path), 0);
}

/* Nobody loses a session because a file is missing; said once a minute. */
START_TEST(without_a_file)
{
	static const struct {
		unsigned at_s;
		bool said;
	} asked[] = { { 100, true }, { 159, false }, { 160, true } };
	char groups[1024];

	rig_init("");
	rig_start();
	drop_users();
	for (size_t i = 0; i < ARRAY_LEN(asked); i++) {
		clock_us = asked[i].at_s * 1000000ull;
		ck_assert_int_eq(verdict_on("alice", "one", HASH, groups),
				 RIGHTS_UNKNOWN);
		ck_assert_int_eq(rig_logged("users file"), asked[i].said);
	}
	rig_write("users", "alice:" HASH ":staff\n");
	ck_assert_int_eq(verdict_on("alice", "one", HASH, groups), RIGHTS_KEPT);
	rig_fini();
}
END_TEST

START_TEST(malformed)
{
	rig_init("");
	rig_start();
	msg = (struct msg){ .type = MSG_RIGHTS, .len = 1, .data = { 1 } };
	ck_assert_int_eq(monitor_rights_answer(&rig.m, &msg), ERR_PROTO);
	ck_assert_int_eq(rig_hears(rig_worker(rig.m.worker), &msg), -1);
	rig_fini();
}
END_TEST

/* The worker ends before it can be told. */
START_TEST(nobody_hears_it)
{
	struct rig_child *worker;
	struct msg_right q = { .id = 8, .user = "alice", .gateway = "one" };

	rig_init("");
	worker = rig_start();
	close(worker->fd[0]);
	worker->fd[0] = -1;
	msg = (struct msg){ .type = MSG_RIGHTS };
	msg.len = pack_msg_rights(msg.data, sizeof msg.data, &q, 1);
	ck_assert_int_eq(monitor_rights_answer(&rig.m, &msg), 0);
	ck_assert(rig_logged("whether alice may keep sessions"));
	rig_fini();
}
END_TEST

SUITE("monitor/rights", verdicts, two_gateways, pam_is_asked_of_nobody_else,
      without_a_file, malformed, nobody_hears_it)
