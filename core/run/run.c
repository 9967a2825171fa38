/* SPDX-License-Identifier: BSD-2-Clause */
/* run.c - a command that runs in a network of its own (adit run). */
#include "run/run_parts.h"

#include "base/err.h"
#include "base/log.h"
#include "intercept/inner.h"
#include "run/bridge.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

enum {
	RUNS_MAX = 1024,
	ACCEPTS = 64, /* in one turn of the loop */
	PACKETS = 64, /* the same */
};

static void run_free(struct run *r)
{
	struct ev_loop *ev = r->agent->loop->ev;

	run_ports_close(r);
	run_talk_free_all(r);
	run_forward_free_all(r);
	syns_free_all(&r->syns);
	flow_leave_net(r->agent, &r->net);
	owner_fini(&r->owner);
	acceptor_close(&r->listen4);
	acceptor_close(&r->listen6);
	ev_io_stop(ev, &r->names4);
	ev_io_stop(ev, &r->names6);
	ev_io_stop(ev, &r->queue);
	list_remove(&r->node);
	run_sockets_close(&r->sockets);
	entry_close(&r->entry);
	free(r);
}

/* ---- connections --------------------------------------------------------- */

static int run_release(struct syns *syns, uint32_t id, enum inner_mark mark)
{
	const struct run *r = container_of(syns, struct run, syns);
	const struct queue_verdict v = {
		.queue = INNER_QUEUE,
		.id = id,
		.mark = mark,
	};

	return queue_release(r->sockets.queue, &v);
}

/* Name lookups over TCP are answered here. */
static enum syn_way run_way(const struct syns *syns, const struct addr *to)
{
	(void)syns;
	return to->port == INNER_DNS ? SYN_LET_GO : SYN_WAITS;
}

/* Who dials the listener itself, and no server, has nowhere to go. */
static bool run_is_own(const struct addr *to)
{
	struct addr own;

	return !addr_parse(&own,
			   to->family == AF_INET ? INNER_IPV4 : INNER_IPV6,
			   INNER_PORT) &&
	       addr_same(&own, to);
}

static void run_take(struct run *r, int fd, const struct addr *from)
{
	struct addr to = addr_local(fd);

	if (run_is_own(&to))
		tcp_reset(fd);
	else if (to.port == INNER_DNS)
		run_talk_begin(r, fd);
	else
		syns_accept(&r->syns, fd, from, &to);
}

void run_accept(struct run *r, struct acceptor *listener)
{
	struct addr from;
	int fd;

	for (unsigned i = 0; i < ACCEPTS; i++) {
		fd = acceptor_take(listener, &from);
		if (fd < 0)
			return;
		run_take(r, fd, &from);
	}
}

static void run_on_accept(struct ev_loop *ev, ev_io *w, int events)
{
	(void)ev;
	(void)events;
	run_accept(w->data, container_of(w, struct acceptor, watch));
}

static void run_on_names(struct ev_loop *ev, ev_io *w, int events)
{
	(void)ev;
	(void)events;
	run_names_read(w->data, w->fd);
}

void run_queue_read(struct run *r, int fd)
{
	struct queue_packet q;
	int ret = 0;

	for (unsigned i = 0; i < PACKETS && !ret; i++) {
		ret = queue_next(fd, &q);
		if (!ret)
			syns_take(&r->syns, &q);
	}
	if (ret == ERR_SYS)
		log_msg(LOG_WARN, "run",
			"cannot read the packet queue of %s, so its new "
			"connections get no answer: %s",
			r->name, strerror(errno));
}

static void run_on_queue(struct ev_loop *ev, ev_io *w, int events)
{
	(void)ev;
	(void)events;
	run_queue_read(w->data, w->fd);
}

/* ---- beginning and end --------------------------------------------------- */

static struct run *runs_find(struct runs *all, int end)
{
	struct list *n, *t;

	list_each (n, t, &all->all) {
		struct run *r = list_entry(n, struct run, node);

		if (r->sockets.end == end)
			return r;
	}
	return NULL;
}

/* The last process has gone. */
static void run_end(struct run *r)
{
	log_msg(LOG_INFO, "run", "%s (process %d) has ended", r->name,
		(int)r->pid);
	run_forget(r);
	run_free(r);
}

static void runs_on_end(struct ev_loop *ev, ev_io *w, int events)
{
	union {
		struct inotify_event event;
		char bytes[4096];
	} in;
	const struct inotify_event *e;
	struct runs *all = w->data;
	ssize_t n = read(w->fd, &in, sizeof in);
	struct run *r;

	(void)ev;
	(void)events;
	for (ssize_t at = 0; at < n; at += (ssize_t)(sizeof *e + e->len)) {
		e = (const void *)(in.bytes + at);
		r = e->mask & IN_UNMOUNT ? runs_find(all, e->wd) : NULL;
		if (r)
			run_end(r);
	}
}

static void run_watch(struct run *r, ev_io *w, int fd,
		      void (*fn)(struct ev_loop *, ev_io *, int))
{
	if (fd < 0)
		return;
	ev_io_set(w, fd, EV_READ);
	ev_set_cb(w, fn);
	ev_io_start(r->agent->loop->ev, w);
}

/* What connects in reverse enters the command's network. */
static int run_connect(const struct flow_net *net, const struct addr *to,
		       const struct addr *from)
{
	const struct run *r = container_of(net, const struct run, net);

	return run_sockets_connect(&r->entry, to, from);
}

static void run_reverse_init(struct run *r)
{
	int fd = r->sockets.diag;

	r->net = (struct flow_net){ &r->owner, run_connect };
	r->sockets.diag = -1;
	if (owner_adopt(&r->owner, fd))
		log_msg(LOG_WARN, "run",
			"servers cannot connect back to %s: the kernel does "
			"not tell which sockets its programs have: %s",
			r->name, strerror(errno));
}

static void run_start(struct run *r)
{
	run_reverse_init(r);
	acceptor_open(&r->listen4, r->sockets.listen4);
	acceptor_open(&r->listen6, r->sockets.listen6);
	run_watch(r, &r->names4, r->sockets.names4, run_on_names);
	run_watch(r, &r->names6, r->sockets.names6, run_on_names);
	run_watch(r, &r->queue, r->sockets.queue, run_on_queue);
	list_append(&r->runs->all, &r->node);
	log_msg(LOG_INFO, "run", "%s (process %d)%s", r->name, (int)r->pid,
		r->sockets.queue < 0 ? ": this kernel has no packet queue, so "
				       "connections are accepted early" :
				       "");
}

static struct run *run_new(struct runs *all, const struct run_ask *ask)
{
	struct run *r = calloc(1, sizeof *r);

	if (!r)
		return NULL;
	r->runs = all;
	r->agent = all->agent;
	r->pid = ask->pid;
	snprintf(r->name, sizeof r->name, "%s", ask->name);
	list_init(&r->node);
	list_init(&r->talks);
	list_init(&r->forwards);
	r->syns = (struct syns){
		.agent = all->agent,
		.bridges = &all->bridges,
		.name = r->name,
		.release = run_release,
		.way = run_way,
		.is_own = run_ports_has,
		.net = &r->net,
		.direct = ask->direct,
	};
	syns_init(&r->syns);
	acceptor_init(&r->listen4, &r->agent->listeners, run_on_accept, r);
	acceptor_init(&r->listen6, &r->agent->listeners, run_on_accept, r);
	ev_init(&r->names4, run_on_names);
	ev_init(&r->names6, run_on_names);
	ev_init(&r->queue, run_on_queue);
	r->names4.data = r->names6.data = r;
	r->queue.data = r;
	return r;
}

static unsigned run_count(const struct runs *all)
{
	struct list *n, *t;
	unsigned count = 0;

	list_each (n, t, &all->all)
		count++;
	return count;
}

/* For the first command only: a user has 128 of these (the sysctl
 * fs.inotify.max_user_instances), and may have more agents than that. */
static int runs_watch(struct runs *all)
{
	if (all->ends >= 0)
		return 0;
	all->ends = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (all->ends < 0)
		return ERR_SYS;
	ev_io_set(&all->end, all->ends, EV_READ);
	all->end.data = all;
	ev_io_start(all->agent->loop->ev, &all->end);
	return 0;
}

bool runs_accept_early(const struct runs *all)
{
	return all->agent->conf->accept == ACCEPT_EARLY;
}

int runs_begin(struct runs *all, const struct run_ask *ask, char *why,
	       size_t cap)
{
	struct run_place at = { ask->folder, -1 };
	struct run *r;

	if (runs_watch(all)) {
		snprintf(why, cap,
			 "the agent gets no inotify instance to see when the "
			 "command ends: %s; see the sysctl "
			 "fs.inotify.max_user_instances",
			 strerror(errno));
		return ERR_SYS;
	}
	at.ends = all->ends;
	r = run_count(all) < RUNS_MAX ? run_new(all, ask) : NULL;
	if (!r) {
		snprintf(why, cap, "too many commands run under adit run");
		return ERR_LIMIT;
	}
	if (entry_open(&r->entry, ask->pid) ||
	    run_sockets_open(&r->sockets, &r->entry, &at)) {
		snprintf(why, cap,
			 "the agent cannot enter the network of "
			 "process %d: %s",
			 (int)ask->pid, strerror(errno));
		entry_close(&r->entry);
		free(r);
		return ERR_SYS;
	}
	entry_leave_mounts(&r->entry);
	run_start(r);
	if (run_ports_open(r, ask, why, cap)) {
		run_free(r);
		return ERR_SYS;
	}
	run_record(r, ask->folder);
	return 0;
}

void runs_init(struct runs *all)
{
	list_init(&all->all);
	list_init(&all->bridges);
	all->ends = -1;
	ev_init(&all->end, runs_on_end);
	all->agent->named = run_names_keep;
	all->agent->named_ctx = all;
}

void runs_fini(struct runs *all)
{
	/* A resolver, or a program, may still have the address of a name. */
	if (list_is_empty(&all->all) &&
	    all->agent->conf->intercept != INTERCEPT_NFT)
		runs_forget_names(all);
	while (!list_is_empty(&all->all))
		run_free(list_first(&all->all, struct run, node));
	bridge_free_all(&all->bridges);
	all->agent->named = NULL;
	ev_io_stop(all->agent->loop->ev, &all->end);
	if (all->ends >= 0)
		close(all->ends);
}

/* ---- status -------------------------------------------------------------- */

static json_t *run_status_of(const struct run *r)
{
	char safe[4 * RUN_NAME];

	return json_pack("{s:i, s:s, s:i, s:i, s:b, s:b, s:o}", "pid",
			 (int)r->pid, "command",
			 log_escape(safe, sizeof safe, r->name), "connections",
			 (int)r->syns.connections, "early", (int)r->syns.early,
			 "hold", r->sockets.queue >= 0, "direct",
			 r->syns.direct, "published", run_ports_status(r));
}

json_t *runs_status(const struct runs *all)
{
	json_t *list = json_array();
	struct list *n, *t;

	list_each (n, t, &all->all)
		json_array_append_new(
			list, run_status_of(list_entry(n, struct run, node)));
	return list;
}
