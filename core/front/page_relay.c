/* SPDX-License-Identifier: BSD-2-Clause */
/* page_relay.c - the plaintext of a connection that speaks HTTP/1.1, between
 * its TLS here and the web process. */
#include "front/page_relay.h"

#include "base/err.h"
#include "base/log.h"
#include "front/preauth.h"
#include "process/msg_page.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	PENDING_MAX = 64 * 1024, /* bytes that wait for the web process */
	PART_OF_ALL = 4, /* pages may have this part of login_connections ... */
	PART_OF_SOURCE = 2,         /* ... and of logins_per_source */
	GRACE_US = 200 * 1000,      /* who came, or was answered, since then is
				  * not closed for another one */
	TELL_US = 60 * 1000 * 1000, /* between two lines of the log */
};

/* Without a byte in either direction. */
#define IDLE_S 75.

/* ---- how many there may be ----------------------------------------------- */

static bool page_is_open(const struct preauth *pre)
{
	return pre->relay.fd >= 0 && !pre->conn.err;
}

/* Those of one address; NULL: all. */
static unsigned page_count(struct front *f, const struct addr *source)
{
	struct list *n, *t;
	unsigned count = 0;

	list_each (n, t, &f->preauths) {
		struct preauth *o = list_entry(n, struct preauth, node);

		count += page_is_open(o) &&
			 (!source || addr_same_host(&o->source, source));
	}
	return count;
}

/* The one that has had no answer for longest: whoever sends requests byte by
 * byte, or reads no answers, loses the place to who comes.  NULL: all came, or
 * were answered, a moment ago. */
static struct preauth *page_to_close(struct front *f)
{
	uint64_t now = loop_now_us(&f->loop);
	struct preauth *worst = NULL;
	struct list *n, *t;

	list_each (n, t, &f->preauths) {
		struct preauth *o = list_entry(n, struct preauth, node);

		if (page_is_open(o) && now - o->relay.answered_us >= GRACE_US &&
		    (!worst || o->relay.answered_us < worst->relay.answered_us))
			worst = o;
	}
	return worst;
}

/* Whoever floods does not fill the log. */
static void page_tell(struct preauth *pre, const char *what)
{
	struct front *f = pre->front;
	uint64_t now = loop_now_us(&f->loop);
	char at[ADDR_TEXT], more[64] = "";

	f->pages_untold++;
	if (f->pages_told_us && now - f->pages_told_us < TELL_US)
		return;
	if (f->pages_untold > 1)
		snprintf(more, sizeof more,
			 "; %u such connections since the last line",
			 f->pages_untold);
	log_msg(LOG_WARN, "web", "too many connections of browsers: %s%s%s",
		addr_host(&pre->source, at), what, more);
	f->pages_told_us = now;
	f->pages_untold = 0;
}

/* Whether one more may come, perhaps in place of another one. */
static bool page_may_open(struct preauth *pre)
{
	const struct gw_server *s = &pre->config->conf->server;
	struct front *f = pre->front;
	struct preauth *other;

	if (page_count(f, &pre->source) >=
		    MAX(s->logins_per_source / PART_OF_SOURCE, 1) &&
	    !net_list_has(&s->shared_sources, &pre->source)) {
		page_tell(pre, " is refused, since it has half as many as "
			       "logins_per_source says");
		return false;
	}
	if (page_count(f, NULL) < MAX(s->login_connections / PART_OF_ALL, 1))
		return true;
	other = page_to_close(f);
	page_tell(
		other ? other : pre,
		other ? " loses one, which has had no answer for longest: all "
			"have a quarter as many as login_connections says" :
			" is refused: all have a quarter as many as "
			"login_connections says, and came a moment ago");
	if (other)
		conn_fail(&other->conn, ERR_CLOSED, "others want its place");
	return other;
}

/* ---- the bytes ----------------------------------------------------------- */

static void relay_note(struct preauth *pre)
{
	preauth_set_timeout(pre, IDLE_S);
}

static void relay_on_readable(struct ev_loop *ev, ev_io *w, int events)
{
	struct preauth *pre = w->data;

	(void)events;
	/* page_relay_output starts it again when it has read everything. */
	ev_io_stop(ev, w);
	conn_kick(&pre->conn);
}

bool page_relay_output(struct preauth *pre, struct iovec *record)
{
	struct page_relay *r = &pre->relay;
	ssize_t n;

	if (r->fd < 0 || r->ended)
		return false;
	n = recv(r->fd, r->record, TLS_RECORD_MAX, MSG_DONTWAIT);
	if (n > 0) {
		*record = (struct iovec){ r->record, (size_t)n };
		r->answered_us = loop_now_us(&pre->front->loop);
		relay_note(pre);
		return true;
	}
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		ev_io_start(pre->front->loop.ev, &r->rd);
	else
		r->ended = true;
	return false;
}

void page_relay_turned(struct preauth *pre)
{
	if (pre->relay.ended && pre->state == PREAUTH_PAGES)
		preauth_close(pre);
}

/* Writes what waits; whether all of it is gone. */
static bool relay_flush(struct page_relay *r)
{
	while (buf_len(&r->pending)) {
		ssize_t n = send(r->fd, buf_ptr(&r->pending),
				 buf_len(&r->pending),
				 MSG_DONTWAIT | MSG_NOSIGNAL);

		/* An end shows when it is read. */
		if (n < 0)
			return errno != EAGAIN && errno != EINTR;
		buf_take(&r->pending, (size_t)n);
	}
	return true;
}

static void relay_on_writable(struct ev_loop *ev, ev_io *w, int events)
{
	struct preauth *pre = w->data;

	(void)events;
	if (relay_flush(&pre->relay))
		ev_io_stop(ev, w);
}

int page_relay_input(struct preauth *pre, const uint8_t *p, size_t n)
{
	struct page_relay *r = &pre->relay;

	/* The rest of a body that the web process refused: it is dropped, so
	 * that the browser gets to read the answer. */
	if (pre->state != PREAUTH_PAGES)
		return 0;
	if (buf_len(&r->pending) + n > PENDING_MAX)
		return conn_fail(&pre->conn, ERR_LIMIT,
				 "the browser sends more than is read");
	if (buf_append(&r->pending, p, n))
		return conn_fail(&pre->conn, ERR_NOMEM, "out of memory");
	relay_note(pre);
	if (!relay_flush(r))
		ev_io_start(pre->front->loop.ev, &r->wr);
	return 0;
}

/* ---- start and end ------------------------------------------------------- */

void page_relay_init(struct page_relay *r)
{
	*r = (struct page_relay){ .fd = -1 };
}

static int relay_tell_monitor(struct preauth *pre, int theirs)
{
	const struct gw_gateway *now = gw_conf_gateway(pre->front->config->conf,
						       pre->gateway->name);
	struct msg m = { .type = MSG_PAGE_CONN, .fds = { theirs }, .nfds = 1 };
	struct msg_page_conn c = { .source = pre->source };
	int chain, ret;

	/* A reload may have taken the gateway away since the handshake. */
	if (!now)
		return ERR_NOTFOUND;
	c.gateway = (uint32_t)(now - pre->front->config->conf->gateways);
	m.len = pack_msg_page_conn(m.data, sizeof m.data, &c);
	ret = m.len ? login_chain(pre, &chain) : ERR_INVAL;
	if (ret)
		return ret;
	if (chain >= 0)
		m.fds[m.nfds++] = chain;
	ret = front_send(pre->front, &m);
	if (chain >= 0)
		close(chain);
	return ret;
}

static void relay_watch(struct preauth *pre)
{
	struct page_relay *r = &pre->relay;

	ev_io_init(&r->rd, relay_on_readable, r->fd, EV_READ);
	ev_io_init(&r->wr, relay_on_writable, r->fd, EV_WRITE);
	r->rd.data = r->wr.data = pre;
	ev_io_start(pre->front->loop.ev, &r->rd);
	relay_note(pre);
}

int page_relay_open(struct preauth *pre, const char **why)
{
	const int kind = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
	struct page_relay *r = &pre->relay;
	int fd[2], ret;

	*why = "there are too many connections of browsers";
	if (!page_may_open(pre))
		return ERR_LIMIT;
	*why = "there is no memory for its pages";
	r->record = malloc(TLS_RECORD_MAX);
	if (!r->record || socketpair(AF_UNIX, kind, 0, fd))
		return ERR_NOMEM;
	r->fd = fd[0];
	r->answered_us = loop_now_us(&pre->front->loop);
	relay_watch(pre);
	*why = "the monitor cannot be asked for its pages";
	ret = relay_tell_monitor(pre, fd[1]);
	close(fd[1]);
	return ret;
}

void page_relay_fini(struct page_relay *r, struct ev_loop *ev)
{
	if (r->fd >= 0) {
		ev_io_stop(ev, &r->rd);
		ev_io_stop(ev, &r->wr);
		close(r->fd);
	}
	/* A password may have gone through both. */
	if (r->pending.data)
		explicit_bzero(r->pending.data, r->pending.cap);
	buf_fini(&r->pending);
	if (r->record)
		explicit_bzero(r->record, TLS_RECORD_MAX);
	free(r->record);
	page_relay_init(r);
}
