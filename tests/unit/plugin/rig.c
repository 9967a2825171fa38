/* SPDX-License-Identifier: BSD-2-Clause */
/* rig.c - one inspected channel with a made-up owner, for tests. */
#include "rig.h"

#include "plugin/host_handover.h"

#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void note(struct rig *r, const char *fmt, ...) PRINTF(2, 3);
static void note(struct rig *r, const char *fmt, ...)
{
	size_t n = strlen(r->journal);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(r->journal + n, sizeof(r->journal) - n, fmt, ap);
	va_end(ap);
}

static struct adit_addr shown_of(uint32_t id)
{
	struct adit_addr a;

	ck_assert_int_eq(adit_addr_parse(&a, "127.0.0.1", 40000 + id), 0);
	return a;
}

static enum adit_result on_expect(void *ctx, const struct adit_expect *want,
				  uint32_t *id, struct adit_addr *show)
{
	struct rig *r = ctx;

	note(r, "%s", want->flags & ADIT_REVERSE ? "reverse" : "forward");
	for (size_t i = 0; i < want->ntargets; i++)
		note(r, " %s:%u", want->targets[i].host, want->targets[i].port);
	if (r->answers == DENIED) {
		note(r, " denied;");
		if (r->why)
			inspect_why(r->ch, r->why);
		return ADIT_DENIED;
	}
	*id = ++r->last_id;
	note(r, " = %u;", *id);
	if (r->answers == AT_ONCE) {
		*show = shown_of(*id);
		return ADIT_OK;
	}
	ck_assert_uint_lt(r->nwaiting, RIG_WAITING);
	r->waiting[r->nwaiting++] = *id;
	return ADIT_WAIT;
}

static void on_refused(void *ctx, const struct adit_expect *want,
		       const char *why)
{
	struct rig *r = ctx;

	snprintf(r->refused, sizeof(r->refused), "%.80s: %s",
		 want ? want->targets[0].host : "?", why);
}

static void on_withdraw(void *ctx, uint32_t id)
{
	note(ctx, "withdraw %u;", id);
}

static void on_arm(void *ctx, uint32_t id)
{
	note(ctx, "arm %u;", id);
}

static uint64_t on_now(void *ctx)
{
	return ((struct rig *)ctx)->now;
}

static void on_log(void *ctx, enum adit_level level, const char *text)
{
	(void)level;
	note(ctx, "log %s;", text);
}

static void on_audit(void *ctx, const char *key, const char *value)
{
	note(ctx, "%s=\"%s\";", key, value);
}

static void on_event(void *ctx, uint32_t id, const char *text)
{
	note(ctx, "event %u%s;", id, text);
}

static enum adit_result on_outcome(void *ctx, uint32_t id)
{
	note(ctx, "outcome %u;", id);
	return ((struct rig *)ctx)->outcome;
}

const struct inspect_ops rig_ops = {
	.expect = on_expect,
	.refused = on_refused,
	.withdraw = on_withdraw,
	.arm = on_arm,
	.now = on_now,
	.log = on_log,
	.audit = on_audit,
	.event = on_event,
	.outcome = on_outcome,
};

struct rig *rig_join(struct plugin *p, const void *conf)
{
	struct rig *r = calloc(1, sizeof(*r));
	struct inspect_info info = {
		.user = "alice", .tag = 7, .given = "a\0b", .ngiven = 3
	};

	ck_assert_ptr_nonnull(r);
	ck_assert(!adit_addr_parse(&info.server, "10.0.0.5", 7000));
	ck_assert(!adit_addr_parse(&info.app, "127.0.0.1", 50001));
	r->now = 1000;
	r->plugin = p;
	r->ch = inspect_new(p, conf, &info, &rig_ops, r);
	ck_assert_ptr_nonnull(r->ch);
	inspect_start(r->ch);
	return r;
}

struct rig *rig_new(const struct adit_plugin *def)
{
	char err[PLUGIN_ERROR];
	struct plugin *p = plugin_adopt(def, def->name, err, sizeof(err));

	ck_assert_msg(p, "%s", err);
	return rig_join(p, NULL);
}

void rig_free(struct rig *r)
{
	inspect_free(r->ch);
	plugin_unload(r->plugin);
	free(r);
}

static void put(struct rig *r, enum adit_dir d, const void *p, size_t n)
{
	ck_assert_uint_lt(r->nout[d] + n, RIG_OUT);
	memcpy(r->out[d] + r->nout[d], p, n);
	r->nout[d] += n;
	r->out[d][r->nout[d]] = 0;
}

static bool drain(struct rig *r, enum adit_dir d)
{
	struct buf *b = inspect_output(r->ch, d);
	bool moved = buf_len(b) > 0;
	size_t urgent;

	if (inspect_status(r->ch) == INSPECT_RESET)
		return false;
	while (buf_len(b)) {
		urgent = inspect_urgent(r->ch, d);
		ck_assert_uint_le(urgent, buf_len(b));
		if (urgent > 1) {
			put(r, d, buf_ptr(b), urgent - 1);
			buf_take(b, urgent - 1);
		} else if (urgent) {
			put(r, d, "^", 1);
			put(r, d, buf_ptr(b), 1);
			buf_take(b, 1);
		} else {
			put(r, d, buf_ptr(b), buf_len(b));
			buf_take(b, buf_len(b));
		}
	}
	if (inspect_ended(r->ch, d) && !r->ended[d]) {
		put(r, d, "|", 1);
		moved = r->ended[d] = true;
	}
	r->consumed[d] += inspect_consumed(r->ch, d);
	return moved;
}

static bool offer(struct rig *r, enum adit_dir d)
{
	struct rig_queue *q = &r->queue[d];
	size_t n = inspect_feed(r->ch, d, q->data, q->n, q->urgent);

	ck_assert_uint_le(n, q->n);
	q->n -= n;
	memmove(q->data, q->data + n, q->n);
	q->urgent = q->urgent > n ? q->urgent - n : 0;
	if (!q->n && q->fin) {
		inspect_fin(r->ch, d);
		q->fin = false;
		return true;
	}
	return n > 0;
}

void rig_answer(struct rig *r, uint32_t id)
{
	struct adit_addr show = shown_of(id);

	for (unsigned i = 0; i < r->nwaiting; i++)
		if (r->waiting[i] == id)
			r->waiting[i] = r->waiting[--r->nwaiting];
	if (r->why)
		inspect_why(r->ch, r->why);
	inspect_answer(r->ch, id,
		       r->answers == DENIED_LATE ? ADIT_DENIED :
		       r->answers == FAILED_LATE ? ADIT_FAILED :
						   ADIT_OK,
		       &show);
}

static bool answer_one(struct rig *r)
{
	if (!r->nwaiting || r->answers == NEVER || r->lazy)
		return false;
	rig_answer(r, r->waiting[0]);
	return true;
}

void rig_settle(struct rig *r)
{
	bool moved;

	do {
		moved = drain(r, ADIT_TO_SERVER);
		moved |= drain(r, ADIT_TO_CLIENT);
		inspect_run(r->ch);
		moved |= offer(r, ADIT_TO_SERVER);
		moved |= offer(r, ADIT_TO_CLIENT);
		moved |= answer_one(r);
	} while (moved);
}

void rig_send(struct rig *r, enum adit_dir d, const void *p, size_t n,
	      size_t urgent)
{
	struct rig_queue *q = &r->queue[d];

	ck_assert_uint_le(q->n + n, RIG_QUEUE);
	memcpy(q->data + q->n, p, n);
	if (urgent)
		q->urgent = q->n + urgent;
	q->n += n;
	rig_settle(r);
}

void rig_fin(struct rig *r, enum adit_dir d)
{
	r->queue[d].fin = true;
	rig_settle(r);
}

void rig_pass_time(struct rig *r, unsigned ms)
{
	r->now += ms;
	inspect_tick(r->ch);
	rig_settle(r);
}

static void send_cut(struct rig *r, enum adit_dir d, const char *text,
		     size_t cut)
{
	size_t n = strlen(text);

	cut = MIN(cut, n);
	rig_send(r, d, text, cut, 0);
	rig_send(r, d, text + cut, n - cut, 0);
}

static void send_pieces(struct rig *r, enum adit_dir d, const char *text,
			size_t piece)
{
	for (size_t n = strlen(text), k; n; n -= k, text += k) {
		k = MIN(n, piece);
		rig_send(r, d, text, k, 0);
		if (r->moves) {
			r->ch = inspect_hand_over(r->ch);
			ck_assert_ptr_nonnull(r->ch);
		}
	}
}

static void step(struct rig *r, const char *line, size_t piece, size_t cut)
{
	enum adit_dir d = line[0] == 'C' ? ADIT_TO_SERVER : ADIT_TO_CLIENT;
	bool was_lazy = r->lazy;

	if (line[0] == 'A') {
		r->lazy = false;
		rig_settle(r);
		r->lazy = was_lazy;
	} else if (line[0] == 'T') {
		rig_pass_time(r, (unsigned)strtoul(line + 1, NULL, 10));
	} else if (line[1] == '|') {
		rig_fin(r, d);
	} else if (piece) {
		send_pieces(r, d, line + 2, piece);
	} else {
		send_cut(r, d, line + 2, cut);
	}
}

void rig_play(struct rig *r, const char *const *script, size_t piece,
	      size_t cut)
{
	for (; *script; script++)
		step(r, *script, piece, cut);
}

static void check_once(const struct adit_plugin *def, const char *const *script,
		       const char *const want[2], size_t piece, size_t cut)
{
	static const enum rig_answers ways[] = { AT_ONCE, LATE };

	for (size_t i = 0; i < 2 * ARRAY_LEN(ways); i++) {
		struct rig *r = rig_new(def);

		r->answers = ways[i / 2];
		r->moves = i % 2;
		rig_play(r, script, piece, cut);
		ck_assert_str_eq(TO_SERVER(r), want[ADIT_TO_SERVER]);
		ck_assert_str_eq(TO_CLIENT(r), want[ADIT_TO_CLIENT]);
		rig_free(r);
	}
}

void rig_check(const struct adit_plugin *def, const char *const *script,
	       const char *to_server, const char *to_client)
{
	const char *const want[2] = { to_server, to_client };
	size_t longest = 0;

	for (const char *const *s = script; *s; s++)
		longest = MAX(longest, strlen(*s));
	check_once(def, script, want, SIZE_MAX, 0);
	check_once(def, script, want, 1, 0);
	check_once(def, script, want, 3, 0);
	for (size_t cut = 1; cut < longest; cut++)
		check_once(def, script, want, 0, cut);
}
