/* SPDX-License-Identifier: BSD-2-Clause */
/* record.c - records a channel of a running gateway as a transcript. */
#include "kit/record.h"

#include "base/err.h"
#include "control/control_call.h"
#include "kit/tape.h"
#include "policy/conf.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

enum { OK = 0, FAILED = 1, USAGE = 2 };
enum { PAUSE_MS = 200, TOKEN = 16 };

struct recorder {
	const struct record_options *o;
	char *control;
	char token[2 * TOKEN + 1];
	struct tape *tape;
	json_int_t shard; /* the shard of the channel; -1: none yet */
	bool done;
	FILE *to;
};

static volatile sig_atomic_t interrupted;

static void record_on_signal(int sig)
{
	(void)sig;
	interrupted = 1;
}

static void watch_signals(void)
{
	/* Without SA_RESTART, so that a signal ends nanosleep(2). */
	struct sigaction sa = { .sa_handler = record_on_signal };

	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
}

static int record_fail(int status, const char *why)
{
	fprintf(stderr, "adit-plugin-test: %s\n", why);
	return status;
}

/* ---- before it begins ---------------------------------------------------- */

/* The control socket that a configuration names, to be freed by the caller.
 * NULL after an error message. */
static char *socket_of(const char *config)
{
	char *file = realpath(config, NULL), *path = NULL;
	struct conf_errors e = { .file = file };
	struct buf text = { 0 };
	struct gw_conf *c = NULL;

	if (!file) {
		fprintf(stderr,
			"adit-plugin-test: %s: %s; name the "
			"configuration with -c, or the socket with --control\n",
			config, strerror(errno));
		return NULL;
	}
	if (!ini_gather(&text, &e))
		c = gw_conf_parse((char *)buf_ptr(&text), buf_len(&text), &e,
				  NULL);
	if (c)
		path = strdup(c->server.control);
	for (unsigned i = 0; i < conf_errors_kept(&e); i++)
		fprintf(stderr, "%s\n", e.text[i]);
	gw_conf_unref(c);
	buf_fini(&text);
	free(file);
	return path;
}

static int make_token(struct recorder *r)
{
	uint8_t raw[TOKEN];

	if (getrandom(raw, sizeof(raw), 0) != sizeof(raw))
		return ERR_SYS;
	for (size_t i = 0; i < TOKEN; i++)
		snprintf(r->token + 2 * i, 3, "%02x", raw[i]);
	return 0;
}

/* The recording may hold passwords, so nobody else may read it: it must be a
 * new file, with mode 0600, and no symbolic link. */
static FILE *open_output(const char *path)
{
	int fd = path ? open(path,
			     O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW |
				     O_CLOEXEC,
			     0600) :
			dup(STDOUT_FILENO);
	FILE *to = fd < 0 ? NULL : fdopen(fd, "w");

	if (!to && path && errno == EEXIST)
		fprintf(stderr,
			"adit-plugin-test: %s exists already; a recording "
			"may hold passwords, and is written to a new file "
			"only: remove this one, or name another with -o\n",
			path);
	else if (!to)
		fprintf(stderr, "adit-plugin-test: %s: %s\n",
			path ? path : "standard output", strerror(errno));
	return to;
}

/* Sends `request` and frees it.  Returns the reply, to be freed by the caller,
 * or NULL with the reason in why. */
static json_t *ask_aditd(const struct recorder *r, json_t *request,
			 char why[CONTROL_WHY])
{
	struct control_call call = {
		.side = &control_aditd,
		.path = r->control,
		.timeout = CONTROL_ASK_RECORD,
	};
	int err;
	json_t *reply = control_call_ask(&call, request, &err);

	if (!reply)
		memcpy(why, call.why, CONTROL_WHY);
	return reply;
}

/* Ends the recording on all shards: those that still wait for a channel, and
 * those that record another one. */
static void disarm(struct recorder *r)
{
	char why[CONTROL_WHY];

	json_decref(
		ask_aditd(r,
			  json_pack("{s:s, s:s, s:b}", "command", "recorded",
				    "token", r->token, "stop", true),
			  why));
}

static int record_arm(struct recorder *r)
{
	char why[CONTROL_WHY];
	json_t *reply = ask_aditd(r,
				  json_pack("{s:s, s:s, s:s}", "command",
					    "record", "resource",
					    r->o->resource, "token", r->token),
				  why);
	int status = reply ? OK : record_fail(FAILED, why);

	if (!reply)
		return status;
	if (json_object_get(reply, "unknown"))
		status = record_fail(USAGE,
				     "aditd has no resource of this name; see "
				     "aditctl channels, or its configuration");
	else if (json_object_get(reply, "plain"))
		status = record_fail(
			USAGE, "this resource has no plugin (plugin = in "
			       "aditd.ini), so there is nothing to record");
	else if (json_object_get(reply, "busy"))
		status = record_fail(
			FAILED, "another recording is under way; try again "
				"30 s after its adit-plugin-test has "
				"ended");
	else if (!json_object_get(reply, "armed"))
		status = record_fail(FAILED, "aditd is out of memory");
	json_decref(reply);
	if (status)
		disarm(r);
	return status;
}

/* ---- while it runs ------------------------------------------------------- */

static int take_events(struct recorder *r, const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		switch (tape_add(r->tape, json_array_get(list, i))) {
		case 0:
			break;
		case ERR_NOMEM:
			return record_fail(FAILED, "out of memory");
		default:
			return record_fail(
				FAILED,
				"aditd sent an event that is malformed; "
				"is it of the same version?");
		}
	return OK;
}

/* Takes the events of one shard.  Several shards may have begun to record a
 * channel: the first one counts. */
static int take_one(struct recorder *r, const json_t *one)
{
	json_int_t shard = json_integer_value(json_object_get(one, "shard"));
	const json_t *events = json_object_get(one, "events");
	const char *state = json_string_value(json_object_get(one, "state"));

	if (r->shard < 0 && json_array_size(events)) {
		r->shard = shard;
		fprintf(stderr, "adit-plugin-test: recording; ^C ends it\n");
	}
	if (shard != r->shard)
		return OK;
	r->done |= state && !strcmp(state, "done");
	return take_events(r, events);
}

static int fetch(struct recorder *r, bool stop)
{
	char why[CONTROL_WHY];
	json_t *reply = ask_aditd(r,
				  json_pack("{s:s, s:s, s:b}", "command",
					    "recorded", "token", r->token,
					    "stop", stop),
				  why);
	const json_t *list = json_object_get(reply, "recordings");
	int status = reply ? OK : record_fail(FAILED, why);

	if (reply && !json_array_size(list))
		status = record_fail(
			FAILED, "aditd has lost the recording; perhaps its "
				"worker was restarted");
	for (size_t i = 0; i < json_array_size(list) && !status; i++)
		status = take_one(r, json_array_get(list, i));
	json_decref(reply);
	return status;
}

static void pause_a_bit(void)
{
	const struct timespec t = { .tv_nsec = PAUSE_MS * 1000000L };

	nanosleep(&t, NULL);
}

static int record(struct recorder *r)
{
	int status = OK;

	fprintf(stderr,
		"adit-plugin-test: waiting for the next channel of %s; all "
		"bytes of it, passwords included, will be in %s\n",
		r->o->resource, r->o->output ? r->o->output : "the output");
	while (!status && !r->done && !interrupted) {
		pause_a_bit();
		status = fetch(r, false);
	}
	if (!status && !r->done)
		status = fetch(r, true);
	else
		disarm(r);
	if (tape_has_begun(r->tape))
		tape_write(r->tape, r->to);
	else if (!status)
		status = record_fail(FAILED, "no channel was opened");
	return status;
}

static int record_both_ways(struct recorder *r)
{
	int status;

	if (make_token(r) || !r->tape)
		return record_fail(FAILED,
				   "out of memory, or getrandom(2) failed");
	status = record_arm(r);
	if (status)
		return status;
	r->to = open_output(r->o->output);
	if (!r->to) {
		disarm(r);
		return FAILED;
	}
	status = record(r);
	if (fclose(r->to) && !status)
		status = record_fail(FAILED, strerror(errno));
	/* An empty file would be in the way of the next attempt. */
	if (r->o->output && !tape_has_begun(r->tape))
		(void)!unlink(r->o->output);
	return status;
}

int record_run(const struct record_options *o)
{
	struct recorder r = { .o = o, .shard = -1 };
	int status;

	r.control = o->control ? strdup(o->control) : socket_of(o->config);
	if (!r.control)
		return USAGE;
	r.tape = tape_new();
	watch_signals();
	status = record_both_ways(&r);
	tape_free(r.tape);
	free(r.control);
	return status;
}
