/* SPDX-License-Identifier: BSD-2-Clause */
/* addr.c - IP addresses, endpoints and networks. */
#include "base/addr.h"

#include "base/err.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t addr_mapped[12] = { [10] = 0xff, [11] = 0xff };

static size_t addr_ip_len(const struct addr *a)
{
	return a->family == AF_INET ? 4 : a->family == AF_INET6 ? 16 : 0;
}

/* An IPv4-mapped address (RFC 4291, section 2.5.5.2) is the same host as the
 * IPv4 address inside, so it must be equal to that one. */
static void addr_unmap(struct addr *a)
{
	if (a->family != AF_INET6 ||
	    memcmp(a->ip, addr_mapped, sizeof addr_mapped))
		return;
	memmove(a->ip, a->ip + 12, 4);
	memset(a->ip + 4, 0, 12);
	a->family = AF_INET;
	a->scope = 0;
}

bool addr_settle(struct addr *a)
{
	addr_unmap(a);
	return a->family == AF_UNSPEC || addr_ip_len(a);
}

int addr_parse(struct addr *a, const char *host, unsigned port)
{
	struct addr r = { .port = (uint16_t)port };

	if (port > 65535)
		return ERR_INVAL;
	if (inet_pton(AF_INET, host, r.ip) == 1)
		r.family = AF_INET;
	else if (inet_pton(AF_INET6, host, r.ip) == 1)
		r.family = AF_INET6;
	else
		return ERR_INVAL;
	addr_unmap(&r);
	*a = r;
	return 0;
}

int port_parse(const char *text, uint16_t *port)
{
	unsigned long v = 0;
	size_t n = strlen(text);

	if (n < 1 || n > 5 || strspn(text, "0123456789") != n)
		return ERR_INVAL;
	v = strtoul(text, NULL, 10);
	if (v < 1 || v > 65535)
		return ERR_INVAL;
	*port = (uint16_t)v;
	return 0;
}

int addr_split(const char *text, char *host, size_t cap, uint16_t *port)
{
	const char *colon = strrchr(text, ':'), *from = text;
	size_t n;

	if (!colon || port_parse(colon + 1, port))
		return ERR_INVAL;
	n = (size_t)(colon - text);
	if (n >= 2 && text[0] == '[' && text[n - 1] == ']') {
		from++;
		n -= 2;
	} else if (memchr(text, ':', n)) {
		return ERR_INVAL;
	}
	if (!n || n >= cap || memchr(from, '[', n) || memchr(from, ']', n))
		return ERR_INVAL;
	memcpy(host, from, n);
	host[n] = 0;
	return 0;
}

int addr_parse_port(struct addr *a, const char *text)
{
	char host[ADDR_TEXT];
	uint16_t port;

	if (addr_split(text, host, sizeof host, &port))
		return ERR_INVAL;
	return addr_parse(a, host, port);
}

struct addr addr_from_sa(const struct sockaddr_storage *ss)
{
	struct addr a = { 0 };

	if (ss->ss_family == AF_INET) {
		const struct sockaddr_in *in = (const void *)ss;

		a.family = AF_INET;
		a.port = ntohs(in->sin_port);
		memcpy(a.ip, &in->sin_addr, 4);
	} else if (ss->ss_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const void *)ss;

		a.family = AF_INET6;
		a.port = ntohs(in6->sin6_port);
		a.scope = in6->sin6_scope_id;
		memcpy(a.ip, &in6->sin6_addr, 16);
		addr_unmap(&a);
	}
	return a;
}

socklen_t addr_to_sa(const struct addr *a, struct sockaddr_storage *ss)
{
	memset(ss, 0, sizeof *ss);
	if (a->family == AF_INET) {
		struct sockaddr_in *in = (void *)ss;

		in->sin_family = AF_INET;
		in->sin_port = htons(a->port);
		memcpy(&in->sin_addr, a->ip, 4);
		return sizeof *in;
	}
	if (a->family == AF_INET6) {
		struct sockaddr_in6 *in6 = (void *)ss;

		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons(a->port);
		in6->sin6_scope_id = a->scope;
		memcpy(&in6->sin6_addr, a->ip, 16);
		return sizeof *in6;
	}
	return 0;
}

struct addr addr_local(int fd)
{
	struct sockaddr_storage ss = { 0 };
	socklen_t n = sizeof ss;

	if (getsockname(fd, (struct sockaddr *)&ss, &n))
		return (struct addr){ 0 };
	return addr_from_sa(&ss);
}

struct addr addr_peer(int fd)
{
	struct sockaddr_storage ss = { 0 };
	socklen_t n = sizeof ss;

	if (getpeername(fd, (struct sockaddr *)&ss, &n))
		return (struct addr){ 0 };
	return addr_from_sa(&ss);
}

bool addr_same_host(const struct addr *a, const struct addr *b)
{
	return a->family == b->family && a->scope == b->scope &&
	       !memcmp(a->ip, b->ip, addr_ip_len(a));
}

bool addr_same(const struct addr *a, const struct addr *b)
{
	return a->port == b->port && addr_same_host(a, b);
}

bool addr_is_loopback(const struct addr *a)
{
	static const uint8_t one[16] = { [15] = 1 };

	if (a->family == AF_INET)
		return a->ip[0] == 127;
	return a->family == AF_INET6 && !memcmp(a->ip, one, 16);
}

bool addr_is_any(const struct addr *a)
{
	static const uint8_t zero[16];

	return a->family != AF_UNSPEC && !memcmp(a->ip, zero, addr_ip_len(a));
}

const char *addr_host(const struct addr *a, char *dst)
{
	if (!addr_ip_len(a) || !inet_ntop(a->family, a->ip, dst, ADDR_TEXT))
		snprintf(dst, ADDR_TEXT, "none");
	return dst;
}

const char *addr_str(const struct addr *a, char *dst)
{
	char host[INET6_ADDRSTRLEN];

	if (!addr_ip_len(a) || !inet_ntop(a->family, a->ip, host, sizeof host))
		snprintf(dst, ADDR_TEXT, "none");
	else
		snprintf(dst, ADDR_TEXT,
			 a->family == AF_INET ? "%s:%u" : "[%s]:%u", host,
			 a->port);
	return dst;
}

/* Whether the first `bits` bits are the same. */
static bool net_same_bits(const uint8_t *a, const uint8_t *b, unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;

	if (memcmp(a, b, whole))
		return false;
	return !rest || !((a[whole] ^ b[whole]) >> (8 - rest));
}

/* Whether all bits after the first `bits` are zero. */
static bool net_host_bits_are_zero(const struct addr *a, unsigned bits)
{
	size_t i = bits / 8;

	if (bits % 8 && (uint8_t)(a->ip[i++] << (bits % 8)))
		return false;
	for (; i < addr_ip_len(a); i++)
		if (a->ip[i])
			return false;
	return true;
}

int net_parse(struct net *n, const char *text)
{
	const char *slash = strchr(text, '/');
	char host[ADDR_TEXT];
	size_t len = slash ? (size_t)(slash - text) : strlen(text);
	unsigned long bits = 0;

	if (len >= sizeof host)
		return ERR_INVAL;
	memcpy(host, text, len);
	host[len] = 0;
	if (addr_parse(&n->base, host, 0))
		return ERR_INVAL;
	n->bits = (unsigned)addr_ip_len(&n->base) * 8;
	if (!slash)
		return 0;
	len = strlen(slash + 1);
	if (len < 1 || len > 3 || strspn(slash + 1, "0123456789") != len)
		return ERR_INVAL;
	bits = strtoul(slash + 1, NULL, 10);
	/* In "::ffff:10.0.0.0/104" the prefix counts the 96 bits of IPv6 that
	 * are gone now. */
	if (n->base.family == AF_INET && strchr(host, ':'))
		bits = bits < 96 ? 999 : bits - 96;
	if (bits > n->bits)
		return ERR_INVAL;
	n->bits = (unsigned)bits;
	return net_host_bits_are_zero(&n->base, n->bits) ? 0 : ERR_INVAL;
}

bool net_has(const struct net *n, const struct addr *a)
{
	return n->base.family == a->family &&
	       net_same_bits(n->base.ip, a->ip, n->bits);
}

bool net_covers(const struct net *outer, const struct net *inner)
{
	return outer->bits <= inner->bits && net_has(outer, &inner->base);
}
