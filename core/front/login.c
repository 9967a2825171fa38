/* SPDX-License-Identifier: BSD-2-Clause */
/* login.c - LOGIN and ANSWER frames: the conversation that ends with a session,
 * or with another password.
 *
 * Passwords are checked by the monitor.  A wrong password, a user who is not
 * there and one who is locked get the same answer. */
#include "front/preauth.h"

#include "base/err.h"
#include "base/log.h"
#include "gateway/quota.h"
#include "policy/limits.h"
#include "tls/tls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { DELAY_MS = 3000 }; /* that a refusal is kept back, at most */
#define LOGIN_TELL_US UINT64_C(60000000) /* between two lines of the log */

static int send_result(struct preauth *pre, uint8_t flags, const uint8_t *p,
		       size_t n)
{
	struct frame f = { .command = FRAME_RESULT,
			   .flags = flags,
			   .len = (uint16_t)n };
	int ret = preauth_send(pre, f, p);

	if (!ret)
		preauth_close(pre);
	return ret;
}

void login_refuse_now(struct preauth *pre)
{
	struct goodbye bye = { .leave = pre->leave, .wait_ms = pre->wait_ms };
	uint8_t p[300];

	if (pre->too_many)
		snprintf(bye.text, sizeof bye.text,
			 "too many tries with a "
			 "wrong password came before this one, for this user "
			 "or from this address; it was not looked at");
	else if (pre->hint[0])
		snprintf(bye.text, sizeof bye.text, "%s", pre->hint);
	else if (pre->leave == LEAVE_BUSY)
		snprintf(
			bye.text, sizeof bye.text,
			"logins have to wait: "
			"there are many, or the gateway cannot check passwords "
			"now");
	(void)send_result(pre, FLAG_REFUSED, p,
			  pack_goodbye(p, sizeof p, &bye));
}

/* The refusal follows after as much of wait_ms as DELAY_MS allows, so that
 * guessing gets slow; the agent is told to wait the rest. */
static void login_refuse(struct preauth *pre, unsigned leave, uint32_t wait_ms)
{
	uint32_t delay = MIN(wait_ms, DELAY_MS);

	pre->leave = (uint16_t)leave;
	pre->wait_ms = wait_ms - delay;
	preauth_become(pre, PREAUTH_REFUSING);
	preauth_set_timeout(pre, delay / 1e3);
}

/* The gateway's number in the configuration in force, which may be another one
 * than that of pre->config; -1: it is not in it. */
static int gateway_now(const struct preauth *pre)
{
	return worker_config_gateway(pre->front->config, pre->gateway->name);
}

/* To the monitor, about the login of pre->auth_id. */
static int tell_monitor(struct preauth *pre, struct msg *m)
{
	int ret;

	m->id = pre->auth_id;
	ret = front_send(pre->front, m);
	explicit_bzero(m, sizeof *m);
	if (!ret)
		preauth_become(pre, PREAUTH_CHECKING);
	return ret;
}

int login_chain(const struct preauth *pre, int *fd)
{
	struct buf chain = { 0 };
	int r = tls_peer_chain(pre->conn.tls, &chain);

	*fd = -1;
	if (!r) {
		*fd = msg_memfd("chain", buf_ptr(&chain), buf_len(&chain));
		r = *fd >= 0 ? 0 : ERR_NOMEM;
	}
	buf_fini(&chain);
	/* One that is too long is none. */
	return r == ERR_NOTFOUND || r == ERR_LIMIT ? 0 : r;
}

/* `a` NULL: no password was asked for. */
static int begin_at_monitor(struct preauth *pre, const struct answer *a)
{
	struct front *f = pre->front;
	struct msg m = { .type = MSG_AUTH };
	struct msg_auth auth = { .source = pre->source,
				 .has_password = a,
				 .change = pre->login.change };
	int r, chain;

	auth.gateway = (uint32_t)gateway_now(pre);
	snprintf(auth.user, sizeof auth.user, "%s", pre->login.user);
	if (a)
		snprintf(auth.password, sizeof auth.password, "%s", a->text[0]);
	m.len = pack_msg_auth(m.data, sizeof m.data, &auth);
	explicit_bzero(&auth, sizeof auth);
	while (!++f->last_auth || map_get(&f->checking, f->last_auth))
		;
	if (!m.len || map_put(&f->checking, f->last_auth, pre)) {
		explicit_bzero(&m, sizeof m);
		return ERR_NOMEM;
	}
	pre->auth_id = f->last_auth;
	r = login_chain(pre, &chain);
	if (chain >= 0)
		m.fds[m.nfds++] = chain;
	if (!r)
		r = tell_monitor(pre, &m);
	explicit_bzero(&m, sizeof m);
	if (chain >= 0)
		close(chain);
	return r;
}

static int answer_monitor(struct preauth *pre, const struct answer *a)
{
	struct msg m = { .type = MSG_AUTH_ANSWER };

	m.len = pack_answer(m.data, sizeof m.data, a);
	return tell_monitor(pre, &m);
}

static int login_ask(struct preauth *pre, const struct prompt *q)
{
	struct frame f = { .command = FRAME_PROMPT };
	uint8_t out[PROMPT_MAX * (TEXT_MAX + 2) + TEXT_MAX + 2];

	preauth_become(pre, PREAUTH_PROMPTED);
	pre->asked = q->n;
	f.len = (uint16_t)pack_prompt(out, sizeof out, q);
	return preauth_send(pre, f, out);
}

static int login_read_login(struct preauth *pre, const struct frame *f,
			    const uint8_t *p)
{
	return f->flags & FLAG_CHANGE ?
		       unpack_login_change(&pre->login, p, f->len) :
		       unpack_login(&pre->login, p, f->len);
}

int login_on_login(struct preauth *pre, const struct frame *f, const uint8_t *p)
{
	static const struct prompt password = {
		.n = 1, .ask = { { 0, "Password: " } }
	};

	if (pre->state != PREAUTH_START || f->marker ||
	    login_read_login(pre, f, p))
		return ERR_PROTO;
	pre->knows_tries = f->flags & FLAG_TRIES;
	if (pre->front->draining) {
		pre->leave = LEAVE_SHUTDOWN;
		login_refuse_now(pre);
		return 0;
	}
	if (auth_rule_has_password(&pre->gateway->auth_rule))
		return login_ask(pre, &password);
	if (gateway_now(pre) < 0 || begin_at_monitor(pre, NULL))
		login_refuse(pre, LEAVE_BUSY, DELAY_MS);
	return 0;
}

/* 0, or the monitor cannot be asked. */
static int pass_answer(struct preauth *pre, const struct answer *a)
{
	if (pre->auth_id)
		return answer_monitor(pre, a);
	return gateway_now(pre) < 0 ? ERR_NOTFOUND : begin_at_monitor(pre, a);
}

int login_on_answer(struct preauth *pre, const struct frame *f,
		    const uint8_t *p)
{
	struct answer *a = calloc(1, sizeof *a);
	int ret = ERR_PROTO;

	if (!a)
		return ERR_NOMEM;
	if (pre->state == PREAUTH_PROMPTED && !f->marker &&
	    !unpack_answer(a, p, f->len) && a->n == pre->asked)
		ret = 0;
	if (!ret && pass_answer(pre, a))
		login_refuse(pre, LEAVE_BUSY, DELAY_MS);
	explicit_bzero(a, sizeof *a);
	free(a);
	return ret;
}

void preauth_on_prompt(struct front *f, uint32_t id, const struct prompt *q)
{
	struct preauth *pre = map_get(&f->checking, id);

	if (pre && pre->state == PREAUTH_CHECKING && !pre->conn.err &&
	    login_ask(pre, q))
		log_msg(LOG_DEBUG, NULL,
			"a question of the login of %s could not be sent",
			pre->login.user);
}

void login_forget(struct preauth *pre)
{
	struct msg m = { .type = MSG_AUTH_DROP, .id = pre->auth_id };

	if (!pre->auth_id)
		return;
	map_del(&pre->front->checking, pre->auth_id);
	/* What is being checked counts, whoever waits for it. */
	if (pre->state == PREAUTH_PROMPTED)
		(void)front_send(pre->front, &m);
	pre->auth_id = 0;
}

/* ---- a session ----------------------------------------------------------- */

/* How many sessions this user may have, in the groups of that login. */
static unsigned login_most(const struct preauth *pre,
			   const struct msg_auth_result *r)
{
	const struct gw_conf *c = pre->front->config->conf;
	struct name_list groups = { 0 };
	struct grant g = { pre->login.user, &groups,
			   gw_conf_gateway(c, pre->gateway->name) };
	struct policy_limits l;

	/* Groups that cannot be read have no limits. */
	if (r->groups[0] && opt_parse_list(r->groups, &groups))
		name_list_fini(&groups);
	policy_limits(c, &g, &l);
	name_list_fini(&groups);
	return (unsigned)l.is[LIMIT_SESSIONS].most;
}

static bool login_end(struct front *f, struct registry_entry *e)
{
	struct mail_command *m = calloc(1, sizeof *m);

	if (!m)
		return false;
	m->to = shard_of(f->worker, e->session);
	m->command = COMMAND_KICK;
	m->session = e->session;
	m->leave = LEAVE_LIMIT;
	registry_remove(&f->registry, e);
	mailbox_post(shard_box(m->to), &m->mail, shard_on_command);
	return true;
}

/* A session that nobody has come back to within resume_grace has no connections
 * any more: its user loses nothing by its end but a login. */
static bool login_is_forgotten(const struct front *f,
			       const struct registry_entry *e,
			       const struct gw_gateway *g)
{
	return e && loop_now_us(&f->loop) - e->since_us >=
			    (uint64_t)g->resume_grace * 1000;
}

/* Where the user has as many sessions as may be, or all users have, the one of
 * this user ends that has had no tunnel for longest; where it is all users',
 * also a forgotten one of another user.  False: there is none. */
static bool login_make_room(struct preauth *pre,
			    const struct msg_auth_result *r, bool is_full,
			    struct registry_entry *of_all)
{
	struct front *f = pre->front;
	const struct gw_gateway *g = gw_conf_gateway(f->config->conf,
						     pre->gateway->name);
	struct registry_entry *oldest;
	bool may = registry_of_user(&f->registry, pre->login.user, g->name,
				    &oldest) < login_most(pre, r);

	if (may && !is_full)
		return true;
	if (may && !oldest && login_is_forgotten(f, of_all, g))
		oldest = of_all;
	return oldest && login_end(f, oldest);
}

/* Whether one more session may be, of all users and of this one; its user and
 * the log are told why not. */
static bool login_may_be(struct preauth *pre, const struct msg_auth_result *r)
{
	struct front *f = pre->front;
	const char *gateway = pre->gateway->name;
	unsigned most = gw_conf_gateway(f->config->conf, gateway)->sessions;
	struct registry_entry *oldest = NULL;
	bool is_full = most && registry_of_gateway(&f->registry, gateway,
						   &oldest) >= most;

	if (login_make_room(pre, r, is_full, oldest))
		return true;
	quotas_note(f->worker->quotas, QUOTA_NEWS_LOGIN);
	if (loop_now_us(&f->loop) < f->crowded_us)
		return false;
	f->crowded_us = loop_now_us(&f->loop) + LOGIN_TELL_US;
	log_msg(LOG_WARN, "login", "user %s is refused at gateway %s: %s",
		pre->login.user, gateway,
		is_full ? "all sessions that its key sessions allows are in "
			  "use, and none was without a tunnel for long enough" :
			  "all sessions that sessions_per_user allows one user "
			  "are connected");
	return false;
}

static struct mail_create *new_session(struct preauth *pre,
				       const struct msg_auth_result *r)
{
	struct front *f = pre->front;
	struct mail_create *m = calloc(1, sizeof *m);
	struct registry_entry *e;
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
	registry_name(&f->registry, e, pre->login.user, pre->gateway->name);
	m->id = e->session;
	m->number = e->number;
	m->since = (uint64_t)time(NULL);
	while (!m->marker)
		tls_random(&m->marker, sizeof m->marker);
	tls_random(m->secret, sizeof m->secret);
	m->source = pre->source;
	snprintf(m->user, sizeof m->user, "%s", e->user);
	snprintf(m->gateway, sizeof m->gateway, "%s", e->gateway);
	snprintf(m->groups, sizeof m->groups, "%s", r->groups);
	memcpy(m->stamp, r->stamp, sizeof m->stamp);
	m->has_code = r->has_code;
	memcpy(e->stamp, r->stamp, sizeof e->stamp);
	return m;
}

static void welcome(struct preauth *pre, struct mail_create *m)
{
	const struct gw_gateway *g = pre->gateway;
	struct profile r = {
		.marker = m->marker,
		.session = m->id,
		.flags = (uint8_t)((g->auto_start ? PROFILE_AUTO_START : 0) |
				   (g->keep_alive ? PROFILE_KEEP_ALIVE : 0) |
				   (g->web ? PROFILE_PAGES : 0)),
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
	(void)send_result(pre, 0, p, n);
	explicit_bzero(p, sizeof p);
	explicit_bzero(&r, sizeof r);
}

/* The session that the agent has named goes on, if it is the user's own; the
 * others of this user were made with the old password, and end. */
static void welcome_password(struct preauth *pre,
			     const struct msg_auth_result *r)
{
	struct goodbye bye = { .leave = LEAVE_NONE };
	unsigned ended = rights_changed(pre->front, &pre->login,
					pre->gateway->name, r->stamp);
	uint8_t p[300];

	if (ended)
		snprintf(bye.text, sizeof bye.text,
			 "other sessions that end, since they were made with "
			 "the old password: %u",
			 ended);
	(void)send_result(pre, FLAG_CHANGED, p,
			  pack_goodbye(p, sizeof p, &bye));
}

/* The LEAVE_* of a refusal; an agent may be older than LEAVE_TRIES. */
static unsigned leave_of(const struct preauth *pre, uint8_t verdict)
{
	if (verdict == AUTH_WRONG)
		return LEAVE_DENIED;
	if (verdict == AUTH_UNCHANGED)
		return LEAVE_CHANGE;
	return verdict == AUTH_TRIES && pre->knows_tries ? LEAVE_TRIES :
							   LEAVE_BUSY;
}

void preauth_on_auth(struct front *f, uint32_t id,
		     const struct msg_auth_result *r)
{
	struct preauth *pre = map_get(&f->checking, id);
	struct mail_create *m = NULL;

	if (!pre)
		return;
	map_del(&f->checking, id);
	pre->auth_id = 0;
	if (pre->conn.err)
		return;
	pre->has_paid = r->verdict == AUTH_RIGHT || r->verdict == AUTH_CHANGED;
	if (r->verdict == AUTH_CHANGED) {
		welcome_password(pre, r);
		return;
	}
	if (r->verdict != AUTH_RIGHT) {
		pre->too_many = r->verdict == AUTH_TRIES;
		memcpy(pre->hint, r->hint, sizeof pre->hint);
		login_refuse(pre, leave_of(pre, r->verdict), r->wait_ms);
		return;
	}
	if (!f->draining && gateway_now(pre) >= 0 && login_may_be(pre, r))
		m = new_session(pre, r);
	if (m)
		welcome(pre, m);
	else
		login_refuse(pre, f->draining ? LEAVE_SHUTDOWN : LEAVE_LIMIT,
			     0);
}
