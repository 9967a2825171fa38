/* SPDX-License-Identifier: BSD-2-Clause */
/* recording_events.c - what a recording writes down: what goes in, what
 * comes out, what the plugin asks and hears. */
#include "gateway/recording.h"

#include <stdlib.h>
#include <string.h>

static void recording_set(json_t *o, const char *key, json_t *value)
{
	json_object_set_new(o, key, value);
}

json_t *recording_event(struct recording *r, const char *what)
{
	json_t *e = json_object();

	recording_set(e, "what", json_string(what));
	recording_set(e, "t",
		      json_integer((json_int_t)(shard_now(r->shard) / 1000)));
	if (json_array_append_new(r->events, e))
		return NULL;
	recording_count(r, RECORDING_EVENT);
	return e;
}

/* JSON has no bytes. */
static json_t *recording_hex(const void *data, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *p = data;
	char *text = malloc(2 * n + 1);
	json_t *value;

	if (!text)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		text[2 * i] = digits[p[i] >> 4];
		text[2 * i + 1] = digits[p[i] & 15];
	}
	value = json_stringn(text, 2 * n);
	free(text);
	return value;
}

static json_t *recording_address(const struct adit_addr *a)
{
	return json_sprintf(strchr(a->host, ':') ? "[%s]:%u" : "%s:%u", a->host,
			    (unsigned)a->port);
}

/* ---- the beginning ---------------------------------------------------- */

static bool recording_has_key(const struct gw_pairs *p, const char *key)
{
	for (size_t i = 0; i < p->n; i++)
		if (!strcmp(p->item[i].key, key))
			return true;
	return false;
}

static void recording_add_pairs(json_t *list, const struct gw_pairs *p,
				const struct gw_pairs *over)
{
	for (size_t i = 0; i < p->n; i++)
		if (!over || !recording_has_key(over, p->item[i].key))
			json_array_append_new(
				list, json_pack("[s, s]", p->item[i].key,
						p->item[i].value));
}

static json_t *recording_options(const struct gw_resource *r)
{
	json_t *list = json_array();

	if (r->plugin)
		recording_add_pairs(list, &r->plugin->options, &r->options);
	recording_add_pairs(list, &r->options, NULL);
	return list;
}

void recording_opens(struct recording *r, const struct inspect_info *info)
{
	const struct gw_resource *res = r->ins->gc->resource;
	json_t *e = recording_event(r, "open");

	if (!e)
		return;
	recording_set(e, "resource", json_string(res->name));
	recording_set(e, "plugin", json_string(r->ins->plugin->def.name));
	recording_set(e, "version", json_string(r->ins->plugin->def.version));
	recording_set(e, "conf", recording_options(res));
	recording_set(e, "server", recording_address(&info->server));
	recording_set(e, "local", recording_address(&info->local));
	recording_set(e, "app", recording_address(&info->app));
	recording_set(e, "shown", recording_address(&info->shown));
	recording_set(e, "user", json_string(info->user));
	recording_set(e, "tag", json_integer((json_int_t)info->tag));
	if (info->ngiven)
		recording_set(e, "given",
			      recording_hex(info->given, info->ngiven));
	recording_set(e, "parent", json_boolean(info->parent != NULL));
}

/* ---- what goes in and out --------------------------------------------- */

static void recording_put_input(struct recording *r,
				const struct inspect_trace *t)
{
	json_t *e = recording_event(r, "input");

	r->input = r->ins ? e : NULL;
	if (!e)
		return;
	recording_set(e, "dir", json_integer(t->dir));
	recording_set(e, "data", recording_hex(t->data, t->n));
	if (t->urgent)
		recording_set(e, "urgent", json_integer((json_int_t)t->urgent));
}

/* Only what was taken counts; the rest is offered again. */
static void recording_cut_input(struct recording *r,
				const struct inspect_trace *t)
{
	json_t *e = r->input, *data = json_object_get(e, "data");
	size_t last = json_array_size(r->events) - 1;
	size_t n = MIN(2 * t->n, json_string_length(data));
	char *text = data ? strndup(json_string_value(data), n) : NULL;

	r->input = NULL;
	if (!text)
		return;
	json_string_setn(data, text, n);
	free(text);
	/* The plugin's clock runs, and must run in the transcript as well. */
	if (inspect_has_timer(r->ins->ch))
		recording_set(e, "timer", json_true());
	if (!n && json_array_get(r->events, last) == e)
		json_array_remove(r->events, last);
	else
		recording_count(r, t->n);
}

static void recording_put_output(struct recording *r,
				 const struct inspect_trace *t)
{
	json_t *e = recording_event(r, "output");

	if (!e)
		return;
	recording_set(e, "dir", json_integer(t->dir));
	recording_set(e, "data", recording_hex(t->data, t->n));
	if (t->urgent)
		recording_set(e, "urgent", json_integer((json_int_t)t->urgent));
	recording_count(r, t->n);
}

static void recording_put_end(struct recording *r, const char *what,
			      enum adit_dir dir)
{
	json_t *e = recording_event(r, what);

	if (e)
		recording_set(e, "dir", json_integer(dir));
}

static void recording_set_answer(json_t *e, uint32_t id,
				 enum adit_result result,
				 const struct adit_addr *show)
{
	static const char *const words[] = {
		[ADIT_OK] = "ok",
		[ADIT_WAIT] = "wait",
		[ADIT_DENIED] = "denied",
		[ADIT_FAILED] = "failed",
	};

	if (!e)
		return;
	recording_set(e, "id", json_integer(id));
	recording_set(e, "result", json_string(words[result]));
	if (result == ADIT_OK)
		recording_set(e, "show", recording_address(show));
}

static void recording_put_status(struct recording *r)
{
	static const char *const words[] = {
		[INSPECT_RUN] = "run",
		[INSPECT_DETACHED] = "detached",
		[INSPECT_FINISH] = "finish",
		[INSPECT_RESET] = "reset",
	};
	const struct adit_channel *ch = r->ins->ch;
	json_t *e = recording_event(r, "status");

	if (!e)
		return;
	recording_set(e, "status", json_string(words[inspect_status(ch)]));
	recording_set(e, "reason", json_string(inspect_reason(ch)));
}

static void recording_on_trace(void *ctx, const struct inspect_trace *t)
{
	struct inspection *ins = ctx;
	struct recording *r = ins->recording;

	if (!r)
		return;
	switch (t->what) {
	case TRACE_INPUT:
		recording_put_input(r, t);
		break;
	case TRACE_TAKEN:
		recording_cut_input(r, t);
		break;
	case TRACE_FIN:
		recording_put_end(r, "fin", t->dir);
		break;
	case TRACE_TICK:
		recording_event(r, "tick");
		break;
	case TRACE_OUTPUT:
		recording_put_output(r, t);
		break;
	case TRACE_END:
		recording_put_end(r, "end", t->dir);
		break;
	case TRACE_STATUS:
		recording_put_status(r);
		break;
	case TRACE_ANSWER:
		recording_set_answer(recording_event(r, "answer"), t->id,
				     t->result, t->show);
		break;
	}
}

/* ---- what the plugin asks --------------------------------------------- */

/* The gateway's own answers. */
static const struct inspect_ops *recording_asks(const struct inspection *ins)
{
	return ins->gc->calls->asks;
}

static json_t *recording_targets(const struct adit_expect *want)
{
	json_t *list = json_array();

	for (size_t i = 0; i < want->ntargets; i++)
		json_array_append_new(list,
				      recording_address(&want->targets[i]));
	return list;
}

static enum adit_result recording_on_expect(void *ctx,
					    const struct adit_expect *want,
					    uint32_t *id,
					    struct adit_addr *show)
{
	struct inspection *ins = ctx;
	enum adit_result result = recording_asks(ctx)->expect(ctx, want, id,
							      show);
	json_t *e = ins->recording ? recording_event(ins->recording, "expect") :
				     NULL;

	if (!e)
		return result;
	recording_set(e, "flags", json_integer(want->flags));
	recording_set(e, "uses", json_integer(want->uses));
	recording_set(e, "lifetime", json_integer(want->lifetime_ms));
	recording_set(e, "tag", json_integer((json_int_t)want->tag));
	if (want->ndata)
		recording_set(e, "data",
			      recording_hex(want->data, want->ndata));
	recording_set(e, "targets", recording_targets(want));
	recording_set_answer(e, *id, result, show);
	return result;
}

static void recording_put_id(struct inspection *ins, const char *what,
			     uint32_t id)
{
	json_t *e = ins->recording ? recording_event(ins->recording, what) :
				     NULL;

	if (e)
		recording_set(e, "id", json_integer(id));
}

static void recording_on_withdraw(void *ctx, uint32_t id)
{
	recording_put_id(ctx, "cancel", id);
	recording_asks(ctx)->withdraw(ctx, id);
}

static void recording_on_arm(void *ctx, uint32_t id)
{
	recording_put_id(ctx, "arm", id);
	recording_asks(ctx)->arm(ctx, id);
}

static uint64_t recording_on_now(void *ctx)
{
	return recording_asks(ctx)->now(ctx);
}

static void recording_on_log(void *ctx, enum adit_level level, const char *text)
{
	recording_asks(ctx)->log(ctx, level, text);
}

static void recording_on_audit(void *ctx, const char *key, const char *value)
{
	struct inspection *ins = ctx;
	json_t *e = ins->recording ? recording_event(ins->recording, "audit") :
				     NULL;

	if (e)
		recording_set(e, "text", json_sprintf("%s=\"%s\"", key, value));
	recording_asks(ctx)->audit(ctx, key, value);
}

static void recording_on_event(void *ctx, uint32_t id, const char *text)
{
	struct inspection *ins = ctx;
	json_t *e = ins->recording ? recording_event(ins->recording, "event") :
				     NULL;

	if (e) {
		recording_set(e, "id", json_integer(id));
		recording_set(e, "text", json_string(text + (*text == ' ')));
	}
	recording_asks(ctx)->event(ctx, id, text);
}

static void recording_on_refused(void *ctx, const struct adit_expect *want,
				 const char *why)
{
	recording_asks(ctx)->refused(ctx, want, why);
}

static enum adit_result recording_on_outcome(void *ctx, uint32_t id)
{
	return recording_asks(ctx)->outcome(ctx, id);
}

const struct inspect_ops recording_ops = {
	.expect = recording_on_expect,
	.refused = recording_on_refused,
	.withdraw = recording_on_withdraw,
	.arm = recording_on_arm,
	.now = recording_on_now,
	.log = recording_on_log,
	.audit = recording_on_audit,
	.event = recording_on_event,
	.outcome = recording_on_outcome,
	.trace = recording_on_trace,
};
