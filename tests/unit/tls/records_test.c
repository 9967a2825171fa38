/* SPDX-License-Identifier: BSD-2-Clause */
/* records_test.c - records as a peer should and should not send them, with a
 * cipher that leaves them readable. */
#include "glass.h"
#include "tls/records.h"
#include "tls/tls.h"

#include "suite.h"

#include <gnutls/gnutls.h>
#include <stdlib.h>

enum { DATA = 23, HANDSHAKE = 22, ALERT = 21, OVERHEAD = 22 };

/* One end, and the wire to it. */
static struct glass in, out;
static struct records *r;
static uint64_t number; /* of the peer's next record */
static uint8_t wire[1 << 18];
static size_t nwire;
static const uint8_t *plain;

static const uint8_t iv[AEAD_NONCE] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 };

static void up(bool is_client, uint64_t first)
{
	struct records_key k = { &in.aead, { 0 }, first };

	glass_init(&in);
	glass_init(&out);
	memcpy(k.iv, iv, sizeof iv);
	number = first;
	nwire = 0;
	r = records_new(&k, &(struct records_key){ .aead = &out.aead },
			is_client);
	ck_assert_ptr_nonnull(r);
}

static void down(void)
{
	records_free(r);
	ck_assert(in.freed && out.freed);
}

/* Seals n bytes, of which one is the type. */
static uint8_t *wire_record(const void *p, size_t n)
{
	uint8_t *record = wire + nwire, nonce[AEAD_NONCE];
	size_t sealed = n + AEAD_TAG;

	record[0] = DATA;
	record[1] = record[2] = 3;
	record[3] = (uint8_t)(sealed >> 8);
	record[4] = (uint8_t)sealed;
	memcpy(record + 5, p, n);
	memcpy(nonce, iv, sizeof iv);
	for (int i = 0; i < 8; i++)
		nonce[11 - i] ^= (uint8_t)(number >> 8 * i);
	glass_tag(record + 5 + n, nonce, n);
	number++;
	nwire += 5 + sealed;
	return record;
}

static uint8_t *wire_typed(uint8_t type, const void *p, size_t n, size_t zeros)
{
	static uint8_t inner[20000];

	memset(inner, 0, sizeof inner);
	if (n)
		memcpy(inner, p, n);
	inner[n] = type;
	return wire_record(inner, n + 1 + zeros);
}

static ssize_t feed(void)
{
	records_input(r, wire, nwire);
	return records_recv(r, &plain);
}

/* The wire as it is must be refused. */
static void refused(int code, const char *why)
{
	ck_assert_int_eq((int)feed(), code);
	if (why)
		ck_assert_ptr_nonnull(strstr(records_why(r), why));
	else
		ck_assert_ptr_null(records_why(r));
	down();
}

/* ---- what is right ---------------------------------------------------------- */

START_TEST(data)
{
	up(true, 0);
	wire_typed(DATA, "one", 3, 0);
	wire_typed(DATA, "", 0, 0); /* nothing, to hide that there is nothing */
	wire_typed(DATA, "", 0, 500);
	wire_typed(DATA, "three", 5, 100);
	ck_assert_int_eq((int)feed(), 3);
	ck_assert_mem_eq(plain, "one", 3);
	ck_assert_int_eq((int)records_recv(r, &plain), 5);
	ck_assert_mem_eq(plain, "three", 5);
	ck_assert_int_eq((int)records_recv(r, &plain), GNUTLS_E_AGAIN);
	down();
}
END_TEST

/* The number goes over 32 bits, and all of it is in the nonce. */
START_TEST(numbers)
{
	up(true, UINT32_MAX);
	wire_typed(DATA, "a", 1, 0);
	wire_typed(DATA, "b", 1, 0);
	ck_assert_int_eq((int)feed(), 1);
	ck_assert_int_eq((int)records_recv(r, &plain), 1);
	down();
	up(true, 7);
	number = 8; /* one is missing */
	wire_typed(DATA, "a", 1, 0);
	refused(GNUTLS_E_DECRYPTION_FAILED, NULL);
}
END_TEST

START_TEST(longest)
{
	static uint8_t block[TLS_RECORD_MAX];

	up(true, 0);
	wire_typed(DATA, block, sizeof block, 0);
	wire_typed(DATA, block, 100, sizeof block - 100);
	ck_assert_int_eq((int)feed(), sizeof block);
	ck_assert_int_eq((int)records_recv(r, &plain), 100);
	down();
}
END_TEST

static void check_block(const uint8_t *p, ssize_t n, int byte)
{
	ck_assert_int_eq((int)n, 100);
	ck_assert_uint_eq(p[0], (unsigned)byte);
	ck_assert_uint_eq(p[99], (unsigned)byte);
}

/* Three records, cut at each place: what was handed out stays until it is
 * released. */
START_TEST(cut_anywhere)
{
	const uint8_t *p[3] = { NULL };
	uint8_t *copy;

	for (size_t cut = 0; cut <= 3 * (100 + OVERHEAD); cut++) {
		ssize_t n;
		int got = 0;

		up(true, 0);
		for (uint8_t i = 0; i < 3; i++) {
			uint8_t block[100];

			memset(block, i + 1, sizeof block);
			wire_typed(DATA, block, sizeof block, 0);
		}
		copy = malloc(cut + 1);
		ck_assert_ptr_nonnull(copy);
		memcpy(copy, wire, cut);
		records_input(r, copy, cut);
		while ((n = records_recv(r, &plain)) > 0)
			check_block(plain, n, ++got);
		ck_assert_int_eq((int)n, GNUTLS_E_AGAIN);
		records_release(r);
		free(copy);
		records_input(r, wire + cut, nwire - cut);
		for (int i = got; i < 3; i++)
			n = records_recv(r, &p[i]);
		ck_assert_int_eq((int)records_recv(r, &plain), GNUTLS_E_AGAIN);
		for (int i = got; i < 3; i++)
			check_block(p[i], 100, i + 1);
		down();
	}
}
END_TEST

/* Passwords come in small records. */
START_TEST(small_ones_are_wiped)
{
	static uint8_t block[TLS_RECORD_MAX];
	uint8_t *secret, *bulk;

	up(true, 0);
	secret = wire_typed(DATA, "secret", 6, 0);
	memset(block, 9, sizeof block);
	bulk = wire_typed(DATA, block, sizeof block, 0);
	ck_assert_int_eq((int)feed(), 6);
	ck_assert_int_eq((int)records_recv(r, &plain), sizeof block);
	ck_assert_mem_eq(secret + 5, "secret", 6);
	records_release(r);
	ck_assert_mem_eq(secret + 5, "\0\0\0\0\0\0", 6);
	ck_assert_uint_eq(bulk[5], 9);
	down();
}
END_TEST

START_TEST(goodbye)
{
	up(true, 0);
	wire_typed(DATA, "x", 1, 0);
	wire_typed(ALERT, "\1\132", 2, 0); /* user_canceled says nothing */
	wire_typed(ALERT, "\1\0", 2, 0);
	wire_typed(DATA, "behind", 6, 0);
	ck_assert_int_eq((int)feed(), 1);
	ck_assert_int_eq((int)records_recv(r, &plain), 0);
	ck_assert_int_eq((int)records_recv(r, &plain), 0);
	down();
}
END_TEST

/* Two tickets in three records, the second one without a body. */
START_TEST(tickets)
{
	up(true, 0);
	wire_typed(HANDSHAKE, "\4\0", 2, 0);
	wire_typed(HANDSHAKE, "\0\5abc", 5, 0);
	wire_typed(HANDSHAKE, "de\4\0\0\0", 6, 0);
	wire_typed(DATA, "x", 1, 0);
	ck_assert_int_eq((int)feed(), 1);
	ck_assert_int_eq(plain[0], 'x');
	down();
}
END_TEST

/* ---- what is wrong ---------------------------------------------------------- */

START_TEST(headers)
{
	static const uint8_t early[] = { 0, 20, 21, 22, 24, 0x80, 255 };

	for (size_t i = 0; i < ARRAY_LEN(early); i++) {
		up(true, 0);
		wire_typed(DATA, "x", 1, 0)[0] = early[i];
		refused(GNUTLS_E_UNEXPECTED_PACKET, "not encrypted");
	}
	for (unsigned n = TLS_RECORD_MAX + 256; n < 0xffff; n += 5000) {
		uint8_t *record;

		up(true, 0);
		record = wire_typed(DATA, "x", 1, 0);
		record[3] = (uint8_t)(n >> 8);
		record[4] = (uint8_t)n;
		if (n == TLS_RECORD_MAX + 256) {
			ck_assert_int_eq((int)feed(), GNUTLS_E_AGAIN);
			down();
			continue;
		}
		refused(GNUTLS_E_RECORD_OVERFLOW, "too long");
	}
}
END_TEST

START_TEST(too_short)
{
	for (uint8_t n = 0; n <= AEAD_TAG; n++) {
		up(true, 0);
		in.any_tag = true;
		wire_typed(DATA, "x", 1, 0)[4] = n;
		refused(GNUTLS_E_DECRYPTION_FAILED, NULL);
	}
}
END_TEST

START_TEST(wrong_tag)
{
	up(true, 0);
	wire_typed(DATA, "x", 1, 0)[9] ^= 1;
	refused(GNUTLS_E_DECRYPTION_FAILED, NULL);
}
END_TEST

START_TEST(inside)
{
	static uint8_t block[TLS_RECORD_MAX + 1];

	up(true, 0);
	wire_typed(DATA, block, sizeof block, 0);
	refused(GNUTLS_E_RECORD_OVERFLOW, "too long");
	up(true, 0);
	wire_typed(DATA, block, 10, sizeof block - 10);
	refused(GNUTLS_E_RECORD_OVERFLOW, "too long");
	up(true, 0);
	wire_record(block, 30); /* zeros only */
	refused(GNUTLS_E_UNEXPECTED_PACKET, "without a type");
	for (uint8_t type = 1; type; type++) {
		if (type >= ALERT && type <= DATA)
			continue;
		up(true, 0);
		wire_typed(type, "x", 1, 0);
		refused(GNUTLS_E_UNEXPECTED_PACKET, "unknown type");
	}
}
END_TEST

START_TEST(alerts)
{
	up(true, 0);
	wire_typed(ALERT, "\2", 1, 0);
	refused(GNUTLS_E_UNEXPECTED_PACKET_LENGTH, "malformed");
	up(true, 0);
	wire_typed(ALERT, "\1\0\0", 3, 0);
	refused(GNUTLS_E_UNEXPECTED_PACKET_LENGTH, "malformed");
	up(true, 0);
	wire_typed(ALERT, "", 0, 0); /* unexpected_message: RFC 8446, 5.4 */
	refused(GNUTLS_E_UNEXPECTED_PACKET, "empty");
	up(true, 0);
	wire_typed(ALERT, "\1\50", 2, 0); /* whatever its level says */
	ck_assert_int_eq((int)feed(), GNUTLS_E_FATAL_ALERT_RECEIVED);
	ck_assert_int_eq(records_alert(r), 40);
	down();
}
END_TEST

START_TEST(handshake_messages)
{
	up(false, 0);
	wire_typed(HANDSHAKE, "\30\0\0\1\0", 5, 0);
	refused(GNUTLS_E_UNEXPECTED_PACKET, "KeyUpdate");
	up(false, 0); /* a gateway gets no tickets */
	wire_typed(HANDSHAKE, "\4\0\0\1x", 5, 0);
	refused(GNUTLS_E_UNEXPECTED_PACKET, "unexpected TLS handshake");
	up(true, 0);
	wire_typed(HANDSHAKE, "\1\0\0\1x", 5, 0);
	refused(GNUTLS_E_UNEXPECTED_PACKET, "unexpected TLS handshake");
	up(true, 0); /* the second one, in the same record */
	wire_typed(HANDSHAKE, "\4\0\0\1x\30", 6, 0);
	refused(GNUTLS_E_UNEXPECTED_PACKET, "KeyUpdate");
	up(true, 0);
	wire_typed(HANDSHAKE, "", 0, 0);
	refused(GNUTLS_E_UNEXPECTED_PACKET, "empty");
	for (size_t n = 1; n < 6; n++) {
		up(true, 0);
		wire_typed(HANDSHAKE, "\4\0\0\2xx", n, 0);
		wire_typed(DATA, "x", 1, 0);
		refused(GNUTLS_E_UNEXPECTED_PACKET, "half a TLS handshake");
	}
}
END_TEST

/* ---- what we send ------------------------------------------------------------ */

START_TEST(sent)
{
	static const uint8_t want[] = { 23, 3, 3, 0, 20, 'a', 'b', 'c', 23 };
	struct buf b = { 0 };

	up(true, 0);
	ck_assert_int_eq(records_send(r, (const uint8_t *)"abc", 3, &b), 0);
	ck_assert_uint_eq(buf_len(&b), 3 + OVERHEAD);
	ck_assert_mem_eq(buf_ptr(&b), want, sizeof want);
	records_send_alert(r, 2, 80, &b);
	ck_assert_uint_eq(buf_len(&b), 3 + OVERHEAD + 2 + OVERHEAD);
	ck_assert_mem_eq(buf_ptr(&b) + 3 + OVERHEAD, "\27\3\3\0\23\2\120\25",
			 8);
	buf_fini(&b);
	down();
}
END_TEST

/* No key seals more than it may; an alert still goes out. */
START_TEST(key_is_used_up)
{
	struct records_key k = { .aead = &in.aead };
	struct records_key o = { .aead = &out.aead, .number = RECORDS_MAX - 1 };
	struct buf b = { 0 };
	size_t n;

	glass_init(&in);
	glass_init(&out);
	r = records_new(&k, &o, true);
	ck_assert_int_eq(records_send(r, (const uint8_t *)"a", 1, &b), 0);
	n = buf_len(&b);
	ck_assert_int_eq(records_send(r, (const uint8_t *)"a", 1, &b),
			 GNUTLS_E_RECORD_LIMIT_REACHED);
	ck_assert_ptr_nonnull(strstr(records_why(r), "as many records"));
	ck_assert_uint_eq(buf_len(&b), n);
	records_send_alert(r, 1, 0, &b);
	ck_assert_uint_gt(buf_len(&b), n);
	buf_fini(&b);
	down();
}
END_TEST

SUITE("tls/records", data, numbers, longest, cut_anywhere, small_ones_are_wiped,
      goodbye, tickets, headers, too_short, wrong_tag, inside, alerts,
      handshake_messages, sent, key_is_used_up)
