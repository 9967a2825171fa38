/* SPDX-License-Identifier: BSD-2-Clause */
/* address.c - addresses as protocols write them. */
#include "base/err.h"
#include "plugin/host.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* A name that getaddrinfo could not take for an address: "10.1", "0x7f.1" and
 * "2130706433" would be 127.0.0.1 in disguise. */
static bool is_name(const char *host, size_t n)
{
	const char *ok = "abcdefghijklmnopqrstuvwxyz"
			 "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
	const char *last;

	if (!n || n > 253 || strspn(host, ok) != n || strstr(host, "..") ||
	    host[0] == '.' || host[0] == '-')
		return false;
	last = host + n;
	if (last[-1] == '.')
		last--;
	while (last > host && last[-1] != '.')
		last--;
	return *last < '0' || *last > '9';
}

int adit_addr_parse(struct adit_addr *a, const char *host, unsigned long port)
{
	size_t n = strnlen(host, sizeof(a->host));
	struct addr lit;

	memset(a, 0, sizeof(*a));
	if (!port || port > UINT16_MAX || n >= sizeof(a->host))
		return -1;
	if (addr_parse(&lit, host, (unsigned)port) == 0) {
		*a = inspect_addr(&lit);
		return 0;
	}
	if (!is_name(host, n))
		return -1;
	memcpy(a->host, host, n);
	a->port = (uint16_t)port;
	return 0;
}

bool adit_addr_same_host(const struct adit_addr *a, const struct adit_addr *b)
{
	struct addr la, lb;

	if (inspect_addr_to(&la, a) == 0)
		return inspect_addr_to(&lb, b) == 0 && addr_same_host(&la, &lb);
	return a->host[0] && inspect_addr_to(&lb, b) != 0 &&
	       strcasecmp(a->host, b->host) == 0;
}

struct adit_addr inspect_addr(const struct addr *from)
{
	struct adit_addr a = { .port = from->port, .family = from->family };
	char text[ADDR_TEXT];

	if (from->family != AF_UNSPEC)
		snprintf(a.host, sizeof(a.host), "%s", addr_host(from, text));
	return a;
}

int inspect_addr_to(struct addr *a, const struct adit_addr *from)
{
	return addr_parse(a, from->host, from->port);
}
