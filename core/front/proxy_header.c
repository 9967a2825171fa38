/* SPDX-License-Identifier: BSD-2-Clause */
/* proxy_header.c - reads the header of the PROXY protocol. */
#include "front/proxy_header.h"

#include "base/err.h"
#include "base/wire.h"

#include <stdlib.h>
#include <string.h>

enum {
	LINE_MAX_BYTES = 107, /* of version 1, with CR LF */
	BINARY_HEAD = 16,     /* of version 2: signature, then 4 bytes */
	BINARY_VERSION = 2,
	LOCAL = 0,
	PROXY = 1,
	TCP_OVER_IPV4 = 0x11,
	TCP_OVER_IPV6 = 0x21,
};

static const char line_start[] = "PROXY ";
static const char signature[] = "\r\n\r\n\0\r\nQUIT\n"; /* 12 bytes */

/* ---- version 1 ----------------------------------------------------------- */

static bool proxy_read_port(const char *text, uint16_t *port)
{
	size_t n = strspn(text, "0123456789");
	unsigned long value = strtoul(text, NULL, 10);

	*port = (uint16_t)value;
	return n && n <= 5 && !text[n] && value <= UINT16_MAX;
}

/* "SOURCE DESTINATION PORT PORT", without blanks in it but these three. */
static bool read_addresses(char *text, uint16_t family, struct addr *source)
{
	struct addr from, to;
	char *word[4];
	uint16_t port, to_port;

	for (unsigned i = 0; i < 4; i++) {
		word[i] = strsep(&text, " ");
		if (!word[i])
			return false;
	}
	if (text || !proxy_read_port(word[2], &port) ||
	    !proxy_read_port(word[3], &to_port))
		return false;
	if (addr_parse(&from, word[0], port) || addr_parse(&to, word[1], 0) ||
	    (family == AF_INET && from.family != AF_INET))
		return false;
	*source = from;
	return true;
}

static int proxy_read_line(const uint8_t *p, size_t n, struct addr *source,
			   const char **why)
{
	const uint8_t *end = memchr(p, '\n', MIN(n, (size_t)LINE_MAX_BYTES));
	size_t len = end ? (size_t)(end - p) + 1 : 0;
	char line[LINE_MAX_BYTES + 1], *rest;
	bool good;

	if (!len && n < LINE_MAX_BYTES)
		return 0;
	*why = "the line of the PROXY protocol is longer than 107 bytes";
	if (!len)
		return ERR_PROTO;
	*why = "the line of the PROXY protocol is malformed";
	if (len < sizeof line_start || end[-1] != '\r' || memchr(p, 0, len))
		return ERR_PROTO;
	memcpy(line, p, len - 2);
	line[len - 2] = 0;
	rest = line + strlen(line_start);
	if (!strncmp(rest, "UNKNOWN", 7))
		good = !rest[7] || rest[7] == ' ';
	else if (!strncmp(rest, "TCP4 ", 5))
		good = read_addresses(rest + 5, AF_INET, source);
	else
		good = !strncmp(rest, "TCP6 ", 5) &&
		       read_addresses(rest + 5, AF_INET6, source);
	return good ? (int)len : ERR_PROTO;
}

/* ---- version 2 ----------------------------------------------------------- */

/* Source, destination, the two ports; an extension may follow. */
static bool read_block(struct rd *r, unsigned kind, struct addr *source)
{
	bool four = kind == TCP_OVER_IPV4;
	size_t len = four ? 4 : 16;
	struct addr from = { .family = four ? AF_INET : AF_INET6 };
	const uint8_t *ip;

	if (!four && kind != TCP_OVER_IPV6)
		return true;
	ip = rd_bytes(r, len);
	(void)rd_bytes(r, len);
	from.port = rd_u16(r);
	(void)rd_u16(r);
	if (r->bad)
		return false;
	memcpy(from.ip, ip, len);
	*source = from;
	return addr_settle(source);
}

static int proxy_read_binary(const uint8_t *p, size_t n, struct addr *source,
			     const char **why)
{
	unsigned command, kind, len;
	struct rd r;

	if (n < BINARY_HEAD)
		return 0;
	r = rd_of(p + sizeof signature - 1, 4);
	command = rd_u8(&r);
	kind = rd_u8(&r);
	len = rd_u16(&r);
	*why = "the header of the PROXY protocol is of an unknown version or "
	       "command";
	if (command >> 4 != BINARY_VERSION || (command & 15) > PROXY)
		return ERR_PROTO;
	*why = "the header of the PROXY protocol is longer than 2,048 bytes";
	if (BINARY_HEAD + len > PROXY_HEADER_MAX)
		return ERR_PROTO;
	if (n < BINARY_HEAD + len)
		return 0;
	r = rd_of(p + BINARY_HEAD, len);
	*why = "the header of the PROXY protocol has no room for its addresses";
	if ((command & 15) != LOCAL && !read_block(&r, kind, source))
		return ERR_PROTO;
	return (int)(BINARY_HEAD + len);
}

/* ---- either -------------------------------------------------------------- */

static bool begins(const uint8_t *p, size_t n, const char *start, size_t len)
{
	return !memcmp(p, start, MIN(n, len));
}

int proxy_header_read(const uint8_t *p, size_t n, struct addr *source,
		      const char **why)
{
	if (!n)
		return 0;
	if (begins(p, n, line_start, sizeof line_start - 1))
		return proxy_read_line(p, n, source, why);
	if (begins(p, n, signature, sizeof signature - 1))
		return proxy_read_binary(p, n, source, why);
	*why = "it does not begin with the header of the PROXY protocol, as "
	       "proxy_protocol in [server] says of this address; HAProxy sends "
	       "it where the server's line has send-proxy-v2";
	return ERR_PROTO;
}
