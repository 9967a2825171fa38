/* SPDX-License-Identifier: BSD-2-Clause */
/* page_relay.h - the plaintext of a connection that speaks HTTP/1.1, between
 * its TLS here and the web process, which has no keys.
 *
 *   browser == TLS ==> preauth.conn <-- relay --> socketpair --> web process
 *
 * The front does not read what goes through. */
#ifndef ADIT_FRONT_PAGE_RELAY_H
#define ADIT_FRONT_PAGE_RELAY_H

#include "base/buf.h"
#include "front/front.h"

struct page_relay {
	int fd; /* the socketpair's end; -1: there is no relay */
	ev_io rd, wr;
	struct buf pending; /* for the web process, whose socket is full */
	bool ended;         /* the web process has closed its end */
	/* When the web process last sent a byte; before: when it began. */
	uint64_t answered_us;
	uint8_t *record; /* TLS_RECORD_MAX bytes */
};

struct preauth;

void page_relay_init(struct page_relay *);
/* TLS is up: asks the monitor to give the other end to the web process.  0, or
 * an error, with which the connection is to be ended: *why says it in words. */
MUST_CHECK int page_relay_open(struct preauth *, const char **why);
void page_relay_fini(struct page_relay *, struct ev_loop *);
/* These are callbacks of struct conn_ops. */
int page_relay_input(struct preauth *, const uint8_t *p, size_t n);
bool page_relay_output(struct preauth *, struct iovec *record);
void page_relay_turned(struct preauth *);

#endif
