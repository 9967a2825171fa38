/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_password.c - asks for a password and makes its hash. */
#include "aditctl/ctl.h"

#include "base/err.h"
#include "control/secret.h"
#include "frame/payload.h"

#include <crypt.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Asks twice, since a typing mistake would lock the user out. */
static int ask_twice(const char *user, char *dst, size_t cap, char *why)
{
	char again[ANSWER_MAX], text[128];
	struct secret_prompt p = { .in = STDIN_FILENO,
				   .out = STDERR_FILENO,
				   .text = text };
	int r;

	snprintf(text, sizeof text, "password for %s: ", user);
	r = secret_ask(&p, dst, cap, why);
	p.text = "again: ";
	if (!r)
		r = secret_ask(&p, again, sizeof again, why);
	if (!r && strcmp(dst, again)) {
		snprintf(why, SECRET_WHY, "the two passwords are not the same");
		r = ERR_INVAL;
	}
	explicit_bzero(again, sizeof again);
	return r;
}

int ctl_password(bool from_stdin, const char *user, char *dst, size_t cap)
{
	char why[SECRET_WHY];
	int r = from_stdin ? secret_read(STDIN_FILENO, dst, cap, why) :
			     ask_twice(user, dst, cap, why);

	if (!r)
		return CTL_OK;
	return why[0] ? ctl_fail(CTL_FAILED, "%s", why) : CTL_FAILED;
}

int ctl_hash(const char *password, char *hash, size_t cap)
{
	char setting[CRYPT_GENSALT_OUTPUT_SIZE];
	struct crypt_data *data = calloc(1, sizeof *data);
	const char *made = NULL;

	if (data &&
	    crypt_gensalt_rn("$y$", 0, NULL, 0, setting, sizeof setting))
		made = crypt_r(password, setting, data);
	if (made && made[0] != '*' && strlen(made) < cap)
		snprintf(hash, cap, "%s", made);
	else
		made = NULL;
	if (data)
		explicit_bzero(data, sizeof *data);
	free(data);
	return made ? CTL_OK :
		      ctl_fail(CTL_FAILED,
			       "crypt(3) cannot make a "
			       "yescrypt hash: %s",
			       strerror(errno));
}
