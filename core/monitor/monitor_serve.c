/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_serve.c - what the worker asks of the monitor: logins, signatures. */
#include "monitor/monitor.h"

#include "base/err.h"
#include "base/log.h"

#include <stdlib.h>
#include <string.h>

static int send_result(struct monitor *m, uint32_t id,
		       const struct msg_auth_result *result)
{
	struct msg msg = { .type = MSG_AUTH_RESULT, .id = id };

	msg.len = pack_msg_auth_result(msg.data, sizeof msg.data, result);
	return worker_side_send(m->worker, &msg);
}

void monitor_serve_auth_done(void *ctx, uint32_t id,
			     const struct msg_auth_result *r)
{
	/* The worker has ended: agents log in again through the next one. */
	if (send_result(ctx, id, r))
		log_msg(LOG_DEBUG, NULL,
			"the worker is not told the result of a login: it has "
			"ended");
}

static void serve_ask(void *ctx, uint32_t id, const struct prompt *q)
{
	struct msg msg = { .type = MSG_AUTH_PROMPT, .id = id };
	struct monitor *m = ctx;

	msg.len = pack_prompt(msg.data, sizeof msg.data, q);
	if (worker_side_send(m->worker, &msg))
		log_msg(LOG_DEBUG, NULL,
			"the worker is not told a question of a login: it has "
			"ended");
}

void monitor_serve_news(void *ctx)
{
	const struct msg msg = { .type = MSG_RIGHTS_AGAIN };
	struct monitor *m = ctx;

	if (worker_side_send(m->worker, &msg))
		log_msg(LOG_DEBUG, NULL,
			"the worker could not be told to check its users "
			"again: it has ended");
}

void monitor_serve_init(struct monitor *m)
{
	m->asker = (struct auth_asker){ .done = monitor_serve_auth_done,
					.ask = serve_ask,
					.ctx = m };
}

int monitor_serve_auth(struct monitor *m, struct msg *msg)
{
	const struct gw_conf *c = m->now.config->conf;
	const struct msg_auth_result no = { .verdict = AUTH_LATER };
	struct msg_auth asked;
	struct auth_try try = { .asker = &m->asker,
				.id = msg->id,
				.timeout_ms = c->server.login_timeout,
				.asked = &asked };
	int r = unpack_msg_auth(&asked, msg->data, msg->len);

	tls_wipe((void *)(uintptr_t)msg->data, msg->len);
	if (r || msg->nfds > 1)
		return ERR_PROTO;
	/* A reload may have taken the gateway away meanwhile. */
	if (asked.gateway >= c->ngateways) {
		tls_wipe(asked.password, sizeof asked.password);
		monitor_serve_auth_done(m, msg->id, &no);
		return 0;
	}
	try.gateway = c->gateways[asked.gateway].name;
	try.users = c->gateways[asked.gateway].users;
	try.conf = m->now.config->conf;
	try.rule = &c->gateways[asked.gateway].auth_rule;
	try.client = m->now.config->gateways[asked.gateway].client;
	try.chain = msg->nfds ? msg->fds[0] : -1;
	msg->nfds = 0; /* it is the login's */
	auth_submit(m->auth, &try);
	return 0;
}

int monitor_serve_auth_answer(struct monitor *m, const struct msg *msg)
{
	struct answer *a = malloc(sizeof *a);
	int r = a ? unpack_answer(a, msg->data, msg->len) : ERR_NOMEM;

	tls_wipe((void *)(uintptr_t)msg->data, msg->len);
	if (!r)
		auth_answered(m->auth, &m->asker, msg->id, a);
	else if (r == ERR_NOMEM)
		auth_leave(m->auth, &m->asker, msg->id);
	if (a)
		tls_wipe(a, sizeof *a);
	free(a);
	return r == ERR_NOMEM ? 0 : r;
}

int monitor_serve_auth_drop(struct monitor *m, const struct msg *msg)
{
	if (msg->len)
		return ERR_PROTO;
	auth_leave(m->auth, &m->asker, msg->id);
	return 0;
}

static void sign(struct monitor *m, const struct msg_sign *asked,
		 struct msg_sign *made)
{
	const struct tls_part what = { asked->bytes, asked->len };
	struct tls_sig sig;

	*made = (struct msg_sign){ .gateway = asked->gateway,
				   .algorithm = asked->algorithm };
	if (asked->gateway >= m->now.config->conf->ngateways ||
	    tls_key_sign(m->now.config->gateways[asked->gateway].key,
			 asked->algorithm, &what, &sig) ||
	    sig.n > sizeof made->bytes) {
		log_msg(LOG_WARN, NULL,
			"the worker is refused a signature: scheme 0x%04x does "
			"not belong to the private key of the gateway",
			(unsigned)asked->algorithm);
		return;
	}
	memcpy(made->bytes, sig.bytes, sig.n);
	made->len = (uint16_t)sig.n;
}

int monitor_serve_sign(struct monitor *m, struct msg *msg)
{
	struct msg_sign asked, made;

	if (msg->type != MSG_SIGN ||
	    unpack_msg_sign(&asked, msg->data, msg->len))
		return ERR_PROTO;
	sign(m, &asked, &made);
	msg->type = MSG_SIGNED;
	msg->len = pack_msg_sign(msg->data, sizeof msg->data, &made);
	return 0;
}
