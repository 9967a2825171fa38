/* SPDX-License-Identifier: BSD-2-Clause */
/* front_handover_receive.c - the new worker takes the sessions of the old
 * one. */
#include "front/front_handover.h"

#include "base/err.h"
#include "base/log.h"
#include "gateway/gsession_handover.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum {
	TIMEOUT_S = 20,
	SESSION_MOST = 512 << 20, /* bytes of one session */
};

struct receiving {
	struct front *front;
	int sock;
	char *why;
	int *fd; /* of MSG_HANDOVER_FDS, for the session that follows */
	size_t nfd;
	unsigned sessions;
	bool head, end; /* MSG_HANDOVER_HEAD, _END have come */
};

static int receive_fail(struct receiving *in, const char *what)
{
	snprintf(in->why, HANDOVER_ERROR, "%s", what);
	return ERR_PROTO;
}

static int receive_answer(struct receiving *in, uint32_t id, const char *error)
{
	struct msg m = { .type = MSG_TAKEN, .id = id };

	msg_put_text(&m, error);
	return msg_send(in->sock, &m) ?
		       receive_fail(in, "the old worker is gone") :
		       0;
}

/* ---- messages ------------------------------------------------------------ */

static int receive_fds(struct receiving *in, struct msg *m)
{
	int *more = reallocarray(in->fd, in->nfd + m->nfds, sizeof *more);

	if (!more)
		return receive_fail(in, "out of memory");
	in->fd = more;
	memcpy(in->fd + in->nfd, m->fds, m->nfds * sizeof *m->fds);
	in->nfd += m->nfds;
	m->nfds = 0;
	return 0;
}

static int receive_head(struct receiving *in, const struct msg *m,
			struct handover *c)
{
	struct worker *w = in->front->worker;
	struct rd r = rd_of(m->data, m->len);
	struct registry *sessions = &in->front->registry;
	uint32_t lookup = 0;

	if (in->head || rd_u32(&r) != HANDOVER_VERSION || !rd_is_done(&r))
		return receive_fail(in,
				    "sessions of that version cannot be taken "
				    "over: restart aditd");
	handover_field(c, &lookup);
	handover_field(c, &sessions->last_number);
	for (unsigned i = 0; i < w->nshards; i++)
		shard_at(w, i)->last_lookup = lookup;
	worker_config_wire_handover(c, in->front->config);
	in->head = true;
	if (handover_is_done(c))
		return 0;
	return receive_fail(in, "the first message of the old worker is "
				"malformed");
}

static int receive_list_session(struct front *f, const struct gsession *gs)
{
	struct registry_entry *e = registry_put(&f->registry, gs->id,
						gs->number);

	if (!e)
		return ERR_NOMEM;
	e->since_us = loop_now_us(&f->loop);
	memcpy(e->stamp, gs->stamp, sizeof e->stamp);
	registry_name(&f->registry, e, gs->user, gs->gateway_name);
	return 0;
}

static uint64_t session_id_of(const struct handover *c)
{
	struct rd r = c->in;

	return rd_u64(&r);
}

static int receive_session(struct receiving *in, struct handover *c)
{
	struct front *f = in->front;
	struct shard *shard = shard_of(f->worker, session_id_of(c));
	struct gsession *gs = in->head ? gsession_arrives(c, shard) : NULL;

	in->nfd = 0;
	if (c->bad || !in->head ||
	    (gs && (!gs->number || gs->number > f->registry.last_number)))
		return receive_fail(in,
				    "a session of the old worker is malformed");
	if (!gs)
		return 0;
	shard->load++;
	shard->arrived = true;
	in->sessions++;
	return receive_list_session(f, gs) ? receive_fail(in, "out of memory") :
					     0;
}

static int receive_bytes(struct receiving *in, struct msg *m)
{
	struct buf bytes = { 0 };
	struct handover c;
	int ret;

	if (m->nfds != 1 || msg_memfd_read(m->fds[0], &bytes, SESSION_MOST)) {
		buf_fini(&bytes);
		return receive_fail(
			in, "a message of the old worker cannot be read");
	}
	c = handover_unpacking(buf_ptr(&bytes), buf_len(&bytes), in->fd,
			       in->nfd);
	ret = m->type == MSG_HANDOVER_HEAD ? receive_head(in, m, &c) :
					     receive_session(in, &c);
	tls_wipe(buf_ptr(&bytes), buf_len(&bytes));
	buf_fini(&bytes);
	return ret;
}

static int receive_message(struct receiving *in, struct msg *m)
{
	switch (m->type) {
	case MSG_HANDOVER_FDS:
		return receive_fds(in, m);
	case MSG_HANDOVER_HEAD:
	case MSG_HANDOVER_SESSION:
		return receive_bytes(in, m);
	case MSG_HANDOVER_END:
		in->end = true;
		return 0;
	default:
		return receive_fail(in,
				    "the old worker sends an unknown message");
	}
}

/* ---- to the end ---------------------------------------------------------- */

static int receive_step(struct receiving *in, struct msg *m)
{
	int ret = msg_recv(in->sock, m);

	if (ret)
		return receive_fail(
			in, ret == ERR_AGAIN ?
				    "the old worker does not send anything" :
				    "the old worker has ended");
	ret = receive_message(in, m);
	msg_close_fds(m);
	if (!ret)
		return receive_answer(in, m->id, "");
	(void)!receive_answer(in, m->id, in->why);
	return ret;
}

/* MSG_HANDOVER_DONE, or the end of the old worker: nobody else can have its
 * sessions then. */
static int receive_last_word(struct receiving *in, struct msg *m)
{
	uint8_t byte;
	ssize_t n = recv(in->sock, &byte, 1, MSG_PEEK);
	int ret;

	/* A reset is no such end: the old worker has not read our last
	 * answer. */
	if (!n)
		return 0;
	ret = n < 0 ? ERR_SYS : msg_recv(in->sock, m);
	if (!ret)
		msg_close_fds(m);
	if (ret || m->type != MSG_HANDOVER_DONE)
		return receive_fail(in, "the old worker keeps its sessions");
	return 0;
}

int front_handover_receive(struct front *f, int sock, char why[HANDOVER_ERROR])
{
	struct receiving in = { .front = f, .sock = sock, .why = why };
	struct timeval t = { .tv_sec = TIMEOUT_S };
	struct msg *m = malloc(sizeof *m);
	int ret = m ? 0 : receive_fail(&in, "out of memory");

	setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
	while (!ret && !in.end)
		ret = receive_step(&in, m);
	if (!ret)
		ret = receive_last_word(&in, m);
	if (!ret)
		log_msg(LOG_INFO, NULL, "the new worker has got %u session%s",
			in.sessions, in.sessions == 1 ? "" : "s");
	free(in.fd);
	free(m);
	close(sock);
	return ret;
}
