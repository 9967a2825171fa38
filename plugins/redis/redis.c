/* SPDX-License-Identifier: BSD-2-Clause */
/* redis.c - the plugin for Redis, Valkey and their Sentinels: replies that name
 * other servers lead the client to listeners of its own machine. */
#include "inside.h"

#include <stdio.h>
#include <string.h>

static enum adit_verdict redis_message(struct adit_msg *m)
{
	return m->dir == ADIT_TO_SERVER ? redis_request(m) : redis_reply(m);
}

static int redis_check(const void *conf, char *err, size_t errlen)
{
	const struct redis_conf *c = conf;
	const char *bar;

	for (size_t i = 0; c->deny_commands && c->deny_commands[i]; i++) {
		const char *word = c->deny_commands[i];

		bar = strchr(word, '|');
		if (bar && !redis_is_container(&(struct redis_arg){
				   word, (size_t)(bar - word) })) {
			snprintf(err, errlen,
				 "deny_commands: %s: only commands like CONFIG "
				 "or CLUSTER have a second word that can be "
				 "denied",
				 word);
			return -1;
		}
	}
	return 0;
}

static bool redis_flag_is_sound(const bool *flag)
{
	return *(const uint8_t *)flag <= 1;
}

static bool redis_reading_is_sound(const struct redis_reading *r)
{
	return redis_flag_is_sound(&r->line) &&
	       redis_flag_is_sound(&r->apart) && r->kind < DUE_KINDS &&
	       r->confirm <= 15 &&
	       (!r->depth || r->depth <= redis_depth(r->kind));
}

static bool redis_lookup_is_sound(const struct redis_lookup *l)
{
	return l->phase <= LOOKUP_ANSWERED && redis_flag_is_sound(&l->found) &&
	       !l->shown[sizeof l->shown - 1] && !l->host[sizeof l->host - 1];
}

static bool redis_sound(struct adit_channel *ch)
{
	const struct redis_state *st = adit_state(ch);

	return due_is_sound(&st->due) && due_multi_is_sound(&st->multi) &&
	       redis_reading_is_sound(&st->reading) &&
	       redis_lookup_is_sound(&st->lookup) && st->mute <= SKIP_PERHAPS &&
	       st->permit <= PERMIT_GIVEN && st->monitor <= MONITOR_PERHAPS &&
	       (st->fence == DUE_NONE || st->fence == DUE_FENCE ||
		st->fence == DUE_FENCED_RESET) &&
	       st->server <= SERVER_SENTINEL &&
	       redis_flag_is_sound(&st->dropping) &&
	       redis_flag_is_sound(&st->in_multi) &&
	       redis_flag_is_sound(&st->lost) &&
	       redis_flag_is_sound(&st->warned);
}

#define OPT(type, name, preset, help)                                          \
	ADIT_OPT(#name, type, struct redis_conf, name, preset, help)
static const char *const counters[] = { "nodes", "refused", "unreachable",
					NULL };
static const struct adit_option options[] = {
	OPT(ADIT_BOOL, read_only, "no", "only commands that change nothing"),
	OPT(ADIT_LIST, deny_commands, NULL,
	    "not these commands, as FLUSHALL or CONFIG|SET"),
	OPT(ADIT_LIST, redirect_allow, NULL, "hosts that servers may name"),
	OPT(ADIT_MSEC, redirect_lifetime, "1h",
	    "how long a node's listener stays when no connection is left"),
	{ 0 }
};

ADIT_PLUGIN(.name = "redis", .version = "1",
	    .summary = "Redis and Valkey: the nodes of clusters and Sentinels",
	    .can = ADIT_CAN_REWRITE | ADIT_CAN_INJECT | ADIT_CAN_FORWARD |
		   ADIT_CAN_SHARED,
	    .state_version = 2, .state_size = sizeof(struct redis_state),
	    .conf_size = sizeof(struct redis_conf), .options = options,
	    .counters = counters, .max_message = MESSAGE_MAX, .max_expect = 256,
	    .frame = { redis_cut_request, redis_cut_reply },
	    .message = redis_message, .check = redis_check,
	    .sound = redis_sound);
