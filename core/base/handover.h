/* SPDX-License-Identifier: BSD-2-Clause */
/* handover.h - packs the state of objects for another process of the same
 * machine, and unpacks it there.
 *
 * One function names the fields of an object for both directions, so sender and
 * receiver cannot disagree: in the process that the state leaves it appends the
 * fields, and in the process where it arrives it fills them in.  Descriptors go
 * beside the bytes, in the order of the calls.  The first error sticks in
 * `bad`: pass over all fields, then ask handover_is_done once. */
#ifndef ADIT_BASE_HANDOVER_H
#define ADIT_BASE_HANDOVER_H

#include "base/addr.h"
#include "base/buf.h"
#include "base/wire.h"

struct handover {
	bool packing;   /* the state leaves this process; else it arrives */
	bool bad;       /* out of memory, or the bytes are wrong */
	struct buf out; /* packing: the packed bytes */
	struct rd in;   /* unpacking: the bytes to unpack, of the caller */
	/* packing: the array is this struct's, the descriptors are not */
	int *fd;
	size_t nfd, next; /* unpacking: fd is the caller's, see below */
};

/* Begins packing.  handover_fini frees `out` and the array. */
struct handover handover_packing(void);
/* Begins unpacking p[n] and fd[nfd], which stay the caller's.  A descriptor
 * that an object takes is that object's; the caller closes fd[next ..]. */
struct handover handover_unpacking(const void *p, size_t n, int *fd,
				   size_t nfd);
void handover_fini(struct handover *);
/* Nothing went wrong and, unpacking, no byte and no descriptor is left over. */
bool handover_is_done(const struct handover *);

void handover_bool(struct handover *, bool *);
void handover_u8(struct handover *, uint8_t *);
void handover_u16(struct handover *, uint16_t *);
void handover_u32(struct handover *, uint32_t *);
void handover_u64(struct handover *, uint64_t *);
/* Calls the function above that fits the type of *p; also for a size_t, and for
 * an enum that is an unsigned int. */
#define handover_field(c, p)                                                   \
	_Generic((p), \
	bool *: handover_bool, uint8_t *: handover_u8, \
	uint16_t *: handover_u16, uint32_t *: handover_u32, \
	uint64_t *: handover_u64)((c), (p))

/* n bytes as they are. */
void handover_bytes(struct handover *, void *p, size_t n);
/* How many things follow; more than `most` is bad. */
void handover_count(struct handover *, size_t *n, size_t most);
/* A text in dst[cap]. */
void handover_str(struct handover *, char *dst, size_t cap);
/* A text on the heap, or NULL; unpacking, the caller owns it. */
void handover_text(struct handover *, char **text);
/* The bytes of a queue; unpacking, they are appended to it. */
void handover_buf(struct handover *, struct buf *);
void handover_addr(struct handover *, struct addr *);
/* A descriptor, or -1.  Packing, it stays open in this process; unpacking, the
 * caller owns *fd. */
void handover_fd(struct handover *, int *fd);

#endif
