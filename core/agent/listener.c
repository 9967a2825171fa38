/* SPDX-License-Identifier: BSD-2-Clause */
/* listener.c - a listening socket of the agent. */
#include "agent/listener.h"

#include "base/err.h"
#include "base/log.h"
#include "net/sock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	BACKLOG = 512,
	TELL_US = 1000000,
	ALL_MAX = 8192, /* whatever list of resources a gateway sends */
};

static const double PAUSE_S = 0.1, REFUSED_S = 1.;

/* ---- accepting, and a pause where nothing is left for it ----------------- */

void acceptor_init(struct acceptor *p, struct listeners *all,
		   void (*fn)(struct ev_loop *, ev_io *watch, int events),
		   void *data)
{
	p->all = all;
	list_init(&p->pausing);
	ev_io_init(&p->watch, fn, -1, EV_READ);
	p->watch.data = data;
}

void acceptor_open(struct acceptor *p, int fd)
{
	ev_io_set(&p->watch, fd, EV_READ);
	if (fd >= 0)
		ev_io_start(p->all->loop->ev, &p->watch);
}

void acceptor_close(struct acceptor *p)
{
	list_remove(&p->pausing);
	ev_io_stop(p->all->loop->ev, &p->watch);
}

/* All paused listeners go on after PAUSE_S. */
static void acceptor_pause(struct acceptor *p)
{
	struct listeners *all = p->all;

	if (!ev_is_active(&all->resume)) {
		log_msg(LOG_WARN, NULL,
			"no file descriptor is left (ulimit -n): new "
			"connections wait until others end");
		ev_timer_set(&all->resume, PAUSE_S, 0.);
		ev_timer_start(all->loop->ev, &all->resume);
	}
	ev_io_stop(all->loop->ev, &p->watch);
	list_move(&all->paused, &p->pausing);
}

static void listeners_on_resume(struct ev_loop *ev, ev_timer *w, int events)
{
	struct listeners *all = w->data;
	struct list *n, *t;

	(void)events;
	list_each (n, t, &all->paused) {
		struct acceptor *p = list_entry(n, struct acceptor, pausing);

		list_remove(&p->pausing);
		ev_io_start(ev, &p->watch);
	}
}

int acceptor_take(struct acceptor *p, struct addr *peer)
{
	int fd = tcp_accept(p->watch.fd, peer);

	if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
		       errno == ENOMEM))
		acceptor_pause(p);
	return fd;
}

/* ---- whose a connection is ----------------------------------------------- */

/* Writes at most one line in a second; `adit status` counts all of them. */
static void listener_tell(struct listener *p, const char *what,
			  enum owner_verdict v)
{
	uint64_t now = loop_now_us(p->all->loop);
	char at[ADDR_TEXT];

	if (now - p->all->told_us < TELL_US)
		return;
	p->all->told_us = now;
	log_msg(LOG_WARN, NULL, "%s a connection to %s: %s", what,
		addr_str(&p->at, at), verdict_why(v));
}

static void listener_refuse(struct listener *p, int fd, enum owner_verdict v)
{
	tcp_reset(fd);
	if (v == OWNER_UNTOLD)
		p->all->untold_refused++;
	if (p->all->refused)
		p->all->refused(p, v);
	listener_tell(p, "refused", v);
}

static bool listener_trusts(struct listener *p, enum owner_verdict v)
{
	if (v != OWNER_UNTOLD || !p->all->trusts || !p->all->trusts(p))
		return false;
	p->all->untold_taken++;
	listener_tell(p, "let through", v);
	return true;
}

/* A connection that was accepted, and whose it is. */
struct accepted {
	int fd;
	struct addr peer;
	enum owner_verdict v;
};

struct addr listener_local(const struct listener *p, int fd)
{
	return addr_is_any(&p->at) ? addr_local(fd) : p->at;
}

static bool listener_accept(struct listener *p, struct accepted *to)
{
	struct addr local;

	to->fd = acceptor_take(&p->acceptor, &to->peer);
	if (to->fd < 0)
		return false;
	local = listener_local(p, to->fd);
	to->v = verdict_ask(p->all->owner, &to->peer, &local);
	return true;
}

static void listener_take(struct listener *p, const struct accepted *a)
{
	if (a->v == OWNER_MINE || listener_trusts(p, a->v))
		p->accepted(p, a->fd, &a->peer);
	else
		listener_refuse(p, a->fd, a->v);
}

/* Where a program has closed its connection already, the kernel can tell
 * whose it was for about 40 ms, until the FIN is acknowledged.  So for all
 * connections that wait the owner is looked up before any of them is
 * handled. */
static unsigned listener_gather(struct listener *p,
				struct accepted all[BACKLOG], unsigned most)
{
	unsigned n = 0;

	/* The last connection of an expectation frees its listener. */
	if (p->uses)
		most = 1;
	while (n < most && listener_accept(p, &all[n]))
		n++;
	return n;
}

/* Mostly a connection comes alone, and a second accept(2) would only answer
 * EAGAIN.  If one is there in the next turn of the loop, too, it is a crowd. */
static unsigned listener_expects(struct listener *p)
{
	unsigned before = p->turn;

	p->turn = ev_iteration(p->all->loop->ev);
	return p->turn == before + 1 ? BACKLOG : 1;
}

static void listener_on_accept(struct ev_loop *ev, ev_io *w, int events)
{
	struct accepted all[BACKLOG];
	struct listener *p = w->data;
	unsigned n = listener_gather(p, all, listener_expects(p));

	(void)ev;
	(void)events;
	for (unsigned i = 0; i < n; i++)
		listener_take(p, &all[i]);
}

/* ---- a server that refuses connections ------------------------------- */

/* An application that was refused by its server. */
struct turned_away {
	struct list node;
	int fd;
};

static void listener_send_away(struct listener *p)
{
	while (!list_is_empty(&p->turned_away)) {
		struct turned_away *t = list_first(&p->turned_away,
						   struct turned_away, node);

		list_remove(&t->node);
		tcp_reset(t->fd);
		free(t);
	}
}

/* SO_REUSEADDR: whether bind(2) gives this socket's address to other
 * programs while it does not listen. */
static void share(int fd, int on)
{
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
}

/* Stops listening for REFUSED_S: the kernel refuses connections then.  The
 * socket stays bound, so that no other program gets the port.  Connections
 * that were waiting already are let through, for the server may be back. */
static void listener_on_shut(struct task *t)
{
	struct listener *p = container_of(t, struct listener, shut);
	struct ev_loop *ev = p->all->loop->ev;
	struct accepted all[BACKLOG];
	unsigned n = listener_gather(p, all, BACKLOG);

	acceptor_close(&p->acceptor);
	shutdown(p->fd, SHUT_RD);
	share(p->fd, 0);
	ev_timer_stop(ev, &p->open);
	ev_timer_set(&p->open, REFUSED_S, 0.);
	ev_timer_start(ev, &p->open);
	listener_send_away(p);
	for (unsigned i = 0; i < n; i++)
		listener_take(p, &all[i]);
}

static void listener_on_open(struct ev_loop *ev, ev_timer *w, int events)
{
	struct listener *p = w->data;
	char at[ADDR_TEXT];

	(void)events;
	share(p->fd, 1);
	if (!listen(p->fd, BACKLOG)) {
		acceptor_open(&p->acceptor, p->fd);
		return;
	}
	log_msg(LOG_WARN, NULL,
		"cannot listen at %s again, trying once in a "
		"second: %s",
		addr_str(&p->at, at), strerror(errno));
	share(p->fd, 0);
	ev_timer_set(w, REFUSED_S, 0.);
	ev_timer_start(ev, w);
}

void listener_turn_away(struct listener *p, int fd)
{
	struct turned_away *t = malloc(sizeof *t);

	if (!t) {
		tcp_reset(fd);
		return;
	}
	t->fd = fd;
	list_init(&t->node);
	list_append(&p->turned_away, &t->node);
	task_defer(p->all->loop, &p->shut);
}

void listeners_init(struct listeners *all, struct loop *loop,
		    struct owner_check *owner)
{
	*all = (struct listeners){ .loop = loop, .owner = owner };
	list_init(&all->paused);
	ev_init(&all->resume, listeners_on_resume);
	all->resume.data = all;
}

void listeners_fini(struct listeners *all)
{
	ev_timer_stop(all->loop->ev, &all->resume);
}

static struct listener *listener_watch(struct listeners *all, int fd,
				       void (*accepted)(struct listener *, int,
							const struct addr *))
{
	struct listener *p = all->n < ALL_MAX ? calloc(1, sizeof *p) : NULL;

	if (!p) {
		close(fd);
		errno = EMFILE;
		return NULL;
	}
	all->n++;
	list_init(&p->node);
	list_init(&p->turned_away);
	task_init(&p->shut, listener_on_shut);
	ev_init(&p->open, listener_on_open);
	p->open.data = p;
	p->all = all;
	p->turn = ev_iteration(all->loop->ev) - 1;
	p->fd = fd;
	p->at = addr_local(fd);
	p->accepted = accepted;
	acceptor_init(&p->acceptor, all, listener_on_accept, p);
	acceptor_open(&p->acceptor, fd);
	return p;
}

struct listener *listener_new(struct listeners *all, const struct addr *at,
			      void (*accepted)(struct listener *, int fd,
					       const struct addr *peer))
{
	int fd = tcp_listen(at, 0, true);

	return fd < 0 ? NULL : listener_adopt(all, fd, accepted);
}

struct listener *listener_adopt(struct listeners *all, int fd,
				void (*accepted)(struct listener *, int fd,
						 const struct addr *peer))
{
	int saved;

	tcp_hand_down(fd, KEEP_ALIVE_S);
	if (listen(fd, BACKLOG)) {
		saved = errno;
		close(fd);
		errno = saved;
		return NULL;
	}
	return listener_watch(all, fd, accepted);
}

void listener_free(struct listener *p)
{
	if (!p)
		return;
	acceptor_close(&p->acceptor);
	ev_timer_stop(p->all->loop->ev, &p->open);
	task_cancel(&p->shut);
	listener_send_away(p);
	list_remove(&p->node);
	p->all->n--;
	close(p->fd);
	free(p);
}

void listeners_free_list(struct list *listeners)
{
	while (!list_is_empty(listeners))
		listener_free(list_first(listeners, struct listener, node));
}
