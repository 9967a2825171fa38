/* SPDX-License-Identifier: BSD-2-Clause */
/* expected_test.c - a connection that a plugin announces, from the announcement
 * to the connected server, and all that can come in between. */
#include "gateway/rig_puppet.h"

#include "base/err.h"
#include "channel/chan.h"
#include "gateway/expected.h"

#include "suite.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct rig_puppet p;
static struct mem *came[2]; /* further ones of the application */
static unsigned ncame;

static void begin(void)
{
	rig_puppet_begin(&p, false);
	ncame = 0;
}

static void end(void)
{
	rig_puppet_end(&p);
	while (ncame)
		mem_free(came[--ncame]);
}

static void check_dialled(const char *want)
{
	char at[ADDR_TEXT];

	ck_assert_str_eq(addr_str(&rig.dialled, at), want);
}

static struct mem *open_channel(const struct open *o)
{
	struct mem *m = mem_open(&p.user.side, o);

	came[ncame++] = m;
	rig_settle(&p.user, p.gs);
	return m;
}

/* The application has connected to the agent's listener `id`. */
static struct mem *come(uint32_t id)
{
	return open_channel(&(struct open){ .expectation = id });
}

static void check_refused(const struct mem *m, const char *text)
{
	ck_assert(m->closed);
	ck_assert_uint_eq(m->reason, REASON_DENIED);
	ck_assert_str_eq(m->text, text);
}

/* ---- with a listener at the agent -------------------------------------- */

START_TEST(a_connection_goes_where_the_plugin_said)
{
	begin();
	client_says(&p, "exp 10.0.0.1 40\n");
	server_hears(&p, "");
	ck_assert_uint_eq(p.user.side.last.command, FRAME_EXPECT);
	agent_answers(&p, 1, 5000);
	server_hears(&p, "at 127.0.0.1 5000\n");
	ck_assert(come(1)->opened);
	check_dialled("10.0.0.1:40");
	check_refused(come(1), "nobody expects this connection");
	end();
}
END_TEST

START_TEST(the_agent_cannot_listen)
{
	begin();
	client_says(&p, "exp 10.0.0.1 40\n");
	agent_answers(&p, 1, 0);
	ck_assert(p.mem->closed);
	ck_assert_uint_eq(p.mem->reason, REASON_LISTEN);
	check_refused(come(1), "nobody expects this connection");
	end();
}
END_TEST

START_TEST(what_is_withdrawn_is_refused)
{
	begin();
	client_says(&p, "exp 10.0.0.1 40\n");
	agent_answers(&p, 1, 5000);
	client_says(&p, "cancel\n");
	ck_assert_uint_eq(p.user.side.last.command, FRAME_CANCEL);
	check_refused(come(1), "nobody expects this connection");
	end();
}
END_TEST

/* Straight from the agent's mouth. */
static int say_expected(const void *bytes, size_t n)
{
	const struct frame f = { .command = FRAME_EXPECTED,
				 .len = (uint16_t)n };

	return expected_on_answer(p.gs, &f, bytes);
}

START_TEST(an_agent_cannot_answer_what_nobody_asked)
{
	const struct expected x = { .id = 1, .port = 5000 };
	uint8_t b[100];

	begin();
	ck_assert_int_eq(say_expected("\1", 1), ERR_PROTO);
	ck_assert_str_eq(session_why(p.gs->session), "malformed EXPECTED");
	end();
	/* Its name is still looked up. */
	begin();
	client_says(&p, "exp server.example 40\n");
	ck_assert_int_eq(say_expected(b, pack_expected(b, sizeof b, &x)),
			 ERR_PROTO);
	ck_assert_str_eq(session_why(p.gs->session), "EXPECTED without EXPECT");
	end();
}
END_TEST

/* ---- shared by all channels of the session ----------------------------- */

/* Another channel that the plugin reads, in the place of the first. */
static struct mem *next_channel(void)
{
	struct mem *before = p.mem;

	mem_reset(before);
	rig_settle(&p.user, p.gs);
	close(rig.server);
	rig.server = -1;
	rig_puppet_open(&p);
	return before;
}

START_TEST(a_shared_one_is_there_for_the_next_channel)
{
	struct mem *first;

	begin();
	client_says(&p, "shr 10.0.0.1 40\n");
	ck_assert_uint_eq(p.user.expect.kind, EXPECT_SHARED);
	agent_answers(&p, 1, 5000);
	server_hears(&p, "at 127.0.0.1 5000\n");
	first = next_channel();
	client_says(&p, "shr 10.0.0.1 40\n");
	server_hears(&p, "at 127.0.0.1 5000\n");
	for (int i = 0; i < 2; i++) {
		ck_assert(come(1)->opened);
		check_dialled("10.0.0.1:40");
	}
	mem_free(first);
	end();
}
END_TEST

/* What comes through it is no part of the conversation of whoever has asked
 * last: a client of a cluster goes from node to node for days. */
START_TEST(it_does_not_keep_its_channel_from_being_idle)
{
	struct gchan *gc;
	struct mem *m;
	uint64_t before;

	begin();
	gc = rig_gchan(p.gs);
	client_says(&p, "shr 10.0.0.1 40\n");
	agent_answers(&p, 1, 5000);
	server_hears(&p, "at 127.0.0.1 5000\n");
	before = gchan_active_us(gc);
	rig.now_us += 5000000;
	m = come(1);
	ck_assert(m->opened);
	ck_assert_ptr_nonnull(gc->inspection);
	ck_assert(!list_is_empty(&gc->inspection->below));
	ck_assert_uint_eq(gchan_active_us(gc), before);
	end();
}
END_TEST

START_TEST(it_goes_when_no_channel_of_the_plugin_is_left)
{
	begin();
	client_says(&p, "shr 10.0.0.1 40\n");
	agent_answers(&p, 1, 5000);
	rig.now_us += 3600000000;
	gsession_check(p.gs, rig.now_us);
	ck_assert_uint_eq(p.gs->expects.count, 1);
	close(rig.server);
	rig.server = -1;
	mem_reset(p.mem);
	rig_settle(&p.user, p.gs);
	rig.now_us += 61000000;
	gsession_check(p.gs, rig.now_us);
	ck_assert_uint_eq(p.gs->expects.count, 0);
	rig_pump(&p.user, p.gs);
	ck_assert_uint_eq(p.user.side.last.command, FRAME_CANCEL);
	end();
}
END_TEST

START_TEST(the_agent_refuses_a_shared_one)
{
	begin();
	client_says(&p, "shr 10.0.0.1 40\n");
	agent_answers(&p, 1, 0);
	server_hears(&p, "failed\n");
	ck_assert(!p.mem->closed);
	end();
}
END_TEST

START_TEST(an_older_agent_is_asked_as_ever)
{
	rig_puppet_login(&p, false);
	ncame = 0;
	p.gs->expects.agent_shares = false;
	rig_puppet_open(&p);
	client_says(&p, "shr 10.0.0.1 40\n");
	ck_assert_uint_eq(p.user.expect.kind, EXPECT_ANY);
	agent_answers(&p, 1, 5000);
	server_hears(&p, "at 127.0.0.1 5000\n");
	ck_assert(come(1)->opened);
	end();
}
END_TEST

/* ---- names and policy -------------------------------------------------- */

START_TEST(a_name_is_looked_up_first)
{
	struct msg_resolve asked;
	uint32_t id;

	begin();
	client_says(&p, "exp server.example 40\n");
	ck_assert_uint_ne(p.user.side.last.command, FRAME_EXPECT);
	ck_assert(rig_question(&asked, &id));
	ck_assert_str_eq(asked.host, "server.example");
	rig_resolve(id, "10.0.0.9");
	rig_settle(&p.user, p.gs);
	agent_answers(&p, 1, 5000);
	server_hears(&p, "at 127.0.0.1 5000\n");
	come(1);
	check_dialled("10.0.0.9:40");
	end();
}
END_TEST

/* Whoever asked may have gone by the time of the answer. */
START_TEST(a_shared_name_is_looked_up_again)
{
	struct msg_resolve asked;
	struct mem *first;
	uint32_t id;

	begin();
	client_says(&p, "shr server.example 40\n");
	ck_assert(rig_question(&asked, &id));
	rig_resolve(id, "10.0.0.9");
	rig_settle(&p.user, p.gs);
	agent_answers(&p, 1, 5000);
	server_hears(&p, "at 127.0.0.1 5000\n");
	rig.now_us += 30001000;
	client_says(&p, "shr server.example 40\n");
	server_hears(&p, "at 127.0.0.1 5000\n");
	ck_assert(rig_question(&asked, &id));
	first = next_channel();
	come(1);
	check_dialled("10.0.0.9:40");
	rig_resolve(id, "10.0.0.8");
	rig_settle(&p.user, p.gs);
	come(1);
	check_dialled("10.0.0.8:40");
	mem_free(first);
	end();
}
END_TEST

START_TEST(policy_is_asked_about_names_and_addresses)
{
	struct msg_resolve asked;
	uint32_t id;

	begin();
	client_says(&p, "exp 10.0.0.2 40\n");
	server_hears(&p, "denied\n");
	ck_assert(rig_said("10.0.0.2:40 is not announced: policy does not "
			   "allow 10.0.0.2:40; see redirect_allow"));
	client_says(&p, "exp other.example 40\n");
	ck_assert(rig_question(&asked, &id));
	rig_resolve(id, "10.0.0.9");
	rig_settle(&p.user, p.gs);
	server_hears(&p, "denied\n");
	ck_assert(rig_said("does not allow other.example at 10.0.0.9:40"));
	/* Of two, the log has the one that is passed over. */
	client_says(&p, "exp 10.0.0.2 40 10.0.0.1 40\n");
	ck_assert(rig_said("the protocol leads to 10.0.0.2:40, which policy "
			   "does not allow; see redirect_allow"));
	end();
}
END_TEST

/* The plugin hears it, too. */
START_TEST(the_log_says_why_nothing_is_announced)
{
	struct msg_resolve asked;
	uint32_t id;

	begin();
	client_says(&p, "why none.example 40\n");
	ck_assert(rig_question(&asked, &id));
	rig_resolve(id, NULL);
	rig_settle(&p.user, p.gs);
	server_hears(&p, "why none.example: name not found\n");
	ck_assert(rig_said("none.example:40 is not announced: "
			   "none.example: name not found"));
	client_says(&p, "why 10.1 40\n");
	server_hears(&p, "why a target is no valid address\n");
	ck_assert(rig_said("not announced: a target is no valid address"));
	end();
}
END_TEST

START_TEST(what_the_plugin_gives_comes_with_the_connection)
{
	struct mem *m;

	begin();
	client_says(&p, "give a b c\n");
	agent_answers(&p, 1, 5000);
	server_hears(&p, "ok\n");
	m = come(1);
	ck_assert(m->opened);
	mem_write(m, "given\n", 6);
	rig_settle(&p.user, p.gs);
	server_hears(&p, "given a b c\n");
	end();
}
END_TEST

/* ---- by its address, where the agent needs no listener ----------------- */

static enum adit_result announce(uint32_t flags, uint32_t *id)
{
	struct adit_addr to, show;
	struct adit_expect want = { .size = sizeof want,
				    .flags = flags,
				    .targets = &to,
				    .ntargets = 1,
				    .uses = 1,
				    .lifetime_ms = 60000 };
	struct inspection *ins = rig_inspection(&p);

	ck_assert(!adit_addr_parse(&to, "10.0.0.1", 40));
	ins->asker.real = true;
	return expected_ask(ins, &want, id, &show);
}

static struct mem *come_by_address(void)
{
	return open_channel(&(struct open){ .dest = { "10.0.0.1", 40 } });
}

START_TEST(the_server_s_own_address_is_recognized)
{
	uint32_t id;

	begin();
	ck_assert_int_eq(announce(0, &id), ADIT_OK);
	ck_assert(come_by_address()->opened);
	check_dialled("10.0.0.1:40");
	/* Once: the next one is a connection like any other. */
	rig.dialled.port = 0;
	ck_assert(!come_by_address()->opened);
	ck_assert_uint_eq(rig.dialled.port, 0);
	end();
}
END_TEST

/* Whether what the gateway says about the new channel waits for other frames. */
static bool waits_for_company(const struct open *o)
{
	came[ncame++] = mem_open(&p.user.side, o);
	rig_pump(&p.user, p.gs);
	rig_turn();
	ck_assert_int_ge(rig.server, 0);
	return p.gs->session->later_us != UINT64_MAX;
}

START_TEST(opened_waits_unless_the_application_may_wait_for_it)
{
	const struct open real = { .dest = { "10.0.0.1", 40 }, .real = true };
	uint32_t id;
	int server;

	begin();
	client_says(&p, "exp 10.0.0.1 40\n");
	agent_answers(&p, 1, 5000);
	ck_assert_int_eq(announce(0, &id), ADIT_OK);
	/* Or else it is closed with the next connection. */
	server = rig.server;
	rig.server = -1;
	ck_assert(waits_for_company(&(struct open){ .expectation = 1 }));
	rig_settle(&p.user, p.gs);
	ck_assert(!waits_for_company(&real));
	close(server);
	end();
}
END_TEST

START_TEST(one_that_is_not_armed_waits)
{
	struct mem *m;
	uint32_t id;

	begin();
	ck_assert_int_eq(announce(ADIT_UNARMED, &id), ADIT_OK);
	m = come_by_address();
	ck_assert(!m->opened && !m->closed);
	expected_arm(p.gs, id);
	rig_settle(&p.user, p.gs);
	ck_assert(m->opened);
	check_dialled("10.0.0.1:40");
	end();
}
END_TEST

START_TEST(one_that_waits_is_sent_away)
{
	struct mem *m;
	uint32_t id;

	begin();
	ck_assert_int_eq(announce(ADIT_UNARMED, &id), ADIT_OK);
	m = come_by_address();
	expect_cancel(&p.gs->expects, id);
	rig_settle(&p.user, p.gs);
	check_refused(m, "the announcement was withdrawn");
	end();
}
END_TEST

START_TEST(it_needs_its_resource)
{
	static const char without[] =
		"[server]\n"
		"[gateway main]\nlisten = 127.0.0.1:1\ncertificate = c\n"
		"private_key = k\nusers = users\ngroups = all\n"
		"[resource echo]\nhost = 127.0.0.1\nport = 7\n"
		"[group all]\nusers = alice\nresources = echo\n";
	uint32_t id;

	begin();
	ck_assert_int_eq(announce(ADIT_OUTLIVES, &id), ADIT_OK);
	rig_reload(without);
	rig_settle(&p.user, p.gs);
	ck_assert(p.mem->closed);
	ck_assert_ptr_null(expected_channel(expect_get(&p.gs->expects, id)));
	check_refused(come_by_address(), "no longer allowed");
	end();
}
END_TEST

START_TEST(too_many_are_said_in_the_log)
{
	uint32_t id;

	begin();
	for (int i = 0; i < EXPECT_PER_CHANNEL; i++)
		ck_assert_int_eq(announce(0, &id), ADIT_OK);
	ck_assert(!rig_said("too many connections are announced"));
	ck_assert_int_eq(announce(0, &id), ADIT_FAILED);
	ck_assert(rig_said("too many connections are announced"));
	end();
}
END_TEST

SUITE("gateway/expected", a_connection_goes_where_the_plugin_said,
      the_agent_cannot_listen, what_is_withdrawn_is_refused,
      an_agent_cannot_answer_what_nobody_asked,
      a_shared_one_is_there_for_the_next_channel,
      it_does_not_keep_its_channel_from_being_idle,
      it_goes_when_no_channel_of_the_plugin_is_left,
      the_agent_refuses_a_shared_one, an_older_agent_is_asked_as_ever,
      a_name_is_looked_up_first, a_shared_name_is_looked_up_again,
      policy_is_asked_about_names_and_addresses,
      the_log_says_why_nothing_is_announced,
      what_the_plugin_gives_comes_with_the_connection,
      the_server_s_own_address_is_recognized,
      opened_waits_unless_the_application_may_wait_for_it,
      one_that_is_not_armed_waits, one_that_waits_is_sent_away,
      it_needs_its_resource, too_many_are_said_in_the_log)
