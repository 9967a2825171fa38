# SPDX-License-Identifier: BSD-2-Clause
plugin_LTLIBRARIES += plugins/redis/redis.la
plugins_redis_redis_la_SOURCES = plugins/redis/command.c \
	plugins/redis/inside.h plugins/redis/node.c plugins/redis/due.c \
	plugins/redis/due.h plugins/redis/mute.c plugins/redis/patch.c \
	plugins/redis/patch.h plugins/redis/policy.c plugins/redis/push.c \
	plugins/redis/push.h \
	plugins/redis/redis.c plugins/redis/reply.c plugins/redis/request.c \
	plugins/redis/resp.c plugins/redis/resp.h plugins/redis/text.c \
	plugins/redis/unit.c
plugins_redis_redis_la_LDFLAGS = $(plugin_ldflags)
plugins_redis_redis_la_LIBADD =
dist_noinst_DATA += plugins/redis/README.md
