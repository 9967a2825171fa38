/* SPDX-License-Identifier: BSD-2-Clause */
/* resume_fuzz.c - two sessions, and a tunnel between them that breaks: streams,
 * their marks and ends, and posted frames arrive once and in order.
 *
 * The input is a row of steps; each takes a few bytes. */
#include "base/err.h"
#include "channel/chan.h"
#include "channel/session_handover.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CHANNELS = 12, MEMORY = 1 << 20, WIRE = 1 << 18, MANY = 100000 };

#define MUST(what)                                                             \
	do {                                                                   \
		if (!(what))                                                   \
			abort();                                               \
	} while (0)

/* One end of a channel; its peer is ends[!side][index]. */
struct end {
	struct chan *chan;
	uint64_t has, sent, got; /* to send, taken of it, received */
	uint64_t mark;           /* behind an urgent byte; 0: none */
	size_t room;
	bool used, late, fin, broken, got_fin, got_mark, closed;
};

struct side {
	struct session *s;
	struct end ends[CHANNELS];
	unsigned made; /* ends that this side opened */
	struct buf wire;
	uint32_t posted, heard; /* serials of posts */
};

static struct world {
	struct side side[2];
	const uint8_t *p, *limit;
	uint64_t now;
	bool lied; /* counts were wrong: no promise holds */
	bool over; /* a session has ended */
} w;

static unsigned byte(void)
{
	return w.p < w.limit ? *w.p++ : 0;
}

static struct end *peer_of(const struct end *e)
{
	bool second = e >= w.side[1].ends && e < w.side[1].ends + CHANNELS;
	const struct side *mine = &w.side[second];

	return &w.side[!second].ends[e - mine->ends];
}

static uint8_t letter(const struct end *e, uint64_t at)
{
	return (uint8_t)(at * 5 + at / 256 + (uintptr_t)e / sizeof *e);
}

/* ---- local ends ----------------------------------------------------------------- */

static ssize_t on_read(struct chan *c, const struct iovec *iov, int n,
		       bool *urgent)
{
	struct end *e = chan_end(c);
	uint64_t stop = e->has;
	ssize_t total = 0;

	*urgent = false;
	if (e->sent == e->has)
		return e->broken ? ERR_SYS : e->fin ? 0 : ERR_AGAIN;
	if (e->mark > e->sent + 1)
		stop = MIN(stop, e->mark - 1);
	else if (e->mark == e->sent + 1)
		stop = e->mark;
	for (; n > 0 && e->sent < stop; iov++, n--)
		for (size_t i = 0; i < iov->iov_len && e->sent < stop; i++) {
			((uint8_t *)iov->iov_base)[i] = letter(e, e->sent++);
			total++;
		}
	*urgent = total && e->mark == e->sent;
	return total ? total : ERR_AGAIN;
}

static ssize_t on_write(struct chan *c, const struct iovec *iov, int n,
			bool urgent)
{
	struct end *e = chan_end(c), *from = peer_of(e);
	size_t total = 0, all = 0;

	for (int k = 0; k < n; k++)
		all += iov[k].iov_len;
	MUST(w.lied || !e->got_fin);
	for (; n > 0 && e->room; iov++, n--)
		for (size_t i = 0; i < iov->iov_len && e->room; i++) {
			MUST(w.lied || ((uint8_t *)iov->iov_base)[i] ==
					       letter(from, e->got));
			e->got++;
			e->room--;
			total++;
		}
	MUST(w.lied || e->got <= from->sent);
	if (urgent && total == all) {
		MUST(w.lied || e->got == from->mark);
		e->got_mark = true;
	}
	return (ssize_t)total;
}

static void on_finish(struct chan *c)
{
	struct end *e = chan_end(c);

	MUST(!e->got_fin);
	e->got_fin = true;
	MUST(w.lied || (peer_of(e)->fin && e->got == peer_of(e)->sent));
}

static void on_closed(struct chan *c, unsigned reason, const char *text)
{
	struct end *e = chan_end(c);

	(void)text;
	MUST(e->chan == c && !e->closed);
	/* In order only after both FINs. */
	MUST(w.lied || reason || (e->got_fin && e->fin));
	e->closed = true;
	e->chan = NULL;
}

static const struct chan_ops ops = {
	.read = on_read,
	.write = on_write,
	.finish = on_finish,
	.closed = on_closed,
};

/* ---- owners ---------------------------------------------------------------------- */

static void on_open(struct session *s, struct chan *c, const struct open *o)
{
	struct side *side = session_owner(s);
	struct end *e;

	MUST(o->resource < CHANNELS || w.lied);
	e = &side->ends[o->resource % CHANNELS];
	if (w.lied && e->used) {
		chan_reset(c, REASON_DENIED, NULL);
		return;
	}
	MUST(!e->used);
	e->used = true;
	e->chan = c;
	e->room = o->dest.port & 1 ? 100 : SIZE_MAX;
	e->late = o->dest.port & 2;
	chan_attach(c, &ops, e);
	if (o->dest.port % 16 == 12)
		chan_reset(c, REASON_REFUSED, "nobody listens");
	else if (!e->late)
		chan_accept(c, &(struct addr){ 0 });
}

static void accept_late(struct end *e)
{
	if (e->late && e->chan)
		chan_accept(e->chan, &(struct addr){ 0 });
	e->late = false;
}

static int on_frame(struct session *s, const struct frame *f, const uint8_t *p,
		    struct chan *about)
{
	struct side *side = session_owner(s);
	uint32_t serial;

	(void)about;
	MUST(f->len == 4);
	memcpy(&serial, p, 4);
	MUST(w.lied || serial == side->heard + 1);
	side->heard = serial;
	return 0;
}

static const struct session_ops session_ops = {
	.open = on_open,
	.frame = on_frame,
};

static struct session *session_of(unsigned i)
{
	struct session_conf conf = {
		.role = i ? ROLE_GATEWAY : ROLE_AGENT,
		.marker = 7,
		.memory = MEMORY,
	};
	struct session *s = session_new(&conf, &session_ops, &w.side[i]);

	MUST(s);
	return s;
}

/* ---- to another process --------------------------------------------------------- */

static void end_handover(struct handover *c, struct chan *ch)
{
	struct end *e = chan_end(ch);
	uint64_t at = (uintptr_t)e;

	handover_field(c, &at);
	e = (struct end *)(uintptr_t)at;
	if (!c->packing) {
		chan_attach(ch, &ops, e);
		e->chan = ch;
	}
}

static void forsake(struct chan *ch, void *arg)
{
	(void)arg;
	chan_attach(ch, NULL, NULL);
}

static void move(unsigned i)
{
	struct side *side = &w.side[i];
	struct handover out = handover_packing(), in;

	session_reap(side->s);
	session_handover(&out, side->s, end_handover);
	MUST(!out.bad);
	session_each(side->s, forsake, NULL);
	session_free(side->s);
	side->s = session_of(i);
	in = handover_unpacking(buf_ptr(&out.out), buf_len(&out.out), NULL, 0);
	session_handover(&in, side->s, end_handover);
	MUST(handover_is_done(&in));
	handover_fini(&out);
	handover_fini(&in);
	session_set_now(side->s, w.now);
}

/* ---- steps ------------------------------------------------------------------------- */

static void step_post(struct side *side)
{
	uint32_t serial = side->posted + 1;
	struct iovec iov = { &serial, 4 };

	if (!session_post(side->s, byte() & 1 ? FRAME_EXPECT : FRAME_EXPECTED,
			  0, NULL, &iov))
		side->posted++;
}

/* The lower half of the places is the first side's, the rest the other's. */
static void step_open(struct side *side)
{
	unsigned half = CHANNELS / 2, slot = side->made;
	struct open o = { .dest.port = (uint16_t)(byte() + 1) };
	struct end *e;

	if (slot == half)
		return;
	slot += side == w.side ? 0 : half;
	e = &side->ends[slot];
	o.resource = slot;
	e->chan = chan_open(side->s, &ops, e, SERVICE_FORWARD, &o);
	if (!e->chan)
		return;
	side->made++;
	e->used = true;
	e->room = SIZE_MAX;
}

/* As under pressure, when it has been idle. */
static void ask_back(struct chan *c)
{
	if (c->state != CHAN_OPEN || c->asked_back || c->fin_in)
		return;
	c->asked_back = true;
	chan_owe(c, OWE_RETURN);
}

static void step_end(struct side *side)
{
	struct end *e = &side->ends[byte() % CHANNELS];
	unsigned what = byte(), n = byte();

	if (!e->chan || chan_info(e->chan).is_dead)
		return;
	accept_late(e);
	switch (what % 8) {
	case 0:
		chan_reset(e->chan, REASON_STOPPED, "local");
		return;
	case 1:
		e->fin = true;
		break;
	case 2:
		e->broken = !e->fin;
		break;
	case 3:
		e->room = n == 255 ? SIZE_MAX : n * 50;
		break;
	case 4:
		if (!e->mark && !e->fin && !e->broken)
			e->mark = e->has += 1 + n;
		break;
	case 5:
		ask_back(e->chan);
		break;
	default:
		if (!e->fin && !e->broken && e->has < MANY)
			e->has += n * 100;
	}
	chan_readable(e->chan);
	chan_writable(e->chan);
}

/* As level-triggered sockets would say. */
static void announce(struct chan *c, void *arg)
{
	const struct end *e = chan_end(c);

	(void)arg;
	if (!e)
		return;
	if (e->has > e->sent || e->fin || e->broken)
		chan_readable(c);
	if (e->room)
		chan_writable(c);
}

static void send_all(struct side *side, unsigned records)
{
	struct iovec rec;

	session_each(side->s, announce, NULL);
	while (records-- && buf_len(&side->wire) < WIRE &&
	       session_next(side->s, &rec))
		MUST(!buf_append(&side->wire, rec.iov_base, rec.iov_len));
}

/* Some of what is on its way arrives. */
static void arrive(struct side *from, size_t n)
{
	struct side *to = &w.side[from == w.side];
	uint8_t *copy;

	n = MIN(n, buf_len(&from->wire));
	if (!n)
		return;
	copy = malloc(n);
	MUST(copy);
	memcpy(copy, buf_ptr(&from->wire), n);
	buf_take(&from->wire, n);
	if (session_input(to->s, copy, n)) {
		MUST(w.lied);
		w.over = true;
	}
	session_input_done(to->s);
	free(copy);
}

static void lose(void)
{
	for (int i = 0; i < 2; i++) {
		session_detach(w.side[i].s);
		buf_fini(&w.side[i].wire);
	}
}

static bool attach(struct side *side, uint64_t count, bool true_count)
{
	int ret = session_attach(side->s, false, count);

	MUST(!ret || !true_count || w.lied);
	w.over |= ret != 0;
	return !ret;
}

/* Nobody came back in time: nothing of before counts. */
static void begin_anew(void)
{
	for (int i = 0; i < 2; i++) {
		struct side *side = &w.side[i];

		session_forget(side->s);
		MUST(session_must_begin(side->s));
		MUST(!session_attach(side->s, true, 0));
		MUST(!session_count(side->s) && !slog_held(&side->s->log));
		session_reap(side->s);
		MUST(!session_channels(side->s));
		side->heard = w.side[!i].posted;
	}
}

/* An attempt may get as far as one side alone. */
static void step_break(void)
{
	uint64_t first = session_count(w.side[0].s);
	uint64_t second = session_count(w.side[1].s);
	unsigned what = byte();

	lose();
	if (what == 255)
		begin_anew();
	for (unsigned i = 0; i < 2; i++)
		if (what & 16U << i)
			move(i);
	if (what % 4 == 3)
		return;
	if (what % 4 == 2 && attach(&w.side[0], second, true)) {
		send_all(&w.side[0], 3);
		lose();
	}
	if (attach(&w.side[0], second, true))
		(void)attach(&w.side[1], first, true);
}

/* Refused, unless by chance it could be. */
static void step_lie(void)
{
	uint64_t count = session_count(w.side[1].s);
	unsigned how = byte(), n = byte();
	uint64_t base = w.side[0].s->log.base, sent = w.side[0].s->log.sent;

	count = how & 1 ? count + n : how & 2 ? count - n : n << (how % 32);
	if (count == session_count(w.side[1].s))
		return;
	lose();
	w.lied = true;
	if (attach(&w.side[0], count, false)) {
		MUST(count >= base && count <= sent);
		(void)attach(&w.side[1], session_count(w.side[0].s), false);
	}
}

static void check_bounds(void)
{
	for (int i = 0; i < 2; i++) {
		const struct session *s = w.side[i].s;

		MUST(slog_held(&s->log) <= MEMORY / 2 + FRAME_MAX);
		MUST(session_stats(s).memory <= MEMORY);
		MUST(s->log.base <= s->log.sent && s->log.sent <= s->log.end);
	}
}

static void set_time(uint64_t us)
{
	w.now += us;
	for (int i = 0; i < 2; i++) {
		session_set_now(w.side[i].s, w.now);
		session_tick(w.side[i].s);
		session_reap(w.side[i].s);
	}
}

/* Up to a quarter of a second; or long enough to count as idle. */
static void step_time(void)
{
	unsigned n = byte();

	set_time(n < 250 ? n * 1000 : 11000000);
}

static void step(void)
{
	unsigned what = byte();
	struct side *side = &w.side[what >> 7];

	switch (what % 16) {
	case 0:
		step_break();
		break;
	case 1:
		if (byte() == 77)
			step_lie();
		break;
	case 2:
		step_open(side);
		break;
	case 3:
		step_post(side);
		break;
	case 4:
		step_time();
		break;
	case 5:
		session_ping(side->s);
		break;
	case 6:
	case 7:
	case 8:
		step_end(side);
		break;
	case 9:
	case 10:
		send_all(side, byte() % 16);
		break;
	case 11:
		arrive(side, byte());
		break;
	default:
		arrive(side, byte() * 256);
		break;
	}
	set_time(1);
	check_bounds();
}

/* ---- in the end ----------------------------------------------------------------- */

/* No break any more, and everybody reads. */
static void settle(void)
{
	for (int round = 0; round < 200 && !w.over; round++) {
		for (int k = 0; k < CHANNELS; k++)
			for (int i = 0; i < 2; i++) {
				w.side[i].ends[k].room = SIZE_MAX;
				accept_late(&w.side[i].ends[k]);
			}
		for (int i = 0; i < 2; i++) {
			send_all(&w.side[i], 64);
			arrive(&w.side[i], SIZE_MAX);
		}
		set_time(ACK_DELAY_US);
	}
}

static void check_end(const struct end *e)
{
	const struct end *from = peer_of(e);

	MUST(e->used == from->used || e->closed || from->closed);
	if (e->closed || from->closed || !e->used)
		return;
	MUST(e->got == from->has && from->sent == from->has);
	MUST(e->got_fin == from->fin);
	MUST(!from->mark || e->got_mark);
}

static void check_all(void)
{
	MUST(w.side[0].heard == w.side[1].posted);
	MUST(w.side[1].heard == w.side[0].posted);
	for (int i = 0; i < 2; i++) {
		MUST(!slog_held(&w.side[i].s->log));
		for (int k = 0; k < CHANNELS; k++)
			check_end(&w.side[i].ends[k]);
	}
	MUST(session_channels(w.side[0].s) == session_channels(w.side[1].s));
}

static void begin(const uint8_t *data, size_t size)
{
	memset(&w, 0, sizeof w);
	w.p = data;
	w.limit = data + size;
	for (unsigned i = 0; i < 2; i++) {
		w.side[i].s = session_of(i);
		MUST(!session_attach(w.side[i].s, true, 0));
	}
	set_time(1000000);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	begin(data, size);
	while (w.p < w.limit && !w.over)
		step();
	if (!w.lied) {
		lose();
		MUST(attach(&w.side[0], session_count(w.side[1].s), true));
		MUST(attach(&w.side[1], session_count(w.side[0].s), true));
		settle();
		check_all();
	}
	for (int i = 0; i < 2; i++) {
		session_free(w.side[i].s);
		buf_fini(&w.side[i].wire);
	}
	return 0;
}
