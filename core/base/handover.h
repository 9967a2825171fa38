/* SPDX-License-Identifier: BSD-2-Clause */
/* handover.h - state on its way from one process to another of the same
 * machine.
 *
 * One function walks an object's fields in both directions: where the state
 * leaves it appends them, where it arrives it fills them in, so that the two
 * cannot disagree.  Descriptors travel beside the bytes, in the order in which
 * they are met.  An error sticks: walk everything, ask once. */
#ifndef ADIT_BASE_HANDOVER_H
#define ADIT_BASE_HANDOVER_H

#include "base/addr.h"
#include "base/buf.h"
#include "base/wire.h"

struct handover {
	bool leaving;     /* else it arrives */
	bool bad;         /* no memory, or not what was said */
	struct buf out;   /* leaving; the caller's to free */
	struct rd in;     /* arriving; lent */
	int *fd;          /* leaving: owned array of lent ones */
	size_t nfd, next; /* arriving: lent array, owned ones */
};

struct handover handover_leaving(void);
/* Descriptors that nobody takes remain the caller's: fd[next ..]. */
struct handover handover_arriving(const void *p, size_t n, int *fd, size_t nfd);
void handover_fini(struct handover *);
/* Nothing was bad, and, arriving, no byte and no descriptor is left. */
bool handover_is_done(const struct handover *);

void handover_bool(struct handover *, bool *);
void handover_u8(struct handover *, uint8_t *);
void handover_u16(struct handover *, uint16_t *);
void handover_u32(struct handover *, uint32_t *);
void handover_u64(struct handover *, uint64_t *);
/* By the type of what p points to; size_t and enums of unsigned go too. */
#define carry(c, p)                                                            \
	_Generic((p), \
	bool *: handover_bool, uint8_t *: handover_u8, uint16_t *: handover_u16, \
	uint32_t *: handover_u32, uint64_t *: handover_u64)((c), (p))

/* n bytes as they are. */
void handover_bytes(struct handover *, void *p, size_t n);
/* A number of things that follow, at most `most`. */
void handover_count(struct handover *, size_t *n, size_t most);
/* Text in dst[cap]; and one on the heap, or NULL: owned by who gets it. */
void handover_str(struct handover *, char *dst, size_t cap);
void handover_text(struct handover *, char **text);
/* What waits in a queue; arriving, it is appended. */
void handover_buf(struct handover *, struct buf *);
void handover_addr(struct handover *, struct addr *);
/* -1: none.  Leaving, it stays open here; arriving, *fd owns it. */
void handover_fd(struct handover *, int *fd);

#endif
