/* SPDX-License-Identifier: BSD-2-Clause */
/* log_entry.c - lines that the gateway's processes log, in the forms of their
 * receivers. */
#include "process/log_entry.h"

#include "base/audit_line.h"
#include "base/log.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* No private enterprise number is registered for adit.  32473 is that of
 * examples (RFC 5612), so it is nobody else's. */
#define SD_ID "adit@32473"

enum {
	FACILITY_DAEMON = 3,
	FACILITY_AUTHPRIV = 10, /* audit lines: who has done what */
	PRIORITY_INFO = 6,
	PRIORITY_AUDIT = 5,
	JSON_MAX = 4096,
	SD_NAME_MAX = 32, /* RFC 5424, section 6.3.3 */
	MSGID_MAX = 32,   /* section 6.2.7 */
	JOURNAL_NAME_MAX = 64,
};

/* ---- lines as they come -------------------------------------------------- */

/* Reads digits, at most `most`, and moves *at behind them.  -1: there are none,
 * or more. */
static long long entry_number(const char **at, unsigned most)
{
	long long n = 0;
	unsigned digits = 0;

	while (isdigit((unsigned char)**at) && digits++ < most)
		n = 10 * n + (*(*at)++ - '0');
	return digits && !isdigit((unsigned char)**at) ? n : -1;
}

/* Reads "<6 1764403200.000250>"; what follows it, or NULL. */
static const char *entry_head(struct log_entry *e, const char *s)
{
	long long seconds, micros;

	if (s[0] != '<' || s[1] < '0' || s[1] > '7')
		return NULL;
	e->priority = (unsigned)(s[1] - '0');
	e->audit = e->priority == PRIORITY_AUDIT;
	s += 2;
	e->json = e->audit && *s == 'j';
	s += e->json;
	if (*s++ != ' ')
		return NULL;
	seconds = entry_number(&s, 11);
	if (seconds < 0 || *s++ != '.')
		return NULL;
	micros = entry_number(&s, 6);
	if (micros < 0 || *s++ != '>')
		return NULL;
	e->time = (struct timespec){ (time_t)seconds, (long)micros * 1000 };
	return s;
}

void log_entry_read(struct log_entry *e, const char *line, size_t n,
		    const struct timespec *now)
{
	const char *text;

	log_escape_bytes(e->text, sizeof e->text, line, n);
	text = entry_head(e, e->text);
	if (text) {
		memmove(e->text, text, strlen(text) + 1);
		if (e->audit) /* what is longer is none of ours */
			e->text[LOG_ENTRY_LINE] = 0;
		return;
	}
	e->priority = PRIORITY_INFO;
	e->audit = e->json = false;
	e->time = *now;
}

/* ---- texts that are put together ----------------------------------------- */

struct entry_out {
	char *p;
	size_t n;
};

static void entry_put_bytes(struct entry_out *o, const char *s, size_t n)
{
	n = MIN(n, LOG_ENTRY_MAX - o->n);
	memcpy(o->p + o->n, s, n);
	o->n += n;
}

static void entry_put(struct entry_out *o, const char *s)
{
	entry_put_bytes(o, s, strlen(s));
}

/* The text, as an object of JSON where that is wanted. */
static void entry_put_text(struct entry_out *o, const struct log_entry *e)
{
	char json[JSON_MAX];

	if (e->json)
		entry_put_bytes(o, json,
				audit_line_json(json, sizeof json, e->text));
	else
		entry_put(o, e->text);
}

/* "2026-11-29T06:31:35.000250Z" */
static void entry_put_time(struct entry_out *o, const struct timespec *t)
{
	char text[64], micros[32];
	struct tm tm;

	if (!gmtime_r(&t->tv_sec, &tm) || tm.tm_year > 9999 - 1900) {
		entry_put(o, "-");
		return;
	}
	strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(micros, sizeof micros, ".%06ldZ", t->tv_nsec / 1000);
	entry_put(o, text);
	entry_put(o, micros);
}

typedef void entry_field_fn(struct entry_out *, const struct audit_pair *);

/* Puts all fields of an audit line; those that are "-" have none.  Of a line
 * that was cut the last field says so. */
static void entry_put_fields(struct entry_out *o, const struct log_entry *e,
			     entry_field_fn *put)
{
	const struct audit_pair whole_not = {
		.key = "cut", .nkey = 3, .value = "true", .n = 4
	};
	const char *at = e->text;
	struct audit_pair p;
	bool cut = false;

	while (e->audit && audit_line_next(&p, &at)) {
		cut |= p.cut;
		if (p.quoted || p.n != 1 || *p.value != '-')
			put(o, &p);
	}
	if (e->audit && (cut || *at))
		put(o, &whole_not);
}

/* ---- syslog -------------------------------------------------------------- */

/* A name of at most `most` characters; what may not be in it becomes _. */
static void entry_put_name(struct entry_out *o, const char *s, size_t n,
			   size_t most)
{
	for (size_t i = 0; i < MIN(n, most); i++) {
		bool good = s[i] > ' ' && s[i] < 0x7f && !strchr("=]\"", s[i]);

		entry_put_bytes(o, good ? s + i : "_", 1);
	}
}

static void entry_put_param(struct entry_out *o, const struct audit_pair *p)
{
	entry_put(o, " ");
	entry_put_name(o, p->key, p->nkey, SD_NAME_MAX);
	entry_put(o, "=\"");
	for (size_t i = 0; i < p->n; i++) {
		if (strchr("\"\\]", p->value[i]))
			entry_put(o, "\\");
		entry_put_bytes(o, p->value + i, 1);
	}
	entry_put(o, "\"");
}

/* The kind of an audit line; no other has one. */
static void entry_put_msgid(struct entry_out *o, const struct log_entry *e)
{
	const char *at = e->text;
	struct audit_pair p;

	if (e->audit && audit_line_next(&p, &at) && p.n)
		entry_put_name(o, p.value, p.n, MSGID_MAX);
	else
		entry_put(o, "-");
}

static unsigned entry_facility(const struct log_entry *e)
{
	return e->audit ? FACILITY_AUTHPRIV : FACILITY_DAEMON;
}

size_t log_entry_syslog(char dst[LOG_ENTRY_MAX], const struct log_entry *e,
			const struct log_origin *from)
{
	struct entry_out o = { dst, 0 };
	char text[64];

	snprintf(text, sizeof text, "<%u>1 ",
		 entry_facility(e) * 8 + e->priority);
	entry_put(&o, text);
	entry_put_time(&o, &e->time);
	entry_put(&o, " ");
	if (from->host[0])
		entry_put_name(&o, from->host, strlen(from->host), 255);
	else
		entry_put(&o, "-");
	snprintf(text, sizeof text, " aditd %ld ", from->pid);
	entry_put(&o, text);
	entry_put_msgid(&o, e);
	entry_put(&o, e->audit ? " [" SD_ID : " -");
	entry_put_fields(&o, e, entry_put_param);
	entry_put(&o, e->audit ? "] " : " ");
	entry_put_text(&o, e);
	return o.n;
}

/* ---- the journal --------------------------------------------------------- */

static void entry_put_key(struct entry_out *o, const struct audit_pair *p)
{
	static const char prefix[] = "ADIT_";
	size_t n = MIN(p->nkey, JOURNAL_NAME_MAX - strlen(prefix));

	entry_put(o, prefix);
	for (size_t i = 0; i < n; i++) {
		char c = (char)toupper((unsigned char)p->key[i]);
		bool good = isupper((unsigned char)c) ||
			    isdigit((unsigned char)c);

		entry_put_bytes(o, good ? &c : "_", 1);
	}
	entry_put(o, "=");
	entry_put_bytes(o, p->value, p->n);
	entry_put(o, "\n");
}

size_t log_entry_journal(char dst[LOG_ENTRY_MAX], const struct log_entry *e,
			 const struct log_origin *from)
{
	struct entry_out o = { dst, 0 };
	char text[200];

	entry_put(&o, "MESSAGE=");
	entry_put_text(&o, e);
	snprintf(text, sizeof text,
		 "\nPRIORITY=%u\nSYSLOG_FACILITY=%u\nSYSLOG_IDENTIFIER=aditd\n"
		 "SYSLOG_PID=%ld\nSYSLOG_TIMESTAMP=",
		 e->priority, entry_facility(e), from->pid);
	entry_put(&o, text);
	entry_put_time(&o, &e->time);
	entry_put(&o, "\n");
	entry_put_fields(&o, e, entry_put_key);
	return o.n;
}
