/* SPDX-License-Identifier: BSD-2-Clause */
/* credit.h - what channels may have: credit.c, and line.c for those that wait for
 * it; for the files of this folder only. */
#ifndef ADIT_CHANNEL_CREDIT_H
#define ADIT_CHANNEL_CREDIT_H

#include "channel/chan.h"

/* credit.c */
/* The peer may send so much before anything else is said. */
void credit_init(struct chan *, uint32_t window);
void credit_release(struct chan *);
/* A larger window, which is charged already. */
void credit_grow(struct chan *, uint32_t window);
/* What the unfinished message needs is not granted yet. */
bool credit_is_short(const struct chan *);
/* From another process, with the window that it has. */
void credit_arrived(struct chan *);
void credit_consumed(struct chan *, size_t n);
void credit_on_limit(struct chan *, uint64_t limit);
int credit_on_return(struct chan *);
int credit_on_returned(struct chan *, uint64_t limit);
void credit_sweep(struct session *);
/* chan.c */
/* It counts with the owner; or why it must not be. */
const char *chan_count(struct chan *, bool must);
/* line.c */
/* Its start is charged.  False: it has to wait, and is `early`. */
MUST_CHECK bool line_begin(struct chan *);
/* From another process, where it was early. */
void line_arrived(struct chan *);
void line_leave(struct chan *);
/* The unfinished message gets its window, now or later. */
void line_feed(struct chan *);
/* Those whose turn it is go on.  True: some did. */
bool line_move(struct session *);
static inline bool line_stands(const struct session *s)
{
	return s->nline;
}

#endif
