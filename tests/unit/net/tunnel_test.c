/* SPDX-License-Identifier: BSD-2-Clause */
/* tunnel_test.c - two sessions over TLS in one loop; and what is no TLS. */
#include "net/relay.h"
#include "net/tunnel.h"

#include "base/err.h"
#include "tls/key.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "suite.h"

struct half {
	struct tunnel tunnel;
	struct session *session;
	int err;
	char why[256];
	bool is_down;
	struct relay relay;
	bool closed;
	unsigned reason;
};

static struct loop loop;
static struct half agent, gateway;
static struct buf cert, key_pem;
static struct tls_key *key;
static struct tls_server *server;
static struct tls_client *client;
static int target; /* what the gateway connects to */

static int on_sign(void *ctx, int algorithm, const struct tls_part *what,
		   struct tls_sig *sig)
{
	(void)ctx;
	return tls_key_sign(key, algorithm, what, sig);
}

static struct tls_server *on_select(void *ctx, const char *sni)
{
	(void)ctx;
	(void)sni;
	return server;
}

static void on_ready(struct tunnel *t)
{
	ck_assert_int_eq(session_attach(t->session, true, 0), 0);
}

static void on_down(struct tunnel *t, int err, const char *why)
{
	struct half *h = container_of(t, struct half, tunnel);

	h->is_down = true;
	h->err = err;
	strncpy(h->why, why, sizeof h->why - 1);
}

static const struct tunnel_ops tunnel_ops = { on_ready, on_down };

static void on_closed(struct chan *c, unsigned reason, const char *text)
{
	struct relay *r = chan_end(c);
	struct half *h = container_of(r, struct half, relay);

	(void)text;
	h->closed = true;
	h->reason = reason;
	sock_close(&r->sock, reason != REASON_NONE);
}

static const struct chan_ops relay_ops = {
	.read = relay_read,
	.write = relay_write,
	.finish = relay_finish,
	.closed = on_closed,
};

static void on_open(struct session *s, struct chan *c, const struct open *o)
{
	struct addr at = addr_local(target), local = { 0 };

	(void)s;
	(void)o;
	relay_init(&gateway.relay);
	chan_attach(c, &relay_ops, &gateway.relay);
	relay_join(&gateway.relay, &loop, tcp_connect(&at, NULL), c);
	chan_accept(c, &local);
}

static int on_frame(struct session *s, const struct frame *f, const uint8_t *p,
		    struct chan *about)
{
	(void)s;
	(void)f;
	(void)p;
	(void)about;
	return 0;
}

static void on_wake(struct session *s)
{
	struct half *h = session_owner(s);

	tunnel_wake(&h->tunnel);
}

static const struct session_ops session_ops = {
	.open = on_open,
	.frame = on_frame,
	.wake = on_wake,
};

static void half_start(struct half *h, enum role role)
{
	struct session_conf conf = { .role = role, .marker = 9 };

	*h = (struct half){ 0 };
	h->session = session_new(&conf, &session_ops, h);
	tunnel_init(&h->tunnel, &loop, h->session, &tunnel_ops);
}

static int listener(void)
{
	struct addr at;
	int fd;

	ck_assert_int_eq(addr_parse(&at, "127.0.0.1", 0), 0);
	fd = tcp_listen(&at, 8, true);
	ck_assert_int_ge(fd, 0);
	return fd;
}

/* A connected pair; with small buffers between the two, if asked. */
static int small;

static void join(int fds[2])
{
	int l = listener();
	struct addr at = addr_local(l);

	if (small)
		setsockopt(l, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);

	fds[0] = tcp_connect(&at, NULL);
	ck_assert_int_eq(poll(&(struct pollfd){ l, POLLIN, 0 }, 1, 5000), 1);
	fds[1] = tcp_accept(l, NULL);
	ck_assert_int_ge(fds[1], 0);
	close(l);
}

static void start(void)
{
	struct tls_signer signer = { on_sign, NULL };
	struct tls_client_conf conf = { .server_name = "localhost" };
	char why[200], pin[TLS_PIN_TEXT];
	const char *pins[2] = { pin, NULL };

	ck_assert_int_eq(loop_init(&loop), 0);
	ck_assert_int_eq(
		tls_make_certificate("localhost", NULL, &cert, &key_pem), 0);
	ck_assert_int_eq(buf_append(&cert, "", 1), 0);
	ck_assert_int_eq(buf_append(&key_pem, "", 1), 0);
	ck_assert_int_eq(tls_key_new(&key, (char *)key_pem.data,
				     (char *)cert.data, why, sizeof why),
			 0);
	ck_assert_int_eq(tls_server_new(&server, (char *)cert.data, &signer,
					why, sizeof why),
			 0);
	ck_assert_int_eq(tls_pin_of((char *)cert.data, pin), 0);
	conf.pins = pins;
	ck_assert_int_eq(tls_client_new(&client, &conf, why, sizeof why), 0);
	half_start(&agent, ROLE_AGENT);
	half_start(&gateway, ROLE_GATEWAY);
	target = listener();
}

static void connect_both(void)
{
	int fds[2];

	join(fds);
	tunnel_up(&agent.tunnel, fds[0], tls_connect_new(client));
	tunnel_up(&gateway.tunnel, fds[1], tls_accept_new(on_select, NULL));
	while (!session_is_attached(agent.session) ||
	       !session_is_attached(gateway.session))
		ev_run(loop.ev, EVRUN_ONCE);
}

static void stop(void)
{
	tunnel_fini(&agent.tunnel);
	tunnel_fini(&gateway.tunnel);
	session_free(agent.session);
	session_free(gateway.session);
	tls_server_free(server);
	tls_client_free(client);
	tls_key_free(key);
	buf_fini(&cert);
	buf_fini(&key_pem);
	close(target);
	loop_fini(&loop);
}

/* An application's connection, through to the target; the two outer ends. */
static void through(int *app, int *srv)
{
	struct open o = { .resource = 1 };
	int fds[2];

	join(fds);
	*app = fds[0];
	relay_init(&agent.relay);
	agent.relay.chan = chan_open(agent.session, &relay_ops, &agent.relay,
				     SERVICE_FORWARD, &o);
	relay_join(&agent.relay, &loop, fds[1], agent.relay.chan);
	while ((*srv = tcp_accept(target, NULL)) < 0)
		ev_run(loop.ev, EVRUN_ONCE);
}

static void until_readable(int fd)
{
	while (poll(&(struct pollfd){ fd, POLLIN, 0 }, 1, 0) < 1)
		ev_run(loop.ev, EVRUN_NOWAIT);
}

enum { MUCH = 6 << 20 };

/* All of it at the other end, and right. */
static void transfer(int from, int to)
{
	uint8_t *out = malloc(MUCH), *in = malloc(MUCH);
	size_t sent = 0, got = 0;
	ssize_t n;

	for (size_t i = 0; i < MUCH; i++)
		out[i] = (uint8_t)(i * 31 + i / 509);
	while (got < MUCH) {
		n = send(from, out + sent, MUCH - sent, MSG_DONTWAIT);
		if (n > 0)
			sent += (size_t)n;
		ev_run(loop.ev, EVRUN_NOWAIT);
		n = recv(to, in + got, MUCH - got, MSG_DONTWAIT);
		ck_assert_int_ne(n, 0);
		if (n > 0)
			got += (size_t)n;
	}
	ck_assert(!memcmp(in, out, MUCH));
	free(out);
	free(in);
}

START_TEST(there_and_back)
{
	int app, srv;
	char c;

	start();
	connect_both();
	through(&app, &srv);
	transfer(app, srv);
	transfer(srv, app);
	shutdown(app, SHUT_WR);
	until_readable(srv);
	ck_assert_int_eq(recv(srv, &c, 1, 0), 0);
	close(srv);
	until_readable(app);
	ck_assert_int_eq(recv(app, &c, 1, 0), 0);
	while (!agent.closed || !gateway.closed)
		ev_run(loop.ev, EVRUN_NOWAIT);
	ck_assert_uint_eq(agent.reason, REASON_NONE);
	close(app);
	stop();
}
END_TEST

/* At the limit, bytes of a transfer wait; the first bytes of a channel do not. */
START_TEST(as_many_on_their_way_as_may_be)
{
	static uint8_t much[1 << 20];
	struct conn *c = &agent.tunnel.conn;
	ssize_t sent, n, got = 0;
	int app, srv;

	start();
	connect_both();
	through(&app, &srv);
	sent = send(app, much, sizeof much, MSG_DONTWAIT);
	for (int turn = 0; turn < 200; turn++) {
		c->flight.limit = 0;
		c->sampled_us = loop_now_us(&loop);
		ev_run(loop.ev, EVRUN_ONCE);
		n = recv(srv, much, sizeof much, MSG_DONTWAIT);
		got += MAX(n, 0);
	}
	ck_assert_int_gt(got, 0);
	ck_assert_int_lt(got, sent / 2);
	close(app);
	close(srv);
	stop();
}
END_TEST

static void on_pause(struct ev_loop *ev, ev_timer *w, int events)
{
	(void)w;
	(void)events;
	ev_break(ev, EVBREAK_ALL);
}

/* A peer stops reading: the loop sleeps while bytes wait. */
START_TEST(blocked_is_quiet)
{
	static uint8_t much[40000];
	ev_timer pause;
	unsigned before;
	int app, srv;

	start();
	small = 1; /* less than the first credit */
	connect_both();
	small = 0;
	through(&app, &srv);
	setsockopt(agent.tunnel.conn.fd, SOL_SOCKET, SO_SNDBUF, &small,
		   sizeof small);
	ev_io_stop(loop.ev, &gateway.tunnel.conn.watch.rd);
	ck_assert_int_eq(send(app, much, sizeof much, 0), sizeof much);
	while (!agent.tunnel.conn.watch.writing)
		ev_run(loop.ev, EVRUN_NOWAIT);
	/* Now the agent owes an ACK as well. */
	ck_assert_int_eq(send(srv, much, 1, 0), 1);
	until_readable(app);
	ev_timer_init(&pause, on_pause, 0.2, 0.);
	ev_timer_start(loop.ev, &pause);
	before = ev_iteration(loop.ev);
	ev_run(loop.ev, 0);
	ck_assert_uint_lt(ev_iteration(loop.ev) - before, 60);
	close(app);
	close(srv);
	stop();
}
END_TEST

START_TEST(reset_goes_through)
{
	int app, srv;

	start();
	connect_both();
	through(&app, &srv);
	tcp_reset(srv);
	while (!agent.closed || !gateway.closed)
		ev_run(loop.ev, EVRUN_ONCE);
	ck_assert_uint_eq(agent.reason, REASON_PEER_RESET);
	close(app);
	stop();
}
END_TEST

START_TEST(goodbye)
{
	start();
	connect_both();
	tunnel_leave(&agent.tunnel);
	while (!agent.is_down || !gateway.is_down)
		ev_run(loop.ev, EVRUN_ONCE);
	ck_assert_int_eq(gateway.err, ERR_CLOSED);
	ck_assert(!session_is_attached(gateway.session));
	/* Another connection for the same two sessions. */
	connect_both();
	stop();
}
END_TEST

START_TEST(cut_without_goodbye)
{
	start();
	connect_both();
	tunnel_cut(&agent.tunnel);
	while (!gateway.is_down)
		ev_run(loop.ev, EVRUN_NOWAIT);
	ck_assert_int_ne(gateway.err, ERR_CLOSED);
	ck_assert(!agent.is_down);
	stop();
}
END_TEST

static int apart_input(struct conn *c, const uint8_t *p, size_t n)
{
	(void)c;
	(void)p;
	ck_assert_uint_eq(n, FRAME_HEADER + 8);
	return 0;
}

static void apart_ready(struct conn *c)
{
	*(bool *)c->owner = true;
}

/* A connection that shakes hands on one loop and goes on on another; the first
 * loop never hears of it again. */
START_TEST(moves_to_another_loop)
{
	static const struct conn_ops ops = { .ready = apart_ready,
					     .input = apart_input };
	struct conn apart = { 0 };
	struct loop first;
	struct tls *tls;
	bool ready = false;
	int fds[2], fd;

	start();
	ck_assert_int_eq(loop_init(&first), 0);
	join(fds);
	apart.owner = &ready;
	conn_open_apart(&apart, &first, fds[1], tls_accept_new(on_select, NULL),
			&ops);
	tunnel_up(&agent.tunnel, fds[0], tls_connect_new(client));
	while (!ready || !session_is_attached(agent.session)) {
		ev_run(first.ev, EVRUN_NOWAIT);
		ev_run(loop.ev, EVRUN_NOWAIT);
	}
	conn_release(&apart, &fd, &tls);
	ck_assert_int_eq(fd, fds[1]);
	tunnel_up(&gateway.tunnel, fd, tls);
	ck_assert_int_eq(session_attach(gateway.session, true, 0), 0);
	session_ping(agent.session);
	while (session_ping_age(agent.session)) {
		ev_run(loop.ev, EVRUN_NOWAIT);
		ck_assert_uint_eq(ev_pending_count(first.ev), 0);
	}
	ev_run(first.ev, EVRUN_NOWAIT);
	ck_assert_uint_eq(ev_pending_count(first.ev), 0);
	stop();
	loop_fini(&first);
}
END_TEST

START_TEST(no_tls_at_all)
{
	int fds[2];

	start();
	join(fds);
	tunnel_up(&gateway.tunnel, fds[1], tls_accept_new(on_select, NULL));
	ck_assert_int_gt(send(fds[0], "GET / HTTP/1.1\r\n\r\n", 18, 0), 0);
	while (!gateway.is_down)
		ev_run(loop.ev, EVRUN_ONCE);
	ck_assert_int_eq(gateway.err, ERR_TLS);
	ck_assert(gateway.why[0]);
	close(fds[0]);
	stop();
}
END_TEST

START_TEST(a_broken_protocol_ends_it)
{
	uint8_t wire[FRAME_HEADER] = { 0x7f };

	start();
	connect_both();
	ck_assert_int_eq(conn_send(&agent.tunnel.conn, wire, sizeof wire), 0);
	while (!gateway.is_down)
		ev_run(loop.ev, EVRUN_ONCE);
	ck_assert_int_eq(gateway.err, ERR_PROTO);
	ck_assert_str_eq(gateway.why, "unknown command");
	stop();
}
END_TEST

/* ---- noticing that it is dead --------------------------------------------------- */

static uint64_t later_us; /* how far the clock is ahead */

/* Instead of the library's, which is left out then. */
uint64_t loop_now_us(const struct loop *l)
{
	(void)l;
	/* Never the same twice, as on a busy machine. */
	return clock_now_us() + later_us++;
}

/* Connected, and then the gateway stands still. */
static void stall(void)
{
	later_us = 0;
	start();
	connect_both();
	session_ping(agent.session);
	while (session_ping_age(agent.session))
		ev_run(loop.ev, EVRUN_NOWAIT);
	ev_io_stop(loop.ev, &gateway.tunnel.conn.watch.rd);
	ev_timer_stop(loop.ev, &gateway.tunnel.timer);
}

/* The agent looks at its tunnel so much later. */
static void pass(double seconds)
{
	later_us += (uint64_t)(seconds * 1e6);
	ev_invoke(loop.ev, &agent.tunnel.timer, EV_TIMER);
	for (unsigned i = 0; i < 5; i++)
		ev_run(loop.ev, EVRUN_NOWAIT);
}

START_TEST(silence_is_asked)
{
	stall();
	pass(14.5);
	ck_assert_uint_eq(session_ping_age(agent.session), 0);
	pass(1.);
	ck_assert_uint_ne(session_ping_age(agent.session), 0);
	pass(4.9);
	ck_assert(!agent.is_down);
	pass(1.);
	ck_assert(agent.is_down);
	ck_assert_int_eq(agent.err, ERR_TIMEOUT);
	stop();
}
END_TEST

/* Also while the kernel takes nothing more, so that no PING can leave. */
START_TEST(silence_is_noticed_in_seconds)
{
	static uint8_t much[40000];
	int app, srv;

	small = 1;
	stall();
	small = 0;
	ev_io_start(loop.ev, &gateway.tunnel.conn.watch.rd);
	through(&app, &srv);
	ev_io_stop(loop.ev, &gateway.tunnel.conn.watch.rd);
	setsockopt(agent.tunnel.conn.fd, SOL_SOCKET, SO_SNDBUF, &small,
		   sizeof small);
	ck_assert_int_eq(send(app, much, sizeof much, 0), sizeof much);
	while (!agent.tunnel.conn.watch.writing)
		ev_run(loop.ev, EVRUN_NOWAIT);
	pass(2.1);
	ck_assert_uint_ne(session_ping_age(agent.session), 0);
	pass(5.1);
	ck_assert(agent.is_down);
	close(app);
	close(srv);
	stop();
}
END_TEST

START_TEST(doubt_has_little_timeout)
{
	stall();
	tunnel_ask(&agent.tunnel);
	ck_assert_uint_ne(session_ping_age(agent.session), 0);
	pass(2.);
	/* Another reason for doubt does not begin it anew. */
	tunnel_ask(&agent.tunnel);
	ck_assert(!agent.is_down);
	pass(1.1);
	ck_assert(agent.is_down);
	stop();
}
END_TEST

START_TEST(an_answer_removes_doubt)
{
	stall();
	tunnel_ask(&agent.tunnel);
	ev_io_start(loop.ev, &gateway.tunnel.conn.watch.rd);
	while (session_ping_age(agent.session))
		ev_run(loop.ev, EVRUN_NOWAIT);
	pass(3.5);
	ck_assert(!agent.is_down);
	ck_assert_uint_eq(session_ping_age(agent.session), 0);
	stop();
}
END_TEST

START_TEST(sleep_is_a_reason_to_ask)
{
	stall();
	pass(1.1);
	ck_assert_uint_eq(session_ping_age(agent.session), 0);
	agent.tunnel.ahead_us -= 3600000000; /* suspended for an hour */
	pass(1.1);
	ck_assert_uint_ne(session_ping_age(agent.session), 0);
	pass(3.1);
	ck_assert(agent.is_down);
	stop();
}
END_TEST

SUITE("tunnel", there_and_back, as_many_on_their_way_as_may_be,
      blocked_is_quiet, reset_goes_through, goodbye, cut_without_goodbye,
      moves_to_another_loop, no_tls_at_all, a_broken_protocol_ends_it,
      silence_is_asked, silence_is_noticed_in_seconds, doubt_has_little_timeout,
      an_answer_removes_doubt, sleep_is_a_reason_to_ask)
