/* SPDX-License-Identifier: BSD-2-Clause */
/* run_talk_test.c - name lookups over TCP. */
#include "run/run_rig.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "suite.h"

static int app;
static uint8_t query[302];
static size_t len;

static void begin(void)
{
	int fd[2];

	rig_open();
	rig_up();
	run_rig_open();
	run_rig_pair(fd);
	app = fd[0];
	run_talk_begin(&run, fd[1]);
	len = run_rig_query(query + 2, "a.localhost");
	query[0] = 0;
	query[1] = (uint8_t)len;
	len += 2;
}

static void end(void)
{
	close(app);
	run_rig_close();
	rig_close();
}

static void say(const uint8_t *p, size_t n)
{
	ck_assert_int_eq(send(app, p, n, 0), (ssize_t)n);
}

static ssize_t hear(uint8_t *p, size_t n)
{
	ssize_t got;

	while ((got = recv(app, p, n, MSG_DONTWAIT)) < 0 && errno == EAGAIN)
		ev_run(rig.loop.ev, EVRUN_ONCE);
	return got;
}

static void answered(void)
{
	uint8_t reply[600];
	ssize_t n = hear(reply, sizeof reply);

	ck_assert_int_gt(n, 2);
	ck_assert_int_eq(n, 2 + (reply[0] << 8 | reply[1]));
	ck_assert_mem_eq(reply + n - 4, "\x7f\0\0\1", 4);
}

START_TEST(one_after_the_other)
{
	uint8_t byte;

	begin();
	say(query, len);
	answered();
	say(query, len);
	answered();
	ck_assert_uint_eq(run.ntalks, 1);
	ck_assert_int_eq(shutdown(app, SHUT_WR), 0);
	ck_assert_int_eq(hear(&byte, 1), 0);
	ck_assert_uint_eq(run.ntalks, 0);
	end();
}
END_TEST

START_TEST(in_pieces)
{
	begin();
	for (size_t i = 0; i < len; i++) {
		say(query + i, 1);
		ev_run(rig.loop.ev, EVRUN_NOWAIT);
	}
	answered();
	end();
}
END_TEST

/* Lengths that no query has, and what is no query. */
START_TEST(what_is_none)
{
	static const uint8_t none[][3] = { { 0, 0 },
					   { 255, 255 },
					   { 0, 1, 7 } };
	uint8_t byte;

	for (size_t i = 0; i < ARRAY_LEN(none); i++) {
		begin();
		say(none[i], sizeof none[i]);
		ck_assert_int_le(hear(&byte, 1), 0);
		ck_assert_uint_eq(run.ntalks, 0);
		end();
	}
}
END_TEST

START_TEST(too_many)
{
	enum { MOST = 256 };
	uint8_t byte;
	int fd[2];

	begin();
	run.ntalks = MOST;
	run_rig_pair(fd);
	run_talk_begin(&run, fd[1]);
	ck_assert_int_eq(recv(fd[0], &byte, 1, 0), -1);
	ck_assert_int_eq(errno, ECONNRESET);
	close(fd[0]);
	run.ntalks = 1;
	end();
}
END_TEST

SUITE("run_talk", one_after_the_other, in_pieces, what_is_none, too_many)
