/* SPDX-License-Identifier: BSD-2-Clause */
/* msg.c - packets between the gateway's processes. */
#include "process/msg.h"

#include "base/err.h"
#include "base/log.h"
#include "base/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { HEAD = 5 }; /* type, id */

#define SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

union fd_space {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(MSG_FDS * sizeof(int))];
};

/* ---- packets ------------------------------------------------------------- */

static int failed(void)
{
	if (errno == EAGAIN || errno == EWOULDBLOCK)
		return ERR_AGAIN;
	return errno == EPIPE || errno == ECONNRESET ? ERR_CLOSED : ERR_SYS;
}

static void put_fds(struct msghdr *h, union fd_space *space,
		    const struct msg *m)
{
	size_t n = m->nfds * sizeof(int);
	struct cmsghdr *c;

	*space = (union fd_space){ 0 };
	h->msg_control = space->bytes;
	h->msg_controllen = CMSG_SPACE(n);
	c = CMSG_FIRSTHDR(h);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(n);
	memcpy(CMSG_DATA(c), m->fds, n);
}

int msg_send(int sock, const struct msg *m)
{
	uint8_t head[HEAD];
	struct wr w = wr_of(head, sizeof head);
	struct iovec iov[] = {
		{ head, sizeof head },
		{ (void *)(uintptr_t)m->data, m->len },
	};
	struct msghdr h = { .msg_iov = iov, .msg_iovlen = 2 };
	union fd_space space;
	ssize_t n;

	if (m->len > MSG_MAX || m->nfds > MSG_FDS) {
		errno = EMSGSIZE;
		return ERR_SYS;
	}
	wr_u8(&w, m->type);
	wr_u32(&w, m->id);
	if (m->nfds)
		put_fds(&h, &space, m);
	do {
		n = sendmsg(sock, &h, MSG_NOSIGNAL);
	} while (n < 0 && errno == EINTR);
	return n < 0 ? failed() : 0;
}

static void take_fds(struct msghdr *h, struct msg *m)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(h); c; c = CMSG_NXTHDR(h, c)) {
		size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS ||
		    n > MSG_FDS - m->nfds)
			continue;
		memcpy(m->fds + m->nfds, CMSG_DATA(c), n * sizeof(int));
		m->nfds += (unsigned)n;
	}
}

int msg_recv(int sock, struct msg *m)
{
	uint8_t head[HEAD] = { 0 };
	struct rd r = rd_of(head, sizeof head);
	struct iovec iov[] = {
		{ head, sizeof head },
		{ m->data, sizeof m->data },
	};
	union fd_space space;
	struct msghdr h = {
		.msg_iov = iov,
		.msg_iovlen = 2,
		.msg_control = space.bytes,
		.msg_controllen = sizeof space,
	};
	ssize_t n;

	m->nfds = 0;
	m->len = 0;
	do {
		n = recvmsg(sock, &h, MSG_CMSG_CLOEXEC);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return failed();
	if (n == 0)
		return ERR_CLOSED;
	take_fds(&h, m);
	if (n < HEAD || h.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) {
		msg_close_fds(m);
		return ERR_PROTO;
	}
	m->type = rd_u8(&r);
	m->id = rd_u32(&r);
	m->len = (size_t)n - HEAD;
	return 0;
}

void msg_close_fds(struct msg *m)
{
	while (m->nfds)
		if (m->fds[--m->nfds] >= 0)
			close(m->fds[m->nfds]);
}

/* ---- memfds -------------------------------------------------------------- */

static int msg_write_all(int fd, const uint8_t *p, size_t n)
{
	while (n) {
		ssize_t k = write(fd, p, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return ERR_SYS;
		p += k;
		n -= (size_t)k;
	}
	return 0;
}

int msg_memfd(const char *name, const void *p, size_t n)
{
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return -1;
	if (!msg_write_all(fd, p, n) &&
	    !fcntl(fd, F_ADD_SEALS, SEALS | F_SEAL_SEAL))
		return fd;
	close(fd);
	return -1;
}

static int msg_read_all(int fd, uint8_t *to, size_t n)
{
	size_t at = 0;

	while (at < n) {
		ssize_t k = pread(fd, to + at, n - at, (off_t)at);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return ERR_SYS;
		at += (size_t)k;
	}
	return 0;
}

int msg_memfd_read(int fd, struct buf *out, size_t most)
{
	int seals = fcntl(fd, F_GET_SEALS);
	struct stat st;
	uint8_t *to;
	size_t n;

	/* Without seals the sender could change what was checked. */
	if (seals < 0 || (seals & SEALS) != SEALS || fstat(fd, &st) ||
	    st.st_size < 0 || (uintmax_t)st.st_size > most)
		return ERR_PROTO;
	n = (size_t)st.st_size;
	to = buf_reserve(out, n + 1);
	if (!to)
		return ERR_NOMEM;
	if (msg_read_all(fd, to, n))
		return ERR_SYS;
	to[n] = 0;
	buf_commit(out, n);
	return 0;
}

/* ---- fields -------------------------------------------------------------- */

static size_t wr_len(const struct wr *w, const uint8_t *start)
{
	return w->bad ? 0 : (size_t)(w->p - start);
}

static int rd_result(const struct rd *r)
{
	return rd_is_done(r) ? 0 : ERR_PROTO;
}

static size_t ip_len(unsigned kind)
{
	return kind == 4 ? 4 : kind == 6 ? 16 : 0;
}

static void wr_addr(struct wr *w, const struct addr *a)
{
	unsigned kind = a->family == AF_INET  ? 4 :
			a->family == AF_INET6 ? 6 :
						0;

	wr_u8(w, kind);
	wr_bytes(w, a->ip, ip_len(kind));
	wr_u16(w, a->port);
	wr_u32(w, a->scope);
}

static void rd_addr(struct rd *r, struct addr *a)
{
	unsigned kind = rd_u8(r);
	const uint8_t *ip = rd_bytes(r, ip_len(kind));

	*a = (struct addr){ 0 };
	if (kind != 0 && kind != 4 && kind != 6)
		r->bad = true;
	a->family = kind == 4 ? AF_INET : kind == 6 ? AF_INET6 : AF_UNSPEC;
	if (ip)
		memcpy(a->ip, ip, ip_len(kind));
	a->port = rd_u16(r);
	a->scope = rd_u32(r);
}

static void escape_lines(char *dst, size_t cap, char *lines)
{
	char *end;

	for (; (end = strchr(lines, '\n')) && cap > 1; lines = end + 1) {
		size_t n;

		*end = 0;
		n = strlen(log_escape(dst, cap - 1, lines));
		dst[n++] = '\n';
		dst += n;
		cap -= n;
	}
	log_escape(dst, cap, lines);
}

void msg_put_text(struct msg *m, const char *text)
{
	size_t n = MIN(strlen(text), MSG_MAX - sizeof(uint16_t));
	struct wr w = wr_of(m->data, sizeof m->data);

	wr_u16(&w, (unsigned)n);
	wr_bytes(&w, text, n);
	m->len = (size_t)(w.p - m->data);
}

int msg_text(const struct msg *m, char text[MSG_TEXT])
{
	char raw[MSG_MAX];
	struct rd r = rd_of(m->data, m->len);

	rd_str16(&r, raw, sizeof raw);
	if (rd_is_done(&r))
		escape_lines(text, MSG_TEXT, raw);
	return rd_result(&r);
}

static void rd_stamp(struct rd *r, uint8_t stamp[STAMP_LEN])
{
	const uint8_t *p = rd_bytes(r, STAMP_LEN);

	memset(stamp, 0, STAMP_LEN);
	if (p)
		memcpy(stamp, p, STAMP_LEN);
}

size_t pack_msg_auth(uint8_t *p, size_t cap, const struct msg_auth *a)
{
	struct wr w = wr_of(p, cap);

	wr_u32(&w, a->gateway);
	wr_str8(&w, a->user);
	wr_addr(&w, &a->source);
	wr_u8(&w, a->has_password);
	if (a->has_password)
		wr_str16(&w, a->password);
	wr_u8(&w, a->change);
	return wr_len(&w, p);
}

int unpack_msg_auth(struct msg_auth *a, const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);
	uint8_t has_password, change;

	*a = (struct msg_auth){ 0 };
	a->gateway = rd_u32(&r);
	rd_str8(&r, a->user, sizeof a->user);
	rd_addr(&r, &a->source);
	has_password = rd_u8(&r);
	if (has_password > 1)
		r.bad = true;
	a->has_password = has_password == 1;
	if (a->has_password)
		rd_str16(&r, a->password, sizeof a->password);
	change = rd_u8(&r);
	if (change > 1)
		r.bad = true;
	a->change = change == 1;
	return rd_result(&r);
}

size_t pack_msg_auth_result(uint8_t *p, size_t cap,
			    const struct msg_auth_result *a)
{
	struct wr w = wr_of(p, cap);

	wr_u8(&w, a->verdict);
	wr_u32(&w, a->wait_ms);
	wr_str16(&w, a->groups);
	wr_str16(&w, a->hint);
	wr_bytes(&w, a->stamp, sizeof a->stamp);
	wr_u8(&w, a->has_code);
	return wr_len(&w, p);
}

int unpack_msg_auth_result(struct msg_auth_result *a, const uint8_t *p,
			   size_t n)
{
	struct rd r = rd_of(p, n);

	a->verdict = rd_u8(&r);
	if (a->verdict >= AUTH_VERDICTS)
		r.bad = true;
	a->wait_ms = rd_u32(&r);
	rd_str16(&r, a->groups, sizeof a->groups);
	rd_str16(&r, a->hint, sizeof a->hint);
	rd_stamp(&r, a->stamp);
	a->has_code = rd_u8(&r);
	if (a->has_code > 1)
		r.bad = true;
	return rd_result(&r);
}

size_t pack_msg_sign(uint8_t *p, size_t cap, const struct msg_sign *s)
{
	struct wr w = wr_of(p, cap);

	if (s->len > sizeof s->bytes)
		return 0;
	wr_u32(&w, s->gateway);
	wr_u32(&w, (uint32_t)s->algorithm);
	wr_u16(&w, s->len);
	wr_bytes(&w, s->bytes, s->len);
	return wr_len(&w, p);
}

int unpack_msg_sign(struct msg_sign *s, const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);
	const uint8_t *bytes;

	s->gateway = rd_u32(&r);
	s->algorithm = (int32_t)rd_u32(&r);
	s->len = rd_u16(&r);
	if (s->len > sizeof s->bytes) {
		s->len = 0;
		return ERR_PROTO;
	}
	bytes = rd_bytes(&r, s->len);
	if (bytes)
		memcpy(s->bytes, bytes, s->len);
	else
		s->len = 0;
	return rd_result(&r);
}

const char *found_str(unsigned found)
{
	static const char *const text[] = {
		[FOUND_ADDRESS] = "found",
		[FOUND_NO_NAME] = "name not found",
		[FOUND_SILENCE] = "name not found: the gateway's name servers "
				  "gave no answer",
		[FOUND_CROWD] =
			"name not found: too many names are being looked "
			"up",
	};

	return found < ARRAY_LEN(text) ? text[found] : text[FOUND_NO_NAME];
}

size_t pack_msg_resolve(uint8_t *p, size_t cap, const struct msg_resolve *m)
{
	struct wr w = wr_of(p, cap);

	wr_str16(&w, m->who);
	wr_str16(&w, m->host);
	return wr_len(&w, p);
}

int unpack_msg_resolve(struct msg_resolve *m, const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);

	rd_str16(&r, m->who, sizeof m->who);
	rd_str16(&r, m->host, sizeof m->host);
	return rd_result(&r);
}

size_t pack_msg_resolved(uint8_t *p, size_t cap, const struct msg_resolved *m)
{
	struct wr w = wr_of(p, cap);

	if (m->n > RESOLVE_MAX)
		return 0;
	wr_u8(&w, m->outcome);
	wr_u8(&w, m->n);
	for (unsigned i = 0; i < m->n; i++)
		wr_addr(&w, &m->addrs[i]);
	return wr_len(&w, p);
}

int unpack_msg_resolved(struct msg_resolved *m, const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);

	m->outcome = rd_u8(&r);
	m->n = rd_u8(&r);
	if (m->n > RESOLVE_MAX || m->outcome > FOUND_CROWD ||
	    !m->n != (m->outcome != FOUND_ADDRESS)) {
		m->n = 0;
		return ERR_PROTO;
	}
	for (unsigned i = 0; i < m->n; i++) {
		rd_addr(&r, &m->addrs[i]);
		if (!m->addrs[i].family)
			r.bad = true;
	}
	if (!rd_is_done(&r))
		m->n = 0;
	return rd_result(&r);
}
