/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_upgrade_state.c - what the new program of an upgrade must know, in a
 * memfd as JSON: written by the old program, read by the new one.
 *
 * Descriptors stand in it as their numbers, under keys that contain "fd": they
 * stay open when the new program is executed. */
#include "monitor/monitor.h"

#include "base/err.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- in the old program -------------------------------------------------- */

/* The number of a descriptor, which stays open when the new program is
 * executed. */
static json_t *state_kept(int fd)
{
	fcntl(fd, F_SETFD, 0);
	return json_integer(fd);
}

/* Undoes state_kept for all descriptors of a state. */
static void state_keep_not(const json_t *o)
{
	const char *key;
	json_t *v;

	json_object_foreach((json_t *)(uintptr_t)o, key, v)
	{
		if (json_is_object(v))
			state_keep_not(v);
		else if (json_is_integer(v) && strstr(key, "fd"))
			fcntl((int)json_integer_value(v), F_SETFD, FD_CLOEXEC);
	}
}

/* What stands before the address of a socket. */
static const char listen_key[] = "fd ", publish_key[] = "fd publish ";

static json_t *listeners_state(const struct monitor_listeners *l)
{
	json_t *o = json_object();
	char at[ADDR_TEXT], key[ADDR_TEXT + 16];

	for (size_t i = 0; i < l->n; i++) {
		snprintf(key, sizeof key, "%s%s",
			 l->item[i].publish ? publish_key : listen_key,
			 addr_str(&l->item[i].at, at));
		json_object_set_new(o, key, state_kept(l->item[i].fd));
	}
	return o;
}

static json_t *web_state(const struct web_listeners *l)
{
	json_t *o = json_object();
	char key[4096];

	for (size_t i = 0; i < l->n; i++) {
		snprintf(key, sizeof key, "fd %s", l->item[i]->at);
		json_object_set_new(o, key, state_kept(l->item[i]->fd));
	}
	return o;
}

static json_t *stamp_key_state(const struct monitor *m)
{
	json_t *a = json_array();

	for (size_t i = 0; i < sizeof m->stamp_key; i++)
		json_array_append_new(a, json_integer(m->stamp_key[i]));
	return a;
}

static json_t *log_state(const struct log_ends *ends)
{
	return json_pack("{s:i, s:o, s:o}", "pid", (int)ends->pid, "pipe_fd",
			 state_kept(ends->pipe), "error_fd",
			 state_kept(ends->error));
}

static json_t *state_json(struct monitor *m, uint32_t client, bool force)
{
	const struct worker_side *w = m->worker;
	struct resolver_ends ends = resolver_side_ends(m->names);
	struct log_ends log = log_side_ends(m->log);

	return json_pack(
		"{s:f, s:I, s:I, s:b, s:{s:i, s:f, s:o, s:o}, s:{s:o, s:o}, "
		"s:{s:o, s:o}, s:o, s:o, s:o, s:o*}",
		"started", m->started, "starts", (json_int_t)m->starts,
		"last_id", (json_int_t)m->last_id, "force", force, "worker",
		"pid", (int)w->pid, "started", w->started, "main_fd",
		state_kept(w->main), "sign_fd", state_kept(w->sign), "names",
		"worker_fd", state_kept(ends.worker), "resolver_fd",
		state_kept(ends.resolver), "control", "fd",
		state_kept(control_server_fd(m->control)), "client_fd",
		state_kept(control_server_client_fd(m->control, client)),
		"listeners", listeners_state(&m->now.listeners), "web",
		web_state(&m->now.web), "stamp_key", stamp_key_state(m), "log",
		m->log ? log_state(&log) : NULL);
}

static json_t *state_parse(int fd)
{
	struct buf text = { 0 };
	json_t *state = NULL;

	if (!msg_memfd_read(fd, &text, CONTROL_MAX))
		state = json_loadb((char *)buf_ptr(&text), buf_len(&text),
				   JSON_REJECT_DUPLICATES, NULL);
	buf_fini(&text);
	return state;
}

int monitor_upgrade_state_write(struct monitor *m, uint32_t client, bool force)
{
	json_t *state = state_json(m, client, force);
	char *text = state ? json_dumps(state, JSON_COMPACT) : NULL;
	int fd = text ? msg_memfd("adit-state", text, strlen(text)) : -1;

	if (fd >= 0)
		fcntl(fd, F_SETFD, 0);
	else
		state_keep_not(state);
	free(text);
	json_decref(state);
	return fd;
}

void monitor_upgrade_state_undo(int fd)
{
	json_t *state = state_parse(fd);

	state_keep_not(state);
	json_decref(state);
	close(fd);
}

/* ---- in the new program -------------------------------------------------- */

/* With another key the stamps of all sessions would be wrong, and their users
 * would lose them. */
static void take_stamp_key(struct monitor *m, const json_t *a)
{
	for (size_t i = 0; i < sizeof m->stamp_key; i++)
		m->stamp_key[i] = (uint8_t)json_integer_value(
			json_array_get(a, i));
}

/* `at` is the key of the state. */
static void take_listener(struct monitor *m, const char *at, int fd)
{
	struct monitor_listeners *l = &m->now.listeners;
	struct monitor_listener *more = reallocarray(l->item, l->n + 1,
						     sizeof *more);
	bool publish = !strncmp(at, publish_key, strlen(publish_key));
	struct addr a;

	at += strlen(publish ? publish_key : listen_key);
	if (!more || addr_parse_port(&a, at)) {
		close(fd);
		return;
	}
	l->item = more;
	l->item[l->n++] = (struct monitor_listener){
		.at = a,
		.publish = publish ? "" : NULL,
		.fd = fd,
	};
}

/* A descriptor of the state, which the processes that this one starts do not
 * get; -1: there is none. */
static int take_fd(json_t *state, const char *of, const char *key)
{
	json_t *o = json_object_get(state, of);
	json_t *v = json_object_get(o, key);
	int fd = v ? (int)json_integer_value(v) : -1;

	if (fd >= 0)
		fcntl(fd, F_SETFD, FD_CLOEXEC);
	return fd;
}

static struct worker_kept take_worker(json_t *state)
{
	json_t *o = json_object_get(state, "worker");

	return (struct worker_kept){
		.pid = (pid_t)json_integer_value(json_object_get(o, "pid")),
		.started = json_number_value(json_object_get(o, "started")),
		.main = take_fd(state, "worker", "main_fd"),
		.sign = take_fd(state, "worker", "sign_fd"),
	};
}

static struct log_ends take_log(json_t *state)
{
	json_t *o = json_object_get(state, "log");

	return (struct log_ends){
		.pid = (pid_t)json_integer_value(json_object_get(o, "pid")),
		.pipe = take_fd(state, "log", "pipe_fd"),
		.error = take_fd(state, "log", "error_fd"),
	};
}

static void take_all(struct monitor *m, json_t *state)
{
	const char *key;
	json_t *v;

	m->started = json_number_value(json_object_get(state, "started"));
	m->starts = (uint64_t)json_integer_value(
		json_object_get(state, "starts"));
	m->last_id = (uint32_t)json_integer_value(
		json_object_get(state, "last_id"));
	take_stamp_key(m, json_object_get(state, "stamp_key"));
	json_object_foreach(json_object_get(state, "listeners"), key, v)
	{
		fcntl((int)json_integer_value(v), F_SETFD, FD_CLOEXEC);
		take_listener(m, key, (int)json_integer_value(v));
	}
	json_object_foreach(json_object_get(state, "web"), key, v)
	{
		fcntl((int)json_integer_value(v), F_SETFD, FD_CLOEXEC);
		web_listeners_adopt(&m->now.web, key + 3,
				    (int)json_integer_value(v));
	}
	m->left = (struct monitor_left){
		.control = take_fd(state, "control", "fd"),
		.client = take_fd(state, "control", "client_fd"),
		.names = { take_fd(state, "names", "worker_fd"),
			   take_fd(state, "names", "resolver_fd") },
		.worker = take_worker(state),
		.log = take_log(state),
		.force = json_is_true(json_object_get(state, "force")),
	};
}

int monitor_upgrade_state_read(struct monitor *m, int fd)
{
	json_t *state = fd > STDERR_FILENO ? state_parse(fd) : NULL;

	if (fd > STDERR_FILENO)
		close(fd);
	if (!state)
		return ERR_INVAL;
	take_all(m, state);
	json_decref(state);
	return 0;
}
