/* SPDX-License-Identifier: BSD-2-Clause */
/* http_parse.h - what an HTTP client asks a proxy for (RFC 9110, 9112), as a
 * pure function. */
#ifndef ADIT_PROXY_HTTP_PARSE_H
#define ADIT_PROXY_HTTP_PARSE_H

#include "proxy/http_body.h"
#include "base/buf.h"
#include "frame/payload.h"

enum {
	HTTP_HEAD_MAX = 16384, /* bytes of a request without its body */
	HTTP_FIELDS_MAX = 128,
	HTTP_PATH_MAX = 64, /* of what the proxy itself is asked for */
};

enum http_kind {
	HTTP_CONNECT, /* CONNECT host:port */
	HTTP_FORWARD, /* GET http://host/path, or another method */
	HTTP_OWN,     /* GET /path: of the proxy itself */
};

struct http_request {
	enum http_kind kind;
	struct dest to;           /* of HTTP_CONNECT and HTTP_FORWARD */
	struct http_body body;    /* of HTTP_FORWARD */
	struct buf head;          /* the same, as the server gets it */
	bool head_only;           /* HEAD: answers have no body */
	bool reads;               /* of HTTP_OWN: GET or HEAD */
	char path[HTTP_PATH_MAX]; /* of HTTP_OWN; cut where it is longer */
	char host[HOST_MAX];      /* of HTTP_OWN: its Host; or "" */
};

/* Whether a client whose first byte this is speaks HTTP. */
bool http_begins(uint8_t first);
/* The length of a request's head, of which n bytes have come, and `seen` of
 * them had come when this was asked before.  0: it is not complete. */
size_t http_head_length(const char *p, size_t n, size_t seen);
/* Parses a whole head.  0; or the HTTP status that the client gets, and *why is
 * a constant text for people.  http_request_fini in either case. */
MUST_CHECK int http_parse(struct http_request *, const char *p, size_t n,
			  const char **why);
void http_request_fini(struct http_request *);

#endif
