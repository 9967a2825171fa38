/* SPDX-License-Identifier: BSD-2-Clause */
/* recording.c - arms a recording, hands it out, ends it. */
#include "gateway/recording.h"

#include "base/log.h"

#include <stdlib.h>
#include <string.h>

static void recording_set(json_t *o, const char *key, json_t *value)
{
	json_object_set_new(o, key, value);
}

/* The channel goes on without it. */
static void recording_finish(struct recording *r)
{
	if (r->ins)
		r->ins->recording = NULL;
	r->ins = NULL;
	r->input = NULL;
	r->done = true;
}

void recording_drop(struct shard *shard)
{
	struct recording *r = shard->recording;

	if (!r)
		return;
	recording_finish(r);
	json_decref(r->events);
	free(r);
	shard->recording = NULL;
}

static bool recording_is_forgotten(const struct recording *r, uint64_t now_us)
{
	return now_us - r->fetched_us >
	       (uint64_t)RECORDING_TIMEOUT_S * 1000000u;
}

void recording_expire(struct shard *shard, uint64_t now_us)
{
	if (shard->recording &&
	    recording_is_forgotten(shard->recording, now_us))
		recording_drop(shard);
}

/* ---- commands --------------------------------------------------------- */

/* NULL: a recording can be armed; else the word of the answer that says why
 * not. */
static const char *recording_obstacle(struct shard *shard,
				      const struct mail_command *m)
{
	const struct gw_resource *r = gw_conf_resource(shard->config->conf,
						       m->resource);

	recording_expire(shard, shard_now(shard));
	if (!r)
		return "unknown";
	if (!r->plugin_name || !worker_config_handler(shard->config, r)->plugin)
		return "plain";
	return shard->recording ? "busy" : NULL;
}

json_t *recording_arm(struct shard *shard, const struct mail_command *m)
{
	const char *why = recording_obstacle(shard, m);
	struct recording *r = why ? NULL : calloc(1, sizeof *r);
	json_t *part = json_object();

	if (r && !(r->events = json_array())) {
		free(r);
		r = NULL;
	}
	if (r) {
		r->shard = shard;
		memcpy(r->resource, m->resource, sizeof r->resource);
		memcpy(r->token, m->token, sizeof r->token);
		r->fetched_us = shard_now(shard);
		shard->recording = r;
	}
	recording_set(part,
		      why ? why :
		      r   ? "armed" :
			    "no_memory",
		      json_integer(1));
	return part;
}

json_t *recording_fetch(struct shard *shard, const struct mail_command *m)
{
	struct recording *r = shard->recording;
	json_t *list = json_array(), *one;

	if (!r || strcmp(r->token, m->token))
		return list;
	one = json_object();
	recording_set(one, "shard", json_integer(shard->index));
	recording_set(one, "state",
		      json_string(r->done ? "done" :
				  r->ins  ? "running" :
					    "armed"));
	json_object_set(one, "events", r->events);
	json_array_append_new(list, one);
	r->fetched_us = shard_now(shard);
	/* Each event is handed out once. */
	json_decref(r->events);
	r->events = json_array();
	if (r->done || !r->events || m->stop)
		recording_drop(shard);
	return list;
}

/* ---- its channel ------------------------------------------------------ */

static bool recording_is_meant(const struct recording *r,
			       const struct inspection *ins)
{
	return r && !r->done && !r->ins &&
	       !recording_is_forgotten(r, shard_now(r->shard)) &&
	       !strcmp(r->resource, ins->gc->resource->name);
}

const struct inspect_ops *recording_begin(struct inspection *ins,
					  const struct inspect_info *info)
{
	const struct gchan *gc = ins->gc;
	struct recording *r = gc->gs->shard->recording;

	if (!recording_is_meant(r, ins))
		return gc->calls->asks;
	/* The audit names everybody whose bytes an administrator could read. */
	log_audit("evt=recording session=%llu channel=%u user=%s resource=%s",
		  (unsigned long long)gc->gs->id, gc->serial, gc->gs->user,
		  gc->resource->name);
	r->ins = ins;
	ins->recording = r;
	recording_opens(r, info);
	return &recording_ops;
}

void recording_closes(struct inspection *ins)
{
	if (ins->recording)
		recording_event(ins->recording, "close");
}

void recording_ends(struct inspection *ins)
{
	if (ins->recording)
		recording_finish(ins->recording);
}

void recording_count(struct recording *r, size_t bytes)
{
	r->bytes += bytes;
	if (r->bytes <= RECORDING_MAX || !r->ins)
		return;
	json_array_append_new(r->events, json_pack("{s:s}", "what", "full"));
	recording_finish(r);
}
