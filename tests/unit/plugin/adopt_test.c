/* SPDX-License-Identifier: BSD-2-Clause */
/* adopt_test.c - what a plugin may say about itself. */
#include "plugin/host.h"
#include "plugin/host.h"
#include "plugin/loader.h"

#include "suite.h"

#include <stdlib.h>
#include <string.h>

struct conf {
	uint32_t a, b;
	uint64_t c;
};

static enum adit_verdict pass(struct adit_msg *m)
{
	(void)m;
	return ADIT_PASS;
}

static const struct adit_plugin good = {
	.api = ADIT_PLUGIN_API,
	.size = sizeof(good),
	.name = "good",
	.version = "1.0",
	.summary = "fine",
	.conf_size = sizeof(struct conf),
	.frame = { adit_frame_line, adit_frame_line },
	.message = pass,
};

static char err[PLUGIN_ERROR];

static void refused(const struct adit_plugin *def, const char *part)
{
	ck_assert_ptr_null(plugin_adopt(def, "good", err, sizeof(err)));
	ck_assert_msg(strstr(err, part), "\"%s\" lacks \"%s\"", err, part);
}

START_TEST(takes_good_ones)
{
	struct plugin *p = plugin_adopt(&good, "good", err, sizeof(err));

	ck_assert_msg(p, "%s", err);
	ck_assert_uint_eq(p->def.max_message, 64 << 10);
	plugin_unload(p);
	p = plugin_adopt(&plugin_generic, "generic", err, sizeof(err));
	ck_assert_msg(p, "%s", err);
	plugin_unload(p);
	plugin_unload(NULL);
}
END_TEST

START_TEST(older_and_newer)
{
	struct {
		struct adit_plugin def;
		void *future[2];
	} later = { .def = good, .future = { &later, &later } };
	struct adit_plugin early = good;
	struct plugin *p;

	later.def.size = sizeof(later);
	p = plugin_adopt(&later.def, "good", err, sizeof(err));
	ck_assert_msg(p, "%s", err);
	plugin_unload(p);
	/* What stands behind its size is not read. */
	early.size = offsetof(struct adit_plugin, eof);
	early.timer = (void (*)(struct adit_channel *))1;
	p = plugin_adopt(&early, "good", err, sizeof(err));
	ck_assert_msg(p, "%s", err);
	ck_assert_ptr_null((void *)p->def.timer);
	ck_assert_uint_eq(p->def.max_expect, INSPECT_EXPECTS);
	plugin_unload(p);
}
END_TEST

#define REFUSED(part, ...)                                                     \
	do {                                                                   \
		struct adit_plugin d = good;                                   \
		__VA_ARGS__;                                                   \
		refused(&d, part);                                             \
	} while (0)

START_TEST(refusals)
{
	REFUSED("another version of the plugin interface", d.api = 2);
	REFUSED("another version of the plugin interface", d.api = 0);
	REFUSED("wrong size", d.size = 8);
	REFUSED("wrong size", d.size = sizeof(d) + 1);
	REFUSED("wrong size", d.size = UINT32_MAX & ~7u);
	REFUSED("is not its file's name", d.name = "other");
	REFUSED("is not its file's name", d.name = NULL);
	REFUSED("no .version", d.version = NULL);
	REFUSED("no .summary", d.summary = NULL);
	REFUSED("unknown flags in .can", d.can = 1u << 9);
	REFUSED("too large", d.state_size = SIZE_MAX);
	REFUSED("too large", d.conf_size = 1 << 20);
	REFUSED("above 16 MiB", d.max_message = 1 << 30);
	REFUSED("no .message", d.message = NULL);
	REFUSED(".max_expect above 256", d.max_expect = 257);
}
END_TEST

#define OPTION(k, t, o)                                                        \
	{                                                                      \
		.size = sizeof(struct adit_option), .type = (t), .key = (k),   \
		.offset = (o)                                                  \
	}

static void bad_option(struct adit_option second, const char *part)
{
	struct adit_option table[] = { OPTION("a", ADIT_UINT, 0),
				       second,
				       { .key = NULL } };
	struct adit_plugin d = good;

	d.options = table;
	refused(&d, part);
}

START_TEST(option_tables)
{
	struct adit_option o = OPTION("b", ADIT_UINT, 4);

	bad_option((struct adit_option)OPTION("b", 99, 4), "type is unknown");
	bad_option((struct adit_option)OPTION("b", ADIT_UINT, 16), "outside");
	bad_option((struct adit_option)OPTION("b", ADIT_UINT, SIZE_MAX - 1),
		   "outside");
	bad_option((struct adit_option)OPTION("b", ADIT_LIST, 12), "outside");
	bad_option((struct adit_option)OPTION("b", ADIT_CHOICE, 0), "words");
	bad_option((struct adit_option)OPTION("b", ADIT_UINT, 5),
		   "not aligned for its");
	bad_option((struct adit_option)OPTION("b", ADIT_SIZE, 0),
		   "the same key");
	bad_option((struct adit_option)OPTION("a", ADIT_UINT, 4),
		   "the same key");
	bad_option((struct adit_option)OPTION("B c", ADIT_UINT, 4), "its key");
	bad_option((struct adit_option)OPTION("", ADIT_UINT, 4), "its key");
	o.size = 8;
	bad_option(o, "damaged");
	REFUSED("no .conf_size", d.conf_size = 0, d.options = &o);
}
END_TEST

START_TEST(endless_table)
{
	struct adit_option table[100];
	struct adit_plugin d = good;

	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		table[i] = (struct adit_option){
			.size = sizeof(table[0]),
			.type = ADIT_BOOL,
			.key = &"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
				"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
				"aaaaaaaaaaaa"[i],
			.offset = i
		};
	d.conf_size = 200;
	d.options = table;
	refused(&d, "more than 64 entries");
}
END_TEST

START_TEST(bad_preset)
{
	static const struct adit_option table[] = {
		ADIT_OPT("a", ADIT_UINT, struct conf, a, "many", NULL),
		{ .key = NULL },
	};
	REFUSED("preset of a", d.options = table);
}
END_TEST

START_TEST(counters)
{
	static const char *const bad[] = { "fine", "not fine", NULL };
	static const char *const ok[] = { "lines", NULL };
	struct adit_plugin with = good;
	struct plugin *p;

	REFUSED("a counter's name", d.counters = bad);
	with.counters = ok;
	p = plugin_adopt(&with, "good", err, sizeof(err));
	ck_assert_msg(p, "%s", err);
	ck_assert_uint_eq(p->ncounters, 1);
	ck_assert_int_eq(plugin_total(p, 0), 0);
	plugin_unload(p);
}
END_TEST

SUITE("plugin/adopt", takes_good_ones, older_and_newer, refusals, option_tables,
      endless_table, bad_preset, counters)
