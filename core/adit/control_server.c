/* SPDX-License-Identifier: BSD-2-Clause */
/* control_server.c - conversations with the commands of adit. */
#include "adit/control_server.h"

#include "agent/agent.h"
#include "adit/control_socket.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "net/loop.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CLIENTS_MAX = 16 };
#define TIMEOUT 10.0 /* seconds to ask, and to take the answer */
#define PAUSE 0.1    /* out of descriptors: asking at once would spin */

struct client {
	struct list node;
	struct control_server *server;
	int fd;
	struct buf in, out;
	struct ask *ask; /* is being answered by the agent */
	ev_io io;
	ev_timer timeout;
};

/* What the agent answers later; the client may be gone by then. */
struct ask {
	struct list node; /* control_server.asks */
	struct client *client;
};

struct control_server {
	struct control_conf conf;
	struct control_socket socket;
	ev_io io;
	ev_timer resume;
	struct list clients, asks;
	unsigned n;
};

/* ---- clients --------------------------------------------------------------------- */

static struct ev_loop *loop_of(const struct client *c)
{
	return c->server->conf.loop->ev;
}

static void client_free(struct client *c)
{
	struct control_server *s = c->server;

	ev_io_stop(loop_of(c), &c->io);
	ev_timer_stop(loop_of(c), &c->timeout);
	if (c->ask)
		c->ask->client = NULL;
	close(c->fd);
	buf_fini(&c->in);
	buf_fini(&c->out);
	list_remove(&c->node);
	if (s->n-- == CLIENTS_MAX)
		ev_io_start(loop_of(c), &s->io);
	free(c);
}

static void watch(struct client *c, int events)
{
	ev_io_stop(loop_of(c), &c->io);
	ev_io_set(&c->io, c->fd, events);
	ev_io_start(loop_of(c), &c->io);
	ev_timer_again(loop_of(c), &c->timeout);
}

/* The client may be gone afterwards. */
static void write_some(struct client *c)
{
	ssize_t n = send(c->fd, buf_ptr(&c->out), buf_len(&c->out),
			 MSG_NOSIGNAL);

	if (n > 0)
		buf_take(&c->out, (size_t)n);
	if ((n < 0 && errno != EAGAIN && errno != EINTR) || !buf_len(&c->out))
		client_free(c);
}

/* Takes `answer`.  The client may be gone afterwards. */
static void say(struct client *c, json_t *answer)
{
	char *text = answer ? json_dumps(answer, JSON_COMPACT) : NULL;

	json_decref(answer);
	if (!text || buf_append(&c->out, text, strlen(text)) ||
	    buf_append(&c->out, "\n", 1)) {
		free(text);
		client_free(c);
		return;
	}
	free(text);
	watch(c, EV_WRITE);
	write_some(c);
}

static void say_error(struct client *c, const char *fmt, ...) PRINTF(2, 3);

static void say_error(struct client *c, const char *fmt, ...)
{
	char text[1024], safe[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	/* JSON takes UTF-8 only. */
	say(c,
	    json_pack("{s:s}", "error", log_escape(safe, sizeof safe, text)));
}

/* Takes `value`; NULL: no memory. */
static void say_answer(struct client *c, json_t *value)
{
	if (value)
		say(c, json_pack("{s:o}", "answer", value));
	else
		say_error(c, "%s", err_str(ERR_NOMEM));
}

/* ---- commands -------------------------------------------------------------------- */

/* NULL: said to the client. */
static struct ask *ask_begin(struct client *c)
{
	struct ask *ask = calloc(1, sizeof *ask);

	if (!ask) {
		say_answer(c, NULL);
		return NULL;
	}
	ask->client = c;
	c->ask = ask;
	list_append(&c->server->asks, &ask->node);
	/* How long that takes is the agent's affair. */
	ev_timer_stop(loop_of(c), &c->timeout);
	return ask;
}

/* The client, or NULL: it has not waited. */
static struct client *ask_end(struct ask *ask)
{
	struct client *c = ask->client;

	list_remove(&ask->node);
	free(ask);
	if (c)
		c->ask = NULL;
	return c;
}

static void on_report(void *ctx, int err, const char *text)
{
	struct client *c = ask_end(ctx);
	char safe[1024] = "";

	if (!c)
		return;
	if (err)
		say_error(c, "%s", text && *text ? text : err_str(err));
	else
		say_answer(c, json_pack("{s:s}", "text",
					text ? log_escape(safe, sizeof safe,
							  text) :
					       safe));
}

static void later(struct client *c,
		  void (*command)(struct agent *, agent_report_fn *, void *))
{
	struct ask *ask = ask_begin(c);

	if (ask)
		command(c->server->conf.agent, on_report, ask);
}

static void on_start(struct client *c, const json_t *request)
{
	(void)request;
	later(c, agent_start);
}

static void on_stop(struct client *c, const json_t *request)
{
	(void)request;
	later(c, agent_stop);
}

static void on_status(struct client *c, const json_t *request)
{
	(void)request;
	say_answer(c, agent_status(c->server->conf.agent));
}

static void on_resources(struct client *c, const json_t *request)
{
	(void)request;
	say_answer(c, agent_resources(c->server->conf.agent));
}

static void on_mapped(void *ctx, json_t *mapped, const char *why)
{
	struct client *c = ask_end(ctx);

	if (!c)
		json_decref(mapped);
	else if (mapped)
		say_answer(c, mapped);
	else
		say_error(c, "%s", why);
}

static void on_map(struct client *c, const json_t *request)
{
	struct agent_map_ask map = { .fn = on_mapped };

	map.resource = json_string_value(json_object_get(request, "resource"));
	map.host = json_string_value(json_object_get(request, "host"));
	if (!map.resource || !map.host) {
		say_error(c, "map needs a resource and a host");
		return;
	}
	map.ctx = ask_begin(c);
	if (map.ctx)
		agent_map(c->server->conf.agent, &map);
}

static void on_down(struct client *c, const json_t *request)
{
	const struct control_conf *conf = &c->server->conf;

	(void)request;
	say_answer(c, json_pack("{s:i}", "pid", (int)getpid()));
	conf->on_down(conf->ctx);
}

static void on_reload(struct client *c, const json_t *request)
{
	const struct control_conf *conf = &c->server->conf;
	char why[900] = "";
	json_t *report = conf->on_reload(conf->ctx, why, sizeof why);

	(void)request;
	if (report)
		say_answer(c, report);
	else
		say_error(c, "%s", why);
}

static void run(struct client *c, const json_t *request)
{
	static const struct {
		const char *name;
		void (*run)(struct client *, const json_t *);
	} commands[] = {
		{ "down", on_down },     { "map", on_map },
		{ "reload", on_reload }, { "resources", on_resources },
		{ "start", on_start },   { "status", on_status },
		{ "stop", on_stop },
	};
	const char *name = json_string_value(
		json_object_get(request, "command"));

	for (size_t i = 0; name && i < ARRAY_LEN(commands); i++) {
		if (!strcmp(commands[i].name, name)) {
			commands[i].run(c, request);
			return;
		}
	}
	say_error(c, "the agent has no command \"%s\"", name ? name : "");
}

/* ---- bytes ----------------------------------------------------------------------- */

static void take_request(struct client *c)
{
	const char *p = (const char *)buf_ptr(&c->in);
	size_t n = buf_len(&c->in);
	const char *end = memchr(p, '\n', n);
	json_t *request;

	if (!end) {
		if (n >= CONTROL_REQUEST_MAX)
			say_error(c, "a request has at most %d bytes",
				  CONTROL_REQUEST_MAX);
		return;
	}
	request = json_loadb(p, (size_t)(end - p), JSON_REJECT_DUPLICATES,
			     NULL);
	if (json_is_object(request))
		run(c, request);
	else
		say_error(c, "a request is one JSON object in one line");
	json_decref(request);
}

static void read_some(struct client *c)
{
	size_t room = CONTROL_REQUEST_MAX - buf_len(&c->in);
	uint8_t *to = buf_reserve(&c->in, room);
	ssize_t n = to ? recv(c->fd, to, room, 0) : 0;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		client_free(c);
		return;
	}
	buf_commit(&c->in, (size_t)n);
	take_request(c);
}

/* While the agent works on an answer, only the end of the client matters. */
static void watch_end(struct client *c)
{
	uint8_t scrap[512];
	ssize_t n = recv(c->fd, scrap, sizeof scrap, 0);

	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		client_free(c);
}

static void on_client(struct ev_loop *loop, ev_io *w, int events)
{
	struct client *c = w->data;

	(void)loop;
	(void)events;
	if (c->ask)
		watch_end(c);
	else if (buf_len(&c->out))
		write_some(c);
	else
		read_some(c);
}

static void on_timeout(struct ev_loop *loop, ev_timer *w, int events)
{
	(void)loop;
	(void)events;
	client_free(w->data);
}

static void client_new(struct control_server *s, int fd)
{
	struct client *c = calloc(1, sizeof *c);

	if (!c) {
		close(fd);
		return;
	}
	c->server = s;
	c->fd = fd;
	list_append(&s->clients, &c->node);
	if (++s->n == CLIENTS_MAX)
		ev_io_stop(loop_of(c), &s->io);
	ev_io_init(&c->io, on_client, fd, EV_READ);
	ev_timer_init(&c->timeout, on_timeout, 0, TIMEOUT);
	c->io.data = c->timeout.data = c;
	watch(c, EV_READ);
}

static void on_listener(struct ev_loop *loop, ev_io *w, int events)
{
	struct control_server *s = w->data;
	int fd = accept4(s->socket.fd, NULL, NULL,
			 SOCK_NONBLOCK | SOCK_CLOEXEC);

	(void)events;
	if (fd < 0 && errno != EAGAIN && errno != EINTR) {
		ev_io_stop(loop, &s->io);
		ev_timer_set(&s->resume, PAUSE, 0.);
		ev_timer_start(loop, &s->resume);
	}
	if (fd < 0)
		return;
	if (control_socket_may(fd)) {
		client_new(s, fd);
		return;
	}
	log_msg(LOG_WARN, NULL, "control: another user was turned away");
	close(fd);
}

static void on_resume(struct ev_loop *loop, ev_timer *w, int events)
{
	struct control_server *s = w->data;

	(void)events;
	if (s->n < CLIENTS_MAX)
		ev_io_start(loop, &s->io);
}

/* ---- life ------------------------------------------------------------------------ */

/* 0, or -1 and why the first of the places would not do. */
static int open_somewhere(const struct control_conf *c,
			  struct control_socket *out, char *why, size_t cap)
{
	const char *place[] = { c->path, c->spare[0], c->spare[1] };
	char more[600];

	for (size_t i = 0; i < ARRAY_LEN(place); i++)
		if (place[i] &&
		    !control_socket_open(out, place[i], i ? more : why,
					 i ? sizeof more : cap))
			return 0;
	return -1;
}

const char *control_server_path(const struct control_server *s)
{
	return s->socket.path;
}

int control_server_renew(struct control_server *s, char *why, size_t cap)
{
	struct control_socket next;
	struct ev_loop *ev = s->conf.loop->ev;

	if (control_socket_is_named(&s->socket))
		return 0;
	if (open_somewhere(&s->conf, &next, why, cap))
		return ERR_SYS;
	ev_io_stop(ev, &s->io);
	control_socket_close(&s->socket);
	s->socket = next;
	ev_io_set(&s->io, s->socket.fd, EV_READ);
	if (s->n < CLIENTS_MAX)
		ev_io_start(ev, &s->io);
	return 0;
}

struct control_server *control_server_new(const struct control_conf *conf,
					  char *why, size_t cap)
{
	struct control_server *s = calloc(1, sizeof *s);

	snprintf(why, cap, "%s", err_str(ERR_NOMEM));
	if (!s)
		return NULL;
	s->conf = *conf;
	list_init(&s->clients);
	list_init(&s->asks);
	if (open_somewhere(conf, &s->socket, why, cap)) {
		free(s);
		return NULL;
	}
	ev_io_init(&s->io, on_listener, s->socket.fd, EV_READ);
	ev_init(&s->resume, on_resume);
	s->io.data = s->resume.data = s;
	ev_io_start(conf->loop->ev, &s->io);
	return s;
}

void control_server_free(struct control_server *s)
{
	if (!s)
		return;
	while (!list_is_empty(&s->clients))
		client_free(list_first(&s->clients, struct client, node));
	while (!list_is_empty(&s->asks)) {
		struct ask *ask = list_first(&s->asks, struct ask, node);

		list_remove(&ask->node);
		free(ask);
	}
	ev_io_stop(s->conf.loop->ev, &s->io);
	ev_timer_stop(s->conf.loop->ev, &s->resume);
	control_socket_close(&s->socket);
	free(s);
}
