/* SPDX-License-Identifier: BSD-2-Clause */
/* guesses_rig.h - tries at a password at one gateway, for the tests of guesses. */
#ifndef ADIT_TEST_GUESSES_RIG_H
#define ADIT_TEST_GUESSES_RIG_H

#include "monitor/guesses.h"

/* A try from this address at second 1000 since 1970. */
struct guess try_at(struct guesses *, const char *user, const char *source);
/* The line that it stands in at `now`. */
enum guess_line line_of_try(struct guesses *, const char *user,
			    const char *source, uint64_t now);
/* Its password is wrong. */
void try_wrong(struct guesses *, const char *user, const char *source,
	       uint64_t now);

#endif
