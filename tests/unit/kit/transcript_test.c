/* SPDX-License-Identifier: BSD-2-Clause */
/* transcript_test.c - which transcripts are read, and what is said of others. */
#include "kit/transcript.h"

#include "suite.h"

#include <string.h>

static struct transcript *parse(const char *text, size_t n,
				struct conf_errors *e)
{
	*e = (struct conf_errors){ .file = "x.t" };
	return transcript_parse(text, n, e);
}

static struct transcript *good(const char *text)
{
	static struct conf_errors e;
	struct transcript *t = parse(text, strlen(text), &e);

	ck_assert_msg(t, "%s", e.text[0]);
	return t;
}

static void bad(const char *text, const char *want)
{
	static struct conf_errors e;
	struct transcript *t = parse(text, strlen(text), &e);

	ck_assert_msg(!t, "taken: %s", text);
	ck_assert_msg(strstr(e.text[0], want), "%s: %s", text, e.text[0]);
}

START_TEST(settings)
{
	struct transcript *t = good(
		"# a comment\n\n"
		"conf refuse = a, b \n"
		"conf\tempty=\n"
		"server 192.0.2.1:21   app [2001:db8::1]:5 # one more\n"
		"user bob tag 7\n"
		"C x\n");

	ck_assert_uint_eq(t->conf.n, 2);
	ck_assert_str_eq(t->conf.item[0].key, "refuse");
	ck_assert_str_eq(t->conf.item[0].value, "a, b");
	ck_assert_uint_eq(t->conf.item[0].line, 3);
	ck_assert_str_eq(t->conf.item[1].value, "");
	ck_assert_str_eq(t->info.server.host, "192.0.2.1");
	ck_assert_str_eq(t->info.app.host, "2001:db8::1");
	ck_assert_uint_eq(t->info.app.port, 5);
	ck_assert_str_eq(t->info.user, "bob");
	ck_assert_uint_eq(t->info.tag, 7);
	transcript_free(t);
}
END_TEST

START_TEST(steps)
{
	struct transcript *t = good("audit a=\"b # no comment\"\n"
				    "C a # b\\n\n"
				    "+! c\n"
				    "> d\n"
				    ">! e\n"
				    ">|\n"
				    "S|\n"
				    "time 1m # a minute\n"
				    "count some -2\n"
				    "detached\n");

	ck_assert_uint_eq(t->nsteps, 5);
	ck_assert_str_eq(t->step[0].want.effect[0].text,
			 "a=\"b # no comment\"");
	ck_assert_uint_eq(buf_len(&t->step[1].text), 7);
	ck_assert(t->step[1].urgent);
	ck_assert_uint_eq(output_urgent(&t->step[1].want.out[0], 0), 2);
	ck_assert_uint_eq(output_line(&t->step[1].want.out[0], 1), 5);
	ck_assert(t->step[1].want.out[0].fin);
	ck_assert_int_eq(t->step[2].kind, STEP_FIN);
	ck_assert_uint_eq(t->step[3].ms, 60000);
	ck_assert_int_eq(t->step[3].want.effect[0].amount, -2);
	ck_assert_int_eq(t->step[3].want.status, INSPECT_DETACHED);
	ck_assert_int_eq(t->step[4].kind, STEP_CLOSE);
	transcript_free(t);
}
END_TEST

START_TEST(asks)
{
	struct transcript *t = good(
		"expect forward a.example:1 [::1]:2 outlives uses=2 tag=9 = "
		"late denied\n"
		"C x\n"
		"expect reverse 10.0.0.1:3 lifetime=1s unarmed = 1.2.3.4:5\n"
		"expect forward 10.0.0.1:3 = never\n"
		"expect forward 10.0.0.1:3 = failed\n"
		"arm 2\ncancel\nanswer\n");

	ck_assert_uint_eq(t->nasks, 4);
	ck_assert_uint_eq(t->ask[0].ntargets, 2);
	ck_assert_int_eq(t->ask[0].when, ASK_LATE);
	ck_assert_int_eq(t->ask[0].result, ADIT_DENIED);
	ck_assert(t->ask[0].has_tag && t->ask[0].uses == 2);
	ck_assert_uint_eq(t->ask[1].step, 1);
	ck_assert_uint_eq(t->ask[1].flags, ADIT_REVERSE | ADIT_UNARMED);
	ck_assert_uint_eq(t->ask[1].lifetime_ms, 1000);
	ck_assert_str_eq(t->ask[1].show.host, "1.2.3.4");
	ck_assert_int_eq(t->ask[2].when, ASK_NEVER);
	ck_assert_int_eq(t->ask[3].result, ADIT_FAILED);
	ck_assert_str_eq(t->step[1].want.effect[0].text, "2");
	ck_assert_str_eq(t->step[1].want.effect[1].text, "4");
	ck_assert_uint_eq(t->step[2].ask, 0);
	transcript_free(t);
}
END_TEST

START_TEST(slips)
{
	static const char *const cases[][2] = {
		{ "", "x.t: the transcript is empty" },
		{ "user bob\n", "the transcript is empty" },
		{ "\nfrobnicate\n", "x.t:2: no line of a transcript starts" },
		{ "C x\nexpct forward a:1 = never\n",
		  "x.t:2: no line of a transcript starts with \"expct\", did you "
		  "mean \"expect\"?" },
		{ "C\n", "the line has no text" },
		{ "C a \n", "x.t:1: the line ends with a blank" },
		{ "C \\y\n", "a backslash starts" },
		{ "C a\nuser bob\n", "x.t:2: settings must stand before" },
		{ "user\n", "user has no value" },
		{ "user bob age 7\n", "age: there are server, local" },
		{ "tag x\n", "write a number" },
		{ "server 10.0.0.1\n", "write HOST:PORT" },
		{ "server 10.1:4\n", "write HOST:PORT" },
		{ "conf a b\n", "write conf KEY = VALUE" },
		{ "+ x\n", "a + line goes on" },
		{ "C! x\n+ y\n", "a + line goes on" },
		{ "C x\naudit a=\"b\"\n+ y\n", "a + line goes on" },
		{ "C| x\n", "an end (FIN) has no text" },
		{ "C|\nC|\n", "this side has ended" },
		{ "C x\n>|\n>|\n", "comes once" },
		{ "C x\n>|\n> y\n", "no bytes can follow" },
		{ "time soon\n", "write time" },
		{ "C x\nreset\nS y\n", "the channel has ended in line 2" },
		{ "C x\nfinish now\n", "only reset has a reason" },
		{ "C x\nfinish\nreset\n", "line 2 says already" },
		{ "close x\n", "only parent may follow close" },
		{ "close\nC x\n", "behind close only" },
		{ "arm\n", "there is no expect line above" },
		{ "used\n", "there is no expect line above" },
		{ "expect forward a:1 uses=300 = never\n",
		  "x.t:1: uses=300: the gateway makes it 64: write 64" },
		{ "expect forward a:1 lifetime=2h = never\n",
		  "x.t:1: lifetime=7200s: the gateway makes it 3600 s: write" },
		{ "expect forward a:1 = never\narm 2\n", "counted from 1" },
		{ "expect forward a:1 = never\ncancel 0\n", "counted from 1" },
		{ "expect sideways a:1 = never\n", "write expect forward" },
		{ "expect forward = never\n", "names no target" },
		{ "expect forward a:1\n", "it has no answer" },
		{ "expect forward a:1 =\n", "write behind the =" },
		{ "expect forward a:1 = never ever\n", "more than one answer" },
		{ "expect forward a:1 hidden = never\n", "write HOST:PORT" },
		{ "expect forward a:1 age=3 = never\n", "there are uses=" },
		{ "expect forward a:1 lifetime=x = never\n", "lifetime=30s" },
		{ "expect forward a:1 = late b:2\n", "x.t:1: nothing gives" },
		{ "expect forward a:1 = b:2\nanswer\n",
		  "no expect line above" },
		{ "expect forward a:1 = b:2\nanswer 1\n", "is not late" },
		{ "expect forward a:1 = late b:2\nanswer\nanswer 1\n",
		  "has been answered" },
		{ "audit me\n", "write audit key=\"value\"" },
		{ "count x\n", "write count NAME N" },
		{ "count x y\n", "write a number" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		bad(cases[i][0], cases[i][1]);
}
END_TEST

START_TEST(every_slip_is_named)
{
	static struct conf_errors e;
	const char text[] = "what\nC a\0b\nC x\nhow\n";

	ck_assert_ptr_null(parse(text, sizeof(text) - 1, &e));
	ck_assert_uint_eq(e.count, 3);
	ck_assert_ptr_nonnull(
		strstr(e.text[1], "x.t:2: the line has a NUL byte"));
	ck_assert_ptr_nonnull(strstr(e.text[2], "x.t:4: no line"));
}
END_TEST

START_TEST(no_file)
{
	struct conf_errors e = { .file = "/does/not/exist.t" };

	ck_assert_ptr_null(transcript_read(&e));
	ck_assert_str_eq(e.text[0],
			 "/does/not/exist.t: No such file or directory");
	e = (struct conf_errors){ .file = "/" };
	ck_assert_ptr_null(transcript_read(&e));
}
END_TEST

SUITE("kit/transcript", settings, steps, asks, slips, every_slip_is_named,
      no_file)
