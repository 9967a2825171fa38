/* SPDX-License-Identifier: BSD-2-Clause */
/* url.c - reads an LDAP URL, and puts another host and port into it. */
#include "url.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

enum { LDAP_PORT = 389, LDAPS_PORT = 636, PORT_DIGITS = 5 };

/* "HOST", "HOST:", "HOST:PORT", "[IPv6]:PORT": the end of the host, and the
 * port, which stays as it is where none is named. */
static bool url_split(char *host, unsigned long *port)
{
	char *from = host, *colon;

	if (*host == '[') {
		from = strchr(host, ']');
		if (!from || (from[1] && from[1] != ':'))
			return false;
		*from++ = 0;
		memmove(host, host + 1, strlen(host + 1) + 1);
	}
	colon = strchr(from, ':');
	if (!colon)
		return true;
	*colon++ = 0;
	if (strspn(colon, "0123456789") != strlen(colon) ||
	    strlen(colon) > PORT_DIGITS)
		return false;
	if (*colon)
		*port = strtoul(colon, NULL, 10);
	return true;
}

static int url_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, tolower((unsigned char)c)) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* "%2e" becomes "." (RFC 3986, section 2.1).  False: what stands behind a
 * percent sign is no byte of a name. */
static bool url_unescape(char *text)
{
	char *to = text;

	for (const char *p = text; *p; p++) {
		int high, low;

		*to++ = *p;
		if (*p != '%')
			continue;
		high = url_digit(p[1]);
		low = high < 0 ? -1 : url_digit(p[2]);
		if (low < 0 || !(high | low))
			return false;
		to[-1] = (char)(high << 4 | low);
		p += 2;
	}
	*to = 0;
	return true;
}

bool ldap_url_read(struct ldap_url *u, const char *text, size_t n)
{
	char host[3 * sizeof u->at.host + PORT_DIGITS + 4];
	unsigned long port;
	size_t len;

	if (n >= 8 && !strncasecmp(text, "ldaps://", 8))
		u->host = 8;
	else if (n >= 7 && !strncasecmp(text, "ldap://", 7))
		u->host = 7;
	else
		return false;
	u->tls = u->host == 8;
	u->len = n;
	port = u->tls ? LDAPS_PORT : LDAP_PORT;
	for (u->hostend = u->host; u->hostend < n; u->hostend++)
		if (text[u->hostend] == '/' || text[u->hostend] == '?')
			break;
	len = u->hostend - u->host;
	if (!len || len >= sizeof host || memchr(text, 0, n))
		return false;
	memcpy(host, text + u->host, len);
	host[len] = 0;
	return url_split(host, &port) && url_unescape(host) &&
	       !adit_addr_parse(&u->at, host, port);
}

size_t ldap_url_write(const struct ldap_url *u, const char *text,
		      const struct adit_addr *to, char out[LDAP_URL_MAX])
{
	bool six = to->family == AF_INET6;
	int len = snprintf(out, LDAP_URL_MAX, "%.*s%s%s%s:%u%.*s", (int)u->host,
			   text, six ? "[" : "", to->host, six ? "]" : "",
			   (unsigned)to->port, (int)(u->len - u->hostend),
			   text + u->hostend);

	return len > 0 && len < LDAP_URL_MAX ? (size_t)len : 0;
}
