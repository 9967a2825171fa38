/* SPDX-License-Identifier: BSD-2-Clause */
/* shard_hours_test.c - hours of resources while the clock of the calendar is
 * moved by hand. */
#include "gateway/rig.h"

#include "gateway/gchan.h"

#include "suite.h"

#include <string.h>

/* Monday 2026-12-28, UTC. */
enum { NOON = 1798459200, SIX = NOON + 6 * 3600 };

#define HOURS_CONF(more)                                                       \
	"[server]\n"                                                           \
	"[gateway main]\nlisten = 127.0.0.1:1\ncertificate = c\n"              \
	"private_key = k\nusers = users\ngroups = all\n"                       \
	"[resource echo]\nhost = 127.0.0.1\nport = 7\n" more                   \
	"[group all]\nusers = alice\nresources = echo\n"

static const char plain[] = HOURS_CONF("hours = Mon-Fri 08:00-18:00\n");
static const char ends[] = HOURS_CONF("hours = Mon-Fri 08:00-18:00\n"
				      "end_at_close = yes\n");
static const char later[] = HOURS_CONF("hours = Mon-Fri 08:00-22:00\n"
				       "end_at_close = yes\n");
static const char closed[] =
	"outside of its hours: Mon-Fri 08:00-18:00; opens Tue 08:00";

static struct rig_user user;
static struct gsession *gs;

static struct mem *begin(const char *conf)
{
	struct mem *m;

	rig.calendar = 0;
	gs = rig_start(&user, conf, NULL);
	rig.connect_errno = 0;
	rig.calendar = NOON;
	m = rig_open(&user, gs, "127.0.0.1", 7);
	ck_assert(m->opened);
	return m;
}

static void end(struct mem *m)
{
	rig_logout(&user);
	rig_end();
	mem_free(m);
}

/* The shard's own timer, without waiting for it. */
static void a_second_passes(void)
{
	ev_invoke(rig.shard->loop.ev, &rig.shard->second, EV_TIMER);
	rig_settle(&user, gs);
}

static void set_clock(int64_t to)
{
	rig.calendar = to;
	a_second_passes();
}

START_TEST(at_six_nothing_new_begins)
{
	struct mem *m = begin(plain), *late;

	set_clock(SIX - 1);
	late = rig_open(&user, gs, "127.0.0.1", 7);
	ck_assert(late->opened);
	mem_reset(late);
	rig_settle(&user, gs);
	mem_free(late);
	set_clock(SIX);
	ck_assert(!m->closed);
	late = rig_open(&user, gs, "127.0.0.1", 7);
	ck_assert(late->closed && !late->opened);
	ck_assert_uint_eq(late->reason, REASON_DENIED);
	ck_assert_str_eq(late->text, closed);
	ck_assert(rig_said("reason=\"denied: closed\""));
	ck_assert(rig_said("user alice is refused: resource echo is outside of "
			   "its hours: Mon-Fri 08:00-18:00; opens Tue 08:00"));
	end(m);
	mem_free(late);
}
END_TEST

/* What was begun goes on, also over a reload in the evening. */
START_TEST(what_is_open_goes_on)
{
	struct mem *m = begin(plain);

	set_clock(SIX + 7200);
	rig_reload(plain);
	rig_settle(&user, gs);
	ck_assert(!m->closed);
	end(m);
}
END_TEST

START_TEST(at_six_it_ends)
{
	struct mem *m = begin(ends);

	set_clock(SIX - 1);
	ck_assert(!m->closed);
	set_clock(SIX);
	ck_assert(m->closed);
	ck_assert_uint_eq(m->reason, REASON_ADMIN);
	ck_assert_str_eq(m->text, closed);
	end(m);
}
END_TEST

/* The clock is set back, then forward over a whole night. */
START_TEST(time_that_jumps)
{
	struct mem *m = begin(ends), *next;

	set_clock(NOON - 3600);
	ck_assert(!m->closed);
	set_clock(SIX + 100);
	ck_assert(m->closed);
	set_clock(SIX - 100);
	next = rig_open(&user, gs, "127.0.0.1", 7);
	ck_assert(next->opened);
	set_clock(NOON + 86400);
	ck_assert(!next->closed);
	/* It was never seen closed, and it is Saturday now. */
	set_clock(NOON + 5 * 86400);
	ck_assert(next->closed);
	end(m);
	mem_free(next);
}
END_TEST

START_TEST(a_reload_changes_hours)
{
	struct mem *m = begin(later);

	set_clock(SIX + 60);
	ck_assert(!m->closed);
	rig_reload(ends);
	rig_settle(&user, gs);
	ck_assert(m->closed);
	ck_assert_uint_eq(m->reason, REASON_ADMIN);
	ck_assert_str_eq(m->text, closed);
	end(m);
}
END_TEST

SUITE("gateway/shard_hours", at_six_nothing_new_begins, what_is_open_goes_on,
      at_six_it_ends, time_that_jumps, a_reload_changes_hours)
