/* SPDX-License-Identifier: BSD-2-Clause */
/* tunnel_worn_test.c - a tunnel ends long before its keys are used up. */
#include "net/tunnel.h"
#include "tls/session.h"

#include "base/err.h"
#include "suite.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int ended;
static char cause[200];

static void on_down(struct tunnel *t, int err, const char *why)
{
	(void)t;
	ended = err;
	strncpy(cause, why, sizeof cause - 1);
}

static void on_wake(struct session *s)
{
	(void)s;
}

static const struct tunnel_ops tunnel_ops = { .down = on_down };
static const struct session_ops session_ops = { .wake = on_wake };

START_TEST(worn_keys)
{
	const char *pins[] = { "sha256:00000000000000000000000000000000"
			       "00000000000000000000000000000000",
			       NULL };
	struct tls_client_conf conf = { "localhost", pins, NULL };
	struct session_conf agent = { .role = ROLE_AGENT, .marker = 9 };
	struct session *s = session_new(&agent, &session_ops, NULL);
	struct tls_client *client;
	struct tunnel t;
	struct loop loop;
	char why[200];
	int fds[2];

	ck_assert_int_eq(loop_init(&loop), 0);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	ck_assert_int_eq(tls_client_new(&client, &conf, why, sizeof why), 0);
	tunnel_init(&t, &loop, s, &tunnel_ops);
	tunnel_up(&t, fds[0], tls_connect_new(client));
	t.conn.tls->received = 1 << 23;
	t.liveness_us = 0;
	ev_feed_event(loop.ev, &t.timer, EV_TIMER);
	while (!ended)
		ev_run(loop.ev, EVRUN_ONCE);
	ck_assert_int_eq(ended, ERR_CLOSED);
	ck_assert_ptr_nonnull(strstr(cause, "new keys"));
	close(fds[1]);
	tunnel_fini(&t);
	session_free(s);
	tls_client_free(client);
	loop_fini(&loop);
}
END_TEST

SUITE("net/tunnel worn", worn_keys)
