/* SPDX-License-Identifier: BSD-2-Clause */
/* web_main.c - the web process: what the monitor says to it, and who
 * connects. */
#include "web/web.h"

#include "base/err.h"
#include "base/log.h"
#include "process/sandbox.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

enum { WEB_ACCEPTS = 16 }; /* at once, then others have their turn */

/* ---- who connects -------------------------------------------------------- */

static void web_on_listener(struct ev_loop *loop, ev_io *io, int events)
{
	struct web_listener_io *l = io->data;
	struct sockaddr_storage from;
	socklen_t len;

	(void)loop;
	(void)events;
	for (int i = 0; i < WEB_ACCEPTS; i++) {
		int fd;

		len = sizeof from;
		fd = accept4(io->fd, (struct sockaddr *)&from, &len,
			     SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd < 0)
			return;
		web_http_add(l->web, fd, &from, len);
	}
}

static void web_unlisten(struct web *w)
{
	while (w->nlisteners) {
		ev_io *io = &w->listeners[--w->nlisteners].io;

		ev_io_stop(w->loop, io);
		close(io->fd);
	}
}

/* The message's descriptors are this process's listeners from now on. */
static int web_listen(struct web *w, struct msg *m)
{
	if (m->len)
		return ERR_PROTO;
	web_unlisten(w);
	for (unsigned i = 0; i < m->nfds; i++) {
		struct web_listener_io *l = &w->listeners[w->nlisteners++];

		l->web = w;
		ev_io_init(&l->io, web_on_listener, m->fds[i], EV_READ);
		l->io.data = l;
		ev_io_start(w->loop, &l->io);
	}
	m->nfds = 0;
	return 0;
}

/* ---- the monitor --------------------------------------------------------- */

static int web_take(struct web *w, struct msg *m)
{
	switch (m->type) {
	case MSG_WEB_LISTEN:
		return web_listen(w, m);
	case MSG_WEB_ANSWER:
		return web_tell_answered(w, m);
	default:
		return web_pages_take(&w->pages, m);
	}
}

static void web_on_monitor(struct ev_loop *loop, ev_io *io, int events)
{
	static struct msg m;
	struct web *w = io->data;
	int r = msg_recv(w->monitor, &m);

	(void)events;
	if (!r) {
		r = web_take(w, &m);
		msg_close_fds(&m);
	}
	if (!r || r == ERR_AGAIN)
		return;
	w->error = r;
	ev_break(loop, EVBREAK_ALL);
}

/* ---- start and end ------------------------------------------------------- */

int web_init(struct web *w, struct ev_loop *loop, int monitor)
{
	*w = (struct web){ .loop = loop, .monitor = monitor };
	list_init(&w->conns);
	ev_io_init(&w->from_monitor, web_on_monitor, monitor, EV_READ);
	w->from_monitor.data = w;
	ev_io_start(loop, &w->from_monitor);
	return web_pages_init(&w->pages, loop, monitor) ? ERR_NOMEM :
							  web_http_init(w);
}

void web_fini(struct web *w)
{
	ev_io_stop(w->loop, &w->from_monitor);
	web_unlisten(w);
	web_http_fini(w);
	web_pages_fini(&w->pages);
	json_decref(w->numbers);
}

static int web_run(void)
{
	/* poll(): a listener that is closed here stays open in the monitor,
	 * and an epoll would go on telling of it. */
	struct ev_loop *loop = ev_loop_new(EVBACKEND_POLL | EVFLAG_NOENV);
	struct web w;
	int r;

	if (!loop)
		return ERR_NOMEM;
	r = web_init(&w, loop, FD_MAIN);
	if (!r) {
		ev_run(loop, 0);
		r = w.error;
	}
	web_fini(&w);
	ev_loop_destroy(loop);
	return r;
}

int web_main(void)
{
	int r = sandbox_enter(SANDBOX_WEB);

	if (!r)
		r = web_run();
	if (r == ERR_CLOSED)
		return 0;
	log_msg(LOG_ERROR, NULL, "the web process gives up: %s", err_str(r));
	return 1;
}
