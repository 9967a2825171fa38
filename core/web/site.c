/* SPDX-License-Identifier: BSD-2-Clause */
/* site.c - the HTTP server of the web pages: connections, requests, and those
 * that wait for the monitor's answer.
 *
 *   request    head, body    asked         answer       sent
 *   READING -> READY ---------------------------------> gone
 *           \-> ASKED (suspended) -------> READY -----/ */
#include "web/site.h"

#include "base/err.h"
#include "base/list.h"
#include "base/log.h"
#include "web/answer.h"
#include "web/page.h"
#include "web/sender.h"

#include <jansson.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum {
	CONNECTIONS = 512,             /* the front lets fewer come */
	CONNECTION_MEMORY = 24 * 1024, /* head of a request, and its answer's */
	ASKED_MOST = 128,              /* requests that wait for the monitor */
	BURST = 60, /* requests of one connection at once ... */
	RATE = 10,  /* ... and then so many per second */
};

/* Seconds: for a request to come whole, counted from its beginning or the last
 * response; for a response to be taken, and for a file. */
#define REQUEST_S 20.
#define RESPONSE_S 60.
#define FILE_S 3600.

struct site {
	struct site_conf conf;
	struct MHD_Daemon *daemon;
	ev_io io;
	ev_timer timer;
	struct list requests; /* struct site_request.node */
	unsigned asked;
	uint32_t last_id;
	struct site_conn *adding;
	struct sender sender;
};

struct site_conn {
	struct site *site;
	int fd;
	uint32_t number;
	ev_timer limit;
	double credit;    /* requests that may still come ... */
	double credit_at; /* ... as it was counted at this time */
};

enum request_state { REQUEST_READING, REQUEST_ASKED, REQUEST_READY };

struct site_request {
	struct list node;
	struct site *site;
	struct site_conn *conn;
	struct MHD_Connection *http;
	enum request_state state;
	uint32_t id; /* of the question */
	int file;    /* that came with its answer; -1: none */
	struct visit visit;
	struct response response;
};

/* ---- the library's loop -------------------------------------------------- */

static void site_run(struct site *s)
{
	MHD_UNSIGNED_LONG_LONG ms;

	MHD_run(s->daemon);
	ev_timer_stop(s->conf.loop, &s->timer);
	if (MHD_get_timeout(s->daemon, &ms) == MHD_YES) {
		ev_timer_set(&s->timer, (double)ms / 1e3, 0.);
		ev_timer_start(s->conf.loop, &s->timer);
	}
}

static void site_go_on(void *ctx)
{
	site_run(ctx);
}

static void site_on_io(struct ev_loop *loop, ev_io *w, int events)
{
	(void)loop;
	(void)events;
	site_run(w->data);
}

static void site_on_timer(struct ev_loop *loop, ev_timer *w, int events)
{
	(void)loop;
	(void)events;
	site_run(w->data);
}

/* ---- connections --------------------------------------------------------- */

/* The library notices the end, and closes it. */
static void conn_on_limit(struct ev_loop *loop, ev_timer *w, int events)
{
	const struct site_conn *c = w->data;

	(void)loop;
	(void)events;
	shutdown(c->fd, SHUT_RDWR);
}

static void conn_set_limit(struct site_conn *c, double seconds)
{
	struct ev_loop *loop = c->site->conf.loop;

	ev_timer_stop(loop, &c->limit);
	if (seconds <= 0.)
		return;
	ev_timer_set(&c->limit, seconds, 0.);
	ev_timer_start(loop, &c->limit);
}

static void site_on_connection(void *ctx, struct MHD_Connection *http,
			       void **context,
			       enum MHD_ConnectionNotificationCode what)
{
	struct site *s = ctx;
	struct site_conn *c = *context;

	(void)http;
	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		*context = s->adding;
		conn_set_limit(s->adding, REQUEST_S);
		s->adding = NULL;
	} else if (c) {
		conn_set_limit(c, 0.);
		s->conf.gone(s->conf.ctx, c->number);
		free(c);
		*context = NULL;
	}
}

void site_add(struct site *s, int fd, uint32_t number)
{
	struct sockaddr_un nowhere = { .sun_family = AF_UNIX };
	struct site_conn *c = calloc(1, sizeof *c);

	if (!c) {
		close(fd);
		s->conf.gone(s->conf.ctx, number);
		return;
	}
	c->site = s;
	c->fd = fd;
	c->number = number;
	c->credit = BURST;
	c->credit_at = ev_now(s->conf.loop);
	ev_init(&c->limit, conn_on_limit);
	c->limit.data = c;
	s->adding = c;
	/* The descriptor is the library's, also on failure. */
	(void)MHD_add_connection(s->daemon, fd, (struct sockaddr *)&nowhere,
				 sizeof nowhere);
	if (s->adding) {
		free(s->adding);
		s->adding = NULL;
		s->conf.gone(s->conf.ctx, number);
	}
	site_run(s);
}

/* Whether one more request may come now. */
static bool conn_has_credit(struct site_conn *c)
{
	double now = ev_now(c->site->conf.loop);

	c->credit += (now - c->credit_at) * RATE;
	c->credit = MIN(c->credit, (double)BURST);
	c->credit_at = now;
	if (c->credit < 1.)
		return false;
	c->credit -= 1.;
	return true;
}

/* ---- one request --------------------------------------------------------- */

static const char *header_of(const struct site_request *q, const char *name)
{
	return MHD_lookup_connection_value(q->http, MHD_HEADER_KIND, name);
}

static void request_read_language(struct site_request *q)
{
	const struct langs *l = q->site->conf.langs;
	const char *header = header_of(q, "Accept-Language");
	char code[LANG_CODE];

	if (cookie_get(header_of(q, "Cookie"), PAGE_LANGUAGE, code,
		       sizeof code))
		header = code;
	q->visit.langs = l;
	q->visit.lang = &l->lang[language_choose(header, l->code, l->n)];
}

/* What the head of a request says of the browser. */
static void request_read_head(struct site_request *q)
{
	const char *host = header_of(q, "Host");
	char token[TOKEN_TEXT];

	request_read_language(q);
	q->visit.has_token = cookie_get(header_of(q, "Cookie"), PAGE_COOKIE,
					token, sizeof token) &&
			     token_read(q->visit.token, token);
	if (!q->visit.has_token)
		memset(q->visit.token, 0, sizeof q->visit.token);
	explicit_bzero(token, sizeof token);
	if (host && strlen(host) < sizeof q->visit.host)
		snprintf(q->visit.host, sizeof q->visit.host, "%s", host);
}

static struct site_request *request_new(struct site *s,
					struct MHD_Connection *http)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		http, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct site_request *q = info && info->socket_context ?
					 calloc(1, sizeof *q) :
					 NULL;

	if (!q)
		return NULL;
	q->site = s;
	q->conn = info->socket_context;
	q->http = http;
	q->file = -1;
	list_init(&q->node);
	list_append(&s->requests, &q->node);
	request_read_head(q);
	return q;
}

static void request_free(struct site_request *q)
{
	if (q->state == REQUEST_ASKED)
		q->site->asked--;
	if (q->file >= 0)
		close(q->file);
	list_remove(&q->node);
	visit_fini(&q->visit);
	response_fini(&q->response);
	free(q);
}

static void site_on_completed(void *ctx, struct MHD_Connection *http,
			      void **con, enum MHD_RequestTerminationCode how)
{
	struct site_request *q = *con;

	(void)ctx;
	(void)http;
	(void)how;
	if (!q)
		return;
	conn_set_limit(q->conn, REQUEST_S);
	request_free(q);
	*con = NULL;
}

/* One piece of the body. */
static enum MHD_Result request_take(struct site_request *q, const char *p,
				    size_t n)
{
	struct visit *v = &q->visit;
	char *more;

	if (v->nbody + n > FORM_MAX)
		return MHD_NO;
	more = calloc(1, v->nbody + n + 1);
	if (!more)
		return MHD_NO;
	if (v->body) {
		memcpy(more, v->body, v->nbody);
		explicit_bzero(v->body, v->nbody);
		free(v->body);
	}
	memcpy(more + v->nbody, p, n);
	v->body = more;
	v->nbody += n;
	return MHD_YES;
}

/* The query of a GET becomes the visit's form. */
static enum MHD_Result query_field(void *ctx, enum MHD_ValueKind kind,
				   const char *name, const char *value)
{
	struct web_form *f = ctx;

	(void)kind;
	if (f->n < FORM_FIELDS)
		f->field[f->n++] = (struct form_field){ name,
							value ? value : "" };
	return MHD_YES;
}

/* The page that a request is for; false: the response is its refusal. */
static bool request_route(struct site_request *q, const char *path,
			  const char *method)
{
	bool post = !strcmp(method, "POST"), other = false;
	bool known = post || !strcmp(method, "GET") || !strcmp(method, "HEAD");
	struct visit *v = &q->visit;

	v->route = route_find(path, post, &other);
	if (v->route && !visit_rest(v, path))
		v->route = NULL;
	if (!conn_has_credit(q->conn))
		visit_fail(v, 429, TEXT_ERROR_BUSY, &q->response);
	else if (!v->route && !other)
		visit_fail(v, 404, TEXT_ERROR_MISSING, &q->response);
	else if (!known || !v->route)
		visit_fail(v, 405, TEXT_ERROR_METHOD, &q->response);
	else if (post &&
		 !origin_is_ours(header_of(q, "Origin"),
				 header_of(q, "Sec-Fetch-Site"), v->host))
		visit_fail(v, 403, TEXT_ERROR_FORM, &q->response);
	else
		return true;
	q->response.allow = other && post ? "GET, HEAD" :
			    other         ? "POST" :
			    v->route      ? "GET, HEAD" :
					    NULL;
	return false;
}

/* The whole request is there: it is answered, or the monitor is asked. */
static enum MHD_Result request_begin(struct site_request *q, const char *path,
				     const char *method)
{
	struct site *s = q->site;
	struct msg_page_ask ask = { .conn = q->conn->number };

	q->state = REQUEST_READY;
	if (!request_route(q, path, method) ||
	    !visit_is_sound(&q->visit, &q->response))
		return answer_send(q->http, &q->response);
	if (!q->visit.body)
		MHD_get_connection_values(q->http, MHD_GET_ARGUMENT_KIND,
					  query_field, &q->visit.form);
	if (!q->visit.route->ask(&q->visit, &ask)) {
		visit_answer(&q->visit, NULL, &q->response);
		return answer_send(q->http, &q->response);
	}
	while (!++s->last_id)
		;
	q->id = s->last_id;
	if (s->asked >= ASKED_MOST || s->conf.ask(s->conf.ctx, q->id, &ask)) {
		explicit_bzero(&ask, sizeof ask);
		visit_fail(&q->visit, 503, TEXT_ERROR_BUSY, &q->response);
		return answer_send(q->http, &q->response);
	}
	explicit_bzero(&ask, sizeof ask);
	q->state = REQUEST_ASKED;
	s->asked++;
	MHD_suspend_connection(q->http);
	return MHD_YES;
}

/* What is ready: a page, or a file. */
static enum MHD_Result request_send(struct site_request *q)
{
	int file = q->file;

	if (!q->response.is_file)
		return answer_send(q->http, &q->response);
	q->file = -1;
	if (file < 0)
		return MHD_NO;
	conn_set_limit(q->conn, FILE_S);
	return sender_send(&q->site->sender, q->http, &q->response, file);
}

/* Before the body: is it one that may come at all? */
static bool body_may_come(const struct site_request *q)
{
	const char *length = header_of(q, "Content-Length");

	return !length || strtoull(length, NULL, 10) <= FORM_MAX;
}

/* The signature is imposed. */
static enum MHD_Result site_on_request(void *ctx, struct MHD_Connection *http,
				       const char *path, const char *method,
				       const char *version, const char *p,
				       size_t *n, void **con)
{
	struct site_request *q = *con;

	(void)version;
	if (!q) {
		*con = q = request_new(ctx, http);
		if (!q)
			return MHD_NO;
		if (body_may_come(q))
			return MHD_YES;
		visit_fail(&q->visit, 413, TEXT_ERROR_LARGE, &q->response);
		q->state = REQUEST_READY;
		return answer_send(http, &q->response);
	}
	if (*n) {
		enum MHD_Result r = request_take(q, p, *n);

		*n = 0;
		return r;
	}
	conn_set_limit(q->conn, q->state == REQUEST_ASKED ? 0. : RESPONSE_S);
	if (q->state == REQUEST_READING)
		return request_begin(q, path, method);
	return q->state == REQUEST_READY ? request_send(q) : MHD_YES;
}

void site_answer(struct site *s, uint32_t id, const char *text, size_t len,
		 int file)
{
	struct list *n, *next;
	json_t *answer = text ? json_loadb(text, len, 0, NULL) : NULL;

	list_each (n, next, &s->requests) {
		struct site_request *q = list_entry(n, struct site_request,
						    node);

		if (q->state != REQUEST_ASKED || q->id != id)
			continue;
		q->state = REQUEST_READY;
		q->file = file;
		file = -1;
		s->asked--;
		if (json_is_object(answer))
			visit_answer(&q->visit, answer, &q->response);
		else
			visit_fail(&q->visit, 503, TEXT_ERROR_BUSY,
				   &q->response);
		MHD_resume_connection(q->http);
		break;
	}
	json_decref(answer);
	if (file >= 0)
		close(file);
	site_run(s);
}

/* ---- start and end ------------------------------------------------------- */

static void site_log(void *, const char *fmt, va_list) PRINTF(2, 0);
static void site_log(void *ctx, const char *fmt, va_list values)
{
	char text[300];

	(void)ctx;
	vsnprintf(text, sizeof text, fmt, values);
	text[strcspn(text, "\n")] = 0;
	log_msg(LOG_DEBUG, "web", "libmicrohttpd says: %s", text);
}

static struct MHD_Daemon *site_daemon(struct site *s)
{
	return MHD_start_daemon(
		MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET |
			MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG,
		0, NULL, NULL, site_on_request, s, MHD_OPTION_EXTERNAL_LOGGER,
		site_log, s, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
		MHD_OPTION_NOTIFY_COMPLETED, site_on_completed, s,
		MHD_OPTION_NOTIFY_CONNECTION, site_on_connection, s,
		MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
}

struct site *site_new(const struct site_conf *conf)
{
	struct site *s = calloc(1, sizeof *s);
	const union MHD_DaemonInfo *info;

	if (!s)
		return NULL;
	s->conf = *conf;
	list_init(&s->requests);
	sender_init(&s->sender, conf->loop, site_go_on, s);
	s->daemon = site_daemon(s);
	info = s->daemon ? MHD_get_daemon_info(s->daemon,
					       MHD_DAEMON_INFO_EPOLL_FD) :
			   NULL;
	if (!info) {
		site_free(s);
		return NULL;
	}
	ev_io_init(&s->io, site_on_io, info->epoll_fd, EV_READ);
	ev_init(&s->timer, site_on_timer);
	s->io.data = s->timer.data = s;
	ev_io_start(conf->loop, &s->io);
	return s;
}

void site_free(struct site *s)
{
	struct list *n, *next;

	if (!s)
		return;
	ev_io_stop(s->conf.loop, &s->io);
	ev_timer_stop(s->conf.loop, &s->timer);
	/* The library waits for suspended connections for ever. */
	sender_fini(&s->sender);
	list_each (n, next, &s->requests) {
		struct site_request *q = list_entry(n, struct site_request,
						    node);

		if (q->state == REQUEST_ASKED)
			MHD_resume_connection(q->http);
	}
	if (s->daemon)
		MHD_stop_daemon(s->daemon);
	free(s);
}
