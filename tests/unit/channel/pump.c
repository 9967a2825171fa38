/* SPDX-License-Identifier: BSD-2-Clause */
/* pump.c - two sessions joined in memory. */
#include "channel/pump.h"

#include "base/err.h"
#include "channel/chan.h"
#include "channel/session_handover.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static ssize_t on_read(struct chan *c, const struct iovec *iov, int n,
		       bool *urgent)
{
	struct mem *m = chan_end(c);
	size_t left, len, total = 0;

	*urgent = false;
	if (!buf_len(&m->in)) {
		if (m->reset_in)
			return ERR_SYS;
		return m->fin_in ? 0 : ERR_AGAIN;
	}
	for (; n > 0; iov++, n--) {
		left = buf_len(&m->in);
		if (m->urgent_in > m->taken)
			left = m->joined || m->urgent_in == m->taken + 1 ?
				       (size_t)(m->urgent_in - m->taken) :
				       (size_t)(m->urgent_in - m->taken - 1);
		len = MIN(left, iov->iov_len);
		memcpy(iov->iov_base, buf_ptr(&m->in), len);
		buf_take(&m->in, len);
		m->taken += len;
		total += len;
		if (m->urgent_in == m->taken && len) {
			*urgent = true;
			break;
		}
		if (len < iov->iov_len || !buf_len(&m->in))
			break;
	}
	if (total && m->has_more && buf_len(&m->in))
		chan_readable(c);
	return total ? (ssize_t)total : ERR_AGAIN;
}

static ssize_t on_write(struct chan *c, const struct iovec *iov, int n,
			bool urgent)
{
	struct mem *m = chan_end(c);
	size_t total = 0, len, all = 0;

	for (int i = 0; i < n; i++)
		all += iov[i].iov_len;
	for (; n > 0 && m->room; iov++, n--) {
		len = MIN(m->room, iov->iov_len);
		if (buf_append(&m->out, iov->iov_base, len))
			abort();
		if (m->room != SIZE_MAX)
			m->room -= len;
		total += len;
	}
	if (urgent && total == all) {
		m->urgent_out = buf_len(&m->out);
		if (buf_append(&m->marks, &m->urgent_out, 8))
			abort();
	}
	return (ssize_t)total;
}

static void on_finish(struct chan *c)
{
	((struct mem *)chan_end(c))->got_fin = true;
}

static void on_opened(struct chan *c, const struct opened *o)
{
	(void)o;
	((struct mem *)chan_end(c))->opened = true;
}

static void on_closed(struct chan *c, unsigned reason, const char *text)
{
	struct mem *m = chan_end(c);

	m->closed = true;
	m->reason = reason;
	m->chan = NULL;
	snprintf(m->text, sizeof m->text, "%s", text ? text : "");
}

static const struct chan_ops mem_ops = {
	.read = on_read,
	.write = on_write,
	.finish = on_finish,
	.opened = on_opened,
	.closed = on_closed,
};

struct mem *mem_new(size_t room)
{
	struct mem *m = calloc(1, sizeof *m);

	if (!m)
		abort();
	m->room = room;
	return m;
}

void mem_free(struct mem *m)
{
	if (!m)
		return;
	buf_fini(&m->in);
	buf_fini(&m->out);
	buf_fini(&m->marks);
	free(m);
}

struct mem *mem_open(struct side *side, const struct open *o)
{
	static const struct open plain = { .resource = 1 };
	struct mem *m = mem_new(SIZE_MAX);

	m->chan = chan_open(side->s, &mem_ops, m, SERVICE_FORWARD,
			    o ? o : &plain);
	if (m->chan)
		return m;
	mem_free(m);
	return NULL;
}

static void touch(struct mem *m)
{
	if (m->chan)
		chan_readable(m->chan);
}

void mem_write(struct mem *m, const void *p, size_t n)
{
	if (buf_append(&m->in, p, n))
		abort();
	touch(m);
}

/* The bytes that are sent, which are the same again after PERIOD. */
enum { PERIOD = 251 * 256 };

static const uint8_t *pattern(void)
{
	static uint8_t bytes[PERIOD];

	if (!bytes[1])
		for (size_t i = 0; i < PERIOD; i++)
			bytes[i] = (uint8_t)(i * 7 + i / 251);
	return bytes;
}

void mem_fill(struct mem *m, size_t n)
{
	size_t base = (size_t)m->taken + buf_len(&m->in);
	uint8_t *p = buf_reserve(&m->in, n);

	if (!p)
		abort();
	for (size_t i = 0, k; i < n; i += k) {
		size_t at = (base + i) % PERIOD;

		k = MIN(n - i, PERIOD - at);
		memcpy(p + i, pattern() + at, k);
	}
	buf_commit(&m->in, n);
	touch(m);
}

bool mem_matches(const struct mem *m, size_t n)
{
	const uint8_t *p = buf_ptr(&m->out);

	if (buf_len(&m->out) != n)
		return false;
	for (size_t i = 0; i < n; i += PERIOD)
		if (memcmp(p + i, pattern(), MIN(n - i, PERIOD)))
			return false;
	return true;
}

void mem_fin(struct mem *m)
{
	m->fin_in = true;
	touch(m);
}

void mem_reset(struct mem *m)
{
	m->reset_in = true;
	touch(m);
}

/* ---- sessions ------------------------------------------------------------------ */

void pump_on_open(struct side *side, struct chan *c, const struct open *o)
{
	struct mem *m;
	struct addr local = { 0 };

	if (side->nmems == MEMS) {
		chan_reset(c, REASON_LIMIT, NULL);
		return;
	}
	m = side->mems[side->nmems++] = mem_new(side->room);
	m->asked = *o;
	m->chan = c;
	chan_attach(c, &mem_ops, m);
	if (side->refuse)
		chan_reset(c, REASON_REFUSED, "nobody listens");
	else if (!side->late)
		chan_accept(c, &local);
}

static void on_open(struct session *s, struct chan *c, const struct open *o)
{
	pump_on_open(session_owner(s), c, o);
}

static int on_frame(struct session *s, const struct frame *f, const uint8_t *p,
		    struct chan *about)
{
	struct side *side = session_owner(s);
	uint32_t head[4] = { f->command, f->flags, f->client_id,
			     about != NULL };

	side->last = *f;
	side->frames++;
	if (buf_append(&side->told, head, sizeof head) ||
	    buf_append(&side->told, p, f->len))
		abort();
	return 0;
}

static const char *on_more(struct session *s, bool must)
{
	struct side *side = session_owner(s);

	if (!must && side->counted >= side->most)
		return "as many as may be";
	side->counted++;
	return NULL;
}

static void on_less(struct session *s)
{
	struct side *side = session_owner(s);

	side->counted--;
}

static const char *on_turn(struct session *s, uint64_t *at)
{
	struct side *side = session_owner(s);

	if (!side->leave && !side->turn_us)
		return "too many at a time";
	*at = side->leave ? 0 : side->turn_us;
	side->leave -= side->leave > 0;
	return NULL;
}

static void on_crowded(struct session *s, enum crowd why)
{
	struct side *side = session_owner(s);

	side->crowd = why;
	side->crowds++;
}

static const struct session_ops session_ops = {
	.open = on_open,
	.frame = on_frame,
	.crowded = on_crowded,
	.more = on_more,
	.less = on_less,
	.turn = on_turn,
};

static void side_init(struct side *side, struct session_conf *conf)
{
	*side = (struct side){ .room = SIZE_MAX,
			       .most = UINT_MAX,
			       .leave = UINT_MAX };
	side->budget.pool = &side->pool;
	conf->budget = &side->budget;
	side->s = session_new(conf, &session_ops, side);
	if (!side->s)
		abort();
	session_set_now(side->s, 1000000);
	if (session_attach(side->s, true, 0))
		abort();
}

void pump_init(struct pump *p, uint64_t memory, unsigned channels)
{
	struct session_conf conf = { .role = ROLE_AGENT,
				     .marker = 42,
				     .memory = memory,
				     .max_channels = channels };

	*p = (struct pump){ .now = 1000000, .random = 1, .fuse = UINT64_MAX };
	side_init(&p->agent, &conf);
	conf.role = ROLE_GATEWAY;
	side_init(&p->gateway, &conf);
}

static void side_fini(struct side *side)
{
	session_free(side->s);
	if (side->counted)
		abort();
	for (unsigned i = 0; i < side->nmems; i++)
		mem_free(side->mems[i]);
	buf_fini(&side->wire);
	buf_fini(&side->told);
}

void pump_fini(struct pump *p)
{
	side_fini(&p->agent);
	side_fini(&p->gateway);
	buf_fini(&p->edges);
}

/* ---- to another process ---------------------------------------------------------- */

static void mem_handover(struct handover *c, struct chan *ch)
{
	struct mem *m = chan_end(ch);
	uint64_t at = (uintptr_t)m;

	handover_u64(c, &at);
	m = (struct mem *)(uintptr_t)at;
	if (!c->packing) {
		chan_attach(ch, &mem_ops, m);
		m->chan = ch;
	}
}

static void forsake(struct chan *ch, void *arg)
{
	(void)arg;
	chan_attach(ch, NULL, NULL);
}

static struct session *side_copy(struct side *side)
{
	const struct session *s = side->s;
	struct session_conf conf = {
		.role = s->role,
		.marker = s->marker,
		.budget = &side->budget,
		.max_channels = s->max_channels,
		.memory = s->memory,
	};
	struct handover out = handover_packing(), in;
	struct session *copy;

	session_reap(side->s);
	session_handover(&out, side->s, mem_handover);
	session_each(side->s, forsake, NULL);
	session_free(side->s);
	copy = session_new(&conf, &session_ops, side);
	if (!copy || out.bad)
		abort();
	in = handover_unpacking(buf_ptr(&out.out), buf_len(&out.out), NULL, 0);
	session_handover(&in, copy, mem_handover);
	if (!handover_is_done(&in))
		abort();
	handover_fini(&out);
	handover_fini(&in);
	return copy;
}

void pump_move(struct pump *p, struct side *side)
{
	uint64_t used = side->budget.used;

	side->s = side_copy(side);
	session_set_now(side->s, p->now);
	if (side->budget.used != used)
		abort();
}

/* ---- time and tunnels -------------------------------------------------------------- */

static uint32_t next_random(struct pump *p)
{
	p->random = p->random * 1664525 + 1013904223;
	return p->random >> 8;
}

/* Local programs whose bytes wait say so, as level-triggered sockets do. */
static void announce(struct chan *c, void *arg)
{
	struct mem *m = chan_end(c);

	(void)arg;
	if (m && (buf_len(&m->in) || m->fin_in || m->reset_in))
		chan_readable(c);
	if (m && m->room)
		chan_writable(c);
}

static void receive(struct pump *p, struct side *from, struct side *to)
{
	size_t n, cut;
	uint8_t *copy;

	while ((n = buf_len(&from->wire)) && !pump_is_broken(p)) {
		cut = 1 + next_random(p) % 9000;
		if (!p->whole)
			n = MIN(n, cut);
		n = MIN(n, p->fuse - p->arrived);
		p->arrived += n;
		copy = malloc(n);
		if (!copy)
			abort();
		memcpy(copy, buf_ptr(&from->wire), n);
		buf_take(&from->wire, n);
		if (session_input(to->s, copy, n)) {
			fprintf(stderr, "session: %s\n", session_why(to->s));
			abort();
		}
		session_input_done(to->s);
		free(copy);
	}
}

/* For breaks there: where each frame of a record will have arrived. */
static void note_edges(struct pump *p, const struct side *from,
		       const struct iovec *rec)
{
	const uint8_t *at = rec->iov_base;
	uint64_t edge;

	for (size_t n = 0; n < rec->iov_len; n += frame_size(at + n)) {
		edge = p->arrived + buf_len(&from->wire) + n;
		if (buf_append(&p->edges, &edge, sizeof edge))
			abort();
	}
}

bool pump_turn(struct pump *p, struct side *from, struct side *to)
{
	struct iovec rec;
	bool moved = false;

	session_set_now(from->s, p->now);
	session_set_now(to->s, p->now);
	session_each(from->s, announce, NULL);
	while (session_next(from->s, &rec)) {
		note_edges(p, from, &rec);
		if (rec.iov_len > FRAME_MAX ||
		    buf_append(&from->wire, rec.iov_base, rec.iov_len))
			abort();
		from->wire_bytes += rec.iov_len;
		moved = true;
	}
	receive(p, from, to);
	session_reap(from->s);
	session_reap(to->s);
	return moved;
}

void pump_run(struct pump *p)
{
	bool moved;

	do {
		moved = pump_turn(p, &p->agent, &p->gateway);
		moved |= pump_turn(p, &p->gateway, &p->agent);
		p->now += 100;
	} while (moved);
}

void pump_wait(struct pump *p, uint64_t us)
{
	p->now += us;
	session_set_now(p->agent.s, p->now);
	session_set_now(p->gateway.s, p->now);
	session_tick(p->agent.s);
	session_tick(p->gateway.s);
	pump_run(p);
}

/* ---- the tunnel breaks -------------------------------------------------------- */

bool pump_is_broken(const struct pump *p)
{
	return p->arrived >= p->fuse;
}

void pump_detach(struct pump *p)
{
	session_detach(p->agent.s);
	session_detach(p->gateway.s);
	buf_fini(&p->agent.wire);
	buf_fini(&p->gateway.wire);
}

void pump_attach(struct pump *p, uint64_t fuse)
{
	uint64_t to_agent = session_count(p->gateway.s);
	uint64_t to_gateway = session_count(p->agent.s);

	p->fuse = fuse == UINT64_MAX ? fuse : p->arrived + fuse;
	if (session_attach(p->gateway.s, false, to_gateway) ||
	    session_attach(p->agent.s, false, to_agent)) {
		fprintf(stderr, "attach: %s%s\n", session_why(p->agent.s),
			session_why(p->gateway.s));
		abort();
	}
}
