/* SPDX-License-Identifier: BSD-2-Clause */
/* expected_reverse_test.c - the server connects to the gateway, which opens a
 * channel to the application. */
#include "gateway/rig_puppet.h"

#include "base/err.h"
#include "gateway/expected.h"
#include "net/sock.h"

#include "suite.h"

#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct rig_puppet p;
static struct expectation *e;
static int conn; /* what the server has connected */

/* `arms`: connections need not wait. */
static void begin(bool arms)
{
	rig_puppet_begin(&p, true);
	p.user.accepts = true;
	p.user.side.room = SIZE_MAX;
	client_says(&p, "rev 127.0.0.1 4000\n");
	e = expect_get(&p.gs->expects, 1);
	ck_assert(e && e->socket);
	if (arms)
		client_says(&p, "arm\n");
}

static void end(void)
{
	close(conn);
	rig_puppet_end(&p);
	for (unsigned i = 0; i < p.user.side.nmems; i++)
		mem_free(p.user.side.mems[i]);
}

/* Accepted by the kernel when this returns. */
static void connect_only(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(e->shown.port),
				  .sin_addr = { htonl(INADDR_LOOPBACK) } };

	conn = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert(!connect(conn, (struct sockaddr *)&to, sizeof to));
}

static void connect_server(void)
{
	connect_only();
	for (int i = 0; i < 3; i++)
		rig_settle(&p.user, p.gs);
}

static bool is_reset(void)
{
	struct pollfd w = { .fd = conn, .events = POLLIN };
	char byte;

	return poll(&w, 1, 5000) == 1 && read(conn, &byte, 1) <= 0;
}

START_TEST(the_application_is_connected)
{
	struct pollfd w = { .events = POLLIN };
	struct gchan *gc;
	struct mem *m;

	begin(true);
	connect_server();
	ck_assert_uint_eq(p.user.side.nmems, 1);
	m = p.user.side.mems[0];
	ck_assert_uint_eq(m->asked.expectation, 1);
	ck_assert_str_eq(m->asked.dest.host, "127.0.0.1");
	ck_assert_uint_eq(m->asked.dest.port, 4000);
	gc = list_first(&rig_inspection(&p)->below, struct gchan, beside);
	ck_assert(gc->reverse && !gc->due);
	ck_assert_int_eq(outcome_ask(rig_inspection(&p), 1), ADIT_OK);
	ck_assert_int_eq(write(conn, "hello", 5), 5);
	w.fd = gc->relay.sock.fd;
	ck_assert_int_eq(poll(&w, 1, 5000), 1);
	rig_settle(&p.user, p.gs);
	ck_assert_uint_eq(buf_len(&m->out), 5);
	/* It was for one connection. */
	ck_assert_ptr_null(expect_get(&p.gs->expects, 1));
	end();
}
END_TEST

/* The last use has ended the expectation by the time the plugin begins. */
START_TEST(the_plugin_gets_what_it_has_given)
{
	struct gchan *gc;
	size_t n;

	begin(true);
	e->flags |= ADIT_INSPECT;
	e->tag = 9;
	ck_assert(!buf_append(&e->given, "abc", 3));
	connect_server();
	ck_assert_ptr_null(expect_get(&p.gs->expects, 1));
	gc = list_first(&rig_inspection(&p)->below, struct gchan, beside);
	ck_assert_ptr_nonnull(gc->inspection);
	ck_assert_uint_eq(adit_tag(gc->inspection->ch), 9);
	ck_assert_mem_eq(adit_given(gc->inspection->ch, &n), "abc", 3);
	ck_assert_uint_eq(n, 3);
	end();
}
END_TEST

START_TEST(one_that_is_not_armed_waits)
{
	begin(false);
	connect_server();
	ck_assert_uint_eq(p.user.side.nmems, 0);
	client_says(&p, "arm\n");
	rig_settle(&p.user, p.gs);
	ck_assert_uint_eq(p.user.side.nmems, 1);
	end();
}
END_TEST

/* The server's word may be read before its connection. */
START_TEST(whoever_asks_for_the_outcome_takes_what_has_come)
{
	begin(true);
	p.user.side.late = true;
	connect_only();
	ck_assert_int_eq(outcome_ask(rig_inspection(&p), 1), ADIT_WAIT);
	end();
}
END_TEST

START_TEST(the_agent_refuses)
{
	begin(true);
	p.user.accepts = false;
	connect_server();
	ck_assert(is_reset());
	ck_assert_int_eq(outcome_ask(rig_inspection(&p), 1), ADIT_FAILED);
	end();
}
END_TEST

/* Connections from other hosts are reset, and logged once. */
START_TEST(a_stranger_is_sent_away)
{
	begin(true);
	snprintf(e->server.host, sizeof e->server.host, "10.9.9.9");
	connect_server();
	ck_assert(is_reset());
	ck_assert(rig_said("refused: a connection from 127.0.0.1"));
	ck_assert(rig_said("announced to 10.9.9.9; to let it in"));
	ck_assert_int_eq(outcome_ask(rig_inspection(&p), 1), ADIT_DENIED);
	rig_hush();
	close(conn);
	connect_server();
	ck_assert(is_reset());
	ck_assert(!rig_said("refused: a connection"));
	ck_assert_ptr_eq(expect_get(&p.gs->expects, 1), e);
	end();
}
END_TEST

START_TEST(its_resource_is_gone)
{
	begin(true);
	snprintf(e->resource, sizeof e->resource, "gone");
	connect_server();
	ck_assert(is_reset());
	ck_assert(rig_said("its resource gone is no longer allowed for user "
			   "alice"));
	ck_assert_ptr_null(expect_get(&p.gs->expects, 1));
	end();
}
END_TEST

/* From another worker. */
START_TEST(only_a_listener_is_adopted)
{
	int fd[2];

	begin(false);
	conn = -1;
	ck_assert(!pipe(fd));
	ck_assert_int_eq(expected_adopt(e, fd[0]), ERR_INVAL);
	ck_assert_int_eq(close(fd[0]), -1); /* it is closed */
	close(fd[1]);
	end();
}
END_TEST

SUITE("gateway/expected_reverse", the_application_is_connected,
      the_plugin_gets_what_it_has_given, one_that_is_not_armed_waits,
      whoever_asks_for_the_outcome_takes_what_has_come, the_agent_refuses,
      a_stranger_is_sent_away, its_resource_is_gone, only_a_listener_is_adopted)
