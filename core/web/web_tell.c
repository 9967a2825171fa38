/* SPDX-License-Identifier: BSD-2-Clause */
/* web_tell.c - the answers to requests: /metrics, /health, /ready.
 *
 *   state      event                                       next
 *   NEW        a request that needs the gateway's numbers
 *              comes while the last ones are fresh         answered at once
 *   NEW        it comes later: the monitor is asked, unless
 *              it is already                               WAITING
 *   WAITING    the monitor answers                         ANSWERED
 *   WAITING    it does not, or says that it cannot         FAILED
 *
 * A request that waits is suspended.  Many who ask at once share one question,
 * so that they cost the worker no more than one. */
#include "web/web.h"

#include "base/err.h"
#include "web/metrics_text.h"

#include <stdlib.h>
#include <string.h>

/* ---- answers ------------------------------------------------------------- */

/* `body` is copied. */
static struct MHD_Response *tell_response(const void *body, size_t n,
					  const char *type)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(
		n, (void *)(uintptr_t)body, MHD_RESPMEM_MUST_COPY);

	if (!r)
		return NULL;
	MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	MHD_add_response_header(r, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
	MHD_add_response_header(r, "X-Content-Type-Options", "nosniff");
	/* One request each: see web_http.c. */
	MHD_add_response_header(r, MHD_HTTP_HEADER_CONNECTION, "close");
	return r;
}

/* Takes the response. */
static enum MHD_Result tell_send(struct web_conn *c, unsigned status,
				 struct MHD_Response *r)
{
	enum MHD_Result sent;

	if (!r)
		return MHD_NO;
	sent = MHD_queue_response(c->http, status, r);
	MHD_destroy_response(r);
	return sent;
}

static enum MHD_Result tell_text(struct web_conn *c, unsigned status,
				 const char *text)
{
	return tell_send(c, status,
			 tell_response(text, strlen(text),
				       "text/plain; charset=utf-8"));
}

static enum MHD_Result tell_health(struct web_conn *c)
{
	return tell_text(c, MHD_HTTP_OK, "alive\n");
}

static enum MHD_Result tell_ready(struct web_conn *c)
{
	const json_t *numbers = c->web->numbers;
	const char *state = json_string_value(
		json_object_get(numbers, "state"));
	char text[64];

	if (json_is_true(json_object_get(numbers, "ready")))
		return tell_text(c, MHD_HTTP_OK, "ready\n");
	snprintf(text, sizeof text, "not ready: aditd is %s\n",
		 state ? state : "of another version");
	return tell_text(c, MHD_HTTP_SERVICE_UNAVAILABLE, text);
}

static enum MHD_Result tell_metrics(struct web_conn *c)
{
	const char *accept = MHD_lookup_connection_value(
		c->http, MHD_HEADER_KIND, MHD_HTTP_HEADER_ACCEPT);
	enum metrics_format format = metrics_format_for(accept);
	struct MHD_Response *r = NULL;
	struct buf text = { 0 };

	if (!metrics_text(&text, format, c->web->numbers))
		r = tell_response(buf_ptr(&text), buf_len(&text),
				  metrics_content_type(format));
	buf_fini(&text);
	return tell_send(c, MHD_HTTP_OK, r);
}

/* ---- the monitor's numbers ----------------------------------------------- */

static bool tell_ask(struct web *w)
{
	struct msg m = { .type = MSG_WEB_ASK };

	if (w->asked)
		return true;
	if (!++w->last_id)
		++w->last_id;
	m.id = w->last_id;
	if (msg_send(w->monitor, &m))
		return false;
	w->asked = m.id;
	w->asked_at = ev_now(w->loop);
	return true;
}

static void tell_resume(struct web *w, enum web_wait what)
{
	struct list *n, *next;

	list_each (n, next, &w->conns) {
		struct web_conn *c = list_entry(n, struct web_conn, node);

		if (c->wait != WEB_WAITING)
			continue;
		c->wait = what;
		MHD_resume_connection(c->http);
	}
	if (w->http)
		web_http_run(w);
}

/* An answer that comes later is still good for others: so the question stays
 * the only one. */
void web_tell_nothing(struct web *w)
{
	tell_resume(w, WEB_FAILED);
}

int web_tell_answered(struct web *w, struct msg *m)
{
	struct buf text = { 0 };
	json_t *numbers = NULL;

	if (m->nfds != 1 || m->len || m->id != w->asked)
		return ERR_PROTO;
	w->asked = 0;
	if (!msg_memfd_read(m->fds[0], &text, CONTROL_MAX))
		numbers = json_loadb((char *)buf_ptr(&text), buf_len(&text), 0,
				     NULL);
	buf_fini(&text);
	if (!json_is_object(numbers) || json_object_get(numbers, "error")) {
		json_decref(numbers);
		web_tell_nothing(w);
		return 0;
	}
	json_decref(w->numbers);
	w->numbers = numbers;
	w->told_at = ev_now(w->loop);
	tell_resume(w, WEB_ANSWERED);
	return 0;
}

/* ---- requests ------------------------------------------------------------ */

static const struct web_place {
	const char *url;
	enum MHD_Result (*tell)(struct web_conn *);
	bool asks; /* needs the monitor's numbers */
} places[] = {
	{ "/metrics", tell_metrics, true },
	{ "/ready", tell_ready, true },
	{ "/health", tell_health, false },
};

static enum MHD_Result tell_refuse_method(struct web_conn *c)
{
	static const char text[] = "only GET and HEAD are answered here\n";
	struct MHD_Response *r = tell_response(text, sizeof text - 1,
					       "text/plain; charset=utf-8");

	if (r)
		MHD_add_response_header(r, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
	return tell_send(c, MHD_HTTP_METHOD_NOT_ALLOWED, r);
}

static bool tell_is_fresh(const struct web *w)
{
	return w->numbers && ev_now(w->loop) - w->told_at < WEB_FRESH;
}

static enum MHD_Result tell_place(struct web *w, struct web_conn *c,
				  const struct web_place *p)
{
	if (!p->asks || c->wait == WEB_ANSWERED ||
	    (c->wait == WEB_NEW && tell_is_fresh(w)))
		return p->tell(c);
	if (c->wait == WEB_FAILED || !tell_ask(w))
		return tell_text(c, MHD_HTTP_SERVICE_UNAVAILABLE,
				 "not ready: the worker of aditd does not "
				 "answer\n");
	c->wait = WEB_WAITING;
	MHD_suspend_connection(c->http);
	return MHD_YES;
}

enum MHD_Result web_tell(struct web *w, struct web_conn *c, const char *url,
			 const char *method)
{
	if (strcmp(method, MHD_HTTP_METHOD_GET) &&
	    strcmp(method, MHD_HTTP_METHOD_HEAD))
		return tell_refuse_method(c);
	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		if (!strcmp(places[i].url, url))
			return tell_place(w, c, &places[i]);
	return tell_text(c, MHD_HTTP_NOT_FOUND,
			 "there are /metrics, /health and /ready\n");
}
