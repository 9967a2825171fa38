/* SPDX-License-Identifier: BSD-2-Clause */
/* proxy_talk.c - asks an HTTP proxy for a tunnel, and reads what it says. */
#include "proxy/proxy.h"

#include "base/addr.h"
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { SAID_MAX = 80, SCHEMES_MAX = 120 };

/* Base64 of RFC 4648; dst has room for it and its NUL. */
static void base64(char *dst, const char *text)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t n = strlen(text);

	for (size_t i = 0; i < n; i += 3) {
		size_t have = MIN(n - i, (size_t)3);
		uint32_t v = 0;

		for (size_t k = 0; k < 3; k++)
			v = v << 8 | (k < have ? (uint8_t)text[i + k] : 0);
		for (size_t k = 0; k < 4; k++)
			*dst++ = k > have ? '=' :
					    digits[v >> (18 - 6 * k) & 63];
	}
	*dst = 0;
}

void proxy_talk_init(struct proxy_talk *t, const struct proxy *via,
		     const char *target)
{
	char words[2 * PROXY_WORD_MAX], basic[4 * PROXY_WORD_MAX] = "";
	int n;

	*t = (struct proxy_talk){ .via = via };
	snprintf(words, sizeof words, "%s:%s", via->user, via->password);
	base64(basic, words);
	n = snprintf(t->out, sizeof t->out,
		     "CONNECT %s HTTP/1.1\r\n"
		     "Host: %s\r\nUser-Agent: adit\r\n%s%s%s\r\n",
		     target, target,
		     via->user[0] ? "Proxy-Authorization: Basic " : "",
		     via->user[0] ? basic : "", via->user[0] ? "\r\n" : "");
	t->out_n = MIN((size_t)n, sizeof t->out - 1);
	explicit_bzero(words, sizeof words);
	explicit_bzero(basic, sizeof basic);
}

/* "the proxy HOST:PORT ..." */
static int proxy_talk_refuse(struct proxy_talk *t, const char *fmt, ...)
	PRINTF(2, 3);

static int proxy_talk_refuse(struct proxy_talk *t, const char *fmt, ...)
{
	const char *host = t->via->host;
	bool six = strchr(host, ':');
	va_list ap;
	int n;

	n = snprintf(t->why, sizeof t->why, "the proxy %s%s%s:%u ",
		     six ? "[" : "", host, six ? "]" : "", t->via->port);
	va_start(ap, fmt);
	vsnprintf(t->why + n, sizeof t->why - (size_t)n, fmt, ap);
	va_end(ap);
	return ERR_DENIED;
}

/* ---- 407: how the proxy wants its users to prove themselves ---------- */

struct schemes {
	char text[SCHEMES_MAX]; /* "Basic, NTLM" */
	bool basic;
};

static void add_scheme(struct schemes *s, const char *word, size_t n)
{
	size_t have = strlen(s->text);

	s->basic |= n == 5 && !strncasecmp(word, "Basic", n);
	if (have + n + 3 < sizeof s->text)
		snprintf(s->text + have, sizeof s->text - have, "%s%.*s",
			 have ? ", " : "", (int)n, word);
}

/* The end of an element of a list: the next comma outside of quotes. */
static const char *element_end(const char *p, const char *end)
{
	bool quoted = false;

	for (; p < end && (quoted || *p != ','); p++) {
		if (*p == '"')
			quoted = !quoted;
		else if (*p == '\\' && p + 1 < end)
			p++;
	}
	return p;
}

/* Schemes and their parameters stand in one list; a parameter has a "=". */
static void read_challenges(struct schemes *s, const char *p, const char *end)
{
	while (p < end) {
		size_t n, blanks;

		p += strspn(p, " \t,");
		n = strcspn(p, " \t,=\r\n");
		blanks = strspn(p + n, " \t");
		if (n && p + n <= end && p[n + blanks] != '=')
			add_scheme(s, p, n);
		p = element_end(p + n, end);
	}
}

/* Some proxies answer 401 and WWW-Authenticate, as servers do. */
static int proxy_talk_refuse_user(struct proxy_talk *t)
{
	static const char field[] = "-Authenticate:";
	struct schemes s = { .text = "" };
	const char *line = t->in;

	while ((line = strcasestr(line, field)) != NULL) {
		line += sizeof field - 1;
		read_challenges(&s, line, line + strcspn(line, "\n"));
	}
	t->lasts = true;
	if (s.text[0] && !s.basic)
		return proxy_talk_refuse(
			t,
			"wants a user and password in a way that adit "
			"does not know (it offers %s, not Basic)",
			s.text);
	if (t->via->user[0])
		return proxy_talk_refuse(
			t,
			"does not know this user and password (it offers "
			"%s)",
			s.text[0] ? s.text : "no scheme");
	return proxy_talk_refuse(
		t,
		"wants a user and password (it offers %s): write proxy = "
		"http://USER:PASSWORD@HOST:PORT in adit.ini, see "
		"adit.ini(5)",
		s.text[0] ? s.text : "no scheme");
}

/* ---- the answer ------------------------------------------------------ */

static int proxy_talk_refuse_status(struct proxy_talk *t, unsigned status)
{
	int n = (int)MIN(strcspn(t->in, "\r\n"), (size_t)SAID_MAX);

	if (status == 407 || status == 401)
		return proxy_talk_refuse_user(t);
	/* What keeps the proxy from the gateway may end by itself. */
	if (status / 100 == 5)
		return proxy_talk_refuse(
			t, "cannot reach the gateway: it answers \"%.*s\"", n,
			t->in);
	t->lasts = true;
	return proxy_talk_refuse(
		t,
		"does not let adit through to the gateway: it answers "
		"\"%.*s\"; ask who runs it",
		n, t->in);
}

/* "HTTP/1.1 200 ..." as 200, or 0. */
static unsigned read_status(const char *p)
{
	unsigned status = 0;

	p += sizeof "HTTP/1." - 1;
	if (*p < '0' || *p > '9' || *++p != ' ')
		return 0;
	for (unsigned i = 0; i < 3; i++) {
		if (*++p < '0' || *p > '9')
			return 0;
		status = status * 10 + (unsigned)(*p - '0');
	}
	return strchr(" \r\n", p[1]) && p[1] ? status : 0;
}

static int proxy_talk_refuse_garbage(struct proxy_talk *t, const char *p,
				     size_t n)
{
	t->lasts = true;
	return proxy_talk_refuse(
		t, "does not speak HTTP: it began with \"%.*s%.*s\"",
		(int)MIN(t->in_n, (size_t)SAID_MAX), t->in,
		(int)MIN(n, (size_t)SAID_MAX), p);
}

static int header_ends(struct proxy_talk *t)
{
	unsigned status;

	t->in[t->in_n] = 0;
	status = read_status(t->in);
	if (status < 100)
		return proxy_talk_refuse_garbage(t, "", 0);
	if (status / 100 == 2)
		return 0;
	if (status / 100 != 1)
		return proxy_talk_refuse_status(t, status);
	t->in_n = t->line = 0; /* the final one follows */
	return ERR_AGAIN;
}

int proxy_talk_input(struct proxy_talk *t, const char *p, size_t n,
		     size_t *used)
{
	static const char start[] = "HTTP/1.";
	int ret = ERR_AGAIN;
	size_t i;

	for (i = 0; i < n && ret == ERR_AGAIN; i++) {
		if (t->in_n < sizeof start - 1 && p[i] != start[t->in_n])
			return proxy_talk_refuse_garbage(t, p + i, n - i);
		if (t->total++ == PROXY_HEADER_MAX) {
			t->lasts = true;
			return proxy_talk_refuse(
				t,
				"answers with a header of more than %d "
				"bytes",
				PROXY_HEADER_MAX);
		}
		t->in[t->in_n++] = p[i];
		if (p[i] == '\n' && !t->line)
			ret = header_ends(t);
		else if (p[i] == '\n')
			t->line = 0;
		else if (p[i] != '\r')
			t->line++;
	}
	*used = i;
	return ret;
}
