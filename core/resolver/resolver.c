/* SPDX-License-Identifier: BSD-2-Clause */
/* resolver.c - the process that looks host names up: its sockets, and the files
 * that say how names are looked up.  names.c decides which name is next, dns.c
 * asks. */
#include "resolver/resolver.h"

#include "base/err.h"
#include "base/log.h"
#include "resolver/dns.h"
#include "resolver/nss.h"
#include "process/sandbox.h"
#include "policy/host.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
	SEND_MS = 1000, /* how long a full socket is waited for */
	AT_ONCE = 64,   /* questions of one asker before the other's turn */
};

/* Names that are looked up at once: few for each user, since those that no name
 * server answers for take long.  Some are kept for names in the
 * configuration. */
static const struct turns_rules turns = {
	.places = 128,
	.kept = 32,
	.each = 8,
	.line = 1024,
	.lines = 8192,
};
/* Answers that are kept, and for how many seconds at most: with addresses,
 * without. */
enum { KNOWN = 2048, KNOWN_S = 3600, NO_S = 5 };

#define NSSWITCH "nsswitch.conf"
static const char *const files[RESOLVER_FILES] = {
	"resolv.conf",
	"hosts",
	NSSWITCH,
};

/* ---- the files that say how ---------------------------------------------- */

static bool same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_dev == b->st_dev &&
	       a->st_size == b->st_size && same_time(a->st_mtim, b->st_mtim) &&
	       same_time(a->st_ctim, b->st_ctim);
}

static const char *resolver_path_of(const struct resolver *s, const char *file,
				    char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/%s", s->etc, file);
	return path;
}

static bool files_changed(struct resolver *s)
{
	char path[PATH_MAX];
	bool changed = false;

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		struct stat now = { 0 };

		/* One that is not there is one without anything in it. */
		if (stat(resolver_path_of(s, files[i], path), &now))
			now = (struct stat){ 0 };
		changed |= !same_file(&now, &s->file[i]);
		s->file[i] = now;
	}
	return changed;
}

/* Names that only other sources of nsswitch.conf know are not found: the log
 * tells the administrator. */
static void warn_of_others(const struct resolver *s)
{
	char path[PATH_MAX], names[200];
	FILE *f = fopen(resolver_path_of(s, NSSWITCH, path), "re");

	if (!f)
		return;
	if (nss_unasked(f, names, sizeof names)[0])
		log_msg(LOG_WARN, NULL,
			"hosts in %s names sources that aditd does not ask: "
			"%s; write names that only these know into /etc/hosts",
			path, names);
	fclose(f);
}

static void look_at_files(struct resolver *s)
{
	if (files_changed(s)) {
		log_msg(LOG_INFO, NULL,
			"the resolver follows a change of "
			"/etc/resolv.conf, hosts or nsswitch.conf");
		warn_of_others(s);
		names_renew(s->names);
	}
}

static void resolver_on_look(struct ev_loop *ev, ev_timer *w, int events)
{
	struct resolver *s = w->data;

	(void)events;
	look_at_files(s);
	if (!names_running(s->names))
		ev_timer_stop(ev, w);
}

/* ---- what names.c asks for ----------------------------------------------- */

static uint64_t now_us(void *ctx)
{
	struct timespec t;

	(void)ctx;
	/* Answers get older while the machine is suspended. */
	clock_gettime(CLOCK_BOOTTIME, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static void resolver_on_found(void *ctx, void *name,
			      const struct msg_resolved *found, uint32_t ttl_s)
{
	struct resolver *s = ctx;

	names_found(s->names, name, found, ttl_s);
}

static void *resolver_begin(void *ctx, struct name *name, const char *host)
{
	struct resolver *s = ctx;
	const struct dns_call call = { resolver_on_found, s, name };

	if (!ev_is_active(&s->look))
		ev_timer_again(s->ev, &s->look);
	return dns_ask(s->ev, host, &call);
}

static void resolver_cancel(void *ctx, void *work)
{
	(void)ctx;
	dns_free(work);
}

static void resolver_answer(void *ctx, int from, uint32_t id,
			    const struct msg_resolved *found)
{
	struct resolver *s = ctx;
	struct msg m = { .type = MSG_RESOLVED, .id = id };
	struct pollfd p = { .fd = s->asker[from].fd, .events = POLLOUT };
	int r;

	m.len = pack_msg_resolved(m.data, sizeof m.data, found);
	r = msg_send(p.fd, &m);
	if (r == ERR_AGAIN && poll(&p, 1, SEND_MS) == 1)
		r = msg_send(p.fd, &m);
	if (r && r != ERR_CLOSED)
		log_msg(LOG_WARN, NULL,
			"the resolver cannot send an answer: %s", err_str(r));
}

/* ---- questions ----------------------------------------------------------- */

static int take_question(struct resolver *s, int from, const struct msg *m)
{
	static const struct msg_resolved none = { .outcome = FOUND_NO_NAME };
	struct msg_resolve asked;

	if (unpack_msg_resolve(&asked, m->data, m->len))
		return ERR_PROTO;
	look_at_files(s);
	if (host_ok(asked.host))
		names_ask(s->names, from, m->id, &asked);
	else
		resolver_answer(s, from, m->id, &none);
	return 0;
}

static int resolver_serve(struct resolver *s, int from, const struct msg *m)
{
	if (m->nfds)
		return ERR_PROTO;
	switch (m->type) {
	case MSG_RESOLVE:
		return take_question(s, from, m);
	case MSG_RESOLVE_FORGET:
		names_forget(s->names, from, m->id);
		return 0;
	case MSG_RESOLVE_AFRESH:
		names_renew(s->names);
		return 0;
	default:
		return ERR_PROTO;
	}
}

static void resolver_on_io(struct ev_loop *ev, ev_io *w, int events)
{
	static struct msg m;
	const struct resolver_asker *a = w->data;
	struct resolver *s = a->resolver;
	int r = 0;

	(void)events;
	for (int i = 0; i < AT_ONCE && !r; i++) {
		r = msg_recv(a->fd, &m);
		if (r)
			break;
		r = resolver_serve(s, (int)(a - s->asker), &m);
		msg_close_fds(&m);
	}
	if (r && r != ERR_AGAIN) {
		s->error = r;
		ev_break(ev, EVBREAK_ALL);
	}
}

/* ---- start and end ------------------------------------------------------- */

/* Tells the asker that questions to an earlier resolver are lost. */
static int say_hello(int fd)
{
	const struct msg m = { .type = MSG_RESOLVE_AGAIN };
	int r = msg_send(fd, &m);

	return r == ERR_AGAIN ? 0 : r;
}

static int listen_to(struct resolver *s, int from, int fd)
{
	struct resolver_asker *a = &s->asker[from];

	a->resolver = s;
	a->fd = fd;
	ev_io_init(&a->io, resolver_on_io, fd, EV_READ);
	a->io.data = a;
	ev_io_start(s->ev, &a->io);
	return fcntl(fd, F_SETFL, O_NONBLOCK) ? ERR_SYS : say_hello(fd);
}

int resolver_init(struct resolver *s, const struct resolver_conf *conf)
{
	const struct names_conf names = {
		.ops = { now_us, resolver_begin, resolver_cancel,
			 resolver_answer },
		.ctx = s,
		.turns = turns,
		.known = KNOWN,
		.most_s = KNOWN_S,
		.no_s = NO_S,
	};
	int r = 0;

	*s = (struct resolver){ .ev = conf->ev, .etc = conf->etc };
	ev_init(&s->look, resolver_on_look);
	s->look.repeat = 1.;
	s->look.data = s;
	s->names = names_new(&names);
	if (!s->names)
		return ERR_NOMEM;
	files_changed(s);
	warn_of_others(s);
	for (int i = 0; i < NAMES_FROM && !r; i++)
		r = listen_to(s, i, conf->fd[i]);
	return r;
}

void resolver_fini(struct resolver *s)
{
	for (int i = 0; i < NAMES_FROM; i++)
		ev_io_stop(s->ev, &s->asker[i].io);
	ev_timer_stop(s->ev, &s->look);
	names_free(s->names);
}

static int resolver_run(void)
{
	struct resolver_conf conf = { .fd = { FD_MAIN, FD_NAMES },
				      .etc = "/etc" };
	struct resolver s;
	int r;

	conf.ev = ev_loop_new(EVBACKEND_EPOLL | EVFLAG_NOENV);
	if (!conf.ev)
		return ERR_NOMEM;
	r = resolver_init(&s, &conf);
	if (!r) {
		ev_run(conf.ev, 0);
		r = s.error;
	}
	resolver_fini(&s);
	ev_loop_destroy(conf.ev);
	return r;
}

int resolver_main(void)
{
	int r = dns_init();

	if (!r)
		r = sandbox_enter(SANDBOX_RESOLVER);
	if (!r)
		r = resolver_run();
	if (r == ERR_CLOSED)
		return 0;
	log_msg(LOG_ERROR, NULL, "the resolver gives up: %s", err_str(r));
	return 1;
}
