/* SPDX-License-Identifier: BSD-2-Clause */
/* waiting.c - connections before TLS begins: which may wait, and whose turn it
 * is.
 *
 * Behind one address there may be an office whose agents all start at nine:
 * they get their turn instead of a reset.  Where more wait than may go inside,
 * the one goes first whose network has the fewest there, so that a flood from
 * another network does not come before it. */
#include "front/waiting.h"

#include "base/err.h"
#include "base/log.h"
#include "front/proxy_header.h"
#include "net/sock.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	/* Are heard in a turn.  So no more handshakes begin in it, and those
	 * inside do not wait long for each other. */
	EVENTS = 16,
	RECORD_HEAD = 5, /* of TLS: type, version, length */
	RECORD_HANDSHAKE = 0x16,
	RECORD_MAX = RECORD_HEAD + 16384,
	SECOND_US = 1000000,
	CROWD_TIMEOUT_US = 2 * SECOND_US,
	BEHIND_US = 4 * SECOND_US,
	TURN_US = 60 * SECOND_US, /* agents do not wait longer for a turn */
	TELL_US = 60 * SECOND_US,
};
#define LOOK_S 0.25

struct seat {
	struct list node;
	struct waiting_conn conn;
	struct source who;
	bool spoke; /* its ClientHello is whole */
	bool waits; /* ... and it was not its turn */
	bool lowat; /* SO_RCVLOWAT was set */
};

/* ---- which may wait ------------------------------------------------------ */

/* Whether for some seconds more ClientHellos have been there in each turn than
 * were heard.  Agents give up after 8 s: whoever is heard late goes away during
 * its handshake, and so would the next one. */
static bool waiting_is_behind(const struct waiting *w, uint64_t now_us)
{
	return w->full && ev_iteration(w->loop->ev) - w->full <= 1 &&
	       now_us - w->behind_us > BEHIND_US;
}

/* So many that wait are a crowd. */
static unsigned waiting_crowd(const struct waiting *w)
{
	return w->limits.waiting / WAITING_CROWD;
}

/* The beginning of a flood must not take all places at once: in a crowd
 * connections are reset by chance, the more the more wait. */
static bool is_unlucky(const struct waiting *w)
{
	unsigned crowd = waiting_crowd(w);

	return w->n >= crowd &&
	       w->ops->dice() % (w->limits.waiting - crowd) < w->n - crowd;
}

/* Whether its source has fewer there than it may. */
static bool source_may_wait(const struct waiting *w,
			    const struct waiting_conn *a,
			    const struct source *who)
{
	const struct sources *s = w->sources;
	unsigned most = w->limits.waiting_host;

	return a->is_shared ||
	       (source_count(s, who, SOURCE_HOST, PLACE_WAITING) < most &&
		source_count(s, who, SOURCE_NET, PLACE_WAITING) <
			most * WAITING_NET);
}

static bool may_wait(struct waiting *w, const struct waiting_conn *a,
		     const struct source *who)
{
	if (w->n >= w->limits.waiting || is_unlucky(w)) {
		w->away_full++;
		return false;
	}
	if (source_may_wait(w, a, who))
		return true;
	w->away_source++;
	return false;
}

/* One line a minute at most, whatever happens to how many connections. */
static void waiting_tell(struct waiting *w, const struct waiting_conn *a,
			 const char *what)
{
	uint64_t now = loop_now_us(w->loop);
	char at[ADDR_TEXT];

	if (w->told_us && now - w->told_us < TELL_US)
		return;
	w->told_us = now;
	log_msg(LOG_INFO, NULL,
		"the connection from %s %s; %u wait, %u are about to log in; "
		"more like it are not logged for a minute; if many users share "
		"this address, name it with shared_sources in [server], or "
		"raise the limits there",
		addr_host(&a->source, at), what, w->n, w->inside);
}

static void seat_free(struct waiting *w, struct seat *s)
{
	int one = 1;

	if (!s->spoke)
		epoll_ctl(w->set, EPOLL_CTL_DEL, s->conn.fd, NULL);
	if (s->lowat)
		setsockopt(s->conn.fd, SOL_SOCKET, SO_RCVLOWAT, &one,
			   sizeof one);
	source_leave(w->sources, &s->who, PLACE_WAITING);
	list_remove(&s->node);
	free(s);
	w->n--;
	if (!w->n)
		ev_timer_stop(w->loop->ev, &w->timer);
}

static void waiting_drop(struct waiting *w, struct seat *s, const char *why)
{
	struct waiting_conn a = s->conn;

	seat_free(w, s);
	tcp_reset(a.fd);
	w->ops->gone(w->ctx, &a.source, why);
}

/* ---- whose turn it is ---------------------------------------------------- */

/* No more from this source may go inside now. */
static bool waiting_is_full(const struct waiting *w, const struct seat *s)
{
	const struct sources *t = w->sources;
	unsigned most = w->limits.inside_host;

	if (w->inside >= w->limits.inside)
		return true;
	if (s->conn.is_shared)
		return false;
	return source_count(t, &s->who, SOURCE_HOST, PLACE_INSIDE) >= most ||
	       source_count(t, &s->who, SOURCE_NET, PLACE_INSIDE) >=
		       most * INSIDE_NET;
}

static bool may_enter(const struct waiting *w, const struct seat *s,
		      uint64_t now_us)
{
	return !waiting_is_full(w, s) &&
	       (s->conn.is_shared ||
		source_has_credit(w->sources, &s->who, now_us));
}

static struct seat *next(const struct waiting *w, uint64_t now_us)
{
	unsigned fewest = UINT16_MAX + 1;
	struct seat *found = NULL;
	struct list *n, *t;

	/* Thousands may wait: they are looked through only where one of them
	 * may go inside, and no further than to one that nobody is before. */
	if (w->inside >= w->limits.inside)
		return NULL;
	list_each (n, t, &w->seats) {
		struct seat *s = list_entry(n, struct seat, node);
		unsigned beside;

		if (!s->spoke || !may_enter(w, s, now_us))
			continue;
		beside = source_count(w->sources, &s->who, SOURCE_NET,
				      PLACE_INSIDE);
		if (beside < fewest) {
			fewest = beside;
			found = s;
		}
		if (!beside)
			break;
	}
	return found;
}

static bool waiting_is_gone(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLRDHUP };

	return poll(&p, 1, 0) == 1 &&
	       p.revents & (POLLRDHUP | POLLHUP | POLLERR);
}

static void waiting_enter(struct waiting *w, const struct waiting_conn *a,
			  uint64_t now_us)
{
	struct source who = source_of(w->sources, &a->source);

	source_charge(w->sources, &who, now_us);
	source_enter(w->sources, &who, PLACE_INSIDE);
	w->inside++;
	if (w->ops->enter(w->ctx, a))
		return;
	w->inside--;
	source_leave(w->sources, &who, PLACE_INSIDE);
	source_refund(w->sources, &who);
	tcp_reset(a->fd);
}

static void tell_waiting(struct waiting *w, struct seat *s)
{
	s->waits = true;
	waiting_tell(
		w, &s->conn,
		waiting_is_full(w, s) ?
			"waits for its turn, since others are about to log in" :
			"waits, since too many from there did not log in");
}

static void waiting_look(struct waiting *w)
{
	uint64_t now = loop_now_us(w->loop);
	struct list *n, *t;
	struct seat *s;

	while ((s = next(w, now))) {
		struct waiting_conn a = s->conn;

		if (s->waits && waiting_is_gone(a.fd)) {
			waiting_drop(w, s,
				     "it closed before its turn had come");
			continue;
		}
		seat_free(w, s);
		waiting_enter(w, &a, now);
	}
	if (!w->fresh)
		return;
	w->fresh = false;
	list_each (n, t, &w->seats) {
		s = list_entry(n, struct seat, node);
		if (s->spoke && !s->waits)
			tell_waiting(w, s);
	}
}

void waiting_release(struct waiting *w, const struct addr *source, bool paid)
{
	struct source who = source_of(w->sources, source);

	w->inside--;
	source_leave(w->sources, &who, PLACE_INSIDE);
	if (paid)
		source_refund(w->sources, &who);
	waiting_look(w);
}

/* ---- the balancer's header ----------------------------------------------- */

/* epoll is to tell when so many bytes are there, or the connection has
 * ended. */
static void await(struct seat *s, int bytes)
{
	s->lowat = true;
	setsockopt(s->conn.fd, SOL_SOCKET, SO_RCVLOWAT, &bytes, sizeof bytes);
}

/* Its source is another one from now on, whose limits hold for it. */
static void waiting_move(struct waiting *w, struct seat *s,
			 const struct addr *source)
{
	struct source who = source_of(w->sources, source);

	s->conn.source = *source;
	s->conn.owes_header = false;
	s->conn.is_shared = w->ops->is_shared(w->ctx, source);
	if (!source_may_wait(w, &s->conn, &who)) {
		w->away_source++;
		waiting_tell(w, &s->conn, "is reset, since too many wait");
		waiting_drop(w, s, "too many from there wait");
		return;
	}
	source_leave(w->sources, &s->who, PLACE_WAITING);
	source_enter(w->sources, &who, PLACE_WAITING);
	s->who = who;
	await(s, 1);
}

/* What follows it is heard when epoll tells of it once more. */
static void hear_header(struct waiting *w, struct seat *s, bool ended)
{
	const char *why = "it ended within the header of the PROXY protocol";
	struct addr source = s->conn.source;
	uint8_t p[PROXY_HEADER_MAX];
	ssize_t n = recv(s->conn.fd, p, sizeof p, MSG_PEEK | MSG_DONTWAIT);
	int len = proxy_header_read(p, n > 0 ? (size_t)n : 0, &source, &why);

	if (!len && !ended) {
		await(s, (int)n + 1);
		return;
	}
	if (len > 0 && recv(s->conn.fd, p, (size_t)len, MSG_DONTWAIT) == len)
		waiting_move(w, s, &source);
	else
		waiting_drop(w, s, why);
}

/* ---- the ClientHello ----------------------------------------------------- */

/* A ClientHello is one record.  Anything else goes inside, for TLS to
 * refuse. */
static bool is_whole(struct seat *s, const uint8_t *head, ssize_t n)
{
	int have = 0, want = RECORD_HEAD;

	if (head[0] != RECORD_HANDSHAKE)
		return true;
	if (n == RECORD_HEAD)
		want += head[3] << 8 | head[4];
	if (want > RECORD_MAX || ioctl(s->conn.fd, FIONREAD, &have) ||
	    (n == RECORD_HEAD && have >= want))
		return true;
	await(s, want);
	return false;
}

static void hear(struct waiting *w, struct seat *s, uint32_t events)
{
	bool ended = events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR);
	uint8_t head[RECORD_HEAD];
	ssize_t n = recv(s->conn.fd, head, sizeof head,
			 MSG_PEEK | MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	/* A ClientHello can be read although the agent behind it has given up
	 * and reset the connection.  It must cost no signature: otherwise late
	 * answers make the next ones late too. */
	if (n > 0 && events & (EPOLLHUP | EPOLLERR)) {
		errno = ECONNRESET;
		n = -1;
	}
	if (n <= 0) {
		waiting_drop(w, s, n ? strerror(errno) : "closed by the peer");
		return;
	}
	if (s->conn.owes_header) {
		hear_header(w, s, ended);
		return;
	}
	if (!ended && !is_whole(s, head, n))
		return;
	epoll_ctl(w->set, EPOLL_CTL_DEL, s->conn.fd, NULL);
	s->spoke = w->fresh = true;
}

static void waiting_on_set(struct ev_loop *ev, ev_io *io, int revents)
{
	struct waiting *w = io->data;
	struct epoll_event e[EVENTS];
	int n = epoll_wait(w->set, e, EVENTS, 0);

	(void)revents;
	if (n == EVENTS) {
		if (!w->full || ev_iteration(ev) - w->full > 1)
			w->behind_us = loop_now_us(w->loop);
		w->full = ev_iteration(ev);
	}
	for (int i = 0; i < n; i++)
		hear(w, e[i].data.ptr, e[i].events);
	waiting_look(w);
}

static void waiting_on_timer(struct ev_loop *ev, ev_timer *timer, int revents)
{
	struct waiting *w = timer->data;
	uint64_t now = loop_now_us(w->loop);
	uint64_t timeout = w->timeout_us;
	bool behind = waiting_is_behind(w, now);
	struct list *n, *t;

	(void)ev;
	(void)revents;
	if (behind)
		timeout = MIN(timeout, (uint64_t)BEHIND_US);
	if (w->n >= waiting_crowd(w))
		timeout = MIN(timeout, (uint64_t)CROWD_TIMEOUT_US);
	list_each (n, t, &w->seats) {
		struct seat *s = list_entry(n, struct seat, node);
		uint64_t age = now - s->conn.since_us;

		if (!s->spoke && age > timeout)
			waiting_drop(w, s,
				     behind ? "more connect than the gateway "
					      "can answer in time" :
					      "the handshake took too long");
		else if (s->spoke && age > TURN_US)
			waiting_drop(w, s, "its turn has not come");
	}
	waiting_look(w);
}

/* ---- from outside -------------------------------------------------------- */

static bool sit_down(struct waiting *w, const struct waiting_conn *a,
		     const struct source *who)
{
	struct epoll_event e = { .events = EPOLLIN | EPOLLRDHUP };
	struct seat *s = calloc(1, sizeof *s);

	e.data.ptr = s;
	if (!s || epoll_ctl(w->set, EPOLL_CTL_ADD, a->fd, &e)) {
		free(s);
		return false;
	}
	s->conn = *a;
	s->who = *who;
	list_init(&s->node);
	list_append(&w->seats, &s->node);
	source_enter(w->sources, who, PLACE_WAITING);
	if (!w->n++)
		ev_timer_again(w->loop->ev, &w->timer);
	return true;
}

void waiting_add(struct waiting *w, const struct waiting_conn *a)
{
	struct source who = source_of(w->sources, &a->source);

	if (!may_wait(w, a, &who)) {
		waiting_tell(w, a, "is reset, since too many wait");
		tcp_reset(a->fd);
	} else if (!sit_down(w, a, &who)) {
		tcp_reset(a->fd);
	}
}

void waiting_limit(struct waiting *w, const struct waiting_limits *most)
{
	w->limits = *most;
	/* As many as may log in at the same time may begin at once. */
	source_allow(w->sources, SOURCE_HOST,
		     MAX(most->inside_host, (unsigned)SOURCE_BURST_HOST));
	source_allow(w->sources, SOURCE_NET,
		     MAX(most->inside_host * INSIDE_NET,
			 (unsigned)SOURCE_BURST_NET));
	waiting_look(w);
}

int waiting_init(struct waiting *w, struct loop *loop,
		 const struct waiting_ops *ops, void *ctx)
{
	*w = (struct waiting){
		.loop = loop,
		.ops = ops,
		.ctx = ctx,
		.sources = sources_new(),
		.limits = { 4096, 1024, 1024, 64 }, /* as without a file */
		.timeout_us = 10 * SECOND_US,
		.set = epoll_create1(EPOLL_CLOEXEC),
	};
	list_init(&w->seats);
	ev_io_init(&w->io, waiting_on_set, w->set, EV_READ);
	ev_timer_init(&w->timer, waiting_on_timer, LOOK_S, LOOK_S);
	w->io.data = w->timer.data = w;
	if (!w->sources || w->set < 0)
		return w->sources ? ERR_SYS : ERR_NOMEM;
	ev_io_start(loop->ev, &w->io);
	return 0;
}

void waiting_close(struct waiting *w)
{
	while (!list_is_empty(&w->seats)) {
		struct seat *s = list_first(&w->seats, struct seat, node);
		int fd = s->conn.fd;

		seat_free(w, s);
		close(fd);
	}
	ev_io_stop(w->loop->ev, &w->io);
}

void waiting_fini(struct waiting *w)
{
	if (w->set >= 0)
		close(w->set);
	sources_free(w->sources);
}
