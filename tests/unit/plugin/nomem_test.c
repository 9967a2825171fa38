/* SPDX-License-Identifier: BSD-2-Clause */
/* nomem_test.c - the n-th allocation fails, for every n.  Linked with --wrap for
 * each function below. */
#include "plugin/conf.h"
#include "plugin/host.h"
#include "plugin/loader.h"
#include "puppet.h"

#include "suite.h"

#include <stdlib.h>
#include <string.h>

static long left = -1; /* allocations until one fails; -1: never */
static bool failed;    /* one did */

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
char *__real_strdup(const char *s);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
char *__wrap_strdup(const char *s);

static bool fails(void)
{
	bool now = left == 0;

	left -= left >= 0;
	failed |= now;
	return now;
}

void *__wrap_malloc(size_t n)
{
	return fails() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
	return fails() ? NULL : __real_realloc(p, n);
}

char *__wrap_strdup(const char *s)
{
	return fails() ? NULL : __real_strdup(s);
}

/* ---- an owner that answers late ----------------------------------------------- */

static enum adit_result on_expect(void *ctx, const struct adit_expect *want,
				  uint32_t *id, struct adit_addr *show)
{
	(void)ctx;
	(void)want;
	(void)show;
	*id = 1;
	return ADIT_WAIT;
}

static void on_id(void *ctx, uint32_t id)
{
	(void)ctx;
	(void)id;
}

static uint64_t on_now(void *ctx)
{
	(void)ctx;
	return 1;
}

static void on_log(void *ctx, enum adit_level level, const char *text)
{
	(void)ctx;
	(void)level;
	(void)text;
}

static void on_audit(void *ctx, const char *key, const char *value)
{
	(void)ctx;
	(void)key;
	(void)value;
}

static void on_event(void *ctx, uint32_t id, const char *text)
{
	(void)ctx;
	(void)id;
	(void)text;
}

static const struct inspect_ops ops = {
	.expect = on_expect,
	.withdraw = on_id,
	.arm = on_id,
	.now = on_now,
	.log = on_log,
	.audit = on_audit,
	.event = on_event,
};

static void talk(struct adit_channel *ch)
{
	static const char text[] =
		"one\nsay two\ninj three\naudit four\ncount 1\n"
		"inx five\n$003abcexp 10.0.0.5 5\nsix\nha";
	struct adit_addr show = { .host = "127.0.0.1", .port = 4 };

	inspect_start(ch);
	inspect_feed(ch, ADIT_TO_SERVER, text, 10, 3);
	inspect_feed(ch, ADIT_TO_SERVER, text + 10, sizeof(text) - 11, 0);
	inspect_feed(ch, ADIT_TO_CLIENT, "$900", 4, 0);
	inspect_answer(ch, 1, ADIT_OK, &show);
	inspect_fin(ch, ADIT_TO_SERVER);
}

static void play(void)
{
	struct inspect_info info = { .user = "alice" };
	char err[PLUGIN_ERROR];
	struct plugin *p = plugin_adopt(&puppet, "puppet", err, sizeof(err));
	struct adit_channel *ch;

	if (!p) {
		ck_assert(failed);
		return;
	}
	ch = inspect_new(p, NULL, &info, &ops, NULL);
	if (ch)
		talk(ch);
	left = -1;
	ck_assert(ch || failed);
	if (ch && !failed)
		ck_assert(inspect_ended(ch, ADIT_TO_SERVER));
	if (ch && inspect_status(ch) == INSPECT_RESET)
		ck_assert_str_ne(inspect_reason(ch), "");
	inspect_free(ch);
	plugin_unload(p);
}

START_TEST(channel)
{
	long n = 0;

	do {
		failed = false;
		left = n++;
		play();
		left = -1;
	} while (failed);
	ck_assert_int_gt(n, 20);
}
END_TEST

struct conf {
	const char *word;
	const char *const *list;
	struct adit_ports ports;
};

static const struct adit_option options[] = {
	ADIT_OPT("word", ADIT_STRING, struct conf, word, "a", NULL),
	ADIT_OPT("list", ADIT_LIST, struct conf, list, "a, b", NULL),
	ADIT_OPT("ports", ADIT_PORTS, struct conf, ports, "1, 2", NULL),
	{ .key = NULL },
};

static void configure(void)
{
	struct gw_pair pair[] = { { (char *)"list", (char *)"c, d", 1 },
				  { (char *)"list", (char *)"e", 2 },
				  { (char *)"word", (char *)"b", 3 } };
	struct gw_pairs pairs = { pair, ARRAY_LEN(pair) };
	static struct conf_errors e;
	struct adit_plugin def = puppet;
	char err[PLUGIN_ERROR];
	struct plugin_conf *c = NULL;
	struct plugin *p;

	def.options = options;
	def.conf_size = sizeof(struct conf);
	e.count = 0;
	p = plugin_adopt(&def, "puppet", err, sizeof(err));
	if (p)
		c = plugin_conf_new(p, &pairs, NULL, &e);
	left = -1;
	ck_assert(failed == !c);
	plugin_conf_free(c);
	plugin_unload(p);
}

START_TEST(conf)
{
	long n = 0;

	do {
		failed = false;
		left = n++;
		configure();
	} while (failed);
	ck_assert_int_gt(n, 10);
}
END_TEST

SUITE("plugin/nomem", channel, conf)
