/* SPDX-License-Identifier: BSD-2-Clause */
/* stamp.h - a mark of the password that a user has logged in with.
 *
 * The worker keeps it with the session and shows it when it asks whether the user
 * is still who he was.  It is made with a key of the monitor's, so that nobody can
 * try passwords on it, and nobody who has no stamp learns who is there. */
#ifndef ADIT_PROCESS_STAMP_H
#define ADIT_PROCESS_STAMP_H

#include <stdint.h>

#define STAMP_LEN 16
#define STAMP_KEY 32

/* With another hash, which a new password always makes, it is another one. */
void stamp_make(uint8_t out[STAMP_LEN], const uint8_t key[STAMP_KEY],
		const char *user, const char *hash);

#endif
