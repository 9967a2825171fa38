/* SPDX-License-Identifier: BSD-2-Clause */
/* web_http.c - libmicrohttpd under the loop of libev, without threads.
 *
 * It never waits: it has an epoll of its own, whose descriptor the loop
 * watches.  A connection carries one request, and ends after WEB_TIME whatever
 * its client does. */
#include "web/web.h"

#include "base/err.h"

#include <sys/socket.h>
#include <unistd.h>

void web_http_run(struct web *w)
{
	MHD_UNSIGNED_LONG_LONG ms;

	MHD_run(w->http);
	ev_timer_stop(w->loop, &w->http_time);
	if (MHD_get_timeout(w->http, &ms) != MHD_YES)
		return;
	ev_timer_set(&w->http_time, (double)ms / 1000, 0);
	ev_timer_start(w->loop, &w->http_time);
}

static void web_http_on_io(struct ev_loop *loop, ev_io *io, int events)
{
	(void)loop;
	(void)events;
	web_http_run(io->data);
}

static void web_http_on_time(struct ev_loop *loop, ev_timer *t, int events)
{
	(void)loop;
	(void)events;
	web_http_run(t->data);
}

/* ---- its connections ----------------------------------------------------- */

static int web_conn_fd(const struct web_conn *c)
{
	return MHD_get_connection_info(c->http,
				       MHD_CONNECTION_INFO_CONNECTION_FD)
		->connect_fd;
}

/* libmicrohttpd then finds that it is over, and closes it. */
static void web_conn_end(struct web_conn *c)
{
	shutdown(web_conn_fd(c), SHUT_RDWR);
}

static void web_conn_begin(struct web *w, struct MHD_Connection *http,
			   void **socket_context)
{
	struct web_conn *c = calloc(1, sizeof *c);

	*socket_context = c;
	if (!c)
		return;
	c->web = w;
	c->http = http;
	c->since = ev_now(w->loop);
	list_init(&c->node);
	list_append(&w->conns, &c->node);
	w->nconns++;
}

static void web_conn_free(struct web_conn *c)
{
	if (!c)
		return;
	list_remove(&c->node);
	c->web->nconns--;
	free(c);
}

static void web_http_on_conn(void *cls, struct MHD_Connection *http,
			     void **socket_context,
			     enum MHD_ConnectionNotificationCode what)
{
	if (what == MHD_CONNECTION_NOTIFY_STARTED)
		web_conn_begin(cls, http, socket_context);
	else
		web_conn_free(*socket_context);
}

/* Those that came first are at the front. */
static void web_http_on_look(struct ev_loop *loop, ev_timer *t, int events)
{
	struct web *w = t->data;
	double now = ev_now(loop);
	struct list *n, *next;

	(void)events;
	if (w->asked && now - w->asked_at >= WEB_TIMEOUT)
		web_tell_nothing(w);
	list_each (n, next, &w->conns) {
		struct web_conn *c = list_entry(n, struct web_conn, node);

		if (now - c->since < WEB_TIME)
			break;
		web_conn_end(c);
	}
	if (list_is_empty(&w->conns) && !w->asked)
		ev_timer_stop(loop, t);
}

/* Somebody who connects and says nothing must not keep others out. */
static void web_make_room(struct web *w)
{
	if (w->nconns >= WEB_CONNECTIONS) {
		web_conn_end(list_first(&w->conns, struct web_conn, node));
		web_http_run(w);
	}
}

void web_http_add(struct web *w, int fd, const struct sockaddr_storage *from,
		  socklen_t len)
{
	web_make_room(w);
	if (w->nconns > WEB_CONNECTIONS) {
		close(fd);
		return;
	}
	/* It closes the descriptor where it fails. */
	if (MHD_add_connection(w->http, fd, (const struct sockaddr *)from,
			       len) == MHD_YES &&
	    !ev_is_active(&w->look))
		ev_timer_again(w->loop, &w->look);
	web_http_run(w);
}

/* ---- requests ------------------------------------------------------------ */

static enum MHD_Result
web_http_on_request(/* signature is imposed */
		    void *cls, struct MHD_Connection *http, const char *url,
		    const char *method, const char *version, const char *upload,
		    size_t *upload_size, void **request)
{
	const union MHD_ConnectionInfo *i = MHD_get_connection_info(
		http, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct web_conn *c = i ? i->socket_context : NULL;

	(void)version;
	(void)upload;
	(void)upload_size;
	(void)request;
	return c ? web_tell(cls, c, url, method) : MHD_NO;
}

/* ---- start and end ------------------------------------------------------- */

int web_http_init(struct web *w)
{
	const union MHD_DaemonInfo *info;

	ev_init(&w->http_io, web_http_on_io);
	ev_init(&w->http_time, web_http_on_time);
	ev_init(&w->look, web_http_on_look);
	w->look.repeat = 1.;
	w->http_io.data = w->http_time.data = w->look.data = w;
	w->http = MHD_start_daemon(
		MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET |
			MHD_ALLOW_SUSPEND_RESUME,
		0, NULL, NULL, web_http_on_request, w,
		MHD_OPTION_NOTIFY_CONNECTION, web_http_on_conn, w,
		MHD_OPTION_CONNECTION_LIMIT, WEB_CONNECTIONS + 1u,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)WEB_REQUEST_MAX,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)WEB_TIME,
		MHD_OPTION_END);
	if (!w->http)
		return ERR_SYS;
	info = MHD_get_daemon_info(w->http, MHD_DAEMON_INFO_EPOLL_FD);
	if (!info)
		return ERR_SYS;
	ev_io_set(&w->http_io, info->epoll_fd, EV_READ);
	ev_io_start(w->loop, &w->http_io);
	return 0;
}

void web_http_fini(struct web *w)
{
	ev_timer_stop(w->loop, &w->look);
	ev_timer_stop(w->loop, &w->http_time);
	ev_io_stop(w->loop, &w->http_io);
	if (!w->http)
		return;
	web_tell_nothing(w); /* it must not end with suspended connections */
	MHD_stop_daemon(w->http);
	w->http = NULL;
}
