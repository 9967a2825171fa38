/* SPDX-License-Identifier: BSD-2-Clause */
/* socks_parse.c - what a SOCKS5 client says. */
#include "proxy/socks_parse.h"

#include "base/err.h"

#include <stdio.h>
#include <string.h>

enum {
	VERSION_5 = 5,
	NO_AUTH = 0,
	CONNECT = 1,
	TYPE_V4 = 1,
	TYPE_NAME = 3,
	TYPE_V6 = 4
};

static int need(size_t have, size_t want)
{
	return want > have ? (int)(want - have) : 0;
}

bool socks_begins(uint8_t first)
{
	return first == VERSION_5;
}

int socks_greeting(const uint8_t *p, size_t n, enum socks_reply *reply)
{
	if (n && p[0] != VERSION_5)
		return ERR_PROTO;
	if (n < 2)
		return need(n, 2);
	if (n < 2 + (size_t)p[1])
		return need(n, 2 + (size_t)p[1]);
	*reply = p[1] && memchr(p + 2, NO_AUTH, p[1]) ? SOCKS_OK :
							SOCKS_NO_METHOD;
	return 0;
}

static void take_address(const uint8_t *p, size_t len, struct dest *to,
			 enum socks_reply *reply)
{
	struct addr a = { .family = len == 4 ? AF_INET : AF_INET6 };
	char text[ADDR_TEXT];

	memcpy(a.ip, p, len);
	snprintf(to->host, sizeof to->host, "%s", addr_host(&a, text));
	*reply = SOCKS_OK;
}

static void take_name(const uint8_t *p, size_t len, struct dest *to,
		      enum socks_reply *reply)
{
	if (!len || memchr(p, 0, len)) {
		*reply = SOCKS_FAILED;
		return;
	}
	memcpy(to->host, p, len);
	to->host[len] = 0;
	*reply = SOCKS_OK;
}

/* Bytes of the address of this type, with what stands before it; 0: unknown. */
static size_t address_end(const uint8_t *p)
{
	return p[3] == TYPE_V4   ? 8 :
	       p[3] == TYPE_V6   ? 20 :
	       p[3] == TYPE_NAME ? 5 + (size_t)p[4] :
				   0;
}

int socks_request(const uint8_t *p, size_t n, struct dest *to,
		  enum socks_reply *reply)
{
	size_t end;

	if (n && p[0] != VERSION_5)
		return ERR_PROTO;
	if (n < 5)
		return need(n, 5);
	end = address_end(p);
	if (!end) {
		*reply = SOCKS_NO_ADDRESS_TYPE;
		return 0;
	}
	if (n < end + 2)
		return need(n, end + 2);
	*to = (struct dest){ .port = (uint16_t)(p[end] << 8 | p[end + 1]) };
	if (p[3] == TYPE_NAME)
		take_name(p + 5, p[4], to, reply);
	else
		take_address(p + 4, end - 4, to, reply);
	if (p[1] != CONNECT)
		*reply = SOCKS_NO_COMMAND;
	else if (!to->port)
		*reply = SOCKS_FAILED;
	return 0;
}

enum socks_reply socks_reason(unsigned reason)
{
	switch (reason) {
	case REASON_NONE:
		return SOCKS_OK;
	case REASON_DENIED:
	case REASON_CODE:
		return SOCKS_NOT_ALLOWED;
	case REASON_REFUSED:
		return SOCKS_REFUSED;
	case REASON_NO_ROUTE:
		return SOCKS_NET_UNREACHABLE;
	case REASON_UNREACHABLE:
	case REASON_NO_NAME:
		return SOCKS_HOST_UNREACHABLE;
	case REASON_TIMEOUT:
		return SOCKS_HOST_UNREACHABLE;
	default:
		return SOCKS_FAILED;
	}
}
