/* SPDX-License-Identifier: BSD-2-Clause */
/* expect_shared_test.c - expectations that belong to the session. */
#include "expect/expect_inside.h"

#include "base/err.h"
#include "fake.h"

#include "suite.h"

#include <stdio.h>
#include <stdlib.h>

static struct fake f;
static struct adit_addr shown; /* by the last ask_for */

static void begin(void)
{
	fake_init(&f);
	f.table.agent_shares = true;
}

/* A message of this channel asks, and waits for the answer if there is none
 * yet. */
static enum adit_result ask_for(uint32_t channel, const char *host,
				unsigned long port, uint32_t flags)
{
	struct adit_addr to = fake_addr(host, port);
	struct adit_expect want = {
		.size = sizeof want,
		.targets = &to,
		.ntargets = 1,
		.flags = ADIT_SHARED | flags,
		.lifetime_ms = 60000,
	};
	struct expectation *e = NULL;
	enum adit_result result;
	uint32_t id;

	ck_assert_int_eq(fake_new(&f, channel, &want, &e), 0);
	id = e->id;
	result = expect_ask(e, &shown);
	if (result == ADIT_WAIT) {
		f.waiting[f.nwaiting].channel = channel;
		f.waiting[f.nwaiting++].id = id;
	}
	return result;
}

static enum adit_result ask(uint32_t channel)
{
	return ask_for(channel, "10.0.0.5", 7000, 0);
}

static void ends(uint32_t channel)
{
	expect_parent_gone(&f.table, &f.parent[channel], channel);
}

/* The listener is there, at port 40000. */
static void make(uint32_t channel)
{
	ck_assert_int_eq(ask(channel), ADIT_WAIT);
	ck_assert_int_eq(fake_agent(&f, 1, 40000), 0);
	f.said[0] = 0;
}

START_TEST(the_same_for_all)
{
	begin();
	ck_assert_int_eq(ask(5), ADIT_WAIT);
	ck_assert_int_eq(ask(6), ADIT_WAIT);
	fake_said(&f, "post 1 shared uses 0;");
	ck_assert_int_eq(fake_agent(&f, 1, 40000), 0);
	fake_said(&f, "channel 5: answer 1 127.0.0.1:40000;"
		      "channel 6: answer 1 127.0.0.1:40000;");
	for (uint32_t channel = 7; channel < FAKE_CHANNELS; channel++) {
		ck_assert_int_eq(ask(channel), ADIT_OK);
		ck_assert_uint_eq(shown.port, 40000);
		ck_assert_uint_eq(expect_through(&f.table, 1)->channel,
				  channel);
		ck_assert_int_eq(expect_take(&f.table, 1), 0);
		ends(channel);
	}
	ck_assert_uint_eq(f.table.count, 1);
	fake_said(&f, "");
	fake_fini(&f);
}
END_TEST

START_TEST(not_the_same)
{
	begin();
	make(5);
	ask_for(5, "10.0.0.5", 7001, 0);
	ask_for(5, "10.0.0.6", 7000, 0);
	ask_for(5, "10.0.0.5", 7000, ADIT_INSPECT);
	ck_assert_uint_eq(f.table.nlisteners, 4);
	/* Another address of the agent was dialled. */
	snprintf(f.asker[6].shown.host, sizeof f.asker[6].shown.host,
		 "127.0.0.2");
	ask(6);
	ck_assert_uint_eq(f.table.nlisteners, 5);
	/* What is not shared has a listener of its own. */
	fake_ask(&f, 5, "10.0.0.5", 7000, 0);
	ck_assert_uint_eq(f.table.nlisteners, 6);
	fake_fini(&f);
}
END_TEST

START_TEST(a_channel_cannot_withdraw_it)
{
	begin();
	make(5);
	expect_cancel(&f.table, 1);
	ends(5);
	ck_assert_int_eq(ask(6), ADIT_OK);
	fake_said(&f, "");
	fake_fini(&f);
	fake_said(&f, "withdraw 1;");
}
END_TEST

START_TEST(does_not_count_for_its_channel)
{
	begin();
	for (unsigned i = 0; i < 3 * EXPECT_PER_CHANNEL; i++)
		ask_for(5, "10.0.0.5", 7000 + i, 0), f.nwaiting = 0;
	ck_assert_uint_eq(f.table.count, 3 * EXPECT_PER_CHANNEL);
	for (unsigned i = 0; i < EXPECT_PER_CHANNEL; i++)
		ck_assert_int_eq(fake_ask(&f, 5, "10.0.0.5", 1 + i, 0),
				 ADIT_WAIT);
	fake_fini(&f);
}
END_TEST

START_TEST(the_session_has_too_many)
{
	begin();
	f.most = 2;
	ck_assert_int_eq(ask_for(5, "10.0.0.5", 1, 0), ADIT_WAIT);
	ck_assert_int_eq(ask_for(5, "10.0.0.5", 2, 0), ADIT_WAIT);
	f.said[0] = 0;
	ck_assert_int_eq(ask_for(5, "10.0.0.5", 3, 0), ADIT_FAILED);
	fake_said(&f, "crowded;");
	ck_assert_uint_eq(f.table.count, 2);
	fake_fini(&f);
}
END_TEST

/* A cluster whose nodes get new addresses, in a session of many days. */
START_TEST(the_one_that_nobody_uses_makes_room)
{
	begin();
	f.most = 2;
	f.is_wanted = true;
	make(5);
	ck_assert_int_eq(ask_for(5, "10.0.0.5", 2, 0), ADIT_WAIT);
	ck_assert_int_eq(fake_agent(&f, 2, 40001), 0);
	f.now += 30000;
	ck_assert_int_eq(ask(6), ADIT_OK);
	f.now += 29999;
	ck_assert_int_eq(ask_for(5, "10.0.0.5", 3, 0), ADIT_FAILED);
	f.now += 1;
	f.said[0] = 0;
	ck_assert_int_eq(ask_for(5, "10.0.0.5", 3, 0), ADIT_WAIT);
	fake_said(&f, "withdraw 2;post 4 shared uses 0;");
	ck_assert_int_eq(fake_agent(&f, 4, 40002), 0);
	f.now += 59999;
	ck_assert_int_eq(expect_take(&f.table, 1), 0);
	f.now += 1;
	f.said[0] = 0;
	ck_assert_int_eq(ask_for(5, "10.0.0.5", 5, 0), ADIT_WAIT);
	fake_said(&f, "withdraw 4;post 5 shared uses 0;");
	fake_fini(&f);
}
END_TEST

START_TEST(lives_while_it_is_wanted)
{
	begin();
	make(5);
	f.is_wanted = true;
	for (unsigned hour = 0; hour < 48; hour++) {
		f.now += 3600000;
		expect_expire(&f.table);
	}
	ends(5);
	f.is_wanted = false;
	f.now += 59999;
	expect_expire(&f.table);
	fake_said(&f, "");
	f.now += 1;
	expect_expire(&f.table);
	fake_said(&f, "withdraw 1;");
	fake_fini(&f);
}
END_TEST

START_TEST(asking_again_prolongs)
{
	begin();
	make(5);
	f.now += 50000;
	ck_assert_int_eq(ask(6), ADIT_OK);
	f.now += 59999;
	expect_expire(&f.table);
	fake_said(&f, "");
	fake_fini(&f);
}
END_TEST

/* The agent has heard of the end of the channel before it was asked: another
 * channel asks, under the same number. */
START_TEST(the_one_that_asked_is_gone)
{
	begin();
	ask(5);
	ask(6);
	f.waiting[0] = f.waiting[1];
	f.nwaiting = 1;
	ends(5);
	fake_said(&f, "post 1 shared uses 0;look later;");
	expect_look(&f.table);
	fake_said(&f, "post 1 shared uses 0;");
	ck_assert_uint_eq(expect_get(&f.table, 1)->channel, 6);
	ck_assert_int_eq(fake_agent(&f, 1, 40000), 0);
	fake_said(&f, "channel 6: answer 1 127.0.0.1:40000;");
	/* And the agent's answer to the first one, if it came late. */
	ck_assert_int_eq(fake_agent(&f, 1, 40000), 0);
	fake_said(&f, "");
	fake_fini(&f);
}
END_TEST

START_TEST(nobody_waits_any_more)
{
	begin();
	ask(5);
	f.nwaiting = 0;
	ends(5);
	f.said[0] = 0;
	expect_look(&f.table);
	fake_said(&f, "withdraw 1;");
	ck_assert_uint_eq(f.table.count, 0);
	/* The answer of the agent, which has not heard of it. */
	ck_assert_int_eq(fake_agent(&f, 1, 40000), 0);
	fake_fini(&f);
}
END_TEST

/* Those who ask while a name is looked up wait, too. */
START_TEST(a_name)
{
	struct addr found;
	struct expect_lookup *l;

	begin();
	ck_assert_int_eq(ask_for(5, "node.example", 7000, 0), ADIT_WAIT);
	ck_assert_int_eq(ask_for(6, "node.example", 7000, 0), ADIT_WAIT);
	fake_said(&f, "look up node.example;");
	f.waiting[0] = f.waiting[1];
	f.nwaiting = 1;
	ends(5);
	l = f.looks_up->lookup;
	ck_assert(!addr_parse(&found, "10.0.0.5", 0));
	expect_resolved(f.looks_up, &found, 1, "");
	free(l);
	fake_said(&f, "post 1 shared uses 0;");
	ck_assert_uint_eq(expect_get(&f.table, 1)->channel, 6);
	ck_assert_int_eq(fake_agent(&f, 1, 40000), 0);
	fake_said(&f, "channel 6: answer 1 127.0.0.1:40000;");
	fake_fini(&f);
}
END_TEST

/* The one name that is looked up has this address now; "": none. */
static void resolve(const char *host)
{
	struct addr found = { 0 };

	free(f.looks_up->lookup);
	if (*host)
		ck_assert(!addr_parse(&found, host, 0));
	expect_resolved(f.looks_up, &found, *host != 0, "no such name");
}

static void leads_to(uint32_t id, size_t i, const char *at)
{
	const struct expectation *e = expect_get(&f.table, id);
	char text[ADDR_TEXT];

	ck_assert_uint_lt(i, e->nfound);
	ck_assert_str_eq(addr_str(&e->found[i].at, text), at);
}

static void make_named(void)
{
	begin();
	ck_assert_int_eq(ask_for(5, "node.example", 7000, 0), ADIT_WAIT);
	resolve("10.0.0.5");
	ck_assert_int_eq(fake_agent(&f, 1, 40000), 0);
	f.said[0] = 0;
}

static void ask_named(const char *said)
{
	ck_assert_int_eq(ask_for(6, "node.example", 7000, 0), ADIT_OK);
	ck_assert_uint_eq(shown.port, 40000);
	fake_said(&f, said);
}

START_TEST(a_name_gets_another_address)
{
	make_named();
	f.now += 30000;
	ask_named("");
	f.now++;
	ask_named("look up node.example;");
	ask_named("");
	leads_to(1, 0, "10.0.0.5:7000");
	/* The one that asked does not stay for it. */
	ends(6);
	resolve("10.0.0.6");
	fake_said(&f, "");
	ck_assert_uint_eq(expect_get(&f.table, 1)->nfound, 1);
	leads_to(1, 0, "10.0.0.6:7000");
	f.now += 30000;
	ask_named("");
	f.now++;
	ask_named("look up node.example;");
	fake_fini(&f);
	fake_said(&f, "withdraw 1;forget;");
}
END_TEST

START_TEST(a_name_keeps_its_address)
{
	make_named();
	f.now += 30001;
	ask_named("look up node.example;");
	resolve("");
	leads_to(1, 0, "10.0.0.5:7000");
	f.now += 30001;
	ask_named("look up node.example;");
	f.denied = "10.0.0.6";
	resolve("10.0.0.6");
	ck_assert_uint_eq(expect_get(&f.table, 1)->nfound, 1);
	leads_to(1, 0, "10.0.0.5:7000");
	f.now += 30001;
	f.has_no_lookup = true;
	ask_named("");
	fake_fini(&f);
}
END_TEST

static enum adit_result ask_three(uint32_t channel)
{
	struct adit_addr to[] = { fake_addr("a.example", 1),
				  fake_addr("10.0.0.5", 2),
				  fake_addr("c.example", 3) };
	struct adit_expect want = {
		.size = sizeof want,
		.targets = to,
		.ntargets = 3,
		.flags = ADIT_SHARED,
		.lifetime_ms = 600000,
	};
	struct expectation *e = NULL;

	ck_assert_int_eq(fake_new(&f, channel, &want, &e), 0);
	return expect_ask(e, &shown);
}

/* Each in its place; a name that had no address comes last. */
START_TEST(names_among_others)
{
	begin();
	ck_assert_int_eq(ask_three(5), ADIT_WAIT);
	resolve("");
	resolve("10.0.0.7");
	ck_assert_int_eq(fake_agent(&f, 1, 40000), 0);
	f.now += 30001;
	f.said[0] = 0;
	ck_assert_int_eq(ask_three(6), ADIT_OK);
	fake_said(&f, "look up a.example;");
	resolve("10.0.0.4");
	fake_said(&f, "look up c.example;");
	resolve("10.0.0.8");
	fake_said(&f, "");
	leads_to(1, 0, "10.0.0.5:2");
	leads_to(1, 1, "10.0.0.8:3");
	leads_to(1, 2, "10.0.0.4:1");
	ck_assert_uint_eq(expect_get(&f.table, 1)->nfound, 3);
	fake_fini(&f);
}
END_TEST

START_TEST(the_agent_cannot_listen)
{
	begin();
	ask(5);
	ask(6);
	f.said[0] = 0;
	ck_assert_int_eq(fake_agent(&f, 1, 0), 0);
	/* No channel has to end: nobody has heard of an address. */
	fake_said(&f, "channel 5: answer 1 failed;channel 6: answer 1 failed;");
	ck_assert_uint_eq(f.table.count, 0);
	fake_fini(&f);
}
END_TEST

START_TEST(the_agent_has_closed_it)
{
	begin();
	make(5);
	ck_assert_int_eq(fake_agent(&f, 1, 0), 0);
	ck_assert_uint_eq(f.table.count, 0);
	f.said[0] = 0;
	ck_assert_int_eq(ask(6), ADIT_WAIT);
	fake_said(&f, "post 2 shared uses 0;");
	fake_fini(&f);
}
END_TEST

START_TEST(not_allowed_any_more)
{
	begin();
	make(5);
	f.denied = "10.0.0.5";
	ck_assert_int_eq(ask(6), ADIT_DENIED);
	fake_said(&f, "withdraw 1;");
	fake_fini(&f);
}
END_TEST

START_TEST(the_application_dials_the_target)
{
	begin();
	f.asker[5].real = true;
	ck_assert_int_eq(ask(5), ADIT_OK);
	ck_assert_str_eq(shown.host, "10.0.0.5");
	for (unsigned i = 0; i < 300; i++)
		ck_assert_int_eq(expect_take(&f.table, 1), 0);
	ck_assert_ptr_eq(expect_match(&f.table, &shown),
			 expect_get(&f.table, 1));
	fake_said(&f, "");
	/* Others need a listener. */
	ck_assert_int_eq(ask(6), ADIT_WAIT);
	fake_said(&f, "post 2 shared uses 0;");
	fake_fini(&f);
}
END_TEST

START_TEST(the_same_port)
{
	begin();
	ask_for(5, "10.0.0.5", 7000, ADIT_KEEP_PORT);
	fake_said(&f, "post 1 shared 7000 uses 0;");
	ck_assert_int_eq(fake_agent_at(&f, 1, "127.0.0.7", 7000), 0);
	fake_said(&f, "channel 5: answer 1 127.0.0.7:7000;");
	/* Whatever address was dialled. */
	snprintf(f.asker[6].shown.host, sizeof f.asker[6].shown.host,
		 "127.0.0.2");
	ck_assert_int_eq(ask_for(6, "10.0.0.5", 7000, ADIT_KEEP_PORT), ADIT_OK);
	ck_assert_str_eq(shown.host, "127.0.0.7");
	/* An older agent cannot. */
	f.table.agent_shares = false;
	ck_assert_int_eq(ask_for(5, "10.0.0.5", 7001, ADIT_KEEP_PORT),
			 ADIT_FAILED);
	ck_assert_str_eq(f.asker[5].why,
			 "the agent is too old for ADIT_KEEP_PORT");
	fake_fini(&f);
}
END_TEST

START_TEST(an_address_that_is_none)
{
	begin();
	ask_for(5, "10.0.0.5", 7000, ADIT_KEEP_PORT);
	f.said[0] = 0;
	ck_assert_int_eq(fake_agent_at(&f, 1, "evil.example", 7000), 0);
	fake_said(&f, "withdraw 1;channel 5: answer 1 failed;");
	fake_fini(&f);
}
END_TEST

START_TEST(a_resource_of_its_own)
{
	begin();
	f.own = "node5";
	ck_assert_int_eq(ask_for(5, "10.0.0.5", 7000, ADIT_INSPECT), ADIT_WAIT);
	fake_said(&f, "post 1 own node5:7000 uses 1;");
	/* The answer comes, whatever becomes of the channel. */
	ck_assert_int_eq(ask_for(6, "10.0.0.5", 7000, ADIT_INSPECT), ADIT_WAIT);
	ends(5);
	f.waiting[0] = f.waiting[1];
	f.nwaiting = 1;
	fake_said(&f, "");
	ck_assert_int_eq(fake_agent_at(&f, 1, "127.0.0.9", 7000), 0);
	fake_said(&f, "channel 6: answer 1 127.0.0.9:7000;");
	ck_assert_int_eq(ask_for(7, "10.0.0.5", 7000, ADIT_INSPECT), ADIT_OK);
	ck_assert_str_eq(shown.host, "127.0.0.9");
	ck_assert_uint_eq(f.table.nlisteners, 0);
	/* Where the plugin would not read it there. */
	ask_for(6, "10.0.0.5", 7000, 0);
	fake_said(&f, "post 2 shared uses 0;");
	fake_fini(&f);
}
END_TEST

/* Whoever asks then is told where it listens now. */
START_TEST(a_resource_that_moves)
{
	begin();
	f.own = "node5";
	ask_for(5, "10.0.0.5", 7000, ADIT_INSPECT);
	ck_assert_int_eq(fake_agent_at(&f, 1, "127.0.0.9", 7000), 0);
	f.said[0] = 0;
	ck_assert_int_eq(fake_agent(&f, 1, 0), 0);
	fake_said(&f, "");
	ck_assert_int_eq(ask_for(5, "10.0.0.5", 7000, ADIT_INSPECT), ADIT_WAIT);
	fake_said(&f, "post 2 own node5:7000 uses 1;");
	ck_assert_int_eq(fake_agent_at(&f, 2, "127.0.0.9", 7001), 0);
	fake_said(&f, "channel 5: answer 2 127.0.0.9:7001;");
	fake_fini(&f);
}
END_TEST

START_TEST(a_resource_that_does_not_listen)
{
	begin();
	f.own = "node5";
	ask_for(5, "10.0.0.5", 7000, ADIT_INSPECT);
	f.said[0] = 0;
	ck_assert_int_eq(fake_agent(&f, 1, 0), 0);
	fake_said(&f, "post 1 shared uses 0;");
	ck_assert_int_eq(fake_agent(&f, 1, 40000), 0);
	fake_said(&f, "channel 5: answer 1 127.0.0.1:40000;");
	fake_fini(&f);
}
END_TEST

/* An older agent counts to 255; then another one is made. */
START_TEST(an_older_agent)
{
	begin();
	f.table.agent_shares = false;
	ck_assert_int_eq(ask(5), ADIT_WAIT);
	fake_said(&f, "post 1 any uses 255;");
	ck_assert_int_eq(fake_agent(&f, 1, 40000), 0);
	for (unsigned i = 0; i < EXPECT_LISTENER_USES; i++) {
		ck_assert_int_eq(ask(6), ADIT_OK);
		ck_assert_int_eq(expect_take(&f.table, 1), 0);
	}
	ck_assert_int_eq(expect_take(&f.table, 1), ERR_NOTFOUND);
	f.said[0] = 0;
	ck_assert_int_eq(ask(6), ADIT_WAIT);
	fake_said(&f, "post 2 any uses 255;");
	f.most = EXPECT_LISTENERS_MAX;
	ck_assert_uint_eq(expect_listener_most(&f.table), EXPECT_LISTENERS_OLD);
	fake_fini(&f);
}
END_TEST

SUITE("expect/expect_shared", the_same_for_all, not_the_same,
      a_channel_cannot_withdraw_it, does_not_count_for_its_channel,
      the_session_has_too_many, the_one_that_nobody_uses_makes_room,
      lives_while_it_is_wanted, asking_again_prolongs,
      the_one_that_asked_is_gone, nobody_waits_any_more, a_name,
      a_name_gets_another_address, a_name_keeps_its_address, names_among_others,
      the_agent_cannot_listen, the_agent_has_closed_it, not_allowed_any_more,
      the_application_dials_the_target, the_same_port, an_address_that_is_none,
      a_resource_of_its_own, a_resource_that_moves,
      a_resource_that_does_not_listen, an_older_agent)
