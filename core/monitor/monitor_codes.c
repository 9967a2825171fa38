/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_codes.c - one-time codes that users give inside their sessions.
 *
 * The worker is believed nothing: its question bears the stamp of a login, and
 * without a good one nobody's codes are looked at.  From there on a code is
 * what it is in a login: it waits in the same lines of guesses.h, and is good
 * once for whatever it was asked. */
#include "monitor/monitor_codes.h"

#include "base/err.h"
#include "base/log.h"
#include "monitor/attempt.h"
#include "monitor/monitor_pages.h"
#include "monitor/otp_codes.h"
#include "process/msg_code.h"

#include <stdio.h>

enum { AGAIN_MS = 2000 }; /* where nobody can tell now */

static void codes_reply(struct monitor *m, uint32_t id,
			const struct msg_code_is *is)
{
	struct msg msg = { .type = MSG_CODE_IS, .id = id };

	msg.len = pack_msg_code_is(msg.data, sizeof msg.data, is);
	if (worker_side_send(m->worker, &msg))
		log_msg(LOG_DEBUG, NULL,
			"the worker is not told about a one-time code: it has "
			"ended");
}

static void codes_on_done(void *ctx, uint32_t id,
			  const struct msg_auth_result *r)
{
	struct msg_code_is is = {
		.verdict = r->verdict == AUTH_RIGHT ? CODE_RIGHT :
			   r->verdict == AUTH_WRONG ? CODE_WRONG :
						      CODE_LATER,
		.wait_ms = r->wait_ms,
	};

	codes_reply(ctx, id, &is);
}

void monitor_codes_init(struct monitor *m)
{
	m->codes_asker = (struct auth_asker){ .done = codes_on_done, .ctx = m };
}

static void codes_submit(struct monitor *m, uint32_t id,
			 const struct gw_gateway *g, const struct msg_code *c)
{
	static const struct auth_rule rule = { 1, { METHOD_BIT(METHOD_OTP) } };
	struct msg_auth asked = { .source = c->source };
	const struct auth_try try = { .asker = &m->codes_asker,
				      .id = id,
				      .gateway = g->name,
				      .users = g->users,
				      .conf = m->now.config->conf,
				      .rule = &rule,
				      .chain = -1,
				      .asked = &asked,
				      .code = c->code };

	snprintf(asked.user, sizeof asked.user, "%s", c->who.user);
	auth_submit(m->auth, &try);
}

static void codes_decide(struct monitor *m, uint32_t id,
			 const struct msg_code *c)
{
	const struct gw_gateway *g = gw_conf_gateway(m->now.config->conf,
						     c->who.gateway);
	struct msg_code_is is = { .verdict = CODE_LATER, .wait_ms = AGAIN_MS };
	struct msg_rights_are rights;

	monitor_rights_of(m, &c->who, &rights);
	if (g && rights.verdict == RIGHTS_KEPT) {
		if (!method_of(METHOD_OTP) ||
		    !otp_codes_may(g->users, c->who.user))
			is.verdict = CODE_NO_SECRET;
		else
			is.verdict = CODE_READY;
	}
	if (is.verdict == CODE_READY && c->code[0])
		codes_submit(m, id, g, c);
	else
		codes_reply(m, id, &is);
}

int monitor_codes_serve(struct monitor *m, const struct msg *msg)
{
	struct msg_code c;
	int ret = msg->nfds ? ERR_PROTO :
			      unpack_msg_code(&c, msg->data, msg->len);

	tls_wipe((void *)(uintptr_t)msg->data, msg->len);
	if (!ret)
		codes_decide(m, msg->id, &c);
	tls_wipe(&c, sizeof c);
	return ret;
}
