/* SPDX-License-Identifier: BSD-2-Clause */
/* relay.c - connects a socket with a channel, byte for byte. */
#include "net/relay.h"

#include <unistd.h>

static void relay_readable(struct sock *s)
{
	chan_readable(container_of(s, struct relay, sock)->chan);
}

static void relay_writable(struct sock *s)
{
	chan_writable(container_of(s, struct relay, sock)->chan);
}

static const struct sock_ops ops = {
	.readable = relay_readable,
	.writable = relay_writable,
};

ssize_t relay_read(struct chan *c, const struct iovec *iov, int n, bool *urgent)
{
	struct relay *r = chan_end(c);
	ssize_t got = sock_read(&r->sock, iov, n, urgent);

	/* A FIN goes with the bytes before it. */
	if (sock_seeks_end(&r->sock, got, iov, n) ||
	    sock_has_more(&r->sock, got, iov, n))
		chan_readable(c);
	return got;
}

ssize_t relay_write(struct chan *c, const struct iovec *iov, int n, bool urgent)
{
	struct relay *r = chan_end(c);

	return sock_write(&r->sock, iov, n, urgent);
}

void relay_finish(struct chan *c)
{
	struct relay *r = chan_end(c);

	if (r->sock.fd < 0)
		r->finish_due = true;
	else if (!r->sock.ended) /* else close(), which follows, sends FIN */
		sock_finish(&r->sock);
}

void relay_init(struct relay *r)
{
	*r = (struct relay){ 0 };
	sock_init(&r->sock, &ops);
}

void relay_join(struct relay *r, struct loop *loop, int fd, struct chan *c)
{
	r->chan = c;
	sock_open(&r->sock, loop, fd);
	chan_writable(c);
	if (r->finish_due)
		sock_finish(&r->sock);
}

void relay_handover(struct handover *c, struct relay *r, struct loop *loop)
{
	struct sock *s = &r->sock;
	bool ended = s->ended, broken = s->broken;
	int fd = s->fd;

	handover_fd(c, &fd);
	handover_field(c, &ended);
	handover_field(c, &broken);
	handover_field(c, &r->finish_due);
	if (c->packing || fd < 0)
		return;
	c->bad |= !tcp_is(fd, false);
	if (c->bad) {
		close(fd);
		return;
	}
	sock_open(s, loop, fd);
	s->ended = ended;
	s->broken = broken;
	if (ended)
		ev_io_stop(loop->ev, &s->rd);
}
