/* SPDX-License-Identifier: BSD-2-Clause */
/* guesses_test.c - who waits and who comes first, by a clock of our own. */
#include "monitor/guesses.h"

#include "base/err.h"
#include "suite.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static struct guess guess(struct guesses *all, const char *user,
			  const char *source)
{
	struct guess_try t = { .gateway = "corp", .user = user, .today = 1000 };
	struct guess g;
	struct addr a;

	ck_assert_int_eq(addr_parse(&a, source, 1), 0);
	t.source = &a;
	guess_make(all, &t, &g);
	return g;
}

static enum guess_line line_of(struct guesses *all, const char *user,
			       const char *source, uint64_t now)
{
	struct guess g = guess(all, user, source);

	guess_look(all, &g, now);
	return g.line;
}

static void wrong(struct guesses *all, const char *user, const char *source,
		  uint64_t now)
{
	struct guess g = guess(all, user, source);

	guess_look(all, &g, now);
	guess_wrong(all, &g, now);
}

START_TEST(three_lines)
{
	struct guesses all;
	struct guess g;

	ck_assert_int_eq(guesses_init(&all), 0);
	ck_assert_int_eq(line_of(&all, "alice", "192.0.2.1", 0), LINE_CLEAN);
	wrong(&all, "alice", "192.0.2.1", 0);
	ck_assert_int_eq(line_of(&all, "alice", "192.0.2.1", 0), LINE_CLEAN);
	wrong(&all, "bob", "192.0.2.1", 0);
	ck_assert_int_eq(line_of(&all, "alice", "192.0.2.1", 0), LINE_OTHER);
	g = guess(&all, "alice", "192.0.2.1");
	guess_right(&all, &g, 1000);
	ck_assert_int_eq(line_of(&all, "alice", "192.0.2.1", 0), LINE_KNOWN);
	ck_assert_int_eq(line_of(&all, "bob", "192.0.2.1", 0), LINE_OTHER);
	ck_assert_int_eq(line_of(&all, "alice", "192.0.2.2", 0), LINE_CLEAN);
	guesses_fini(&all);
}
END_TEST

/* Addresses of one network are cheap: a few of them, and all are strangers. */
START_TEST(a_network_of_guessers)
{
	struct guesses all;
	char source[40];

	ck_assert_int_eq(guesses_init(&all), 0);
	for (unsigned i = 0; i < 40; i++) {
		snprintf(source, sizeof source, "2001:db8:7:%x::1", i);
		wrong(&all, "alice", source, i);
	}
	ck_assert_int_eq(line_of(&all, "bob", "2001:db8:7:99::1", 40),
			 LINE_OTHER);
	ck_assert_int_eq(line_of(&all, "bob", "2001:db8:8:99::1", 40),
			 LINE_CLEAN);
	/* Not for ever. */
	ck_assert_int_eq(line_of(&all, "bob", "2001:db8:7:99::1", 7200000),
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
	g = guess(&all, "alice", "192.0.2.1");
	guess_right(&all, &g, 1000);
	for (unsigned i = 0; i < 50; i++, now += 1000)
		wrong(&all, "alice", "203.0.113.9", now);
	g = guess(&all, "alice", "203.0.113.9");
	guess_look(&all, &g, now - 1000);
	ck_assert_uint_eq(g.wait_ms, GUESS_WAIT_MS);
	g = guess(&all, "alice", "198.51.100.1");
	guess_look(&all, &g, now - 1000);
	ck_assert_uint_le(g.wait_ms, 2000);
	g = guess(&all, "alice", "192.0.2.1");
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

/* A place is forgotten after a while, and a user has so many. */
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

/* ---- the file ----------------------------------------------------------------------- */

static char folder[64], file[96];

static void folder_make(void)
{
	snprintf(folder, sizeof folder, "/tmp/adit-guesses-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(file, sizeof file, "%s/state/logins.json", folder);
}

static void folder_drop(void)
{
	char path[128];

	snprintf(path, sizeof path, "%s.new", file);
	ck_assert_int_ne(access(path, F_OK), 0);
	unlink(file);
	snprintf(path, sizeof path, "%s/state", folder);
	rmdir(path);
	ck_assert_int_eq(rmdir(folder), 0);
}

static void write_file(const char *text)
{
	FILE *f = fopen(file, "w");

	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
}

static void save(struct guesses *g, uint64_t now, uint64_t today)
{
	const struct guess_clock clock = { now, today };
	char why[GUESS_WHY];

	ck_assert_int_eq(guesses_save(g, file, &clock, why), 0);
}

/* By a clock that begins anew, as after a boot. */
static int load(struct guesses *g, uint64_t today)
{
	const struct guess_clock clock = { 5, today };
	char why[GUESS_WHY];
	int r = guesses_load(g, file, &clock, why);

	ck_assert(!r || why[0]);
	return r;
}

static uint32_t wait_of(struct guesses *all, const char *source)
{
	struct guess g = guess(all, "alice", source);

	guess_look(all, &g, 5);
	return g.wait_ms;
}

/* Known places and waits are there after a restart; what time has passed counts. */
START_TEST(outlives_the_process)
{
	static const struct {
		uint64_t today;
		uint32_t wait;
		enum guess_line bob;
	} later[] = {
		{ 1000, 8000, LINE_OTHER },
		{ 1003, 5000, LINE_OTHER },
		{ 500, 8000, LINE_OTHER }, /* a clock that was set back */
		{ 1000 + 6 * 3600, 0, LINE_CLEAN },
	};
	struct guesses all;
	struct guess g;

	folder_make();
	ck_assert_int_eq(guesses_init(&all), 0);
	ck_assert_int_eq(load(&all, 1000), 0);
	g = guess(&all, "alice", "192.0.2.1");
	guess_right(&all, &g, 1000);
	for (int i = 0; i < 6; i++)
		wrong(&all, "alice", "203.0.113.9", 100000);
	save(&all, 100000, 1000);
	guesses_fini(&all);
	for (size_t i = 0; i < ARRAY_LEN(later); i++) {
		ck_assert_int_eq(guesses_init(&all), 0);
		ck_assert_int_eq(load(&all, later[i].today), 0);
		ck_assert_uint_eq(wait_of(&all, "203.0.113.9"), later[i].wait);
		ck_assert_int_eq(line_of(&all, "alice", "192.0.2.1", 5),
				 LINE_KNOWN);
		ck_assert_int_eq(line_of(&all, "bob", "203.0.113.9", 5),
				 later[i].bob);
		guesses_fini(&all);
	}
	folder_drop();
}
END_TEST

/* Somebody edits it, or half of it is gone: nobody waits longer than ever, and
 * nobody is known for ever. */
START_TEST(made_by_hand)
{
	static const char *const texts[] = {
		"",
		"{",
		"[]",
		"{}",
		"7",
		"{\"places\": 3, \"others\": {}}",
		"{\"saved\": \"soon\", \"others\": [1, [], [\"corp/alice\"]]}",
		"{\"saved\": 1000, \"others\": [[\"corp/alice\", -5, -7],"
		" [7, 7, 7], [\"corp/alice\", 1e99, true]]}",
		"{\"saved\": 9999999999, \"others\": [[\"corp/alice\","
		" 9999999999, 9999999999]], \"waits_of_sources\":"
		" [[\"203.0.113.9\", 4000000000000, 4000000000000]],"
		" \"places\": [[\"corp/alice\", \"192.0.2.1\","
		" 9000000000000000000], [\"corp/bob\"], [[], {}, 3]]}",
	};
	char why[GUESS_WHY];
	struct guesses all;

	folder_make();
	ck_assert_int_eq(guesses_init(&all), 0);
	save(&all, 0, 1000);
	guesses_fini(&all);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct guess_clock clock = { 5, 1000 };

		write_file(texts[i]);
		ck_assert_int_eq(guesses_init(&all), 0);
		ck_assert_int_eq(guesses_load(&all, file, &clock, why) != 0,
				 i < 2 || i == 4);
		ck_assert_uint_le(wait_of(&all, "203.0.113.9"), GUESS_WAIT_MS);
		guesses_fini(&all);
	}
	ck_assert_int_eq(guesses_init(&all), 0);
	ck_assert_int_eq(load(&all, 1000), 0);
	{
		struct known_place p = { "corp/alice", "192.0.2.1",
					 1000 + KNOWN_DAYS * 86400ull + 1 };

		ck_assert(!known_has(all.known, &p));
	}
	guesses_fini(&all);
	folder_drop();
}
END_TEST

/* Others may have put something there. */
START_TEST(somebody_elses_file)
{
	struct guesses all;

	folder_make();
	ck_assert_int_eq(guesses_init(&all), 0);
	save(&all, 0, 1000);
	ck_assert_int_eq(load(&all, 1000), 0);
	chmod(file, 0622);
	ck_assert_int_ne(load(&all, 1000), 0);
	unlink(file);
	ck_assert_int_eq(symlink("/etc/passwd", file), 0);
	ck_assert_int_ne(load(&all, 1000), 0);
	/* Replaced, and what it led to is not touched. */
	save(&all, 0, 1000);
	ck_assert_int_eq(load(&all, 1000), 0);
	guesses_fini(&all);
	folder_drop();
}
END_TEST

/* As on a full disk: the old file is still there, and no half of a new one. */
START_TEST(no_room)
{
	const struct guess_clock clock = { 0, 1000 };
	struct rlimit was, little;
	struct guesses all;
	char why[GUESS_WHY];
	struct guess g;
	int r;

	folder_make();
	ck_assert_int_eq(guesses_init(&all), 0);
	g = guess(&all, "alice", "192.0.2.1");
	guess_right(&all, &g, 1000);
	save(&all, 0, 1000);
	g = guess(&all, "bob", "192.0.2.1");
	guess_right(&all, &g, 1000);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &was);
	little = was;
	little.rlim_cur = 100;
	setrlimit(RLIMIT_FSIZE, &little);
	r = guesses_save(&all, file, &clock, why);
	setrlimit(RLIMIT_FSIZE, &was);
	ck_assert_int_eq(r, ERR_SYS);
	ck_assert_ptr_nonnull(strstr(why, file));
	guesses_fini(&all);
	ck_assert_int_eq(guesses_init(&all), 0);
	ck_assert_int_eq(load(&all, 1000), 0);
	ck_assert_int_eq(line_of(&all, "alice", "192.0.2.1", 5), LINE_KNOWN);
	guesses_fini(&all);
	folder_drop();
}
END_TEST

/* However many there are. */
START_TEST(the_file_is_bounded)
{
	struct guesses all;
	char name[80], source[32];
	struct stat st;

	folder_make();
	ck_assert_int_eq(guesses_init(&all), 0);
	for (unsigned i = 0; i < 6000; i++) {
		snprintf(name, sizeof name, "%040u", i);
		snprintf(source, sizeof source, "10.%u.%u.1", i / 250, i % 250);
		wrong(&all, name, source, 1000);
	}
	save(&all, 1000, 1000);
	guesses_fini(&all);
	ck_assert_int_eq(stat(file, &st), 0);
	ck_assert_int_lt((int)st.st_size, 1 << 20);
	ck_assert_int_eq(guesses_init(&all), 0);
	ck_assert_int_eq(load(&all, 1000), 0);
	ck_assert_uint_eq(penalties_held(all.sources), 1024);
	guesses_fini(&all);
	folder_drop();
}
END_TEST

SUITE("monitor/guesses", three_lines, a_network_of_guessers,
      lines_wait_for_themselves, who_comes_first, known_places,
      outlives_the_process, made_by_hand, somebody_elses_file, no_room,
      the_file_is_bounded)
