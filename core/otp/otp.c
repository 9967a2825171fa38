/* SPDX-License-Identifier: BSD-2-Clause */
/* otp.c - one-time codes that change every half minute, by liboath. */
#include "otp/otp.h"

#include "base/err.h"
#include "tls/tls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef HAVE_OATH
#include <liboath/oath.h>
#endif

/* Appends to a link what may stand between its separators. */
static void otp_escape(char *to, size_t cap, const char *text)
{
	size_t n = strlen(to);

	for (; *text && n + 4 < cap; text++) {
		bool plain = strchr("-._~@", *text) ||
			     (*text >= '0' && *text <= '9') ||
			     (*text >= 'A' && *text <= 'Z') ||
			     (*text >= 'a' && *text <= 'z');

		n += (size_t)snprintf(to + n, cap - n, plain ? "%c" : "%%%02X",
				      (unsigned char)*text);
	}
}

void otp_uri(char uri[OTP_URI_TEXT], const char *issuer, const char *user,
	     const char *secret)
{
	char by[200] = "", name[200] = "";

	otp_escape(by, sizeof by, issuer);
	otp_escape(name, sizeof name, user);
	snprintf(uri, OTP_URI_TEXT,
		 "otpauth://totp/%s:%s?secret=%s&issuer=%s&algorithm=SHA1"
		 "&digits=%d&period=%d",
		 by, name, secret, by, OTP_DIGITS, OTP_STEP_S);
}

#ifdef HAVE_OATH

bool otp_is_built(void)
{
	return true;
}

int otp_secret_new(char secret[OTP_NEW_TEXT])
{
	char bytes[20], *text = NULL;
	size_t n = 0;
	int r;

	tls_random(bytes, sizeof bytes);
	r = oath_base32_encode(bytes, sizeof bytes, &text, &n);
	tls_wipe(bytes, sizeof bytes);
	if (r == OATH_OK && n < OTP_NEW_TEXT)
		snprintf(secret, OTP_NEW_TEXT, "%s", text);
	else
		r = OATH_MALLOC_ERROR;
	if (text)
		tls_wipe(text, n);
	free(text);
	return r == OATH_OK ? 0 : ERR_NOMEM;
}

/* The digits of what somebody typed: people write 123 456. */
static void otp_digits_of(char digits[OTP_DIGITS + 1], const char *code)
{
	size_t n = 0;

	memset(digits, 0, OTP_DIGITS + 1);
	for (; *code; code++) {
		if (*code == ' ')
			continue;
		if (n == OTP_DIGITS) {
			digits[0] = 0; /* too many: no code is like this */
			return;
		}
		digits[n++] = *code;
	}
}

/* Of the steps beside now each is computed, whatever the result of another. */
static uint64_t otp_search(const char *key, size_t n, const char *digits,
			   const uint64_t *steps)
{
	uint64_t found = 0;

	for (int i = 0; i < 3; i++) {
		char made[OTP_DIGITS + 1] = "";
		bool is = oath_hotp_generate(key, n, steps[i], OTP_DIGITS,
					     false,
					     OATH_HOTP_DYNAMIC_TRUNCATION,
					     made) == OATH_OK &&
			  tls_same(made, digits, sizeof made);

		if (is && !found)
			found = steps[i];
		tls_wipe(made, sizeof made);
	}
	return found;
}

uint64_t otp_step_of(const char *secret, const char *code, uint64_t now,
		     uint64_t last)
{
	const uint64_t step = now / OTP_STEP_S;
	const uint64_t steps[3] = { step - 1, step, step + 1 };
	char digits[OTP_DIGITS + 1], *key = NULL;
	size_t n = 0;
	uint64_t found = 0;

	otp_digits_of(digits, code);
	if (step &&
	    oath_base32_decode(secret, strlen(secret), &key, &n) == OATH_OK)
		found = otp_search(key, n, digits, steps);
	if (key)
		tls_wipe(key, n);
	free(key);
	tls_wipe(digits, sizeof digits);
	return found > last ? found : 0;
}

#else

bool otp_is_built(void)
{
	return false;
}

int otp_secret_new(char secret[OTP_NEW_TEXT])
{
	(void)secret;
	return ERR_INVAL;
}

uint64_t otp_step_of(const char *secret, const char *code, uint64_t now,
		     uint64_t last)
{
	(void)secret;
	(void)code;
	(void)now;
	(void)last;
	return 0;
}

#endif
