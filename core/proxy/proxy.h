/* SPDX-License-Identifier: BSD-2-Clause */
/* proxy.h - an HTTP proxy on the way to a gateway; no I/O. */
#ifndef ADIT_PROXY_PROXY_H
#define ADIT_PROXY_PROXY_H

#include "base/defs.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PROXY_HOST_MAX = 256,
	PROXY_WORD_MAX = 256, /* user, password */
	PROXY_REQUEST_MAX = 2048,
	PROXY_HEADER_MAX = 16384, /* of all its answers to one request */
};

struct proxy {
	char host[PROXY_HOST_MAX]; /* empty: no proxy */
	uint16_t port;
	char user[PROXY_WORD_MAX], password[PROXY_WORD_MAX];
};

/* Parses "[http://][USER[:PASSWORD]@]HOST[:PORT][/]"; USER and PASSWORD have
 * %XX for characters that a URL cannot hold.  0; or ERR_INVAL, and *why is a
 * constant text that quotes nothing of it. */
MUST_CHECK int proxy_parse(struct proxy *, const char *text, const char **why);
/* The value of https_proxy or HTTPS_PROXY, or NULL; *name is that variable. */
const char *proxy_from_environment(const char **name);
/* Whether the list of hosts and domains in no_proxy (or NULL) has this host.
 * Loopback addresses count as if they were in every list. */
bool proxy_skips(const char *no_proxy, const char *host);

/* ---- proxy_talk.c: CONNECT (RFC 9110, 9.3.6) ------------------------- */

struct proxy_talk {
	const struct proxy *via;
	char out[PROXY_REQUEST_MAX]; /* holds the password: wipe it */
	size_t out_n, sent;
	char in[PROXY_HEADER_MAX + 1];
	size_t in_n;        /* of the header that is coming */
	size_t line, total; /* bytes of its line; of all headers */
	bool lasts;         /* asking again would be of no use */
	char why[600];
};

/* Makes the request for `target`, "HOST:PORT".  `via` must outlive the talk. */
void proxy_talk_init(struct proxy_talk *, const struct proxy *via,
		     const char *target);
/* Takes in n bytes of the answer.  0: the tunnel is open, and the bytes
 * behind the first *used are the gateway's; ERR_AGAIN: the answer is not
 * complete; ERR_DENIED: why[] says why not. */
MUST_CHECK int proxy_talk_input(struct proxy_talk *, const char *p, size_t n,
				size_t *used);

#endif
