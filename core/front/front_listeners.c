/* SPDX-License-Identifier: BSD-2-Clause */
/* front_listeners.c - the listening sockets of the front thread, which the
 * monitor opens and sends. */
#include "front/front.h"

#include "base/err.h"
#include "base/log.h"
#include "net/sock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* In a turn.  More than waiting.c hears in one, since it knows how long they
 * have been waiting, and the kernel's queue does not tell. */
enum { ACCEPT_BATCH = 64 };
#define PAUSE_S 0.1

void front_listeners_pause(struct front *f)
{
	ev_timer_stop(f->loop.ev, &f->pause);
	for (unsigned i = 0; i < f->nlisteners; i++)
		ev_io_stop(f->loop.ev, &f->listeners[i]->io);
}

void front_listeners_resume(struct front *f)
{
	for (unsigned i = 0; i < f->nlisteners; i++)
		ev_io_start(f->loop.ev, &f->listeners[i]->io);
}

static void listeners_on_pause_end(struct ev_loop *ev, ev_timer *w, int events)
{
	struct front *f = w->data;

	(void)ev;
	(void)events;
	if (f->reserve < 0)
		f->reserve = fcntl(f->monitor, F_DUPFD_CLOEXEC, 0);
	front_listeners_resume(f);
}

/* No descriptor is left.  With the reserve's one connection is accepted and
 * closed, so that its client need not wait for nothing; then none is accepted
 * for a while, since the loop would spin otherwise. */
static void listeners_exhausted(struct front *f, int listener)
{
	int fd;

	close(f->reserve);
	fd = tcp_accept(listener, NULL);
	if (fd >= 0)
		close(fd);
	f->reserve = fcntl(f->monitor, F_DUPFD_CLOEXEC, 0);
	log_msg(LOG_WARN, NULL,
		"the worker has no file descriptors left: new "
		"connections wait; raise LimitNOFILE= of the service");
	front_listeners_pause(f);
	ev_timer_set(&f->pause, PAUSE_S, 0.);
	ev_timer_start(f->loop.ev, &f->pause);
}

static void listener_on_readable(struct ev_loop *ev, ev_io *w, int events)
{
	struct front_listener *l = w->data;
	struct addr source;
	int i, fd;

	(void)ev;
	(void)events;
	for (i = 0; i < ACCEPT_BATCH; i++) {
		fd = tcp_accept(w->fd, &source);
		if (fd >= 0) {
			preauth_accept(l->front, fd, l, &source);
			continue;
		}
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
		    errno == ENOMEM)
			listeners_exhausted(l->front, w->fd);
		if (errno != ECONNABORTED && errno != EINTR)
			break;
	}
}

static struct front_listener *listener_find(const struct front *f,
					    const struct addr *at)
{
	for (unsigned i = 0; i < f->nlisteners; i++)
		if (addr_same(&f->listeners[i]->at, at))
			return f->listeners[i];
	return NULL;
}

static void listener_open(struct front *f, int fd, const struct addr *at)
{
	struct front_listener *l = calloc(1, sizeof *l);

	if (!l || f->nlisteners == MSG_FDS) {
		free(l);
		close(fd);
		return;
	}
	l->front = f;
	l->at = *at;
	l->configured = true;
	ev_io_init(&l->io, listener_on_readable, fd, EV_READ);
	l->io.data = l;
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	ev_io_start(f->loop.ev, &l->io);
	f->listeners[f->nlisteners++] = l;
}

static void listener_close(struct front *f, struct front_listener *l)
{
	ev_io_stop(f->loop.ev, &l->io);
	close(l->io.fd);
	free(l);
}

static void listeners_drop_others(struct front *f)
{
	unsigned i, n = 0;

	for (i = 0; i < f->nlisteners; i++) {
		if (f->listeners[i]->configured)
			f->listeners[n++] = f->listeners[i];
		else
			listener_close(f, f->listeners[i]);
	}
	f->nlisteners = n;
}

void front_listeners_take(struct front *f, struct msg *m,
			  const struct worker_config *config)
{
	unsigned i;

	if (!f->pause.cb) {
		ev_init(&f->pause, listeners_on_pause_end);
		f->pause.data = f;
		f->reserve = fcntl(f->monitor, F_DUPFD_CLOEXEC, 0);
	}
	for (i = 0; i < f->nlisteners; i++)
		f->listeners[i]->configured = false;
	/* A socket that is watched already stays under its old number: epoll
	 * would go on to tell of it as long as the monitor holds it. */
	for (i = 0; i < config->nlisten && i + 1 < m->nfds; i++) {
		struct front_listener *l = listener_find(f, &config->listen[i]);

		if (m->fds[i + 1] < 0)
			continue; /* of a [publish]: worker_config_take */
		if (l) {
			l->configured = true;
			continue;
		}
		listener_open(f, m->fds[i + 1], &config->listen[i]);
		m->fds[i + 1] = -1;
	}
	listeners_drop_others(f);
	for (i = 0; i < m->nfds; i++)
		if (m->fds[i] >= 0)
			close(m->fds[i]);
	m->nfds = 0;
}

void front_listeners_close(struct front *f)
{
	ev_timer_stop(f->loop.ev, &f->pause);
	for (unsigned i = 0; i < f->nlisteners; i++)
		listener_close(f, f->listeners[i]);
	f->nlisteners = 0;
}
