/* SPDX-License-Identifier: BSD-2-Clause */
/* session_log.c - how large the session log may become.
 *
 * The log must hold everything that the peer has not acknowledged, or the log
 * limits the throughput.  What is sent in one round trip is enough; the limit
 * is twice that, so that TCP can double its own window meanwhile.  Half of the
 * session's memory is set aside for the log.  Only the part of the limit above
 * LOG_START is charged, to the budget of all sessions. */
#include "channel/chan.h"

enum {
	LOG_START = 1 << 20,
	RESERVE = 65536, /* for control frames */
};

static uint64_t session_log_start(const struct session *s)
{
	return MIN(LOG_START, s->memory / 2);
}

static void session_log_restart(struct session *s)
{
	s->log_epoch_us = s->now;
	s->log_epoch = s->log.base;
}

void session_log_init(struct session *s)
{
	slog_init(&s->log);
	s->log_limit = session_log_start(s);
	session_log_restart(s);
}

static void session_log_shrink(struct session *s)
{
	budget_discharge(s->budget.up, s->log_limit - session_log_start(s));
	s->log_limit = session_log_start(s);
	session_log_restart(s);
}

void session_log_fini(struct session *s)
{
	slog_fini(&s->log);
	s->hurried = 0;
	session_log_shrink(s);
}

void session_log_rest(struct session *s)
{
	slog_rest(&s->log);
	if (!slog_held(&s->log))
		session_log_shrink(s);
}

void session_log_acked(struct session *s)
{
	uint64_t rtt = MAX(s->rtt_us, QUICK_US);
	uint64_t past = s->now - s->log_epoch_us;
	uint64_t want = 2 * (s->log.base - s->log_epoch);

	if (past >= rtt) {
		want = want * rtt / past;
		session_log_restart(s);
	}
	want = MIN(want, s->memory / 2);
	if (want > s->log_limit &&
	    budget_charge(s->budget.up, want - s->log_limit))
		s->log_limit = want;
}

void session_log_arrived(struct session *s)
{
	s->log_limit = MAX(s->log_limit, session_log_start(s));
	budget_force(s->budget.up, s->log_limit - session_log_start(s));
	session_log_restart(s);
}

bool session_log_is_full(const struct session *s, uint64_t n)
{
	return slog_held(&s->log) + n > s->log_limit;
}

size_t session_log_room(const struct session *s)
{
	uint64_t used = slog_held(&s->log) + RESERVE;

	return used < s->log_limit ? (size_t)(s->log_limit - used) : 0;
}
