/* SPDX-License-Identifier: BSD-2-Clause */
/* control_server.c - conversations with aditctl. */
#include "monitor/control_server.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/list.h"
#include "base/log.h"
#include "process/control_socket.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CLIENTS_MAX = 32 };

enum client_state { CLIENT_ASKS, CLIENT_WAITS, CLIENT_LISTENS };

struct client {
	struct list node;
	struct control *control;
	uint32_t id;
	enum client_state state;
	int fd;
	struct buf in, out;
	ev_io io;
	ev_timer timeout;
};

struct control {
	struct control_conf conf;
	char *path;
	int fd;
	ev_io io;
	struct list clients;
	unsigned n;
	uint32_t last_id;
};

/* ---- lines ----------------------------------------------------------------------- */

json_t *control_parse(const uint8_t *p, size_t n, char *why, size_t why_cap)
{
	const uint8_t *end = n ? memchr(p, '\n', n) : NULL;
	json_error_t e;
	json_t *j;

	why[0] = 0;
	if (!end) {
		if (n >= CONTROL_REQUEST_MAX)
			snprintf(why, why_cap, "the request is too long");
		return NULL;
	}
	j = json_loadb((const char *)p, (size_t)(end - p),
		       JSON_REJECT_DUPLICATES, &e);
	if (json_is_object(j))
		return j;
	json_decref(j);
	snprintf(why, why_cap, "the request is no JSON object%s%s",
		 j ? "" : ": ", j ? "" : e.text);
	return NULL;
}

json_t *control_error(const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	return json_pack("{s:s}", "error", text);
}

/* ---- clients --------------------------------------------------------------------- */

static void client_free(struct client *c)
{
	struct control *s = c->control;

	ev_io_stop(s->conf.loop, &c->io);
	ev_timer_stop(s->conf.loop, &c->timeout);
	close(c->fd);
	buf_fini(&c->in);
	buf_fini(&c->out);
	list_remove(&c->node);
	free(c);
	if (s->n-- == CLIENTS_MAX)
		ev_io_start(s->conf.loop, &s->io);
}

static void watch(struct client *c, int events)
{
	struct ev_loop *loop = c->control->conf.loop;

	ev_io_stop(loop, &c->io);
	ev_io_set(&c->io, c->fd, events);
	ev_io_start(loop, &c->io);
	ev_timer_again(loop, &c->timeout);
}

static void write_some(struct client *c)
{
	ssize_t n = send(c->fd, buf_ptr(&c->out), buf_len(&c->out),
			 MSG_NOSIGNAL);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0)
		buf_take(&c->out, (size_t)n);
	if (n < 0 || !buf_len(&c->out))
		client_free(c);
}

static struct client *client_find(struct control *s, uint32_t id)
{
	struct list *n, *t;

	list_each (n, t, &s->clients) {
		struct client *c = list_entry(n, struct client, node);

		if (c->id == id)
			return c;
	}
	return NULL;
}

/* The client may be gone afterwards. */
static void say(struct client *c, json_t *reply)
{
	char *text = reply ? json_dumps(reply, JSON_COMPACT) : NULL;

	json_decref(reply);
	if (!text || buf_append(&c->out, text, strlen(text)) ||
	    buf_append(&c->out, "\n", 1)) {
		free(text);
		client_free(c);
		return;
	}
	free(text);
	c->state = CLIENT_LISTENS;
	watch(c, EV_WRITE);
}

void control_reply(struct control *s, uint32_t id, json_t *reply)
{
	struct client *c = s ? client_find(s, id) : NULL;

	if (c && c->state == CLIENT_WAITS)
		say(c, reply);
	else
		json_decref(reply);
}

/* 0: a request has come and was handed on; ERR_AGAIN; or the end. */
static int take_request(struct client *c)
{
	struct control *s = c->control;
	uint32_t id = c->id;
	char why[200];
	json_t *j = control_parse(buf_ptr(&c->in), buf_len(&c->in), why,
				  sizeof why);

	if (!j && !why[0])
		return ERR_AGAIN;
	/* What a waiting client sends is not read any more. */
	c->state = CLIENT_WAITS;
	ev_io_stop(s->conf.loop, &c->io);
	ev_timer_again(s->conf.loop, &c->timeout);
	if (!j) {
		control_reply(s, id, control_error("%s", why));
		return 0;
	}
	s->conf.asked(s->conf.ctx, id, j);
	json_decref(j);
	return 0;
}

static void read_some(struct client *c)
{
	uint8_t *to = buf_reserve(&c->in, 4096);
	ssize_t n = to ? recv(c->fd, to, 4096, 0) : 0;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		client_free(c);
		return;
	}
	buf_commit(&c->in, (size_t)n);
	/* ERR_AGAIN: the rest of the line is still to come. */
	if (take_request(c))
		return;
}

static void on_client(struct ev_loop *loop, ev_io *w, int events)
{
	struct client *c = w->data;

	(void)loop;
	(void)events;
	if (c->state == CLIENT_ASKS)
		read_some(c);
	else
		write_some(c);
}

static void on_timeout(struct ev_loop *loop, ev_timer *w, int events)
{
	struct client *c = w->data;

	(void)loop;
	(void)events;
	if (c->state == CLIENT_WAITS)
		say(c, control_error("no answer within %d seconds",
				     (int)c->control->conf.timeout));
	else
		client_free(c);
}

static struct client *client_new(struct control *s, int fd)
{
	struct client *c = calloc(1, sizeof *c);

	if (!c) {
		close(fd);
		return NULL;
	}
	c->control = s;
	c->fd = fd;
	c->id = ++s->last_id;
	list_append(&s->clients, &c->node);
	if (++s->n == CLIENTS_MAX)
		ev_io_stop(s->conf.loop, &s->io);
	ev_io_init(&c->io, on_client, fd, EV_READ);
	ev_timer_init(&c->timeout, on_timeout, 0, s->conf.timeout);
	c->io.data = c->timeout.data = c;
	watch(c, EV_READ);
	return c;
}

int control_fd(const struct control *s)
{
	return s->fd;
}

int control_client_fd(struct control *s, uint32_t id)
{
	const struct client *c = client_find(s, id);

	return c ? c->fd : -1;
}

uint32_t control_adopt(struct control *s, int fd)
{
	struct client *c = fd < 0 ? NULL : client_new(s, fd);

	if (!c)
		return 0;
	c->state = CLIENT_WAITS;
	ev_io_stop(s->conf.loop, &c->io);
	return c->id;
}

static void on_listener(struct ev_loop *loop, ev_io *w, int events)
{
	struct control *s = w->data;
	int fd = accept4(s->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	(void)loop;
	(void)events;
	if (fd < 0)
		return;
	if (control_socket_may(fd)) {
		(void)client_new(s, fd);
		return;
	}
	log_msg(LOG_WARN, NULL,
		"the control socket turned a user "
		"away who is neither root nor the one who runs aditd");
	close(fd);
}

/* ---- life ------------------------------------------------------------------------ */

struct control *control_open(const struct control_conf *conf, char *why,
			     size_t why_cap)
{
	struct control *s = calloc(1, sizeof *s);

	snprintf(why, why_cap, "%s", err_str(ERR_NOMEM));
	if (!s)
		return NULL;
	s->conf = *conf;
	list_init(&s->clients);
	s->path = strdup(conf->path);
	s->fd = conf->fd ? conf->fd : -1;
	if (s->path && s->fd < 0)
		s->fd = control_socket_open(s->path, why, why_cap);
	if (!s->path || s->fd < 0) {
		free(s->path);
		free(s);
		return NULL;
	}
	ev_io_init(&s->io, on_listener, s->fd, EV_READ);
	s->io.data = s;
	ev_io_start(conf->loop, &s->io);
	return s;
}

void control_close(struct control *s)
{
	if (!s)
		return;
	while (!list_is_empty(&s->clients)) {
		struct client *c = list_first(&s->clients, struct client, node);

		/* An answer that is there is given, if it is taken at once. */
		(void)!send(c->fd, buf_ptr(&c->out), buf_len(&c->out),
			    MSG_NOSIGNAL);
		client_free(c);
	}
	ev_io_stop(s->conf.loop, &s->io);
	unlink(s->path);
	close(s->fd);
	free(s->path);
	free(s);
}
