/* SPDX-License-Identifier: BSD-2-Clause */
/* log.c - how much the session log may hold.
 *
 * It must hold what the peer has not acknowledged yet, or it is the log that limits
 * the flow.  A round trip's worth is enough; twice that lets TCP double its
 * own window meanwhile.  Only what lies above the start is charged, to the
 * process: half of the session's memory is set aside for it. */
#include "channel/chan.h"

enum {
	LOG_START = 1 << 20,
	RESERVE = 65536, /* for control frames */
};

static uint64_t log_start_limit(const struct session *s)
{
	return MIN(LOG_START, s->memory / 2);
}

static void log_restart(struct session *s)
{
	s->log_epoch_us = s->now;
	s->log_epoch = s->log.base;
}

void log_init(struct session *s)
{
	slog_init(&s->log);
	s->log_limit = log_start_limit(s);
	log_restart(s);
}

static void log_shrink(struct session *s)
{
	budget_discharge(s->budget.up, s->log_limit - log_start_limit(s));
	s->log_limit = log_start_limit(s);
	log_restart(s);
}

void log_fini(struct session *s)
{
	slog_fini(&s->log);
	log_shrink(s);
}

void log_rest(struct session *s)
{
	slog_rest(&s->log);
	if (!slog_held(&s->log))
		log_shrink(s);
}

void log_acked(struct session *s)
{
	uint64_t rtt = MAX(s->rtt_us, QUICK_US);
	uint64_t past = s->now - s->log_epoch_us;
	uint64_t want = 2 * (s->log.base - s->log_epoch);

	if (past >= rtt) {
		want = want * rtt / past;
		log_restart(s);
	}
	want = MIN(want, s->memory / 2);
	if (want > s->log_limit &&
	    budget_charge(s->budget.up, want - s->log_limit))
		s->log_limit = want;
}

void log_arrived(struct session *s)
{
	s->log_limit = MAX(s->log_limit, log_start_limit(s));
	budget_force(s->budget.up, s->log_limit - log_start_limit(s));
	log_restart(s);
}

bool log_is_full(const struct session *s, uint64_t n)
{
	return slog_held(&s->log) + n > s->log_limit;
}

size_t log_room(const struct session *s)
{
	uint64_t used = slog_held(&s->log) + RESERVE;

	return used < s->log_limit ? (size_t)(s->log_limit - used) : 0;
}
