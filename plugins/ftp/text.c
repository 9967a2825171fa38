/* SPDX-License-Identifier: BSD-2-Clause */
/* text.c - reads and writes FTP's lines and addresses. */
#include "ftp.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum { SE = 0xf0, DM = 0xf2, GA = 0xf9, WILL = 0xfb, DONT = 0xfe, IAC = 0xff };

/* The length of the telnet command at p in bytes; 0: it is text. */
static size_t telnet_len(const uint8_t *p, size_t n)
{
	if (n < 2 || p[0] != IAC)
		return 0;
	if (p[1] >= WILL && p[1] <= DONT)
		return n < 3 ? n : 3;
	return p[1] >= SE && p[1] <= GA ? 2 : 0;
}

size_t ftp_telnet(const uint8_t *p, size_t n)
{
	size_t at = 0, len;

	while ((len = telnet_len(p + at, n - at)))
		at += len;
	return at;
}

/* Behind the verb bytes stay as they are: they may belong to a name.  In
 * CP1251, for instance, IAC (0xff) is a letter. */
bool ftp_clean(const struct adit_msg *m, char to[COMMAND_MAX + 1])
{
	const uint8_t *p = m->data, *end = p + m->len;
	size_t n = 0, skip, line;

	*to = 0;
	if (m->len > COMMAND_MAX)
		return false;
	for (; p < end && !(n && *p == ' '); p += skip ? skip : 1) {
		skip = telnet_len(p, (size_t)(end - p));
		/* A telnet data mark (DM) may have lost its IAC on the way. */
		if (!n && (*p == ' ' || (*p == DM && end - p > 4 &&
					 !memcmp(p + 1, "ABOR", 4))))
			skip = 1;
		if (!skip)
			to[n++] = (char)*p;
	}
	memcpy(to + n, p, (size_t)(end - p));
	n += (size_t)(end - p);
	n -= n && to[n - 1] == '\n';
	n -= n && to[n - 1] == '\r';
	to[n] = 0;
	/* Names may end with CR, as the file "Icon\r" of macOS. */
	line = strcspn(to, "\r\n");
	return line + strspn(to + line, "\r") == n &&
	       (line == n || memchr(to, ' ', line));
}

/* Reads a number of up to `digits` digits; -1: there is none, or more. */
static long text_number(const char **s, int digits)
{
	long v = isdigit((unsigned char)**s) ? 0 : -1;

	while (isdigit((unsigned char)**s) && digits-- > 0)
		v = v * 10 + *(*s)++ - '0';
	return isdigit((unsigned char)**s) ? -1 : v;
}

/* Reads h1,h2,h3,h4,p1,p2, with or without blanks around the commas.  False for
 * a row of more than six numbers. */
static bool six(const char **s, struct adit_addr *at)
{
	char host[32];
	long v[6];

	for (int i = 0; i < 6; i++) {
		*s += i ? strspn(*s, " ") + 1 : 0;
		*s += i ? strspn(*s, " ") : 0;
		v[i] = text_number(s, 3);
		if (v[i] < 0 || v[i] > 255 ||
		    ((*s)[strspn(*s, " ")] == ',') != (i < 5))
			return false;
	}
	snprintf(host, sizeof host, "%ld.%ld.%ld.%ld", v[0], v[1], v[2], v[3]);
	return !adit_addr_parse(at, host, (unsigned long)(v[4] << 8 | v[5]));
}

bool ftp_parse_port(const char *arg, struct adit_addr *at)
{
	return six(&arg, at) && !*arg;
}

/* False if there are two rows of six numbers: it is not known which one the
 * application would use. */
bool ftp_parse_227(const char *text, struct adit_addr *at)
{
	const char *paren = strrchr(text, '('), *s = text, *from;
	unsigned found = 0;

	while (*(from = s + strcspn(s, "0123456789"))) {
		s = from;
		if (six(&s, at) && ++found && paren && from < paren)
			return false;
		s = from + strspn(from, "0123456789, ");
	}
	return found == 1;
}

/* Reads the text up to the delimiter d, and goes behind that. */
static bool field(const char **s, char d, char *to, size_t cap)
{
	size_t n = strcspn(*s, (const char[]){ d, 0 });
	int fits = snprintf(to, cap, "%.*s", (int)n, *s);

	*s += n + ((*s)[n] == d);
	return (*s)[-1] == d && (size_t)fits < cap;
}

/* Reads <d>net<d>host<d>port<d>, where d is any delimiter (RFC 2428).  Only the
 * port goes into `at`. */
static bool extended(const char **s, char net[4], char host[64],
		     struct adit_addr *at)
{
	char d = *(*s)++;
	long port;

	if (d < 33 || d == 127 || isdigit((unsigned char)d) ||
	    !field(s, d, net, 4) || !field(s, d, host, 64))
		return false;
	port = text_number(s, 5);
	at->port = (uint16_t)port;
	return port > 0 && port <= UINT16_MAX && *(*s)++ == d;
}

bool ftp_parse_229(const char *text, struct adit_addr *at)
{
	const char *s = strchr(text, '(') ? strrchr(text, '(') + 1 : "";
	char net[4], host[64];

	return extended(&s, net, host, at) && !*net && !*host && *s == ')';
}

bool ftp_parse_eprt(const char *arg, struct adit_addr *at)
{
	char net[4], host[64];

	if (!*arg || !extended(&arg, net, host, at) || *arg)
		return false;
	at->family = AF_UNSPEC; /* an unknown net gets the reply 522 */
	return (strcmp(net, "1") && strcmp(net, "2")) ||
	       (!adit_addr_parse(at, host, at->port) &&
		at->family == (*net == '1' ? AF_INET : AF_INET6));
}

const char *ftp_six(const struct adit_addr *at, char to[SIX_MAX])
{
	snprintf(to, SIX_MAX, "%.60s,%u,%u",
		 at->family == AF_INET6 ? "0.0.0.0" : at->host, at->port >> 8u,
		 at->port & 0xffu);
	for (char *dot = to; (dot = strchr(dot, '.'));)
		*dot = ',';
	return to;
}
