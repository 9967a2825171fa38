/* SPDX-License-Identifier: BSD-2-Clause */
/* record_test.c - bytes through an established connection. */
#include "stream.h"

#include "base/err.h"
#include "suite.h"

#include <stdlib.h>
#include <string.h>

static struct lent lent;

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

/* By every pair of engines: of the client and of the server. */
static void by_all_engines(void (*test)(void))
{
	for (pair_stays = 0; pair_stays <= (PAIR_CLIENT | PAIR_SERVER);
	     pair_stays++)
		test();
}

/* ---- plain transfer ------------------------------------------------------------ */

static void try_sizes(void)
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

START_TEST(sizes)
{
	by_all_engines(try_sizes);
}
END_TEST

static void try_byte_by_byte(void)
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

START_TEST(byte_by_byte)
{
	by_all_engines(try_byte_by_byte);
}
END_TEST

static void try_random_pieces(void)
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

START_TEST(random_pieces)
{
	by_all_engines(try_random_pieces);
}
END_TEST

/* What was handed out stays until it is released, small or large. */
static void try_several_held(void)
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

START_TEST(several_held)
{
	by_all_engines(try_several_held);
}
END_TEST

/* The server's first words may follow its handshake at once, and the client's
 * its own. */
static void try_bytes_behind_the_handshake(void)
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

START_TEST(bytes_behind_the_handshake)
{
	by_all_engines(try_bytes_behind_the_handshake);
}
END_TEST

static void try_output_memory(void)
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

START_TEST(output_memory)
{
	by_all_engines(try_output_memory);
}
END_TEST

/* ---- ends ------------------------------------------------------------------------ */

static void try_orderly_end(void)
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

START_TEST(orderly_end)
{
	by_all_engines(try_orderly_end);
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

static void try_truncated(void)
{
	static const size_t keep[] = { 0,   1,   4,   5,   6,   121,
				       122, 123, 127, 200, 243, 244 };

	for (size_t i = 0; i < ARRAY_LEN(keep); i++)
		cut_at(keep[i]);
}

START_TEST(truncated)
{
	by_all_engines(try_truncated);
}
END_TEST

static void try_damaged_record(void)
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

START_TEST(damaged_record)
{
	by_all_engines(try_damaged_record);
}
END_TEST

/* ---- channel binding --------------------------------------------------------------- */

static void try_exporter(void)
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

START_TEST(exporter)
{
	by_all_engines(try_exporter);
}
END_TEST

/* ---- KeyUpdate ----------------------------------------------------------------------- */

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

SUITE("tls/record", sizes, byte_by_byte, random_pieces, several_held,
      bytes_behind_the_handshake, output_memory, orderly_end, truncated,
      damaged_record, exporter, no_stall_behind_key_update, key_update_storm,
      too_many_key_updates)
