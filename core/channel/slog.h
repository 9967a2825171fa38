/* SPDX-License-Identifier: BSD-2-Clause */
/* slog.h - the session log of one direction: frames that were packed, until
 * the peer says that it has processed them.
 *
 *     base ................ sent ................. end    (64-bit byte counts)
 *       | waits for an ACK  | waits for the tunnel | the next frame goes here
 *
 * Frames lie whole in chunks of 64 KiB, so that four full ones fill a chunk and
 * one system call can fill them. */
#ifndef ADIT_CHANNEL_SLOG_H
#define ADIT_CHANNEL_SLOG_H

#include "base/handover.h"
#include "base/defs.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>

#define SLOG_CHUNK 65536

struct slog_chunk;

struct slog {
	struct slog_chunk *first, *last;
	struct slog_chunk *at; /* where `sent` stands */
	uint32_t first_off, at_off;
	uint64_t base, sent, end;
	struct slog_chunk *spare; /* empty chunks, kept while busy ... */
	unsigned nspare;          /* ... so many */
};

void slog_init(struct slog *);
void slog_fini(struct slog *);
/* Room for at least `least` bytes in one piece; NULL: no memory.  *room says
 * how much there is. */
MUST_CHECK uint8_t *slog_room(struct slog *, size_t least, size_t *room);
/* n bytes have been written there. */
void slog_commit(struct slog *, size_t n);
/* The next whole frames, as many as fit into one TLS record; they stay the
 * log's. False: all is sent. */
bool slog_next(struct slog *, struct iovec *record);
/* The peer has processed `count` bytes.  0, or ERR_PROTO if no frame ends there
 * or they were not sent. */
MUST_CHECK int slog_ack(struct slog *, uint64_t count);
/* A new tunnel: everything that is not acknowledged is to be sent again. */
void slog_rewind(struct slog *);
/* Sends the frames with their counts to another process, or receives them into
 * an empty log. */
void slog_handover(struct handover *, struct slog *);
/* Frees the memory that an idle session does not need. */
void slog_rest(struct slog *);

static inline uint64_t slog_held(const struct slog *l)
{
	return l->end - l->base;
}

#endif
