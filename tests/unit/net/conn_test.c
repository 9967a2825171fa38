/* SPDX-License-Identifier: BSD-2-Clause */
/* conn_test.c - how a TLS connection ends: the last words of each side reach
 * the other. */
#include "net/conn.h"

#include "base/err.h"
#include "net/sock.h"
#include "tls/pair.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "suite.h"

static struct loop loop;
static struct conn conn;
static struct gate gate;
static struct tls_client *client;
static struct tls *peer;
static int peer_fd, err;
static char said[100], why[400];
static unsigned ends;
static const char *last; /* what `output` has */

static int on_input(struct conn *c, const uint8_t *p, size_t n)
{
	size_t at = strlen(said);

	ck_assert_ptr_eq(c, &conn);
	ck_assert_uint_lt(at + n, sizeof said);
	memcpy(said + at, p, n);
	return 0;
}

static bool on_output(struct conn *c, struct iovec *record)
{
	(void)c;
	if (!last)
		return false;
	*record = (struct iovec){ (char *)last, strlen(last) };
	last = NULL;
	return true;
}

static void on_closed(struct conn *c, int e, const char *text)
{
	(void)c;
	err = e;
	snprintf(why, sizeof why, "%s", text);
	ends++;
}

static const struct conn_ops ops = { .input = on_input,
				     .output = on_output,
				     .closed = on_closed };

static void start(void)
{
	struct addr at;
	struct pair p;
	int fd, l;

	memset(said, 0, sizeof said);
	ends = 0;
	last = NULL;
	gate_open(&gate, "gw.example");
	p = pair_up(&gate, &client);
	peer = p.s;
	ck_assert_int_eq(loop_init(&loop), 0);
	ck_assert_int_eq(addr_parse(&at, "127.0.0.1", 0), 0);
	l = tcp_listen(&at, 1, true);
	at = addr_local(l);
	fd = tcp_connect(&at, NULL);
	ck_assert_int_eq(poll(&(struct pollfd){ l, POLLIN, 0 }, 1, 5000), 1);
	peer_fd = tcp_accept(l, NULL);
	ck_assert_int_ge(peer_fd, 0);
	close(l);
	conn_open(&conn, &loop, fd, p.c, &ops);
	ev_run(loop.ev, EVRUN_NOWAIT);
}

static void stop(void)
{
	tls_free(peer);
	tls_client_free(client);
	gate_close(&gate);
	loop_fini(&loop);
}

/* The peer's records go to the socket. */
static void peer_flush(void)
{
	struct buf *out = tls_output(peer);

	ck_assert_int_eq(send(peer_fd, buf_ptr(out), buf_len(out), 0),
			 (ssize_t)buf_len(out));
	tls_written(peer, buf_len(out));
}

static void peer_says(const char *text)
{
	ck_assert_int_eq(tls_send(peer, (const uint8_t *)text, strlen(text)),
			 0);
	peer_flush();
}

/* The turn of the loop that writes comes before the one that reads. */
static void write_first(void)
{
	ck_assert_int_eq(conn_send(&conn, (const uint8_t *)"more", 4), 0);
	conn_now(&conn);
}

static void until_end(void)
{
	while (!ends)
		ev_run(loop.ev, EVRUN_ONCE);
	ev_run(loop.ev, EVRUN_NOWAIT);
	ck_assert_uint_eq(ends, 1);
}

START_TEST(goodbye_before_a_reset)
{
	start();
	peer_says("one ");
	tls_bye(peer);
	peer_flush();
	tcp_reset(peer_fd);
	write_first();
	until_end();
	ck_assert_str_eq(said, "one ");
	ck_assert_int_eq(err, ERR_CLOSED);
	stop();
}
END_TEST

/* FIN, and RST for what came after: the error is EPIPE. */
START_TEST(words_before_a_broken_pipe)
{
	start();
	peer_says("one ");
	peer_says("two");
	shutdown(peer_fd, SHUT_WR);
	tcp_reset(peer_fd);
	write_first();
	write_first();
	until_end();
	ck_assert_str_eq(said, "one two");
	ck_assert_int_eq(err, ERR_SYS);
	ck_assert_str_eq(why, "Broken pipe");
	stop();
}
END_TEST

START_TEST(reset_without_a_word)
{
	start();
	tcp_reset(peer_fd);
	write_first();
	until_end();
	ck_assert_str_eq(said, "");
	ck_assert_int_eq(err, ERR_SYS);
	ck_assert_str_eq(why, "Connection reset by peer");
	stop();
}
END_TEST

/* Nobody takes the close_notify: the connection ends all the same. */
START_TEST(reset_while_leaving)
{
	start();
	peer_says("one");
	tcp_reset(peer_fd);
	conn_leave(&conn, 0.);
	conn_now(&conn);
	until_end();
	ck_assert_str_eq(said, "one");
	ck_assert_int_eq(err, ERR_SYS);
	stop();
}
END_TEST

/* What the peer hears last.  ERR_CLOSED: then that it is the end; ERR_SYS: the
 * connection was reset. */
static int peer_hears(void)
{
	static uint8_t in[4096];
	const uint8_t *p;
	ssize_t n;
	int ret = 0;

	said[0] = 0;
	while ((n = recv(peer_fd, in, sizeof in, 0)) > 0) {
		tls_input(peer, in, (size_t)n);
		while ((ret = tls_recv(peer, &p)) > 0)
			snprintf(said, sizeof said, "%.*s", ret,
				 (const char *)p);
		tls_recv_release(peer);
	}
	return n ? ERR_SYS : ret;
}

/* Bytes of the peer are unread when the connection ends, and more come: the
 * peer still hears all that was said. */
START_TEST(last_words_arrive)
{
	start();
	ck_assert_int_eq(conn_send(&conn, (const uint8_t *)"farewell", 8), 0);
	peer_says("unread");
	conn_leave(&conn, 60.);
	conn_now(&conn);
	peer_says("late");
	ev_run(loop.ev, EVRUN_NOWAIT);
	ev_run(loop.ev, EVRUN_NOWAIT);
	ck_assert_uint_eq(ends, 0);
	ck_assert(conn_is_blocked(&conn));
	ck_assert_int_eq(peer_hears(), ERR_CLOSED);
	ck_assert_str_eq(said, "farewell");
	close(peer_fd);
	until_end();
	ck_assert_int_eq(err, ERR_CLOSED);
	stop();
}
END_TEST

/* The output is full when the connection ends. */
START_TEST(last_words_behind_much)
{
	static const uint8_t much[TLS_RECORD_MAX];

	start();
	for (unsigned i = 0; i < 9; i++)
		ck_assert_int_eq(conn_send(&conn, much, sizeof much), 0);
	last = "farewell";
	conn_leave(&conn, 60.);
	conn_now(&conn);
	ck_assert_int_eq(peer_hears(), ERR_CLOSED);
	ck_assert_str_eq(said, "farewell");
	close(peer_fd);
	until_end();
	stop();
}
END_TEST

/* It waits no longer than it was told to. */
START_TEST(the_peer_does_not_close)
{
	start();
	conn_leave(&conn, .01);
	conn_now(&conn);
	ck_assert_uint_eq(ends, 0);
	until_end();
	ck_assert_int_eq(err, ERR_CLOSED);
	ck_assert_int_eq(peer_hears(), ERR_CLOSED);
	close(peer_fd);
	stop();
}
END_TEST

SUITE("conn", goodbye_before_a_reset, words_before_a_broken_pipe,
      reset_without_a_word, reset_while_leaving, last_words_arrive,
      last_words_behind_much, the_peer_does_not_close)
