/* SPDX-License-Identifier: BSD-2-Clause */
/* password_rule.c - which new passwords a user may choose.
 *
 * Length is what counts, as NIST and OWASP say: no rule asks for digits or
 * signs. */
#include "policy/password_rule.h"

#include "base/defs.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* Of UTF-8: bytes that begin a character. */
static size_t password_characters(const char *p)
{
	size_t n = 0;

	for (; *p; p++)
		n += ((unsigned char)*p & 0xc0) != 0x80;
	return n;
}

static bool is_one_character(const char *p)
{
	return strspn(p, (const char[]){ *p, 0 }) == strlen(p);
}

const char *password_fault(const char *fresh, const char *old, const char *user)
{
	if (strchr(fresh, '\n') || strchr(fresh, '\r'))
		return "A password is one line.";
	if (password_characters(fresh) < PASSWORD_SHORTEST)
		return "The new password has fewer than 8 characters.";
	if (!strcmp(fresh, old))
		return "The new password is the one that you have.";
	if (!strcasecmp(fresh, user))
		return "The new password is the name of the user.";
	if (is_one_character(fresh))
		return "The new password is one character again and again.";
	return NULL;
}
