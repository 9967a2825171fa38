/* SPDX-License-Identifier: BSD-2-Clause */
/* gsession_model_test.c - random events come to a session, which must be
 * where a small model of it says.  The model knows five states; whatever the
 * session keeps besides is looked at from outside only. */
#include "gateway/rig.h"

#include "base/err.h"
#include "gateway/gsession_handover.h"

#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define S UINT64_C(1000000)

enum {
	LEAVE_S = 3,
	GRACE_S = 100,
	IDLE_S = 300,
	LIFETIME_S = 3600,
	DRAIN_S = 500
};
enum { LIVES = 250, EVENTS = 60 };

#define CONF(name, keep_alive)                                                 \
	"[server]\n"                                                           \
	"[gateway " name "]\nlisten = 127.0.0.1:1\ncertificate = c\n"          \
	"private_key = k\nusers = users\ngroups = all\n"                       \
	"resume_grace = 100s\nidle_timeout = 300s\nsession_lifetime = 1h\n"    \
	"keep_alive = " keep_alive "\n"                                        \
	"[resource echo]\nhost = 127.0.0.1\nport = 7\n"                        \
	"[group all]\nusers = alice\nresources = echo\n"

static const char idles[] = CONF("main", "no"), keeps[] = CONF("main", "yes"),
		  without_gateway[] = CONF("other", "no");

enum state {
	FRESH,    /* nothing to resume: the next tunnel begins anew */
	UP,       /* a tunnel carries it */
	DETACHED, /* no tunnel, and the channels wait */
	LEAVING,  /* the agent is being told that it ends */
	OVER
};

enum event {
	ATTACH,
	ATTACH_OLD,
	PUMP,
	DOWN,
	BROKEN,
	FAREWELL,
	KICK,
	DRAIN,
	DRAIN_FINAL,
	DRAIN_SLOWLY_BY,
	RIGHTS,
	RELOAD,
	GATEWAY_GONE,
	OPEN,
	REST,
	SOON,
	LATER,
	MUCH_LATER,
	NEVENTS
};

/* How often each comes. */
static const unsigned weight[NEVENTS] = {
	[ATTACH] = 30,      [ATTACH_OLD] = 5,      [PUMP] = 30,  [DOWN] = 15,
	[BROKEN] = 1,       [FAREWELL] = 1,        [KICK] = 2,   [DRAIN] = 5,
	[DRAIN_FINAL] = 1,  [DRAIN_SLOWLY_BY] = 1, [RIGHTS] = 4, [RELOAD] = 4,
	[GATEWAY_GONE] = 1, [OPEN] = 15,           [REST] = 4,   [SOON] = 20,
	[LATER] = 12,       [MUCH_LATER] = 1,
};

static struct model {
	enum state state;
	uint64_t detached_us, leave_us, busy_us, idle_us, expires_us, drain_us;
	unsigned attached, detached, ended, drained, resumed;
	bool draining, slowly, keeps; /* keep_alive */
} m;

static uint32_t seed;
static struct rig_user user;
static struct gsession *gs;
static struct mem *mems[EVENTS + 1];
static unsigned nmems;
static bool in_all;
static unsigned visited[OVER][NEVENTS];

static uint32_t draw(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed % n;
}

static enum event next_event(void)
{
	unsigned sum = 0, at;
	int e;

	/* What ends a session comes seldom, and yet in every state. */
	if (!draw(6))
		return (enum event)draw(NEVENTS);
	for (e = 0; e < NEVENTS; e++)
		sum += weight[e];
	at = draw(sum);
	for (e = 0; at >= weight[e]; e++)
		at -= weight[e];
	return (enum event)e;
}

/* ---- what the model says ----------------------------------------------- */

static void is_over(void)
{
	m.ended++;
	m.state = OVER;
}

static void is_ended(void)
{
	if (m.state == LEAVING)
		return;
	if (m.state != UP) {
		is_over();
		return;
	}
	m.ended++;
	m.state = LEAVING;
	m.leave_us = rig.now_us + LEAVE_S * S;
}

static void is_idle(void)
{
	if (m.keeps || m.state == DETACHED || rig.now_us < m.idle_us)
		return;
	m.idle_us = rig.now_us + IDLE_S * S / 8;
	if (m.busy_us < rig.now_us - IDLE_S * S)
		is_ended();
}

static void a_second_is_over(void)
{
	unsigned channels = session_channels(gs->session);

	if (m.state == DETACHED && rig.now_us - m.detached_us >= GRACE_S * S) {
		m.state = FRESH;
		m.busy_us = rig.now_us;
		channels = 0;
	}
	if (m.state == LEAVING) {
		if (rig.now_us >= m.leave_us)
			is_over();
	} else if (rig.now_us >= m.expires_us) {
		is_ended();
	} else {
		is_idle();
	}
	if (m.slowly && m.state != OVER &&
	    (!channels || rig.now_us >= m.drain_us))
		is_ended();
}

static void has_no_tunnel(void)
{
	m.state = DETACHED;
	m.busy_us = m.detached_us = rig.now_us;
}

/* ---- the same, done ---------------------------------------------------- */

static void attach(bool old)
{
	bool known = m.state != LEAVING, again;
	unsigned channels = session_channels(gs->session);

	again = known && m.state != FRESH && !session_must_begin(gs->session);
	rig_attach(&user, old);
	ck_assert_uint_eq(rig.refused, !known ? LEAVE_UNKNOWN :
				       old    ? LEAVE_PROOF :
						0);
	if (rig.refused)
		return;
	session_reap(gs->session);
	ck_assert_uint_eq(session_channels(gs->session), again ? channels : 0);
	m.resumed += again;
	m.attached++;
	m.busy_us = rig.now_us;
	m.state = UP;
}

static void down(int err)
{
	if (m.state != UP && m.state != LEAVING)
		return;
	rig_down(&user, gs, err);
	if (m.state == LEAVING || err == ERR_PROTO) {
		is_over();
		return;
	}
	has_no_tunnel();
	m.detached++;
}

static void farewell(void)
{
	struct goodbye bye = { .leave = LEAVE_NONE };
	uint8_t p[64];
	struct iovec payload = { p, pack_goodbye(p, sizeof p, &bye) };

	if (m.state != UP && m.state != LEAVING)
		return;
	rig_pump(&user, gs);
	ck_assert(!session_post(user.side.s, FRAME_GOAWAY, FLAG_FINAL, NULL,
				&payload));
	rig_pump(&user, gs);
	is_over();
}

static void command(enum command what)
{
	rig_command(&(struct mail_command){
		.command = what,
		.number = user.number,
		.by_us = rig.now_us + DRAIN_S * S,
	});
}

static void kick(void)
{
	command(COMMAND_KICK);
	ck_assert_int_eq(
		json_integer_value(json_object_get(rig.part, "kicked")),
		m.state != LEAVING);
	is_ended();
}

static void drain_slowly(void)
{
	bool idle = !session_channels(gs->session);

	command(COMMAND_DRAIN);
	m.drain_us = rig.now_us + DRAIN_S * S;
	if (m.draining && !m.slowly)
		return;
	m.draining = m.slowly = true;
	if (idle)
		is_ended();
}

static void drain(bool final)
{
	struct mail_drain *d = calloc(1, sizeof *d);

	ck_assert_ptr_nonnull(d);
	d->to = rig.shard;
	d->final = final;
	shard_on_drain(&d->mail);
	m.draining = true;
	m.slowly = false;
	if (final)
		is_ended();
}

static void rights(void)
{
	struct mail_rights *r = calloc(1, sizeof *r);
	bool all = draw(2);

	ck_assert_ptr_nonnull(r);
	r->to = rig.shard;
	r->session = user.id;
	snprintf(r->groups, sizeof r->groups, "%s", all ? "all" : "");
	rig_hush();
	shard_on_rights(&r->mail);
	if (m.state == LEAVING)
		return;
	ck_assert_int_eq(rig_said("is in other groups"), all != in_all);
	in_all = all;
}

static void gateway_gone(void)
{
	rig_reload(without_gateway);
	m.ended += m.state == UP;
	is_over();
}

/* The server is one end of a pair of sockets. */
static void open_channel(void)
{
	struct open o = { .dest = { .host = "127.0.0.1", .port = 7 } };
	struct mem *mem;

	if (m.state != UP || !m.keeps)
		return;
	rig_pump(&user, gs);
	mem = mem_open(&user.side, &o);
	ck_assert_ptr_nonnull(mem);
	mems[nmems++] = mem;
	rig_pump(&user, gs);
	rig_turn();
}

static void rest(void)
{
	if (m.state == LEAVING)
		return;
	gsession_rests(gs);
	m.detached++;
	if (m.state == UP)
		has_no_tunnel();
	m.busy_us = gs->busy_us;
}

static void wait_for(uint64_t seconds)
{
	rig.now_us += seconds * S;
	if (m.state != OVER)
		a_second_is_over();
	ev_invoke(rig.shard->loop.ev, &rig.shard->second, EV_TIMER);
}

static void happen(enum event e)
{
	switch (e) {
	case ATTACH:
	case ATTACH_OLD:
		attach(e == ATTACH_OLD);
		break;
	case PUMP:
		rig_pump(&user, gs);
		break;
	case DOWN:
	case BROKEN:
		down(e == DOWN ? ERR_CLOSED : ERR_PROTO);
		break;
	case FAREWELL:
		farewell();
		break;
	case KICK:
		kick();
		break;
	case DRAIN:
	case DRAIN_FINAL:
		drain(e == DRAIN_FINAL);
		break;
	case DRAIN_SLOWLY_BY:
		drain_slowly();
		break;
	case RIGHTS:
		rights();
		break;
	case RELOAD:
		rig_reload(m.keeps ? keeps : idles);
		break;
	case GATEWAY_GONE:
		gateway_gone();
		break;
	case OPEN:
		open_channel();
		break;
	case REST:
		rest();
		break;
	case SOON:
		wait_for(1 + draw(4));
		break;
	case LATER:
		wait_for(20 + draw(200));
		break;
	case MUCH_LATER:
		wait_for(LIFETIME_S);
		break;
	case NEVENTS:
		break;
	}
}

/* ---- where it is ------------------------------------------------------- */

static void check_report(void)
{
	static const char *const word[] = {
		[FRESH] = "detached",
		[UP] = "connected",
		[DETACHED] = "detached",
		[LEAVING] = "leaving",
	};
	json_t *one;

	command(COMMAND_SESSIONS);
	one = json_array_get(rig.part, 0);
	ck_assert_str_eq(json_string_value(json_object_get(one, "state")),
			 word[m.state]);
	ck_assert_int_eq(json_integer_value(json_object_get(one, "resumed")),
			 m.resumed);
}

static void check(void)
{
	bool tunnel = m.state == UP || m.state == LEAVING;

	if (m.draining && (m.slowly ? m.state == OVER : !tunnel)) {
		m.drained++;
		m.draining = m.slowly = false;
	}
	ck_assert_int_eq(list_is_empty(&rig.shard->sessions), m.state == OVER);
	ck_assert_uint_eq(rig.shard->load, m.state != OVER);
	ck_assert_uint_eq(rig.news[NEWS_ATTACHED], m.attached);
	ck_assert_uint_eq(rig.news[NEWS_DETACHED], m.detached);
	ck_assert_uint_eq(rig.news[NEWS_ENDED], m.ended);
	ck_assert_uint_eq(rig.drained, m.drained);
	ck_assert_ptr_eq(map_get(&rig.shard->by_key, session_key(user.id)),
			 m.state == LEAVING || m.state == OVER ? NULL : gs);
	if (m.state == OVER)
		return;
	ck_assert_int_eq(gs->tunnel.up, tunnel);
	ck_assert_int_eq(session_is_attached(gs->session), tunnel);
	if (m.state == FRESH || m.state == LEAVING)
		ck_assert_uint_eq(session_channels(gs->session), 0);
	check_report();
}

static void live(bool with_channels)
{
	m.keeps = with_channels;
	rig_reload(m.keeps ? keeps : idles);
	gs = rig_login(&user, "alice", "all");
	ck_assert_ptr_nonnull(gs);
	in_all = true;
	m.state = FRESH;
	m.resumed = 0;
	m.busy_us = rig.now_us;
	m.idle_us = 0;
	m.expires_us = rig.now_us + LIFETIME_S * S;
	for (unsigned n = 0; n < EVENTS && m.state != OVER; n++) {
		enum event e = next_event();

		visited[m.state][e]++;
		happen(e);
		rig_turn();
		wait_for(0);
		rig_turn();
		check();
	}
	if (m.state != OVER)
		gateway_gone();
	rig_turn();
	wait_for(0);
	rig_turn();
	check();
	rig_logout(&user);
	while (nmems)
		mem_free(mems[--nmems]);
}

/* Each event has come in each state: else the weights are wrong. */
START_TEST(a_session_is_where_the_model_says)
{
	rig_begin(idles, NULL);
	rig.connect_errno = 0;
	for (uint32_t life = 1; life <= LIVES; life++) {
		seed = life * 2654435761u;
		live(life & 1);
	}
	for (int s = FRESH; s < OVER; s++)
		for (int e = 0; e < NEVENTS; e++)
			ck_assert_msg(visited[s][e],
				      "event %d never came in "
				      "state %d",
				      e, s);
	rig_end();
}
END_TEST

SUITE("gsession_model", a_session_is_where_the_model_says)
