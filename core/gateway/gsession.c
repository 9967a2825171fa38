/* SPDX-License-Identifier: BSD-2-Clause */
/* gsession.c - a session's life: made at login, attached to tunnels, ended.
 *
 *                   FRESH    UP          DETACHED    LEAVING   OVER
 *   ATTACH          UP (1)   UP (2)      UP (2)      refused   refused
 *   tunnel down              DETACHED                OVER
 *   agent breaks             OVER                    OVER
 *     the protocol
 *   agent's GOAWAY           OVER                    OVER
 *   end (3)         OVER     LEAVING     OVER
 *   gateway gone    OVER     OVER        OVER        OVER
 *   resume_grace                         FRESH
 *   LEAVE_US                                         OVER
 *   handover                 DETACHED                OVER (4)
 *
 * (1) anew: both sides begin their logs at 0, without channels.
 * (2) with its channels; anew where the agent may not know that they are gone.
 * (3) kicked, locked, idle, expired, or the gateway is drained.
 * (4) the front buries it, since it need not be handed over.
 *
 * Where nothing stands, the event does not come or changes nothing.  The idle
 * timeout runs in FRESH and UP: while a session is DETACHED nothing
 * can move. */
#include "gateway/gsession.h"

#include "base/err.h"
#include "base/log.h"
#include "base/wire.h"
#include "gateway/expected.h"
#include "gateway/gchan.h"
#include "gateway/inspection.h"
#include "gateway/limits.h"
#include "gateway/published.h"
#include "net/attach.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LEAVE_US = 3000000 }; /* for a farewell to be taken */

static void gsession_become(struct gsession *gs, enum gsession_state next)
{
	static const char *const name[] = {
		[GSESSION_FRESH] = "fresh",
		[GSESSION_UP] = "up",
		[GSESSION_DETACHED] = "detached",
		[GSESSION_LEAVING] = "leaving",
		[GSESSION_OVER] = "over",
	};
	char who[WHO_TEXT];

	if (gs->state == next)
		return;
	log_msg(LOG_DEBUG, gsession_who(gs, 0, who), "session: %s -> %s",
		name[gs->state], name[next]);
	gs->state = next;
	/* While a session is detached, connections wait for it. */
	if (next != GSESSION_UP && next != GSESSION_DETACHED)
		published_drop(gs);
}

/* ---- ending ----------------------------------------------------------- */

/* The session cannot be found any more, and is freed at the end of the loop's
 * turn. */
static void gsession_finish(struct gsession *gs, unsigned leave,
			    const char *why)
{
	struct shard *shard = gs->shard;

	if (gs->state == GSESSION_OVER)
		return;
	gsession_become(gs, GSESSION_OVER);
	audit_session(gs, "end", why ? why : leave_str(leave));
	map_del(&shard->by_key, session_key(gs->id));
	list_move(&shard->ended, &gs->node);
	shard_tell(shard, gs->id, NEWS_ENDED);
	task_defer(&shard->loop, &shard->reaper);
}

void gsession_bury(struct gsession *gs, unsigned leave)
{
	gsession_finish(gs, leave, NULL);
}

void gsession_end(struct gsession *gs, unsigned leave)
{
	struct goodbye bye = { .leave = (uint16_t)leave };
	uint8_t p[64];
	struct iovec payload = { p, pack_goodbye(p, sizeof p, &bye) };
	struct shard *shard = gs->shard;

	if (gsession_is_ending(gs))
		return;
	if (gs->state != GSESSION_UP ||
	    session_post(gs->session, FRAME_GOAWAY, FLAG_FINAL, NULL,
			 &payload)) {
		gsession_finish(gs, leave, NULL);
		return;
	}
	/* The session cannot be found any more; the agent is still told that
	 * it ends. */
	map_del(&shard->by_key, session_key(gs->id));
	shard_tell(shard, gs->id, NEWS_ENDED);
	gsession_become(gs, GSESSION_LEAVING);
	gs->leave = leave;
	gs->leave_by_us = shard_now(shard) + LEAVE_US;
	tunnel_leave_for_good(&gs->tunnel);
	session_drop_all(gs->session, REASON_ADMIN);
}

void gsession_send_away(struct gsession *gs)
{
	struct goodbye bye = { .leave = LEAVE_SHUTDOWN };
	uint8_t p[64];
	struct iovec payload = { p, pack_goodbye(p, sizeof p, &bye) };

	if (gs->state != GSESSION_UP)
		return;
	/* Without memory for this frame the tunnel ends without it. */
	(void)!session_post(gs->session, FRAME_GOAWAY, 0, NULL, &payload);
	tunnel_leave(&gs->tunnel);
}

void gsession_free(struct gsession *gs)
{
	list_remove(&gs->node);
	tunnel_fini(&gs->tunnel);
	worker_config_unref(gs->tls_config);
	published_drop(gs);
	expected_fini(gs);
	session_free(gs->session);
	audit_rest(gs, true);
	sums_free(gs->sums);
	limits_end(gs);
	name_list_fini(&gs->groups);
	explicit_bzero(gs->secret, sizeof gs->secret);
	free(gs);
}

/* ---- the tunnel ------------------------------------------------------- */

static void gsession_each_inspection(struct gsession *gs,
				     void (*fn)(struct adit_channel *))
{
	struct list *n, *t;

	list_each (n, t, &gs->inspected) {
		struct inspection *ins = list_entry(n, struct inspection, node);

		fn(ins->ch);
		inspection_time(ins);
	}
}

void gsession_detached(struct gsession *gs)
{
	uint64_t now = shard_now(gs->shard);

	if (gs->state != GSESSION_UP)
		return;
	gsession_become(gs, GSESSION_DETACHED);
	gs->busy_us = gs->detached_us = now;
	expect_pause(&gs->expects);
	gsession_each_inspection(gs, inspect_pause);
}

/* `again`: the session goes on with the channels that it had. */
static void gsession_attached(struct gsession *gs, bool again)
{
	uint64_t now = shard_now(gs->shard);

	if (again) {
		gs->resumed++;
		gs->gap_us = now - gs->detached_us;
		session_stood_still(gs->session, gs->gap_us);
		codes_stood_still(gs, gs->gap_us);
	}
	gsession_become(gs, GSESSION_UP);
	expect_resume(&gs->expects);
	gsession_each_inspection(gs, inspect_resume);
}

/* No agent has come back in time: the session keeps nothing to resume. */
static void gsession_forget(struct gsession *gs, const char *why)
{
	gsession_become(gs, GSESSION_FRESH);
	gs->busy_us = shard_now(gs->shard);
	session_set_now(gs->session, gs->busy_us);
	session_forget(gs->session);
	session_reap(gs->session);
	expect_drop_all(&gs->expects);
	audit_session(gs, "forgotten", why);
}

static void gsession_on_down(struct tunnel *t, int err, const char *why)
{
	struct gsession *gs = container_of(t, struct gsession, tunnel);
	char who[WHO_TEXT], line[SUMS_TEXT];

	worker_config_unref(gs->tls_config);
	gs->tls_config = NULL;
	snprintf(line, sizeof line, "the tunnel is down: %s", why);
	if (audit_lets(gs, SUMS_LOG, line))
		log_msg(LOG_INFO, gsession_who(gs, 0, who), "%s", line);
	if (gs->state == GSESSION_LEAVING) {
		gsession_finish(gs, gs->leave, NULL);
	} else if (err == ERR_PROTO) {
		gsession_finish(gs, LEAVE_PROTOCOL, why);
	} else {
		gsession_detached(gs);
		audit_tunnel(gs, "detach", why);
		shard_tell(gs->shard, gs->id, NEWS_DETACHED);
	}
	/* A shard that is drained waits for the last tunnel. */
	task_defer(&gs->shard->loop, &gs->shard->reaper);
}

static const struct tunnel_ops tunnel_ops = { .down = gsession_on_down };

/* Answers an ATTACH with the reason why not, and closes the connection. */
static void gsession_refuse(struct mail_attach *m, unsigned leave)
{
	struct goodbye bye = { .leave = (uint16_t)leave };
	uint8_t p[FRAME_HEADER + 64];
	struct frame f = {
		.command = FRAME_ATTACHED,
		.flags = FLAG_REFUSED,
		.service = SERVICE_FORWARD,
		.protocol = PROTOCOL_TCP,
		.marker = m->marker,
	};
	struct buf *out = tls_output(m->tls);

	f.len = (uint16_t)pack_goodbye(p + FRAME_HEADER, 64, &bye);
	frame_pack(p, &f);
	if (!tls_send(m->tls, p, FRAME_HEADER + (size_t)f.len)) {
		tls_bye(m->tls);
		/* Nothing was sent on this socket for a while: it has room for
		 * these bytes, or the connection is broken. */
		(void)!send(m->fd, buf_ptr(out), buf_len(out),
			    MSG_NOSIGNAL | MSG_DONTWAIT);
	}
	tls_free(m->tls);
	close(m->fd);
	worker_config_unref(m->config);
}

static bool gsession_is_proven(const struct gsession *gs,
			       const struct mail_attach *m)
{
	const struct attach_secret secret = { gs->gateway_name, gs->secret };

	if (m->marker != gs->marker || m->attach.generation <= gs->generation ||
	    m->attach.session != gs->id)
		return false;
	return attach_is_proven(m->tls, &secret, &m->attach);
}

static void gsession_tell_unproven(struct gsession *gs,
				   const struct addr *source)
{
	char who[WHO_TEXT], at[ADDR_TEXT], line[ADDR_TEXT + 60];

	snprintf(line, sizeof line,
		 "a tunnel from %s is refused: its proof is "
		 "wrong",
		 addr_host(source, at));
	if (audit_lets(gs, SUMS_LOG, line))
		log_msg(LOG_WARN, gsession_who(gs, 0, who), "%s", line);
}

/* ATTACHED is the first frame on each connection. */
static int gsession_begin(struct gsession *gs, bool again, uint64_t peer_count)
{
	uint8_t p[8];
	struct iovec count = { p, 0 };
	uint8_t flags = again ? 0 : FLAG_FRESH;
	int ret = session_attach(gs->session, !again, peer_count);

	count.iov_len = pack_u64(p, sizeof p, session_count(gs->session));
	if (!ret)
		ret = session_post(gs->session, FRAME_ATTACHED, flags, NULL,
				   &count);
	return ret ? ret : resources_send(gs);
}

void gsession_attach(struct gsession *gs, struct mail_attach *m)
{
	bool again;

	if (!gs || strcmp(gs->gateway_name, m->gateway)) {
		gsession_refuse(m, LEAVE_UNKNOWN);
		return;
	}
	if (!gsession_is_proven(gs, m)) {
		gsession_tell_unproven(gs, &m->source);
		gsession_refuse(m, LEAVE_PROOF);
		return;
	}
	gs->generation = m->attach.generation;
	gs->expects.agent_shares = m->shares;
	gs->codes.agent_knows = m->codes;
	tunnel_cut(&gs->tunnel);
	/* An agent that has not received FRESH yet still counts the bytes of
	 * the old log. */
	again = gs->state != GSESSION_FRESH && !session_must_begin(gs->session);
	if (again) {
		gsession_detached(gs); /* the old one still looked alive */
	} else {
		gsession_become(gs, GSESSION_FRESH);
		expect_drop_all(&gs->expects);
	}
	worker_config_unref(gs->tls_config);
	gs->tls_config = m->config;
	gs->source = m->source;
	gs->busy_us = shard_now(gs->shard);
	session_set_now(gs->session, gs->busy_us);
	if (gsession_begin(gs, again, m->attach.count)) {
		tls_free(m->tls);
		close(m->fd);
		gsession_finish(gs, LEAVE_PROTOCOL, session_why(gs->session));
		return;
	}
	gsession_attached(gs, again);
	tunnel_up(&gs->tunnel, m->fd, m->tls);
	audit_tunnel(gs, again ? "resume" : "attach", NULL);
	shard_tell(gs->shard, gs->id, NEWS_ATTACHED);
}

/* ---- frames of the agent ---------------------------------------------- */

static int gsession_on_goaway(struct gsession *gs, const struct frame *f,
			      const uint8_t *p)
{
	struct goodbye bye;

	if (unpack_goodbye(&bye, p, f->len))
		return session_fail(gs->session, "malformed GOAWAY");
	if (f->flags & FLAG_FINAL)
		gsession_finish(gs, bye.leave, NULL);
	return 0;
}

static int gsession_on_frame(struct session *s, const struct frame *f,
			     const uint8_t *p, struct chan *about)
{
	struct gsession *gs = session_owner(s);

	(void)about;
	if (f->command == FRAME_GOAWAY)
		return gsession_on_goaway(gs, f, p);
	if (f->command == FRAME_EXPECTED)
		return expected_on_answer(gs, f, p);
	if (f->command == FRAME_PUBLISH)
		return published_on_frame(gs, f, p);
	if (f->command == FRAME_CODE)
		return codes_on_frame(gs, f, p);
	return session_fail(s, "%s from an agent", frame_name(f->command));
}

static void gsession_on_wake(struct session *s)
{
	struct gsession *gs = session_owner(s);

	if (gs->state != GSESSION_OVER)
		tunnel_wake(&gs->tunnel);
}

static const struct session_ops session_ops = {
	.open = gchan_on_open,
	.frame = gsession_on_frame,
	.wake = gsession_on_wake,
	.crowded = limits_crowded,
	.more = limits_more,
	.less = limits_less,
	.turn = limits_turn,
	.spent = limits_spent,
};

/* ---- its beginning ---------------------------------------------------- */

static void gsession_set_up(struct gsession *gs, const struct mail_create *m)
{
	uint64_t now = shard_now(gs->shard);

	gs->id = m->id;
	gs->number = m->number;
	gs->since = m->since;
	gs->marker = m->marker;
	memcpy(gs->secret, m->secret, sizeof gs->secret);
	memcpy(gs->stamp, m->stamp, sizeof gs->stamp);
	gs->codes.proven = m->has_code;
	snprintf(gs->user, sizeof gs->user, "%s", m->user);
	snprintf(gs->gateway_name, sizeof gs->gateway_name, "%s", m->gateway);
	gs->source = m->source;
	gs->busy_us = now;
	if (gs->gateway)
		gs->expires_us = now +
				 (uint64_t)gs->gateway->session_lifetime * 1000;
}

struct gsession *gsession_new(struct shard *shard, const struct mail_create *m)
{
	struct gsession *gs = calloc(1, sizeof *gs);
	struct session_conf conf = { .role = ROLE_GATEWAY,
				     .marker = m->marker };
	int ret = 0;

	if (!gs)
		return NULL;
	conf.budget = &gs->memory;
	gs->shard = shard;
	gs->calls = &gchan_calls;
	gs->gateway = gw_conf_gateway(shard->config->conf, m->gateway);
	if (gs->gateway)
		conf.memory = gs->gateway->session_memory;
	if (m->groups[0])
		ret = opt_parse_list(m->groups, &gs->groups);
	gsession_set_up(gs, m);
	if (!ret)
		ret = limits_begin(gs);
	if (!ret && gs->gateway)
		gs->session = session_new(&conf, &session_ops, gs);
	if (!gs->session || map_put(&shard->by_key, session_key(m->id), gs)) {
		session_free(gs->session);
		limits_end(gs);
		name_list_fini(&gs->groups);
		free(gs);
		return NULL;
	}
	list_init(&gs->node);
	list_append(&shard->sessions, &gs->node);
	tunnel_init(&gs->tunnel, &shard->loop, gs->session, &tunnel_ops);
	list_init(&gs->inspected);
	list_init(&gs->published);
	codes_init(&gs->codes);
	expected_init(gs);
	limits_renew(gs);
	return gs;
}

/* ---- once a second ---------------------------------------------------- */

static void gsession_end_idle_channel(struct chan *c, void *arg)
{
	const uint64_t *before = arg;
	const struct gchan *gc = chan_end(c);

	if (gc && gchan_active_us(gc) < *before)
		chan_reset(c, REASON_IDLE, "idle");
}

static void gsession_check_idle(struct gsession *gs, uint64_t now)
{
	uint64_t limit = (uint64_t)gs->gateway->idle_timeout * 1000;
	uint64_t before = now > limit ? now - limit : 0;

	if (now < gs->idle_check_us)
		return;
	gs->idle_check_us = now + limit / 8;
	session_set_now(gs->session, now);
	session_each(gs->session, gsession_end_idle_channel, &before);
	if (session_channels(gs->session))
		gs->busy_us = now;
	if (gs->busy_us < before)
		gsession_end(gs, LEAVE_IDLE);
}

static bool gsession_is_forlorn(const struct gsession *gs, uint64_t now)
{
	return gs->state == GSESSION_DETACHED &&
	       now - gs->detached_us >=
		       (uint64_t)gs->gateway->resume_grace * 1000;
}

void gsession_check(struct gsession *gs, uint64_t now)
{
	if (gs->state != GSESSION_DETACHED) {
		expect_expire(&gs->expects);
		codes_check(gs, now);
	}
	limits_check(gs, now);
	published_check(gs);
	audit_rest(gs, false);
	if (gsession_is_forlorn(gs, now))
		gsession_forget(gs, "resume_grace is over");
	if (gs->state == GSESSION_LEAVING) {
		if (now >= gs->leave_by_us)
			gsession_finish(gs, gs->leave, NULL);
	} else if (now >= gs->expires_us) {
		gsession_end(gs, LEAVE_EXPIRED);
	} else if (!gs->gateway->keep_alive && gs->state != GSESSION_DETACHED) {
		gsession_check_idle(gs, now);
	}
}

/* ---- a new configuration ---------------------------------------------- */

static void judge_channel(struct chan *c, void *arg)
{
	(void)arg;
	gchan_judge(c);
}

void gsession_judge(struct gsession *gs, bool new_conf)
{
	gs->gateway = gw_conf_gateway(gs->shard->config->conf,
				      gs->gateway_name);
	if (!gs->gateway) {
		/* Channels point into the old configuration, which goes now. */
		session_drop_all(gs->session, REASON_ADMIN);
		session_reap(gs->session);
		gsession_end(gs, LEAVE_SHUTDOWN);
		gsession_finish(gs, LEAVE_SHUTDOWN, NULL);
		return;
	}
	limits_renew(gs);
	session_set_now(gs->session, shard_now(gs->shard));
	published_judge(gs);
	session_each(gs->session, judge_channel, NULL);
	codes_judge(gs);
	session_reap(gs->session);
	if (new_conf && gs->state == GSESSION_UP && resources_send(gs))
		gsession_finish(gs, LEAVE_NONE, "out of memory");
}

static bool same_names(const struct name_list *a, const struct name_list *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!name_list_has(b, a->item[i]))
			return false;
	return true;
}

void gsession_regroup(struct gsession *gs, const char *groups)
{
	struct name_list now = { 0 }, before = gs->groups;
	char who[WHO_TEXT];

	/* Without memory nothing changes: the front asks again with each
	 * tunnel. */
	if (groups[0] && opt_parse_list(groups, &now)) {
		name_list_fini(&now);
		return;
	}
	if (same_names(&now, &before)) {
		name_list_fini(&now);
		return;
	}
	gs->groups = now;
	name_list_fini(&before);
	log_msg(LOG_INFO, gsession_who(gs, 0, who),
		"user %s is in other groups "
		"now: %s",
		gs->user, groups[0] ? groups : "none");
	audit_session(gs, "regrouped", groups);
	if (!gsession_is_ending(gs))
		gsession_judge(gs, true);
}

void gsession_check_address(struct gsession *gs, const struct locals *before)
{
	struct addr own;

	if (!gs->tunnel.up)
		return;
	own = addr_local(gs->tunnel.conn.fd);
	/* An address that was never this machine's (a router translates) is
	 * left alone. */
	if (policy_built_in(&own, &before->list) &&
	    !policy_built_in(&own, &gs->shard->locals->list))
		conn_fail(&gs->tunnel.conn, ERR_SYS,
			  "its address is not this "
			  "machine's any more");
}
