/* SPDX-License-Identifier: BSD-2-Clause */
/* opt_test.c - values by type, and structs filled by a table. */
#include "base/err.h"
#include "base/opt.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- values ---------------------------------------------------------------- */

START_TEST(bools)
{
	static const char *const yes[] = { "yes", "true", "on", "YES", "On" };
	static const char *const no[] = { "no", "false", "off", "No" };
	static const char *const bad[] = { "", "1", "0", "y", "yess", "yes no" };
	size_t i;
	bool v = false;

	for (i = 0; i < ARRAY_LEN(yes); i++)
		ck_assert(!opt_parse_bool(yes[i], &v) && v);
	for (i = 0; i < ARRAY_LEN(no); i++)
		ck_assert(!opt_parse_bool(no[i], &v) && !v);
	for (i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_int_eq(opt_parse_bool(bad[i], &v), ERR_INVAL);
}
END_TEST

START_TEST(uints)
{
	static const struct {
		const char *text;
		int err;
		uint64_t v;
	} row[] = {
		{ "0", 0, 0 },
		{ "007", 0, 7 },
		{ "18446744073709551615", 0, UINT64_MAX },
		{ "18446744073709551616", ERR_LIMIT, 0 },
		{ "99999999999999999999999", ERR_LIMIT, 0 },
		{ "", ERR_INVAL, 0 },
		{ "-1", ERR_INVAL, 0 },
		{ "+1", ERR_INVAL, 0 },
		{ " 1", ERR_INVAL, 0 },
		{ "1 ", ERR_INVAL, 0 },
		{ "0x10", ERR_INVAL, 0 },
		{ "1.5", ERR_INVAL, 0 },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(row); i++) {
		uint64_t v = 0;

		ck_assert_int_eq(opt_parse_uint(row[i].text, &v), row[i].err);
		ck_assert_uint_eq(v, row[i].v);
	}
}
END_TEST

START_TEST(times)
{
	static const struct {
		const char *text;
		int err;
		uint32_t v;
	} row[] = {
		{ "0", 0, 0 },
		{ "500ms", 0, 500 },
		{ "10s", 0, 10000 },
		{ "30m", 0, 1800000 },
		{ "12h", 0, 43200000 },
		{ "0s", 0, 0 },
		{ "4294967295ms", 0, UINT32_MAX },
		{ "4294967296ms", ERR_LIMIT, 0 },
		{ "1194h", ERR_LIMIT, 0 },
		{ "18446744073709551615h", ERR_LIMIT, 0 },
		{ "10", ERR_INVAL, 0 },
		{ "s", ERR_INVAL, 0 },
		{ "", ERR_INVAL, 0 },
		{ "10 s", ERR_INVAL, 0 },
		{ "10S", ERR_INVAL, 0 },
		{ "-1s", ERR_INVAL, 0 },
		{ "1h30m", ERR_INVAL, 0 },
		{ "1d", ERR_INVAL, 0 },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(row); i++) {
		uint32_t v = 0;

		ck_assert_int_eq(opt_parse_msec(row[i].text, &v), row[i].err);
		ck_assert_uint_eq(v, row[i].v);
	}
}
END_TEST

START_TEST(sizes)
{
	static const struct {
		const char *text;
		int err;
		uint64_t v;
	} row[] = {
		{ "0", 0, 0 },
		{ "4096", 0, 4096 },
		{ "64K", 0, 65536 },
		{ "1M", 0, 1048576 },
		{ "2G", 0, UINT64_C(2147483648) },
		{ "17179869183G", 0, UINT64_C(17179869183) << 30 },
		{ "17179869184G", ERR_LIMIT, 0 },
		{ "1k", ERR_INVAL, 0 },
		{ "K", ERR_INVAL, 0 },
		{ "1KB", ERR_INVAL, 0 },
		{ "", ERR_INVAL, 0 },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(row); i++) {
		uint64_t v = 0;

		ck_assert_int_eq(opt_parse_size(row[i].text, &v), row[i].err);
		if (!row[i].err)
			ck_assert_uint_eq(v, row[i].v);
	}
}
END_TEST

START_TEST(ports)
{
	static const char *const bad[] = {
		"",    "0",       "65536",   "1-",      "-1",
		"2-1", "1,",      ",1",      "1,,2",    "a",
		"1 2", "25, 25",  "1-10, 5", "5, 1-10", "1-2-3",
		"0-5", "1-65536", "1;2",     "+1",
	};
	struct port_set s = { 0 };
	char text[64];
	size_t i;

	ck_assert_int_eq(opt_parse_ports("110, 25 ,20000-20002,1 - 2", &s), 0);
	ck_assert_uint_eq(port_set_count(&s), 7);
	ck_assert_uint_eq(port_set_at(&s, 0), 110);
	ck_assert_uint_eq(port_set_at(&s, 4), 20002);
	ck_assert_uint_eq(port_set_at(&s, 6), 2);
	ck_assert_uint_eq(port_set_at(&s, 7), 0);
	ck_assert(port_set_has(&s, 20001) && port_set_has(&s, 25));
	ck_assert(!port_set_has(&s, 20003) && !port_set_has(&s, 19999));
	ck_assert(!port_set_has(&s, 0));
	ck_assert_str_eq(port_set_str(&s, text, sizeof text),
			 "110, 25, 20000-20002, 1-2");
	ck_assert_str_eq(port_set_str(&s, text, 8), "110, 25");
	for (i = 0; i < ARRAY_LEN(bad); i++) {
		s = (struct port_set){ 0 };
		ck_assert_msg(opt_parse_ports(bad[i], &s) == ERR_INVAL,
			      "took \"%s\"", bad[i]);
	}
	s = (struct port_set){ 0 };
	ck_assert_int_eq(opt_parse_ports("1-65535", &s), 0);
	ck_assert_uint_eq(port_set_count(&s), 65535);
}
END_TEST

START_TEST(port_ranges_end)
{
	struct port_set s = { 0 };
	unsigned i;

	for (i = 0; i < PORT_RANGES_MAX; i++)
		ck_assert_int_eq(port_set_add(&s, (uint16_t)(2 * i + 1),
					      (uint16_t)(2 * i + 1)),
				 0);
	ck_assert_int_eq(port_set_add(&s, 1000, 1000), ERR_LIMIT);
	ck_assert_int_eq(port_set_add(&s, 1, 1), ERR_INVAL);
}
END_TEST

START_TEST(lists)
{
	static const char *const bad[] = { "", " ", ",", "a,", ",a", "a, ,b" };
	struct name_list l = { 0 };
	size_t i;

	ck_assert(!name_list_has(&l, "a"));
	ck_assert_int_eq(opt_parse_list(" a , b c,*", &l), 0);
	ck_assert_int_eq(opt_parse_list("d", &l), 0);
	ck_assert_uint_eq(l.n, 4);
	ck_assert_str_eq(l.item[1], "b c");
	ck_assert_ptr_null(l.item[4]);
	ck_assert(name_list_has(&l, "d") && !name_list_has(&l, "D"));
	name_list_fini(&l);
	for (i = 0; i < ARRAY_LEN(bad); i++) {
		ck_assert_int_eq(opt_parse_list(bad[i], &l), ERR_INVAL);
		name_list_fini(&l);
	}
}
END_TEST

START_TEST(addresses)
{
	static const char *const bad[] = {
		"",
		"1.2.3.4",
		"1.2.3.4:0",
		"1.2.3.4:65536",
		"name:1",
		"::1:80",
		"1.2.3.4:1, 1.2.3.4:1",
		":443",
		"*:443",
	};
	struct addr_list l = { 0 };
	size_t i;

	ck_assert_int_eq(opt_parse_addrs("0.0.0.0:443, [::]:443", &l), 0);
	ck_assert_uint_eq(l.n, 2);
	ck_assert_uint_eq(l.item[1].port, 443);
	free(l.item);
	for (i = 0; i < ARRAY_LEN(bad); i++) {
		l = (struct addr_list){ 0 };
		ck_assert_int_eq(opt_parse_addrs(bad[i], &l), ERR_INVAL);
		free(l.item);
	}
}
END_TEST

START_TEST(networks)
{
	static const char *const bad[] = {
		"",  "10.0.0.1/8",  "10.0.0.0/33", "10.0.0.0/",
		"x", "10.0.0.0/8,", "::/129",      "10.0/8",
	};
	struct net_list l = { 0 };
	struct addr a;
	size_t i;

	ck_assert_int_eq(opt_parse_nets("10.0.0.0/8, 2001:db8::1", &l), 0);
	ck_assert_int_eq(addr_parse(&a, "2001:db8::1", 0), 0);
	ck_assert(net_list_has(&l, &a));
	ck_assert_int_eq(addr_parse(&a, "2001:db8::2", 0), 0);
	ck_assert(!net_list_has(&l, &a));
	free(l.item);
	for (i = 0; i < ARRAY_LEN(bad); i++) {
		l = (struct net_list){ 0 };
		ck_assert_int_eq(opt_parse_nets(bad[i], &l), ERR_INVAL);
		free(l.item);
	}
}
END_TEST

/* ---- tables ---------------------------------------------------------------- */

struct thing {
	bool flag;
	uint32_t count, wait;
	uint64_t size;
	char *text, *path;
	struct port_set ports;
	struct addr_list addrs;
	struct net_list nets;
	struct name_list names;
	struct opt_lines lines;
};

static const struct opt table[] = {
	OPT("flag", OPT_BOOL, struct thing, flag, .preset = "yes"),
	OPT("count", OPT_UINT, struct thing, count, .preset = "auto",
	    .flags = OPT_AUTO, .min = 1, .max = 8),
	OPT("wait", OPT_MSEC, struct thing, wait, .preset = "30m", .min = 1000,
	    .max = 7200000),
	OPT("size", OPT_SIZE, struct thing, size),
	OPT("text", OPT_STRING, struct thing, text, .preset = "preset",
	    .flags = OPT_REQUIRED),
	OPT("path", OPT_PATH, struct thing, path, .preset = "p"),
	OPT("ports", OPT_PORTS, struct thing, ports, .preset = "1"),
	OPT("addrs", OPT_ADDRS, struct thing, addrs),
	OPT("nets", OPT_NETS, struct thing, nets),
	OPT("names", OPT_NAMES, struct thing, names, .preset = "x"),
	{ .key = NULL }
};

static struct thing thing;
static struct conf_errors errs;
static const struct opt_target target = { table, &thing, &thing.lines };

static void start(void)
{
	thing = (struct thing){ .lines.section = 1 };
	errs = (struct conf_errors){ .file = "/etc/adit/t.ini" };
	ck_assert_int_eq(opt_presets(&target), 0);
}

static int put(const char *key, const char *value, unsigned line)
{
	struct ini_item item = { "thing", "", key, value, line };

	return opt_put(&target, &item, &errs);
}

static const char *why(void)
{
	return errs.count ? errs.text[errs.count - 1] : "";
}

START_TEST(presets)
{
	start();
	ck_assert(thing.flag);
	ck_assert_uint_eq(thing.count, 0);
	ck_assert_uint_eq(thing.wait, 1800000);
	ck_assert_str_eq(thing.text, "preset");
	ck_assert_str_eq(thing.path, "p");
	ck_assert_uint_eq(opt_line(&target, "flag"), 1);
	opt_fini(table, &thing);
	ck_assert_ptr_null(thing.text);
}
END_TEST

START_TEST(values_replace_presets)
{
	start();
	ck_assert_int_eq(put("flag", "off", 2), 0);
	ck_assert_int_eq(put("count", "8", 3), 0);
	ck_assert_int_eq(put("wait", "2h", 4), 0);
	ck_assert_int_eq(put("size", "1K", 5), 0);
	ck_assert_int_eq(put("text", "new", 6), 0);
	ck_assert_int_eq(put("ports", "7, 8", 7), 0);
	ck_assert_int_eq(put("names", "a", 8), 0);
	ck_assert_int_eq(put("addrs", "127.0.0.1:1", 9), 0);
	ck_assert_int_eq(put("nets", "10.0.0.0/8", 10), 0);
	ck_assert(!thing.flag && thing.count == 8 && thing.wait == 7200000);
	ck_assert_uint_eq(thing.size, 1024);
	ck_assert_str_eq(thing.text, "new");
	ck_assert(!port_set_has(&thing.ports, 1) &&
		  port_set_has(&thing.ports, 8));
	ck_assert_str_eq(thing.names.item[0], "a");
	ck_assert_uint_eq(opt_line(&target, "text"), 6);
	ck_assert_int_eq(opt_finish(&target, "[thing]", &errs), 0);
	ck_assert_uint_eq(errs.count, 0);
	opt_fini(table, &thing);
}
END_TEST

START_TEST(paths)
{
	start();
	ck_assert_int_eq(put("path", "tls/key.pem", 2), 0);
	ck_assert_str_eq(thing.path, "/etc/adit/tls/key.pem");
	opt_fini(table, &thing);
	start();
	ck_assert_int_eq(put("path", "/abs", 2), 0);
	ck_assert_str_eq(thing.path, "/abs");
	opt_fini(table, &thing);
	start();
	errs.file = "t.ini";
	ck_assert_int_eq(put("path", "tls/key.pem", 2), 0);
	ck_assert_str_eq(thing.path, "tls/key.pem");
	opt_fini(table, &thing);
}
END_TEST

START_TEST(repeated_keys)
{
	start();
	ck_assert_int_eq(put("ports", "7", 2), 0);
	ck_assert_int_eq(put("ports", "8", 3), 0);
	ck_assert_int_eq(put("names", "a", 4), 0);
	ck_assert_int_eq(put("names", "b, c", 5), 0);
	ck_assert_uint_eq(port_set_count(&thing.ports), 2);
	ck_assert_uint_eq(thing.names.n, 3);
	ck_assert_int_eq(put("flag", "no", 6), 0);
	ck_assert_int_eq(put("flag", "no", 7), ERR_CONF);
	ck_assert_str_eq(why(),
			 "/etc/adit/t.ini:7: duplicate key flag, also in line "
			 "6: keep one of them");
	ck_assert_int_eq(put("ports", "7", 8), ERR_CONF);
	ck_assert_str_eq(why(), "/etc/adit/t.ini:8: ports = 7: expected ports "
				"from 1 to 65535, each once, such as 25, 110, "
				"20000-21000");
	opt_fini(table, &thing);
}
END_TEST

START_TEST(bad_values)
{
	static const char *const row[][3] = {
		{ "flag", "maybe", "flag = maybe: expected yes or no" },
		{ "flag", "", "flag has no value: expected yes or no" },
		{ "count", "9", "count = 9: expected 1 to 8, or auto" },
		{ "count", "0", "count = 0: expected 1 to 8, or auto" },
		{ "count", "x", "count = x: expected a number, or auto" },
		{ "wait", "5",
		  "wait = 5: expected a time such as 500ms, 10s, "
		  "30m, 12h or 0" },
		{ "wait", "999ms", "wait = 999ms: expected 1s to 2h" },
		{ "wait", "3h", "wait = 3h: expected 1s to 2h" },
		{ "size", "-1",
		  "size = -1: expected a size such as 4096, 64K "
		  "or 1M" },
		{ "size", "99999999999999999999",
		  "size = 99999999999999999999 "
		  "is out of range" },
		{ "text", "", "text has no value: expected a text" },
		{ "path", "", "path has no value: expected a path" },
		{ "addrs", "x",
		  "addrs = x: expected addresses with ports, each "
		  "once, such as 0.0.0.0:443, [::]:443" },
		{ "nets", "10.1.1.1/8",
		  "nets = 10.1.1.1/8: expected networks "
		  "without host bits, such as 10.0.0.0/8, 2001:db8::/32" },
		{ "names", "a,,b",
		  "names = a,,b: expected names, such as one, "
		  "two" },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(row); i++) {
		start();
		errs.file = "t.ini";
		ck_assert_int_eq(put(row[i][0], row[i][1], 5), ERR_CONF);
		ck_assert(!strncmp(why(), "t.ini:5: ", 9));
		ck_assert_str_eq(why() + 9, row[i][2]);
		opt_fini(table, &thing);
	}
}
END_TEST

/* Of a long list the item that is wrong, else how it begins. */
START_TEST(bad_values_in_long_lists)
{
	char text[4000] = "n0";
	size_t n = 2;

	for (int i = 1; i < 500; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, ", n%d", i);
	start();
	ck_assert_int_eq(put("names", text, 5), 0);
	ck_assert_uint_eq(thing.names.n, 500);
	opt_fini(table, &thing);
	snprintf(text + n, sizeof text - n, ",,x");
	start();
	ck_assert_int_eq(put("names", text, 5), ERR_CONF);
	ck_assert_ptr_nonnull(strstr(why(), "names = n0, n1, n2,"));
	ck_assert_ptr_nonnull(strstr(why(), ", n499,,x: expected names"));
	opt_fini(table, &thing);
	for (n = 0; n < 500;)
		n += (size_t)snprintf(text + n, sizeof text - n, "10.0.0.1, ");
	snprintf(text + n, sizeof text - n, "10.0.0.2/24 , ::1");
	start();
	ck_assert_int_eq(put("nets", text, 5), ERR_CONF);
	ck_assert_ptr_nonnull(strstr(why(), "nets = 10.0.0.2/24 : expected"));
	opt_fini(table, &thing);
	start();
	memset(text, 'y', 2000);
	text[2000] = 0;
	ck_assert_int_eq(put("names", text, 5), ERR_CONF);
	ck_assert_ptr_nonnull(
		strstr(why(), "yyy: too many items, or one is too long"));
	ck_assert_int_eq(put("flag", text, 5), ERR_CONF);
	ck_assert_ptr_nonnull(strstr(why(), "yyy: expected yes or no"));
	ck_assert_int_eq(put("text", text, 5), 0);
	memset(text, 'y', 3001);
	text[3001] = 0;
	ck_assert_int_eq(put("path", text, 5), ERR_CONF);
	ck_assert_ptr_nonnull(strstr(why(), "yyy...: the text is too long"));
	opt_fini(table, &thing);
}
END_TEST

START_TEST(unknown_keys)
{
	struct ini_item item = { "thing", "one", "flga", "yes", 4 };

	start();
	ck_assert_int_eq(opt_put(&target, &item, &errs), ERR_NOTFOUND);
	ck_assert_uint_eq(errs.count, 0);
	ck_assert_int_eq(opt_unknown(&target, &item, &errs), ERR_CONF);
	ck_assert_str_eq(why(), "/etc/adit/t.ini:4: unknown key flga in "
				"[thing one], did you mean \"flag\"?");
	opt_fini(table, &thing);
}
END_TEST

START_TEST(required_keys)
{
	start();
	ck_assert_int_eq(opt_finish(&target, "[thing]", &errs), ERR_CONF);
	ck_assert_str_eq(why(), "/etc/adit/t.ini:1: [thing] has no text: add "
				"text = (expected a text)");
	opt_fini(table, &thing);
}
END_TEST

/* adit.ini of the system, then of the user. */
START_TEST(several_files)
{
	start();
	ck_assert_int_eq(put("text", "system", 2), 0);
	ck_assert_int_eq(put("names", "a, b", 3), 0);
	ck_assert_int_eq(put("count", "2", 4), 0);
	opt_next_file(&target);
	ck_assert_int_eq(put("names", "c", 2), 0);
	ck_assert_int_eq(put("names", "d", 3), 0);
	ck_assert_int_eq(put("count", "3", 4), 0);
	ck_assert_uint_eq(thing.names.n, 2);
	ck_assert_str_eq(thing.names.item[0], "c");
	ck_assert_uint_eq(thing.count, 3);
	ck_assert_str_eq(thing.text, "system");
	ck_assert_int_eq(opt_finish(&target, "[thing]", &errs), 0);
	opt_fini(table, &thing);
}
END_TEST

SUITE("opt", bools, uints, times, sizes, ports, port_ranges_end, lists,
      addresses, networks, presets, values_replace_presets, paths,
      repeated_keys, bad_values, bad_values_in_long_lists, unknown_keys,
      required_keys, several_files)
