/* SPDX-License-Identifier: BSD-2-Clause */
/* credit.h - how much memory channels may use: windows (credit.c), and queues
 * of those that wait for memory (line.c); for the files of this folder only. */
#ifndef ADIT_CHANNEL_CREDIT_H
#define ADIT_CHANNEL_CREDIT_H

#include "channel/chan.h"

/* credit.c */
/* Charges the first window, in bytes, and grants it to the peer. */
void credit_init(struct chan *, uint32_t window);
/* Gives everything that the channel is charged for back to the budgets. */
void credit_release(struct chan *);
/* Sets a larger window, which the caller has charged already. */
void credit_grow(struct chan *, uint32_t window);
/* The window is too small for the message that has come in part. */
bool credit_is_short(const struct chan *);
/* The channel was received from another process: charges its window here. */
void credit_arrived(struct chan *);
/* n more bytes are consumed: adapts the window and grants more. */
void credit_consumed(struct chan *, size_t n);
/* WINDOW has come: plain, with FLAG_RETURN, with FLAG_RETURNED.  0 or
 * ERR_PROTO. */
void credit_on_limit(struct chan *, uint64_t limit);
int credit_on_return(struct chan *);
int credit_on_returned(struct chan *, uint64_t limit);
/* When memory is scarce, asks idle channels to return their credit. */
void credit_sweep(struct session *);
/* chan.c */
/* Counts the channel with the owner.  NULL, or why there may not be one
 * more. */
const char *chan_count(struct chan *, bool must);
/* line.c */
/* For a channel of the peer: asks the owner when it may begin.  NULL, or why it
 * may not. */
const char *line_turn(struct chan *);
/* Charges the first window.  False: the channel has to wait, and is `early`. */
MUST_CHECK bool line_begin(struct chan *);
/* The channel was received from another process, where it was `early`. */
void line_arrived(struct chan *);
void line_leave(struct chan *);
/* Enlarges the window for an unfinished message, or queues the channel for
 * it. */
void line_feed(struct chan *);
/* Lets channels go on for which there is memory now.  True: there were some. */
bool line_move(struct session *);
/* Some channel waits. */
static inline bool line_stands(const struct session *s)
{
	return s->nline;
}

#endif
