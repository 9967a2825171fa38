/* SPDX-License-Identifier: BSD-2-Clause */
/* uplink_model_test.c - random events at the agent's way to its gateway, and
 * what must be true after each of them.
 *
 * Events are those of a network, a gateway and a user; timers are fired by
 * hand.  The seed stands in the message of a test that fails; ADIT_SEED=N
 * runs it. */
#include "rig.h"

#include "base/err.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "suite.h"

enum { SEEDS = 8, EVENTS = 90, MINUTE_US = 61 * 1000000 };

static char *both[2], nobody[] = "127.0.0.1:1", *real;
static uint64_t random_state;
static unsigned seed;
static char history[4096];

/* What was done since the agent began, as far as invariants ask for it. */
static struct {
	unsigned asked;  /* agent_start: each is answered once */
	unsigned logins; /* at the gateway, before this event */
	bool may_end;    /* the session of now has had a reason to end */
	bool down;       /* agent_down was called */
	struct session *session; /* before this event */
} past;

/* xorshift: the same events on every machine. */
static unsigned any(unsigned n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (unsigned)(random_state % n);
}

/* ---- the agent, seen from inside ------------------------------------- */

static struct agent *agent(void)
{
	return rig.agent;
}

/* How many connections to a gateway are being made or used. */
static unsigned connections(void)
{
	return (unsigned)uplink_dial_is_busy(&agent()->uplink.dial) +
	       (agent()->uplink.login != NULL) + agent()->uplink.tunnel.up;
}

static bool is_armed(const ev_timer *w)
{
	return ev_is_active(w);
}

static bool in(enum agent_state s)
{
	return agent_state(agent()) == s;
}

static bool is_listening(void)
{
	struct list *n, *t;

	list_each (n, t, &agent()->resources)
		if (!list_is_empty(
			    &list_entry(n, struct resource, node)->listeners))
			return true;
	return false;
}

/* ---- what must be true ----------------------------------------------- */

static void must(bool holds, const char *what)
{
	ck_assert_msg(holds, "seed %u: not true that %s, after%s", seed, what,
		      history);
}

/* No event but the named ones may cost a user his session. */
static void check_session(void)
{
	if (past.session && agent()->uplink.session != past.session)
		must(past.may_end || past.down,
		     "a session ends for a reason only");
	if (agent()->uplink.session && agent()->uplink.session != past.session)
		past.may_end = rig.manners.refuse_attach != 0;
	past.session = agent()->uplink.session;
	must(rig.logins <= past.logins + 1, "a login is asked for once");
	if (agent()->uplink.login)
		must(!agent()->uplink.session ||
			     agent()->uplink.at != agent()->uplink.home,
		     "nobody logs in where his session is");
	if (agent()->uplink.session &&
	    session_is_attached(agent()->uplink.session))
		must(agent()->uplink.tunnel.up,
		     "an attached session has a tunnel");
}

static void check_timers(void)
{
	if (is_armed(&agent()->uplink.retry)) {
		must(!connections(), "a try waits while another one runs");
		must(in(AGENT_LOGGING_IN) || in(AGENT_RECONNECTING),
		     "only who is to be connected tries again");
	}
	if (is_armed(&agent()->uplink.timeout))
		must(agent()->uplink.tunnel.up, "a timeout is a tunnel's");
	if (is_armed(&agent()->uplink.silence))
		must(connections(), "silence is of a connection");
	must(is_armed(&agent()->uplink.grace) == (agent()->uplink.down_us != 0),
	     "channels wait as long as the grace runs");
	if (is_armed(&agent()->uplink.grace))
		must(agent()->uplink.session &&
			     !session_is_attached(agent()->uplink.session),
		     "grace is of a session without a tunnel");
	if (is_armed(&agent()->uplink.farewell))
		must(past.down, "only who leaves says farewell");
}

static void check_state(void)
{
	if (in(AGENT_CONNECTED))
		must(agent()->uplink.session != NULL,
		     "who is connected has a session");
	if (in(AGENT_LOGGING_IN) || in(AGENT_RECONNECTING))
		must(connections() || is_armed(&agent()->uplink.retry),
		     "something goes on until there is a tunnel");
	if (in(AGENT_STOPPED))
		must(!is_listening(), "who is stopped does not listen");
	if (in(AGENT_LOGIN) || in(AGENT_DOWN)) {
		must(!connections() && !agent()->uplink.session,
		     "after the end there is no connection");
		must(!is_listening(), "after the end nothing listens");
		must(!is_armed(&agent()->uplink.retry) &&
			     !is_armed(&agent()->uplink.silence) &&
			     !is_armed(&agent()->uplink.timeout),
		     "after the end no timer runs");
	}
	if (in(AGENT_DOWN))
		must(past.down || rig.up.err, "an agent ends for a reason");
}

static void check(void)
{
	must(connections() <= 1, "there is one connection at most");
	check_session();
	check_timers();
	check_state();
	must(rig.up.times <= 1, "adit up is answered once");
	must(rig.start.times <= past.asked, "adit start is answered once");
}

/* ---- events ---------------------------------------------------------- */

static void turns(unsigned n)
{
	while (n--) {
		past.logins = rig.logins;
		past.session = agent()->uplink.session;
		ev_run(rig.loop.ev, EVRUN_ONCE);
		check();
	}
}

static void some_turns(void)
{
	turns(1 + any(8));
}

static void fire_one(void)
{
	ev_timer *all[] = {
		&agent()->uplink.retry,   &agent()->uplink.retry,
		&agent()->uplink.silence, &agent()->uplink.timeout,
		&agent()->uplink.grace,   &agent()->uplink.farewell
	};
	ev_timer *w = all[any(ARRAY_LEN(all))];

	if (!ev_is_active(w))
		return;
	ev_timer_stop(rig.loop.ev, w);
	ev_invoke(rig.loop.ev, w, EV_TIMER);
}

static void user_starts(void)
{
	past.asked++;
	agent_start(agent(), told, &rig.start);
}

static void user_stops(void)
{
	struct told before = rig.stop;

	agent_stop(agent(), told, &rig.stop);
	must(rig.stop.times == before.times + 1, "adit stop is answered");
}

static void user_leaves(void)
{
	if (any(6))
		return;
	past.down = true;
	agent_down(agent());
}

static void network_breaks(void)
{
	if (rig.tunnel)
		rig_hang_up();
}

/* The device of the connection is gone; or another network has come. */
static void network_changes(void)
{
	if (any(2))
		agent()->uplink.way.device = 9999;
	uplink_on_network(&agent()->uplink.network,
			  any(2) ? NETWORK_CAME : NETWORK_CHANGE);
}

static const unsigned words[] = { LEAVE_NONE,   LEAVE_DENIED,  LEAVE_UNKNOWN,
				  LEAVE_KICKED, LEAVE_EXPIRED, LEAVE_SHUTDOWN,
				  LEAVE_BUSY,   LEAVE_RIGHTS,  LEAVE_LIMIT };

static unsigned a_word(void)
{
	return words[any(ARRAY_LEN(words))];
}

static bool gateway_may_talk(void)
{
	return rig.tunnel && !rig.tunnel->conn.err && !rig.tunnel->conn.leaving;
}

static void gateway_says_goodbye(void)
{
	struct goodbye bye = { .leave = (uint16_t)a_word() };
	uint8_t p[300], flags = any(2) ? FLAG_FINAL : 0;

	if (!gateway_may_talk())
		return;
	past.may_end |= flags || !session_is_attached(agent()->uplink.session);
	rig_say(&(struct said){ FRAME_GOAWAY, flags, 0, 0, p,
				pack_goodbye(p, sizeof p, &bye) });
}

static void gateway_talks_nonsense(void)
{
	if (!gateway_may_talk() || any(3))
		return;
	past.may_end = true;
	rig_say(&(struct said){ FRAME_PROMPT, 0, 0, 0, NULL, 0 });
}

/* A kind one is the most likely: something must go on. */
static void gateway_changes_its_manners(void)
{
	struct manners *m = &rig.manners;

	m->mute_login = !any(8);
	m->mute_attach = !any(8);
	m->no_list = !any(8);
	m->refuse_login = any(5) ? 0 : a_word();
	m->refuse_attach = any(5) ? 0 : a_word();
	past.may_end |= m->refuse_attach != 0;
	both[0] = any(4) ? real : nobody;
	both[1] = any(2) ? real : nobody;
}

static void gateway_sends_a_list(void)
{
	struct resource_entry e = rig_entry(any(2) ? "echo" : "notes", 2000);

	if (gateway_may_talk() && agent()->uplink.session &&
	    session_is_attached(agent()->uplink.session))
		rig_list(FLAG_FIRST | FLAG_LAST, &e, 1);
}

/* The session's gateway has been away for longer than a minute. */
static void a_minute_passes(void)
{
	if (!agent()->uplink.lost_us)
		return;
	past.may_end = true;
	agent()->uplink.lost_us -= MINUTE_US;
}

/* Most come and go; what they ask the gateway is not answered. */
static void application_connects(void)
{
	struct addr at;
	int fd;

	if (!is_listening() || !resources_find(agent(), "echo"))
		return;
	at = rig_at("echo");
	fd = tcp_connect(&at, NULL);
	turns(2);
	if (fd >= 0)
		close(fd);
}

static const struct event {
	const char *name;
	void (*happens)(void);
} events[] = {
	{ "turns", some_turns },
	{ "turns", some_turns },
	{ "turns", some_turns },
	{ "a timer", fire_one },
	{ "a timer", fire_one },
	{ "a timer", fire_one },
	{ "start", user_starts },
	{ "start", user_starts },
	{ "stop", user_stops },
	{ "down", user_leaves },
	{ "hang up", network_breaks },
	{ "network", network_changes },
	{ "goodbye", gateway_says_goodbye },
	{ "nonsense", gateway_talks_nonsense },
	{ "manners", gateway_changes_its_manners },
	{ "list", gateway_sends_a_list },
	{ "a minute", a_minute_passes },
	{ "application", application_connects },
};

static void happen(const struct event *e)
{
	size_t n = strlen(history);

	snprintf(history + n, sizeof history - n, ", %s", e->name);
	past.logins = rig.logins;
	past.session = agent()->uplink.session;
	e->happens();
	check();
	turns(1);
}

/* ---- one agent, from start to end ------------------------------------ */

static void begin(void)
{
	random_state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	history[0] = 0;
	memset(&past, 0, sizeof past);
	rig_open();
	ev_timer_set(&rig.tick, .001, .001);
	ev_timer_again(rig.loop.ev, &rig.tick);
	rig.manners.grace = 60;
	rig.manners.profile = any(4) ? PROFILE_AUTO_START : 0;
	real = both[0] = both[1] = rig.conf.gateways.item[0];
	rig.conf.gateways = (struct name_list){ .item = both, .n = 2 };
	rig_begin();
}

/* With a gateway that answers, who is wanted is connected in the end. */
static void come_back(void)
{
	struct list *n, *t;

	rig.manners = (struct manners){ .profile = PROFILE_AUTO_START };
	both[0] = both[1] = real;
	list_each (n, t, &rig.visits)
		conn_fail(&list_entry(n, struct visit, node)->conn, ERR_CLOSED,
			  "the network is gone");
	for (unsigned i = 0; i < 400 && !in(AGENT_CONNECTED) &&
			     !in(AGENT_LOGIN) && !in(AGENT_DOWN);
	     i++) {
		if (in(AGENT_STOPPED))
			user_starts();
		if (is_armed(&agent()->uplink.retry))
			ev_feed_event(rig.loop.ev, &agent()->uplink.retry,
				      EV_TIMER);
		else if (is_armed(&agent()->uplink.timeout) && i % 50 == 49)
			ev_feed_event(rig.loop.ev, &agent()->uplink.timeout,
				      EV_TIMER);
		turns(1);
	}
	must(in(AGENT_CONNECTED) || in(AGENT_LOGIN) || in(AGENT_DOWN),
	     "who is wanted comes back");
}

static void live(void)
{
	unsigned before = rig_fds();

	begin();
	for (unsigned i = 0; i < EVENTS && !in(AGENT_DOWN); i++)
		happen(&events[any(ARRAY_LEN(events))]);
	if (!past.down && !in(AGENT_DOWN))
		come_back();
	agent_down(agent());
	rig_close();
	ck_assert_uint_eq(rig_fds(), before);
}

START_TEST(random_lives)
{
	const char *one = getenv("ADIT_SEED");
	unsigned first = one ? (unsigned)strtoul(one, NULL, 10) : 1;
	unsigned last = one ? first : SEEDS;

	for (seed = first; seed <= last; seed++)
		live();
}
END_TEST

SUITE("uplink_model", random_lives)
