/* SPDX-License-Identifier: BSD-2-Clause */
/* parley_test.c - the example plugin, in conversation. */
#include "plugin/conf.h"
#include "rig.h"

#include "suite.h"

#include <string.h>

/* It is linked in here. */
extern const struct adit_plugin adit_plugin;

#define SCRIPT(...)                                                            \
	(const char *const[])                                                  \
	{                                                                      \
		__VA_ARGS__, NULL                                              \
	}

#define OPENED "depth=\"7\";orphan=\"yes\";"

static struct plugin_conf *conf;

static struct rig *start(struct gw_pair *pairs, size_t n, enum rig_answers how)
{
	struct gw_pairs own = { pairs, n };
	static struct conf_errors e;
	char err[PLUGIN_ERROR];
	struct plugin *p = plugin_adopt(&adit_plugin, "parley", err,
					sizeof(err));
	struct rig *r;

	ck_assert_msg(p, "%s", err);
	conf = plugin_conf_new(p, &own, NULL, &e);
	ck_assert_msg(conf, "%s", e.text[0]);
	r = rig_join(p, plugin_conf_data(conf));
	r->answers = how;
	return r;
}

static void stop(struct rig *r)
{
	inspect_free(r->ch);
	r->ch = NULL;
	plugin_conf_free(conf);
	rig_free(r);
}

static void talk(const char *const *script, const char *to_server,
		 const char *to_client, const char *journal)
{
	static const enum rig_answers ways[] = { AT_ONCE, LATE };

	for (size_t piece = 1; piece < 80; piece += piece < 8 ? 1 : 70)
		for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
			struct rig *r = start(NULL, 0, ways[i]);

			rig_play(r, script, piece, 0);
			ck_assert_str_eq(TO_SERVER(r), to_server);
			ck_assert_str_eq(TO_CLIENT(r), to_client);
			/* The rig's channel looks like one that its parent
			 * left behind. */
			ck_assert_int_eq(strncmp(r->journal, OPENED,
						 sizeof OPENED - 1),
					 0);
			ck_assert_str_eq(r->journal + sizeof OPENED - 1,
					 journal);
			stop(r);
		}
}

START_TEST(forward)
{
	talk(SCRIPT("C OPEN\nSTAT\n", "S DATA 10.0.0.5 50000\nOK\n", "C|",
		    "S|"),
	     "OPEN\nSTAT\n|", "DATA 127.0.0.1 40001\nOK\n|",
	     "forward 10.0.0.5:50000 = 1;");
}
END_TEST

START_TEST(only_as_a_reply)
{
	talk(SCRIPT("C STAT\n", "S DATA 10.0.0.5 50000\n"), "STAT\n",
	     "DATA 10.0.0.5 50000\n", "");
}
END_TEST

START_TEST(third_parties)
{
	talk(SCRIPT("C OPEN\n", "S DATA 10.0.0.6 50000\n"), "OPEN\n",
	     "NO bad address\n", "");
	talk(SCRIPT("C OPEN\n", "S DATA 10.0.0.5 25\n"), "OPEN\n",
	     "NO bad address\n", "");
	talk(SCRIPT("C CALL 10.0.0.6 5000\n"), "", "NO refused\n",
	     "refused=\"call to a third party\";");
}
END_TEST

START_TEST(reverse)
{
	talk(SCRIPT("C CALL 127.0.0.1 5000\n", "S OK\n"),
	     "CALL 127.0.0.1 40001\n", "OK\n",
	     "reverse 127.0.0.1:5000 = 1;arm 1;");
	talk(SCRIPT("C CALL 127.0.0.1 5000\n", "S NO\n"),
	     "CALL 127.0.0.1 40001\n", "NO\n",
	     "reverse 127.0.0.1:5000 = 1;withdraw 1;");
}
END_TEST

START_TEST(refusal_keeps_the_order)
{
	talk(SCRIPT("C ONE\nTWO\nCALL 10.0.0.6 1\nTHREE\n", "S OK 1\nOK 2\n",
		    "S OK 3\n"),
	     "ONE\nTWO\nTHREE\n", "OK 1\nOK 2\nNO refused\nOK 3\n",
	     "refused=\"call to a third party\";");
}
END_TEST

START_TEST(secret)
{
	struct gw_pair no = { (char *)"secret", (char *)"no", 3 };
	struct rig *r;

	talk(SCRIPT("C SECRET\n", "S OK\n", "C CALL 1.2.3.4 5\n"),
	     "SECRET\nCALL 1.2.3.4 5\n", "OK\n", "");
	r = start(&no, 1, AT_ONCE);
	rig_play(r, SCRIPT("C SECRET\nX\n"), 3, 0);
	ck_assert_str_eq(TO_SERVER(r), "X\n");
	ck_assert_str_eq(TO_CLIENT(r), "NO refused\n");
	ck_assert_int_eq(plugin_total(r->plugin, 2), 1);
	stop(r);
}
END_TEST

START_TEST(denied)
{
	struct rig *r = start(NULL, 0, DENIED_LATE);

	rig_play(r,
		 SCRIPT("C OPEN\n", "S DATA 10.0.0.5 50000\n",
			"C CALL 127.0.0.1 9\n"),
		 1, 0);
	ck_assert_str_eq(TO_CLIENT(r), "NO denied\nNO refused\n");
	stop(r);
}
END_TEST

START_TEST(nul_in_a_line)
{
	struct rig *r = start(NULL, 0, AT_ONCE);

	rig_send(r, ADIT_TO_SERVER, "A\0B\n", 4, 0);
	ck_assert_int_eq(inspect_status(r->ch), INSPECT_RESET);
	stop(r);
}
END_TEST

SUITE("plugin/parley", forward, only_as_a_reply, third_parties, reverse,
      refusal_keeps_the_order, secret, denied, nul_in_a_line)
