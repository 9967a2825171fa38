/* SPDX-License-Identifier: BSD-2-Clause */
/* carry.h - state on its way from one process to another of the same machine.
 *
 * One function walks an object's fields in both directions: where the state
 * leaves it appends them, where it arrives it fills them in, so that the two
 * cannot disagree.  Descriptors travel beside the bytes, in the order in which
 * they are met.  An error sticks: walk everything, ask once. */
#ifndef ADIT_BASE_CARRY_H
#define ADIT_BASE_CARRY_H

#include "base/addr.h"
#include "base/buf.h"
#include "base/wire.h"

struct carry {
	bool leaving;     /* else it arrives */
	bool bad;         /* no memory, or not what was said */
	struct buf out;   /* leaving; the caller's to free */
	struct rd in;     /* arriving; lent */
	int *fd;          /* leaving: owned array of lent ones */
	size_t nfd, next; /* arriving: lent array, owned ones */
};

struct carry carry_leaving(void);
/* Descriptors that nobody takes remain the caller's: fd[next ..]. */
struct carry carry_arriving(const void *p, size_t n, int *fd, size_t nfd);
void carry_fini(struct carry *);
/* Nothing was bad, and, arriving, no byte and no descriptor is left. */
bool carry_is_done(const struct carry *);

void carry_bool(struct carry *, bool *);
void carry_u8(struct carry *, uint8_t *);
void carry_u16(struct carry *, uint16_t *);
void carry_u32(struct carry *, uint32_t *);
void carry_u64(struct carry *, uint64_t *);
/* By the type of what p points to; size_t and enums of unsigned go too. */
#define carry(c, p)                                                            \
	_Generic((p), \
	bool *: carry_bool, uint8_t *: carry_u8, uint16_t *: carry_u16, \
	uint32_t *: carry_u32, uint64_t *: carry_u64)((c), (p))

/* n bytes as they are. */
void carry_bytes(struct carry *, void *p, size_t n);
/* A number of things that follow, at most `most`. */
void carry_count(struct carry *, size_t *n, size_t most);
/* Text in dst[cap]; and one on the heap, or NULL: owned by who gets it. */
void carry_str(struct carry *, char *dst, size_t cap);
void carry_text(struct carry *, char **text);
/* What waits in a queue; arriving, it is appended. */
void carry_buf(struct carry *, struct buf *);
void carry_addr(struct carry *, struct addr *);
/* -1: none.  Leaving, it stays open here; arriving, *fd owns it. */
void carry_fd(struct carry *, int *fd);

#endif
