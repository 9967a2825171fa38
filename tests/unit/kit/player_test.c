/* SPDX-License-Identifier: BSD-2-Clause */
/* player_test.c - what a plugin does against what a transcript says of it. */
#include "kit/player.h"

#include "../plugin/puppet.h"
#include "suite.h"

#include <stdlib.h>
#include <string.h>

static struct plugin *plugin;
static char report[8192];

static bool run(const char *text, const struct play_way *way)
{
	static struct conf_errors e;
	struct play p = { .plugin = plugin,
			  .way = *way,
			  .report = fmemopen(report, sizeof(report), "w") };
	struct transcript *t;
	bool good;

	e = (struct conf_errors){ .file = "x.t" };
	t = transcript_parse(text, strlen(text), &e);
	ck_assert_msg(t && p.report, "%s", e.text[0]);
	p.t = t;
	memset(report, 0, sizeof(report));
	good = play(&p);
	fclose(p.report);
	transcript_free(t);
	return good;
}

static void start(void)
{
	char err[PLUGIN_ERROR];

	plugin = plugin_adopt(&puppet, "puppet", err, sizeof(err));
	ck_assert_msg(plugin, "%s", err);
}

static void every_way(const char *text, bool want)
{
	for (unsigned cuts = CUT_NEVER; cuts <= CUT_RANDOM; cuts++)
		for (unsigned late = 0; late < 2; late++)
			for (size_t at = 1; at < 12; at++) {
				struct play_way w = { cuts, at, at, late };
				bool good = run(text, &w);

				ck_assert_msg(good == want,
					      "cuts %u, late %u, "
					      "at %zu:\n%s",
					      cuts, late, at, report);
			}
}

static void passes(const char *text)
{
	start();
	every_way(text, true);
	plugin_unload(plugin);
}

/* `part` must stand in the report. */
static void fails(const char *text, const char *part)
{
	static const struct play_way w = { 0 };

	start();
	ck_assert(!run(text, &w));
	ck_assert_msg(strstr(report, part), "\"%s\" is not in:\n%s", part,
		      report);
	plugin_unload(plugin);
}

START_TEST(bytes)
{
	passes("C inj a\\ndrop\\nsay b\\n\n"
	       "> a\\ninj a\\n\n"
	       "> b\\n\n"
	       "S inx c\\n\n"
	       "> c\\n\n"
	       "< inx c\\n\n"
	       "C! urge\n"
	       "C  xy\\n\n"
	       ">! x\n"
	       "> y\\n\n"
	       "C|\n>|\n");
	fails("C a\\n\n> b\\n\n",
	      "x.t:2: the server gets something else\n"
	      "  expected  b\\n\n  came out  a\\n\n            ^ byte 1\n");
	fails("C a\\n\n> a\\nb\\n\n", "x.t:2: the server gets less");
	fails("C a\\nb\\n\n> a\\n\n", "x.t:2: the server gets more");
	fails("C a\\n\n", "x.t:1: the server gets this, and no line says so\n"
			  "  came out  > a\\n\n");
	fails("C a\n> a\n", "x.t:2: the server gets nothing");
	fails("C! a\nC \\n\n> a\\n\n", "x.t:3: byte 1 to the server is urgent");
	fails("C a\\n\n>! a\n> \\n\n", "x.t:2: byte 1 to the server must be");
	fails("C|\n", "x.t:1: the connection to the server ends, and no");
	fails("C x\\n\n> x\\n\n>|\n",
	      "x.t:3: the connection to the server does "
	      "not end");
}
END_TEST

START_TEST(long_texts_show_the_difference)
{
	fails("C \\*100(a)b\\*80(c)\\n\n> \\*100(a)d\\*80(c)\\n\n",
	      "  expected  ...aaaaaaaaaaaaaaaaaaaaaaaadccc");
	ck_assert_ptr_nonnull(strstr(report,
				     "\n                                "
				     "       ^ byte 101\n"));
}
END_TEST

START_TEST(asking)
{
	passes("C exp 10.0.0.1 5\\nexp 10.0.0.1 5\\n\n"
	       "expect forward 10.0.0.1:5 = 127.0.0.1:9\n"
	       "expect forward 10.0.0.1:5 = denied\n"
	       "> at 127.0.0.1 9\\ndenied\\n\n"
	       /* In either order. */
	       "expect forward 10.0.0.1:1 tag=1 = 127.0.0.1:10\n"
	       "C two 1 2\\n\n"
	       "expect forward 10.0.0.1:2 tag=2 = 127.0.0.1:11\n"
	       "> both 10 11\\n\n"
	       "S rev 10.0.0.2 7\\n\n"
	       "expect reverse 10.0.0.2:7 unarmed = failed\n"
	       "< failed\\n\n");
	passes("C exp 10.0.0.1 5\\nb\\n\n"
	       "expect forward 10.0.0.1:5 = late 127.0.0.1:9\n"
	       "S c\\n\n"
	       "< c\\n\n"
	       "expect forward 10.0.0.1:6 = late denied\n"
	       "S exp 10.0.0.1 6\\n\n"
	       "answer 2\n"
	       "< denied\\n\n"
	       "answer\n"
	       "> at 127.0.0.1 9\\nb\\n\n");
	passes("C exp 10.0.0.1 5\\n\n"
	       "expect forward 10.0.0.1:5 = never\n"
	       "time 9999ms\n"
	       "time 1ms\n"
	       "> failed\\n\n");
	fails("C exp 10.0.0.1 5\\n\n> failed\\n\n",
	      "x.t:1: the plugin asks for this, and no line here says so\n"
	      "  happened  expect forward 10.0.0.1:5\n");
	fails("expect forward 10.0.0.1:5 outlives = 127.0.0.1:9\n"
	      "C exp 10.0.0.1 5\\n\n> failed\\n\n",
	      "x.t:1: the plugin did not ask for this");
	fails("expect forward 10.0.0.1:5 = 127.0.0.1:9\n"
	      "C a\\n\n> a\\n\n"
	      "C exp 10.0.0.1 5\\n\n> at 127.0.0.1 9\\n\n",
	      "x.t:1: the plugin did not ask for this");
	fails("C a\\n\nexpect forward a:1 = never\n> a\\n\n",
	      "x.t:2: the plugin did not ask for this");
	fails("C a\\n\n> a\\n\nexpect forward a:1 = late b:2\nanswer\n",
	      "x.t:4: the plugin has not asked for this yet");
}
END_TEST

static const char one[] = "C exp 10.0.0.1 5\\n\n"
			  "expect forward 10.0.0.1:5 = 127.0.0.1:9\n"
			  "> at 127.0.0.1 9\\n\n";

/* A transcript in which the plugin asks n times, then `more`, then m times. */
static const char *asks(unsigned n, const char *more, unsigned m)
{
	static char text[8192];
	FILE *to = fmemopen(text, sizeof(text), "w");

	ck_assert_ptr_nonnull(to);
	while (n--)
		fputs(one, to);
	fputs(more, to);
	while (m--)
		fputs(one, to);
	ck_assert_int_eq(fclose(to), 0);
	return text;
}

/* Expectations end and are counted as in the gateway. */
START_TEST(limits)
{
	static const char seventeenth[] =
		"C exp 10.0.0.1 5\\n\n"
		"expect forward 10.0.0.1:5 = failed\n> failed\\n\n";

	passes(asks(16, seventeenth, 0));
	fails(asks(17, "", 0),
	      "x.t:50: the channel has 16 expectations already: the "
	      "gateway's answer is = failed\n");
	passes(asks(16, "used 3\n", 1));
	passes(asks(16, "C cancel\\n\n> cancel\\n\ncancel\n", 1));
	passes(asks(16, "time 60s\nC cancel\\n\n> cancel\\n\n", 16));
	fails(asks(1, "used\nused\n", 0),
	      "x.t:5: nobody listens for it: its uses are up\n");
	fails(asks(1, "time 60s\nused\n", 0),
	      "x.t:5: nobody listens for it: its lifetime is over");
}
END_TEST

/* What a channel gives to those that it announces, and the clock. */
START_TEST(heritage)
{
	passes("given a b\\x20\n"
	       "C given\\n\n> given a b \\n\n"
	       "C give c d\\n\n> ok\\n\n"
	       "expect forward 10.0.0.1:40 inspect data=c\\x20d = 1.2.3.4:5\n"
	       "C give e\\n\n> ok\\n\n"
	       "expect forward 10.0.0.1:40 inspect = 1.2.3.4:5\n"
	       "time 1500ms\nC now\\n\n> now 1500\\n\n");
	passes("C given\\n\n> given \\n\n");
	fails("C give c d\\n\n> ok\\n\n"
	      "expect forward 10.0.0.1:40 inspect data=c = 1.2.3.4:5\n",
	      "expect forward 10.0.0.1:40 inspect data=c\\x20d\n");
}
END_TEST

START_TEST(effects)
{
	passes("C audit x\\n\n> audit x\\n\n"
	       "audit said=\"x\\x0a\"\n"
	       "event event=\"x\\x0a\" and=\"more\"\n"
	       "C count 1\\n\n> count 1\\n\n"
	       "count others 1\n"
	       "count lines 0\n"
	       "C rev 10.0.0.1 5\\nrev 10.0.0.1 6\\n\n"
	       "> at 127.0.0.1 9\\nat 127.0.0.1 10\\n\n"
	       "expect reverse 10.0.0.1:5 unarmed = 127.0.0.1:9\n"
	       "expect reverse 10.0.0.1:6 unarmed = 127.0.0.1:10\n"
	       /* Once is enough. */
	       "C arm\\narm\\n\n> arm\\narm\\n\n"
	       "arm 2\n"
	       "C cancel\\ncancel\\narm\\n\n> cancel\\ncancel\\narm\\n\n"
	       "cancel\n");
	fails("C audit x\\n\n> audit x\\n\nevent event=\"x\\x0a\" "
	      "and=\"more\"\n",
	      "x.t:1: the plugin does this, and no line says so\n"
	      "  happened  audit said=\"x\\x0a\"\n");
	fails("C a\\n\n> a\\n\ncount lines 1\n",
	      "x.t:3: the counter lines changes by 0, not by 1");
	fails("C a\\n\n> a\\n\nlog a\n", "x.t:3: this is not logged");
	fails("C exp 10.0.0.1 5\\n\n> at 127.0.0.1 9\\n\n"
	      "expect forward 10.0.0.1:5 = 127.0.0.1:9\ncancel\n",
	      "x.t:4: the plugin does not do this\n  expected  cancel 1\n");
}
END_TEST

START_TEST(ends)
{
	passes("C bye z\\n\n< z\\n\nfinish\n");
	passes("C a\\n!\\n\n> a\\n\nreset not this protocol\n");
	passes("C detach\\na\n> detach\\na\ndetached\nC|\n>|\n");
	passes("C timer 50\\n\n> timer 50\\n\ntime 49ms\ntime 1s\n");
	fails("C !\\n\n",
	      "x.t:1: the channel is reset: puppet: not this protocol "
	      "(application), and no line says so");
	fails("C !\\n\nreset too long\n", "  expected  reset too long\n");
	fails("C a\\n\n> a\\n\nreset\n", "x.t:3: the channel goes on, and must "
					 "not");
}
END_TEST

/* Drops what the server says, and asks it again. */
static enum adit_verdict ask_again(struct adit_msg *m)
{
	if (m->dir == ADIT_TO_SERVER)
		return ADIT_PASS;
	adit_inject(m->ch, ADIT_TO_SERVER, "again\n", 6);
	return ADIT_DROP;
}

/* The report gives the reason for which the gateway would end the channel. */
START_TEST(circles)
{
	static const struct play_way once = { 0 };
	static char text[60000];
	struct adit_plugin p = puppet;
	char err[PLUGIN_ERROR];
	size_t n = 0;

	p.message = ask_again;
	plugin = plugin_adopt(&p, "puppet", err, sizeof(err));
	ck_assert_msg(plugin, "%s", err);
	for (unsigned i = 0; i < 1000; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
				      "S more\\n\n> again\\n\n");
	ck_assert_msg(run(text, &once), "%s", report);
	snprintf(text + n, sizeof(text) - n, "S more\\n\n");
	ck_assert(!run(text, &once));
	ck_assert_msg(strstr(report,
			     "x.t:2001: the channel is reset: plugin puppet "
			     "goes in a circle: within a minute it has dropped "
			     "1000 answers of the server and asked again, and "
			     "nothing has passed, and no line says so"),
		      "%s", report);
	plugin_unload(plugin);
}
END_TEST

SUITE("kit/player", bytes, long_texts_show_the_difference, asking, limits,
      heritage, effects, ends, circles)
