/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_otp.c - aditctl otp: the secret with which a user's phone makes one-time
 * codes. */
#include "aditctl/ctl_qr.h"
#include "aditctl/ctl_users.h"

#include "base/err.h"
#include "otp/otp.h"
#include "policy/otp_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int otp_print_json(const struct gw_gateway *g, const char *user,
			  const char *secret, const char *uri)
{
	return ctl_print_json(json_pack("{s:s, s:s, s:s, s:s, s:s}", "user",
					user, "gateway", g->name, "done", "set",
					"secret", secret, "uri", uri));
}

static int otp_print(const struct gw_gateway *g, const char *user,
		     const char *secret, const char *uri)
{
	printf("%s at gateway %s has a new secret for one-time codes; the one "
	       "of before counts no more.\n"
	       "Scan this with the app of the phone (TOTP, %d digits, %d s):\n"
	       "\n",
	       user, g->name, OTP_DIGITS, OTP_STEP_S);
	if (ctl_qr_print(stdout, uri, isatty(STDOUT_FILENO)))
		puts("(this aditctl draws no QR codes)");
	printf("\nor type the key %s\n"
	       "or give the app this link: %s\n"
	       "Whoever sees this can make the codes: clear the screen.\n",
	       secret, uri);
	return CTL_OK;
}

/* Somebody who has no line yet may get one later, or log in by other means than
 * the users file. */
static void otp_warn_of_stranger(const struct gw_gateway *g, const char *user)
{
	struct conf_errors e = { .file = g->users };
	struct users users;

	if (!users_read(&users, &e) && !users_find(&users, user))
		fprintf(stderr,
			"aditctl: note: %s has no user %s yet; aditctl passwd "
			"%s adds one\n",
			g->users, user, user);
	users_fini(&users);
}

static int otp_set(const struct ctl *ctl, const struct gw_gateway *g,
		   struct conf_errors *e)
{
	const char *user = ctl->word[0];
	char secret[OTP_NEW_TEXT], uri[OTP_URI_TEXT];
	int status = CTL_FAILED;

	if (!otp_is_built())
		return ctl_fail(CTL_FAILED,
				"this aditctl was built without one-time codes "
				"(configure --without-otp)");
	if (otp_secret_new(secret))
		return ctl_fail(CTL_FAILED, "%s", err_str(ERR_NOMEM));
	otp_uri(uri, g->server_name ? g->server_name : g->name, user, secret);
	if (otp_file_change(user, secret, e))
		ctl_errors(e);
	else if (ctl->json)
		status = otp_print_json(g, user, secret, uri);
	else
		status = otp_print(g, user, secret, uri);
	if (!status)
		otp_warn_of_stranger(g, user);
	explicit_bzero(secret, sizeof secret);
	explicit_bzero(uri, sizeof uri);
	return status;
}

static int otp_remove(const struct ctl *ctl, const struct gw_gateway *g,
		      struct conf_errors *e)
{
	const char *user = ctl->word[0];
	int r = otp_file_change(user, NULL, e);

	if (r && r != ERR_NOTFOUND) {
		ctl_errors(e);
		return CTL_FAILED;
	}
	if (ctl->json)
		return ctl_print_json(json_pack(
			"{s:s, s:s, s:s, s:b}", "user", user, "gateway",
			g->name, "done", "removed", "changed", !r));
	printf("%s at gateway %s %s one-time codes\n", user, g->name,
	       r ? "had no secret for" : "has no secret any more for");
	return CTL_OK;
}

int ctl_otp(const struct ctl *ctl)
{
	struct gw_conf *c;
	const struct gw_gateway *g;
	struct conf_errors e = { 0 };
	char *path = NULL;
	int status = CTL_USAGE;

	if (!user_name_ok(ctl->word[0]))
		return ctl_fail(CTL_USAGE,
				"%s is not a valid user name: 1 to %d "
				"letters, digits and . _ @ -",
				ctl->word[0], USER_NAME_MAX);
	c = ctl_conf(ctl);
	g = c ? ctl_gateway(ctl, c) : NULL;
	if (g)
		path = otp_file_path(g->users);
	e.file = path;
	if (path)
		status = ctl->remove ? otp_remove(ctl, g, &e) :
				       otp_set(ctl, g, &e);
	else if (g)
		status = ctl_fail(CTL_FAILED, "%s", err_str(ERR_NOMEM));
	free(path);
	gw_conf_unref(c);
	return status;
}
