/* SPDX-License-Identifier: BSD-2-Clause */
/* session_fuzz.c - a random peer and random local ends against a session: it
 * never crashes, keeps its bounds, and sends only what its own decoder takes.
 *
 * The input is a row of steps; each takes a few bytes. */
#include "base/err.h"
#include "channel/session.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LIMIT = 6, MEMORY = 9 << 14, ENDS = 16 };

struct end {
	struct chan *chan;
	unsigned readable, room;
	bool fin, broken, urgent, used;
};

static struct world {
	struct session *s;
	struct budget budget;
	struct end ends[ENDS];
	const uint8_t *p, *limit;
	uint64_t now, sent, s_made;
	uint32_t last_peer;
} w;

static unsigned byte(void)
{
	return w.p < w.limit ? *w.p++ : 0;
}

static ssize_t on_read(struct chan *c, const struct iovec *iov, int n,
		       bool *urgent)
{
	struct end *e = chan_end(c);
	size_t total = 0;

	*urgent = false;
	if (e->broken)
		return ERR_SYS;
	if (!e->readable)
		return e->fin ? 0 : ERR_AGAIN;
	for (; n > 0 && e->readable; iov++, n--) {
		size_t len = MIN(iov->iov_len, e->readable);

		memset(iov->iov_base, 'x', len);
		e->readable -= (unsigned)len;
		total += len;
	}
	*urgent = e->urgent && total;
	return total ? (ssize_t)total : ERR_AGAIN;
}

static ssize_t on_write(struct chan *c, const struct iovec *iov, int n,
			bool urgent)
{
	struct end *e = chan_end(c);
	size_t total = 0;

	(void)urgent;
	if (e->broken)
		return ERR_SYS;
	for (; n > 0; iov++, n--) {
		size_t len = MIN(iov->iov_len, e->room);

		e->room -= (unsigned)len;
		total += len;
	}
	return (ssize_t)total;
}

static void on_finish(struct chan *c)
{
	struct end *e = chan_end(c);

	if (!e->chan)
		abort();
}

static void on_closed(struct chan *c, unsigned reason, const char *text)
{
	struct end *e = chan_end(c);

	(void)reason;
	(void)text;
	if (e->chan != c)
		abort();
	*e = (struct end){ 0 };
}

static void on_opened(struct chan *c, const struct opened *o)
{
	struct end *e = chan_end(c);

	if (e->chan != c || o->local.port == 0xdead)
		abort();
}

static const struct chan_ops ops = {
	.read = on_read,
	.write = on_write,
	.finish = on_finish,
	.opened = on_opened,
	.closed = on_closed,
};

/* One that says itself what is consumed, as an inspected channel does. */
static ssize_t on_counted(struct chan *c, const struct iovec *iov, int n,
			  bool urgent)
{
	ssize_t done = on_write(c, iov, n, urgent);

	if (done > 0)
		chan_consumed(c, (size_t)done);
	return done;
}

static const struct chan_ops counting = {
	.read = on_read,
	.write = on_counted,
	.finish = on_finish,
	.opened = on_opened,
	.closed = on_closed,
	.counts = true,
};

static struct end *free_end(void)
{
	for (int i = 0; i < ENDS; i++)
		if (!w.ends[i].used)
			return &w.ends[i];
	return NULL;
}

static void on_open(struct session *s, struct chan *c, const struct open *o)
{
	struct end *e = free_end();

	(void)s;
	if (!e || o->resource == 0xff) {
		chan_reset(c, REASON_DENIED, "no");
		return;
	}
	e->used = true;
	e->chan = c;
	chan_attach(c, o->resource & 1 ? &ops : &counting, e);
}

static int on_frame(struct session *s, const struct frame *f, const uint8_t *p,
		    struct chan *about)
{
	(void)f;
	(void)p;
	if (about && chan_session(about) != s)
		abort();
	return 0;
}

static const struct session_ops session_ops = {
	.open = on_open,
	.frame = on_frame,
};

/* ---- steps ------------------------------------------------------------------- */

/* A frame that is often right: small ids, the right marker, short payloads. */
static int peer_frame(void)
{
	static uint8_t wire[FRAME_MAX];
	struct frame f = {
		.command = (uint8_t)byte(),
		.flags = (uint8_t)(byte() & 3),
		.service = SERVICE_FORWARD,
		.protocol = PROTOCOL_TCP,
		.marker = 7,
		.client_id = byte() % 12,
		.server_id = byte() % 12,
	};
	unsigned kind = byte(), n = byte();
	struct open o = { .resource = n, .credit = n * 100 };
	uint8_t *to = wire + FRAME_HEADER;

	f.command = f.command < 0xf0 ? f.command % 10 : f.command;
	if (f.command == FRAME_OPEN && kind < 0xf0) {
		f.client_id = ++w.last_peer;
		f.server_id = 0;
		n = (unsigned)pack_open(to, 200, &o);
	} else if (f.command == FRAME_WINDOW && kind < 0xf0) {
		n = (unsigned)pack_u64(to, 8, (uint64_t)n << (kind & 15));
	} else if (f.command == FRAME_CLOSE && kind < 0xf0) {
		n = f.flags == FLAG_FIN ?
			    0 :
			    (unsigned)pack_reset(to, 200,
						 &(struct reset){ 3, "x" });
	} else {
		n = n << (kind & 7);
		n = MIN(n, FRAME_PAYLOAD_MAX);
		memset(to, (int)kind, n);
	}
	f.len = (uint16_t)n;
	frame_pack(wire, &f);
	return session_input(w.s, wire, FRAME_HEADER + n);
}

static const uint8_t others[] = {
	FRAME_PING,  FRAME_PONG,   FRAME_GOAWAY,    FRAME_ATTACHED,
	FRAME_LOGIN, FRAME_EXPECT, FRAME_RESOURCES,
};

/* Frames that concern no channel; now and then with another's marker. */
static int peer_other(void)
{
	uint8_t wire[FRAME_HEADER + 8];
	unsigned what = byte();
	struct frame f = {
		.command = others[what % sizeof others],
		.service = SERVICE_FORWARD,
		.protocol = PROTOCOL_TCP,
		.marker = what == 0xff ? 8 : 7,
		.len = what == 0xfe ? 7 : 8,
	};

	frame_pack(wire, &f);
	pack_u64(wire + FRAME_HEADER, 8, w.now - 1);
	return session_input(w.s, wire, FRAME_HEADER + (size_t)f.len);
}

/* A frame for a channel that is there, with the ids that belong to it. */
static int peer_right(void)
{
	static uint8_t wire[FRAME_MAX];
	struct end *e = &w.ends[byte() % ENDS];
	unsigned what = byte(), n = byte();
	struct chan_info i;
	struct frame f = { .service = SERVICE_FORWARD,
			   .protocol = PROTOCOL_TCP,
			   .marker = 7 };
	uint8_t *to = wire + FRAME_HEADER;

	if (!e->used || !e->chan)
		return 0;
	i = chan_info(e->chan);
	f.client_id = i.client_id;
	f.server_id = i.server_id;
	if (what % 8 == 0) {
		f.command = FRAME_OPENED;
		f.client_id = f.client_id ? f.client_id : ++w.last_peer;
		f.server_id = f.server_id ? f.server_id : ++w.last_peer;
		f.len = (uint16_t)pack_opened(
			to, 64, &(struct opened){ .credit = n * 300 });
	} else if (what % 8 == 1) {
		f.command = FRAME_WINDOW;
		f.flags = FLAG_RETURNED;
		f.len = (uint16_t)pack_u64(to, 8, i.received + n * 64);
	} else if (what % 8 == 2) {
		f.command = FRAME_WINDOW;
		f.flags = n & 1 ? FLAG_RETURN : 0;
		f.len = n & 1 ? 0 : (uint16_t)pack_u64(to, 8, i.sent + n * 99);
	} else if (what % 8 == 3) {
		f.command = FRAME_CLOSE;
		f.flags = FLAG_FIN;
	} else {
		f.command = FRAME_DATA;
		f.flags = what == 7 ? FLAG_URGENT : 0;
		f.len = (uint16_t)(n * 64);
		memset(to, 'd', f.len);
	}
	frame_pack(wire, &f);
	return session_input(w.s, wire, FRAME_HEADER + (size_t)f.len);
}

/* What the session's owner does. */
static void owner(void)
{
	static const uint8_t posts[] = { FRAME_RESOURCES, FRAME_EXPECT,
					 FRAME_CANCEL, FRAME_GOAWAY };
	struct end *e = &w.ends[byte() % ENDS];
	unsigned what = byte(), n = byte();
	uint8_t bytes[256] = { 0 };
	struct iovec iov = { bytes, n };
	struct chan *about = e->used && e->chan && !chan_info(e->chan).is_dead ?
				     e->chan :
				     NULL;

	switch (what % 4) {
	case 0:
		session_ping(w.s);
		break;
	case 1:
		session_set_target(w.s, n * 1024);
		session_set_rtt(w.s, n * 1000);
		break;
	case 2:
		session_drop_all(w.s, REASON_STOPPED);
		break;
	default:
		if (session_post(w.s, posts[n % 4], n & 1 ? FLAG_FIRST : 0,
				 about, &iov))
			abort();
	}
	/* Those that wait are charged for, one may exceed, and all keep more. */
	if (session_stats(w.s).memory > MEMORY + 2 * LIMIT * 65536 ||
	    session_heard(w.s) > w.now)
		abort();
}

static int peer_bytes(void)
{
	size_t want = byte(), left = (size_t)(w.limit - w.p);
	size_t n = MIN(want, left);
	int ret = session_input(w.s, w.p, n);

	w.p += n;
	return ret;
}

/* What comes out must be whole frames that can be read. */
static void drain(void)
{
	struct iovec rec;
	struct frame f;
	const char *why;

	for (unsigned i = byte() % 8; i && session_next(w.s, &rec); i--) {
		const uint8_t *at = rec.iov_base, *end = at + rec.iov_len;

		if (rec.iov_len > FRAME_MAX)
			abort();
		for (; at < end; at += FRAME_HEADER + f.len) {
			if (frame_unpack(&f, at, &why) || f.marker != 7)
				abort();
			if (frame_is_logged(f.command))
				w.sent += FRAME_HEADER + (uint64_t)f.len;
		}
		if (at != end)
			abort();
	}
}

static int ack(void)
{
	uint8_t wire[FRAME_HEADER + 8];
	struct frame f = { .command = FRAME_ACK,
			   .service = SERVICE_FORWARD,
			   .protocol = PROTOCOL_TCP,
			   .marker = 7,
			   .len = 8 };

	frame_pack(wire, &f);
	pack_u64(wire + FRAME_HEADER, 8, w.sent);
	return session_input(w.s, wire, sizeof wire);
}

static void local(void)
{
	struct end *e = &w.ends[byte() % ENDS];
	unsigned what = byte(), n = byte();
	struct open o = { .resource = 1, .real = n & 1 };

	if (!e->used) {
		e->used = true;
		e->chan = chan_open(w.s, &ops, e, SERVICE_FORWARD, &o);
		if (!e->chan)
			*e = (struct end){ 0 };
		return;
	}
	if (!e->chan || chan_info(e->chan).is_dead)
		return;
	switch (what % 8) {
	case 0:
		chan_reset(e->chan, n, "local");
		break;
	case 1:
		e->fin = true;
		chan_readable(e->chan);
		break;
	case 2:
		e->broken = true;
		chan_readable(e->chan);
		break;
	case 3:
		e->room += n * 300;
		chan_writable(e->chan);
		break;
	case 4:
		chan_accept(e->chan, &(struct addr){ 0 });
		break;
	case 5:
		chan_want(e->chan, n * 200);
		break;
	case 6:
		e->urgent = n & 1;
		break;
	default:
		e->readable += n * 300;
		chan_readable(e->chan);
	}
}

static int tunnel(void)
{
	unsigned what = byte();

	session_detach(w.s);
	if (what & 1) {
		w.sent = 0;
		return session_attach(w.s, true, 0);
	}
	return session_attach(w.s, false, w.sent);
}

static int step(void)
{
	int ret = 0;

	switch (byte() % 8) {
	case 0:
		ret = byte() & 1 ? peer_frame() : peer_other();
		break;
	case 1:
		ret = peer_right();
		break;
	case 2:
		ret = byte() & 1 ? peer_bytes() : ack();
		break;
	case 3:
		local();
		break;
	case 4:
		drain();
		break;
	case 5:
		session_tick(w.s);
		session_reap(w.s);
		break;
	case 6:
		w.now += byte() * 1000000;
		break;
	default:
		if (byte() < 16)
			ret = tunnel();
		else
			owner();
	}
	session_set_now(w.s, ++w.now);
	session_input_done(w.s);
	if (session_channels(w.s) > 2 * LIMIT ||
	    session_deadline(w.s) < w.s_made)
		abort();
	return ret;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct session_conf conf = { .marker = 7,
				     .max_channels = LIMIT,
				     .memory = MEMORY,
				     .budget = &w.budget };

	memset(&w, 0, sizeof w);
	w.p = data;
	w.limit = data + size;
	conf.role = byte() & 1 ? ROLE_GATEWAY : ROLE_AGENT;
	w.s = session_new(&conf, &session_ops, NULL);
	if (!w.s || session_attach(w.s, true, 0))
		abort();
	while (w.p < w.limit && !step())
		;
	session_free(w.s);
	if (w.budget.used)
		abort();
	for (int i = 0; i < ENDS; i++)
		if (w.ends[i].used)
			abort();
	return 0;
}
