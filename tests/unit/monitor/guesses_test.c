/* SPDX-License-Identifier: BSD-2-Clause */
/* guesses_test.c - who waits after failed logins and who comes first, with a
 * clock of the test. */
#include "guesses_rig.h"

#include "suite.h"

#include <stdio.h>

START_TEST(three_lines)
{
	struct guesses all;
	struct guess g;

	ck_assert_int_eq(guesses_init(&all), 0);
	ck_assert_int_eq(line_of_try(&all, "alice", "192.0.2.1", 0),
			 LINE_CLEAN);
	try_wrong(&all, "alice", "192.0.2.1", 0);
	ck_assert_int_eq(line_of_try(&all, "alice", "192.0.2.1", 0),
			 LINE_CLEAN);
	try_wrong(&all, "bob", "192.0.2.1", 0);
	ck_assert_int_eq(line_of_try(&all, "alice", "192.0.2.1", 0),
			 LINE_OTHER);
	g = try_at(&all, "alice", "192.0.2.1");
	guess_right(&all, &g, 1000);
	ck_assert_int_eq(line_of_try(&all, "alice", "192.0.2.1", 0),
			 LINE_KNOWN);
	ck_assert_int_eq(line_of_try(&all, "bob", "192.0.2.1", 0), LINE_OTHER);
	ck_assert_int_eq(line_of_try(&all, "alice", "192.0.2.2", 0),
			 LINE_CLEAN);
	guesses_fini(&all);
}
END_TEST

/* Addresses of one network are cheap: after a few have failed, the whole
 * network counts as failing. */
START_TEST(a_network_of_guessers)
{
	struct guesses all;
	char source[40];

	ck_assert_int_eq(guesses_init(&all), 0);
	for (unsigned i = 0; i < 40; i++) {
		snprintf(source, sizeof source, "2001:db8:7:%x::1", i);
		try_wrong(&all, "alice", source, i);
	}
	ck_assert_int_eq(line_of_try(&all, "bob", "2001:db8:7:99::1", 40),
			 LINE_OTHER);
	ck_assert_int_eq(line_of_try(&all, "bob", "2001:db8:8:99::1", 40),
			 LINE_CLEAN);
	/* Not for ever. */
	ck_assert_int_eq(line_of_try(&all, "bob", "2001:db8:7:99::1", 7200000),
			 LINE_CLEAN);
	guesses_fini(&all);
}
END_TEST

START_TEST(lines_wait_for_themselves)
{
	struct guesses all;
	struct guess g;
	uint64_t now = 0;

	ck_assert_int_eq(guesses_init(&all), 0);
	g = try_at(&all, "alice", "192.0.2.1");
	guess_right(&all, &g, 1000);
	for (unsigned i = 0; i < 50; i++, now += 1000)
		try_wrong(&all, "alice", "203.0.113.9", now);
	g = try_at(&all, "alice", "203.0.113.9");
	guess_look(&all, &g, now - 1000);
	ck_assert_uint_eq(g.wait_ms, GUESS_WAIT_MS);
	g = try_at(&all, "alice", "198.51.100.1");
	guess_look(&all, &g, now - 1000);
	ck_assert_uint_le(g.wait_ms, 2000);
	g = try_at(&all, "alice", "192.0.2.1");
	guess_look(&all, &g, now - 1000);
	ck_assert_uint_eq(g.wait_ms, 0);
	guesses_fini(&all);
}
END_TEST

START_TEST(who_comes_first)
{
	struct guess known = { .line = LINE_KNOWN, .failures = 9 },
		     clean = { .line = LINE_CLEAN, .failures = 0 },
		     slip = { .line = LINE_CLEAN, .failures = 1 },
		     other = { .line = LINE_OTHER, .failures = 0 };

	ck_assert(guess_before(&known, &clean));
	ck_assert(guess_before(&clean, &slip));
	ck_assert(guess_before(&slip, &other));
	ck_assert(!guess_before(&other, &slip));
	ck_assert(!guess_before(&clean, &clean));
}
END_TEST

/* Known places are forgotten after a time, and there are so many for each
 * user. */
START_TEST(known_places)
{
	struct known *k = known_new();
	struct known_place at = { "corp/alice", "192.0.2.1", 1000 };
	struct known_place bob = { "corp/bob", "192.0.2.1", 1000 };
	char source[32];

	known_add(k, &at);
	ck_assert(known_has(k, &at));
	ck_assert(!known_has(k, &bob));
	known_add(k, &bob);
	at.at += KNOWN_DAYS * 86400ull;
	ck_assert(known_has(k, &at));
	at.at++;
	ck_assert(!known_has(k, &at));
	at.source = source;
	for (unsigned i = 0; i < 2 * KNOWN_PER_USER; i++) {
		snprintf(source, sizeof source, "192.0.2.%u", i);
		known_add(k, &at);
	}
	ck_assert(known_has(k, &bob));
	ck_assert(known_has(k, &at));
	snprintf(source, sizeof source, "192.0.2.%u", KNOWN_PER_USER - 1);
	ck_assert(!known_has(k, &at));
	known_free(k);
}
END_TEST

SUITE("monitor/guesses", three_lines, a_network_of_guessers,
      lines_wait_for_themselves, who_comes_first, known_places)
