/* SPDX-License-Identifier: BSD-2-Clause */
/* web_pages.h - the web pages in the web process. */
#ifndef ADIT_WEB_WEB_PAGES_H
#define ADIT_WEB_WEB_PAGES_H

#include "web/site.h"

struct web_pages {
	int monitor; /* its socket; the caller's */
	struct langs langs;
	struct site *site;
};

/* 0 or ERR_NOMEM; web_pages_fini is the caller's in both cases. */
MUST_CHECK int web_pages_init(struct web_pages *, struct ev_loop *,
			      int monitor);
void web_pages_fini(struct web_pages *);
/* A message of msg_page.h.  0, or ERR_PROTO: it is none, or malformed. */
MUST_CHECK int web_pages_take(struct web_pages *, struct msg *);

#endif
