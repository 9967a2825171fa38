/* SPDX-License-Identifier: BSD-2-Clause */
/* inspection_asks.c - what the plugin of a channel asks of the gateway. */
#include "gateway/inspection.h"

#include "base/log.h"
#include "gateway/expected.h"

static enum adit_result on_expect(void *ctx, const struct adit_expect *want,
				  uint32_t *id, struct adit_addr *show)
{
	struct inspection *ins = ctx;

	return expected_ask(ins, want, id, show);
}

static void on_refused(void *ctx, const struct adit_expect *want,
		       const char *why)
{
	struct inspection *ins = ctx;
	char who[WHO_TEXT];

	if (want)
		log_msg(LOG_INFO, inspection_who(ins, who),
			"%s:%u is not announced: %s", want->targets[0].host,
			want->targets[0].port, why);
	else
		log_msg(LOG_INFO, inspection_who(ins, who), "not announced: %s",
			why);
}

static void on_withdraw(void *ctx, uint32_t id)
{
	struct inspection *ins = ctx;

	expect_cancel(&ins->gc->gs->expects, id);
}

static void on_arm(void *ctx, uint32_t id)
{
	struct inspection *ins = ctx;

	expected_arm(ins->gc->gs, id);
}

static uint64_t on_now(void *ctx)
{
	struct inspection *ins = ctx;

	return shard_now(ins->gc->gs->shard) / 1000;
}

static void on_log(void *ctx, enum adit_level level, const char *text)
{
	static const enum log_level levels[] = {
		[ADIT_ERROR] = LOG_ERROR,
		[ADIT_WARN] = LOG_WARN,
		[ADIT_INFO] = LOG_INFO,
		[ADIT_DEBUG] = LOG_DEBUG,
	};
	struct inspection *ins = ctx;
	char who[WHO_TEXT];

	log_msg(levels[level], inspection_who(ins, who), "%s", text);
}

static void on_audit(void *ctx, const char *key, const char *value)
{
	struct inspection *ins = ctx;

	audit_add(ins->gc, key, value);
}

static void on_event(void *ctx, uint32_t id, const char *text)
{
	struct inspection *ins = ctx;

	audit_event(ins->gc, id, text);
}

static enum adit_result on_outcome(void *ctx, uint32_t id)
{
	return outcome_ask(ctx, id);
}

const struct inspect_ops inspection_ops = {
	.expect = on_expect,
	.refused = on_refused,
	.withdraw = on_withdraw,
	.arm = on_arm,
	.now = on_now,
	.log = on_log,
	.audit = on_audit,
	.event = on_event,
	.outcome = on_outcome,
};
