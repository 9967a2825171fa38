/* SPDX-License-Identifier: BSD-2-Clause */
/* guesses_file_test.c - what is remembered of logins outlives the process, in a
 * file that may be anybody's work. */
#include "guesses_rig.h"

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
	struct guess g = try_at(all, "alice", source);

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
	g = try_at(&all, "alice", "192.0.2.1");
	guess_right(&all, &g, 1000);
	for (int i = 0; i < 6; i++)
		try_wrong(&all, "alice", "203.0.113.9", 100000);
	save(&all, 100000, 1000);
	guesses_fini(&all);
	for (size_t i = 0; i < ARRAY_LEN(later); i++) {
		ck_assert_int_eq(guesses_init(&all), 0);
		ck_assert_int_eq(load(&all, later[i].today), 0);
		ck_assert_uint_eq(wait_of(&all, "203.0.113.9"), later[i].wait);
		ck_assert_int_eq(line_of_try(&all, "alice", "192.0.2.1", 5),
				 LINE_KNOWN);
		ck_assert_int_eq(line_of_try(&all, "bob", "203.0.113.9", 5),
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

/* Another file, or a link, is in the place of the file. */
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

/* On a full disk the old file stays, and no half of a new one is left. */
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
	g = try_at(&all, "alice", "192.0.2.1");
	guess_right(&all, &g, 1000);
	save(&all, 0, 1000);
	g = try_at(&all, "bob", "192.0.2.1");
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
	ck_assert_int_eq(line_of_try(&all, "alice", "192.0.2.1", 5),
			 LINE_KNOWN);
	guesses_fini(&all);
	folder_drop();
}
END_TEST

static void count_one(void *ctx, const struct penalty *one)
{
	ck_assert_uint_ge(one->failures, 1);
	++*(unsigned *)ctx;
}

/* The size of the file has a limit, however many have failed. */
START_TEST(the_file_is_bounded)
{
	struct guesses all;
	char name[80], source[32];
	unsigned kept = 0;
	struct stat st;

	folder_make();
	ck_assert_int_eq(guesses_init(&all), 0);
	for (unsigned i = 0; i < 6000; i++) {
		snprintf(name, sizeof name, "%040u", i);
		snprintf(source, sizeof source, "10.%u.%u.1", i / 250, i % 250);
		try_wrong(&all, name, source, 1000);
	}
	save(&all, 1000, 1000);
	guesses_fini(&all);
	ck_assert_int_eq(stat(file, &st), 0);
	ck_assert_int_lt((int)st.st_size, 1 << 20);
	ck_assert_int_eq(guesses_init(&all), 0);
	ck_assert_int_eq(load(&all, 1000), 0);
	penalties_each(all.sources, 1000, count_one, &kept);
	ck_assert_uint_eq(kept, 1024);
	guesses_fini(&all);
	folder_drop();
}
END_TEST

static struct known_place place_of(unsigned user, unsigned place)
{
	static char name[128], source[32];

	snprintf(name, sizeof name, "corp/%0100u", user);
	snprintf(source, sizeof source, "10.%u.%u.%u", place, user / 250,
		 user % 250);
	return (struct known_place){ name, source, 1000 };
}

/* Each of ten thousand users with long names is known at three places, also
 * after a restart. */
START_TEST(ten_thousand_users)
{
	unsigned users = suite_rounds(10000);
	struct guesses all;
	struct known_place at;

	folder_make();
	ck_assert_int_eq(guesses_init(&all), 0);
	for (unsigned i = 0; i < 3 * users; i++) {
		at = place_of(i % users, i / users);
		known_add(all.known, &at);
	}
	save(&all, 1000, 1000);
	guesses_fini(&all);
	ck_assert_int_eq(guesses_init(&all), 0);
	ck_assert_int_eq(load(&all, 1000), 0);
	for (unsigned i = 0; i < 3 * users; i++) {
		at = place_of(i % users, i / users);
		ck_assert(known_has(all.known, &at));
	}
	at = place_of(0, 3);
	ck_assert(!known_has(all.known, &at));
	guesses_fini(&all);
	folder_drop();
}
END_TEST

SUITE("monitor/guesses_file", outlives_the_process, made_by_hand,
      somebody_elses_file, no_room, the_file_is_bounded, ten_thousand_users)
