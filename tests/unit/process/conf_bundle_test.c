/* SPDX-License-Identifier: BSD-2-Clause */
/* conf_bundle_test.c - what the monitor packs is what the worker unpacks. */
#include "process/conf_bundle.h"

#include "base/err.h"
#include "process/msg.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char text[] = "[server]\nuser = nobody\n";
static const char *const certificate[] = { "one", "", "three\n" };
static const char *const listen_at[] = { "127.0.0.1:443", "[2001:db8::1]:1",
					 "[::]:65535" };

static struct buf packed(void)
{
	struct buf out = { 0 };
	struct conf_bundle b;

	ck_assert_int_eq(conf_bundle_init(&b, 3, 3), 0);
	snprintf(b.file, sizeof b.file, "/etc/adit/aditd.ini");
	b.text = (struct conf_bundle_bytes){ text, strlen(text) };
	b.zones = (struct conf_bundle_bytes){ "UTC0\n", 5 };
	for (unsigned i = 0; i < 3; i++) {
		b.certificate[i] = (struct conf_bundle_bytes){
			certificate[i], strlen(certificate[i])
		};
		ck_assert_int_eq(addr_parse_port(&b.listen[i], listen_at[i]),
				 0);
	}
	b.address_key = (struct sip_key){ { 7, 8 } };
	ck_assert_int_eq(conf_bundle_pack(&out, &b), 0);
	conf_bundle_fini(&b);
	return out;
}

static int unpacked(const void *p, size_t n)
{
	struct conf_bundle b;
	/* Of its own, so that a sanitizer sees who reads behind its end. */
	void *copy = malloc(n + !n);
	int r;

	ck_assert_ptr_nonnull(copy);
	memcpy(copy, p, n);
	r = conf_bundle_unpack(&b, copy, n);
	conf_bundle_fini(&b);
	free(copy);
	return r;
}

static void assert_bytes(const struct conf_bundle_bytes *b, const char *is)
{
	ck_assert_uint_eq(b->n, strlen(is));
	ck_assert(!b->n || !memcmp(b->p, is, b->n));
}

START_TEST(round_trip)
{
	struct buf bytes = packed();
	struct conf_bundle b;
	char at[ADDR_TEXT];

	ck_assert_int_eq(
		conf_bundle_unpack(&b, buf_ptr(&bytes), buf_len(&bytes)), 0);
	ck_assert_str_eq(b.file, "/etc/adit/aditd.ini");
	assert_bytes(&b.text, text);
	assert_bytes(&b.zones, "UTC0\n");
	ck_assert_uint_eq(b.address_key.k[0], 7);
	ck_assert_uint_eq(b.address_key.k[1], 8);
	ck_assert_uint_eq(b.ncertificates, 3);
	ck_assert_uint_eq(b.nlisten, 3);
	for (unsigned i = 0; i < 3; i++) {
		assert_bytes(&b.certificate[i], certificate[i]);
		ck_assert_str_eq(addr_str(&b.listen[i], at), listen_at[i]);
	}
	conf_bundle_fini(&b);
	buf_fini(&bytes);
}
END_TEST

START_TEST(empty)
{
	struct buf out = { 0 };
	struct conf_bundle b;

	ck_assert_int_eq(conf_bundle_init(&b, 0, 0), 0);
	ck_assert_int_eq(conf_bundle_pack(&out, &b), 0);
	conf_bundle_fini(&b);
	ck_assert_int_eq(unpacked(buf_ptr(&out), buf_len(&out)), 0);
	buf_fini(&out);
}
END_TEST

START_TEST(cut_anywhere)
{
	struct buf bytes = packed();

	for (size_t n = 0; n < buf_len(&bytes); n++)
		ck_assert_int_eq(unpacked(buf_ptr(&bytes), n), ERR_PROTO);
	ck_assert_int_eq(buf_append(&bytes, "", 1), 0);
	ck_assert_int_eq(unpacked(buf_ptr(&bytes), buf_len(&bytes)), ERR_PROTO);
	buf_fini(&bytes);
}
END_TEST

/* Each byte turned over: an error or another bundle, never a read outside. */
START_TEST(any_byte_wrong)
{
	struct buf bytes = packed();
	uint8_t *p = buf_ptr(&bytes);

	for (size_t n = 0; n < buf_len(&bytes); n++) {
		int r;

		p[n] ^= 0xff;
		r = unpacked(p, buf_len(&bytes));
		ck_assert(r == 0 || r == ERR_PROTO);
		p[n] ^= 0xff;
	}
	buf_fini(&bytes);
}
END_TEST

START_TEST(counts_without_bytes)
{
	static const uint8_t gateways[] = { 0, 0,    0,    0,    0,
					    0, 0xff, 0xff, 0xff, 0xff };
	static const uint8_t listeners[] = { 0, 0, 0, 0,    0,    0,    0,
					     0, 0, 0, 0xff, 0xff, 0xff, 0xff };

	ck_assert_int_eq(unpacked(gateways, sizeof gateways), ERR_PROTO);
	ck_assert_int_eq(unpacked(listeners, sizeof listeners), ERR_PROTO);
}
END_TEST

START_TEST(listeners_at_most)
{
	struct buf out = { 0 };
	struct conf_bundle b;

	ck_assert_int_eq(conf_bundle_init(&b, 0, MSG_FDS), 0);
	for (unsigned i = 0; i < MSG_FDS; i++)
		ck_assert_int_eq(addr_parse_port(&b.listen[i], "127.0.0.1:1"),
				 0);
	ck_assert_int_eq(conf_bundle_pack(&out, &b), ERR_LIMIT);
	ck_assert_uint_eq(buf_len(&out), 0);
	b.nlisten--;
	ck_assert_int_eq(conf_bundle_pack(&out, &b), 0);
	ck_assert_int_eq(unpacked(buf_ptr(&out), buf_len(&out)), 0);
	conf_bundle_fini(&b);
	buf_fini(&out);
}
END_TEST

SUITE("process/conf_bundle", round_trip, empty, cut_anywhere, any_byte_wrong,
      counts_without_bytes, listeners_at_most)
