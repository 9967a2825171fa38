/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_codes_test.c - what a worker may ask about the one-time codes of
 * users, and for whom. */
#include "monitor/monitor_codes.h"

#include "monitor_rig.h"

#include "base/err.h"
#include "process/msg_code.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HASH "$6$saltsalt$abcdefgh"

static struct msg msg;

static void begin(void)
{
	char path[120];

	rig_init("");
	rig_start();
	rig_write("users", "alice:" HASH ":staff\nbob:" HASH ":staff\n");
	rig_write("users.otp", "alice:GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n");
	snprintf(path, sizeof path, "%s/users.otp", rig.dir);
	ck_assert_int_eq(chmod(path, 0600), 0);
}

static void end(void)
{
	char path[120];

	snprintf(path, sizeof path, "%s/users.otp", rig.dir);
	unlink(path);
	rig_fini();
}

static struct msg_code question(const char *user, const char *hash,
				const char *code)
{
	struct msg_code c = { .who.gateway = "one" };
	char evidence[600];

	ck_assert(!addr_parse_port(&c.source, "192.0.2.1:5000"));
	snprintf(c.who.user, sizeof c.who.user, "%s", user);
	snprintf(c.code, sizeof c.code, "%s", code);
	snprintf(evidence, sizeof evidence, "users:%s\n", hash);
	stamp_make(c.who.stamp, rig.m.stamp_key, user, evidence);
	return c;
}

static void asks(const struct msg_code *c)
{
	msg = (struct msg){ .type = MSG_CODE, .id = 9 };
	msg.len = pack_msg_code(msg.data, sizeof msg.data, c);
	ck_assert_int_eq(monitor_codes_serve(&rig.m, &msg), 0);
	for (size_t i = 0; i < msg.len; i++)
		ck_assert_uint_eq(msg.data[i], 0);
}

static unsigned verdict(void)
{
	struct msg_code_is is;

	ck_assert_int_eq(rig_hears(rig_worker(rig.m.worker), &msg),
			 MSG_CODE_IS);
	ck_assert_uint_eq(msg.id, 9);
	ck_assert_int_eq(unpack_msg_code_is(&is, msg.data, msg.len), 0);
	return is.verdict;
}

static unsigned verdict_on(const char *user, const char *hash, const char *code)
{
	struct msg_code c = question(user, hash, code);

	asks(&c);
	return verdict();
}

/* Without the stamp of a login nobody's codes are looked at, and the worker
 * does not even hear who has a secret. */
START_TEST(for_whom)
{
	struct msg_code c;

	begin();
#ifdef HAVE_OATH
	ck_assert_uint_eq(verdict_on("alice", HASH, ""), CODE_READY);
	ck_assert_uint_eq(verdict_on("alice", HASH, "000"), CODE_WRONG);
#endif
	ck_assert_uint_eq(verdict_on("bob", HASH, ""), CODE_NO_SECRET);
	ck_assert_uint_eq(verdict_on("bob", HASH, "000000"), CODE_NO_SECRET);
	ck_assert_uint_eq(verdict_on("alice", "another", ""), CODE_LATER);
	ck_assert_uint_eq(verdict_on("alice", "another", "000"), CODE_LATER);
	ck_assert_uint_eq(verdict_on("carol", HASH, ""), CODE_LATER);
	c = question("alice", HASH, "000");
	snprintf(c.who.gateway, sizeof c.who.gateway, "two");
	asks(&c);
	ck_assert_uint_eq(verdict(), CODE_LATER);
	ck_assert_uint_eq(rig.m.auth != NULL, 1);
	end();
}
END_TEST

START_TEST(malformed)
{
	struct msg_code c;

	begin();
	c = question("alice", HASH, "000");
	msg = (struct msg){ .type = MSG_CODE, .id = 9 };
	msg.len = pack_msg_code(msg.data, sizeof msg.data, &c) - 1;
	ck_assert_int_eq(monitor_codes_serve(&rig.m, &msg), ERR_PROTO);
	msg = (struct msg){ .type = MSG_CODE, .id = 9, .nfds = 1 };
	msg.len = pack_msg_code(msg.data, sizeof msg.data, &c);
	ck_assert_int_eq(monitor_codes_serve(&rig.m, &msg), ERR_PROTO);
	end();
}
END_TEST

SUITE("monitor/monitor_codes", for_whom, malformed)
