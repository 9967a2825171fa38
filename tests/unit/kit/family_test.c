/* SPDX-License-Identifier: BSD-2-Clause */
/* family_test.c - transcripts of several files: what they include, and the
 * channel's parent. */
#include "kit/fuzz_corpus.h"

#include "suite.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- a plugin whose children look at their parent ------------------------ */

struct state {
	uint64_t lines;
};

static enum adit_verdict message(struct adit_msg *m)
{
	struct adit_channel *parent = adit_parent(m->ch);
	struct state *st = parent ? adit_state(parent) : NULL;

	((struct state *)adit_state(m->ch))->lines++;
	if (adit_word(m, "bye"))
		return ADIT_FINISH;
	if (adit_word(m, "spoil") && st)
		st->lines++;
	if (!adit_word(m, "parent"))
		return ADIT_PASS;
	return st ? adit_rewritef(m, "%u\n", (unsigned)st->lines) :
		    adit_rewritef(m, "none\n");
}

static const struct adit_option options[] = {
	{ sizeof(struct adit_option), ADIT_UINT, "number", 0, "1", "any" },
	{ 0 }
};

static const struct adit_plugin nosy = {
	.api = ADIT_PLUGIN_API,
	.size = sizeof(struct adit_plugin),
	.name = "nosy",
	.version = "1",
	.summary = "looks at its parent",
	.can = ADIT_CAN_REWRITE,
	.state_size = sizeof(struct state),
	.conf_size = sizeof(uint32_t),
	.options = options,
	.frame = { adit_frame_line, adit_frame_line },
	.message = message,
};

/* ---- files --------------------------------------------------------------- */

static char dir[] = "/tmp/kitXXXXXX", path[4][64], report[4096];

static void put(unsigned i, const char *name, const char *text)
{
	FILE *f;

	snprintf(path[i], sizeof(path[i]), "%s/%s", dir, name);
	f = fopen(path[i], "w");
	ck_assert(f && fputs(text, f) >= 0 && fclose(f) == 0);
}

static void begin(void)
{
	snprintf(dir, sizeof(dir), "/tmp/kitXXXXXX");
	memset(path, 0, sizeof(path));
	ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void end(void)
{
	for (unsigned i = 0; i < ARRAY_LEN(path); i++)
		if (*path[i])
			ck_assert_int_eq(unlink(path[i]), 0);
	ck_assert_int_eq(rmdir(dir), 0);
}

/* Reads and plays path[0]. */
static bool run(enum way_cuts cuts)
{
	static struct conf_errors e;
	char err[PLUGIN_ERROR];
	struct plugin *plugin = plugin_adopt(&nosy, "nosy", err, sizeof(err));
	static const uint32_t conf = 1;
	struct play p = { .plugin = plugin,
			  .conf = &conf,
			  .way = { .cuts = cuts, .seed = 5 },
			  .report = fmemopen(report, sizeof(report), "w") };
	struct transcript *t;
	bool good;

	e = (struct conf_errors){ .file = path[0] };
	t = transcript_read(&e);
	ck_assert_msg(plugin && p.report, "%s", err);
	if (!t)
		fputs(e.text[0], p.report);
	p.t = t;
	good = t && play(&p);
	fclose(p.report);
	transcript_free(t);
	plugin_unload(plugin);
	return good;
}

static void passes(void)
{
	for (unsigned cuts = CUT_NEVER; cuts <= CUT_RANDOM; cuts++)
		ck_assert_msg(run(cuts), "%s", report);
}

/* The report must have this, with the folder's name for each @. */
static void fails(const char *text)
{
	char want[400] = "", letter[2] = "";

	ck_assert(!run(CUT_NEVER));
	for (; *text; text++) {
		letter[0] = *text;
		strncat(want, *text == '@' ? dir : letter,
			sizeof(want) - strlen(want) - 1);
	}
	ck_assert_msg(strstr(report, want), "\"%s\" is not in: %s", want,
		      report);
}

START_TEST(includes)
{
	begin();
	put(0, "main.t",
	    "include set.inc\nC a\\n\n> a\\n\n"
	    "include talk.inc # twice\ninclude talk.inc\n"
	    "C c\\n\n> c\\n\n");
	put(1, "set.inc", "# first\nuser bob\nconf number = 7\n");
	put(2, "talk.inc", "C b\\n\n> b\\n\n");
	passes();
	/* Every report names the file and its line, also behind an include. */
	put(0, "main.t",
	    "include set.inc\nC a\\n\n> a\\n\n"
	    "include talk.inc\nC c\\n\n> d\\n\n");
	fails("@/main.t:6: the server gets something else");
	put(2, "talk.inc", "C b\\n\n> x\\n\n");
	fails("@/talk.inc:2: the server gets something else");
	put(2, "talk.inc", "\nS! \\y\n");
	fails("@/talk.inc:2: a backslash");
	put(2, "talk.inc", "finish\n");
	put(0, "main.t", "C bye\\n\ninclude talk.inc\nC c\\n\n");
	fails("@/main.t:3: the channel has ended in line 1 of @/talk.inc");
	put(0, "main.t", "C c\\n\n> c\\n\ninclude talk.inc\n+ y\n");
	fails("@/main.t:4: a + line goes on");
	end();
}
END_TEST

START_TEST(includes_that_cannot_be)
{
	begin();
	put(0, "main.t", "include\n");
	fails("@/main.t:1: write include FILE");
	put(0, "main.t", "\ninclude none.inc\n");
	fails("@/main.t:2: @/none.inc: No such file");
	put(0, "main.t", "include main.t\n");
	fails("@/main.t:1: 8 files include each other");
	put(0, "main.t", "C a\\n\n> a\\n\ninclude set.inc\n");
	put(1, "set.inc", "user bob\n");
	fails("@/set.inc:1: settings must stand before");
	end();
}
END_TEST

START_TEST(parents)
{
	begin();
	put(0, "child.t",
	    "parent parent.t\nC parent\\n\n> 2\\n\n"
	    "S x\\n\n< x\\n\nclose parent\nC parent\\n\n> none\\n\n");
	put(1, "parent.t", "user bob\nC a\\nb\\n\n> a\\nb\\n\n");
	passes();
	put(0, "child.t", "C parent\\n\n> none\\n\n");
	passes();
	put(0, "child.t", "parent parent.t\nC spoil\\n\n> spoil\\n\n");
	fails("@/child.t:2: the plugin changes the state of the parent's");
	put(1, "parent.t", "C a\\n\n> b\\n\n");
	fails("@/parent.t:2: the server gets something else");
	put(1, "parent.t", "C bye\\n\nfinish\n");
	fails("@/parent.t: the channel has ended, and cannot be a parent");
	put(1, "parent.t", "C a\\y\n");
	fails("@/parent.t:1: a backslash");
	put(1, "parent.t", "parent child.t\nC a\\n\n");
	fails("8 files are each other's parents");
	put(0, "child.t", "C a\\n\n> a\\n\nclose parent\n");
	fails("@/child.t:3: the channel has no parent");
	end();
}
END_TEST

/* The child has the user and the options of its parent. */
START_TEST(heirs)
{
	static struct conf_errors e;
	struct transcript *t;

	begin();
	put(0, "child.t", "parent parent.t\ntag 5\nC a\\n\n");
	put(1, "parent.t", "user bob\nconf number = 7\nC b\\n\n");
	e = (struct conf_errors){ .file = path[0] };
	t = transcript_read(&e);
	ck_assert_msg(t, "%s", e.text[0]);
	ck_assert_str_eq(t->info.user, "bob");
	ck_assert_uint_eq(t->info.tag, 5);
	ck_assert_uint_eq(t->conf.n, 1);
	ck_assert_str_eq(t->conf.item[0].value, "7");
	transcript_free(t);
	end();
}
END_TEST

/* Inputs of the fuzzer have the parent of the transcript they belong to. */
START_TEST(fuzzing)
{
	static const struct gw_pairs none;
	char err[PLUGIN_ERROR], why[FUZZ_WHY], *file = path[0];
	struct plugin *plugin = plugin_adopt(&nosy, "nosy", err, sizeof(err));
	struct fuzz_options o = {
		.plugin = plugin, .conf = &none, .file = &file, .nfiles = 1
	};
	struct fuzz_corpus c = { 0 };
	struct fuzz_setting s = { .plugin = plugin };

	begin();
	put(0, "child.t", "parent parent.t\nC spoil\\n\n> spoil\\n\n");
	put(1, "parent.t", "C a\\n\n> a\\n\n");
	ck_assert_int_eq(corpus_open(&c, &o), 0);
	ck_assert_uint_eq(c.nhomes, 2);
	s.info = &c.home[1].info;
	ck_assert_ptr_nonnull(s.info->parent);
	ck_assert(!fuzz_run(&s, buf_ptr(&c.input[0].bytes),
			    buf_len(&c.input[0].bytes), why, sizeof(why)));
	ck_assert_str_eq(why, "the plugin changes the state of its parent's "
			      "channel");
	s.info = &c.home[0].info;
	ck_assert_msg(fuzz_run(&s, buf_ptr(&c.input[0].bytes),
			       buf_len(&c.input[0].bytes), why, sizeof(why)),
		      "%s", why);
	corpus_close(&c);
	plugin_unload(plugin);
	end();
}
END_TEST

SUITE("kit/family", includes, includes_that_cannot_be, parents, heirs, fuzzing)
