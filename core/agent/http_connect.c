/* SPDX-License-Identifier: BSD-2-Clause */
/* http_connect.c - HTTP at the agent's proxy port (RFC 9110, section 9.3.6). */
#include "agent/http_connect.h"

#include "proxy/http_parse.h"
#include "agent/inside.h"
#include "agent/pac.h"
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LINE_MAX_BYTES = 1024 };

/* What a client of HTTP has said. */
struct http_talk {
	struct http_request request;
	struct http_pass *pass; /* of HTTP_FORWARD, for the flow */
	size_t have;
	char in[HTTP_HEAD_MAX];
};

void http_talk_free(struct http_talk *h)
{
	if (!h)
		return;
	http_request_fini(&h->request);
	http_pass_free(h->pass);
	free(h);
}

/* ---- replies ------------------------------------------------------------- */

struct reply {
	int status;
	const char *type;
	const char *fields; /* more of them, each with its CR LF */
	bool head_only;
};

static const char *phrase_of(int status)
{
	static const struct {
		int status;
		const char *phrase;
	} all[] = {
		{ 200, "OK" },
		{ 400, "Bad Request" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 431, "Request Header Fields Too Large" },
		{ 501, "Not Implemented" },
		{ 502, "Bad Gateway" },
		{ 503, "Service Unavailable" },
		{ 504, "Gateway Timeout" },
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		if (all[i].status == status)
			return all[i].phrase;
	return "Error";
}

/* A page of another site must not read it, nor run it as a script. */
static void http_reply(struct talk *k, const struct reply *r,
		       const struct buf *body)
{
	struct buf out = { 0 };
	char head[512];
	int n = snprintf(head, sizeof head,
			 "HTTP/1.1 %d %s\r\n"
			 "Content-Type: %s\r\n"
			 "Content-Length: %zu\r\n"
			 "Cache-Control: no-store\r\n"
			 "X-Content-Type-Options: nosniff\r\n"
			 "Cross-Origin-Resource-Policy: same-origin\r\n"
			 "%sConnection: close\r\n\r\n",
			 r->status, phrase_of(r->status), r->type,
			 buf_len(body), r->fields ? r->fields : "");

	if (buf_append(&out, head, (size_t)n) ||
	    (!r->head_only && buf_append(&out, buf_ptr(body), buf_len(body)))) {
		buf_fini(&out);
		talk_free(k);
		return;
	}
	talk_say_last(k, &out);
}

static void http_refuse(struct talk *k, int status, const char *fmt, ...)
	PRINTF(3, 4);

/* One line that says what is wrong, and the cure. */
static void http_refuse(struct talk *k, int status, const char *fmt, ...)
{
	struct reply r = { .status = status,
			   .type = "text/plain; charset=utf-8",
			   .fields = status == 405 ? "Allow: GET, HEAD\r\n" :
						     NULL };
	char text[LINE_MAX_BYTES];
	struct buf body = { 0 };
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof text - 1, fmt, ap);
	va_end(ap);
	n = MIN(n, (int)sizeof text - 2);
	text[n++] = '\n';
	r.head_only = k->http->request.head_only;
	if (buf_append(&body, text, (size_t)n))
		talk_free(k);
	else
		http_reply(k, &r, &body);
	buf_fini(&body);
}

/* ---- what the gateway says ----------------------------------------------- */

static void http_on_opened(struct talk *k, struct flow *f)
{
	static const char ok[] = "HTTP/1.1 200 Connection established\r\n\r\n";

	if (k->http->request.kind == HTTP_CONNECT) {
		talk_say(k, ok, strlen(ok));
		return;
	}
	f->pass = k->http->pass;
	k->http->pass = NULL;
}

/* What is wrong and what helps, for the enum reason of a channel. */
static const char *http_why(unsigned reason)
{
	switch (reason) {
	case REASON_DENIED:
		return "you may not go there, or there is no such host; "
		       "adit resources shows what you may reach";
	case REASON_CODE:
		return "a one-time code is needed first; adit confirm asks "
		       "for it";
	case REASON_REFUSED:
		return "the server refuses connections to this port; see "
		       "whether it is running";
	case REASON_UNREACHABLE:
		return "the gateway cannot reach the server; see whether it "
		       "is up";
	case REASON_NO_ROUTE:
		return "the gateway has no route to the server; its "
		       "administrator can see why";
	case REASON_NO_NAME:
		return "the gateway finds no address of this name; see "
		       "whether it is spelt right";
	case REASON_TIMEOUT:
		return "the server has not answered the gateway; see whether "
		       "it is up";
	case REASON_LIMIT:
		return "there are too many connections; try again when some "
		       "have ended";
	case REASON_LOST:
	case REASON_STOPPED:
		return "there is no connection to the gateway; adit status "
		       "says why";
	default:
		return reason_str(reason);
	}
}

static int http_status(unsigned reason)
{
	return reason == REASON_DENIED  ? 403 :
	       reason == REASON_CODE    ? 403 :
	       reason == REASON_TIMEOUT ? 504 :
					  502;
}

static void http_on_closed(struct talk *k, unsigned reason, const char *text)
{
	const struct dest *to = &k->http->request.to;

	(void)text;
	http_refuse(k, http_status(reason),
		    strchr(to->host, ':') ? "adit: [%s]:%u: %s" :
					    "adit: %s:%u: %s",
		    to->host, to->port, http_why(reason));
}

/* ---- what the client wants ----------------------------------------------- */

/* Whether the client knows that it speaks with the agent: a page of a site
 * whose name leads to this address (DNS rebinding) does not. */
static bool is_meant(const char *host, const struct addr *at)
{
	char text[ADDR_TEXT], local[32];

	snprintf(local, sizeof local, "localhost:%u", at->port);
	return !*host || !strcmp(host, addr_str(at, text)) ||
	       !strcasecmp(host, local);
}

static void http_answer_own(struct talk *k)
{
	const struct http_request *r = &k->http->request;
	const struct reply pac = { .status = 200,
				   .type = "application/x-ns-proxy-autoconfig",
				   .head_only = r->head_only };
	struct addr at = addr_local(k->fd);
	struct buf body = { 0 };
	char text[ADDR_TEXT];

	if (!is_meant(r->host, &at))
		http_refuse(k, 403,
			    "adit: this host is not the agent; ask for "
			    "http://%s" PAC_PATH,
			    addr_str(&at, text));
	else if (strcmp(r->path, PAC_PATH))
		http_refuse(k, 404,
			    "adit: this is an agent's proxy; http://%s" PAC_PATH
			    " configures a browser for it",
			    addr_str(&at, text));
	else if (!r->reads)
		http_refuse(k, 405, "adit: " PAC_PATH " can be read only");
	else if (pac_write(k->agent, &at, &body))
		http_refuse(k, 503, "adit: %s", err_str(ERR_NOMEM));
	else
		http_reply(k, &pac, &body);
	buf_fini(&body);
}

static void http_answer(struct talk *k, size_t head)
{
	struct http_request *r = &k->http->request;
	const char *why;
	int status = http_parse(r, k->http->in, head, &why);

	if (status) {
		http_refuse(k, status, "adit: this request is not taken: %s",
			    why);
		return;
	}
	if (r->kind == HTTP_OWN) {
		http_answer_own(k);
		return;
	}
	if (r->kind == HTTP_FORWARD)
		k->http->pass = http_pass_new(k->agent->loop, &r->head,
					      &r->body);
	if (r->kind == HTTP_FORWARD && !k->http->pass)
		http_refuse(k, 503, "adit: %s", err_str(ERR_NOMEM));
	else
		talk_ask_gateway(k, &r->to);
}

/* Reads what belongs to the head and no more: what the client has sent behind
 * it goes to the server.  The head's length; 0: it is not complete; an error:
 * the client has left. */
static ssize_t http_read_head(struct talk *k)
{
	struct http_talk *h = k->http;
	ssize_t n = recv(k->fd, h->in + h->have, sizeof h->in - h->have,
			 MSG_PEEK | MSG_DONTWAIT);
	size_t head;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0)
		return ERR_CLOSED;
	head = http_head_length(h->in, h->have + (size_t)n, h->have);
	if (head)
		n = (ssize_t)(head - h->have);
	if (recv(k->fd, h->in + h->have, (size_t)n, MSG_DONTWAIT) != n)
		return ERR_CLOSED;
	h->have += (size_t)n;
	return (ssize_t)head;
}

static void http_on_readable(struct talk *k)
{
	ssize_t head;

	if (!k->http)
		k->http = calloc(1, sizeof *k->http);
	head = k->http ? http_read_head(k) : ERR_NOMEM;
	if (head < 0)
		talk_free(k);
	else if (head)
		http_answer(k, (size_t)head);
	else if (k->http->have == HTTP_HEAD_MAX)
		http_refuse(k, 431,
			    "adit: this request has more than %d bytes "
			    "before its body",
			    HTTP_HEAD_MAX);
}

const struct talk_ops http_ops = {
	.readable = http_on_readable,
	.opened = http_on_opened,
	.closed = http_on_closed,
};
