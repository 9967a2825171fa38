/* SPDX-License-Identifier: BSD-2-Clause */
/* syns_test.c - connections that wait for an answer, as they do where they
 * were accepted before: those that the kernel holds are in netns_test and in
 * the cases of tests/e2e. */
#include "run/run_rig.h"

#include "intercept/synthetic.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "suite.h"

static int app;
static uint32_t id; /* of the channel, when the gateway was asked */

static void begin(bool direct)
{
	rig_open();
	rig_up();
	run_rig_open();
	run.syns.direct = direct;
	app = -1;
}

static void end(void)
{
	syns_free_all(&run.syns);
	ck_assert_uint_eq(run.syns.n, 0);
	if (app >= 0)
		close(app);
	run_rig_close();
	rig_close();
}

static void dial(const struct addr *to)
{
	struct addr from;
	int fd[2];

	run_rig_pair(fd);
	app = fd[0];
	from = addr_local(app);
	syns_ask_late(&run.syns, fd[1], &from, to);
}

/* The gateway has heard of it, as of this host. */
static void asked(const char *host)
{
	struct open o;

	UNTIL(rig.seen[FRAME_OPEN]);
	ck_assert_int_eq(unpack_open(&o, rig.payload[FRAME_OPEN],
				     rig.last[FRAME_OPEN].len),
			 0);
	ck_assert_str_eq(o.dest.host, host);
	ck_assert_uint_eq(rig.last[FRAME_OPEN].flags & FLAG_REAL, FLAG_REAL);
	id = rig.last[FRAME_OPEN].client_id;
	ck_assert_uint_eq(run.syns.n, 1);
}

static void dial_server(void)
{
	struct addr to;

	ck_assert_int_eq(addr_parse(&to, "192.0.2.7", 21), 0);
	dial(&to);
	asked("192.0.2.7");
}

static void closed(unsigned reason)
{
	struct reset r = { .reason = (uint16_t)reason };
	uint8_t p[64];

	rig_say(&(struct said){ FRAME_CLOSE, FLAG_RESET, id, 0, p,
				pack_reset(p, sizeof p, &r) });
}

/* What the application reads, at last. */
static ssize_t hear(char *c)
{
	ssize_t n;

	while ((n = recv(app, c, 1, MSG_DONTWAIT)) < 0 && errno == EAGAIN)
		ev_run(rig.loop.ev, EVRUN_ONCE);
	return n;
}

static void is_reset(void)
{
	char c;

	ck_assert_int_eq(hear(&c), -1);
	ck_assert_int_eq(errno, ECONNRESET);
	ck_assert_uint_eq(run.syns.n, 0);
	ck_assert_int_eq(agent_state(rig.agent), AGENT_CONNECTED);
}

START_TEST(opened)
{
	struct opened o = { .credit = 16384 };
	uint8_t p[64];

	begin(false);
	dial_server();
	ck_assert_int_eq(send(app, "x", 1, 0), 1);
	rig_turns();
	ck_assert_uint_eq(rig.seen[FRAME_DATA], 0);
	rig_say(&(struct said){ FRAME_OPENED, 0, id, 500, p,
				pack_opened(p, sizeof p, &o) });
	UNTIL(rig.seen[FRAME_DATA]);
	ck_assert_uint_eq(run.syns.n, 0);
	end();
}
END_TEST

START_TEST(refused)
{
	static const unsigned reasons[] = { REASON_REFUSED, REASON_DENIED,
					    REASON_TIMEOUT,
					    REASON_UNREACHABLE };

	for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
		begin(false);
		dial_server();
		closed(reasons[i]);
		is_reset();
		end();
	}
}
END_TEST

/* A name that leads to a resource is never dialled directly. */
START_TEST(a_name_is_not_dialled)
{
	struct addr to;
	bool is_new;

	begin(true);
	ck_assert_int_eq(
		synthetic_get(rig.agent->synthetic, "db.x", &to, &is_new), 0);
	to.port = 21;
	dial(&to);
	asked("db.x");
	closed(REASON_DENIED);
	UNTIL(list_is_empty(&rig.agent->flows));
	ck_assert_uint_eq(run.syns.n, 0); /* nothing is dialled */
	is_reset();
	ck_assert(list_is_empty(&runs.bridges));
	end();
}
END_TEST

START_TEST(this_machine)
{
	struct addr at;
	int listener, fd;
	char c;

	begin(true);
	ck_assert_int_eq(addr_parse(&at, "127.0.0.1", 0), 0);
	listener = tcp_listen(&at, 1, true);
	at = addr_local(listener);
	dial(&at);
	UNTIL(!list_is_empty(&runs.bridges));
	ck_assert_uint_eq(run.syns.n, 0);
	fd = tcp_accept(listener, NULL);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(send(fd, "x", 1, 0), 1);
	ck_assert_int_eq(hear(&c), 1);
	ck_assert_uint_eq(rig.seen[FRAME_OPEN], 0);
	close(fd);
	/* Nobody listens any more. */
	close(listener);
	close(app);
	dial(&at);
	is_reset();
	end();
}
END_TEST

START_TEST(what_is_published_is_not_dialled)
{
	struct run_port port = { .run = &run };
	struct addr at;
	int listener;

	begin(true);
	ck_assert_int_eq(addr_parse(&at, "127.0.0.1", 0), 0);
	listener = tcp_listen(&at, 1, true);
	at = addr_local(listener);
	port.port = at.port;
	run.ports = &port;
	run.nports = 1;
	dial(&at);
	is_reset();
	ck_assert_int_eq(tcp_accept(listener, NULL), -1);
	run.ports = NULL;
	run.nports = 0;
	close(listener);
	end();
}
END_TEST

/* ---- those that the kernel holds ----------------------------------------- */

static unsigned releases;
static enum inner_mark mark;
static enum syn_way way;

static int on_release(struct syns *all, uint32_t number, enum inner_mark m)
{
	(void)all;
	ck_assert_uint_eq(number, 7);
	mark = m;
	releases++;
	return 0;
}

static enum syn_way on_way(const struct syns *all, const struct addr *to)
{
	(void)all;
	(void)to;
	return way;
}

static void packet_comes(void)
{
	struct queue_packet q = { .id = 7, .is_syn = true };

	ck_assert_int_eq(addr_parse(&q.syn.from, "10.0.0.1", 4000), 0);
	ck_assert_int_eq(addr_parse(&q.syn.to, "192.0.2.7", 21), 0);
	syns_take(&run.syns, &q);
}

static void is_held(enum syn_way how)
{
	begin(false);
	run.syns.release = on_release;
	run.syns.way = on_way;
	way = how;
	releases = 0;
	packet_comes();
	asked("192.0.2.7");
	ck_assert_uint_eq(releases, 0);
}

static void becomes(unsigned reason, enum inner_mark want)
{
	closed(reason);
	UNTIL(releases);
	ck_assert_int_eq(mark, want);
	ck_assert_uint_eq(releases, 1);
}

START_TEST(held)
{
	static const struct {
		enum syn_way way;
		unsigned reason;
		enum inner_mark mark;
	} rows[] = {
		{ SYN_WAITS, REASON_REFUSED, INNER_REFUSED },
		{ SYN_WAITS, REASON_UNREACHABLE, INNER_UNREACHABLE },
		{ SYN_WAITS, REASON_NO_ROUTE, INNER_NO_ROUTE },
		{ SYN_WAITS, REASON_DENIED, INNER_NO_ROUTE },
		{ SYN_ASKS, REASON_REFUSED, INNER_REFUSED },
		{ SYN_ASKS, REASON_DENIED, INNER_PASSED },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		is_held(rows[i].way);
		becomes(rows[i].reason, rows[i].mark);
		ck_assert_uint_eq(run.syns.n, 0);
		end();
	}
}
END_TEST

/* The kernel repeats the packet, and gives up when it thinks fit. */
START_TEST(no_answer)
{
	is_held(SYN_WAITS);
	becomes(REASON_TIMEOUT, INNER_DROPPED);
	ck_assert_uint_eq(run.syns.n, 1);
	packet_comes();
	ck_assert_uint_eq(releases, 2);
	ck_assert_int_eq(mark, INNER_DROPPED);
	ck_assert_uint_eq(rig.seen[FRAME_OPEN], 1);
	end();
}
END_TEST

START_TEST(not_held)
{
	static const enum inner_mark want[] = {
		[SYN_LET_GO] = INNER_CONNECTED, [SYN_PASSES] = INNER_PASSED
	};

	for (unsigned i = SYN_LET_GO; i <= SYN_PASSES; i++) {
		begin(false);
		run.syns.release = on_release;
		run.syns.way = on_way;
		way = i;
		releases = 0;
		packet_comes();
		ck_assert_uint_eq(releases, 1);
		ck_assert_int_eq(mark, want[i]);
		ck_assert_uint_eq(run.syns.n, 0);
		end();
	}
}
END_TEST

/* The program's port is taken at the listener, which has it accepted with
 * another one: the connection is still the one that waited. */
START_TEST(another_port)
{
	struct opened o = { .credit = 16384 };
	struct addr from, to;
	uint8_t p[64];
	int fd[2];

	is_held(SYN_WAITS);
	run.syns.renumbers = true;
	rig_say(&(struct said){ FRAME_OPENED, 0, id, 500, p,
				pack_opened(p, sizeof p, &o) });
	UNTIL(releases);
	ck_assert_int_eq(mark, INNER_CONNECTED);
	run_rig_pair(fd);
	app = fd[0];
	ck_assert_int_eq(addr_parse(&from, "10.0.0.1", 4001), 0);
	ck_assert_int_eq(addr_parse(&to, "192.0.2.7", 21), 0);
	ck_assert_int_eq(send(app, "x", 1, 0), 1);
	syns_accept(&run.syns, fd[1], &from, &to);
	ck_assert_uint_eq(run.syns.n, 0);
	ck_assert_uint_eq(run.syns.early, 0);
	UNTIL(rig.seen[FRAME_DATA]);
	ck_assert_uint_eq(rig.seen[FRAME_OPEN], 1);
	end();
}
END_TEST

SUITE("syns", held, another_port, no_answer, not_held, opened, refused,
      a_name_is_not_dialled, this_machine, what_is_published_is_not_dialled)
