/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_serve_test.c - logins and signatures, as the worker asks for them. */
#include "monitor_rig.h"

#include "base/err.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct msg msg;

/* ---- logins ------------------------------------------------------------------------- */

static int send_login(uint32_t gateway, bool has_password)
{
	struct msg_auth a = { .gateway = gateway,
			      .has_password = has_password,
			      .password = "secret" };

	snprintf(a.user, sizeof a.user, "alice");
	ck_assert_int_eq(addr_parse_port(&a.source, "192.0.2.1:1"), 0);
	msg = (struct msg){ .type = MSG_AUTH, .id = 5 };
	msg.len = pack_msg_auth(msg.data, sizeof msg.data, &a);
	return monitor_serve_auth(&rig.m, &msg);
}

static int ask_login(uint32_t gateway)
{
	return send_login(gateway, true);
}

static int ask_login_without(uint32_t gateway)
{
	return send_login(gateway, false);
}

START_TEST(login_is_checked)
{
	rig_init("");
	rig_start();
	ck_assert_int_eq(ask_login(0), 0);
	ck_assert_ptr_null(memmem(msg.data, sizeof msg.data, "secret", 6));
	ck_assert_str_eq(rig.child[rig.nchildren - 1].role, "aditd: checker");
	ck_assert_int_eq(rig_hears(rig_worker(rig.m.worker), &msg), -1);
	rig_fini();
}
END_TEST

/* A reload has taken it away meanwhile: neither right nor wrong. */
START_TEST(login_at_no_gateway)
{
	struct msg_auth_result r;

	rig_init("");
	rig_start();
	ck_assert_int_eq(ask_login(1), 0);
	ck_assert_int_eq(rig_hears(rig_worker(rig.m.worker), &msg),
			 MSG_AUTH_RESULT);
	ck_assert_uint_eq(msg.id, 5);
	ck_assert_int_eq(unpack_msg_auth_result(&r, msg.data, msg.len), 0);
	ck_assert_uint_eq(r.verdict, AUTH_LATER);
	rig_fini();
}
END_TEST

START_TEST(login_malformed)
{
	rig_init("");
	msg = (struct msg){ .type = MSG_AUTH, .len = 3 };
	ck_assert_int_eq(monitor_serve_auth(&rig.m, &msg), ERR_PROTO);
	rig_fini();
}
END_TEST

static int answer_login(const char *text)
{
	struct answer a = { .n = 1 };

	snprintf(a.text[0], sizeof a.text[0], "%s", text);
	msg = (struct msg){ .type = MSG_AUTH_ANSWER, .id = 5 };
	msg.len = pack_answer(msg.data, sizeof msg.data, &a);
	return monitor_serve_auth_answer(&rig.m, &msg);
}

/* A worker that did not ask for the password has it asked for by the
 * monitor. */
START_TEST(login_is_asked)
{
	struct prompt q;

	rig_init("");
	rig_start();
	ck_assert_int_eq(ask_login_without(0), 0);
	ck_assert_int_eq(rig_hears(rig_worker(rig.m.worker), &msg),
			 MSG_AUTH_PROMPT);
	ck_assert_uint_eq(msg.id, 5);
	ck_assert_int_eq(unpack_prompt(&q, msg.data, msg.len), 0);
	ck_assert_uint_eq(q.n, 1);
	ck_assert_uint_eq(q.ask[0].echo, 0);
	ck_assert_int_eq(answer_login("secret"), 0);
	ck_assert_ptr_null(memmem(msg.data, sizeof msg.data, "secret", 6));
	ck_assert_str_eq(rig.child[rig.nchildren - 1].role, "aditd: checker");
	/* Nobody was asked that. */
	ck_assert_int_eq(answer_login("secret"), 0);
	msg = (struct msg){ .type = MSG_AUTH_ANSWER, .len = 3 };
	ck_assert_int_eq(monitor_serve_auth_answer(&rig.m, &msg), ERR_PROTO);
	rig_fini();
}
END_TEST

START_TEST(login_is_dropped)
{
	rig_init("");
	rig_start();
	ck_assert_int_eq(ask_login_without(0), 0);
	ck_assert_int_eq(rig_hears(rig_worker(rig.m.worker), &msg),
			 MSG_AUTH_PROMPT);
	msg = (struct msg){ .type = MSG_AUTH_DROP, .id = 5, .len = 1 };
	ck_assert_int_eq(monitor_serve_auth_drop(&rig.m, &msg), ERR_PROTO);
	msg.len = 0;
	ck_assert_int_eq(monitor_serve_auth_drop(&rig.m, &msg), 0);
	ck_assert_int_eq(answer_login("secret"), 0);
	ck_assert_int_eq(rig_hears(rig_worker(rig.m.worker), &msg), -1);
	rig_fini();
}
END_TEST

/* ---- signatures --------------------------------------------------------------------- */

static int ask_signature(uint32_t gateway, int algorithm, struct msg_sign *made)
{
	struct msg_sign a = { .gateway = gateway,
			      .algorithm = algorithm,
			      .len = 32 };
	int r;

	msg = (struct msg){ .type = MSG_SIGN, .id = 6 };
	msg.len = pack_msg_sign(msg.data, sizeof msg.data, &a);
	r = monitor_serve_sign(&rig.m, &msg);
	if (r)
		return r;
	ck_assert_uint_eq(msg.type, MSG_SIGNED);
	ck_assert_uint_eq(msg.id, 6);
	return unpack_msg_sign(made, msg.data, msg.len);
}

START_TEST(signature_of_no_gateway)
{
	struct msg_sign made;

	rig_init("");
	ck_assert_int_eq(ask_signature(1, 0x0403, &made), 0);
	ck_assert_uint_eq(made.len, 0);
	ck_assert_int_eq(ask_signature(0, 0x7777, &made), 0);
	ck_assert_uint_eq(made.len, 0);
	ck_assert(rig_logged("refused a signature"));
	rig_fini();
}
END_TEST

START_TEST(signature_malformed)
{
	rig_init("");
	msg = (struct msg){ .type = MSG_SIGN, .len = 2 };
	ck_assert_int_eq(monitor_serve_sign(&rig.m, &msg), ERR_PROTO);
	msg = (struct msg){ .type = MSG_SIGNED };
	ck_assert_int_eq(monitor_serve_sign(&rig.m, &msg), ERR_PROTO);
	rig_fini();
}
END_TEST

SUITE("monitor/serve", login_is_checked, login_at_no_gateway, login_malformed,
      login_is_asked, login_is_dropped, signature_of_no_gateway,
      signature_malformed)
