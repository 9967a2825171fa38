/* SPDX-License-Identifier: BSD-2-Clause */
/* listener_test.c - a listener whose server refuses: closed for a while, and
 * what waited is not lost. */
#include "agent/listener.h"

#include "net/sock.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "suite.h"

enum { MOST = 4 };

static struct loop loop;
static struct owner_check owner;
static struct listeners all;
static struct listener *point;
static int taken[MOST];
static unsigned ntaken, wanted;

static void on_accepted(struct listener *p, int fd, const struct addr *peer)
{
	(void)p;
	(void)peer;
	ck_assert_uint_lt(ntaken, MOST);
	taken[ntaken++] = fd;
	if (ntaken == wanted)
		loop_stop(&loop);
}

/* A port of its own: one that the kernel chose is not kept when it is shut. */
static struct addr free_place(void)
{
	struct addr at = { .family = AF_INET, .ip = { 127, 0, 0, 1 } };
	int fd = tcp_listen(&at, 1, false);

	ck_assert_int_ge(fd, 0);
	at = addr_local(fd);
	close(fd);
	return at;
}

static void begin(void)
{
	struct addr at = free_place();

	ntaken = 0;
	ck_assert_int_eq(loop_init(&loop), 0);
	ck_assert_int_eq(owner_init(&owner), 0);
	listeners_init(&all, &loop, &owner);
	point = listener_new(&all, &at, on_accepted);
	ck_assert_ptr_nonnull(point);
}

static void end(void)
{
	listener_free(point);
	for (unsigned i = 0; i < ntaken; i++)
		close(taken[i]);
	listeners_fini(&all);
	owner_fini(&owner);
	loop_fini(&loop);
}

/* The errno of a connection to the point; 0: it stands, in *fd. */
static int try(int *fd)
{
	int error = 0;
	socklen_t len = sizeof error;

	*fd = tcp_connect(&point->at, NULL);
	if (*fd < 0)
		return errno;
	ck_assert_int_eq(poll(&(struct pollfd){ *fd, POLLOUT, 0 }, 1, 5000), 1);
	ck_assert_int_eq(getsockopt(*fd, SOL_SOCKET, SO_ERROR, &error, &len),
			 0);
	return error;
}

static void run_until_taken(unsigned n)
{
	wanted = n;
	loop_run(&loop);
	ck_assert_uint_eq(ntaken, n);
}

START_TEST(shut_for_a_while)
{
	int app[MOST], n;
	char c;

	begin();
	ck_assert_int_eq(try(&app[0]), 0);
	run_until_taken(1);
	/* Two wait when the first is turned away. */
	ck_assert_int_eq(try(&app[1]), 0);
	ck_assert_int_eq(try(&app[2]), 0);
	listener_turn_away(point, dup(taken[0]));
	tcp_reset(taken[0]);
	taken[0] = -1;
	run_until_taken(3);
	ck_assert_int_eq(try(&app[3]), ECONNREFUSED);
	close(app[3]);
	n = (int)recv(app[0], &c, 1, 0);
	ck_assert(n < 0 && errno == ECONNRESET);
	for (unsigned i = 1; i < 3; i++)
		ck_assert(recv(app[i], &c, 1, 0) < 0 && errno == EAGAIN);
	end();
	for (unsigned i = 0; i < 3; i++)
		close(app[i]);
}
END_TEST

/* Of several connections that wait one is accepted, and all in the next
 * turn. */
START_TEST(a_crowd)
{
	int app[MOST];

	begin();
	wanted = 0;
	for (unsigned i = 0; i < MOST; i++)
		ck_assert_int_eq(try(&app[i]), 0);
	ev_run(loop.ev, EVRUN_ONCE);
	ck_assert_uint_eq(ntaken, 1);
	ev_run(loop.ev, EVRUN_ONCE);
	ck_assert_uint_eq(ntaken, MOST);
	end();
	for (unsigned i = 0; i < MOST; i++)
		close(app[i]);
}
END_TEST

static bool can_bind(const struct addr *at)
{
	int fd = tcp_listen(at, 1, true);

	if (fd < 0)
		return false;
	close(fd);
	return true;
}

START_TEST(nobody_gets_the_port)
{
	struct addr any;
	int app, again;

	begin();
	any = (struct addr){ .family = AF_INET, .port = point->at.port };
	ck_assert_int_eq(try(&app), 0);
	run_until_taken(1);
	ck_assert_int_eq(try(&again), 0);
	listener_turn_away(point, dup(taken[0]));
	run_until_taken(2);
	ck_assert(!can_bind(&point->at));
	ck_assert(!can_bind(&any));
	end();
	close(app);
	close(again);
}
END_TEST

/* A listener that is freed before its turn in the loop comes. */
START_TEST(freed_before)
{
	int app;
	char c;

	begin();
	ck_assert_int_eq(try(&app), 0);
	run_until_taken(1);
	listener_turn_away(point, dup(taken[0]));
	close(taken[0]);
	taken[0] = -1;
	end();
	ck_assert(recv(app, &c, 1, 0) < 0 && errno == ECONNRESET);
	close(app);
}
END_TEST

/* ---- whose connection it is ------------------------------------------ */

static enum owner_verdict heard;

static void on_refused(struct listener *p, enum owner_verdict v)
{
	(void)p;
	heard = v;
	loop_stop(&loop);
}

static bool trusting;

static bool on_trusts(const struct listener *p)
{
	(void)p;
	loop_stop(&loop);
	return trusting;
}

/* The agent belongs to one user, the program to another. */
START_TEST(of_another_user)
{
	char c;
	int app;

	begin();
	all.refused = on_refused;
	owner.uid++;
	trusting = true;
	all.trusts = on_trusts;
	ck_assert_int_eq(try(&app), 0);
	loop_run(&loop);
	ck_assert_uint_eq(ntaken, 0);
	ck_assert_int_eq(heard, OWNER_OTHER);
	ck_assert(recv(app, &c, 1, 0) < 0 && errno == ECONNRESET);
	end();
	close(app);
}
END_TEST

/* A connection that is reset before it is accepted: its user cannot be found
 * out. */
START_TEST(of_nobody_knows_whom)
{
	int app;

	for (unsigned i = 0; i < 2; i++) {
		begin();
		trusting = i;
		all.trusts = on_trusts;
		ck_assert_int_eq(try(&app), 0);
		tcp_reset(app);
		loop_run(&loop);
		ck_assert_uint_eq(ntaken, i);
		ck_assert_uint_eq(all.untold_taken, i);
		ck_assert_uint_eq(all.untold_refused, !i);
		end();
	}
}
END_TEST

SUITE("point", a_crowd, shut_for_a_while, nobody_gets_the_port, freed_before,
      of_another_user, of_nobody_knows_whom)
