/* SPDX-License-Identifier: BSD-2-Clause */
/* expect_ask_test.c - from a plugin's announcement to the address that the other
 * side is told. */
#include "base/err.h"
#include "fake.h"

#include "suite.h"

#include <stdlib.h>

static struct fake f;

static void resolved(const char *host)
{
	struct addr a[1];

	if (host)
		ck_assert_int_eq(addr_parse(&a[0], host, 0), 0);
	free(f.looks_up->lookup);
	expect_resolved(f.looks_up, a, host ? 1 : 0, "name not found");
}

/* A plugin announces this on channel 5, and has to wait for the answer. */
static void waits(const char *host, uint16_t port, unsigned flags)
{
	ck_assert_int_eq(fake_ask(&f, 5, host, port, flags), ADIT_WAIT);
}

/* ... and is answered at once that it fails. */
static void fails(const char *host, uint16_t port, unsigned flags)
{
	ck_assert_int_eq(fake_ask(&f, 5, host, port, flags), ADIT_FAILED);
}

/* The agent answers it with this port, as it may. */
static void agent_says(uint32_t id, uint16_t port)
{
	ck_assert_int_eq(fake_agent(&f, id, port), 0);
}

static void none_is_left(void)
{
	ck_assert_uint_eq(f.table.count, 0);
	fake_fini(&f);
}

/* ---- forward ----------------------------------------------------------- */

START_TEST(at_a_spare_port)
{
	struct adit_addr spare = fake_addr("127.0.0.1", 40001), show;
	struct expectation *e;

	fake_init(&f);
	ck_assert_int_eq(expect_spares_add(&f.asker[5].spares, &spare), 0);
	e = fake_expect(&f, 5, "10.0.0.5", 50000, ADIT_INSPECT);
	ck_assert_int_eq(expect_ask(e, &show), ADIT_OK);
	ck_assert_uint_eq(show.port, 40001);
	fake_said(&f, "post 1 spare 40001 uses 1;");
	ck_assert_uint_eq(f.asker[5].spares.count, 0);
	ck_assert_ptr_eq(expect_through(&f.table, 1), e);
	ck_assert_ptr_null(expect_through(&f.table, 2));
	/* The agent opens another one in its place. */
	ck_assert_int_eq(expect_on_answer(&f.table,
					  &(struct expected){ .id = 1,
							      .port = 40001,
							      .spare = 7 }),
			 0);
	ck_assert_uint_eq(f.asker[5].spares.at[0].port, 7);
	fake_said(&f, "");
	/* Used up: the agent knows. */
	ck_assert_int_eq(expect_take(&f.table, 1), 0);
	fake_said(&f, "");
	fake_fini(&f);
}
END_TEST

START_TEST(at_any_port)
{
	fake_init(&f);
	waits("10.0.0.5", 50000, 0);
	fake_said(&f, "post 1 any uses 1;");
	agent_says(1, 40002);
	fake_said(&f, "answer 1 127.0.0.1:40002;");
	agent_says(1, 40003); /* says it twice */
	fake_said(&f, "");
	expect_cancel(&f.table, 1);
	fake_said(&f, "withdraw 1;");
	agent_says(1, 40002); /* too late */
	fake_said(&f, "");
	fake_fini(&f);
}
END_TEST

START_TEST(the_agent_cannot_listen)
{
	fake_init(&f);
	waits("10.0.0.5", 50000, 0);
	agent_says(1, 0);
	fake_said(&f, "post 1 any uses 1;channel 5 ends: no port is left;"
		      "answer 1 failed;");
	none_is_left();
}
END_TEST

/* The plugin did not wait for the answer, and has passed its message. */
START_TEST(nobody_waits)
{
	fake_init(&f);
	f.is_deaf = true;
	waits("10.0.0.5", 50000, 0);
	agent_says(1, 40002);
	fake_said(&f, "post 1 any uses 1;answer 1 127.0.0.1:40002;"
		      "withdraw 1;");
	none_is_left();
}
END_TEST

START_TEST(at_real_addresses)
{
	struct adit_addr show;
	struct expectation *e;

	fake_init(&f);
	f.asker[5].real = true;
	e = fake_expect(&f, 5, "10.0.0.5", 50000, 0);
	ck_assert_int_eq(expect_ask(e, &show), ADIT_OK);
	ck_assert_str_eq(show.host, "10.0.0.5");
	fake_said(&f, "post 1 targets 10.0.0.5:50000 uses 1;");
	agent_says(1, 1);
	f.now += EXPECT_LIFETIME_MS;
	expect_expire(&f.table);
	fake_said(&f, "withdraw 1;");
	f.asker[5].real = true;
	ck_assert_int_eq(fake_ask(&f, 5, "10.0.0.5", 50000, 0), ADIT_OK);
	agent_says(2, 0);
	none_is_left();
}
END_TEST

START_TEST(denied)
{
	fake_init(&f);
	f.denied = "10.0.0.6";
	ck_assert_int_eq(fake_ask(&f, 5, "10.0.0.6", 50000, 0), ADIT_DENIED);
	ck_assert_uint_eq(f.table.count, 0);
	fake_said(&f, "");
	fake_fini(&f);
}
END_TEST

START_TEST(agent_without_memory)
{
	fake_init(&f);
	f.post_error = ERR_NOMEM;
	fails("10.0.0.6", 1, 0);
	f.asker[5].real = true;
	fails("10.0.0.6", 1, 0);
	fails("127.0.0.8", 1, ADIT_REVERSE);
	none_is_left();
}
END_TEST

/* Three ways to a listener, and the host is the same that was dialled. */
START_TEST(shown_at_the_host_that_was_dialled)
{
	struct adit_addr spare = fake_addr("127.0.0.9", 40001), show;
	struct adit_addr dialled = fake_addr("127.0.0.9", 21);
	const struct expectation *e;

	fake_init(&f);
	f.asker[5].shown = dialled;
	f.asker[6].shown = dialled;
	ck_assert_int_eq(expect_spares_add(&f.asker[5].spares, &spare), 0);
	ck_assert_int_eq(expect_ask(fake_expect(&f, 5, "10.0.0.5", 1, 0),
				    &show),
			 ADIT_OK);
	ck_assert(adit_addr_same_host(&show, &dialled));
	waits("10.0.0.5", 2, ADIT_OUTLIVES);
	agent_says(2, 40002);
	e = expect_get(&f.table, 2);
	ck_assert(adit_addr_same_host(&e->shown, &dialled));
	ck_assert_int_eq(
		expect_ask(fake_expect(&f, 6, "10.0.0.5", 2, ADIT_OUTLIVES),
			   &show),
		ADIT_OK);
	ck_assert(adit_addr_same_host(&show, &dialled));
	/* Not a listener that somebody has reached by another address. */
	ck_assert_int_eq(fake_ask(&f, 7, "10.0.0.5", 2, ADIT_OUTLIVES),
			 ADIT_WAIT);
	fake_fini(&f);
}
END_TEST

/* ---- names ------------------------------------------------------------- */

START_TEST(name_looked_up)
{
	fake_init(&f);
	waits("node.example", 50000, 0);
	fake_said(&f, "look up node.example;");
	resolved("10.0.0.7");
	fake_said(&f, "post 1 any uses 1;");
	ck_assert_uint_eq(expect_get(&f.table, 1)->nfound, 1);
	agent_says(1, 40002);
	fake_said(&f, "answer 1 127.0.0.1:40002;");
	fake_fini(&f);
}
END_TEST

START_TEST(name_that_is_not_allowed)
{
	fake_init(&f);
	f.denied = "10.0.0.7";
	waits("node.example", 50000, 0);
	resolved("10.0.0.7");
	fake_said(&f, "look up node.example;answer 1 denied;");
	ck_assert_str_eq(f.asker[5].why,
			 "policy does not allow node.example at "
			 "10.0.0.7:50000; see redirect_allow");
	waits("none.example", 50000, 0);
	resolved(NULL);
	fake_said(&f, "look up none.example;answer 2 denied;");
	ck_assert_str_eq(f.asker[5].why, "none.example: name not found");
	none_is_left();
}
END_TEST

START_TEST(ended_while_its_name_is_looked_up)
{
	fake_init(&f);
	waits("node.example", 50000, 0);
	expect_cancel(&f.table, 1);
	fake_said(&f, "look up node.example;forget;");
	f.has_no_lookup = true;
	fails("node.example", 50000, 0);
	ck_assert_str_eq(f.asker[5].why, "out of memory");
	none_is_left();
}
END_TEST

/* The plugin has detached from the channel before the name is known. */
START_TEST(plugin_gone_while_its_name_is_looked_up)
{
	fake_init(&f);
	waits("node.example", 50000, 0);
	f.parent[5].asker = NULL;
	resolved("10.0.0.7");
	fake_said(&f, "look up node.example;");
	none_is_left();
}
END_TEST

/* ---- reverse ----------------------------------------------------------- */

START_TEST(reverse_to_the_application)
{
	struct adit_addr show;
	struct expectation *e;

	fake_init(&f);
	e = fake_expect(&f, 5, "127.0.0.9", 6000, ADIT_REVERSE);
	ck_assert_int_eq(expect_ask(e, &show), ADIT_OK);
	ck_assert_str_eq(show.host, "10.9.9.9");
	fake_said(&f, "listen 1;accept 1;");
	ck_assert_int_eq(fake_agent(&f, 1, 1), ERR_PROTO);
	ck_assert_int_eq(expect_take(&f.table, 1), 0);
	fake_said(&f, "close 1;");
	fake_fini(&f);
}
END_TEST

START_TEST(reverse_that_is_armed_later)
{
	fake_init(&f);
	ck_assert_int_eq(fake_ask(&f, 5, "127.0.0.9", 6000,
				  ADIT_REVERSE | ADIT_UNARMED),
			 ADIT_OK);
	fake_said(&f, "listen 1;");
	ck_assert(expect_arm(&f.table, 1));
	fake_said(&f, "accept 1;");
	fake_fini(&f);
}
END_TEST

START_TEST(reverse_to_the_agents_machine)
{
	fake_init(&f);
	waits("127.0.0.8", 6000, ADIT_REVERSE);
	fake_said(&f, "post 1 here 127.0.0.8:6000 uses 1;");
	agent_says(1, 1);
	fake_said(&f, "listen 1;accept 1;answer 1 10.9.9.9:5001;");
	agent_says(1, 0); /* it is settled */
	fake_said(&f, "");
	expect_cancel(&f.table, 1);
	fake_said(&f, "withdraw 1;close 1;");
	fake_fini(&f);
}
END_TEST

START_TEST(reverse_to_a_third_machine)
{
	fake_init(&f);
	waits("10.1.1.1", 6000, ADIT_REVERSE);
	agent_says(1, 0);
	fake_said(&f, "post 1 here 10.1.1.1:6000 uses 1;answer 1 denied;");
	f.listen_error = ERR_LIMIT;
	fails("127.0.0.9", 6000, ADIT_REVERSE);
	none_is_left();
}
END_TEST

START_TEST(agent_answers_what_nobody_asked)
{
	fake_init(&f);
	agent_says(9, 40000);
	waits("node.example", 50000, 0);
	ck_assert_int_eq(fake_agent(&f, 1, 40000), ERR_PROTO);
	fake_said(&f, "look up node.example;");
	fake_fini(&f);
}
END_TEST

SUITE("expect/expect_ask", at_a_spare_port, at_any_port,
      the_agent_cannot_listen, nobody_waits, at_real_addresses, denied,
      agent_without_memory, shown_at_the_host_that_was_dialled, name_looked_up,
      name_that_is_not_allowed, ended_while_its_name_is_looked_up,
      plugin_gone_while_its_name_is_looked_up, reverse_to_the_application,
      reverse_that_is_armed_later, reverse_to_the_agents_machine,
      reverse_to_a_third_machine, agent_answers_what_nobody_asked)
