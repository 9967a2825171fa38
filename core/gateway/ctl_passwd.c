/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_passwd.c - aditctl passwd: users of a gateway. */
#include "gateway/ctl.h"

#include "base/err.h"
#include "frame/payload.h"
#include "policy/users.h"

#include <stdio.h>
#include <string.h>

static int change(const char *file, const struct users_edit *edit)
{
	struct conf_errors e = { .file = file };
	int r = users_change(edit, &e);

	ctl_errors(&e);
	return r ? CTL_FAILED : CTL_OK;
}

/* What is live of a user who is no more. */
static int end_sessions(const struct gw_conf *c, const struct gw_gateway *g,
			const char *user)
{
	int status;
	json_t *reply = ctl_call_at(
		c->server.control,
		json_pack("{s:s, s:s, s:s}", "command", "kick_user",
			  "user", user, "gateway", g->name),
		true, &status);

	if (reply)
		printf("%s: %" JSON_INTEGER_FORMAT " session(s) ended\n", user,
		       json_integer_value(json_object_get(reply, "kicked")));
	json_decref(reply);
	/* Without a daemon there are no sessions. */
	return CTL_OK;
}

static int remove_user(const struct ctl *ctl, const struct gw_conf *c,
		       const struct gw_gateway *g)
{
	const struct users_edit edit = { .name = ctl->word[0], .remove = true };
	int status = change(g->users, &edit);

	return status ? status : end_sessions(c, g, ctl->word[0]);
}

static bool is_user(const char *file, const char *name)
{
	struct conf_errors e = { .file = file };
	struct users u;
	bool found = !users_read(&u, &e) && users_find(&u, name);

	users_fini(&u);
	return found;
}

static int set_user(const struct ctl *ctl, const struct gw_gateway *g)
{
	char password[ANSWER_MAX], hash[USER_HASH_MAX + 1];
	struct users_edit edit = { .name = ctl->word[0],
				   .groups = ctl->groups };
	int status = CTL_OK;

	/* Only the groups, where that is what was asked for. */
	bool keep = ctl->groups && !ctl->password_stdin &&
		    is_user(g->users, edit.name);

	if (!keep) {
		status = ctl_password(ctl->password_stdin, edit.name, password,
				      sizeof password);
		if (!status)
			status = ctl_hash(password, hash, sizeof hash);
		explicit_bzero(password, sizeof password);
		edit.hash = hash;
	}
	return status ? status : change(g->users, &edit);
}

int ctl_passwd(const struct ctl *ctl)
{
	const struct gw_gateway *g;
	struct gw_conf *c;
	int status = CTL_USAGE;

	if (!user_name_ok(ctl->word[0]))
		return ctl_fail(CTL_USAGE, "%s is no user name: 1 to %d "
				"letters, digits and . _ @ -", ctl->word[0],
				USER_NAME_MAX);
	if (ctl->remove && (ctl->groups || ctl->password_stdin))
		return ctl_fail(CTL_USAGE, "--delete goes with no other "
				"option");
	c = ctl_conf(ctl);
	g = c ? ctl_gateway(ctl, c) : NULL;
	if (g)
		status = ctl->remove ? remove_user(ctl, c, g) :
				       set_user(ctl, g);
	gw_conf_unref(c);
	return status;
}
