/* SPDX-License-Identifier: BSD-2-Clause */
/* log.c - logs events to standard error, a line each. */
#include "base/log.h"

#include "base/audit_line.h"
#include "base/log_out.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
	LINE = 2048,
	LINE_JSON = 4096,     /* as JSON, where characters may take two bytes */
	AUDIT_PRIORITY = '5', /* a notice */
};

/* What reads the lines. */
enum log_reader { READER_PEOPLE, READER_JOURNAL, READER_RELAY };

static struct {
	const char *program;
	enum log_level most;
	enum log_reader reader;
	bool times;
} state = { "adit", LOG_INFO, READER_PEOPLE, false };

static atomic_bool audit_is_json;

static const char *const word[] = {
	[LOG_ERROR] = "error: ",
	[LOG_WARN] = "warning: ",
	[LOG_INFO] = "",
	[LOG_DEBUG] = "debug: ",
};

/* As syslog numbers them (RFC 5424, section 6.2.1). */
static const char priority[] = {
	[LOG_ERROR] = '3',
	[LOG_WARN] = '4',
	[LOG_INFO] = '6',
	[LOG_DEBUG] = '7',
};

bool log_stream_name(int fd, char name[LOG_STREAM_NAME])
{
	struct stat st;

	if (fstat(fd, &st))
		return false;
	snprintf(name, LOG_STREAM_NAME, "%ju:%ju", (uintmax_t)st.st_dev,
		 (uintmax_t)st.st_ino);
	return true;
}

/* Whether standard error is what the variable names.  The variable alone does
 * not say so: a shell that systemd started passes it on to programs on a
 * terminal. */
static bool log_is_stream(const char *variable)
{
	const char *stream = getenv(variable);
	char mine[LOG_STREAM_NAME];

	return stream && log_stream_name(STDERR_FILENO, mine) &&
	       !strcmp(stream, mine);
}

static enum log_reader log_reader(void)
{
	if (log_is_stream(LOG_RELAY_STREAM))
		return READER_RELAY;
	return log_is_stream("JOURNAL_STREAM") ? READER_JOURNAL : READER_PEOPLE;
}

void log_start(const char *program, enum log_level most)
{
	state.program = program;
	state.most = most;
	state.reader = log_reader();
	state.times = false;
	log_out_waits();
}

void log_never_waits(void)
{
	log_out_never_waits();
}

void log_show_times(void)
{
	state.times = true;
}

void log_audit_as_json(bool on)
{
	atomic_store(&audit_is_json, on);
}

bool log_is_on(enum log_level level)
{
	return level <= state.most;
}

/* The length of the UTF-8 sequence at `s` (RFC 3629) if it is printable, else
 * 0.  C1 control characters, and those that are invisible or change the
 * direction of writing, do not count as printable. */
static size_t log_utf8_len(const unsigned char *s)
{
	unsigned cp;
	size_t n, i;

	if (s[0] < 0x80)
		return s[0] >= 0x20 && s[0] != 0x7f;
	n = s[0] >= 0xf0 && s[0] < 0xf5 ? 4 :
	    s[0] >= 0xe0 && s[0] < 0xf0 ? 3 :
	    s[0] >= 0xc2 && s[0] < 0xe0 ? 2 :
					  0;
	if (!n)
		return 0;
	cp = s[0] & (0xffU >> (n + 1));
	for (i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		cp = cp << 6 | (s[i] & 0x3f);
	}
	if (cp < 0xa0 || (n == 3 && cp < 0x800) || (n == 4 && cp < 0x10000) ||
	    cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000))
		return 0;
	if ((cp >= 0x200b && cp <= 0x200f) || (cp >= 0x2028 && cp <= 0x202e) ||
	    (cp >= 0x2066 && cp <= 0x2069) || cp == 0xfeff)
		return 0;
	return n;
}

char *log_escape(char *dst, size_t cap, const char *src)
{
	static const char hex[] = "0123456789abcdef";
	const unsigned char *s = (const unsigned char *)src;
	size_t at = 0, n;

	while (*s && cap - at > 5) {
		n = log_utf8_len(s);
		if (n) {
			memcpy(dst + at, s, n);
			at += n;
			s += n;
			continue;
		}
		dst[at++] = '\\';
		dst[at++] = 'x';
		dst[at++] = hex[*s >> 4];
		dst[at++] = hex[*s & 15];
		s++;
	}
	dst[at] = 0;
	return dst;
}

size_t log_escape_bytes(char *dst, size_t cap, const char *src, size_t n)
{
	size_t at = 0;

	for (size_t from = 0; from < n; from++) {
		log_escape(dst + at, cap - at, src + from);
		at += strlen(dst + at);
		from += strlen(src + from);
		if (from < n && cap - at > 5) { /* not the NUL at the end */
			memcpy(dst + at, "\\x00", 4);
			at += 4;
		}
	}
	dst[at] = 0;
	return at;
}

/* Writes "2026-11-28 09:30:00 ", or nothing where times are off. */
static const char *log_stamp(char *dst, size_t cap)
{
	time_t now = time(NULL);
	struct tm tm;

	dst[0] = 0;
	if (state.times && localtime_r(&now, &tm))
		strftime(dst, cap, "%Y-%m-%d %H:%M:%S ", &tm);
	return dst;
}

/* What process/log_entry.c reads: "<6 1764403200.000250>login: ...". */
static int log_compose_relay(char line[LINE], char level, const char *before,
			     const char *text)
{
	bool json = level == AUDIT_PRIORITY && atomic_load(&audit_is_json);
	struct timespec now = { 0 };

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return snprintf(line, LINE, "<%c%s %lld.%06ld>%s%s\n", level,
			json ? "j" : "", (long long)now.tv_sec,
			now.tv_nsec / 1000, before, text);
}

/* Programs that read JSON lines expect nothing before the object. */
static size_t log_compose_json(char line[LINE_JSON], const char *audit)
{
	size_t n = 0;

	if (state.reader == READER_JOURNAL)
		n = (size_t)snprintf(line, LINE_JSON, "<%c>", AUDIT_PRIORITY);
	n += audit_line_json(line + n, LINE_JSON - n - 1, audit);
	line[n++] = '\n';
	return n;
}

/* Writes a whole line and returns its length. */
static size_t log_compose(char line[LINE_JSON], char level, const char *kind,
			  const char *who, const char *text)
{
	char safe[LINE - 200], name[128] = "", before[160], when[32];
	int n;

	log_escape(safe, sizeof safe, text);
	if (level == AUDIT_PRIORITY && state.reader != READER_RELAY &&
	    atomic_load(&audit_is_json))
		return log_compose_json(line, safe);
	if (who)
		log_escape(name, sizeof name, who);
	snprintf(before, sizeof before, "%s%s%s", kind, name, who ? ": " : "");
	if (state.reader == READER_RELAY)
		n = log_compose_relay(line, level, before, safe);
	else if (state.reader == READER_JOURNAL)
		n = snprintf(line, LINE, "<%c>%s%s\n", level, before, safe);
	else
		n = snprintf(line, LINE, "%s%s: %s%s\n",
			     log_stamp(when, sizeof when), state.program,
			     before, safe);
	if (n >= LINE) {
		n = LINE;
		line[n - 1] = '\n';
	}
	return (size_t)MAX(n, 0);
}

/* ---- the last warnings --------------------------------------------------- */

static struct {
	pthread_mutex_t lock;
	struct log_kept line[LOG_KEPT];
	size_t n; /* of all lines, kept or not */
} kept = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void log_keep(enum log_level level, const char *who, const char *text)
{
	struct log_kept *k;
	size_t at = 0;

	pthread_mutex_lock(&kept.lock);
	k = &kept.line[kept.n++ % LOG_KEPT];
	k->time = time(NULL);
	k->level = level;
	if (who) {
		log_escape(k->text, sizeof k->text / 2, who);
		at = strlen(k->text);
		memcpy(k->text + at, ": ", 2);
		at += 2;
	}
	log_escape(k->text + at, sizeof k->text - at, text);
	pthread_mutex_unlock(&kept.lock);
}

size_t log_last(struct log_kept to[LOG_KEPT])
{
	size_t n, first;

	pthread_mutex_lock(&kept.lock);
	n = MIN(kept.n, (size_t)LOG_KEPT);
	first = kept.n - n;
	for (size_t i = 0; i < n; i++)
		to[i] = kept.line[(first + i) % LOG_KEPT];
	pthread_mutex_unlock(&kept.lock);
	return n;
}

/* ---- lines that were lost ------------------------------------------------ */

/* Lines that were lost since the log last said so; `audit` is part of
 * `lines`. */
static struct {
	atomic_uint lines, audit;
	atomic_ullong total; /* since the start */
} lost;

uint64_t log_lost(void)
{
	return atomic_load(&lost.total);
}

static bool log_emit(char level, const char *kind, const char *who,
		     const char *text, bool after_loss)
{
	char line[LINE_JSON];
	size_t n = log_compose(line, level, kind, who, text);

	return log_out_line(line, n, after_loss);
}

/* Logs how many lines were lost.  False: there is no room for that either. */
static bool log_tell_lost(void)
{
	unsigned lines = atomic_exchange(&lost.lines, 0);
	unsigned audit = atomic_exchange(&lost.audit, 0);
	char text[200];

	if (!lines)
		return true;
	snprintf(text, sizeof text,
		 "log lines lost here: %u, of them audit lines: %u; %s", lines,
		 audit,
		 state.reader == READER_RELAY ?
			 "the receiver of the log took none" :
			 "standard error was not read, or its disk was full");
	if (log_emit(priority[LOG_WARN], word[LOG_WARN], NULL, text, true)) {
		log_keep(LOG_WARN, NULL, text);
		return true;
	}
	atomic_fetch_add(&lost.lines, lines);
	atomic_fetch_add(&lost.audit, audit);
	return false;
}

static void log_put(char level, const char *kind, const char *who,
		    const char *text)
{
	if (log_tell_lost() && log_emit(level, kind, who, text, false))
		return;
	atomic_fetch_add(&lost.lines, 1);
	atomic_fetch_add(&lost.total, 1);
	if (level == AUDIT_PRIORITY)
		atomic_fetch_add(&lost.audit, 1);
}

/* ---- lines --------------------------------------------------------------- */

void log_msg(enum log_level level, const char *who, const char *fmt, ...)
{
	char text[LINE];
	va_list ap;

	if (!log_is_on(level))
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	log_put(priority[level], word[level], who, text);
	if (level <= LOG_WARN)
		log_keep(level, who, text);
}

void log_audit(const char *fmt, ...)
{
	char text[LINE];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	log_put(AUDIT_PRIORITY, "", NULL, text);
}
