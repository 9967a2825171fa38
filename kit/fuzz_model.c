/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_model.c - computes what must come out of a channel from the verdicts of
 * its plugin, which it sees by callbacks around those of the plugin. */
#include "kit/fuzz_inside.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { FOREVER = 1 << 30 }; /* more bytes than any conversation has */

static struct fuzz_model *model;

void fuzz_wrong(struct fuzz_model *m, const char *fmt, ...)
{
	va_list ap;

	if (m->why[0])
		return;
	va_start(ap, fmt);
	vsnprintf(m->why, sizeof(m->why), fmt, ap);
	va_end(ap);
}

void fuzz_wrong_more(struct fuzz_model *m, const char *lines)
{
	size_t n = strlen(m->why);

	snprintf(m->why + n, sizeof(m->why) - n, "\n%s", lines);
}

/* Sets the bit for this event behind the last one: inputs that set the same
 * bits have the same behaviour. */
void fuzz_event(struct fuzz_model *m, uint32_t event)
{
	uint32_t bit = (m->before * 31 + event * 2654435761u) % (FUZZ_MAP * 8);

	m->before = event;
	if (m->map)
		m->map[bit / 8] |= (uint8_t)(1u << bit % 8);
}

/* ---- what must come out -------------------------------------------------- */

static void want(struct fuzz_lane *l, struct fuzz_segment seg)
{
	struct fuzz_segment *grown = realloc(l->want,
					     (l->nwant + 1) * sizeof(*grown));

	if (!grown) {
		model->no_memory = true;
		return;
	}
	l->want = grown;
	grown[l->nwant++] = seg;
}

static void want_made(struct fuzz_lane *l, const void *p, size_t n)
{
	struct fuzz_segment seg = { false, buf_len(&l->made), n };

	if (!n)
		return;
	if (buf_append(&l->made, p, n))
		model->no_memory = true;
	else
		want(l, seg);
}

static void want_raw(struct fuzz_lane *l, uint64_t n)
{
	struct fuzz_segment seg = { true, l->at, (size_t)MIN(n, FOREVER) };

	want(l, seg);
	l->at += seg.n;
}

static void go_blind(struct fuzz_lane *l)
{
	if (!l->blind)
		want_raw(l, FOREVER);
	l->blind = true;
}

/* The place in l->want of the segment that l->taken is in, or nwant. */
static size_t open_segment(const struct fuzz_lane *l)
{
	size_t i = 0;

	while (i < l->nwant &&
	       !(l->want[i].raw && l->want[i].at + l->want[i].n > l->taken))
		i++;
	return i;
}

void fuzz_model_apart(struct fuzz_model *m, enum adit_dir d,
		      const uint8_t *byte)
{
	struct fuzz_lane *l = &m->lane[d];
	size_t i = open_segment(l), n = l->nwant;
	struct fuzz_segment rest = { true, l->taken, 0 }, both[2];

	want_made(l, byte, 1);
	if (i == n)
		return;
	/* It splits the segment: the byte goes between the halves. */
	rest.n = l->want[i].at + l->want[i].n - l->taken;
	want(l, rest);
	if (m->no_memory)
		return;
	l->want[i].n -= rest.n;
	memcpy(both, l->want + n, sizeof(both));
	memmove(l->want + i + 3, l->want + i + 1,
		(n - i - 1) * sizeof(*l->want));
	memcpy(l->want + i + 1, both, sizeof(both));
}

/* ---- callbacks ----------------------------------------------------------- */

static void check_bytes(struct fuzz_lane *l, const void *p, size_t n)
{
	if (l->at > buf_len(&l->in) || n > buf_len(&l->in) - l->at ||
	    memcmp(p, buf_ptr(&l->in) + l->at, n))
		fuzz_wrong(model, "engine: a callback sees bytes that were not "
				  "sent at this place");
}

uint8_t *fuzz_keep_state(struct adit_channel *ch, const struct plugin *plugin)
{
	size_t n = plugin->def.state_size;
	uint8_t *copy = ch && n ? malloc(n) : NULL;

	if (copy)
		memcpy(copy, adit_state(ch), n);
	return copy;
}

static int64_t frame(struct adit_channel *ch, enum adit_dir d, const uint8_t *p,
		     size_t n)
{
	struct fuzz_lane *l = &model->lane[d];
	uint8_t *state = fuzz_keep_state(ch, &model->spy);
	int64_t r;

	check_bytes(l, p, n);
	r = model->def->frame[d](ch, p, n);
	if (r != model->def->frame[d](ch, p, n))
		fuzz_wrong(model, "the framing function returns another result "
				  "for the same bytes");
	if (state && memcmp(state, adit_state(ch), model->def->state_size))
		fuzz_wrong(model, "the framing function changes the state");
	free(state);
	fuzz_event(model, (uint32_t)(r > 0        ? 1 :
				     r < ADIT_BAD ? 2 :
						    3 - r)
					  << 1 |
				  d);
	if (r < ADIT_BAD)
		want_raw(l, (uint64_t) - (r + 1));
	return r;
}

static int64_t frame_client(struct adit_channel *ch, const uint8_t *p, size_t n)
{
	return frame(ch, ADIT_TO_SERVER, p, n);
}

static int64_t frame_server(struct adit_channel *ch, const uint8_t *p, size_t n)
{
	return frame(ch, ADIT_TO_CLIENT, p, n);
}

/* What must come out after a final verdict; `m` is NULL for callbacks without a
 * message. */
static void conclude(const struct inspect_doing *doing, enum adit_verdict v,
		     const struct adit_msg *m)
{
	struct fuzz_lane *l = m ? &model->lane[m->dir] : NULL;

	for (unsigned d = 0; d < 2; d++)
		want_made(&model->lane[d], doing->inject[d], doing->ninject[d]);
	if (m && (v == ADIT_PASS || v == ADIT_DETACH))
		want_made(l, doing->rewritten ? doing->rewrite : m->data,
			  doing->rewritten ? doing->nrewrite : m->len);
	if (m)
		l->at += m->len;
	if (m && doing->skip && !(m->flags & ADIT_PARTIAL))
		want_raw(l, doing->skip);
	for (unsigned d = 0; d < 2; d++)
		if (v == ADIT_DETACH || doing->ignore[d])
			go_blind(&model->lane[d]);
	model->finished |= v == ADIT_FINISH;
}

static void model_judge(struct adit_channel *ch, unsigned callback,
			enum adit_verdict v, const struct adit_msg *m)
{
	struct inspect_doing doing = inspect_doing(ch);
	unsigned size = 0;

	while (m && m->len >> size && size < 15)
		size++;
	fuzz_event(model, callback << 16 | (unsigned)v << 12 | size << 8 |
				  (unsigned)doing.rewritten << 4 |
				  (unsigned)(doing.ninject[0] > 0) << 3 |
				  (unsigned)(doing.ninject[1] > 0) << 2 |
				  (unsigned)doing.ignore[0] << 1 |
				  doing.ignore[1]);
	if (!doing.broken && v < ADIT_CLOSE && v != ADIT_HOLD)
		conclude(&doing, v, m);
}

static enum adit_verdict model_message(struct adit_msg *m)
{
	enum adit_verdict v;

	check_bytes(&model->lane[m->dir], m->data, m->len);
	if (m->data[m->len] || m->urgent > m->len)
		fuzz_wrong(model,
			   "engine: a message without its NUL, or with an "
			   "urgent byte outside");
	v = model->def->message(m);
	model_judge(m->ch, 1 + m->dir, v, m);
	return v;
}

static enum adit_verdict model_open(struct adit_channel *ch)
{
	enum adit_verdict v = model->def->open(ch);

	model_judge(ch, 3, v, NULL);
	return v;
}

static enum adit_verdict on_eof(struct adit_channel *ch, enum adit_dir d)
{
	enum adit_verdict v = model->def->eof(ch, d);

	model_judge(ch, 4 + d, v, NULL);
	return v;
}

static void model_timer(struct adit_channel *ch)
{
	model->def->timer(ch);
	model_judge(ch, 6, ADIT_PASS, NULL);
}

/* ---- start and end ------------------------------------------------------- */

void fuzz_model_init(struct fuzz_model *m, const struct plugin *plugin,
		     uint8_t *map)
{
	struct adit_plugin *spy = &m->spy.def;

	*m = (struct fuzz_model){ .spy = *plugin,
				  .def = &plugin->def,
				  .map = map };
	model = m;
	for (unsigned d = 0; d < 2; d++)
		if (!spy->frame[d])
			go_blind(&m->lane[d]);
	spy->frame[0] = spy->frame[0] ? frame_client : NULL;
	spy->frame[1] = spy->frame[1] ? frame_server : NULL;
	spy->message = spy->message ? model_message : NULL;
	spy->open = spy->open ? model_open : NULL;
	spy->eof = spy->eof ? on_eof : NULL;
	spy->timer = spy->timer ? model_timer : NULL;
}

void fuzz_model_fini(struct fuzz_model *m)
{
	for (unsigned d = 0; d < 2; d++) {
		buf_fini(&m->lane[d].in);
		buf_fini(&m->lane[d].made);
		buf_fini(&m->lane[d].got);
		free(m->lane[d].want);
	}
	model = NULL;
}

/* ---- what came out ------------------------------------------------------- */

/* How many bytes of a segment may have come out. */
static size_t segment_len(const struct fuzz_lane *l,
			  const struct fuzz_segment *s)
{
	if (!s->raw)
		return s->n;
	return s->at < l->taken ? MIN(s->n, l->taken - s->at) : 0;
}

static void check_lane(struct fuzz_model *m, enum adit_dir d, bool complete)
{
	struct fuzz_lane *l = &m->lane[d];
	bool cut_short = l->ended || (m->finished && d == ADIT_TO_CLIENT);
	size_t got = buf_len(&l->got), at = 0, n;

	for (size_t i = 0; i < l->nwant; i++) {
		const struct fuzz_segment *s = &l->want[i];
		const uint8_t *p = buf_ptr(s->raw ? &l->in : &l->made);

		n = segment_len(l, s);
		if (n && at < got &&
		    memcmp(buf_ptr(&l->got) + at, p + s->at, MIN(n, got - at)))
			fuzz_wrong(m,
				   "engine: bytes are damaged or out of order");
		at += n;
		/* Bytes injected during a skip come out at its end. */
		if (n < s->n && !cut_short)
			break;
	}
	if (got > at)
		fuzz_wrong(m, "engine: %zu bytes too many came out", got - at);
	else if (complete && got < at)
		fuzz_wrong(m, "engine: %zu bytes are lost", at - got);
}

void fuzz_model_check(struct fuzz_model *m, bool complete)
{
	check_lane(m, ADIT_TO_SERVER, complete);
	check_lane(m, ADIT_TO_CLIENT, complete);
}
