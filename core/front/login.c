/* SPDX-License-Identifier: BSD-2-Clause */
/* login.c - the conversation that ends with a session.  Passwords are checked
 * by the monitor; whatever is wrong, the answer is the same. */
#include "front/preauth.h"

#include "base/err.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DELAY_MS = 3000 }; /* of a refusal, at most */

static int send_result(struct preauth *v, uint8_t flags, const uint8_t *p,
		       size_t n)
{
	struct frame f = { .command = FRAME_RESULT,
			   .flags = flags,
			   .len = (uint16_t)n };
	int ret = preauth_send(v, f, p);

	if (!ret)
		preauth_leave(v);
	return ret;
}

void login_refuse_now(struct preauth *v)
{
	struct goodbye bye = { .leave = v->leave, .wait_ms = v->wait_ms };
	uint8_t p[300];

	if (v->too_many)
		snprintf(bye.text, sizeof bye.text,
			 "too many tries with a "
			 "wrong password came before this one, for this user "
			 "or from this address; it was not looked at");
	else if (v->leave == LEAVE_BUSY)
		snprintf(
			bye.text, sizeof bye.text,
			"logins have to wait: "
			"there are many, or the gateway cannot check passwords "
			"now");
	(void)send_result(v, FLAG_REFUSED, p, pack_goodbye(p, sizeof p, &bye));
}

/* Not at once where the monitor says so: guessing gets slow. */
static void refuse(struct preauth *v, unsigned leave, uint32_t wait_ms)
{
	uint32_t delay = MIN(wait_ms, DELAY_MS);

	v->leave = (uint16_t)leave;
	v->wait_ms = wait_ms - delay;
	v->state = VISIT_REFUSING;
	preauth_time(v, delay / 1e3);
}

int login_on_login(struct preauth *v, const struct frame *f, const uint8_t *p)
{
	struct prompt q = { .n = 1, .ask = { { 0, "Password: " } } };
	uint8_t out[64];
	struct frame answer = { .command = FRAME_PROMPT };

	if (v->state != VISIT_START || f->marker ||
	    unpack_login(&v->login, p, f->len))
		return ERR_PROTO;
	v->knows_tries = f->flags & FLAG_TRIES;
	if (v->front->draining) {
		v->leave = LEAVE_SHUTDOWN;
		login_refuse_now(v);
		return 0;
	}
	v->state = VISIT_PROMPTED;
	answer.len = (uint16_t)pack_prompt(out, sizeof out, &q);
	return preauth_send(v, answer, out);
}

/* Another number than that of v->snap, if the configuration changed. */
static int gateway_now(const struct preauth *v)
{
	return worker_config_gateway(v->front->snap, v->gateway->name);
}

static int ask_monitor(struct preauth *v, const struct answer *a)
{
	struct front *f = v->front;
	struct msg m = { .type = MSG_AUTH };
	struct msg_auth auth = { .source = v->source };
	int ret = ERR_INVAL;

	auth.gateway = (uint32_t)gateway_now(v);
	snprintf(auth.user, sizeof auth.user, "%s", v->login.user);
	snprintf(auth.password, sizeof auth.password, "%s", a->text[0]);
	m.len = pack_msg_auth(m.data, sizeof m.data, &auth);
	while (!++f->last_auth || map_get(&f->checking, f->last_auth))
		;
	m.id = f->last_auth;
	if (m.len)
		ret = front_send(f, &m);
	explicit_bzero(&m, sizeof m);
	explicit_bzero(&auth, sizeof auth);
	if (ret || map_put(&f->checking, f->last_auth, v))
		return ret ? ret : ERR_NOMEM;
	v->auth_id = f->last_auth;
	v->state = VISIT_CHECKING;
	return 0;
}

int login_on_answer(struct preauth *v, const struct frame *f, const uint8_t *p)
{
	struct answer *a = calloc(1, sizeof *a);
	int ret = ERR_PROTO;

	if (!a)
		return ERR_NOMEM;
	if (v->state == VISIT_PROMPTED && !f->marker &&
	    !unpack_answer(a, p, f->len) && a->n == 1)
		ret = 0;
	if (!ret && (gateway_now(v) < 0 || ask_monitor(v, a)))
		refuse(v, LEAVE_BUSY, DELAY_MS);
	explicit_bzero(a, sizeof *a);
	free(a);
	return ret;
}

/* ---- a session ---------------------------------------------------------------- */

/* The longest detached one gives way.  False: all are in use. */
static bool make_room(struct preauth *v)
{
	struct front *f = v->front;
	struct entry *oldest;
	struct mail_command *m;

	if (registry_of_user(&f->registry, v->login.user, v->gateway->name,
			     &oldest) < SESSIONS_PER_USER)
		return true;
	m = oldest ? calloc(1, sizeof *m) : NULL;
	if (!m)
		return false;
	m->to = shard_of(f->worker, oldest->session);
	m->command = COMMAND_KICK;
	m->session = oldest->session;
	m->leave = LEAVE_LIMIT;
	registry_remove(&f->registry, oldest);
	mailbox_post(shard_box(m->to), &m->mail, shard_on_command);
	return true;
}

static struct mail_create *new_session(struct preauth *v,
				       const struct msg_auth_result *r)
{
	struct front *f = v->front;
	struct mail_create *m = calloc(1, sizeof *m);
	struct entry *e;
	unsigned index;

	if (!m)
		return NULL;
	m->to = front_pick_shard(f, &index);
	e = registry_add(&f->registry, index);
	if (!e) {
		free(m);
		return NULL;
	}
	e->since_us = loop_now_us(&f->loop);
	snprintf(e->user, sizeof e->user, "%s", v->login.user);
	snprintf(e->gateway, sizeof e->gateway, "%s", v->gateway->name);
	m->id = e->session;
	m->number = e->number;
	m->since = (uint64_t)time(NULL);
	while (!m->marker)
		tls_random(&m->marker, sizeof m->marker);
	tls_random(m->secret, sizeof m->secret);
	m->source = v->source;
	snprintf(m->user, sizeof m->user, "%s", e->user);
	snprintf(m->gateway, sizeof m->gateway, "%s", e->gateway);
	snprintf(m->groups, sizeof m->groups, "%s", r->groups);
	memcpy(m->stamp, r->stamp, sizeof m->stamp);
	memcpy(e->stamp, r->stamp, sizeof e->stamp);
	return m;
}

static void welcome(struct preauth *v, struct mail_create *m)
{
	const struct gw_gateway *g = v->gateway;
	struct profile r = {
		.marker = m->marker,
		.session = m->id,
		.flags = (uint8_t)((g->auto_start ? PROFILE_AUTO_START : 0) |
				   (g->keep_alive ? PROFILE_KEEP_ALIVE : 0)),
		.resume_grace = g->resume_grace / 1000,
		.lifetime = g->session_lifetime / 1000,
	};
	uint8_t p[256];
	size_t n;

	memcpy(r.secret, m->secret, sizeof r.secret);
	snprintf(r.gateway, sizeof r.gateway, "%s", g->name);
	n = pack_profile(p, sizeof p, &r);
	/* First the session, so that it is there when ATTACH comes. */
	mailbox_post(shard_box(m->to), &m->mail, shard_on_create);
	(void)send_result(v, 0, p, n);
	explicit_bzero(p, sizeof p);
	explicit_bzero(&r, sizeof r);
}

/* What a refusal is called, for an agent that may be older than a word. */
static unsigned leave_of(const struct preauth *v, uint8_t verdict)
{
	if (verdict == AUTH_WRONG)
		return LEAVE_DENIED;
	return verdict == AUTH_TRIES && v->knows_tries ? LEAVE_TRIES :
							 LEAVE_BUSY;
}

void preauth_on_auth(struct front *f, uint32_t id,
		     const struct msg_auth_result *r)
{
	struct preauth *v = map_get(&f->checking, id);
	struct mail_create *m = NULL;

	if (!v)
		return;
	map_del(&f->checking, id);
	v->auth_id = 0;
	if (v->conn.err)
		return;
	v->has_paid = r->verdict == AUTH_RIGHT;
	if (r->verdict != AUTH_RIGHT) {
		v->too_many = r->verdict == AUTH_TRIES;
		refuse(v, leave_of(v, r->verdict), r->wait_ms);
		return;
	}
	if (!f->draining && gateway_now(v) >= 0 && make_room(v))
		m = new_session(v, r);
	if (m)
		welcome(v, m);
	else
		refuse(v, f->draining ? LEAVE_SHUTDOWN : LEAVE_LIMIT, 0);
}
