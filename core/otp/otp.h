/* SPDX-License-Identifier: BSD-2-Clause */
/* otp.h - one-time codes that change every half minute (TOTP, RFC 6238): new
 * secrets, and which code belongs to a secret and a time. */
#ifndef ADIT_OTP_OTP_H
#define ADIT_OTP_OTP_H

#include "base/defs.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	OTP_STEP_S = 30,    /* so long a code is shown */
	OTP_DIGITS = 6,     /* of a code */
	OTP_NEW_TEXT = 33,  /* bytes of a new secret in base32, with its NUL */
	OTP_URI_TEXT = 700, /* bytes of an otpauth:// link, with its NUL */
};

/* Whether this program was built with liboath.  If not, no code is right. */
bool otp_is_built(void);

/* A new secret of 160 bits, in base32; the caller wipes it.  0 or ERR_NOMEM. */
MUST_CHECK int otp_secret_new(char secret[OTP_NEW_TEXT]);

/* The link that apps read from a QR code.  `issuer` is shown above the code.
 * Both names are escaped; the caller wipes the text. */
void otp_uri(char uri[OTP_URI_TEXT], const char *issuer, const char *user,
	     const char *secret);

/* Whether `code` belongs to the secret in base32 at `now` (seconds since 1970),
 * or one step earlier or later, since clocks differ and typing takes time; but
 * to a later step than `last`.  Returns that step, or 0: it does not.  How long
 * it takes depends on none of the texts; spaces in `code` are left out. */
MUST_CHECK uint64_t otp_step_of(const char *secret, const char *code,
				uint64_t now, uint64_t last);

#endif
