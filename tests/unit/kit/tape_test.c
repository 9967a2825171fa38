/* SPDX-License-Identifier: BSD-2-Clause */
/* tape_test.c - events of a gateway become a transcript. */
#include "kit/tape.h"

#include "base/conf_text.h"
#include "base/err.h"
#include "kit/transcript.h"

#include "suite.h"

#include <stdlib.h>
#include <string.h>

#define OPEN                                                                   \
	"{'what':'open','t':1000,'resource':'r','plugin':'p',"                 \
	"'version':'1','conf':[['a','b c']],'server':'10.0.0.5:21',"           \
	"'local':'10.0.0.1:4','app':'127.0.0.1:5','shown':'[::1]:6',"          \
	"'user':'bob','tag':3,'given':'2061ff20','parent':false},"
#define HEAD                                                                   \
	"# A channel of r through plugin p 1; passwords may be in it.\n"       \
	"conf a = b c\n"                                                       \
	"server 10.0.0.5:21   local 10.0.0.1:4   app 127.0.0.1:5   "           \
	"shown [::1]:6\nuser bob   tag 3\ngiven \\x20a\\xff\\x20\n"
#define CLOSE ",{'what':'close','t':9}"

/* The events, with ' for ". */
static json_t *events(const char *text)
{
	char *copy = strdup(text);
	json_t *list;

	ck_assert_ptr_nonnull(copy);
	for (char *c = copy; *c; c++)
		if (*c == '\'')
			*c = '"';
	list = json_loads(copy, 0, NULL);
	ck_assert_msg(list, "%s", copy);
	free(copy);
	return list;
}

static int add_all(struct tape *t, const char *text)
{
	json_t *list = events(text);
	int r = 0;

	for (size_t i = 0; i < json_array_size(list) && !r; i++)
		r = tape_add(t, json_array_get(list, i));
	json_decref(list);
	return r;
}

static char *written(const struct transcript *t)
{
	char *text = NULL;
	size_t len;
	FILE *to = open_memstream(&text, &len);

	ck_assert_ptr_nonnull(to);
	transcript_write(t, to);
	fclose(to);
	return text;
}

/* What is written reads as the same again. */
static void check_again(const char *text)
{
	static struct conf_errors e;
	struct transcript *t;
	char *again;

	e = (struct conf_errors){ .file = "x.t" };
	t = transcript_parse(text, strlen(text), &e);
	ck_assert_msg(t, "%s\n%s", e.text[0], text);
	again = written(t);
	ck_assert_ptr_nonnull(strstr(text, again));
	free(again);
	transcript_free(t);
}

static void becomes(const char *list, const char *want)
{
	struct tape *t = tape_new();
	char *text = NULL, all[4096];
	size_t len;
	FILE *to = open_memstream(&text, &len);

	ck_assert(t && to);
	snprintf(all, sizeof(all), "[" OPEN "%s" CLOSE "]", list);
	ck_assert_int_eq(add_all(t, all), 0);
	tape_write(t, to);
	fclose(to);
	snprintf(all, sizeof(all), HEAD "%sclose\n", want);
	ck_assert_str_eq(text, all);
	check_again(text);
	free(text);
	tape_free(t);
}

START_TEST(bytes)
{
	becomes("{'what':'input','t':1,'dir':0,'data':'6162'},"
		"{'what':'input','t':2,'dir':0,'data':'0d0a'},"
		"{'what':'output','t':2,'dir':0,'data':'6162'},"
		"{'what':'output','t':2,'dir':0,'data':'0d','urgent':1},"
		"{'what':'output','t':2,'dir':0,'data':'0a'},"
		"{'what':'input','t':3,'dir':0,'data':''},"
		"{'what':'input','t':3,'dir':1,'data':'00ff','urgent':2},"
		"{'what':'input','t':3,'dir':1,'data':'41'},"
		"{'what':'output','t':3,'dir':1,'data':'00ff41'},"
		"{'what':'fin','t':4,'dir':1},{'what':'end','t':4,'dir':1}",
		"C ab\\r\\n\n>! ab\\r\n> \\n\nS! \\0\\xff\nS A\n< \\0\\xffA\n"
		"S|\n<|\n");
}
END_TEST

#define ASK(id, port, result)                                                  \
	"{'what':'expect','t':1000,'flags':8,'uses':1,"                        \
	"'lifetime':60000,'tag':0,'targets':['a.example:" port "','[::2]:1']," \
	"'id':" id "," result "}"
#define IN(data) "{'what':'input','t':1001,'dir':0,'data':'" data "'}"

/* Lines of JSON. */
/* clang-format off */
START_TEST(answers)
{
	becomes(IN("61") "," ASK("7", "1", "'result':'ok','show':'1.2.3.4:5'")
		"," ASK("0", "2", "'result':'denied'")
		",{'what':'arm','t':1,'id':7},{'what':'arm','t':1,'id':7}"
		",{'what':'event','t':1,'id':7,'text':'a=\\'b\\''}"
		",{'what':'event','t':1,'id':0,'text':'a=\\'b\\''}"
		",{'what':'cancel','t':1,'id':99},{'what':'cancel','t':1,'id':7}",
		"C a\n"
		"expect forward a.example:1 [::2]:1 unarmed = 1.2.3.4:5\n"
		"expect forward a.example:2 [::2]:1 unarmed = denied\n"
		"arm 1\nevent 1 a=\"b\"\nevent a=\"b\"\ncancel 1\n");
	/* Late only if something came in between. */
	becomes(IN("61") "," ASK("7", "1", "'result':'wait'") ","
		ASK("8", "2", "'result':'wait'") ","
		"{'what':'answer','t':1,'id':7,'result':'failed'},"
		"{'what':'input','t':1,'dir':1,'data':'62'},"
		"{'what':'output','t':1,'dir':1,'data':'62'},"
		"{'what':'answer','t':1,'id':8,'result':'ok','show':'[::1]:9'},"
		"{'what':'output','t':1,'dir':0,'data':'61'}",
		"C a\n"
		"expect forward a.example:1 [::2]:1 unarmed = failed\n"
		"expect forward a.example:2 [::2]:1 unarmed = late [::1]:9\n"
		"S b\n< b\nanswer 2\n> a\n");
	/* Overdue: the channel itself gives up. */
	becomes(IN("61") "," ASK("7", "1", "'result':'wait'") ","
		"{'what':'tick','t':11000},{'what':'cancel','t':11000,'id':7},"
		"{'what':'output','t':11000,'dir':0,'data':'78'}",
		"C a\n"
		"expect forward a.example:1 [::2]:1 unarmed = never\n"
		"time 10000ms\n> x\n");
}
END_TEST
/* clang-format on */

/* What a plugin gives to the channel that it announces. */
START_TEST(given)
{
	becomes(IN("61") ",{'what':'expect','t':1000,'flags':0,'uses':1,"
			 "'lifetime':60000,'tag':0,'targets':['1.2.3.4:1'],"
			 "'data':'61200a','id':7,'result':'denied'}",
		"C a\nexpect forward 1.2.3.4:1 data=a\\x20\\n = denied\n");
}
END_TEST

START_TEST(clocks)
{
	/* Before each input, where the plugin has a timer. */
	becomes("{'what':'input','t':1500,'dir':0,'data':'61','timer':true},"
		"{'what':'input','t':1700,'dir':0,'data':'62','timer':true},"
		"{'what':'tick','t':2700},"
		"{'what':'input','t':2800,'dir':0,'data':'63'},"
		"{'what':'input','t':2900,'dir':0,'data':'64'}",
		"time 500ms\nC a\ntime 200ms\nC b\ntime 1000ms\ntime 100ms\n"
		"C cd\n");
}
END_TEST

START_TEST(ends)
{
	becomes("{'what':'audit','t':1,'text':'a=\\'b\\''},"
		"{'what':'input','t':1,'dir':0,'data':'61'},"
		"{'what':'status','t':1,'status':'reset','reason':'p: no'},"
		"{'what':'unheard of','t':1}",
		"audit a=\"b\"\nC a\nreset p: no\n");
}
END_TEST

START_TEST(nonsense)
{
	static const char *const bad[] = {
		"[{'what':'input','t':1}]",
		"[" OPEN "{'what':'open'}]",
		"[" OPEN "{'what':'input','dir':0,'data':'6x'}]",
		"[" OPEN ASK("1", "0", "'result':'wait'") "]",
		"[" OPEN ASK("1", "1", "'result':'ok','show':'x'") "]",
		"[{'what':'open','conf':[[1]]}]",
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct tape *t = tape_new();

		ck_assert_ptr_nonnull(t);
		ck_assert_int_eq(add_all(t, bad[i]), ERR_PROTO);
		tape_free(t);
	}
}
END_TEST

SUITE("kit/tape", bytes, answers, given, clocks, ends, nonsense)
