/* SPDX-License-Identifier: BSD-2-Clause */
/* site.h - the HTTP server of the web pages, on connections that the front has
 * taken and decrypted. */
#ifndef ADIT_WEB_SITE_H
#define ADIT_WEB_SITE_H

#include "process/msg_page.h"
#include "web/lang.h"

#include <ev.h>

struct site;

struct site_conf {
	struct ev_loop *loop;
	const struct langs *langs; /* kept by reference */
	/* Sends a question to the monitor; the answer comes to site_answer.  0
	 * or an error: there will be none. */
	int (*ask)(void *ctx, uint32_t id, const struct msg_page_ask *);
	/* The connection with this number is closed. */
	void (*gone)(void *ctx, uint32_t conn);
	void *ctx;
};

/* NULL: out of memory. */
MUST_CHECK struct site *site_new(const struct site_conf *);
void site_free(struct site *);
/* A connection, whose descriptor (a stream, non-blocking) is the site's from
 * now on, also on failure. */
void site_add(struct site *, int fd, uint32_t conn);
/* The monitor's answer to question `id`, JSON text[n]; NULL: there will be
 * none.  `file` is what it is about, or -1: the site's from now on. */
void site_answer(struct site *, uint32_t id, const char *text, size_t n,
		 int file);

#endif
