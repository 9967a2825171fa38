/* SPDX-License-Identifier: BSD-2-Clause */
/* admin.c - somebody who types commands of aditctl. */
#include "aditctl/admin.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct ctl admin;
struct canned admin_gateway;

static char file[200], word[200];
static char *words[] = { word, NULL };

void admin_open(void)
{
	stage_open();
	snprintf(file, sizeof file, "%s", stage_path("aditd.ini"));
	admin = (struct ctl){ .file = file, .word = words };
	admin_ini("");
	stage_write("users", "alice:$y$j9T$salt$hash:staff\n"
			     "bob:!$6$salt$hash:\n");
}

void admin_close(void)
{
	stage_close();
}

void admin_ini(const char *more)
{
	char text[2000];

	snprintf(text, sizeof text,
		 "[server]\n"
		 "control = sock\n"
		 "[gateway main]\n"
		 "listen = 127.0.0.1:4443\n"
		 "certificate = tls/cert.pem\n"
		 "private_key = tls/key.pem\n"
		 "users = users\n"
		 "[resource db]\n"
		 "host = 10.1.1.10\n"
		 "port = 5432\n"
		 "[group staff]\n"
		 "resources = db\n"
		 "%s",
		 more);
	stage_write("aditd.ini", text);
}

void admin_word(const char *text)
{
	snprintf(word, sizeof word, "%s", text);
	admin.nwords = 1;
}

void admin_init(const char *name, const char *listen)
{
	admin_word(stage_path("made"));
	admin.password_stdin = true;
	admin.name = name;
	admin.listen = listen;
	stage_type("secret\n");
	admin_runs(ctl_init, CTL_OK);
	admin.password_stdin = false;
	snprintf(file, sizeof file, "%s", stage_path("made/aditd.ini"));
}

void admin_answers(const char *const *answers)
{
	canned_open(&admin_gateway, &control_aditd, stage_path("sock"),
		    answers);
}

void admin_asked(const char *request)
{
	ck_assert_str_eq(canned_asked(&admin_gateway), request);
}

void admin_runs(int (*command)(const struct ctl *), int status)
{
	int got;

	ctl_errors_as_json(admin.json);
	stage_begin();
	got = ctl_end(command(&admin));
	stage_end();
	ck_assert_msg(got == status, "status %d, not %d:\n%s%s", got, status,
		      stage_out, stage_err);
}

json_t *admin_runs_json(int (*command)(const struct ctl *), int status)
{
	json_t *o;

	admin.json = true;
	admin_runs(command, status);
	admin.json = false;
	o = json_loads(stage_out, 0, NULL);
	ck_assert_msg(json_is_object(o), "no object: %s", stage_out);
	return o;
}

void admin_fails(int (*command)(const struct ctl *), const char *code,
		 const char *part)
{
	bool usage = !strcmp(code, "usage") || !strcmp(code, "config");
	json_t *o = admin_runs_json(command, usage ? CTL_USAGE : CTL_FAILED);
	const char *error = json_string_value(json_object_get(o, "error"));

	ck_assert_pstr_eq(json_string_value(json_object_get(o, "code")), code);
	ck_assert_ptr_nonnull(error);
	STAGE_HAS(error, part);
	json_decref(o);
}
