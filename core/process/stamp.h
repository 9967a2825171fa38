/* SPDX-License-Identifier: BSD-2-Clause */
/* stamp.h - stands for the password that a user has logged in with.
 *
 * The worker keeps it with the session and sends it when it asks whether the
 * user may keep the session: another password gives another stamp.  It is made
 * with a key of the monitor's, so that an attacker in the worker can neither
 * try passwords on it nor ask which users there are. */
#ifndef ADIT_PROCESS_STAMP_H
#define ADIT_PROCESS_STAMP_H

#include <stdint.h>

#define STAMP_LEN 16
#define STAMP_KEY 32

/* Of the user's name and the hash of the password. */
void stamp_make(uint8_t out[STAMP_LEN], const uint8_t key[STAMP_KEY],
		const char *user, const char *hash);

#endif
