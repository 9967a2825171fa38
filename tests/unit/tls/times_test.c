/* SPDX-License-Identifier: BSD-2-Clause */
/* times_test.c - from when until when a certificate is valid, in words too. */
#include "pair.h"

#include "base/err.h"
#include "suite.h"

enum { DAY = 24 * 60 * 60 };

/* 2026-06-30T12:00:00Z. */
static const time_t noon = 1782820800;

static void expect(time_t from, time_t until, enum tls_validity want,
		   const char *words)
{
	struct tls_times t = { noon + from, noon + until };
	char text[TLS_VALIDITY_TEXT];

	ck_assert_int_eq(tls_validity(&t, noon, text), want);
	ck_assert_str_eq(text, words);
}

START_TEST(words)
{
	expect(-60 * DAY, 30 * DAY, TLS_VALID,
	       "ends on 2026-07-30 (30 days left)");
	expect(-89 * DAY, DAY, TLS_ENDS_SOON,
	       "ends on 2026-07-01 (1 day left)");
	expect(-DAY, 0, TLS_ENDS_SOON, "ends on 2026-06-30 (0 days left)");
	expect(-90 * DAY, -1, TLS_ENDED, "ended on 2026-06-30 (0 days ago)");
	expect(-90 * DAY, -2 * DAY, TLS_ENDED,
	       "ended on 2026-06-28 (2 days ago)");
	expect(1, DAY, TLS_NOT_YET, "is not valid before 2026-06-30");
}
END_TEST

/* The warning comes 21 days before the end for a year's certificate, or in the
 * last quarter of a short life. */
START_TEST(soon)
{
	expect(-344 * DAY, 21 * DAY, TLS_VALID,
	       "ends on 2026-07-21 (21 days left)");
	expect(-345 * DAY, 21 * DAY - 1, TLS_ENDS_SOON,
	       "ends on 2026-07-21 (20 days left)");
	expect(-30 * DAY, 15 * DAY, TLS_VALID,
	       "ends on 2026-07-15 (15 days left)");
	expect(-34 * DAY, 11 * DAY, TLS_ENDS_SOON,
	       "ends on 2026-07-11 (11 days left)");
}
END_TEST

START_TEST(of_a_certificate)
{
	struct recipe r = {
		.pk = GNUTLS_PK_ECDSA,
		.bits = GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1),
		.dns = "gw.example",
		.from = -90000,
		.until = -86400,
	};
	struct gate g;
	struct tls_times t;

	gate_pem(&g, &r);
	ck_assert_int_eq(tls_certificate_times(text_of(&g.cert), &t), 0);
	ck_assert_int_eq((int)(t.until - t.from), 90000 - 86400);
	ck_assert_int_le((int)(time(NULL) - t.until - 86400), 60);
	gate_close(&g);
	ck_assert_int_eq(tls_certificate_times("no certificate", &t), ERR_CONF);
}
END_TEST

static void made_for(const char *name)
{
	struct buf cert = { 0 }, key = { 0 };
	char got[TLS_NAME_MAX];

	ck_assert_int_eq(tls_make_certificate(name, NULL, &cert, &key), 0);
	ck_assert_int_eq(buf_append(&cert, "", 1), 0);
	ck_assert_int_eq(tls_certificate_name((char *)buf_ptr(&cert), got), 0);
	ck_assert_str_eq(got, name);
	ck_assert(!tls_browsers_take((char *)buf_ptr(&cert)));
	buf_fini(&cert);
	buf_fini(&key);
}

START_TEST(names)
{
	struct recipe nameless = {
		.pk = GNUTLS_PK_ECDSA,
		.bits = GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1),
	};
	char name[TLS_NAME_MAX];
	struct gate g;

	made_for("vpn.example.org");
	made_for("192.0.2.7");
	made_for("2001:db8::7");
	ck_assert_int_eq(tls_certificate_name("no certificate", name),
			 ERR_CONF);
	gate_pem(&g, &nameless);
	ck_assert_int_eq(tls_certificate_name(text_of(&g.cert), name), ERR_TLS);
	ck_assert(tls_browsers_take(text_of(&g.cert)));
	gate_close(&g);
}
END_TEST

SUITE("tls/times", words, soon, of_a_certificate, names)
