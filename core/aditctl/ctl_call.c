/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_call.c - aditctl asks a running aditd. */
#include "aditctl/ctl.h"

#include "base/err.h"
#include "control/control_call.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef ADIT_RUNDIR
#define ADIT_RUNDIR "/run/adit"
#endif

static struct gw_conf *call_parse_conf(struct conf_errors *e)
{
	struct gw_conf *c = NULL;
	struct buf text;

	if (!ini_gather(&text, e))
		c = gw_conf_parse((char *)buf_ptr(&text), buf_len(&text), e,
				  NULL);
	buf_fini(&text);
	return c;
}

/* Absolute, since paths in the file are relative to its folder. */
char *ctl_path(const struct ctl *ctl)
{
	char *path = realpath(ctl->file, NULL);

	if (path && !access(path, R_OK))
		return path;
	ctl_fail_as(
		"config", CTL_USAGE, "%s: %s; %s", ctl->file, strerror(errno),
		errno == EACCES ?
			"run aditctl as root" :
			"name the configuration with -c FILE, or make one with "
			"aditctl init");
	free(path);
	return NULL;
}

struct gw_conf *ctl_conf(const struct ctl *ctl)
{
	char *path = ctl_path(ctl);
	struct conf_errors e = { .file = path };
	struct gw_conf *c = path ? call_parse_conf(&e) : NULL;

	ctl_errors(&e);
	free(path);
	return c;
}

/* ---- where the socket is ------------------------------------------------- */

static int call_on_item(void *ctx, const struct ini_item *item)
{
	char **control = ctx;

	if (!item->key || strcmp(item->kind, "server") ||
	    strcmp(item->key, "control"))
		return 0;
	free(*control);
	*control = strdup(item->value);
	return 0;
}

static char *beside(const char *file, char *control)
{
	const char *slash = strrchr(file, '/');
	char *path = NULL;

	if (!control || control[0] == '/')
		return control;
	if (asprintf(&path, "%.*s/%s", (int)(slash - file), file, control) < 0)
		path = NULL;
	free(control);
	return path;
}

/* The socket is found also through a file with mistakes: an administrator may
 * be editing it while another one has to end a session. */
static char *control_path(const char *file)
{
	struct conf_errors e = { .file = file };
	struct gw_conf *c = call_parse_conf(&e);
	char *path = NULL;

	if (c) {
		path = strdup(c->server.control);
		gw_conf_unref(c);
		return path;
	}
	e.count = 0;
	if (ini_read_file(call_on_item, &path, &e) && !path)
		return strdup(ADIT_RUNDIR "/aditd.sock");
	return path ? beside(file, path) : strdup(ADIT_RUNDIR "/aditd.sock");
}

const struct gw_gateway *ctl_gateway(const struct ctl *ctl,
				     const struct gw_conf *c)
{
	struct conf_guess guess = { .word = ctl->gateway };
	const struct gw_gateway *g;
	char hint[128];

	if (!ctl->gateway) {
		if (c->ngateways == 1)
			return &c->gateways[0];
		ctl_fail(CTL_USAGE,
			 "%s has several gateways: name one with "
			 "--gateway",
			 c->file);
		return NULL;
	}
	g = gw_conf_gateway(c, ctl->gateway);
	if (g)
		return g;
	for (size_t i = 0; i < c->ngateways; i++)
		conf_guess_offer(&guess, c->gateways[i].name);
	ctl_fail(CTL_USAGE, "%s has no [gateway %s]%s", c->file, ctl->gateway,
		 conf_guess_text(&guess, hint, sizeof hint));
	return NULL;
}

/* ---- one conversation ---------------------------------------------------- */

/* {"error": ..., "errors": [lines], "status": 2} */
static int show_error(const json_t *reply)
{
	const json_t *lines = json_object_get(reply, "errors");
	const char *text = json_string_value(json_object_get(reply, "error"));
	json_int_t status = json_integer_value(
		json_object_get(reply, "status"));

	for (size_t i = 0; i < json_array_size(lines); i++) {
		const char *line = json_string_value(json_array_get(lines, i));

		if (line)
			ctl_error_line(line);
	}
	return ctl_fail_as(
		"refused", status == CTL_USAGE ? CTL_USAGE : CTL_FAILED, "%s",
		text ? text :
		       "aditd gave an answer that this version of aditctl "
		       "does not understand");
}

static bool is_service(const char *file)
{
	return !strcmp(file, CTL_FILE) && !access("/run/systemd/system", F_OK);
}

static void say_not_running(const char *path, const char *file)
{
	if (is_service(file))
		ctl_fail_as("not-running", CTL_FAILED,
			    "aditd does not run: nobody listens at %s; start "
			    "it with: systemctl start aditd (journalctl -u "
			    "aditd says why it ended)",
			    path);
	else
		ctl_fail_as("not-running", CTL_FAILED,
			    "aditd does not run: nobody listens at %s; start "
			    "it with: aditd -c %s, or name the configuration "
			    "of the one that runs with -c FILE",
			    path, file);
}

/* Returns an exit status, and prints the error; prints nothing where no aditd
 * was found and `file` is NULL. */
static int say_unanswered(const struct control_call *call, int err,
			  const char *file)
{
	if (!call->connected && !file)
		return err == ERR_NOTFOUND ? CTL_OK : CTL_UNREACHED;
	if (err == ERR_NOTFOUND)
		say_not_running(call->path, file);
	else
		ctl_fail(CTL_FAILED, "%s", call->why);
	return CTL_FAILED;
}

json_t *ctl_call_at(const char *path, json_t *request, const char *file,
		    int *status)
{
	struct control_call call = {
		.side = &control_aditd,
		.path = path,
		.timeout = CONTROL_ASK_ADITD,
	};
	int err;
	json_t *reply = control_call_exchange(&call, request, &err);

	if (!reply) {
		*status = say_unanswered(&call, err, file);
		return NULL;
	}
	if (!json_object_get(reply, "error")) {
		*status = CTL_OK;
		return reply;
	}
	*status = show_error(reply);
	json_decref(reply);
	return NULL;
}

json_t *ctl_call_if_there(const struct ctl *ctl, json_t *request, bool quiet,
			  int *status)
{
	char *file = ctl_path(ctl), *path;
	json_t *reply;

	*status = CTL_USAGE;
	if (!file) {
		json_decref(request);
		return NULL;
	}
	path = control_path(file);
	reply = ctl_call_at(path ? path : "", request, quiet ? NULL : ctl->file,
			    status);
	if (*status == CTL_UNREACHED)
		*status = CTL_OK; /* the caller has another way to an answer */
	free(path);
	free(file);
	return reply;
}

json_t *ctl_call(const struct ctl *ctl, json_t *request, int *status)
{
	return ctl_call_if_there(ctl, request, false, status);
}
