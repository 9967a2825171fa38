/* SPDX-License-Identifier: BSD-2-Clause */
/* check.c - a question to the gateway: whether it would connect. */
#include "agent/check.h"

#include "agent/inside.h"
#include "base/err.h"

#include <stdlib.h>

struct gateway_check {
	struct flow_user user;
	check_fn *fn;
	void *ctx;
};

static void check_on_closed(struct flow *f, struct flow_user *user,
			    unsigned reason, const char *text)
{
	struct gateway_check *k = container_of(user, struct gateway_check,
					       user);

	(void)f;
	k->fn(k->ctx, reason, text);
	free(k);
}

/* A gateway of an earlier version does not know FLAG_CHECK and connects: so
 * it would let the connection through. */
static void check_on_opened(struct flow *f)
{
	chan_reset(f->relay.chan, REASON_GRANTED, NULL);
}

static const struct flow_user_ops check_ops = {
	.opened = check_on_opened,
	.closed = check_on_closed,
};

int check_ask(struct agent *a, uint8_t service, const struct open *open,
	      check_fn *fn, void *ctx)
{
	struct open o = *open;
	struct gateway_check *k;
	struct flow *f;
	int ret;

	if (!a->uplink.session || !session_is_attached(a->uplink.session))
		return ERR_AGAIN;
	k = calloc(1, sizeof *k);
	f = k ? flow_new(a) : NULL;
	if (!f) {
		free(k);
		return ERR_NOMEM;
	}
	k->user.ops = &check_ops;
	k->fn = fn;
	k->ctx = ctx;
	o.check = true;
	ret = flow_open(f, service, &o);
	if (ret)
		free(k);
	else
		f->user = &k->user;
	return ret;
}

const char *check_text(unsigned reason, const char *text)
{
	const char *rule = text ? refusal_rule(text) : NULL;

	return reason == REASON_NO_NAME ?
		       "the gateway finds no address of this name" :
	       reason == REASON_CODE ?
		       "a one-time code is needed first, once in a session; "
		       "adit confirm asks for it" :
	       rule ? rule :
		      reason_str(reason);
}
