/* SPDX-License-Identifier: BSD-2-Clause */
/* mute.c - CLIENT REPLY: which commands the server does not answer.
 *
 * Redis may refuse CLIENT REPLY OFF (by an ACL, before a login, to a client of
 * RESP2 that is subscribed), and nothing that it sends would tell.  So the
 * plugin asks by a CLIENT REPLY ON of its own, which the same rules refuse and
 * which changes nothing; an error of it is the client's answer. */
#include "inside.h"

#define REPLY_ON "*3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$2\r\nON\r\n"
#define REPLY_OFF "*3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$3\r\nOFF\r\n"
#define REPLY_SKIP "*3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$4\r\nSKIP\r\n"

bool redis_is_reply(const struct redis_command *c, const char *word)
{
	return c->argc == 3 && redis_arg_is(c, 0, "CLIENT") &&
	       redis_arg_is(c, 1, "REPLY") && redis_arg_is(c, 2, word);
}

bool redis_may_ask_mute(const struct redis_state *st,
			const struct redis_command *c)
{
	return st->mute == HEARD && !st->lost && !st->in_multi &&
	       st->permit != PERMIT_GIVEN &&
	       (redis_is_reply(c, "OFF") || redis_is_reply(c, "SKIP"));
}

enum adit_verdict redis_ask_mute(struct adit_msg *m,
				 const struct redis_command *c)
{
	struct redis_state *st = adit_state(m->ch);

	if (due_is_full(&st->due) || !due_add(&st->due, DUE_PERMIT, 1))
		return ADIT_HOLD;
	st->permit = redis_is_reply(c, "OFF") ? PERMIT_ASKED_OFF :
						PERMIT_ASKED_SKIP;
	return adit_inject(m->ch, ADIT_TO_SERVER, REPLY_ON,
			   sizeof REPLY_ON - 1) ?
		       ADIT_CLOSE :
		       ADIT_DROP;
}

/* "+OK": now the client's own command follows.  Anything else is its answer. */
enum adit_verdict redis_mute_answer(struct adit_msg *m)
{
	struct redis_state *st = adit_state(m->ch);
	bool off = st->permit == PERMIT_ASKED_OFF;
	bool given = m->len > 3 && m->data[0] == '+' && m->data[1] == 'O' &&
		     m->data[2] == 'K';

	st->permit = given ? PERMIT_GIVEN : PERMIT_UNKNOWN;
	if (!given)
		return ADIT_PASS;
	st->mute = off ? SKIP_ALL : SKIP_NEXT;
	/* It fails where the client has ended, and then it has no effect. */
	st->lost |= adit_injectf(m->ch, ADIT_TO_SERVER, "%s",
				 off ? REPLY_OFF : REPLY_SKIP) != 0;
	return ADIT_DROP;
}

bool redis_unsettle(struct redis_state *st)
{
	/* It is not known yet what there is to be unsettled. */
	if (!st->lost && due_has(&st->due, DUE_MONITOR))
		return false;
	if (st->permit == PERMIT_GIVEN)
		st->permit = PERMIT_UNKNOWN;
	if (st->monitor == MONITOR_ON)
		st->monitor = MONITOR_PERHAPS;
	if (st->mute == SKIP_ALL)
		st->mute = SKIP_PERHAPS;
	return true;
}

enum adit_verdict redis_fence(struct adit_msg *m)
{
	struct redis_state *st = adit_state(m->ch);
	uint8_t kind = st->fence;

	st->fence = DUE_NONE;
	if (kind == DUE_NONE || st->lost)
		return ADIT_PASS;
	if (due_is_full(&st->due) || !due_add(&st->due, kind, 1))
		return ADIT_HOLD;
	return adit_inject(m->ch, ADIT_TO_SERVER, REPLY_ON,
			   sizeof REPLY_ON - 1) ?
		       ADIT_CLOSE :
		       ADIT_PASS;
}
