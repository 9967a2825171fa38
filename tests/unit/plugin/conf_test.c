/* SPDX-License-Identifier: BSD-2-Clause */
/* conf_test.c - a plugin's options from text. */
#include "plugin/conf.h"
#include "plugin/loader.h"

#include "suite.h"

#include <stdio.h>
#include <string.h>

struct conf {
	bool flag;
	uint32_t number, time;
	uint64_t size;
	const char *word;
	struct adit_ports ports;
	const char *const *list;
	uint32_t choice;
};

static const struct adit_option options[] = {
	ADIT_OPT("flag", ADIT_BOOL, struct conf, flag, "yes", "a switch"),
	ADIT_OPT("number", ADIT_UINT, struct conf, number, "3", "a number"),
	ADIT_OPT("time", ADIT_MSEC, struct conf, time, "10s", "a time"),
	ADIT_OPT("size", ADIT_SIZE, struct conf, size, NULL, "a size"),
	ADIT_OPT("word", ADIT_STRING, struct conf, word, NULL, "a word"),
	ADIT_OPT("ports", ADIT_PORTS, struct conf, ports, "21", "some ports"),
	ADIT_OPT("list", ADIT_LIST, struct conf, list, "a, b", NULL),
	ADIT_OPT("choice", ADIT_CHOICE, struct conf, choice, "no|some|all",
		 NULL),
	{ .key = NULL },
};

static int check(const void *conf, char *err, size_t errlen)
{
	const struct conf *c = conf;

	if (c->number != 13)
		return 0;
	snprintf(err, errlen, "13 brings bad luck");
	return -1;
}

static const struct adit_plugin def = {
	.api = ADIT_PLUGIN_API,
	.size = sizeof(def),
	.name = "opts",
	.version = "1",
	.summary = "has options",
	.conf_size = sizeof(struct conf),
	.options = options,
	.check = check,
};

static struct plugin *plugin(void)
{
	char err[PLUGIN_ERROR];
	struct plugin *p = plugin_adopt(&def, "opts", err, sizeof(err));

	ck_assert_msg(p, "%s", err);
	return p;
}

static struct conf_errors e;

START_TEST(presets)
{
	struct plugin *p = plugin();
	struct plugin_conf *pc = plugin_conf_new(p, NULL, NULL, &e);
	const struct conf *c = plugin_conf_data(pc);

	ck_assert_ptr_nonnull(c);
	ck_assert(c->flag);
	ck_assert_uint_eq(c->number, 3);
	ck_assert_uint_eq(c->time, 10000);
	ck_assert_uint_eq(c->size, 0);
	ck_assert_ptr_null(c->word);
	ck_assert_uint_eq(c->ports.count, 1);
	ck_assert_str_eq(c->list[1], "b");
	ck_assert_ptr_null(c->list[2]);
	ck_assert_uint_eq(c->choice, 0);
	plugin_conf_free(pc);
	plugin_conf_free(NULL);
	ck_assert_ptr_null(plugin_conf_data(NULL));
	plugin_unload(p);
}
END_TEST

START_TEST(own_then_resource)
{
	struct gw_pair mine[] = {
		{ "flag", "no", 3 }, { "number", "7", 4 }, { "size", "64K", 5 },
		{ "list", "x", 6 }, { "list", "y, z", 7 },
		{ "ports", "1-3", 8 }, { "ports", "9", 9 }, { "word", "one", 9 },
	}, over[] = {
		{ "number", "8", 20 }, { "list", "only", 21 },
		{ "word", "two", 22 }, { "choice", "all", 23 },
	};
	struct gw_pairs a = { mine, ARRAY_LEN(mine) },
			b = { over, ARRAY_LEN(over) };
	struct plugin *p = plugin();
	struct plugin_conf *one = plugin_conf_new(p, &a, NULL, &e);
	struct plugin_conf *two = plugin_conf_new(p, &a, &b, &e);
	const struct conf *c = plugin_conf_data(one);

	ck_assert(!c->flag);
	ck_assert_uint_eq(c->number, 7);
	ck_assert_uint_eq(c->size, 65536);
	ck_assert_str_eq(c->list[0], "x");
	ck_assert_str_eq(c->list[2], "z");
	ck_assert_ptr_null(c->list[3]);
	ck_assert_uint_eq(c->ports.count, 2);
	ck_assert(adit_ports_has(&c->ports, 2));
	ck_assert(!adit_ports_has(&c->ports, 21));
	ck_assert_str_eq(c->word, "one");
	c = plugin_conf_data(two);
	ck_assert_uint_eq(c->number, 8);
	ck_assert_uint_eq(c->size, 65536);
	ck_assert_str_eq(c->list[0], "only");
	ck_assert_ptr_null(c->list[1]);
	ck_assert_str_eq(c->word, "two");
	ck_assert_uint_eq(c->choice, 2);
	plugin_conf_free(one);
	plugin_conf_free(two);
	plugin_unload(p);
}
END_TEST

START_TEST(errors)
{
	static const struct {
		const char *key, *value, *part;
	} t[] = {
		{ "numbr", "1", "did you mean \"number\"" },
		{ "number", "-1", "number = -1" },
		{ "number", "4294967296", "number = " },
		{ "flag", "maybe", "flag = maybe" },
		{ "time", "10 parsecs", "time = " },
		{ "size", "", "size = " },
		{ "ports", "70000", "ports = " },
		{ "list", "a,,b", "list = " },
		{ "choice", "so", "write no|some|all" },
		{ "choice", "some|all", "choice = some|all" },
		{ "number", "13", "plugin opts: 13 brings bad luck" },
	};
	struct plugin *p = plugin();

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct gw_pair pair = { (char *)t[i].key, (char *)t[i].value,
					42 };
		struct gw_pairs pairs = { &pair, 1 };

		e = (struct conf_errors){ .file = "aditd.ini" };
		ck_assert_ptr_null(plugin_conf_new(p, NULL, &pairs, &e));
		ck_assert_uint_eq(e.count, 1);
		ck_assert_msg(strstr(e.text[0], t[i].part), "%s", e.text[0]);
		ck_assert_msg(!strncmp(e.text[0], "aditd.ini:42: ", 14), "%s",
			      e.text[0]);
	}
	plugin_unload(p);
}
END_TEST

START_TEST(twice)
{
	struct gw_pair mine[] = { { "number", "1", 3 },
				  { "number", "2", 4 },
				  { "ports", "1-5", 5 },
				  { "ports", "4", 6 } };
	struct gw_pairs a = { mine, ARRAY_LEN(mine) };
	struct plugin *p = plugin();

	e = (struct conf_errors){ .file = "f" };
	ck_assert_ptr_null(plugin_conf_new(p, &a, NULL, &e));
	ck_assert_uint_eq(e.count, 2);
	ck_assert_ptr_nonnull(
		strstr(e.text[0], "f:4: number stands in line 3"));
	ck_assert_ptr_nonnull(strstr(e.text[1], "f:6: ports = 4"));
	plugin_unload(p);
}
END_TEST

SUITE("plugin/conf", presets, own_then_resource, errors, twice)
