/* SPDX-License-Identifier: BSD-2-Clause */
/* ini_test.c - what the ini reader delivers, and what it refuses where. */
#include "base/err.h"
#include "base/ini.h"
#include "suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What was delivered, as text: "kind|name|key|value|line\n". */
struct got {
	char text[4096];
	int answer; /* to section lines */
};

static int on_item(void *ctx, const struct ini_item *i)
{
	struct got *g = ctx;
	size_t n = strlen(g->text);

	snprintf(g->text + n, sizeof g->text - n, "%s|%s|%s|%s|%u\n", i->kind,
		 i->name, i->key ? i->key : "-", i->value ? i->value : "-",
		 i->line);
	return i->key ? 0 : g->answer;
}

static int read_n(const char *text, size_t n, struct got *g,
		  struct conf_errors *e)
{
	*g = (struct got){ .answer = g->answer };
	*e = (struct conf_errors){ .file = "t.ini" };
	return ini_read_text(text, n, on_item, g, e);
}

static void delivers(const char *text, const char *expected)
{
	struct got g = { .answer = 0 };
	struct conf_errors e;

	ck_assert_msg(!read_n(text, strlen(text), &g, &e), "%s", e.text[0]);
	ck_assert_str_eq(g.text, expected);
	ck_assert_uint_eq(e.count, 0);
}

static void refuses_n(const char *text, size_t n, const char *message)
{
	struct got g = { .answer = 0 };
	struct conf_errors e;

	ck_assert_int_eq(read_n(text, n, &g, &e), ERR_CONF);
	ck_assert_uint_eq(e.count, 1);
	ck_assert_msg(!strncmp(e.text[0], message, strlen(message)),
		      "got \"%s\", expected \"%s\"", e.text[0], message);
}

static void refuses(const char *text, const char *message)
{
	refuses_n(text, strlen(text), message);
}

START_TEST(plain)
{
	delivers("[server]\nthreads = 4\n[resource mail]\nport=25\n",
		 "server||-|-|1\nserver||threads|4|2\n"
		 "resource|mail|-|-|3\nresource|mail|port|25|4\n");
	delivers("", "");
	delivers("\n\n  \n\t\n", "");
	delivers("[a]", "a||-|-|1\n");
	delivers("[a]\nb = c", "a||-|-|1\na||b|c|2\n");
}
END_TEST

START_TEST(empty_sections_are_seen)
{
	delivers("[plugin ftp]\n[plugin sqlnet]\n; end\n",
		 "plugin|ftp|-|-|1\nplugin|sqlnet|-|-|2\n");
}
END_TEST

START_TEST(comments)
{
	delivers("; one\n# two\n[a] ; three\nb = c ; four\nd = e # five\n"
		 "   ; indented\nf = g;h#i\nj = ; nothing\n[k]# tight\n",
		 "a||-|-|3\na||b|c|4\na||d|e|5\na||f|g;h#i|7\na||j||8\n"
		 "k||-|-|9\n");
}
END_TEST

START_TEST(line_ends_and_bom)
{
	delivers("\xef\xbb\xbf[a]\r\nb = c\r\n\r\n", "a||-|-|1\na||b|c|2\n");
	delivers("\xef\xbb\xbf", "");
}
END_TEST

START_TEST(blanks)
{
	delivers("[  resource \t mail  ]  \nport  =\t 25 \t\n",
		 "resource|mail|-|-|1\nresource|mail|port|25|2\n");
}
END_TEST

/* inih takes a colon for an equals sign; values may have both. */
START_TEST(colons_belong_to_the_value)
{
	delivers("[a]\npin = sha256:00ff\nlisten = [::]:443\nx = a=b\n",
		 "a||-|-|1\na||pin|sha256:00ff|2\na||listen|[::]:443|3\n"
		 "a||x|a=b|4\n");
	refuses("[a]\nhost: x\n", "t.ini:2: expected [section], key");
	refuses("[a]\nhost: x = 3\n", "t.ini:2: expected [section], key");
}
END_TEST

START_TEST(long_names_are_whole)
{
	char name[80], text[300], expected[400];

	/* inih would cut at 49. */
	memset(name, 'n', sizeof name - 1);
	name[sizeof name - 1] = 0;
	snprintf(text, sizeof text, "[resource %s]\nk = v\n", name);
	snprintf(expected, sizeof expected,
		 "resource|%s|-|-|1\n"
		 "resource|%s|k|v|2\n",
		 name, name);
	delivers(text, expected);
}
END_TEST

/* A value of n bytes with what inih would make something of, at every place. */
static void long_value(size_t n, const char *pattern)
{
	size_t k = strlen(pattern), cap = n + 100;
	char *text = malloc(cap), *value = malloc(n + 1);
	struct got *g = calloc(1, sizeof *g);
	struct conf_errors e = { .file = "t.ini" };

	for (size_t i = 0; i < n; i++)
		value[i] = pattern[i % k];
	value[n] = 0;
	snprintf(text, cap, "[a]\nk = %s\r\nz = 1\n", value);
	ck_assert_int_eq(ini_read_text(text, strlen(text), on_item, g, &e), 0);
	snprintf(text, cap, "a||-|-|1\na||k|%s|2\na||z|1|3\n", value);
	ck_assert_str_eq(g->text, text);
	free(g);
	free(value);
	free(text);
}

START_TEST(long_values)
{
	for (size_t n = 1; n < 420; n++) {
		long_value(n, "v");
		long_value(n, "x;=:[]\"#'");
		long_value(n, "\xc3\xa4,");
	}
	long_value(3900, "a, b,");
}
END_TEST

START_TEST(huge_lines)
{
	static const char head[] = "[a]\nk = ";
	size_t n = 1 << 20;
	char *text = malloc(n + 1);

	memset(text, 'x', n);
	text[n] = 0;
	refuses(text, "t.ini:1: expected [section], key");
	memset(text, ';', n);
	delivers(text, "");
	memset(text, '\n', n);
	delivers(text, "");
	memset(text, ' ', n);
	delivers(text, "");
	memcpy(text, head, sizeof head - 1);
	delivers(text, "a||-|-|1\na||k||2\n");
	memset(text, '[', n);
	text[n - 1] = ']';
	refuses(text, "t.ini:1: the section line has 1048576 bytes: "
		      "at most 198 are allowed");
	free(text);
}
END_TEST

START_TEST(long_keys)
{
	char text[200];

	snprintf(text, sizeof text, "[a]\n%064d = v\n", 0);
	delivers(text, "a||-|-|1\na||0000000000000000000000000000000000000000"
		       "000000000000000000000000|v|2\n");
	snprintf(text, sizeof text, "[a]\n%065d = v\n", 0);
	refuses(text, "t.ini:2: the key has 65 bytes: at most 64 are allowed");
}
END_TEST

START_TEST(indented)
{
	refuses("[a]\nb = c\n  d = e\n", "t.ini:3: the line is indented");
	refuses("[a]\nb = c\n\td\n", "t.ini:3: the line is indented");
	refuses(" [a]\n", "t.ini:1: the line is indented");
}
END_TEST

START_TEST(control_bytes)
{
	refuses_n("[a]\nb = c\0d\n", 11, "t.ini:2: the line has a control");
	refuses_n("\0", 1, "t.ini:1: the line has a control");
	refuses("[a]\nb = \033[2J\n", "t.ini:2: the line has a control");
	refuses("[a]\nb = c\rd\n", "t.ini:2: the line has a control");
	refuses("[a]\n\vb = c\n", "t.ini:2: the line has a control");
	refuses("[a]\nb = \x7f\n", "t.ini:2: the line has a control");
}
END_TEST

START_TEST(neither_nor)
{
	refuses("[a]\nword\n", "t.ini:2: expected [section], key = value");
	refuses("[a]\n= value\n", "t.ini:2: expected [section], key = value");
	refuses("[a]\ntwo words = x\n", "t.ini:2: expected [section], key");
	refuses("[a]\nkey ; = x\n", "t.ini:2: expected [section], key");
	refuses("[a]\nkey;x = 1\n", "t.ini:2: expected [section], key");
	refuses("[a]\n]\n", "t.ini:2: expected [section], key");
}
END_TEST

START_TEST(bad_sections)
{
	refuses("[]\n", "t.ini:1: the section line is empty");
	refuses("[  ]\n", "t.ini:1: the section line is empty");
	refuses("[a\nb = c\n", "t.ini:1: the section line has no ]");
	refuses("[a] b = c\n", "t.ini:1: text after ]");
	refuses("[a]]\n", "t.ini:1: text after ]");
	refuses("b = c\n",
		"t.ini:1: b is above the first [section]: move it into one");
}
END_TEST

START_TEST(duplicate_sections)
{
	refuses("[resource mail]\nx = 1\n[resource "
		"a]\n[resource  mail ]\ny = 2\n",
		"t.ini:4: duplicate section [resource mail], "
		"also in line 1: merge");
	refuses("[server]\n\n[server]\n",
		"t.ini:3: duplicate section [server], also in line 1");
	delivers("[resource a]\n[group a]\n[resource A]\n",
		 "resource|a|-|-|1\ngroup|a|-|-|2\nresource|A|-|-|3\n");
}
END_TEST

/* A bad section is one complaint, not one for each of its keys. */
START_TEST(keys_of_refused_sections)
{
	struct got g = { .answer = ERR_CONF };
	struct conf_errors e;
	const char *text = "[x]\na = 1\nb = 2\n[x]\nc = 3\nfoo\n";

	ck_assert_int_eq(read_n(text, strlen(text), &g, &e), ERR_CONF);
	ck_assert_str_eq(g.text, "x||-|-|1\n");
	ck_assert_uint_eq(e.count, 2);
	ck_assert(strstr(e.text[0], "t.ini:4: duplicate section [x]"));
	ck_assert(strstr(e.text[1], "t.ini:6: expected [section]"));
	/* Nor do they belong to the section before. */
	g.answer = 0;
	text = "[x]\na = 1\n[x]\nb = 2\n[y\nc = 3\n";
	ck_assert_int_eq(read_n(text, strlen(text), &g, &e), ERR_CONF);
	ck_assert_str_eq(g.text, "x||-|-|1\nx||a|1|2\n");
}
END_TEST

START_TEST(all_errors_at_once)
{
	char text[400] = "[a]\n";
	struct got g = { .answer = 0 };
	struct conf_errors e;
	int i;

	for (i = 0; i < 30; i++)
		memcpy(text + 4 + i * 4, "bad\n", 5);
	ck_assert_int_eq(read_n(text, strlen(text), &g, &e), ERR_CONF);
	ck_assert_uint_eq(e.count, 30);
	ck_assert_uint_eq(conf_errors_kept(&e), 20);
	ck_assert(!strncmp(e.text[0], "t.ini:2: ", 9));
	ck_assert(!strncmp(e.text[19], "t.ini:21: ", 10));
}
END_TEST

START_TEST(messages_are_harmless)
{
	struct conf_errors e = { .file = "t.ini" };

	ck_assert_int_eq(conf_error(&e, 3, "x = %s", "\033]0;boo\a"), ERR_CONF);
	ck_assert_str_eq(e.text[0], "t.ini:3: x = \\x1b]0;boo\\x07");
}
END_TEST

START_TEST(too_many_sections)
{
	size_t cap = 20 * (INI_SECTIONS_MAX + 2), n = 0;
	char *text = malloc(cap);
	struct conf_errors e = { .file = "t.ini" };
	struct got g = { .answer = 0 };
	int i;

	for (i = 0; i <= INI_SECTIONS_MAX; i++)
		n += (size_t)snprintf(text + n, cap - n, "[r %d]\n", i);
	ck_assert_int_eq(ini_read_text(text, n, on_item, &g, &e), ERR_CONF);
	ck_assert_str_eq(e.text[0], "t.ini:16385: more than 16384 sections");
	free(text);
}
END_TEST

static const char *guess(const char *word, const char *a, const char *b)
{
	static char buf[128];
	struct conf_guess g = { .word = word };

	conf_guess_offer(&g, a);
	conf_guess_offer(&g, b);
	return conf_guess_text(&g, buf, sizeof buf);
}

START_TEST(guesses)
{
	ck_assert_str_eq(guess("prot", "port", "host"),
			 ", did you mean \"port\"?");
	ck_assert_str_eq(guess("prots", "port", "ports"),
			 ", did you mean \"ports\"?");
	ck_assert_str_eq(guess("colour", "port", "host"), "");
	ck_assert_str_eq(guess("x", "port", "y"), ", did you mean \"y\"?");
	ck_assert_str_eq(guess("", "port", "host"), "");
}
END_TEST

START_TEST(unknown_section)
{
	static const char *const kinds[] = { "resource", "group", NULL };
	struct ini_item item = { "resuorce", "mail", NULL, NULL, 7 };
	struct conf_errors e = { .file = "t.ini" };

	ck_assert_int_eq(ini_unknown_section(&item, kinds, &e), ERR_CONF);
	ck_assert_str_eq(e.text[0], "t.ini:7: unknown section [resuorce mail], "
				    "did you mean \"resource\"?");
}
END_TEST

START_TEST(names)
{
	char name[66];

	memset(name, 'a', sizeof name);
	name[65] = 0;
	ck_assert(!ini_is_name(name));
	name[64] = 0;
	ck_assert(ini_is_name(name));
	ck_assert(ini_is_name("A-z_0.9"));
	ck_assert(!ini_is_name(""));
	ck_assert(!ini_is_name("a b"));
	ck_assert(!ini_is_name("a/b"));
	ck_assert(!ini_is_name("\xc3\xa4"));
}
END_TEST

/* ---- files ------------------------------------------------------------------ */

static char dir[64];
static char path[96];

static void make_file(const char *text, mode_t mode)
{
	int fd;

	snprintf(dir, sizeof dir, "/tmp/adit-ini-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/t.ini", dir);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq((int)write(fd, text, strlen(text)), (int)strlen(text));
	fchmod(fd, mode);
	close(fd);
}

static void remove_file(void)
{
	unlink(path);
	rmdir(dir);
}

static int read_path(const char *p, bool secret, struct conf_errors *e)
{
	struct buf b;
	int r;

	*e = (struct conf_errors){ .file = p };
	r = conf_text_read(&b, secret, e);
	buf_fini(&b);
	return r;
}

START_TEST(file)
{
	struct got g = { .answer = 0 };
	struct conf_errors e;

	make_file("[a]\nb = c\n", 0644);
	e = (struct conf_errors){ .file = path };
	ck_assert_int_eq(ini_read_file(on_item, &g, &e), 0);
	ck_assert_str_eq(g.text, "a||-|-|1\na||b|c|2\n");
	remove_file();
	e = (struct conf_errors){ .file = path };
	ck_assert_int_eq(ini_read_file(on_item, &g, &e), ERR_CONF);
	ck_assert(strstr(e.text[0], "/t.ini: No such file"));
}
END_TEST

START_TEST(file_modes)
{
	static const struct {
		mode_t mode;
		bool plain, secret; /* may it be read */
	} row[] = {
		{ 0600, true, true },   { 0400, true, true },
		{ 0640, true, true },   { 0644, true, false },
		{ 0604, true, false },  { 0660, false, false },
		{ 0602, false, false }, { 0666, false, false },
		{ 0777, false, false },
	};
	struct conf_errors e;
	size_t i;

	make_file("x", 0600);
	for (i = 0; i < ARRAY_LEN(row); i++) {
		chmod(path, row[i].mode);
		ck_assert_int_eq(read_path(path, false, &e),
				 row[i].plain ? 0 : ERR_CONF);
		ck_assert_int_eq(read_path(path, true, &e),
				 row[i].secret ? 0 : ERR_CONF);
		if (!row[i].secret)
			ck_assert(strstr(e.text[0], "chmod "));
	}
	if (!geteuid()) {
		chmod(path, 0600);
		ck_assert_int_eq(chown(path, 65534, 65534), 0);
		ck_assert_int_eq(read_path(path, false, &e), ERR_CONF);
		ck_assert(strstr(e.text[0], "belongs to uid 65534"));
	}
	remove_file();
}
END_TEST

START_TEST(file_kinds)
{
	char link[128];
	struct conf_errors e;

	make_file("x", 0600);
	snprintf(link, sizeof link, "%s/link", dir);
	ck_assert_int_eq(symlink(path, link), 0);
	ck_assert_int_eq(read_path(link, false, &e), 0);
	ck_assert_int_eq(read_path(link, true, &e), ERR_CONF);
	ck_assert(strstr(e.text[0], "symbolic link"));
	unlink(link);
	ck_assert_int_eq(read_path(dir, false, &e), ERR_CONF);
	ck_assert(strstr(e.text[0], "is not a regular file"));
	/* A pipe without a writer must not hold us up. */
	ck_assert_int_eq(mkfifo(link, 0600), 0);
	ck_assert_int_eq(read_path(link, false, &e), ERR_CONF);
	ck_assert(strstr(e.text[0], "is not a regular file"));
	unlink(link);
	ck_assert_int_eq(truncate(path, CONF_TEXT_MAX + 1), 0);
	ck_assert_int_eq(read_path(path, false, &e), ERR_CONF);
	ck_assert(strstr(e.text[0], "is larger than 4194304 bytes"));
	remove_file();
}
END_TEST

SUITE("ini", plain, empty_sections_are_seen, comments, line_ends_and_bom,
      blanks, colons_belong_to_the_value, long_names_are_whole, long_values,
      huge_lines, long_keys, indented, control_bytes, neither_nor, bad_sections,
      duplicate_sections, keys_of_refused_sections, all_errors_at_once,
      messages_are_harmless, too_many_sections, guesses, unknown_section, names,
      file, file_modes, file_kinds)
