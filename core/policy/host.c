/* SPDX-License-Identifier: BSD-2-Clause */
/* host.c - checks and compares host names, and finds the host in a URL. */
#include "policy/host.h"

#include "base/addr.h"
#include "base/err.h"

#include <string.h>
#include <strings.h>

enum { NAME_MAX_DNS = 253, LABEL_MAX = 63 };

#define DIGITS "0123456789"
#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

/* The length without a dot at the end. */
static size_t host_name_len(const char *host)
{
	size_t n = strlen(host);

	return n && host[n - 1] == '.' ? n - 1 : n;
}

/* Whether inet_aton reads a label as a part of an address: 17, 017, 0x11. */
static bool host_is_number(const char *label, size_t n)
{
	if (n >= 2 && label[0] == '0' && (label[1] | 0x20) == 'x')
		return strspn(label + 2, DIGITS "abcdefABCDEF") >= n - 2;
	return strspn(label, DIGITS) >= n;
}

bool host_ok(const char *host)
{
	size_t len = host_name_len(host), at = 0, n = 0;

	if (!len || len > NAME_MAX_DNS)
		return false;
	for (;;) {
		n = strspn(host + at, LETTERS DIGITS "-_");
		if (!n || n > LABEL_MAX || host[at] == '-')
			return false;
		if (at + n == len)
			break;
		if (host[at + n] != '.')
			return false;
		at += n + 1;
	}
	return !host_is_number(host + at, n);
}

bool host_or_address_ok(const char *host)
{
	struct addr a;

	return !addr_parse(&a, host, 0) || host_ok(host);
}

bool host_same(const char *a, const char *b)
{
	size_t n = host_name_len(a);

	return n == host_name_len(b) && !strncasecmp(a, b, n);
}

/* What stands behind "*.", or NULL. */
static const char *host_domain(const char *pattern)
{
	return !strncmp(pattern, "*.", 2) ? pattern + 2 : NULL;
}

bool host_pattern_ok(const char *pattern)
{
	const char *domain = host_domain(pattern);

	return host_ok(domain ? domain : pattern);
}

/* Whether `name` has one label or more before `domain`. */
static bool host_is_below(const char *name, const char *domain)
{
	size_t n = host_name_len(name), m = host_name_len(domain);

	return n > m + 1 && name[n - m - 1] == '.' &&
	       !strncasecmp(name + n - m, domain, m);
}

bool host_matches(const char *pattern, const char *name)
{
	const char *domain = host_domain(pattern);

	return domain ? host_is_below(name, domain) : host_same(pattern, name);
}

bool host_is_above(const char *pattern, const char *name)
{
	const char *domain = host_domain(pattern);

	return host_is_below(domain ? domain : pattern, name) ||
	       (domain && host_same(domain, name));
}

static bool host_is_plain(const char *url)
{
	for (; *url; url++)
		if (*url <= ' ' || *url > '~')
			return false;
	return true;
}

/* Reads a host without a port: "name", "192.0.2.1" or "[v6]". */
static int host_bare(const char *text, char *host)
{
	size_t n = strlen(text);

	if (n >= 2 && text[0] == '[' && text[n - 1] == ']') {
		text++;
		n -= 2;
	} else if (strchr(text, ':')) {
		return ERR_INVAL;
	}
	if (n >= HOST_CAP)
		return ERR_INVAL;
	memcpy(host, text, n);
	host[n] = 0;
	return 0;
}

int host_of_url(const char *url, char *host, uint16_t *port)
{
	static const struct {
		const char *text;
		uint16_t port;
	} scheme[] = { { "http://", 80 }, { "https://", 443 } };
	char authority[HOST_CAP + 16];
	size_t i, n;

	for (i = 0; i < ARRAY_LEN(scheme); i++)
		if (!strncasecmp(url, scheme[i].text, strlen(scheme[i].text)))
			break;
	if (i == ARRAY_LEN(scheme) || !host_is_plain(url))
		return ERR_INVAL;
	url += strlen(scheme[i].text);
	n = strcspn(url, "/?#");
	if (n >= sizeof authority)
		return ERR_INVAL;
	memcpy(authority, url, n);
	authority[n] = 0;
	if (addr_split(authority, host, HOST_CAP, port)) {
		if (host_bare(authority, host))
			return ERR_INVAL;
		*port = scheme[i].port;
	}
	/* An IPv6 address must stand in brackets, and nothing else may. */
	if (!strchr(host, ':') != (*authority != '['))
		return ERR_INVAL;
	return host_or_address_ok(host) ? 0 : ERR_INVAL;
}
