/* SPDX-License-Identifier: BSD-2-Clause */
/* web_listeners.c - opens the sockets on which monitoring asks. */
#include "monitor/web_listeners.h"

#include "base/err.h"
#include "monitor/monitor_listeners.h"
#include "net/sock.h"
#include "policy/conf_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	WEB_BACKLOG = 64,
	/* Owner and group may read the numbers.  The group is that of the
	 * folder, where this has the set-group-ID bit. */
	WEB_SOCKET_MODE = 0660,
};

static const struct control_side side_metrics = {
	.program = "aditd",
	.setting = "metrics in [server]",
};

static unsigned web_line(const struct gw_conf *c)
{
	struct gw_server *server = (struct gw_server *)(uintptr_t)&c->server;
	struct opt_target t = { gw_server_opts, server, &server->lines };

	return opt_line(&t, "metrics");
}

static bool web_is_path(const char *at)
{
	return at[0] == '/';
}

static void web_listener_unref(struct web_listener *l)
{
	if (--l->refs)
		return;
	if (web_is_path(l->at))
		control_socket_close(&l->named);
	else if (l->fd >= 0)
		close(l->fd);
	free(l->at);
	free(l);
}

static struct web_listener *web_listener_new(const char *at)
{
	struct web_listener *l = calloc(1, sizeof *l);

	if (!l)
		return NULL;
	l->refs = 1;
	l->fd = -1;
	l->named.fd = -1;
	l->at = strdup(at);
	if (l->at)
		return l;
	free(l);
	return NULL;
}

static int web_open_path(struct web_listener *l, unsigned line,
			 struct conf_errors *e)
{
	char why[600];

	if (control_socket_open(&l->named, &side_metrics, l->at, why,
				sizeof why))
		return conf_error(e, line, "%s", why);
	l->fd = l->named.fd;
	if (chmod(l->at, WEB_SOCKET_MODE))
		return conf_error(e, line, "metrics = %s: chmod: %s", l->at,
				  strerror(errno));
	return 0;
}

static int web_cannot_listen(const char *at, unsigned line, int error,
			     struct conf_errors *e)
{
	return conf_error(e, line, "metrics: cannot listen on %s: %s%s", at,
			  strerror(error), monitor_listeners_cure(error));
}

static int web_open_one(struct web_listener *l, unsigned line,
			struct conf_errors *e)
{
	struct addr a;

	if (web_is_path(l->at))
		return web_open_path(l, line, e);
	if (addr_parse_port(&a, l->at))
		return ERR_INVAL; /* gw_conf_parse has refused it */
	l->fd = tcp_listen(&a, WEB_BACKLOG, true);
	return l->fd < 0 ? web_cannot_listen(l->at, line, errno, e) : 0;
}

static struct web_listener *web_find(const struct web_listeners *l,
				     const char *at)
{
	for (size_t i = 0; i < l->n; i++)
		if (!strcmp(l->item[i]->at, at))
			return l->item[i];
	return NULL;
}

static int web_add(struct web_listeners *l, const struct web_listeners *have,
		   const char *at, unsigned line, struct conf_errors *e)
{
	struct web_listener *old = web_find(have, at), *new;

	if (web_find(l, at))
		return 0;
	if (l->n == WEB_LISTENERS_MAX)
		return conf_error(e, line, "metrics: more than %d places",
				  WEB_LISTENERS_MAX);
	if (old) {
		old->refs++;
		l->item[l->n++] = old;
		return 0;
	}
	new = web_listener_new(at);
	if (!new)
		return ERR_NOMEM;
	l->item[l->n++] = new;
	return web_open_one(new, line, e);
}

int web_listeners_open(struct web_listeners *out,
		       const struct web_listeners *have,
		       const struct gw_conf *c, struct conf_errors *e)
{
	struct web_listeners l = { .n = 0 };
	int r = 0;

	for (size_t i = 0; i < c->server.metrics.n; i++) {
		/* Goes on after a failure, to report all at once. */
		int one = web_add(&l, have, c->server.metrics.item[i],
				  web_line(c), e);

		r = r ? r : one;
	}
	if (r)
		web_listeners_close(&l);
	*out = l;
	return r;
}

void web_listeners_adopt(struct web_listeners *to, const char *at, int fd)
{
	struct web_listener *l = to->n < WEB_LISTENERS_MAX ?
					 web_listener_new(at) :
					 NULL;

	if (l && web_is_path(at) &&
	    control_socket_adopt(&l->named, &side_metrics, at, fd)) {
		web_listener_unref(l);
		l = NULL;
	}
	if (!l) {
		close(fd);
		return;
	}
	l->fd = fd;
	to->item[to->n++] = l;
}

static void web_try_one(const char *at, unsigned line, bool running,
			struct conf_errors *e)
{
	struct addr a;
	char why[600];
	int fd;

	if (web_is_path(at)) {
		if (control_socket_try(&side_metrics, at, why, sizeof why))
			conf_error(e, line, "%s", why);
		return;
	}
	if (addr_parse_port(&a, at))
		return;
	fd = tcp_listen(&a, 0, true);
	if (fd >= 0)
		close(fd);
	else if (errno != EADDRINUSE || !running)
		web_cannot_listen(at, line, errno, e);
}

void web_listeners_try(const struct gw_conf *c, bool running,
		       struct conf_errors *e)
{
	for (size_t i = 0; i < c->server.metrics.n; i++)
		web_try_one(c->server.metrics.item[i], web_line(c), running, e);
}

void web_listeners_close(struct web_listeners *l)
{
	while (l->n)
		web_listener_unref(l->item[--l->n]);
}
