/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_world.c - plays client, server and gateway in one conversation. */
#include "kit/fuzz_inside.h"

#include <stdlib.h>
#include <string.h>

/* ---- what the channel asks ----------------------------------------------- */

void fuzz_effect(struct fuzz_world *w, const char *what, const char *text)
{
	if (buf_append(&w->effects, what, strlen(what)) ||
	    buf_append(&w->effects, " ", 1) ||
	    buf_append(&w->effects, text, strlen(text)) ||
	    buf_append(&w->effects, "\n", 1))
		w->m.no_memory = true;
}

struct adit_addr fuzz_shown(uint32_t id)
{
	struct adit_addr a;

	(void)!adit_addr_parse(&a, "127.0.0.1", 40000 + id % 20000);
	return a;
}

static enum adit_result world_expect(void *ctx, const struct adit_expect *want,
				     uint32_t *id, struct adit_addr *show)
{
	struct fuzz_world *w = ctx;
	char *text = expect_text(want, NULL);

	fuzz_effect(w, "expect", text ? text : "");
	free(text);
	fuzz_event(&w->m, 1u << 24 | want->flags << 4 | w->mode);
	if (w->mode > 1)
		return w->mode == 2 ? ADIT_DENIED : ADIT_FAILED;
	if (w->mode == 1 && w->nwaiting == FUZZ_WAITING)
		return ADIT_FAILED;
	*id = ++w->last_id;
	*show = fuzz_shown(*id);
	if (w->mode == 0)
		return ADIT_OK;
	w->waiting[w->nwaiting++] = *id;
	return ADIT_WAIT;
}

static void on_id(struct fuzz_world *w, const char *what, uint32_t id)
{
	char number[12];

	if (id > w->last_id)
		fuzz_wrong(&w->m,
			   "the plugin calls adit_%s with an id that "
			   "adit_expect has not returned",
			   what);
	snprintf(number, sizeof(number), "%u", (unsigned)id);
	fuzz_effect(w, what, number);
	fuzz_event(&w->m, 2u << 24 | (uint32_t)*what);
}

static void world_withdraw(void *ctx, uint32_t id)
{
	on_id(ctx, "cancel", id);
}

static void world_arm(void *ctx, uint32_t id)
{
	on_id(ctx, "arm", id);
}

static uint64_t world_now(void *ctx)
{
	return ((struct fuzz_world *)ctx)->now;
}

static void world_log(void *ctx, enum adit_level level, const char *text)
{
	(void)ctx;
	(void)level;
	(void)text;
}

static void world_audit(void *ctx, const char *key, const char *value)
{
	char text[512];

	snprintf(text, sizeof(text), "%s=\"%s\"", key, value);
	fuzz_effect(ctx, "audit", text);
}

static void world_event(void *ctx, uint32_t id, const char *text)
{
	struct fuzz_world *w = ctx;

	if (id > w->last_id)
		fuzz_wrong(&w->m, "the plugin calls adit_event with an id that "
				  "adit_expect has not returned");
	fuzz_effect(ctx, "event", text + (*text == ' '));
}

static enum adit_result world_outcome(void *ctx, uint32_t id)
{
	(void)ctx;
	return id % 2 ? ADIT_OK : ADIT_FAILED;
}

const struct inspect_ops fuzz_ops = {
	.expect = world_expect,
	.withdraw = world_withdraw,
	.arm = world_arm,
	.now = world_now,
	.log = world_log,
	.audit = world_audit,
	.event = world_event,
	.outcome = world_outcome,
};

/* ---- bytes --------------------------------------------------------------- */

static size_t most_output(const struct fuzz_world *w)
{
	/* A rewritten message, and what callbacks of both sides inject. */
	return INSPECT_OUT_HIGH + w->m.spy.def.max_message + INSPECT_MESSAGE +
	       (1u << 20);
}

bool fuzz_drain(struct fuzz_world *w, enum adit_dir d)
{
	struct buf *b = inspect_output(w->ch, d);
	struct fuzz_lane *l = &w->m.lane[d];
	size_t n = buf_len(b);

	if (n > most_output(w) || inspect_urgent(w->ch, d) > n)
		fuzz_wrong(&w->m,
			   "engine: %zu bytes of output wait, or its urgent "
			   "byte is outside of it",
			   n);
	if (buf_append(&l->got, buf_ptr(b), n))
		w->m.no_memory = true;
	buf_take(b, n);
	(void)inspect_consumed(w->ch, d);
	l->ended |= inspect_ended(w->ch, d);
	return n;
}

static bool offer(struct fuzz_world *w, enum adit_dir d)
{
	struct fuzz_lane *l = &w->m.lane[d];
	size_t left = buf_len(&l->in) - l->taken, used = 0;

	if (left)
		used = inspect_feed(
			w->ch, d, buf_ptr(&l->in) + l->taken, left,
			l->urgent > l->taken ? l->urgent - l->taken : 0);
	if (used > left)
		fuzz_wrong(&w->m, "engine: more bytes were taken than offered");
	l->taken += used;
	if (!l->fin || l->told || used < left)
		return used;
	l->told = true;
	inspect_fin(w->ch, d);
	return true;
}

bool fuzz_is_over(const struct fuzz_world *w)
{
	return inspect_status(w->ch) >= INSPECT_FINISH || w->m.no_memory ||
	       w->m.why[0];
}

void fuzz_settle(struct fuzz_world *w)
{
	bool moved;

	do {
		moved = false;
		if (!w->lazy) {
			moved |= fuzz_drain(w, ADIT_TO_SERVER);
			moved |= fuzz_drain(w, ADIT_TO_CLIENT);
		}
		inspect_run(w->ch);
		moved |= offer(w, ADIT_TO_SERVER);
		moved |= offer(w, ADIT_TO_CLIENT);
	} while (moved && !fuzz_is_over(w));
}
