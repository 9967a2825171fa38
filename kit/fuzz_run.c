/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_run.c - plays one conversation as it is and byte by byte. */
#include "kit/fuzz_inside.h"

#include <stdlib.h>
#include <string.h>

/* ---- steps --------------------------------------------------------------- */

static void input_urgent(struct fuzz_world *w, enum adit_dir d,
			 const uint8_t *byte)
{
	struct fuzz_lane *l = &w->m.lane[d];
	bool apart = w->m.def->flags & ADIT_URGENT_APART && !l->blind;

	if (!apart) {
		if (buf_append(&l->in, byte, 1))
			w->m.no_memory = true;
		l->urgent = buf_len(&l->in);
		fuzz_settle(w);
		return;
	}
	/* The byte passes the plugin by when all bytes before it were taken.
	 * If they were not, it is left out of the conversation. */
	if (l->taken < buf_len(&l->in) || w->lazy)
		return;
	fuzz_model_apart(&w->m, d, byte);
	if (inspect_feed(w->ch, d, byte, 1, 1) != 1)
		fuzz_wrong(&w->m, "engine: an urgent byte apart was not taken");
	fuzz_settle(w);
}

static void input(struct fuzz_world *w, const struct fuzz_step *s, bool urgent)
{
	struct fuzz_lane *l = &w->m.lane[s->op & 1];
	size_t piece, n = s->n - urgent;

	if (l->fin || !s->n)
		return;
	for (size_t at = 0; at < n && !fuzz_is_over(w); at += piece) {
		/* Pieces of long texts grow, because single bytes would take a
		 * time that grows with the square of the length. */
		piece = w->bytewise ? MIN(1 + at / 32, n - at) : n;
		if (buf_append(&l->in, s->data + at, piece))
			w->m.no_memory = true;
		fuzz_settle(w);
	}
	if (urgent && !fuzz_is_over(w))
		input_urgent(w, s->op & 1, s->data + n);
}

static void fuzz_answer(struct fuzz_world *w, unsigned arg)
{
	static const enum adit_result results[] = { ADIT_OK, ADIT_OK,
						    ADIT_DENIED, ADIT_FAILED };
	struct adit_addr show;
	uint32_t id;

	if (!w->nwaiting)
		return;
	id = w->waiting[0];
	show = fuzz_shown(id);
	memmove(w->waiting, w->waiting + 1, --w->nwaiting * sizeof(id));
	inspect_answer(w->ch, id, results[arg % 4], &show);
}

static void fuzz_pass_time(struct fuzz_world *w, unsigned ms)
{
	uint64_t end = w->now + ms, due;

	/* Limited, because a timer may set itself again and again. */
	for (unsigned i = 0; i < 1000 && !fuzz_is_over(w); i++) {
		due = inspect_deadline(w->ch);
		if (due > end)
			break;
		w->now = MAX(w->now, due);
		inspect_tick(w->ch);
		fuzz_settle(w);
	}
	w->now = end;
}

static void toggle_pause(struct fuzz_world *w)
{
	w->paused = !w->paused;
	if (w->paused)
		inspect_pause(w->ch);
	else
		inspect_resume(w->ch);
}

static void do_step(struct fuzz_world *w, const struct fuzz_step *s,
		    bool urgent)
{
	switch (s->op) {
	case FUZZ_CLIENT:
	case FUZZ_SERVER:
		input(w, s, urgent);
		break;
	case FUZZ_FIN:
		w->m.lane[s->arg & 1].fin = true;
		break;
	case FUZZ_ANSWER:
		fuzz_answer(w, s->arg);
		break;
	case FUZZ_TIME:
		fuzz_pass_time(w, s->arg ? s->arg * 500 : 100);
		break;
	case FUZZ_MODE:
		w->mode = s->arg % 4;
		break;
	case FUZZ_OTHER:
		if (s->arg & 1)
			toggle_pause(w);
		break;
	case FUZZ_URGENT:
		break;
	}
	fuzz_settle(w);
}

static void converse(struct fuzz_world *w, const uint8_t *p, size_t n)
{
	struct fuzz_step s;
	bool urgent = false, slow = false;

	inspect_start(w->ch);
	fuzz_settle(w);
	while (!fuzz_is_over(w) && fuzz_step_take(&p, &n, &s)) {
		w->lazy = slow;
		do_step(w, &s, urgent);
		urgent = s.op == FUZZ_URGENT;
		slow = s.op == FUZZ_OTHER && !(s.arg & 1);
	}
	w->lazy = false;
	fuzz_settle(w);
	fuzz_drain(w, ADIT_TO_SERVER);
	fuzz_drain(w, ADIT_TO_CLIENT);
}

/* The reason of a channel whose plugin has broken a rule begins with
 * "plugin NAME". */
static void check_reason(struct fuzz_world *w)
{
	const char *reason = inspect_reason(w->ch);

	if (inspect_status(w->ch) == INSPECT_RESET &&
	    !strncmp(reason, "plugin ", 7))
		fuzz_wrong(&w->m, "%s", reason);
}

static const char *const statuses[] = {
	[INSPECT_RUN] = "the channel goes on",
	[INSPECT_DETACHED] = "detached",
	[INSPECT_FINISH] = "finish",
	[INSPECT_RESET] = "reset",
};

static bool run_once(struct fuzz_world *w, const struct fuzz_setting *s,
		     const uint8_t *p, size_t n)
{
	struct inspect_info info = *s->info;
	uint8_t *kept = fuzz_keep_state(info.parent, s->plugin);
	enum inspect_status status;

	info.exact = true;
	w->now = 1000000;
	w->ch = inspect_new(&w->m.spy, s->conf, &info, &fuzz_ops, w);
	if (!w->ch) {
		free(kept);
		return false;
	}
	converse(w, p, n);
	status = inspect_status(w->ch);
	check_reason(w);
	if (!w->m.no_memory)
		fuzz_model_check(&w->m, status != INSPECT_RESET);
	fuzz_effect(w, "status", statuses[status]);
	inspect_free(w->ch);
	w->ch = NULL;
	if (kept &&
	    memcmp(kept, adit_state(info.parent), s->plugin->def.state_size))
		fuzz_wrong(&w->m, "the plugin changes the state of its "
				  "parent's channel");
	free(kept);
	return !w->m.no_memory;
}

bool fuzz_run(const struct fuzz_setting *s, const uint8_t *p, size_t n,
	      char *why, size_t why_cap)
{
	struct fuzz_world *w = calloc(2, sizeof(*w));
	bool good = w;

	why[0] = 0;
	for (unsigned i = 0; i < 2 && good; i++) {
		fuzz_model_init(&w[i].m, s->plugin, i ? NULL : s->map);
		w[i].bytewise = i;
		good = run_once(&w[i], s, p, n);
		if (i && good && !w[0].m.why[0] && !w[1].m.why[0])
			fuzz_compare(&w[0], &w[1]);
	}
	if (good)
		snprintf(why, why_cap, "%s",
			 w[0].m.why[0] ? w[0].m.why : w[1].m.why);
	for (unsigned i = 0; i < 2 && w; i++) {
		fuzz_model_fini(&w[i].m);
		buf_fini(&w[i].effects);
	}
	free(w);
	return !why[0];
}
