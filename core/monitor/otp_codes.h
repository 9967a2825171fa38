/* SPDX-License-Identifier: BSD-2-Clause */
/* otp_codes.h - checks one-time codes, and remembers which were used: each is
 * good once, also over a restart.
 *
 * This is the one place where a code is checked, whatever it is asked for. */
#ifndef ADIT_MONITOR_OTP_CODES_H
#define ADIT_MONITOR_OTP_CODES_H

#include "base/defs.h"

#include <stdbool.h>
#include <stdint.h>

struct otp_codes;

/* Reads what was used before from codes.json in state_dir; NULL: nothing
 * outlives the process.  Where that is not known, codes of now and of the next
 * minute count as used.  `now`: seconds since 1970.  NULL: out of memory. */
struct otp_codes *otp_codes_new(const char *state_dir, uint64_t now);
void otp_codes_free(struct otp_codes *);

/* Whether the user has a secret.  False also where that cannot be read, which
 * is logged. */
bool otp_codes_may(const char *users, const char *user);

struct otp_question {
	const char *users; /* path of the users file of the gateway */
	const char *user, *code;
	uint64_t now; /* seconds since 1970 */
	bool peek;    /* a right code is not used up */
	bool *broken; /* set to true where no code of anybody can be checked,
		       * since the file of secrets cannot be read, which is
		       * logged; NULL: the asker need not know */
};
/* Whether it is a code of this user that was not used yet.  From then on it is
 * used, here and in state_dir.  False also where the user has no secret, which
 * takes as long to find out, or a malformed one, which is logged; and where
 * the file of secrets cannot be read. */
MUST_CHECK bool otp_codes_take(struct otp_codes *, const struct otp_question *);

#endif
