/* SPDX-License-Identifier: BSD-2-Clause */
/* resolver_side.c - keeps a resolver process running, and asks it. */
#include "monitor/resolver_side.h"

#include "base/err.h"
#include "base/log.h"
#include "process/child.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAUSE .5 /* before a resolver that died is replaced */

struct resolver_side {
	struct resolver_side_conf conf;
	pid_t pid;
	int ask; /* the socket of the monitor's own questions */
	/* Kept, so that neither worker nor resolver notices when the other is
	 * replaced. */
	int worker_end, resolver_end;
	ev_io io;
	ev_child child;
	ev_timer again;
};

static void resolver_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void resolver_on_io(struct ev_loop *loop, ev_io *w, int events)
{
	struct resolver_side *n = w->data;
	struct msg_resolved found;
	struct msg m;
	int r = msg_recv(n->ask, &m);

	(void)events;
	if (r == ERR_AGAIN)
		return;
	if (!r && !m.nfds && m.type == MSG_RESOLVE_AGAIN) {
		n->conf.again(n->conf.ctx);
		return;
	}
	if (!r && !m.nfds && m.type == MSG_RESOLVED &&
	    !unpack_msg_resolved(&found, m.data, m.len)) {
		n->conf.found(n->conf.ctx, m.id, &found);
		return;
	}
	if (!r)
		msg_close_fds(&m);
	ev_io_stop(loop, w);
	if (n->pid)
		kill(n->pid, SIGKILL);
}

static void resolver_start(struct resolver_side *n);

static void resolver_on_again(struct ev_loop *loop, ev_timer *w, int events)
{
	(void)loop;
	(void)events;
	resolver_start(w->data);
}

static void resolver_gone(struct resolver_side *n)
{
	ev_child_stop(n->conf.loop, &n->child);
	ev_io_stop(n->conf.loop, &n->io);
	resolver_close(&n->ask);
	n->pid = 0;
}

static void resolver_try_again(struct resolver_side *n)
{
	ev_timer_stop(n->conf.loop, &n->again);
	ev_timer_set(&n->again, PAUSE, 0);
	ev_timer_start(n->conf.loop, &n->again);
}

static void resolver_on_child(struct ev_loop *loop, ev_child *w, int events)
{
	struct resolver_side *n = w->data;
	char text[64];

	(void)loop;
	(void)events;
	log_msg(LOG_ERROR, NULL, "the resolver ended: %s; starting another",
		child_status(w->rstatus, text, sizeof text));
	resolver_gone(n);
	resolver_try_again(n);
}

static int resolver_spawn(struct resolver_side *n)
{
	struct child child = {
		.role = "aditd: resolver",
		.user = n->conf.user,
		.fd = { -1, -1, n->resolver_end },
	};

	if (child_pair(&n->ask, &child.fd[0]))
		return ERR_SYS;
	n->pid = child_start(&child);
	close(child.fd[0]);
	if (n->pid > 0)
		return 0;
	n->pid = 0;
	resolver_close(&n->ask);
	return ERR_SYS;
}

static void resolver_start(struct resolver_side *n)
{
	if (resolver_spawn(n)) {
		log_msg(LOG_ERROR, NULL, "the resolver cannot be started: %s",
			strerror(errno));
		resolver_try_again(n);
		return;
	}
	ev_io_init(&n->io, resolver_on_io, n->ask, EV_READ);
	ev_child_init(&n->child, resolver_on_child, n->pid, 0);
	n->io.data = n->child.data = n;
	ev_io_start(n->conf.loop, &n->io);
	ev_child_start(n->conf.loop, &n->child);
}

struct resolver_side *resolver_side_new(const struct resolver_side_conf *conf)
{
	struct resolver_side *n = calloc(1, sizeof *n);

	if (!n)
		return NULL;
	n->conf = *conf;
	n->ask = n->worker_end = n->resolver_end = -1;
	ev_timer_init(&n->again, resolver_on_again, PAUSE, 0);
	n->again.data = n;
	return n;
}

static void resolver_stop(struct resolver_side *n)
{
	ev_timer_stop(n->conf.loop, &n->again);
	if (n->pid) {
		kill(n->pid, SIGKILL);
		resolver_gone(n);
	}
	resolver_close(&n->worker_end);
	resolver_close(&n->resolver_end);
}

void resolver_side_free(struct resolver_side *n)
{
	if (!n)
		return;
	resolver_stop(n);
	free(n);
}

int resolver_side_renew(struct resolver_side *n)
{
	resolver_stop(n);
	if (child_pair(&n->worker_end, &n->resolver_end))
		return -1;
	resolver_start(n);
	return n->worker_end;
}

void resolver_side_adopt(struct resolver_side *n, struct resolver_ends ends)
{
	n->worker_end = ends.worker;
	n->resolver_end = ends.resolver;
	resolver_start(n);
}

struct resolver_ends resolver_side_ends(const struct resolver_side *n)
{
	return (struct resolver_ends){ n->worker_end, n->resolver_end };
}

int resolver_side_names(const struct resolver_side *n)
{
	return n->worker_end;
}

int resolver_side_ask(struct resolver_side *n, uint32_t id, const char *host)
{
	struct msg m = { .type = MSG_RESOLVE, .id = id };
	struct msg_resolve asked = { .who = "" };

	if (n->ask < 0)
		return ERR_CLOSED;
	snprintf(asked.host, sizeof asked.host, "%s", host);
	m.len = pack_msg_resolve(m.data, sizeof m.data, &asked);
	return msg_send(n->ask, &m);
}

void resolver_side_afresh(struct resolver_side *n)
{
	const struct msg m = { .type = MSG_RESOLVE_AFRESH };

	/* Without a resolver there is nothing that it knows. */
	if (n->ask >= 0 && msg_send(n->ask, &m))
		log_msg(LOG_WARN, NULL,
			"the resolver goes on with the answers that it has, "
			"which may be old: it reads no messages");
}

pid_t resolver_side_pid(const struct resolver_side *n)
{
	return n->pid;
}
