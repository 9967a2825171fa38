/* SPDX-License-Identifier: BSD-2-Clause */
/* address.c - conversion and comparison of struct adit_addr. */
#include "base/err.h"
#include "plugin/host.h"
#include "policy/host.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

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
	if (!host_ok(host))
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
