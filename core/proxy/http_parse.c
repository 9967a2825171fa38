/* SPDX-License-Identifier: BSD-2-Clause */
/* http_parse.c - what an HTTP client asks a proxy for. */
#include "proxy/http_parse.h"

#include "base/addr.h"
#include "base/err.h"
#include "policy/host.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { BAD = 400, TOO_LARGE = 431, NO_SUCH = 501, NO_MEMORY = 503 };

/* A piece of the head. */
struct http_text {
	const char *p;
	size_t n;
};

struct http_field {
	struct http_text name, value;
};

/* The head, taken apart. */
struct parts {
	struct http_text method, target, version;
	struct http_field field[HTTP_FIELDS_MAX];
	size_t n;
	const char *why;
};

bool http_begins(uint8_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

size_t http_head_length(const char *p, size_t n, size_t seen)
{
	/* The end may have begun in what was seen. */
	for (size_t i = seen > 2 ? seen - 2 : 0; i + 1 < n; i++) {
		if (p[i] != '\n')
			continue;
		if (p[i + 1] == '\n')
			return i + 2;
		if (i + 2 < n && p[i + 1] == '\r' && p[i + 2] == '\n')
			return i + 3;
	}
	return 0;
}

/* ---- pieces -------------------------------------------------------------- */

static int bad(struct parts *h, int status, const char *why)
{
	h->why = why;
	return status;
}

static bool text_is(const struct http_text *t, const char *word)
{
	return t->n == strlen(word) && !strncasecmp(t->p, word, t->n);
}

/* The letters of methods and of names of fields (RFC 9110, section 5.6.2). */
static bool is_token(const struct http_text *t)
{
	static const char more[] = "!#$%&'*+-.^_`|~";

	for (size_t i = 0; i < t->n; i++) {
		char c = t->p[i];

		if (!http_begins((uint8_t)c) && !(c >= '0' && c <= '9') &&
		    (!c || !strchr(more, c)))
			return false;
	}
	return t->n > 0;
}

static struct http_text trimmed(struct http_text t)
{
	while (t.n && (t.p[0] == ' ' || t.p[0] == '\t')) {
		t.p++;
		t.n--;
	}
	while (t.n && (t.p[t.n - 1] == ' ' || t.p[t.n - 1] == '\t'))
		t.n--;
	return t;
}

/* Takes what is before the next `end`, and `end`, from the front of `from`. */
static struct http_text cut(struct http_text *from, char end)
{
	const char *at = memchr(from->p, end, from->n);
	struct http_text t = { from->p, at ? (size_t)(at - from->p) : from->n };
	size_t used = t.n + (at ? 1 : 0);

	from->p += used;
	from->n -= used;
	return t;
}

/* The next line, without its end, which is LF or CR LF. */
static struct http_text cut_line(struct http_text *from)
{
	struct http_text line = cut(from, '\n');

	if (line.n && line.p[line.n - 1] == '\r')
		line.n--;
	return line;
}

static bool has_control(const struct http_text *line)
{
	for (size_t i = 0; i < line->n; i++)
		if (((uint8_t)line->p[i] < ' ' && line->p[i] != '\t') ||
		    line->p[i] == 0x7f)
			return true;
	return false;
}

/* ---- taking the head apart ----------------------------------------------- */

static int parse_request_line(struct parts *h, struct http_text line)
{
	if (has_control(&line))
		return bad(h, BAD, "there are control characters in it");
	h->method = cut(&line, ' ');
	h->target = cut(&line, ' ');
	h->version = line;
	if (!is_token(&h->method) || !h->target.n)
		return bad(h, BAD,
			   "its first line is not METHOD TARGET "
			   "VERSION");
	if (h->version.n != 8 || strncmp(h->version.p, "HTTP/1.", 7) ||
	    h->version.p[7] < '0' || h->version.p[7] > '9')
		return bad(h, BAD, "its version is not HTTP/1.0 or HTTP/1.1");
	return 0;
}

static int parse_field(struct parts *h, struct http_text line)
{
	struct http_field *f = &h->field[h->n];

	if (h->n == HTTP_FIELDS_MAX)
		return bad(h, TOO_LARGE, "it has more than 128 fields");
	if (has_control(&line) || !memchr(line.p, ':', line.n))
		return bad(h, BAD, "a line of it is no header field");
	f->name = cut(&line, ':');
	f->value = trimmed(line);
	if (!is_token(&f->name))
		return bad(h, BAD, "a line of it is no header field");
	h->n++;
	return 0;
}

static int parse_parts(struct parts *h, struct http_text head)
{
	int status = parse_request_line(h, cut_line(&head));

	while (!status && head.n) {
		struct http_text line = cut_line(&head);

		if (line.n)
			status = parse_field(h, line);
	}
	return status;
}

static const struct http_field *find(const struct parts *h, const char *name,
				     size_t from)
{
	for (size_t i = from; i < h->n; i++)
		if (text_is(&h->field[i].name, name))
			return &h->field[i];
	return NULL;
}

/* ---- the body ------------------------------------------------------------ */

static int parse_length(struct parts *h, struct http_body *b)
{
	const struct http_field *f = find(h, "content-length", 0);
	uint64_t bytes = 0;

	if (find(h, "content-length", (size_t)(f - h->field) + 1))
		return bad(h, BAD, "it has two lengths");
	if (!f->value.n || f->value.n > 18)
		return bad(h, BAD, "its length is no number");
	for (size_t i = 0; i < f->value.n; i++) {
		if (f->value.p[i] < '0' || f->value.p[i] > '9')
			return bad(h, BAD, "its length is no number");
		bytes = 10 * bytes + (unsigned)(f->value.p[i] - '0');
	}
	*b = http_body_length(bytes);
	return 0;
}

/* The server must find the same end of the body: what two programs could
 * understand in two ways is refused (RFC 9112, section 6.3). */
static int parse_body(struct parts *h, struct http_body *b)
{
	const struct http_field *coding = find(h, "transfer-encoding", 0);

	*b = http_body_length(0);
	if (!coding)
		return find(h, "content-length", 0) ? parse_length(h, b) : 0;
	if (find(h, "content-length", 0) || h->version.p[7] == '0')
		return bad(h, BAD, "its length is said in two ways");
	if (!text_is(&coding->value, "chunked") ||
	    find(h, "transfer-encoding", (size_t)(coding - h->field) + 1))
		return bad(h, NO_SUCH,
			   "its transfer coding is not \"chunked\"");
	*b = http_body_chunked();
	return 0;
}

/* ---- the head that the server gets --------------------------------------- */

static bool is_nominated(const struct parts *h, const struct http_text *name)
{
	for (size_t i = 0; i < h->n; i++) {
		struct http_text list = h->field[i].value;

		if (!text_is(&h->field[i].name, "connection"))
			continue;
		while (list.n) {
			struct http_text one = trimmed(cut(&list, ','));

			if (one.n == name->n &&
			    !strncasecmp(one.p, name->p, one.n))
				return true;
		}
	}
	return false;
}

/* Fields between the client and its proxy (RFC 9110, section 7.6.1), and Host,
 * which is made from the target.  How long the body is must stay. */
static bool is_dropped(const struct parts *h, const struct http_text *name)
{
	static const char *const ours[] = {
		"connection",
		"host",
		"keep-alive",
		"proxy-authenticate",
		"proxy-authorization",
		"proxy-connection",
		"te",
		"upgrade",
	};

	if (text_is(name, "content-length") ||
	    text_is(name, "transfer-encoding"))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(ours); i++)
		if (text_is(name, ours[i]))
			return true;
	return is_nominated(h, name);
}

static int put(struct buf *to, const char *before, const struct http_text *t)
{
	int ret = buf_append(to, before, strlen(before));

	return ret ? ret : buf_append(to, t->p, t->n);
}

/* One request for each connection: "Connection: close" has the server end it,
 * and where the next request goes is the client's next connection's matter.
 * There is no Via: the server sees what it would see without a proxy. */
static int make_head(const struct parts *h, const struct http_text *authority,
		     const struct http_text *path, struct buf *to)
{
	static const struct http_text end = { "\r\nConnection: close\r\n\r\n",
					      23 };
	int ret = put(to, "", &h->method);

	ret = ret ? ret : put(to, *path->p == '?' ? " /" : " ", path);
	ret = ret ? ret : put(to, " ", &h->version);
	ret = ret ? ret : put(to, "\r\nHost: ", authority);
	for (size_t i = 0; !ret && i < h->n; i++) {
		const struct http_field *f = &h->field[i];

		if (is_dropped(h, &f->name))
			continue;
		ret = put(to, "\r\n", &f->name);
		ret = ret ? ret : put(to, ": ", &f->value);
	}
	return ret ? ret : put(to, "", &end);
}

/* ---- the three kinds ----------------------------------------------------- */

/* What stands before the path of a URL. */
static struct http_text cut_authority(struct http_text *url)
{
	struct http_text t = { url->p, 0 };

	while (t.n < url->n && !strchr("/?#", t.p[t.n]))
		t.n++;
	url->p += t.n;
	url->n -= t.n;
	return t;
}

static int parse_place(struct parts *h, const char *scheme,
		       const struct http_text *authority, struct dest *to)
{
	char url[16 + HOST_MAX + 16];

	if (authority->n > HOST_MAX + 8)
		return bad(h, BAD, "its host is no name or address");
	snprintf(url, sizeof url, "%s%.*s", scheme, (int)authority->n,
		 authority->p);
	if (host_of_url(url, to->host, &to->port) || !to->port)
		return bad(h, BAD,
			   "its host is no name or address, or its "
			   "port no number");
	return 0;
}

/* The port must be there; host_of_url has one for URLs without. */
static int parse_connect(struct parts *h, struct http_request *r)
{
	const struct http_text *t = &h->target;
	size_t i = t->n;

	while (i && t->p[i - 1] >= '0' && t->p[i - 1] <= '9')
		i--;
	if (i == t->n || !i || t->p[i - 1] != ':' || memchr(t->p, '/', t->n) ||
	    memchr(t->p, '?', t->n) || memchr(t->p, '#', t->n))
		return bad(h, BAD, "expected: CONNECT HOST:PORT");
	return parse_place(h, "https://", t, &r->to);
}

static int parse_forward(struct parts *h, struct http_request *r)
{
	static const struct http_text root = { "/", 1 }, all = { "*", 1 };
	struct http_text path = { h->target.p + 7, h->target.n - 7 };
	struct http_text authority = cut_authority(&path);
	int status = parse_place(h, "http://", &authority, &r->to);

	if (!status)
		status = parse_body(h, &r->body);
	if (status)
		return status;
	path = cut(&path, '#');
	if (!path.n)
		path = text_is(&h->method, "options") ? all : root;
	if (make_head(h, &authority, &path, &r->head))
		return bad(h, NO_MEMORY, "there is no memory for it");
	return 0;
}

static void parse_own(const struct parts *h, struct http_request *r)
{
	const struct http_field *host = find(h, "host", 0);

	r->reads = r->head_only || text_is(&h->method, "get");
	snprintf(r->path, sizeof r->path, "%.*s", (int)h->target.n,
		 h->target.p);
	if (host)
		snprintf(r->host, sizeof r->host, "%.*s", (int)host->value.n,
			 host->value.p);
}

static int parse_target(struct parts *h, struct http_request *r)
{
	static const char scheme[] = "http://";

	r->head_only = text_is(&h->method, "head");
	if (text_is(&h->method, "connect")) {
		r->kind = HTTP_CONNECT;
		return parse_connect(h, r);
	}
	if (*h->target.p == '/') {
		r->kind = HTTP_OWN;
		parse_own(h, r);
		return 0;
	}
	if (h->target.n < strlen(scheme) ||
	    strncasecmp(h->target.p, scheme, strlen(scheme)))
		return bad(h, NO_SUCH,
			   "this proxy has CONNECT, and URLs that "
			   "begin with http://");
	r->kind = HTTP_FORWARD;
	return parse_forward(h, r);
}

int http_parse(struct http_request *r, const char *p, size_t n,
	       const char **why)
{
	struct parts h = { .why = "" };
	int status;

	*r = (struct http_request){ 0 };
	status = parse_parts(&h, (struct http_text){ p, n });
	if (!status)
		status = parse_target(&h, r);
	*why = h.why;
	return status;
}

void http_request_fini(struct http_request *r)
{
	buf_fini(&r->head);
}
