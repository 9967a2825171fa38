/* SPDX-License-Identifier: BSD-2-Clause */
/* guesses_rig.c - tries at a password at one gateway, for the tests of guesses. */
#include "guesses_rig.h"

#include <check.h>

struct guess try_at(struct guesses *all, const char *user, const char *source)
{
	struct guess_try t = { .gateway = "corp", .user = user, .today = 1000 };
	struct guess g;
	struct addr a;

	ck_assert_int_eq(addr_parse(&a, source, 1), 0);
	t.source = &a;
	guess_make(all, &t, &g);
	return g;
}

enum guess_line line_of_try(struct guesses *all, const char *user,
			    const char *source, uint64_t now)
{
	struct guess g = try_at(all, user, source);

	guess_look(all, &g, now);
	return g.line;
}

void try_wrong(struct guesses *all, const char *user, const char *source,
	       uint64_t now)
{
	struct guess g = try_at(all, user, source);

	guess_look(all, &g, now);
	guess_wrong(all, &g, now);
}
