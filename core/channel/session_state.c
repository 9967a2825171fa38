/* SPDX-License-Identifier: BSD-2-Clause */
/* session_state.c - what a session knows of itself: the time, its counts, and
 * the failure that ended it. */
#include "channel/chan.h"

#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>

void *session_owner(const struct session *s)
{
	return s->owner;
}

void session_set_now(struct session *s, uint64_t now_us)
{
	if (s->sweep_us == UINT64_MAX)
		s->sweep_us = now_us;
	s->now = now_us;
}

void session_set_rtt(struct session *s, uint32_t rtt_us)
{
	s->rtt_us = rtt_us;
}

void session_set_target(struct session *s, size_t bytes)
{
	s->target = bytes;
}

int session_fail(struct session *s, const char *fmt, ...)
{
	va_list ap;

	if (!s->failed) {
		va_start(ap, fmt);
		vsnprintf(s->why, sizeof s->why, fmt, ap);
		va_end(ap);
	}
	s->failed = true;
	return ERR_PROTO;
}

const char *session_why(const struct session *s)
{
	return s->why;
}

uint64_t session_heard(const struct session *s)
{
	return s->heard;
}

uint32_t session_rtt(const struct session *s)
{
	return s->rtt_us;
}

uint64_t session_ping_age(const struct session *s)
{
	return s->ping_out ? s->now - s->ping_us + 1 : 0;
}

bool session_is_waiting(const struct session *s)
{
	return s->log.sent > s->log.base;
}

bool session_is_attached(const struct session *s)
{
	return s->attached;
}

bool session_must_begin(const struct session *s)
{
	return s->forgotten;
}

uint64_t session_count(const struct session *s)
{
	return s->processed;
}

unsigned session_channels(const struct session *s)
{
	return s->nchans;
}

struct session_stats session_stats(const struct session *s)
{
	return (struct session_stats){
		.sent = s->bytes_out,
		.received = s->bytes_in,
		.resent = s->resent,
		.memory = s->budget.used,
		.limit = s->memory,
	};
}
