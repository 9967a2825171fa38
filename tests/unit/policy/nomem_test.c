/* SPDX-License-Identifier: BSD-2-Clause */
/* nomem_test.c - the n-th allocation fails, for every n: a clean error, and
 * nothing is left.  Linked with --wrap for each function below. */
#include "base/err.h"
#include "made.h"
#include "policy/users.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static long left = -1; /* allocations until one fails; -1: never */
static bool failed;    /* one did */
static long live;      /* allocated and not freed */

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void __real_free(void *p);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
void *__wrap_reallocarray(void *p, size_t n, size_t size);
char *__wrap_strdup(const char *s);
char *__wrap_strndup(const char *s, size_t n);
int __wrap_asprintf(char **to, const char *fmt, ...) PRINTF(2, 3);
int __wrap___asprintf_chk(char **to, int flag, const char *fmt, ...)
	PRINTF(3, 4);
int __wrap___vasprintf_chk(char **to, int flag, const char *fmt, va_list ap)
	PRINTF(3, 0);
void __wrap_free(void *p);

static bool fails(void)
{
	if (left < 0)
		return false;
	failed = left == 0;
	left -= !failed;
	return failed;
}

static void *counted(void *p)
{
	live += p != NULL;
	return p;
}

void *__wrap_malloc(size_t n)
{
	return fails() ? NULL : counted(__real_malloc(n));
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : counted(__real_calloc(n, size));
}

void *__wrap_realloc(void *p, size_t n)
{
	if (fails())
		return NULL;
	return p ? __real_realloc(p, n) : counted(__real_malloc(n));
}

void *__wrap_reallocarray(void *p, size_t n, size_t size)
{
	return __wrap_realloc(p, n * size);
}

char *__wrap_strndup(const char *s, size_t n)
{
	size_t len = strnlen(s, n);
	char *copy = __wrap_malloc(len + 1);

	if (copy) {
		memcpy(copy, s, len);
		copy[len] = 0;
	}
	return copy;
}

char *__wrap_strdup(const char *s)
{
	return __wrap_strndup(s, strlen(s));
}

static int print(char **to, const char *fmt, va_list ap) PRINTF(2, 0);
static int print(char **to, const char *fmt, va_list ap)
{
	enum { CAP = 4096 };
	char *text = __wrap_malloc(CAP);

	if (!text)
		return -1;
	*to = text;
	return vsnprintf(text, CAP, fmt, ap);
}

int __wrap_asprintf(char **to, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = print(to, fmt, ap);
	va_end(ap);
	return n;
}

int __wrap___asprintf_chk(char **to, int flag, const char *fmt, ...)
{
	va_list ap;
	int n;

	(void)flag;
	va_start(ap, fmt);
	n = print(to, fmt, ap);
	va_end(ap);
	return n;
}

/* What clang makes of a fortified asprintf. */
int __wrap___vasprintf_chk(char **to, int flag, const char *fmt, va_list ap)
{
	(void)flag;
	return print(to, fmt, ap);
}

void __wrap_free(void *p)
{
	live -= p != NULL;
	__real_free(p);
}

static const char conf_text[] = GATEWAY
	"server_name = x.y\ngroups = g, h\n"
	"[server]\ncontrol = here\nuser = me\n"
	"\x1c/etc/more.ini\n"
	"[plugin p]\na = b\nc = d\n"
	"[resource a]\nhost = a.b\nport = 1, 2-3\nplugin = p\ne = f\n"
	"[resource b]\nhost = any\nport = 1\nallow = 10.0.0.0/8, ::/0\n"
	"deny = 10.1.0.0/16\n"
	"[resource c]\nurl = http://[2001:db8::1]:8080/\n"
	"[group g]\nusers = a, b\nusers = c\nresources = a, b, c\n"
	"[group h]\nresources = c\n";

/* Broken too, so that the paths after an error are walked. */
static const char bad_text[] =
	"[gateway g]\nlisten = x\nusers = \n"
	"[resource r]\nplugin = none\nx = y\n[resource r]\n[group g]\n"
	"resources = q\n[resource]\n[nonsense]\na = b\n";

static bool said_no_memory(const struct conf_errors *e)
{
	unsigned i;

	for (i = 0; i < conf_errors_kept(e); i++)
		if (strstr(e->text[i], "out of memory"))
			return true;
	return false;
}

static void fail_at(long n)
{
	live = 0;
	failed = false;
	left = n;
}

/* Returns whether the parser was done before the n-th. */
static bool parse_with(const char *text, long n, bool good)
{
	struct conf_errors e = { .file = "/etc/t.ini" };
	struct gw_conf *c;
	bool done;

	fail_at(n);
	c = gw_conf_parse(text, strlen(text), &e, NULL);
	done = !failed;
	left = -1;
	gw_conf_unref(c);
	ck_assert_int_eq(live, 0);
	if (done)
		ck_assert(good ? c != NULL && !e.count : !c && e.count);
	else
		ck_assert_msg(!c && said_no_memory(&e), "at %ld", n);
	return done;
}

static void each_n(const char *text, bool good, long least)
{
	long n = 0;

	while (!parse_with(text, n, good))
		n++;
	ck_assert_int_ge(n, least);
}

START_TEST(conf)
{
	each_n(conf_text, true, 60);
}
END_TEST

START_TEST(bad_conf)
{
	each_n(bad_text, false, 10);
}
END_TEST

START_TEST(users_file)
{
	static const char text[] = "a:h:g,h\nb:h:\nbad\na:h:\nc:h:x\n";
	struct conf_errors e;
	struct users u;
	long n;
	int r;

	for (n = 0;; n++) {
		e = (struct conf_errors){ .file = "users" };
		fail_at(n);
		r = users_parse(text, strlen(text), &u, &e);
		left = -1;
		if (!failed)
			break;
		ck_assert_int_eq(r, ERR_NOMEM);
		ck_assert_uint_eq(u.n, 0);
		ck_assert_int_eq(live, 0);
		ck_assert(said_no_memory(&e));
	}
	ck_assert_int_eq(r, 0);
	ck_assert_uint_eq(u.n, 3);
	users_fini(&u);
	ck_assert_int_eq(live, 0);
	ck_assert_int_ge(n, 10);
}
END_TEST

SUITE("nomem", conf, bad_conf, users_file)
