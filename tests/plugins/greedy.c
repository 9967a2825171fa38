/* SPDX-License-Identifier: BSD-2-Clause */
/* greedy.c - may do nothing, and does what the line says: for tests of what is
 * enforced.  Two of its verdicts, and an option, are none. */
#include <adit/plugin.h>

struct conf {
	uint32_t number;
};

static enum adit_verdict expect(struct adit_msg *m, uint32_t flags)
{
	struct adit_addr at = *adit_server(m->ch), show;
	struct adit_expect want = { .size = sizeof want,
				    .targets = &at,
				    .ntargets = 1,
				    .flags = flags };
	uint32_t id;

	adit_expect(m, &want, &show, &id);
	return ADIT_PASS;
}

static enum adit_verdict count(struct adit_msg *m)
{
	adit_count(m->ch, 7, 1);
	return ADIT_PASS;
}

static enum adit_verdict audit(struct adit_msg *m, const char *key)
{
	adit_audit(m->ch, key, "a \"b\"\nc\033[1m");
	return ADIT_PASS;
}

static enum adit_verdict message(struct adit_msg *m)
{
	if (adit_word(m, "REWRITE"))
		return adit_rewrite(m, "x\n", 2);
	if (adit_word(m, "INJECT"))
		adit_inject(m->ch, ADIT_TO_CLIENT, "x\n", 2);
	if (adit_word(m, "DROP"))
		return ADIT_DROP;
	if (adit_word(m, "FORWARD"))
		return expect(m, 0);
	if (adit_word(m, "REVERSE"))
		return expect(m, ADIT_REVERSE);
	if (adit_word(m, "FLAG"))
		return expect(m, 1U << 20);
	if (adit_word(m, "VERDICT"))
		return (enum adit_verdict)77;
	if (adit_word(m, "COUNT"))
		return count(m);
	if (adit_word(m, "KEY"))
		return audit(m, "No Key");
	if (adit_word(m, "AUDIT"))
		return audit(m, "said");
	if (adit_word(m, "CLOSE"))
		return ADIT_CLOSE;
	return ADIT_PASS;
}

static const struct adit_option options[] = {
	ADIT_OPT("number", ADIT_UINT, struct conf, number, "1", "any number"),
	{ 0 }
};

#ifndef NAME
#define NAME "greedy"
#endif

ADIT_PLUGIN(.name = NAME, .version = "1",
	    .summary = "breaks rules when asked to",
	    .conf_size = sizeof(struct conf), .options = options,
	    .max_message = 256, .frame = { adit_frame_line, adit_frame_line },
	    .message = message);
