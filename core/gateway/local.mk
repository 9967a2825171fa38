# SPDX-License-Identifier: BSD-2-Clause
# the data side of the worker: shards, sessions, channels
noinst_LIBRARIES += libadit_gateway.a
libadit_gateway_a_SOURCES = \
	core/gateway/audit.c \
	core/gateway/audit_event.c \
	core/gateway/claims.c core/gateway/claims.h \
	core/gateway/codes.c core/gateway/codes.h \
	core/gateway/dial.c core/gateway/dial.h \
	core/gateway/dial_handover.c \
	core/gateway/expected.c core/gateway/expected.h \
	core/gateway/expected_reverse.c \
	core/gateway/gchan.c core/gateway/gchan.h \
	core/gateway/gchan_life.c \
	core/gateway/gsession.c core/gateway/gsession.h \
	core/gateway/gsession_handover.c core/gateway/gsession_handover.h \
	core/gateway/inspection.c core/gateway/inspection.h \
	core/gateway/inspection_asks.c \
	core/gateway/inspection_flow.c \
	core/gateway/inspection_handover.c \
	core/gateway/limits.c core/gateway/limits.h \
	core/gateway/lookup.c core/gateway/lookup.h \
	core/gateway/outcome.c \
	core/gateway/published.c core/gateway/published.h \
	core/gateway/quota.c core/gateway/quota.h \
	core/gateway/rates.c core/gateway/rates.h \
	core/gateway/recording.c core/gateway/recording.h \
	core/gateway/recording_events.c \
	core/gateway/refused.c core/gateway/refused.h \
	core/gateway/resources.c \
	core/gateway/shard.c core/gateway/shard.h \
	core/gateway/shard_drain.c \
	core/gateway/shard_news.c \
	core/gateway/shard_report.c \
	core/gateway/tally.c core/gateway/tally.h \
	core/gateway/sums.c core/gateway/sums.h \
	core/gateway/shard_mail.h \
	core/gateway/worker.h \
	core/gateway/worker_config.c core/gateway/worker_config.h
