/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_run.c - one conversation, as it is cut and byte by byte. */
#include "kit/fuzz.h"
#include "kit/fuzz_inside.h"
#include "plugin/conf.h"
#include "plugin/expect.h"

#include <stdlib.h>
#include <string.h>

enum { WAITING = 64 };

struct world {
	struct fuzz_model m;
	struct adit_channel *ch;
	uint64_t now;
	unsigned mode;                  /* what requests hear */
	bool bytewise, lazy, paused;
	uint32_t last_id;
	uint32_t waiting[WAITING];
	unsigned nwaiting;
	uint64_t effects;               /* a digest of all that it did */
};

/* ---- what the channel asks ------------------------------------------------------- */

/* FNV: order matters. */
static void digest(struct world *w, const void *p, size_t n)
{
	const uint8_t *b = p;

	for (size_t i = 0; i < n; i++)
		w->effects = (w->effects ^ b[i]) * 0x100000001b3u;
}

static void digest_text(struct world *w, const char *what, const char *text)
{
	digest(w, what, strlen(what) + 1);
	digest(w, text, strlen(text) + 1);
}

static struct adit_addr shown(uint32_t id)
{
	struct adit_addr a;

	(void)!adit_addr_parse(&a, "127.0.0.1", 40000 + id % 20000);
	return a;
}

static enum adit_result on_expect(void *ctx, const struct adit_expect *want,
				  uint32_t *id, struct adit_addr *show)
{
	struct world *w = ctx;
	char *text = expect_text(want, NULL);

	digest_text(w, "expect", text ? text : "");
	free(text);
	fuzz_event(&w->m, 1u << 24 | want->flags << 4 | w->mode);
	if (w->mode > 1)
		return w->mode == 2 ? ADIT_DENIED : ADIT_FAILED;
	if (w->mode == 1 && w->nwaiting == WAITING)
		return ADIT_FAILED;
	*id = ++w->last_id;
	*show = shown(*id);
	if (w->mode == 0)
		return ADIT_OK;
	w->waiting[w->nwaiting++] = *id;
	return ADIT_WAIT;
}

static void on_id(struct world *w, const char *what, uint32_t id)
{
	if (id > w->last_id)
		fuzz_wrong(&w->m, "%s of an expectation that it never got", what);
	digest(w, &id, sizeof(id));
	fuzz_event(&w->m, 2u << 24 | (uint32_t)*what);
}

static void on_withdraw(void *ctx, uint32_t id)
{
	on_id(ctx, "cancel", id);
}

static void on_arm(void *ctx, uint32_t id)
{
	on_id(ctx, "arm", id);
}

static uint64_t on_now(void *ctx)
{
	return ((struct world *)ctx)->now;
}

static void on_log(void *ctx, enum adit_level level, const char *text)
{
	(void)ctx;
	(void)level;
	(void)text;
}

static void on_audit(void *ctx, const char *key, const char *value)
{
	digest_text(ctx, key, value);
}

static void on_event(void *ctx, uint32_t id, const char *text)
{
	struct world *w = ctx;

	if (id > w->last_id)
		fuzz_wrong(&w->m, "an event of an expectation that it never got");
	digest_text(ctx, "event", text);
}

static const struct inspect_ops ops = {
	.expect = on_expect, .withdraw = on_withdraw, .arm = on_arm,
	.now = on_now, .log = on_log, .audit = on_audit, .event = on_event,
};

/* ---- bytes --------------------------------------------------------------------------- */

static size_t most_output(const struct world *w)
{
	/* A message's rewrite, and what each side's callback injects. */
	return INSPECT_OUT_HIGH + w->m.spy.def.max_message + INSPECT_MESSAGE
		+ (1u << 20);
}

static bool drain(struct world *w, enum adit_dir d)
{
	struct buf *b = inspect_output(w->ch, d);
	struct fuzz_lane *l = &w->m.lane[d];
	size_t n = buf_len(b);

	if (n > most_output(w) || inspect_urgent(w->ch, d) > n)
		fuzz_wrong(&w->m, "engine: %zu bytes wait, or an urgent byte "
			   "stands outside", n);
	if (buf_append(&l->got, buf_ptr(b), n))
		w->m.no_memory = true;
	buf_take(b, n);
	(void)inspect_consumed(w->ch, d);
	l->ended |= inspect_ended(w->ch, d);
	return n;
}

static bool offer(struct world *w, enum adit_dir d)
{
	struct fuzz_lane *l = &w->m.lane[d];
	size_t left = buf_len(&l->in) - l->taken, used = 0;

	if (left)
		used = inspect_feed(w->ch, d, buf_ptr(&l->in) + l->taken, left,
				    l->urgent > l->taken ? l->urgent - l->taken
				    : 0);
	if (used > left)
		fuzz_wrong(&w->m, "engine: more was taken than was said");
	l->taken += used;
	if (!l->fin || l->told || used < left)
		return used;
	l->told = true;
	inspect_fin(w->ch, d);
	return true;
}

static bool is_over(const struct world *w)
{
	return inspect_status(w->ch) >= INSPECT_FINISH || w->m.no_memory
		|| w->m.why[0];
}

static void settle(struct world *w)
{
	bool moved;

	do {
		moved = false;
		if (!w->lazy) {
			moved |= drain(w, ADIT_TO_SERVER);
			moved |= drain(w, ADIT_TO_CLIENT);
		}
		inspect_run(w->ch);
		moved |= offer(w, ADIT_TO_SERVER);
		moved |= offer(w, ADIT_TO_CLIENT);
	} while (moved && !is_over(w));
}

/* ---- steps ------------------------------------------------------------------------- */

static void input_urgent(struct world *w, enum adit_dir d, const uint8_t *byte)
{
	struct fuzz_lane *l = &w->m.lane[d];
	bool apart = w->m.def->flags & ADIT_URGENT_APART && !l->blind;

	if (!apart) {
		if (buf_append(&l->in, byte, 1))
			w->m.no_memory = true;
		l->urgent = buf_len(&l->in);
		settle(w);
		return;
	}
	/* It goes round the plugin as soon as all before it was taken; where
	 * that is not so yet, it is not said. */
	if (l->taken < buf_len(&l->in) || w->lazy)
		return;
	fuzz_model_apart(&w->m, d, byte);
	if (inspect_feed(w->ch, d, byte, 1, 1) != 1)
		fuzz_wrong(&w->m, "engine: an urgent byte apart was not taken");
	settle(w);
}

static void input(struct world *w, const struct fuzz_step *s, bool urgent)
{
	struct fuzz_lane *l = &w->m.lane[s->op & 1];
	size_t piece, n = s->n - urgent;

	if (l->fin || !s->n)
		return;
	for (size_t at = 0; at < n && !is_over(w); at += piece) {
		/* Long texts in growing pieces: single bytes would take the
		 * square of their length. */
		piece = w->bytewise ? MIN(1 + at / 32, n - at) : n;
		if (buf_append(&l->in, s->data + at, piece))
			w->m.no_memory = true;
		settle(w);
	}
	if (urgent && !is_over(w))
		input_urgent(w, s->op & 1, s->data + n);
}

static void answer(struct world *w, unsigned arg)
{
	static const enum adit_result results[] = { ADIT_OK, ADIT_OK,
						    ADIT_DENIED, ADIT_FAILED };
	struct adit_addr show;
	uint32_t id;

	if (!w->nwaiting)
		return;
	id = w->waiting[0];
	show = shown(id);
	memmove(w->waiting, w->waiting + 1, --w->nwaiting * sizeof(id));
	inspect_answer(w->ch, id, results[arg % 4], &show);
}

static void pass_time(struct world *w, unsigned ms)
{
	uint64_t end = w->now + ms, due;

	/* Timers that set themselves again have an end as well. */
	for (unsigned i = 0; i < 1000 && !is_over(w); i++) {
		due = inspect_deadline(w->ch);
		if (due > end)
			break;
		w->now = MAX(w->now, due);
		inspect_tick(w->ch);
		settle(w);
	}
	w->now = end;
}

static void toggle_pause(struct world *w)
{
	w->paused = !w->paused;
	if (w->paused)
		inspect_pause(w->ch);
	else
		inspect_resume(w->ch);
}

static void do_step(struct world *w, const struct fuzz_step *s, bool urgent)
{
	switch (s->op) {
	case FUZZ_CLIENT:
	case FUZZ_SERVER: input(w, s, urgent); break;
	case FUZZ_FIN:    w->m.lane[s->arg & 1].fin = true; break;
	case FUZZ_ANSWER: answer(w, s->arg); break;
	case FUZZ_TIME:   pass_time(w, s->arg ? s->arg * 500 : 100); break;
	case FUZZ_MODE:   w->mode = s->arg % 4; break;
	case FUZZ_OTHER:
		if (s->arg & 1)
			toggle_pause(w);
		break;
	case FUZZ_URGENT: break;
	}
	settle(w);
}

static void converse(struct world *w, const uint8_t *p, size_t n)
{
	struct fuzz_step s;
	bool urgent = false, slow = false;

	inspect_start(w->ch);
	settle(w);
	while (!is_over(w) && fuzz_step_take(&p, &n, &s)) {
		w->lazy = slow;
		do_step(w, &s, urgent);
		urgent = s.op == FUZZ_URGENT;
		slow = s.op == FUZZ_OTHER && !(s.arg & 1);
	}
	w->lazy = false;
	settle(w);
	drain(w, ADIT_TO_SERVER);
	drain(w, ADIT_TO_CLIENT);
}

/* Rules that a plugin broke have its name behind this word. */
static void check_reason(struct world *w)
{
	const char *reason = inspect_reason(w->ch);

	if (inspect_status(w->ch) == INSPECT_RESET
	    && !strncmp(reason, "plugin ", 7))
		fuzz_wrong(&w->m, "%s", reason);
}

static bool run_once(struct world *w, const struct fuzz_setting *s,
		     const uint8_t *p, size_t n)
{
	struct inspect_info info = *s->info;
	enum inspect_status status;

	info.exact = true;
	w->now = 1000000;
	w->ch = inspect_new(&w->m.spy, s->conf, &info, &ops, w);
	if (!w->ch)
		return false;
	converse(w, p, n);
	status = inspect_status(w->ch);
	check_reason(w);
	if (!w->m.no_memory)
		fuzz_model_check(&w->m, status != INSPECT_RESET);
	digest(w, &status, sizeof(status));
	inspect_free(w->ch);
	w->ch = NULL;
	return !w->m.no_memory;
}

static bool same_buf(const struct buf *a, const struct buf *b)
{
	return buf_len(a) == buf_len(b)
		&& (!buf_len(a) || !memcmp(buf_ptr(a), buf_ptr(b), buf_len(a)));
}

static void compare(struct world *a, const struct world *b)
{
	if (!same_buf(&a->m.lane[0].got, &b->m.lane[0].got))
		fuzz_wrong(&a->m, "the server gets something else when the same "
			   "bytes come one by one");
	else if (!same_buf(&a->m.lane[1].got, &b->m.lane[1].got))
		fuzz_wrong(&a->m, "the client gets something else when the same "
			   "bytes come one by one");
	else if (a->effects != b->effects)
		fuzz_wrong(&a->m, "the plugin does something else when the same "
			   "bytes come one by one");
}

bool fuzz_run(const struct fuzz_setting *s, const uint8_t *p, size_t n,
	      char *why, size_t why_cap)
{
	struct world *w = calloc(2, sizeof(*w));
	bool good = w;

	why[0] = 0;
	for (unsigned i = 0; i < 2 && good; i++) {
		fuzz_model_init(&w[i].m, s->plugin, i ? NULL : s->map);
		w[i].bytewise = i;
		good = run_once(&w[i], s, p, n);
		if (i && good && !w[0].m.why[0] && !w[1].m.why[0])
			compare(&w[0], &w[1]);
	}
	if (good)
		snprintf(why, why_cap, "%s", w[0].m.why[0] ? w[0].m.why
			 : w[1].m.why);
	for (unsigned i = 0; i < 2 && w; i++)
		fuzz_model_fini(&w[i].m);
	free(w);
	return !why[0];
}

/* ---- for fuzz targets ----------------------------------------------------------------- */

/* What is the same in every run. */
static struct stage {
	const struct adit_plugin *def;
	struct plugin *plugin;
	struct plugin_conf *conf;
	struct transcript *presets;
} stage;

static bool set_stage(const struct adit_plugin *def, char *why, size_t why_cap)
{
	struct conf_errors e = { .file = def->name };

	if (stage.def == def)
		return true;
	transcript_free(stage.presets);
	plugin_conf_free(stage.conf);
	plugin_unload(stage.plugin);
	stage = (struct stage){
		.plugin = plugin_adopt(def, def->name, why, why_cap),
		.presets = transcript_new(""),
	};
	if (stage.plugin)
		stage.conf = plugin_conf_new(stage.plugin, NULL, NULL, &e);
	if (stage.conf && stage.presets)
		stage.def = def;
	else if (e.count)
		snprintf(why, why_cap, "%s", e.text[0]);
	return stage.def;
}

int kit_fuzz_one(const struct adit_plugin *def, const uint8_t *data, size_t size)
{
	char why[PLUGIN_ERROR];
	bool good = set_stage(def, why, sizeof(why));

	if (good) {
		struct fuzz_setting s = { stage.plugin,
					  plugin_conf_data(stage.conf),
					  &stage.presets->info, NULL };

		good = fuzz_run(&s, data, MIN(size, FUZZ_SIZE_MAX), why,
				sizeof(why));
	}
	if (!good) {
		fprintf(stderr, "%s: %s\n", def->name, why);
		__builtin_trap();
	}
	return 0;
}
