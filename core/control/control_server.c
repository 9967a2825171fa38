/* SPDX-License-Identifier: BSD-2-Clause */
/* control_server.c - answers commands on a control socket. */
#include "control/control_server.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/list.h"
#include "base/log.h"
#include "control/control_limits.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* CLIENT_ASKS: sends its request.  CLIENT_WAITS: for its answer.
 * CLIENT_LISTENS: the answer is being sent. */
enum client_state { CLIENT_ASKS, CLIENT_WAITS, CLIENT_LISTENS };

struct control_client {
	struct list node;
	struct control_server *server;
	uint32_t id;
	enum client_state state;
	int fd;
	struct buf in, out;
	ev_io io;
	ev_timer timer;
};

struct control_server {
	struct control_server_conf conf;
	struct control_socket socket;
	ev_io io;
	ev_timer pause;
	struct list clients;
	unsigned n;
	uint32_t last_id;
};

/* ---- lines --------------------------------------------------------------- */

json_t *control_server_parse(const uint8_t *p, size_t n, char *why,
			     size_t why_cap)
{
	const uint8_t *end = n ? memchr(p, '\n', n) : NULL;
	json_error_t e;
	json_t *j;

	why[0] = 0;
	if (!end) {
		if (n >= CONTROL_REQUEST_MAX)
			snprintf(why, why_cap,
				 "the request is too long: it has at most %d "
				 "bytes",
				 CONTROL_REQUEST_MAX);
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

json_t *control_server_error(const char *fmt, ...)
{
	char text[CONTROL_ERROR_TEXT], safe[CONTROL_ERROR_TEXT];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	/* JSON takes UTF-8 only. */
	return json_pack("{s:s}", "error", log_escape(safe, sizeof safe, text));
}

/* ---- clients ------------------------------------------------------------- */

static void client_free(struct control_client *c)
{
	struct control_server *s = c->server;

	ev_io_stop(s->conf.loop, &c->io);
	ev_timer_stop(s->conf.loop, &c->timer);
	close(c->fd);
	/* A request may hold a password. */
	if (c->in.data)
		explicit_bzero(c->in.data, c->in.cap);
	buf_fini(&c->in);
	buf_fini(&c->out);
	list_remove(&c->node);
	free(c);
	if (s->n-- == CONTROL_CLIENTS_MAX)
		ev_io_start(s->conf.loop, &s->io);
}

/* Each state has its own timeout; 0 seconds: none. */
static void client_become(struct control_client *c, enum client_state state)
{
	const struct control_server_conf *conf = &c->server->conf;
	bool waits = state == CLIENT_WAITS;

	c->state = state;
	c->timer.repeat = waits ? conf->answer_timeout : conf->timeout;
	ev_timer_again(conf->loop, &c->timer);
	ev_io_stop(conf->loop, &c->io);
	/* What a waiting client sends is not read.  If it may wait for ever,
	 * the socket is watched for the end of the connection. */
	if (waits && conf->answer_timeout > 0)
		return;
	ev_io_set(&c->io, c->fd, state == CLIENT_LISTENS ? EV_WRITE : EV_READ);
	ev_io_start(conf->loop, &c->io);
}

static struct control_client *client_find(struct control_server *s, uint32_t id)
{
	struct list *n, *t;

	list_each (n, t, &s->clients) {
		struct control_client *c = list_entry(n, struct control_client,
						      node);

		if (c->id == id)
			return c;
	}
	return NULL;
}

/* The client may be gone afterwards. */
static void client_write(struct control_client *c)
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

/* Takes `reply`.  The client may be gone afterwards. */
static void client_answer(struct control_client *c, json_t *reply)
{
	char *text = reply ? json_dumps(reply, JSON_COMPACT) : NULL;
	bool ready = text && !buf_append(&c->out, text, strlen(text)) &&
		     !buf_append(&c->out, "\n", 1);

	json_decref(reply);
	free(text);
	if (!ready) {
		client_free(c);
		return;
	}
	client_become(c, CLIENT_LISTENS);
	client_write(c);
}

void control_server_reply(struct control_server *s, uint32_t id, json_t *reply)
{
	struct control_client *c = s ? client_find(s, id) : NULL;

	if (c && c->state == CLIENT_WAITS)
		client_answer(c, reply);
	else
		json_decref(reply);
}

/* The client may be gone afterwards. */
static void client_take_request(struct control_client *c)
{
	struct control_server *s = c->server;
	uint32_t id = c->id;
	char why[200];
	json_t *j = control_server_parse(buf_ptr(&c->in), buf_len(&c->in), why,
					 sizeof why);

	if (!j && !why[0])
		return; /* the rest of the line is still to come */
	client_become(c, CLIENT_WAITS);
	if (j)
		s->conf.asked(s->conf.ctx, id, j);
	else
		control_server_reply(s, id, control_server_error("%s", why));
	json_decref(j);
}

static void client_read(struct control_client *c)
{
	size_t room = MIN((size_t)4096, CONTROL_REQUEST_MAX - buf_len(&c->in));
	uint8_t *to = buf_reserve(&c->in, room);
	ssize_t n = to ? recv(c->fd, to, room, 0) : 0;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		client_free(c);
		return;
	}
	buf_commit(&c->in, (size_t)n);
	client_take_request(c);
}

static void client_watch_end(struct control_client *c)
{
	uint8_t scrap[512];
	ssize_t n = recv(c->fd, scrap, sizeof scrap, 0);

	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		client_free(c);
}

static void on_client(struct ev_loop *loop, ev_io *w, int events)
{
	struct control_client *c = w->data;

	(void)loop;
	(void)events;
	if (c->state == CLIENT_ASKS)
		client_read(c);
	else if (c->state == CLIENT_WAITS)
		client_watch_end(c);
	else
		client_write(c);
}

static void on_client_timeout(struct ev_loop *loop, ev_timer *w, int events)
{
	struct control_client *c = w->data;

	(void)loop;
	(void)events;
	if (c->state == CLIENT_WAITS)
		client_answer(
			c, control_server_error("no answer within %d seconds",
						(int)w->repeat));
	else
		client_free(c);
}

/* Takes `fd`.  NULL: no memory. */
static struct control_client *client_new(struct control_server *s, int fd,
					 enum client_state state)
{
	struct control_client *c = calloc(1, sizeof *c);

	if (!c) {
		close(fd);
		return NULL;
	}
	c->server = s;
	c->fd = fd;
	c->id = ++s->last_id;
	list_append(&s->clients, &c->node);
	if (++s->n == CONTROL_CLIENTS_MAX)
		ev_io_stop(s->conf.loop, &s->io);
	ev_io_init(&c->io, on_client, fd, EV_READ);
	ev_init(&c->timer, on_client_timeout);
	c->io.data = c->timer.data = c;
	client_become(c, state);
	return c;
}

int control_server_client_fd(struct control_server *s, uint32_t id)
{
	const struct control_client *c = client_find(s, id);

	return c ? c->fd : -1;
}

uint32_t control_server_adopt(struct control_server *s, int fd)
{
	struct control_client *c = fd < 0 ? NULL :
					    client_new(s, fd, CLIENT_WAITS);

	return c ? c->id : 0;
}

/* ---- the listening socket ------------------------------------------------ */

static void on_connection(struct ev_loop *loop, ev_io *w, int events)
{
	struct control_server *s = w->data;
	int fd = accept4(s->socket.fd, NULL, NULL,
			 SOCK_NONBLOCK | SOCK_CLOEXEC);

	(void)events;
	/* Out of descriptors: to accept again at once would spin. */
	if (fd < 0 && errno != EAGAIN && errno != EINTR) {
		ev_io_stop(loop, &s->io);
		ev_timer_set(&s->pause, CONTROL_PAUSE, 0.);
		ev_timer_start(loop, &s->pause);
	}
	if (fd < 0)
		return;
	if (control_socket_may(fd)) {
		(void)client_new(s, fd, CLIENT_ASKS);
		return;
	}
	log_msg(LOG_WARN, NULL,
		"the control socket refused a user who is neither root nor "
		"the user who runs %s",
		s->conf.side->program);
	close(fd);
}

static void on_pause_over(struct ev_loop *loop, ev_timer *w, int events)
{
	struct control_server *s = w->data;

	(void)events;
	if (s->n < CONTROL_CLIENTS_MAX)
		ev_io_start(loop, &s->io);
}

/* 0, or ERR_SYS: why[cap] is about the first path. */
static int open_somewhere(const struct control_server_conf *c,
			  struct control_socket *out, char *why, size_t cap)
{
	char more[600];

	if (c->fd > 0)
		return control_socket_adopt(out, c->side, c->path, c->fd);
	if (!control_socket_open(out, c->side, c->path, why, cap))
		return 0;
	for (size_t i = 0; i < ARRAY_LEN(c->spare); i++)
		if (c->spare[i] &&
		    !control_socket_open(out, c->side, c->spare[i], more,
					 sizeof more))
			return 0;
	return ERR_SYS;
}

const char *control_server_path(const struct control_server *s)
{
	return s->socket.path;
}

int control_server_fd(const struct control_server *s)
{
	return s->socket.fd;
}

int control_server_renew(struct control_server *s, char *why, size_t cap)
{
	struct control_socket next;
	struct ev_loop *ev = s->conf.loop;

	if (control_socket_is_named(&s->socket))
		return 0;
	if (open_somewhere(&s->conf, &next, why, cap))
		return ERR_SYS;
	ev_io_stop(ev, &s->io);
	control_socket_close(&s->socket);
	s->socket = next;
	ev_io_set(&s->io, s->socket.fd, EV_READ);
	if (s->n < CONTROL_CLIENTS_MAX)
		ev_io_start(ev, &s->io);
	return 0;
}

struct control_server *
control_server_new(const struct control_server_conf *conf, char *why,
		   size_t cap)
{
	struct control_server *s = calloc(1, sizeof *s);

	snprintf(why, cap, "%s", err_str(ERR_NOMEM));
	if (!s)
		return NULL;
	s->conf = *conf;
	list_init(&s->clients);
	if (open_somewhere(conf, &s->socket, why, cap)) {
		free(s);
		return NULL;
	}
	s->conf.fd = 0; /* a further socket is made */
	ev_io_init(&s->io, on_connection, s->socket.fd, EV_READ);
	ev_init(&s->pause, on_pause_over);
	s->io.data = s->pause.data = s;
	ev_io_start(conf->loop, &s->io);
	return s;
}

void control_server_free(struct control_server *s)
{
	if (!s)
		return;
	while (!list_is_empty(&s->clients)) {
		struct control_client *c = list_first(
			&s->clients, struct control_client, node);

		/* An answer that is being sent gets one more try. */
		(void)!send(c->fd, buf_ptr(&c->out), buf_len(&c->out),
			    MSG_NOSIGNAL);
		client_free(c);
	}
	ev_io_stop(s->conf.loop, &s->io);
	ev_timer_stop(s->conf.loop, &s->pause);
	control_socket_close(&s->socket);
	free(s);
}
