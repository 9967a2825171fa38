/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_passwd.c - aditctl passwd, lock and unlock: one user of a gateway. */
#include "aditctl/ctl_users.h"

#include "base/err.h"
#include "frame/payload.h"
#include "policy/otp_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The user who is changed, and the users file before the change. */
struct change {
	const struct ctl *ctl;
	struct gw_conf *conf;
	const struct gw_gateway *gateway;
	const char *name;
	struct users users;
	const struct user *before; /* NULL: nobody yet */
};

static int change_open(struct change *c, const struct ctl *ctl)
{
	struct conf_errors e = { 0 };

	*c = (struct change){ .ctl = ctl, .name = ctl->word[0] };
	if (!user_name_ok(c->name))
		return ctl_fail(CTL_USAGE,
				"%s is not a valid user name: 1 to %d "
				"letters, digits and . _ @ -",
				c->name, USER_NAME_MAX);
	c->conf = ctl_conf(ctl);
	c->gateway = c->conf ? ctl_gateway(ctl, c->conf) : NULL;
	if (!c->gateway)
		return CTL_USAGE;
	/* Mistakes in the file are reported when it is written. */
	e.file = c->gateway->users;
	if (!users_read(&c->users, &e))
		c->before = users_find(&c->users, c->name);
	return CTL_OK;
}

static void change_close(struct change *c)
{
	users_fini(&c->users);
	gw_conf_unref(c->conf);
}

static int write_line(const struct change *c, const struct users_edit *edit)
{
	struct conf_errors e = { .file = c->gateway->users };
	int r = users_change(edit, &e);

	ctl_errors(&e);
	return r ? CTL_FAILED : CTL_OK;
}

/* Adds the number of sessions to *n.  CTL_OK also if no aditd runs: there are
 * none. */
static int end_sessions_at(const struct change *c, const struct gw_gateway *g,
			   json_int_t *n)
{
	int status;
	json_t *reply = ctl_call_at(c->conf->server.control,
				    json_pack("{s:s, s:s, s:s}", "command",
					      "kick_user", "user", c->name,
					      "gateway", g->name),
				    NULL, &status);

	*n += json_integer_value(json_object_get(reply, "kicked"));
	json_decref(reply);
	return status;
}

/* Gateways may name the file by different paths, or through a link. */
static bool same_file(const char *a, const char *b)
{
	struct stat one, other;

	return !strcmp(a, b) ||
	       (!stat(a, &one) && !stat(b, &other) &&
		one.st_dev == other.st_dev && one.st_ino == other.st_ino);
}

/* Ends the sessions of a user who may not log in any more, at every gateway
 * that uses this users file. */
static int end_sessions(const struct change *c, json_int_t *n)
{
	int status = CTL_OK;

	*n = 0;
	for (size_t i = 0; i < c->conf->ngateways && !status; i++) {
		const struct gw_gateway *g = &c->conf->gateways[i];

		if (same_file(g->users, c->gateway->users))
			status = end_sessions_at(c, g, n);
	}
	return status ? ctl_fail(CTL_FAILED,
				 "%s cannot log in any more, but "
				 "the sessions could not be ended: try aditctl "
				 "kick %s",
				 c->name, c->name) :
			CTL_OK;
}

/* ---- groups -------------------------------------------------------------- */

static int refuse_unknown(const struct change *c, const char *group)
{
	struct conf_guess guess = { .word = group };
	char hint[128];

	for (size_t i = 0; i < c->conf->ngroups; i++)
		conf_guess_offer(&guess, c->conf->groups[i].name);
	return ctl_fail(CTL_USAGE,
			"%s has no [group %s]%s; add that section "
			"first",
			c->conf->file, group,
			conf_guess_text(&guess, hint, sizeof hint));
}

static bool has_group(const struct change *c, const char *name)
{
	for (size_t i = 0; i < c->conf->ngroups; i++)
		if (!strcmp(c->conf->groups[i].name, name))
			return true;
	return false;
}

static bool had_group(const struct change *c, const char *name)
{
	return c->before && name_list_has(&c->before->groups, name);
}

/* Adds those of `from` that are neither in `to` nor in `but`. */
static int add_names(struct name_list *to, const struct name_list *from,
		     const struct name_list *but)
{
	int r = 0;

	for (size_t i = 0; i < from->n && !r; i++)
		if (!name_list_has(to, from->item[i]) &&
		    !(but && name_list_has(but, from->item[i])))
			r = name_list_add(to, from->item[i]);
	return r;
}

static int check_names(const struct change *c, const struct name_list *l,
		       char how)
{
	for (size_t i = 0; i < l->n; i++) {
		const char *name = l->item[i];

		/* A group that was removed from the file can be taken away,
		 * not given. */
		if (!has_group(c, name) && !(how == '-' && had_group(c, name)))
			return refuse_unknown(c, name);
	}
	return CTL_OK;
}

/* A list without a sign must not take a group away: whoever typed it may have
 * meant one group more, or all groups. */
static int check_lost(const struct change *c, const struct name_list *l)
{
	const char *list = c->ctl->groups;

	for (size_t i = 0; c->before && i < c->before->groups.n; i++)
		if (!name_list_has(l, c->before->groups.item[i]))
			return ctl_fail(CTL_USAGE,
					"%s is in group %s too: "
					"write --groups +%s to keep that, or "
					"--groups =%s to take it away",
					c->name, c->before->groups.item[i],
					list, list);
	return CTL_OK;
}

/* The groups of the user after --groups: "a,b" sets them, if no group is lost;
 * "+a" adds, "-a" takes away, "=a" sets them. */
static int read_groups(const struct change *c, struct name_list *out)
{
	const char *text = c->ctl->groups;
	char how = *text && strchr("+-=", *text) ? *text++ : 0;
	const struct name_list none = { 0 };
	const struct name_list *had = c->before ? &c->before->groups : &none;
	struct name_list l = { 0 };
	int r = *text ? opt_parse_list(text, &l) : 0, status;

	status = !r ? check_names(c, &l, how) :
		      ctl_fail(CTL_USAGE,
			       "--groups %s: expected group,group with +, "
			       "- or = in front to add, to take away or to set",
			       c->ctl->groups);
	if (!status && !how)
		status = check_lost(c, &l);
	if (!status && (how == '+' || how == '-'))
		r = add_names(out, had, how == '-' ? &l : NULL);
	if (!status && !r && how != '-')
		r = add_names(out, &l, NULL);
	if (!status && r)
		status = ctl_fail(CTL_FAILED, "%s", err_str(r));
	name_list_fini(&l);
	return status;
}

/* ---- reports ------------------------------------------------------------- */

static bool reaches_nothing(const struct change *c,
			    const struct name_list *groups)
{
	const struct grant grant = { c->name, groups, c->gateway };

	for (size_t i = 0; i < c->conf->ngroups; i++)
		if (policy_counts(c->conf, c->gateway, &c->conf->groups[i]) &&
		    policy_is_member(&grant, &c->conf->groups[i]))
			return false;
	return true;
}

static void print_groups(const struct change *c, const struct name_list *now,
			 bool changed)
{
	char text[CTL_JOINED];

	if (changed)
		printf("groups of %s at gateway %s: %s\n", c->name,
		       c->gateway->name,
		       now->n ? ctl_join(now, text, sizeof text) : "none");
	if (reaches_nothing(c, now))
		printf("%s may log in and reach nothing: no [group] of %s "
		       "counts for this user\n",
		       c->name, c->conf->file);
}

static int report_set(const struct change *c, const struct users_edit *edit,
		      const struct name_list *now)
{
	bool locked = c->before && c->before->hash[0] == '!';

	if (c->ctl->json)
		return ctl_print_json(
			json_pack("{s:s, s:s, s:s, s:o, s:b}", "user", c->name,
				  "gateway", c->gateway->name, "done",
				  c->before ? "changed" : "added", "groups",
				  ctl_names(now), "locked", locked));
	if (!c->before)
		printf("%s added at gateway %s\n", c->name, c->gateway->name);
	else if (edit->hash)
		printf("password of %s changed at gateway %s%s\n", c->name,
		       c->gateway->name,
		       locked ? "; the user stays locked, "
				"see aditctl unlock" :
				"");
	print_groups(c, now, edit->groups != NULL);
	return CTL_OK;
}

static int report_end(const struct change *c, const char *done, bool changed,
		      json_int_t ended)
{
	if (c->ctl->json)
		return ctl_print_json(
			json_pack("{s:s, s:s, s:s, s:b, s:I}", "user", c->name,
				  "gateway", c->gateway->name, "done", done,
				  "changed", changed, "kicked", ended));
	printf("%s %s%s at gateway %s", c->name, changed ? "" : "was already ",
	       done, c->gateway->name);
	if (ended)
		printf(", %" JSON_INTEGER_FORMAT " session%s ended", ended,
		       ended == 1 ? "" : "s");
	puts("");
	return CTL_OK;
}

/* ---- the commands -------------------------------------------------------- */

static int make_hash(const struct change *c, char *hash, size_t cap)
{
	char password[ANSWER_MAX];
	int status = ctl_password(c->ctl->password_stdin, c->name, password,
				  sizeof password);

	if (!status)
		status = ctl_hash(password, hash, cap);
	explicit_bzero(password, sizeof password);
	return status;
}

/* Has aditd end sessions that logged in with the old password, and apply the
 * new groups to the others.  It is no error if no aditd runs. */
static int tell_change(const struct change *c)
{
	int status;

	json_decref(ctl_call_at(c->conf->server.control,
				json_pack("{s:s}", "command", "recheck"), NULL,
				&status));
	return status ? ctl_fail(CTL_FAILED,
				 "%s is changed, but the sessions of "
				 "before go on unchanged: try aditctl reload",
				 c->name) :
			CTL_OK;
}

static int set_user(const struct change *c, const struct name_list *now)
{
	char hash[USER_HASH_MAX + 1], groups[CTL_JOINED];
	struct users_edit edit = { .name = c->name };
	int status = CTL_OK;

	/* Where only --groups is given the password stays. */
	if (!c->before || !c->ctl->groups || c->ctl->password_stdin) {
		status = make_hash(c, hash, sizeof hash);
		edit.hash = hash;
	}
	if (c->ctl->groups)
		edit.groups = ctl_join(now, groups, sizeof groups);
	if (!status)
		status = write_line(c, &edit);
	if (!status && c->before)
		status = tell_change(c);
	return status ? status : report_set(c, &edit, now);
}

/* Who gets this name later is not to log in with this user's phone. */
static int remove_secret(const struct change *c)
{
	char *path = otp_file_path(c->gateway->users);
	struct conf_errors e = { .file = path };
	int r = path ? otp_file_change(c->name, NULL, &e) : ERR_NOMEM;

	free(path);
	if (!r || r == ERR_NOTFOUND)
		return CTL_OK;
	ctl_errors(&e);
	return CTL_FAILED;
}

static int remove_user(const struct change *c)
{
	const struct users_edit edit = { .name = c->name, .remove = true };
	int status = write_line(c, &edit);
	json_int_t ended;

	if (!status)
		status = remove_secret(c);
	if (!status)
		status = end_sessions(c, &ended);
	return status ? status : report_end(c, "deleted", true, ended);
}

static int set_or_remove(const struct change *c)
{
	struct name_list now = { 0 };
	int status = CTL_OK;

	if (c->ctl->remove)
		return remove_user(c);
	if (c->ctl->groups)
		status = read_groups(c, &now);
	else if (c->before && add_names(&now, &c->before->groups, NULL))
		status = ctl_fail(CTL_FAILED, "%s", err_str(ERR_NOMEM));
	if (!status)
		status = set_user(c, &now);
	name_list_fini(&now);
	return status;
}

int ctl_passwd(const struct ctl *ctl)
{
	struct change c;
	int status;

	if (ctl->remove && (ctl->groups || ctl->password_stdin))
		return ctl_fail(CTL_USAGE, "--delete goes with no other "
					   "option");
	status = change_open(&c, ctl);
	if (!status)
		status = set_or_remove(&c);
	change_close(&c);
	return status;
}

static int set_lock(const struct ctl *ctl, enum users_lock lock)
{
	struct users_edit edit = { .name = ctl->word[0], .lock = lock };
	bool on = lock == USERS_LOCK, was;
	json_int_t ended = 0;
	struct change c;
	int status = change_open(&c, ctl);

	if (!status)
		status = write_line(&c, &edit);
	was = c.before && user_hash_is_locked(c.before->hash);
	/* Also if the user was locked before: by an editor maybe, or when aditd
	 * could not be reached. */
	if (!status && on)
		status = end_sessions(&c, &ended);
	if (!status)
		status = report_end(&c, on ? "locked" : "unlocked", was != on,
				    ended);
	change_close(&c);
	return status;
}

int ctl_lock(const struct ctl *ctl)
{
	return set_lock(ctl, USERS_LOCK);
}

int ctl_unlock(const struct ctl *ctl)
{
	return set_lock(ctl, USERS_UNLOCK);
}
