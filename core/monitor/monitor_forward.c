/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_forward.c - commands of aditctl that the worker answers. */
#include "monitor/monitor_pages.h"

#include "base/err.h"
#include "process/reply.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void forward_to_client(struct monitor *m, uint32_t client, json_t *reply)
{
	control_server_reply(m->control, client, reply);
}

/* Some are for aditctl alone, whatever a web process that was taken over asks
 * for. */
static struct forward *forward_free_slot(struct monitor *m,
					 const struct forward *asks)
{
	bool is_ctl = asks->reply == forward_to_client;

	for (int i = is_ctl ? 0 : FORWARDS_KEPT; i < FORWARDS_MAX; i++)
		if (!m->forward[i].id)
			return &m->forward[i];
	return NULL;
}

static int forward_send(struct monitor *m, uint32_t id, const json_t *request)
{
	struct msg msg = { .type = MSG_CONTROL, .id = id };
	char *text = json_dumps(request, JSON_COMPACT);
	int fd = text ? msg_memfd("adit-request", text, strlen(text)) : -1;
	int r = ERR_SYS;

	free(text);
	if (fd < 0)
		return r;
	msg.fds[msg.nfds++] = fd;
	r = worker_side_send(m->worker, &msg);
	close(fd);
	return r;
}

static void forward_to_web(struct monitor *m, uint32_t id, json_t *reply)
{
	web_side_answer(m->web, id, reply);
}

bool monitor_forward_to(struct monitor *m, const struct forward *asks,
			const json_t *request)
{
	struct forward *f = worker_side_is_ready(m->worker) ?
				    forward_free_slot(m, asks) :
				    NULL;
	uint32_t id = monitor_next_id(m);

	if (!f || forward_send(m, id, request))
		return false;
	*f = *asks;
	f->id = id;
	return true;
}

bool monitor_forward(struct monitor *m, uint32_t client, const json_t *request,
		     monitor_add_fn *add)
{
	const struct forward asks = { .client = client,
				      .reply = forward_to_client,
				      .add = add };

	if (monitor_forward_to(m, &asks, request))
		return true;
	control_server_reply(m->control, client,
			     control_server_error(
				     "the worker of aditd is being replaced, "
				     "or has too many requests: try again"));
	return false;
}

bool monitor_forward_web(struct monitor *m, uint32_t id, const json_t *request)
{
	const struct forward asks = { .client = id,
				      .reply = forward_to_web,
				      .add = monitor_status_add_numbers };

	return monitor_forward_to(m, &asks, request);
}

void monitor_forward_forget(struct monitor *m)
{
	for (int i = 0; i < FORWARDS_MAX; i++) {
		struct forward was = m->forward[i];

		m->forward[i] = (struct forward){ 0 };
		if (was.id)
			was.reply(m, was.client,
				  control_server_error(
					  "the worker of aditd ended "
					  "before it answered: try "
					  "again"));
	}
}

/* ---- its answer ---------------------------------------------------------- */

static struct forward *forward_find(struct monitor *m, uint32_t id)
{
	for (int i = 0; i < FORWARDS_MAX; i++)
		if (id && m->forward[i].id == id)
			return &m->forward[i];
	return NULL;
}

/* Perhaps somebody has taken the worker over: its text may be anything. */
static json_t *forward_read_reply(int fd)
{
	struct buf text = { 0 };
	json_t *reply = NULL;
	int r = msg_memfd_read(fd, &text, CONTROL_MAX);
	const char *p = (char *)buf_ptr(&text);
	size_t n = buf_len(&text);

	if (!r && reply_fits(p, n))
		reply = json_loadb(p, n, JSON_REJECT_DUPLICATES, NULL);
	buf_fini(&text);
	return reply;
}

int monitor_forward_answered(struct monitor *m, struct msg *msg)
{
	struct forward *f = forward_find(m, msg->id), was;
	json_t *reply;
	int r = ERR_PROTO;

	if (msg->nfds != 1 || msg->len)
		return ERR_PROTO;
	/* Asked for by a client that this process lost at its upgrade. */
	if (!f)
		return 0;
	was = *f;
	*f = (struct forward){ 0 };
	reply = forward_read_reply(msg->fds[0]);
	if (json_is_object(reply)) {
		r = 0;
		if (was.add)
			was.add(m, reply);
		/* A list of sessions says whether they are the last ones. */
		if (json_object_get(reply, "sessions"))
			json_object_set_new(reply, "draining",
					    json_boolean(m->draining));
	} else {
		json_decref(reply);
		reply = control_server_error(
			"the answer of aditd's worker is not "
			"valid JSON, or too large");
	}
	was.reply(m, was.client, reply);
	return r;
}
