/* SPDX-License-Identifier: BSD-2-Clause */
/* carry.c - state on its way from one process to another. */
#include "base/carry.h"

#include <stdlib.h>

struct carry carry_leaving(void)
{
	return (struct carry){ .leaving = true };
}

struct carry carry_arriving(const void *p, size_t n, int *fd, size_t nfd)
{
	return (struct carry){ .in = rd_of(p, n), .fd = fd, .nfd = nfd };
}

void carry_fini(struct carry *c)
{
	if (c->leaving)
		free(c->fd);
	buf_fini(&c->out);
}

bool carry_is_done(const struct carry *c)
{
	return !c->bad &&
	       (c->leaving || (rd_is_done(&c->in) && c->next == c->nfd));
}

void carry_bytes(struct carry *c, void *p, size_t n)
{
	const uint8_t *from;

	if (c->leaving) {
		c->bad |= n && buf_append(&c->out, p, n);
		return;
	}
	from = rd_bytes(&c->in, n);
	c->bad |= !from;
	if (from && n)
		memcpy(p, from, n);
}

/* `n` bytes, the most significant first. */
static uint64_t number(struct carry *c, uint64_t v, size_t n)
{
	uint8_t b[8];

	for (size_t i = 0; i < n; i++)
		b[i] = (uint8_t)(v >> 8 * (n - 1 - i));
	carry_bytes(c, b, n);
	/* What leaves stays as it was, for those who go on with it. */
	if (c->leaving)
		return v;
	if (c->bad)
		return 0;
	v = 0;
	for (size_t i = 0; i < n; i++)
		v = v << 8 | b[i];
	return v;
}

void carry_bool(struct carry *c, bool *v)
{
	*v = number(c, *v, 1);
}

void carry_u8(struct carry *c, uint8_t *v)
{
	*v = (uint8_t)number(c, *v, sizeof *v);
}

void carry_u16(struct carry *c, uint16_t *v)
{
	*v = (uint16_t)number(c, *v, sizeof *v);
}

void carry_u32(struct carry *c, uint32_t *v)
{
	*v = (uint32_t)number(c, *v, sizeof *v);
}

void carry_u64(struct carry *c, uint64_t *v)
{
	*v = number(c, *v, sizeof *v);
}

void carry_count(struct carry *c, size_t *n, size_t most)
{
	uint64_t v = *n;

	carry_u64(c, &v);
	c->bad |= v > most;
	if (!c->leaving)
		*n = c->bad ? 0 : (size_t)v;
}

void carry_str(struct carry *c, char *dst, size_t cap)
{
	size_t n = c->leaving ? strlen(dst) : 0;

	carry_count(c, &n, cap - 1);
	carry_bytes(c, dst, n);
	if (!c->leaving)
		dst[n] = 0;
}

void carry_text(struct carry *c, char **text)
{
	bool some = *text;
	size_t n = c->leaving && some ? strlen(*text) : 0;

	carry_bool(c, &some);
	if (!some)
		return;
	carry_count(c, &n, c->leaving ? SIZE_MAX : rd_left(&c->in));
	if (!c->leaving) {
		*text = malloc(n + 1);
		if (!*text) {
			c->bad = true;
			return;
		}
	}
	carry_bytes(c, *text, n);
	if (!c->leaving)
		(*text)[n] = 0;
}

void carry_buf(struct carry *c, struct buf *b)
{
	size_t n = c->leaving ? buf_len(b) : 0;
	uint8_t *p;

	carry_count(c, &n, c->leaving ? SIZE_MAX : rd_left(&c->in));
	if (!n)
		return;
	p = c->leaving ? buf_ptr(b) : buf_reserve(b, n);
	if (!p) {
		c->bad = true;
		return;
	}
	carry_bytes(c, p, n);
	if (!c->leaving && !c->bad)
		buf_commit(b, n);
}

void carry_addr(struct carry *c, struct addr *a)
{
	carry_u16(c, &a->family);
	carry_u16(c, &a->port);
	carry_u32(c, &a->scope);
	carry_bytes(c, a->ip, sizeof a->ip);
	c->bad |= !c->leaving && !addr_settle(a);
}

static void fd_leaves(struct carry *c, int fd)
{
	int *more = reallocarray(c->fd, c->nfd + 1, sizeof *more);

	if (!more) {
		c->bad = true;
		return;
	}
	c->fd = more;
	c->fd[c->nfd++] = fd;
}

void carry_fd(struct carry *c, int *fd)
{
	bool some = *fd >= 0;

	carry_bool(c, &some);
	if (c->leaving) {
		if (some)
			fd_leaves(c, *fd);
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
