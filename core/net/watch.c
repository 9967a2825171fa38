/* SPDX-License-Identifier: BSD-2-Clause */
/* watch.c - watches one descriptor for reading, and for writing when asked. */
#include "net/watch.h"

#include <sys/epoll.h>
#include <unistd.h>

static void wrote(struct watch *w)
{
	w->writing = false;
	w->writable(w);
}

static void watch_on_rd(struct ev_loop *ev, ev_io *io, int events)
{
	struct watch *w = io->data;

	(void)ev;
	(void)events;
	w->readable(w);
}

static void on_wr(struct ev_loop *ev, ev_io *io, int events)
{
	(void)events;
	ev_io_stop(ev, io);
	wrote(io->data);
}

static void watch_ask(struct watch *w, int op)
{
	struct epoll_event e = {
		.events = EPOLLIN | (w->writing ? (unsigned)EPOLLOUT : 0)
	};

	epoll_ctl(w->set, op, w->fd, &e);
}

static void on_set(struct ev_loop *ev, ev_io *io, int events)
{
	struct watch *w = io->data;
	struct epoll_event e;
	int set = w->set;

	(void)ev;
	(void)events;
	if (epoll_wait(set, &e, 1, 0) < 1)
		return;
	if (w->writing && e.events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) {
		wrote(w);
		if (w->set == set)
			watch_ask(w, EPOLL_CTL_MOD);
	}
	/* `writable` may have closed the watch. */
	if (w->set == set && e.events & (EPOLLIN | EPOLLERR | EPOLLHUP))
		w->readable(w);
}

void watch_open(struct watch *w, struct loop *loop, int fd, bool apart)
{
	w->loop = loop;
	w->fd = fd;
	w->writing = false;
	w->set = apart ? epoll_create1(EPOLL_CLOEXEC) : -1;
	ev_io_init(&w->wr, on_wr, fd, EV_WRITE);
	if (w->set >= 0)
		ev_io_init(&w->rd, on_set, w->set, EV_READ);
	else
		ev_io_init(&w->rd, watch_on_rd, fd, EV_READ);
	w->rd.data = w->wr.data = w;
	if (w->set >= 0)
		watch_ask(w, EPOLL_CTL_ADD);
	ev_io_start(loop->ev, &w->rd);
}

void watch_write(struct watch *w)
{
	if (w->writing)
		return;
	w->writing = true;
	if (w->set >= 0)
		watch_ask(w, EPOLL_CTL_MOD);
	else
		ev_io_start(w->loop->ev, &w->wr);
}

void watch_close(struct watch *w)
{
	if (w->fd < 0)
		return;
	ev_io_stop(w->loop->ev, &w->rd);
	ev_io_stop(w->loop->ev, &w->wr);
	if (w->set >= 0)
		close(w->set);
	w->fd = w->set = -1;
	w->writing = false;
}
