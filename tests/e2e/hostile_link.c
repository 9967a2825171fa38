/* SPDX-License-Identifier: BSD-2-Clause */
/* hostile_link.c - a connection to the gateway that waits for what it asked. */
#include "hostile_link.h"

#include "base/err.h"
#include "base/wire.h"
#include "net/sock.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct hostile g;

void die(const char *what, const char *why)
{
	fprintf(stderr, "hostile: %s: %s\n", what, why);
	exit(2);
}

/* ---- a connection that waits ---------------------------------------------------- */

int flush(struct link *l)
{
	struct buf *out = tls_output(l->tls);
	struct pollfd p = { l->fd, POLLOUT, 0 };
	ssize_t n;

	while (buf_len(out)) {
		n = send(l->fd, buf_ptr(out), buf_len(out), MSG_NOSIGNAL);
		if (n > 0)
			tls_written(l->tls, (size_t)n);
		else if (errno != EAGAIN || poll(&p, 1, PATIENCE_MS) < 1)
			return ERR_SYS;
	}
	return 0;
}

/* 0 when there is more, ERR_CLOSED, ERR_TIMEOUT. */
static int pull(struct link *l, int wait_ms)
{
	struct pollfd p = { l->fd, POLLIN, 0 };
	ssize_t n;

	if (poll(&p, 1, wait_ms) < 1)
		return ERR_TIMEOUT;
	n = recv(l->fd, l->in, sizeof l->in, 0);
	if (n <= 0)
		return ERR_CLOSED;
	tls_input(l->tls, l->in, (size_t)n);
	return 0;
}

struct link *link_open(void)
{
	struct link *l = calloc(1, sizeof *l);
	struct pollfd p;
	int ret;

	if (!l)
		die("memory", "none");
	l->fd = tcp_connect(&g.gateway, NULL);
	p = (struct pollfd){ l->fd, POLLOUT, 0 };
	if (l->fd < 0 || poll(&p, 1, PATIENCE_MS) < 1)
		die("connect", strerror(errno));
	l->tls = tls_connect_new(g.client);
	frame_reader_init(&l->reader);
	while ((ret = tls_handshake(l->tls)) == ERR_AGAIN)
		if (flush(l) || pull(l, PATIENCE_MS))
			die("handshake", "closed");
	if (ret || flush(l))
		die("handshake", tls_why(l->tls));
	tcp_quick(l->fd);
	return l;
}

void link_close(struct link *l)
{
	tls_free(l->tls);
	close(l->fd);
	frame_reader_fini(&l->reader);
	free(l);
}

int raw(struct link *l, const void *p, size_t n)
{
	const uint8_t *at = p;

	while (n) {
		size_t piece = MIN(n, (size_t)TLS_RECORD_MAX);

		if (tls_send(l->tls, at, piece))
			return ERR_TLS;
		at += piece;
		n -= piece;
	}
	return flush(l);
}

int put(struct link *l, struct frame f, const void *payload, size_t n)
{
	static uint8_t wire[FRAME_MAX];

	f.service = SERVICE_FORWARD;
	f.protocol = PROTOCOL_TCP;
	f.marker = f.marker ? f.marker : l->marker;
	f.len = (uint16_t)n;
	frame_pack(wire, &f);
	if (n)
		memcpy(wire + FRAME_HEADER, payload, n);
	return raw(l, wire, FRAME_HEADER + n);
}

int get(struct link *l, struct frame *f, const uint8_t **p, int wait_ms)
{
	const uint8_t *plain = NULL;
	const char *why;
	int n, ret;

	while ((ret = frame_next(&l->reader, f, p, &why)) == 0) {
		tls_recv_release(l->tls);
		n = tls_recv(l->tls, &plain);
		if (n > 0)
			frame_input(&l->reader, plain, (size_t)n);
		else if (n != ERR_AGAIN)
			return ERR_CLOSED;
		else if ((ret = pull(l, wait_ms)))
			return ret;
	}
	return ret < 0 ? ret : 0;
}

/* ---- the proper part ------------------------------------------------------------- */

unsigned try_login(void)
{
	static struct answer a;
	struct link *l = link_open();
	struct login who = { .agent = "hostile" };
	struct goodbye bye = { .leave = LEAVE_NONE };
	uint8_t out[2048];
	const uint8_t *p;
	struct frame f;

	snprintf(who.user, sizeof who.user, "%s", g.user);
	if (put(l, (struct frame){ .command = FRAME_LOGIN }, out,
		pack_login(out, sizeof out, &who)) ||
	    get(l, &f, &p, PATIENCE_MS) || f.command != FRAME_PROMPT)
		die("login", "no prompt");
	a.n = 1;
	snprintf(a.text[0], sizeof a.text[0], "%s", g.password);
	if (put(l, (struct frame){ .command = FRAME_ANSWER }, out,
		pack_answer(out, sizeof out, &a)) ||
	    get(l, &f, &p, PATIENCE_MS) || f.command != FRAME_RESULT)
		die("login", "no result");
	if (f.flags ? unpack_goodbye(&bye, p, f.len) :
		      unpack_profile(&g.profile, p, f.len))
		die("login", "malformed result");
	link_close(l);
	return bye.leave;
}

void log_in(void)
{
	unsigned leave = try_login();

	if (leave)
		die("login", leave_str(leave));
}

int send_attach(struct link *l, uint32_t generation, uint64_t count,
		const uint8_t *other_exporter)
{
	struct attach a = { g.profile.session, generation, count, { 0 } };
	uint8_t exporter[TLS_EXPORTER], rest[64], out[64];
	struct wr w = wr_of(rest, sizeof rest), n = wr_of(out, sizeof out);
	uint8_t name[LABEL_MAX + 1];
	struct wr nm = wr_of(name, sizeof name);

	(void)n;
	if (tls_exporter(l->tls, exporter))
		die("exporter", tls_why(l->tls));
	wr_str8(&nm, g.profile.gateway);
	wr_u64(&w, a.session);
	wr_u32(&w, a.generation);
	wr_u64(&w, a.count);
	struct tls_part parts[] = {
		{ "adit/1 attach", sizeof "adit/1 attach" },
		{ other_exporter ? other_exporter : exporter, TLS_EXPORTER },
		{ name, (size_t)(nm.p - name) },
		{ rest, (size_t)(w.p - rest) },
	};
	tls_hmac(a.proof, g.profile.secret, parts, ARRAY_LEN(parts));
	l->marker = g.profile.marker;
	return put(l, (struct frame){ .command = FRAME_ATTACH }, out,
		   pack_attach(out, sizeof out, &a));
}

int answer_of(struct link *l, uint32_t generation, uint64_t count)
{
	const uint8_t *p;
	struct frame f;

	if (send_attach(l, generation, count, NULL) ||
	    get(l, &f, &p, PATIENCE_MS) || f.command != FRAME_ATTACHED)
		return -1;
	return f.flags;
}

struct link *attach(uint32_t generation)
{
	struct link *l = link_open();
	int flags = answer_of(l, generation, 0);

	if (flags < 0 || flags & FLAG_REFUSED)
		die("attach", "refused");
	return l;
}

bool hangs_up(struct link *l)
{
	const uint8_t *p;
	struct frame f;
	int ret;

	while (!(ret = get(l, &f, &p, PATIENCE_MS)))
		;
	return ret != ERR_TIMEOUT;
}

int open_to(struct link *l, uint32_t id, const struct aim *at)
{
	struct open o = { .resource = at->resource, .credit = 16384 };
	uint8_t out[400];

	snprintf(o.dest.host, sizeof o.dest.host, "%s", at->host);
	o.dest.port = (uint16_t)at->port;
	if (addr_parse(&o.source, "127.0.0.1", 1000) ||
	    addr_parse(&o.shown, "127.0.0.1", 1))
		return ERR_INVAL;
	return put(l, (struct frame){ .command = FRAME_OPEN, .client_id = id },
		   out, pack_open(out, sizeof out, &o));
}

int open_channel(struct link *l, uint32_t id)
{
	return open_to(l, id, &(struct aim){ 1, "", g.port });
}

unsigned answer_to_open(struct link *l, uint8_t *to, size_t *n)
{
	const uint8_t *p;
	struct frame f;

	while (!get(l, &f, &p, PATIENCE_MS)) {
		if (f.command != FRAME_OPENED && f.command != FRAME_CLOSE)
			continue;
		*n = f.len;
		memcpy(to, p, f.len);
		return f.command;
	}
	die("open", "no answer");
}
