/* SPDX-License-Identifier: BSD-2-Clause */
/* handover.c - packs the state of objects for another process, and unpacks it
 * there. */
#include "base/handover.h"

#include <stdlib.h>

struct handover handover_packing(void)
{
	return (struct handover){ .packing = true };
}

struct handover handover_unpacking(const void *p, size_t n, int *fd, size_t nfd)
{
	return (struct handover){ .in = rd_of(p, n), .fd = fd, .nfd = nfd };
}

void handover_fini(struct handover *c)
{
	if (c->packing)
		free(c->fd);
	buf_fini(&c->out);
}

bool handover_is_done(const struct handover *c)
{
	return !c->bad &&
	       (c->packing || (rd_is_done(&c->in) && c->next == c->nfd));
}

void handover_bytes(struct handover *c, void *p, size_t n)
{
	const uint8_t *from;

	if (c->packing) {
		c->bad |= n && buf_append(&c->out, p, n);
		return;
	}
	from = rd_bytes(&c->in, n);
	c->bad |= !from;
	if (from && n)
		memcpy(p, from, n);
}

/* `n` bytes, the most significant first. */
static uint64_t handover_number(struct handover *c, uint64_t v, size_t n)
{
	uint8_t b[8];

	for (size_t i = 0; i < n; i++)
		b[i] = (uint8_t)(v >> 8 * (n - 1 - i));
	handover_bytes(c, b, n);
	/* The handover may fail, and the sender then goes on with its state. */
	if (c->packing)
		return v;
	if (c->bad)
		return 0;
	v = 0;
	for (size_t i = 0; i < n; i++)
		v = v << 8 | b[i];
	return v;
}

void handover_bool(struct handover *c, bool *v)
{
	*v = handover_number(c, *v, 1);
}

void handover_u8(struct handover *c, uint8_t *v)
{
	*v = (uint8_t)handover_number(c, *v, sizeof *v);
}

void handover_u16(struct handover *c, uint16_t *v)
{
	*v = (uint16_t)handover_number(c, *v, sizeof *v);
}

void handover_u32(struct handover *c, uint32_t *v)
{
	*v = (uint32_t)handover_number(c, *v, sizeof *v);
}

void handover_u64(struct handover *c, uint64_t *v)
{
	*v = handover_number(c, *v, sizeof *v);
}

void handover_count(struct handover *c, size_t *n, size_t most)
{
	uint64_t v = *n;

	handover_u64(c, &v);
	c->bad |= v > most;
	if (!c->packing)
		*n = c->bad ? 0 : (size_t)v;
}

void handover_str(struct handover *c, char *dst, size_t cap)
{
	size_t n = c->packing ? strlen(dst) : 0;

	handover_count(c, &n, cap - 1);
	handover_bytes(c, dst, n);
	if (!c->packing)
		dst[n] = 0;
}

void handover_text(struct handover *c, char **text)
{
	bool some = *text;
	size_t n = c->packing && some ? strlen(*text) : 0;

	handover_bool(c, &some);
	if (!some)
		return;
	handover_count(c, &n, c->packing ? SIZE_MAX : rd_left(&c->in));
	if (!c->packing) {
		*text = malloc(n + 1);
		if (!*text) {
			c->bad = true;
			return;
		}
	}
	handover_bytes(c, *text, n);
	if (!c->packing)
		(*text)[n] = 0;
}

void handover_buf(struct handover *c, struct buf *b)
{
	size_t n = c->packing ? buf_len(b) : 0;
	uint8_t *p;

	handover_count(c, &n, c->packing ? SIZE_MAX : rd_left(&c->in));
	if (!n)
		return;
	p = c->packing ? buf_ptr(b) : buf_reserve(b, n);
	if (!p) {
		c->bad = true;
		return;
	}
	handover_bytes(c, p, n);
	if (!c->packing && !c->bad)
		buf_commit(b, n);
}

void handover_addr(struct handover *c, struct addr *a)
{
	handover_u16(c, &a->family);
	handover_u16(c, &a->port);
	handover_u32(c, &a->scope);
	handover_bytes(c, a->ip, sizeof a->ip);
	c->bad |= !c->packing && !addr_settle(a);
}

static void handover_fd_leaves(struct handover *c, int fd)
{
	int *more = reallocarray(c->fd, c->nfd + 1, sizeof *more);

	if (!more) {
		c->bad = true;
		return;
	}
	c->fd = more;
	c->fd[c->nfd++] = fd;
}

void handover_fd(struct handover *c, int *fd)
{
	bool some = *fd >= 0;

	handover_bool(c, &some);
	if (c->packing) {
		if (some)
			handover_fd_leaves(c, *fd);
		return;
	}
	*fd = -1;
	if (!some)
		return;
	if (c->next == c->nfd)
		c->bad = true;
	else
		*fd = c->fd[c->next++];
}
