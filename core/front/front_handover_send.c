/* SPDX-License-Identifier: BSD-2-Clause */
/* front_handover_send.c - the old worker gives its sessions to the new one. */
#include "front/front_handover.h"

#include "base/err.h"
#include "base/log.h"
#include "gateway/gsession_handover.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { TIMEOUT_S = 10 };

struct sending {
	int sock;
	uint32_t id;
	char *why;
};

static int send_fail(struct sending *o, const char *what)
{
	snprintf(o->why, HANDOVER_ERROR, "%s", what);
	return ERR_SYS;
}

/* Sends one message, and waits for its MSG_TAKEN. */
static int send_one(struct sending *o, struct msg *m)
{
	struct msg answer;
	char error[HANDOVER_ERROR];
	struct rd r;

	m->id = ++o->id;
	if (msg_send(o->sock, m) || msg_recv(o->sock, &answer))
		return send_fail(o, "the new worker does not answer");
	msg_close_fds(&answer);
	r = rd_of(answer.data, answer.len);
	rd_str16(&r, error, sizeof error);
	if (answer.type != MSG_TAKEN || answer.id != m->id || r.bad)
		return send_fail(o, "the new worker sends a malformed answer");
	return error[0] ? send_fail(o, error) : 0;
}

static int send_bytes(struct sending *o, struct msg *m, const struct buf *bytes)
{
	int fd = msg_memfd("adit-session", buf_ptr(bytes), buf_len(bytes));
	int ret;

	if (fd < 0)
		return send_fail(o, "out of memory");
	m->fds[m->nfds++] = fd;
	ret = send_one(o, m);
	close(fd);
	return ret;
}

static int send_fds(struct sending *o, const struct handover *c)
{
	struct msg m = { .type = MSG_HANDOVER_FDS };
	int ret = 0;

	for (size_t at = 0; at < c->nfd && !ret; at += m.nfds) {
		m.nfds = (unsigned)MIN(c->nfd - at, MSG_FDS);
		memcpy(m.fds, c->fd + at, m.nfds * sizeof *m.fds);
		ret = send_one(o, &m);
	}
	return ret;
}

static int send_session(struct sending *o, struct gsession *gs)
{
	struct msg m = { .type = MSG_HANDOVER_SESSION };
	struct handover c = handover_packing();
	int ret;

	gsession_leaves(&c, gs);
	ret = c.bad ? send_fail(o, "out of memory") : send_fds(o, &c);
	if (!ret)
		ret = send_bytes(o, &m, &c.out);
	/* The session's secret is among them. */
	tls_wipe(buf_ptr(&c.out), buf_len(&c.out));
	handover_fini(&c);
	return ret;
}

/* Sessions that are ending stay here, and end. */
static int send_sessions(struct sending *out, struct shard *shard)
{
	struct list *n, *t;
	int ret = 0;

	list_each (n, t, &shard->sessions) {
		struct gsession *gs = list_entry(n, struct gsession, node);

		gsession_rests(gs);
		if (gs->state == GSESSION_LEAVING)
			gsession_bury(gs, gs->leave);
		else if (!ret)
			ret = send_session(out, gs);
	}
	shard_reap(shard);
	return ret;
}

/* Numbers that the new worker must go on counting from. */
static int send_head(struct sending *out, struct front *f)
{
	struct msg m = { .type = MSG_HANDOVER_HEAD };
	struct wr w = wr_of(m.data, sizeof m.data);
	struct handover c = handover_packing();
	uint32_t lookup = 0;
	int ret;

	for (unsigned i = 0; i < f->worker->nshards; i++)
		lookup = MAX(lookup, shard_at(f->worker, i)->last_lookup);
	handover_field(&c, &lookup);
	handover_field(&c, &f->registry.last_number);
	worker_config_wire_handover(&c, f->config);
	wr_u32(&w, HANDOVER_VERSION);
	m.len = (size_t)(w.p - m.data);
	ret = c.bad ? send_fail(out, "out of memory") :
		      send_bytes(out, &m, &c.out);
	handover_fini(&c);
	return ret;
}

static void send_set_timeouts(int sock)
{
	struct timeval t = { .tv_sec = TIMEOUT_S };

	setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
	setsockopt(sock, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof t);
}

int front_handover_send(struct front *f, int sock, char why[HANDOVER_ERROR])
{
	struct sending out = { .sock = sock, .why = why };
	struct msg end = { .type = MSG_HANDOVER_END };
	struct msg done = { .type = MSG_HANDOVER_DONE };
	struct msg failed = { .type = MSG_HANDOVER_FAILED };
	int ret;

	send_set_timeouts(sock);
	ret = send_head(&out, f);
	for (unsigned i = 0; i < f->worker->nshards && !ret; i++)
		ret = send_sessions(&out, shard_at(f->worker, i));
	if (ret)
		return ret;
	/* Once this is read, the end of this process would mean
	 * HANDOVER_DONE. */
	ret = send_one(&out, &end);
	if (!ret && msg_send(sock, &done) == ERR_CLOSED)
		ret = send_fail(&out, "the new worker has ended");
	if (ret && msg_send(sock, &failed) && errno != EPIPE)
		ret = 0;
	return ret;
}
