/* SPDX-License-Identifier: BSD-2-Clause */
/* redirect_msg.c - what an agent and its helper adit-redirect say to each
 * other. */
#include "intercept/redirect_msg.h"

#include "base/err.h"
#include "base/wire.h"

#include <errno.h>
#include <sys/socket.h>

static void redirect_put_addr(struct wr *w, const struct addr *a)
{
	wr_u8(w, a->family == AF_INET6 ? 6 : 4);
	wr_bytes(w, a->ip, a->family == AF_INET6 ? 16 : 4);
	wr_u16(w, a->port);
}

static void redirect_get_addr(struct rd *r, struct addr *a)
{
	unsigned version = rd_u8(r);
	size_t n = version == 6 ? 16 : 4;
	const uint8_t *p = rd_bytes(r, n);

	*a = (struct addr){ .family = version == 6 ? AF_INET6 : AF_INET };
	r->bad |= version != 4 && version != 6;
	if (p)
		memcpy(a->ip, p, n);
	a->port = rd_u16(r);
}

static void redirect_put_nets(struct wr *w, const struct redirect_msg *m)
{
	wr_u8(w, m->last);
	wr_u8(w, m->nnets);
	for (unsigned i = 0; i < m->nnets; i++) {
		wr_u8(w, m->nets[i].bits);
		redirect_put_addr(w, &m->nets[i].base);
	}
}

static void redirect_get_nets(struct rd *r, struct redirect_msg *m)
{
	m->last = rd_u8(r);
	m->nnets = rd_u8(r);
	r->bad |= m->nnets > REDIRECT_NETS;
	for (unsigned i = 0; i < m->nnets && !r->bad; i++) {
		struct net *n = &m->nets[i];

		n->bits = rd_u8(r);
		redirect_get_addr(r, &n->base);
		r->bad |= n->bits > (n->base.family == AF_INET ? 32 : 128);
	}
}

size_t redirect_pack(uint8_t p[static REDIRECT_BYTES],
		     const struct redirect_msg *m)
{
	struct wr w = wr_of(p, REDIRECT_BYTES);

	wr_u8(&w, m->kind);
	switch (m->kind) {
	case REDIRECT_START:
		wr_u8(&w, m->early);
		break;
	case REDIRECT_VERDICT:
		wr_u32(&w, m->id);
		wr_u8(&w, m->mark);
		break;
	case REDIRECT_COVER:
		redirect_put_nets(&w, m);
		break;
	case REDIRECT_BACK:
		redirect_put_addr(&w, &m->syn.from);
		redirect_put_addr(&w, &m->syn.to);
		redirect_put_addr(&w, &m->as);
		break;
	case REDIRECT_READY:
		wr_u8(&w, m->hold);
		wr_u32(&w, m->device);
		break;
	case REDIRECT_FAILED:
		wr_u32(&w, (uint32_t)m->error);
		wr_str8(&w, m->what);
		break;
	case REDIRECT_SYN:
		wr_u32(&w, m->id);
		redirect_put_addr(&w, &m->syn.from);
		redirect_put_addr(&w, &m->syn.to);
		wr_u32(&w, m->syn.seq);
		break;
	}
	return w.bad ? 0 : (size_t)(w.p - p);
}

int redirect_unpack(struct redirect_msg *m, const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);
	unsigned mark;

	*m = (struct redirect_msg){ .kind = rd_u8(&r) };
	switch (m->kind) {
	case REDIRECT_START:
		m->early = rd_u8(&r);
		break;
	case REDIRECT_VERDICT:
		m->id = rd_u32(&r);
		mark = rd_u8(&r);
		r.bad |= mark > INNER_PASSED;
		m->mark = mark;
		break;
	case REDIRECT_COVER:
		redirect_get_nets(&r, m);
		break;
	case REDIRECT_BACK:
		redirect_get_addr(&r, &m->syn.from);
		redirect_get_addr(&r, &m->syn.to);
		redirect_get_addr(&r, &m->as);
		r.bad |= m->as.family != m->syn.to.family;
		break;
	case REDIRECT_READY:
		m->hold = rd_u8(&r);
		m->device = rd_u32(&r);
		break;
	case REDIRECT_FAILED:
		m->error = (int)rd_u32(&r);
		rd_str8(&r, m->what, sizeof m->what);
		break;
	case REDIRECT_SYN:
		m->id = rd_u32(&r);
		redirect_get_addr(&r, &m->syn.from);
		redirect_get_addr(&r, &m->syn.to);
		m->syn.seq = rd_u32(&r);
		break;
	default:
		return ERR_INVAL;
	}
	return rd_is_done(&r) ? 0 : ERR_INVAL;
}

int redirect_send(int fd, const struct redirect_msg *m)
{
	uint8_t bytes[REDIRECT_BYTES];
	size_t n = redirect_pack(bytes, m);

	if (!n) {
		errno = EMSGSIZE;
		return ERR_SYS;
	}
	if (send(fd, bytes, n, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
		return 0;
	return errno == EAGAIN || errno == EINTR ? ERR_AGAIN : ERR_SYS;
}

int redirect_receive(int fd, struct redirect_msg *m)
{
	uint8_t bytes[REDIRECT_BYTES];
	ssize_t n = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);

	/* It ended with something unread; what it said before is still here. */
	if (n < 0 && errno == ECONNRESET)
		n = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
	if (n > 0)
		return redirect_unpack(m, bytes, (size_t)n);
	if (!n)
		return ERR_CLOSED;
	return errno == EAGAIN || errno == EINTR ? ERR_AGAIN : ERR_SYS;
}
