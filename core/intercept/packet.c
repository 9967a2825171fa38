/* SPDX-License-Identifier: BSD-2-Clause */
/* packet.c - the first packet of a TCP connection. */
#include "intercept/packet.h"

#include "base/err.h"
#include "base/wire.h"

#include <netinet/in.h>

enum {
	IPV4_LEAST = 20,        /* bytes of a header without options */
	IPV4_FRAGMENT = 0x1fff, /* where in a whole packet it belongs */
	FLAGS = 0x17,
	FLAG_SYN = 2, /* of FIN, SYN, RST and ACK */
};

static void read_address(struct rd *r, struct addr *a, int family)
{
	size_t n = family == AF_INET ? 4 : 16;
	const uint8_t *p = rd_bytes(r, n);

	*a = (struct addr){ .family = (uint16_t)family };
	if (p)
		memcpy(a->ip, p, n);
}

/* Leaves `r` at the TCP header.  What follows the first byte, which is read. */
static void read_ipv4(struct rd *r, unsigned first, struct packet_syn *s)
{
	size_t length = 4 * (size_t)(first & 15);
	unsigned fragment, protocol;

	rd_bytes(r, 5);
	fragment = rd_u16(r) & IPV4_FRAGMENT;
	rd_bytes(r, 1);
	protocol = rd_u8(r);
	rd_bytes(r, 2);
	read_address(r, &s->from, AF_INET);
	read_address(r, &s->to, AF_INET);
	r->bad |= length < IPV4_LEAST || fragment || protocol != IPPROTO_TCP;
	if (!r->bad)
		rd_bytes(r, length - IPV4_LEAST);
}

/* Extension headers do not stand before what connect(2) sends. */
static void read_ipv6(struct rd *r, struct packet_syn *s)
{
	unsigned next;

	rd_bytes(r, 5);
	next = rd_u8(r);
	rd_bytes(r, 1);
	read_address(r, &s->from, AF_INET6);
	read_address(r, &s->to, AF_INET6);
	r->bad |= next != IPPROTO_TCP;
}

static void read_tcp(struct rd *r, struct packet_syn *s)
{
	unsigned flags;

	s->from.port = rd_u16(r);
	s->to.port = rd_u16(r);
	s->seq = rd_u32(r);
	rd_bytes(r, 5);
	flags = rd_u8(r);
	r->bad |= (flags & FLAGS) != FLAG_SYN;
}

int packet_read_syn(struct packet_syn *s, const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);
	unsigned first = rd_u8(&r);

	*s = (struct packet_syn){ 0 };
	switch (first >> 4) {
	case 4:
		read_ipv4(&r, first, s);
		break;
	case 6:
		read_ipv6(&r, s);
		break;
	default:
		return ERR_INVAL;
	}
	read_tcp(&r, s);
	return r.bad ? ERR_INVAL : 0;
}
