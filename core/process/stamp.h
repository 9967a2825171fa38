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

#define STAMP_MAC 16
#define STAMP_ID 32 /* of a client certificate */
#define STAMP_LEN (STAMP_MAC + STAMP_ID + 8)
#define STAMP_KEY 32

/* Of the user's name and the hash of the password. */
void stamp_make(uint8_t out[STAMP_LEN], const uint8_t key[STAMP_KEY],
		const char *user, const char *hash);
/* Behind that, in the clear: the certificate of the login, and until when it is
 * valid (seconds since 1970).  What stamp_make was given must tell of them
 * too. */
void stamp_put_certificate(uint8_t stamp[STAMP_LEN], const uint8_t id[STAMP_ID],
			   uint64_t until);
/* They, and 0 for a stamp without. */
uint64_t stamp_certificate(const uint8_t stamp[STAMP_LEN],
			   uint8_t id[STAMP_ID]);

#endif
