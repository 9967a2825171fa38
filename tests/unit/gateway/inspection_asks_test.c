/* SPDX-License-Identifier: BSD-2-Clause */
/* inspection_asks_test.c - what a plugin asks of the gateway, each call alone. */
#include "gateway/rig_puppet.h"

#include "base/log.h"
#include "expect/expect.h"

#include "suite.h"

#include <string.h>

static struct rig_puppet p;
static struct inspection *ins;
static const struct inspect_ops *const ops = &inspection_ops;

static void begin(void)
{
	rig_puppet_begin(&p, false);
	ins = rig_inspection(&p);
	/* No answer of the agent is needed. */
	ins->asker.real = true;
}

static enum adit_result expect(const char *host, uint16_t port, uint32_t *id)
{
	struct adit_addr to = { .port = port }, show;
	struct adit_expect want = { .size = sizeof want,
				    .targets = &to,
				    .ntargets = 1,
				    .uses = 1,
				    .lifetime_ms = 60000 };

	ck_assert(!adit_addr_parse(&to, host, port));
	return ops->expect(ins, &want, id, &show);
}

START_TEST(it_announces_and_withdraws)
{
	uint32_t id;

	begin();
	ck_assert_int_eq(expect("10.0.0.1", 40, &id), ADIT_OK);
	ck_assert_ptr_nonnull(expect_get(&p.gs->expects, id));
	rig_settle(&p.user, p.gs);
	ck_assert_uint_eq(p.user.side.last.command, FRAME_EXPECT);
	ops->withdraw(ins, id);
	ck_assert_ptr_null(expect_get(&p.gs->expects, id));
	rig_settle(&p.user, p.gs);
	ck_assert_uint_eq(p.user.side.last.command, FRAME_CANCEL);
	ck_assert_int_eq(expect("10.0.0.2", 40, &id), ADIT_DENIED);
	rig_puppet_end(&p);
}
END_TEST

START_TEST(it_arms)
{
	uint32_t id;

	begin();
	ck_assert_int_eq(expect("10.0.0.1", 40, &id), ADIT_OK);
	expect_get(&p.gs->expects, id)->armed = false;
	ops->arm(ins, id);
	ck_assert(expect_get(&p.gs->expects, id)->armed);
	ops->arm(ins, 0); /* nothing of that id: no harm */
	rig_puppet_end(&p);
}
END_TEST

START_TEST(its_clock_is_in_milliseconds)
{
	begin();
	rig.now_us = 5000999;
	ck_assert_uint_eq(ops->now(ins), 5000);
	rig_puppet_end(&p);
}
END_TEST

START_TEST(its_levels_are_those_of_the_log)
{
	static const struct {
		enum adit_level said;
		enum log_level logged;
	} all[] = {
		{ ADIT_ERROR, LOG_ERROR },
		{ ADIT_WARN, LOG_WARN },
		{ ADIT_INFO, LOG_INFO },
		{ ADIT_DEBUG, LOG_DEBUG },
	};

	begin();
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		ops->log(ins, all[i].said, "as %s says");
		ck_assert(rig_said("as %s says\n"));
		ck_assert_int_eq(rig.level, all[i].logged);
		rig_hush();
	}
	rig_puppet_end(&p);
}
END_TEST

START_TEST(its_words_come_into_the_audit)
{
	begin();
	ops->audit(ins, "file", "a b");
	ops->event(ins, 0, " verb=\"get\"");
	ck_assert(rig_said("plugin=puppet verb=\"get\"\n"));
	mem_reset(p.mem);
	rig_settle(&p.user, p.gs);
	ck_assert(rig_said(" file=\"a b\"\n"));
	rig_puppet_end(&p);
}
END_TEST

START_TEST(it_hears_of_outcomes)
{
	begin();
	ck_assert_int_eq(ops->outcome(ins, 5), ADIT_OK);
	expect_outcome_of(&ins->outcomes, 5)->lost = true;
	ck_assert_int_eq(ops->outcome(ins, 5), ADIT_FAILED);
	rig_puppet_end(&p);
}
END_TEST

SUITE("gateway/inspection_asks", it_announces_and_withdraws, it_arms,
      its_clock_is_in_milliseconds, its_levels_are_those_of_the_log,
      its_words_come_into_the_audit, it_hears_of_outcomes)
