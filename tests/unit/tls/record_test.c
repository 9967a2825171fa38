/* SPDX-License-Identifier: BSD-2-Clause */
/* record_test.c - bytes through an established connection. */
#include "pair.h"

#include "base/err.h"
#include "suite.h"

#include <stdlib.h>
#include <string.h>

#define TLS13 "NORMAL:-VERS-ALL:+VERS-TLS1.3"

static struct lent lent;

/* ---- a stream whose every byte is known -------------------------------------- */

struct stream {
	size_t sent, seen;
};

static uint8_t byte_at(size_t i)
{
	return (uint8_t)(i * 131 + (i >> 8) + (i >> 16));
}

static const uint8_t *stream_next(struct stream *s, size_t n)
{
	static uint8_t block[TLS_RECORD_MAX];

	for (size_t i = 0; i < n; i++)
		block[i] = byte_at(s->sent + i);
	s->sent += n;
	return block;
}

static void stream_check(struct stream *s, const uint8_t *p, size_t n)
{
	size_t i = 0;

	/* One assertion for all: each is a message to the parent process. */
	while (i < n && p[i] == byte_at(s->seen + i))
		i++;
	ck_assert_uint_eq(i, n);
	s->seen += n;
	ck_assert_uint_le(s->seen, s->sent);
}

/* Repeatable. */
static size_t random_to(size_t most)
{
	return (size_t)rand() % most + 1;
}

static size_t some_size(void)
{
	switch (rand() % 4) {
	case 0:
		return random_to(32);
	case 1:
		return random_to(2100);
	case 2:
		return TLS_RECORD_MAX;
	default:
		return random_to(TLS_RECORD_MAX);
	}
}

static void send_some(struct tls *t, struct stream *s, size_t n)
{
	ck_assert_int_eq(tls_send(t, stream_next(s, n), n), 0);
}

/* All that is there; the value that ended it. */
static int recv_all(struct tls *t, struct stream *s)
{
	const uint8_t *p;
	int n;

	while ((n = tls_recv(t, &p)) > 0)
		stream_check(s, p, (size_t)n);
	tls_recv_release(t);
	return n;
}

struct link {
	struct gate g;
	struct tls_client *client;
	struct pair p;
};

static void link_up(struct link *l)
{
	gate_open(&l->g, "gw.example");
	l->p = pair_up(&l->g, &l->client);
}

static void link_down(struct link *l)
{
	pair_free(&l->p);
	tls_client_free(l->client);
	gate_close(&l->g);
}

/* ---- plain transfer ------------------------------------------------------------ */

START_TEST(sizes)
{
	static const size_t size[] = {
		1, 2, 100, 4096, 8191, 8192, 8193, 16383, TLS_RECORD_MAX,
	};
	struct link l;
	struct stream up = { 0 }, down = { 0 };

	link_up(&l);
	for (size_t i = 0; i < ARRAY_LEN(size); i++) {
		send_some(l.p.c, &up, size[i]);
		ck_assert_uint_eq(buf_len(tls_output(l.p.c)), size[i] + 22);
		carry(l.p.c, l.p.s, SIZE_MAX, &lent);
		ck_assert_int_eq(recv_all(l.p.s, &up), ERR_AGAIN);
		ck_assert_uint_eq(up.seen, up.sent);
		send_some(l.p.s, &down, size[i]);
		carry(l.p.s, l.p.c, SIZE_MAX, &lent);
		ck_assert_int_eq(recv_all(l.p.c, &down), ERR_AGAIN);
		ck_assert_uint_eq(down.seen, down.sent);
	}
	ck_assert_int_eq(tls_send(l.p.c, NULL, 0), 0);
	ck_assert_uint_eq(buf_len(tls_output(l.p.c)), 0);
	link_down(&l);
}
END_TEST

START_TEST(byte_by_byte)
{
	struct link l;
	struct stream up = { 0 };

	link_up(&l);
	for (int i = 0; i < 3; i++)
		send_some(l.p.c, &up, 500);
	while (carry(l.p.c, l.p.s, 1, &lent))
		ck_assert_int_eq(recv_all(l.p.s, &up), ERR_AGAIN);
	ck_assert_uint_eq(up.seen, up.sent);
	link_down(&l);
}
END_TEST

START_TEST(random_pieces)
{
	struct link l;
	struct stream up = { 0 }, down = { 0 };

	srand(1);
	link_up(&l);
	for (int i = 0; i < 300; i++) {
		if (rand() % 2)
			send_some(l.p.c, &up, some_size());
		if (rand() % 2)
			send_some(l.p.s, &down, some_size());
		carry(l.p.c, l.p.s, random_to(40000), &lent);
		ck_assert_int_eq(recv_all(l.p.s, &up), ERR_AGAIN);
		carry(l.p.s, l.p.c, random_to(40000), &lent);
		ck_assert_int_eq(recv_all(l.p.c, &down), ERR_AGAIN);
	}
	while (carry(l.p.c, l.p.s, SIZE_MAX, &lent))
		ck_assert_int_eq(recv_all(l.p.s, &up), ERR_AGAIN);
	while (carry(l.p.s, l.p.c, SIZE_MAX, &lent))
		ck_assert_int_eq(recv_all(l.p.c, &down), ERR_AGAIN);
	ck_assert_uint_eq(up.seen, up.sent);
	ck_assert_uint_eq(down.seen, down.sent);
	link_down(&l);
}
END_TEST

/* What was handed out stays until it is released, small or large. */
START_TEST(several_held)
{
	static const size_t size[] = { 10, 5000, 1, 8192, 8193, 16384 };
	const uint8_t *p[ARRAY_LEN(size)];
	struct link l;
	struct stream up = { 0 };

	link_up(&l);
	for (size_t i = 0; i < ARRAY_LEN(size); i++)
		send_some(l.p.c, &up, size[i]);
	carry(l.p.c, l.p.s, SIZE_MAX, &lent);
	for (size_t i = 0; i < ARRAY_LEN(size); i++)
		ck_assert_int_eq(tls_recv(l.p.s, &p[i]), (int)size[i]);
	memset(&lent, 0, sizeof(lent));
	for (size_t i = 0; i < ARRAY_LEN(size); i++)
		stream_check(&up, p[i], size[i]);
	tls_recv_release(l.p.s);
	tls_recv_release(l.p.s);
	ck_assert_int_eq(tls_recv(l.p.s, &p[0]), ERR_AGAIN);
	/* And tls_free lets go of what is still held. */
	send_some(l.p.c, &up, 9000);
	carry(l.p.c, l.p.s, SIZE_MAX, &lent);
	ck_assert_int_eq(tls_recv(l.p.s, &p[0]), 9000);
	link_down(&l);
}
END_TEST

/* The server's first words may follow its handshake at once, and the client's
 * its own. */
START_TEST(bytes_behind_the_handshake)
{
	struct gate g;
	struct tls_client *c;
	struct pair p;
	struct stream up = { 0 };

	gate_open(&g, "gw.example");
	c = client_pinning(&g, "gw.example");
	p = pair_new(&g, c);
	ck_assert_int_eq(tls_handshake(p.c), ERR_AGAIN);
	carry(p.c, p.s, SIZE_MAX, &lent);
	ck_assert_int_eq(tls_handshake(p.s), ERR_AGAIN);
	carry(p.s, p.c, SIZE_MAX, &lent);
	ck_assert_int_eq(tls_handshake(p.c), 0);
	send_some(p.c, &up, 100);
	send_some(p.c, &up, 10000);
	carry(p.c, p.s, SIZE_MAX, &lent);
	ck_assert_int_eq(tls_handshake(p.s), 0);
	ck_assert_int_eq(tls_handshake(p.s), 0);
	ck_assert_int_eq(recv_all(p.s, &up), ERR_AGAIN);
	ck_assert_uint_eq(up.seen, up.sent);
	pair_free(&p);
	tls_client_free(c);
	gate_close(&g);
}
END_TEST

START_TEST(output_memory)
{
	struct link l;
	struct stream up = { 0 };
	struct buf *out;
	uint8_t *was;

	link_up(&l);
	out = tls_output(l.p.c);
	for (int i = 0; i < 8; i++)
		send_some(l.p.c, &up, TLS_RECORD_MAX);
	was = out->data;
	tls_rest(l.p.c); /* not while bytes wait */
	ck_assert_uint_eq(buf_len(out), 8 * (TLS_RECORD_MAX + 22));
	tls_written(l.p.c, 1000);
	ck_assert_uint_eq(buf_len(out), 8 * (TLS_RECORD_MAX + 22) - 1000);
	tls_written(l.p.c, buf_len(out));
	ck_assert_uint_eq(buf_len(out), 0);
	ck_assert_ptr_eq(out->data, was); /* kept for the next burst */
	tls_rest(l.p.c);
	ck_assert_ptr_null(out->data);
	for (int i = 0; i < 40; i++)
		send_some(l.p.c, &up, TLS_RECORD_MAX);
	tls_written(l.p.c, buf_len(out));
	ck_assert_ptr_null(out->data); /* too much to keep */
	link_down(&l);
}
END_TEST

/* ---- ends ------------------------------------------------------------------------ */

START_TEST(orderly_end)
{
	struct link l;
	struct stream up = { 0 }, down = { 0 };
	const uint8_t *p;

	link_up(&l);
	send_some(l.p.c, &up, 3000);
	tls_bye(l.p.c);
	tls_bye(l.p.c);
	ck_assert_int_eq(tls_send(l.p.c, stream_next(&up, 0), 1), ERR_TLS);
	carry(l.p.c, l.p.s, SIZE_MAX, &lent);
	tls_input_end(l.p.s);
	ck_assert_int_eq(recv_all(l.p.s, &up), ERR_CLOSED);
	ck_assert_uint_eq(up.seen, up.sent);
	ck_assert_int_eq(tls_recv(l.p.s, &p), ERR_CLOSED);
	/* The other direction is still open. */
	send_some(l.p.s, &down, 5000);
	carry(l.p.s, l.p.c, SIZE_MAX, &lent);
	ck_assert_int_eq(recv_all(l.p.c, &down), ERR_AGAIN);
	ck_assert_uint_eq(down.seen, down.sent);
	link_down(&l);
}
END_TEST

/* EOF after `keep` bytes of a record and a half. */
static void cut_at(size_t keep)
{
	struct link l;
	struct stream up = { 0 };
	const uint8_t *p;

	link_up(&l);
	send_some(l.p.c, &up, 100);
	send_some(l.p.c, &up, 100);
	carry(l.p.c, l.p.s, keep, &lent);
	tls_input_end(l.p.s);
	ck_assert_int_eq(recv_all(l.p.s, &up), ERR_TLS);
	ck_assert_uint_eq(up.seen, keep / 122 * 100);
	ck_assert_str_eq(tls_why(l.p.s),
			 "the connection ended without a TLS close_notify");
	ck_assert_int_eq(tls_recv(l.p.s, &p), ERR_TLS);
	link_down(&l);
}

START_TEST(truncated)
{
	static const size_t keep[] = { 0,   1,   4,   5,   6,   121,
				       122, 123, 127, 200, 243, 244 };

	for (size_t i = 0; i < ARRAY_LEN(keep); i++)
		cut_at(keep[i]);
}
END_TEST

START_TEST(damaged_record)
{
	struct link l;
	struct stream up = { 0 };
	const uint8_t *p;

	link_up(&l);
	send_some(l.p.c, &up, 100);
	buf_ptr(tls_output(l.p.c))[50] ^= 1;
	carry(l.p.c, l.p.s, SIZE_MAX, &lent);
	ck_assert_int_eq(tls_recv(l.p.s, &p), ERR_TLS);
	ck_assert_ptr_nonnull(strstr(tls_why(l.p.s), "damaged"));
	/* The other end is told. */
	ck_assert_uint_gt(carry(l.p.s, l.p.c, SIZE_MAX, &lent), 0);
	ck_assert_int_eq(tls_recv(l.p.c, &p), ERR_TLS);
	ck_assert_ptr_nonnull(strstr(tls_why(l.p.c), "alert"));
	link_down(&l);
}
END_TEST

/* ---- channel binding --------------------------------------------------------------- */

START_TEST(exporter)
{
	struct link l;
	struct pair other;
	uint8_t a[TLS_EXPORTER], b[TLS_EXPORTER], c[TLS_EXPORTER];

	link_up(&l);
	ck_assert_int_eq(tls_exporter(l.p.c, a), 0);
	ck_assert_int_eq(tls_exporter(l.p.s, b), 0);
	ck_assert_mem_eq(a, b, sizeof(a));
	other = pair_new(&l.g, l.client);
	ck_assert_int_eq(pair_shake(&other, SIZE_MAX).c, 0);
	ck_assert_int_eq(tls_exporter(other.c, c), 0);
	ck_assert_mem_ne(a, c, sizeof(a));
	pair_free(&other);
	link_down(&l);
}
END_TEST

/* ---- KeyUpdate ----------------------------------------------------------------------- */

/* A raw peer and ours; ours is the server, or the client. */
struct mixed {
	struct gate g;
	struct tls_client *client;
	struct tls *t;
	struct raw r;
	struct stream to_tls, to_raw;
};

static void mixed_up(struct mixed *m, bool ours_is_server)
{
	struct ends e;

	memset(m, 0, sizeof(*m));
	gate_open(&m->g, "gw.example");
	raw_open(&m->r, ours_is_server ? GNUTLS_CLIENT : GNUTLS_SERVER, TLS13,
		 "adit/1");
	if (ours_is_server) {
		gnutls_server_name_set(m->r.session, GNUTLS_NAME_DNS,
				       "gw.example", 10);
		m->t = tls_accept_new(gate_select, &m->g);
	} else {
		raw_use(&m->r, &m->g);
		m->client = client_pinning(&m->g, "gw.example");
		m->t = tls_connect_new(m->client);
	}
	e = raw_shake(&m->r, m->t);
	ck_assert_msg(!e.c && !e.s, "raw: %s; ours: %s", gnutls_strerror(e.c),
		      tls_why(m->t));
}

static void mixed_down(struct mixed *m)
{
	raw_close(&m->r);
	tls_free(m->t);
	tls_client_free(m->client);
	gate_close(&m->g);
}

static void raw_send(struct mixed *m, size_t n)
{
	ck_assert_int_eq((int)gnutls_record_send(m->r.session,
						 stream_next(&m->to_tls, n), n),
			 (int)n);
}

static void raw_recv(struct mixed *m)
{
	uint8_t block[TLS_RECORD_MAX];
	ssize_t n;

	do {
		n = gnutls_record_recv(m->r.session, block, sizeof(block));
		if (n > 0)
			stream_check(&m->to_raw, block, (size_t)n);
		else
			ck_assert_int_eq((int)n, GNUTLS_E_AGAIN);
	} while (n > 0 || buf_len(&m->r.in));
}

static void raw_update(struct mixed *m)
{
	ck_assert_int_eq(
		gnutls_session_key_update(m->r.session, GNUTLS_KU_PEER), 0);
}

/* Everything in one lent piece: no record may wait behind a KeyUpdate. */
static void update_between_records(bool ours_is_server)
{
	struct mixed m;

	mixed_up(&m, ours_is_server);
	for (int i = 0; i < 4; i++) {
		raw_send(&m, 1000);
		raw_update(&m);
		raw_send(&m, 10);
	}
	raw_to_tls(&m.r, m.t, &lent);
	ck_assert_uint_eq(buf_len(&m.r.out), 0);
	ck_assert_int_eq(recv_all(m.t, &m.to_tls), ERR_AGAIN);
	ck_assert_uint_eq(m.to_tls.seen, m.to_tls.sent);
	mixed_down(&m);
}

START_TEST(no_stall_behind_key_update)
{
	update_between_records(true);
	update_between_records(false);
}
END_TEST

static void handover_some(struct mixed *m)
{
	size_t most = random_to(30000), n = MIN(most, buf_len(&m->r.out));
	struct buf *out = tls_output(m->t);

	if (n)
		memcpy(lent.bytes, buf_ptr(&m->r.out), n);
	buf_take(&m->r.out, n);
	tls_input(m->t, lent.bytes, n);
	ck_assert_int_eq(recv_all(m->t, &m->to_tls), ERR_AGAIN);

	n = MIN(most, buf_len(out));
	ck_assert_int_eq(buf_append(&m->r.in, buf_ptr(out), n), 0);
	tls_written(m->t, n);
	raw_recv(m);
}

/* Both send all the time, at odd moments the peer wants new keys (up to 8 a
 * second are legal for GnuTLS), and bytes wait in our output meanwhile. */
static void storm(unsigned seed)
{
	struct mixed m;
	int updates = 0;

	srand(seed);
	mixed_up(&m, seed % 2);
	for (int i = 0; i < 60; i++) {
		send_some(m.t, &m.to_raw, some_size());
		if (rand() % 2)
			raw_send(&m, some_size());
		if (i > 5 && updates < 7 && rand() % 4 == 0) {
			raw_update(&m);
			updates++;
		}
		handover_some(&m);
	}
	ck_assert_int_gt(updates, 3);
	while (buf_len(&m.r.out) || buf_len(tls_output(m.t)))
		handover_some(&m);
	ck_assert_uint_eq(m.to_tls.seen, m.to_tls.sent);
	ck_assert_uint_eq(m.to_raw.seen, m.to_raw.sent);
	mixed_down(&m);
}

START_TEST(key_update_storm)
{
	for (unsigned seed = 1; seed <= 12; seed++)
		storm(seed);
}
END_TEST

START_TEST(too_many_key_updates)
{
	struct mixed m;
	int ret = ERR_AGAIN;

	mixed_up(&m, true);
	for (int i = 0; i < 40 && ret == ERR_AGAIN; i++) {
		raw_update(&m);
		raw_to_tls(&m.r, m.t, &lent);
		ret = recv_all(m.t, &m.to_tls);
	}
	ck_assert_int_eq(ret, ERR_TLS);
	ck_assert_ptr_nonnull(strstr(tls_why(m.t), "too many handshake"));
	mixed_down(&m);
}
END_TEST

/* RFC 8449: a peer that takes small records only. */
START_TEST(small_records)
{
	struct mixed m;
	struct ends e;

	memset(&m, 0, sizeof(m));
	gate_open(&m.g, "gw.example");
	raw_open(&m.r, GNUTLS_CLIENT, TLS13, "adit/1");
	ck_assert_int_eq(gnutls_record_set_max_recv_size(m.r.session, 600), 0);
	gnutls_server_name_set(m.r.session, GNUTLS_NAME_DNS, "gw.example", 10);
	m.t = tls_accept_new(gate_select, &m.g);
	e = raw_shake(&m.r, m.t);
	ck_assert_msg(!e.c && !e.s, "%s", tls_why(m.t));
	send_some(m.t, &m.to_raw, TLS_RECORD_MAX);
	tls_to_raw(m.t, &m.r);
	raw_recv(&m);
	ck_assert_uint_eq(m.to_raw.seen, m.to_raw.sent);
	mixed_down(&m);
}
END_TEST

SUITE("tls/record", sizes, byte_by_byte, random_pieces, several_held,
      bytes_behind_the_handshake, output_memory, orderly_end, truncated,
      damaged_record, exporter, no_stall_behind_key_update, key_update_storm,
      too_many_key_updates, small_records)
