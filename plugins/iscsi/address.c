/* SPDX-License-Identifier: BSD-2-Clause */
/* address.c - reads and writes the address of a target. */
#include "address.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { ISCSI_PORT = 3260, PORT_DIGITS = 5 };

/* ":PORT" at p, or nothing: where it ends; NULL: it is malformed. */
static const char *iscsi_read_port(const char *p, unsigned long *port)
{
	size_t n;

	*port = ISCSI_PORT;
	if (*p != ':')
		return p;
	n = strspn(++p, "0123456789");
	*port = strtoul(p, NULL, 10);
	return n && n <= PORT_DIGITS ? p + n : NULL;
}

const char *iscsi_address_read(const char *text, struct adit_addr *at)
{
	char host[sizeof at->host];
	unsigned long port;
	const char *end;
	bool six = *text == '[';
	size_t n;

	text += six;
	n = strcspn(text, six ? "]" : ":,");
	if (n >= sizeof host || (six && text[n] != ']'))
		return NULL;
	memcpy(host, text, n);
	host[n] = 0;
	end = iscsi_read_port(text + n + six, &port);
	if (!end || (*end && *end != ',') || adit_addr_parse(at, host, port) ||
	    six != (at->family == AF_INET6))
		return NULL;
	return end;
}

size_t iscsi_address_write(const struct adit_addr *at, const char *group,
			   char *out, size_t cap)
{
	bool six = at->family == AF_INET6;
	int n = snprintf(out, cap, "%s%s%s:%u%s", six ? "[" : "", at->host,
			 six ? "]" : "", (unsigned)at->port, group);

	return n > 0 && (size_t)n < cap ? (size_t)n : 0;
}
