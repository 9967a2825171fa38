/* SPDX-License-Identifier: BSD-2-Clause */
/* open_link.c - a link adit://HOST[:PORT]/up, which any web page may contain.
 *
 * Whoever wrote the link decides nothing but which of the gateways of adit.ini
 * is meant: there is no user in it, no option, no command. */
#include "adit/open_link.h"

#include "base/addr.h"
#include "base/err.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { LINK_PORT = 443 };

static int open_link_host(struct open_link *l, const char *text)
{
	size_t n = strlen(text);

	l->port = LINK_PORT;
	if (!addr_split(text, l->host, sizeof l->host, &l->port))
		return l->port && host_or_address_ok(l->host) ? 0 : ERR_INVAL;
	if (n >= sizeof l->host)
		return ERR_INVAL;
	/* An IPv6 address stands in brackets, also without a port. */
	if (text[0] == '[' && n > 2 && text[n - 1] == ']')
		snprintf(l->host, sizeof l->host, "%.*s", (int)n - 2, text + 1);
	else if (!strchr(text, ':'))
		memcpy(l->host, text, n + 1);
	else
		return ERR_INVAL;
	return host_or_address_ok(l->host) ? 0 : ERR_INVAL;
}

int open_link_parse(struct open_link *l, const char *url)
{
	static const char scheme[] = "adit://";
	const char *host = url + strlen(scheme), *path;
	char text[HOST_CAP + 8];
	size_t n;

	*l = (struct open_link){ .port = 0 };
	if (strncasecmp(url, scheme, strlen(scheme)))
		return ERR_INVAL;
	n = strcspn(host, "/");
	path = host + n;
	if (n >= sizeof text || (strcmp(path, "/up") && strcmp(path, "/up/")))
		return ERR_INVAL;
	snprintf(text, sizeof text, "%.*s", (int)n, host);
	return open_link_host(l, text);
}

bool open_link_is_known(const struct open_link *l,
			const struct name_list *gateways)
{
	char host[HOST_CAP];
	uint16_t port;

	for (size_t i = 0; i < gateways->n; i++)
		if (!addr_split(gateways->item[i], host, sizeof host, &port) &&
		    port == l->port && host_same(host, l->host))
			return true;
	return false;
}
