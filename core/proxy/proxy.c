/* SPDX-License-Identifier: BSD-2-Clause */
/* proxy.c - which HTTP proxy is on the way to a gateway. */
#include "proxy/proxy.h"

#include "base/addr.h"
#include "base/err.h"
#include "policy/host.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { PORT = 80 }; /* of http, where none is given */

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, tolower((unsigned char)c)) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* What a URL says with %XX into dst[PROXY_WORD_MAX]. */
static int decode(char *dst, const char *from, size_t n)
{
	size_t have = 0;

	for (size_t i = 0; i < n; i++) {
		int c = (unsigned char)from[i];

		if (c == '%') {
			int high = i + 2 < n ? hex_digit(from[i + 1]) : -1;
			int low = high < 0 ? -1 : hex_digit(from[i + 2]);

			if (low < 0)
				return ERR_INVAL;
			c = high << 4 | low;
			i += 2;
		}
		if (!c || have + 1 == PROXY_WORD_MAX)
			return ERR_INVAL;
		dst[have++] = (char)c;
	}
	dst[have] = 0;
	return 0;
}

/* USER[:PASSWORD] */
static int parse_user(struct proxy *p, const char *text, size_t n)
{
	const char *colon = memchr(text, ':', n);
	size_t user = colon ? (size_t)(colon - text) : n;

	/* A colon in a user's name cannot be sent (RFC 7617). */
	if (!user || decode(p->user, text, user) || strchr(p->user, ':'))
		return ERR_INVAL;
	return colon ? decode(p->password, colon + 1, n - user - 1) : 0;
}

/* HOST[:PORT] */
static int parse_place(struct proxy *p, const char *text, size_t n)
{
	char place[PROXY_HOST_MAX + 16];
	bool whole;

	if (!n || n >= PROXY_HOST_MAX)
		return ERR_INVAL;
	snprintf(place, sizeof place, "%.*s", (int)n, text);
	whole = !addr_split(place, p->host, sizeof p->host, &p->port);
	if (!whole)
		snprintf(place + n, sizeof place - n, ":%d", PORT);
	if (!whole && addr_split(place, p->host, sizeof p->host, &p->port))
		return ERR_INVAL;
	return host_or_address_ok(p->host) ? 0 : ERR_INVAL;
}

int proxy_parse(struct proxy *p, const char *text, const char **why)
{
	const char *scheme = strstr(text, "://"), *at;
	size_t n;

	*p = (struct proxy){ .host = "" };
	*why = "a proxy over TLS is not supported, write http://";
	if (!strncasecmp(text, "https:", 6))
		return ERR_INVAL;
	*why = "only HTTP proxies are supported, write http://HOST:PORT";
	if (scheme && strncasecmp(text, "http://", 7))
		return ERR_INVAL;
	if (scheme)
		text += 7;
	n = strcspn(text, "/");
	*why = "expected nothing behind http://HOST:PORT";
	if (text[n] && text[n + 1])
		return ERR_INVAL;
	*why = "expected a user and password as "
	       "http://USER:PASSWORD@HOST:PORT, with %40 for an "
	       "@ in them, %3A for :, %2F for /, %25 for %";
	at = memrchr(text, '@', n);
	if (at && parse_user(p, text, (size_t)(at - text)))
		return ERR_INVAL;
	if (at) {
		n -= (size_t)(at + 1 - text);
		text = at + 1;
	}
	*why = "expected http://HOST:PORT, such as "
	       "http://proxy.example.org:3128";
	return parse_place(p, text, n);
}

const char *proxy_from_environment(const char **name)
{
	static const char *const names[] = { "https_proxy", "HTTPS_PROXY" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const char *value = getenv(names[i]);

		*name = names[i];
		if (value && *value)
			return value;
	}
	return NULL;
}

/* "example.org" and ".example.org" are that host and all below it. */
static bool is_below(const char *host, const char *domain, size_t n)
{
	size_t len = strlen(host);

	if (n && *domain == '.') {
		domain++;
		n--;
	}
	return n && n <= len && !strncasecmp(host + len - n, domain, n) &&
	       (n == len || host[len - n - 1] == '.');
}

static bool proxy_host_is_here(const char *host)
{
	struct addr a;

	return !strcasecmp(host, "localhost") ||
	       (!addr_parse(&a, host, 0) && addr_is_loopback(&a));
}

bool proxy_skips(const char *no_proxy, const char *host)
{
	const char *item = no_proxy;
	size_t n;

	if (proxy_host_is_here(host))
		return true;
	while (item && *item) {
		item += strspn(item, ", \t");
		n = strcspn(item, ", \t");
		if (n == 1 && *item == '*')
			return true;
		/* An IPv6 address may have its brackets. */
		if (n > 2 && *item == '[' && item[n - 1] == ']' ?
			    is_below(host, item + 1, n - 2) :
			    is_below(host, item, n))
			return true;
		item += n;
	}
	return false;
}
