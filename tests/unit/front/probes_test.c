/* SPDX-License-Identifier: BSD-2-Clause */
/* probes_test.c - connections that are no agents are counted, not logged one by
 * one. */
#include "front/probes.h"

#include "suite.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static struct ev_loop *loop;
static struct probes p;
static int fds[2];

/* What was logged since the last call. */
static const char *logged(void)
{
	static char text[4096];
	ssize_t n = read(fds[0], text, sizeof text - 1);

	text[n > 0 ? n : 0] = 0;
	return text;
}

static void begin(const struct probes_kind *kind)
{
	ck_assert_int_eq(pipe2(fds, O_NONBLOCK), 0);
	ck_assert_int_ge(dup2(fds[1], STDERR_FILENO), 0);
	loop = ev_loop_new(EVFLAG_NOENV);
	probes_init(&p, kind, loop);
}

static void end(void)
{
	probes_fini(&p);
	ev_loop_destroy(loop);
	close(fds[0]);
	close(fds[1]);
}

static void time_passes(void)
{
	ev_feed_event(loop, &p.timer, EV_TIMER);
	ev_run(loop, EVRUN_NOWAIT);
}

static struct addr from(uint16_t port)
{
	struct addr a;

	ck_assert_int_eq(addr_parse(&a, "192.0.2.7", port), 0);
	return a;
}

START_TEST(one_line_each_ten_minutes)
{
	begin(&probes_none);
	for (uint16_t i = 1; i <= 300; i++) {
		struct addr a = from(i);

		probes_note(&p, &a, i == 1 ? "first" : "later");
	}
	ck_assert_ptr_nonnull(strstr(logged(), "192.0.2.7:1 "));
	ck_assert_str_eq(logged(), "");
	time_passes();
	ck_assert_ptr_nonnull(strstr(logged(),
				     "299 more connections in 10 "
				     "minutes were no agent's, the last "
				     "from 192.0.2.7:300: later\n"));
	ck_assert_uint_eq(p.total, 300);
	end();
}
END_TEST

START_TEST(silence_ends_the_counting)
{
	struct addr a = from(1), b = from(2);

	begin(&probes_none);
	probes_note(&p, &a, "one");
	ck_assert_ptr_nonnull(strstr(logged(), "one"));
	time_passes();
	ck_assert_str_eq(logged(), "");
	ck_assert(!ev_is_active(&p.timer));
	probes_note(&p, &b, "two");
	ck_assert_ptr_nonnull(strstr(logged(), "192.0.2.7:2 is no "
					       "agent's: two"));
	end();
}
END_TEST

/* Failed handshakes of agents are logged with their reasons; in a flood only
 * their number is. */
START_TEST(failures_are_few_lines)
{
	unsigned lines = 0;

	begin(&probes_failed);
	for (uint16_t i = 1; i <= 300; i++) {
		struct addr a = from(i);

		probes_note(&p, &a, "bad frame");
	}
	for (const char *s = logged(); (s = strchr(s, '\n')); s++)
		lines++;
	ck_assert_uint_eq(lines, probes_failed.lines);
	time_passes();
	ck_assert_ptr_nonnull(
		strstr(logged(), "280 more connections in 1 "
				 "minute ended before their login, the last "
				 "from 192.0.2.7:300: bad frame\n"));
	/* Until a minute has none. */
	time_passes();
	for (uint16_t i = 1; i <= 2; i++) {
		struct addr a = from(i);

		probes_note(&p, &a, "bad frame");
		ck_assert_ptr_nonnull(strstr(logged(), " ended: bad frame\n"));
	}
	end();
}
END_TEST

SUITE("probes", failures_are_few_lines, one_line_each_ten_minutes,
      silence_ends_the_counting)
