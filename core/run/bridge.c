/* SPDX-License-Identifier: BSD-2-Clause */
/* bridge.c - two TCP connections of this machine, joined byte for byte. */
#include "run/bridge.h"

#include "base/err.h"
#include "net/sock.h"

#include <stdlib.h>
#include <string.h>

struct bridge;

struct bridge_end {
	struct sock sock;
	struct bridge *bridge;
	uint8_t *rest; /* read here, and not yet taken by the other end */
	size_t nrest;
	bool urgent; /* its last byte */
	bool ended;  /* FIN came, and was passed on */
};

struct bridge {
	struct list node;
	struct bridge_end end[2];
	struct task over; /* frees it */
	bool broken;
};

static struct bridge_end *bridge_other(struct bridge_end *e)
{
	return &e->bridge->end[e == e->bridge->end];
}

static void bridge_free(struct bridge *b)
{
	for (unsigned i = 0; i < 2; i++) {
		sock_close(&b->end[i].sock, b->broken);
		free(b->end[i].rest);
	}
	task_cancel(&b->over);
	list_remove(&b->node);
	free(b);
}

static void bridge_on_over(struct task *t)
{
	bridge_free(container_of(t, struct bridge, over));
}

static void bridge_end_it(struct bridge *b, bool broken)
{
	b->broken |= broken;
	task_defer(b->end[0].sock.loop, &b->over);
}

/* What the other end does not take is kept, and nothing is read meanwhile. */
static void bridge_pass(struct bridge_end *e, const uint8_t *p, size_t n,
			bool urgent)
{
	struct iovec iov = { (void *)(uintptr_t)p, n };
	ssize_t done = sock_write(&bridge_other(e)->sock, &iov, 1, urgent);
	uint8_t *rest = NULL;

	if (done < 0 && done != ERR_AGAIN) {
		bridge_end_it(e->bridge, true);
		return;
	}
	e->nrest = n - (done > 0 ? (size_t)done : 0);
	e->urgent = urgent;
	if (e->nrest) {
		rest = malloc(e->nrest);
		if (rest)
			memcpy(rest, p + (n - e->nrest), e->nrest);
		else
			bridge_end_it(e->bridge, true);
	}
	free(e->rest);
	e->rest = rest;
}

static void bridge_finish(struct bridge_end *e)
{
	e->ended = true;
	sock_finish(&bridge_other(e)->sock);
	if (bridge_other(e)->ended)
		bridge_end_it(e->bridge, false);
}

static void bridge_read(struct bridge_end *e)
{
	struct loop *loop = e->sock.loop;
	struct iovec iov = { loop->gulp, LOOP_GULP };
	bool urgent;
	ssize_t n;

	if (e->rest || e->ended || e->bridge->broken)
		return;
	n = sock_read(&e->sock, &iov, 1, &urgent);
	if (n > 0)
		bridge_pass(e, loop->gulp, (size_t)n, urgent);
	else if (!n)
		bridge_finish(e);
	else if (n != ERR_AGAIN)
		bridge_end_it(e->bridge, true);
}

static void bridge_readable(struct sock *s)
{
	bridge_read(container_of(s, struct bridge_end, sock));
}

static void bridge_writable(struct sock *s)
{
	struct bridge_end *from = bridge_other(
		container_of(s, struct bridge_end, sock));

	if (from->rest && !from->bridge->broken)
		bridge_pass(from, from->rest, from->nrest, from->urgent);
	bridge_read(from);
}

static const struct sock_ops bridge_ops = {
	.readable = bridge_readable,
	.writable = bridge_writable,
};

void bridge_join(struct list *bridges, struct loop *loop, int one, int other)
{
	struct bridge *b = calloc(1, sizeof *b);
	const int fds[] = { one, other };

	for (unsigned i = 0; i < 2; i++) {
		if (!b) {
			tcp_reset(fds[i]);
			continue;
		}
		b->end[i].bridge = b;
		sock_init(&b->end[i].sock, &bridge_ops);
		sock_open(&b->end[i].sock, loop, fds[i]);
	}
	if (!b)
		return;
	task_init(&b->over, bridge_on_over);
	list_init(&b->node);
	list_append(bridges, &b->node);
}

void bridge_free_all(struct list *bridges)
{
	while (!list_is_empty(bridges)) {
		struct bridge *b = list_first(bridges, struct bridge, node);

		b->broken = true;
		bridge_free(b);
	}
}
