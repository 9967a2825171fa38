/* SPDX-License-Identifier: BSD-2-Clause */
/* options.c - the options of relayed sockets, set with few system calls.
 *
 * A listener hands its options down to what it accepts.  Where a socket was
 * connected, the two that must hold from its first byte on are set at once, and
 * keep-alive only for connections that last. */
#include "net/options.h"

#include "net/sock.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

enum {
	/* An idle connection is given up when keepalive probes were not
	 * answered for as long as with the system's default. */
	AWAY_S = 7200,
	PROBES_LEAST = 3,
	PROBES_MOST = 127, /* the kernel's limit */
};

static const double YOUNG_S = 1.;

static void option_on(int fd, int level, int name, int value)
{
	setsockopt(fd, level, name, &value, sizeof value);
}

void option_linger(int fd, bool reset)
{
	struct linger l = { .l_onoff = reset };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, sizeof l);
}

void option_keep_alive(int fd, unsigned seconds)
{
	int idle = (int)seconds;

	option_on(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	if (!seconds)
		return;
	option_on(fd, IPPROTO_TCP, TCP_KEEPIDLE, idle);
	option_on(fd, IPPROTO_TCP, TCP_KEEPINTVL, idle);
	option_on(fd, IPPROTO_TCP, TCP_KEEPCNT,
		  MIN(MAX(AWAY_S / idle, PROBES_LEAST), PROBES_MOST));
}

void option_no_delay(int fd)
{
	option_on(fd, IPPROTO_TCP, TCP_NODELAY, 1);
}

void option_exact(int fd)
{
	/* If this process dies, the kernel ends the connection with RST: the
	 * other side must not take that for an orderly end. */
	option_linger(fd, true);
	/* Urgent bytes stay in the stream.  Otherwise the kernel keeps only one
	 * of them, and a second one would replace it. */
	option_on(fd, SOL_SOCKET, SO_OOBINLINE, 1);
}

/* ---- connections that last ----------------------------------------------- */

static void option_on_grown(struct ev_loop *ev, ev_timer *w, int events)
{
	struct loop *l = w->data;
	struct list *n, *t;

	(void)ev;
	(void)events;
	list_each (n, t, &l->young) {
		struct sock *s = list_entry(n, struct sock, young);

		list_remove(&s->young);
		option_keep_alive(s->fd, s->keep_alive_s);
	}
}

void option_grow_up(struct sock *s)
{
	struct loop *l = s->loop;

	list_move(&l->young, &s->young);
	if (ev_is_active(&l->grown))
		return;
	ev_timer_init(&l->grown, option_on_grown, YOUNG_S, 0.);
	l->grown.data = l;
	ev_timer_start(l->ev, &l->grown);
}
