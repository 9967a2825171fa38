/* SPDX-License-Identifier: BSD-2-Clause */
/* key_test.c - what the holder of a key loads and signs, and what it makes. */
#include "pair.h"

#include "base/err.h"
#include "suite.h"

#include <gnutls/abstract.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define P256 GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1)
#define ED25519 GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_ED25519)

static void refuse_key(const char *key, const char *cert, const char *what)
{
	struct tls_key *k;
	char why[256] = "";

	ck_assert_int_eq(tls_key_new(&k, key, cert, why, sizeof(why)),
			 ERR_CONF);
	ck_assert_ptr_null(k);
	ck_assert_msg(strstr(why, what), "\"%s\" lacks \"%s\"", why, what);
}

START_TEST(key_of_another)
{
	struct gate a, b;

	gate_open(&a, "gw.example");
	gate_open(&b, "gw.example");
	refuse_key(text_of(&a.key_pem), text_of(&b.cert),
		   "the certificate does not match the private key");
	gate_close(&a);
	gate_close(&b);
}
END_TEST

START_TEST(no_key)
{
	static const char encrypted[] =
		"-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIHj\n"
		"-----END ENCRYPTED PRIVATE KEY-----\n";
	static const char old[] =
		"-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"
		"DEK-Info: AES-256-CBC,00\n\nMIHj\n"
		"-----END EC PRIVATE KEY-----\n";
	static const char broken[] =
		"-----BEGIN PRIVATE KEY-----\nMIHj\n-----END PRIVATE KEY-----";
	static const char broken_cert[] =
		"-----BEGIN CERTIFICATE-----\nMIHj\n-----END CERTIFICATE-----";
	struct gate g;
	const char *cert, *key;

	gate_open(&g, "gw.example");
	cert = text_of(&g.cert);
	key = text_of(&g.key_pem);
	refuse_key("", cert, "no PEM private key");
	refuse_key(cert, cert, "no PEM private key");
	refuse_key(encrypted, cert, "encrypted");
	refuse_key(old, cert, "encrypted");
	refuse_key(broken, cert, "cannot read the private key");
	refuse_key(key, "", "no PEM certificate");
	refuse_key(key, key, "no PEM certificate");
	refuse_key(key, broken_cert, "cannot read the certificate");
	gate_close(&g);
}
END_TEST

/* An expired certificate is loaded, since agents may pin its key. */
START_TEST(dates_do_not_matter)
{
	struct recipe r = { .pk = GNUTLS_PK_ECDSA,
			    .bits = P256,
			    .dns = "gw.example",
			    .from = -90000,
			    .until = -86400 };
	struct gate g;

	gate_custom(&g, &r);
	gate_close(&g);
	r.from = 86400;
	r.until = 90000;
	gate_custom(&g, &r);
	gate_close(&g);
}
END_TEST

START_TEST(weak_key)
{
	struct recipe r = { .pk = GNUTLS_PK_RSA,
			    .bits = 1024,
			    .dns = "gw.example" };
	struct tls_signer signer = { 0 };
	struct tls_server *s;
	struct gate g;
	char why[256] = "";

	gate_pem(&g, &r);
	refuse_key(text_of(&g.key_pem), text_of(&g.cert), "1024 bits");
	ck_assert_int_eq(tls_server_new(&s, text_of(&g.cert), &signer, why,
					sizeof(why)),
			 ERR_CONF);
	ck_assert_ptr_nonnull(strstr(why, "1024 bits"));
	gate_close(&g);
}
END_TEST

/* ---- signing ------------------------------------------------------------------- */

static int sign(struct gate *g, int algorithm, const void *p, size_t n)
{
	struct tls_part what = { p, n };
	struct tls_sig sig = { 0 };
	int ret = tls_key_sign(g->key, algorithm, &what, &sig);

	if (!ret)
		ck_assert_uint_gt(sig.n, 60);
	return ret;
}

static void custom(struct gate *g, gnutls_pk_algorithm_t pk, unsigned bits)
{
	struct recipe r = { .pk = pk, .bits = bits, .dns = "gw.example" };

	gate_custom(g, &r);
}

START_TEST(only_own_schemes)
{
	static const uint8_t hash[64];
	struct gate g;

	custom(&g, GNUTLS_PK_ECDSA, P256);
	ck_assert_int_eq(sign(&g, 0x0403, hash, 32), 0);
	ck_assert_int_eq(sign(&g, 0x0403, hash, 31), ERR_DENIED);
	ck_assert_int_eq(sign(&g, 0x0403, hash, 48), ERR_DENIED);
	ck_assert_int_eq(sign(&g, 0x0503, hash, 48), ERR_DENIED);
	ck_assert_int_eq(sign(&g, 0x0804, hash, 32), ERR_DENIED);
	ck_assert_int_eq(sign(&g, 0, hash, 32), ERR_DENIED);
	ck_assert_int_eq(sign(&g, -1, hash, 32), ERR_DENIED);
	gate_close(&g);

	custom(&g, GNUTLS_PK_RSA, 2048);
	ck_assert_int_eq(sign(&g, 0x0804, hash, 32), 0);
	ck_assert_int_eq(sign(&g, 0x0805, hash, 48), 0);
	ck_assert_int_eq(sign(&g, 0x0806, hash, 64), 0);
	ck_assert_int_eq(sign(&g, 0x0806, hash, 32), ERR_DENIED);
	ck_assert_int_eq(sign(&g, 0x0401, hash, 32), ERR_DENIED); /* PKCS #1 */
	gate_close(&g);
}
END_TEST

START_TEST(ed25519_signs_only_the_handshake)
{
	uint8_t text[64 + 34 + 48];
	struct gate g;

	memset(text, ' ', 64);
	memcpy(text + 64, "TLS 1.3, server CertificateVerify", 34);
	memset(text + 98, 7, 48);
	custom(&g, GNUTLS_PK_EDDSA_ED25519, ED25519);
	ck_assert_int_eq(sign(&g, 0x0807, text, 98 + 32), 0);
	ck_assert_int_eq(sign(&g, 0x0807, text, 98 + 48), 0);
	ck_assert_int_eq(sign(&g, 0x0807, text, 98 + 31), ERR_DENIED);
	ck_assert_int_eq(sign(&g, 0x0807, text, 98), ERR_DENIED);
	ck_assert_int_eq(sign(&g, 0x0807, text, 0), ERR_DENIED);
	ck_assert_int_eq(sign(&g, 0x0403, text, 32), ERR_DENIED);
	for (size_t i = 0; i < 98; i++) {
		text[i] ^= 1;
		ck_assert_int_eq(sign(&g, 0x0807, text, 98 + 32), ERR_DENIED);
		text[i] ^= 1;
	}
	gate_close(&g);
}
END_TEST

/* ---- certificates of our own ------------------------------------------------------ */

static gnutls_x509_crt_t read_crt(const struct buf *pem)
{
	gnutls_datum_t text = { buf_ptr(pem), (unsigned)buf_len(pem) };
	gnutls_x509_crt_t crt;

	gnutls_x509_crt_init(&crt);
	ck_assert_int_eq(
		gnutls_x509_crt_import(crt, &text, GNUTLS_X509_FMT_PEM), 0);
	return crt;
}

static gnutls_x509_crt_t made(const char *name, struct gate *g)
{
	gate_open(g, name);
	return read_crt(&g->cert);
}

START_TEST(make_for_a_name)
{
	struct gate g, again;
	gnutls_x509_crt_t crt = made("gw.example", &g);
	gnutls_x509_crt_t crt2 = made("gw.example", &again);
	char cn[80];
	uint8_t a[20], b[20];
	size_t n = sizeof(cn), na = sizeof(a), nb = sizeof(b);
	time_t years = gnutls_x509_crt_get_expiration_time(crt) - time(NULL);

	ck_assert_uint_ne(gnutls_x509_crt_check_hostname(crt, "gw.example"), 0);
	ck_assert_uint_ne(gnutls_x509_crt_check_hostname(crt, "localhost"), 0);
	ck_assert_uint_eq(gnutls_x509_crt_check_hostname(crt, "x.example"), 0);
	ck_assert_int_eq(
		gnutls_x509_crt_get_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME,
					      0, 0, cn, &n),
		0);
	ck_assert_str_eq(cn, "gw.example");
	ck_assert_int_eq(gnutls_x509_crt_get_pk_algorithm(crt, NULL),
			 GNUTLS_PK_EDDSA_ED25519);
	ck_assert_int_gt(years / 86400, 3640);
	ck_assert_int_lt(years / 86400, 3660);
	gnutls_x509_crt_get_serial(crt, a, &na);
	gnutls_x509_crt_get_serial(crt2, b, &nb);
	ck_assert_uint_eq(na, 16);
	ck_assert_mem_ne(a, b, 16);
	ck_assert_str_ne(g.pin, again.pin);
	ck_assert_uint_eq(strlen(g.pin), TLS_PIN_TEXT - 1);
	gnutls_x509_crt_deinit(crt);
	gnutls_x509_crt_deinit(crt2);
	gate_close(&g);
	gate_close(&again);
}
END_TEST

START_TEST(make_for_odd_names)
{
	char label[] =
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa."
		"bbbbbbbbbbbbbbbbbbbbbbbbbbbbb.example";
	char huge[300];
	struct buf a = { 0 }, b = { 0 };
	struct gate g;
	gnutls_x509_crt_t crt = made(label, &g); /* over 64 bytes */

	ck_assert_uint_ne(gnutls_x509_crt_check_hostname(crt, label), 0);
	gnutls_x509_crt_deinit(crt);
	gate_close(&g);
	crt = made("::1", &g);
	ck_assert_uint_ne(gnutls_x509_crt_check_hostname(crt, "::1"), 0);
	ck_assert_uint_ne(gnutls_x509_crt_check_hostname(crt, "localhost"), 0);
	gnutls_x509_crt_deinit(crt);
	gate_close(&g);

	/* A name and the address that it stands for. */
	ck_assert_int_eq(
		tls_make_certificate("gw.example", "192.0.2.7", &a, &b), 0);
	crt = read_crt(&a);
	ck_assert_uint_ne(gnutls_x509_crt_check_hostname(crt, "gw.example"), 0);
	ck_assert_uint_ne(gnutls_x509_crt_check_hostname(crt, "192.0.2.7"), 0);
	gnutls_x509_crt_deinit(crt);
	buf_fini(&a);
	buf_fini(&b);
	ck_assert_int_eq(tls_make_certificate("a", "b c", &a, &b), ERR_INVAL);

	memset(huge, 'a', sizeof(huge));
	huge[sizeof(huge) - 1] = 0;
	ck_assert_int_eq(tls_make_certificate("", NULL, &a, &b), ERR_INVAL);
	ck_assert_int_eq(tls_make_certificate("a b", NULL, &a, &b), ERR_INVAL);
	ck_assert_int_eq(tls_make_certificate(huge, NULL, &a, &b), ERR_INVAL);
	ck_assert_uint_eq(buf_len(&a) + buf_len(&b), 0);
}
END_TEST

/* The pin is what openssl says: the SHA-256 of the DER public key. */
START_TEST(pin_is_of_the_public_key)
{
	struct gate g;
	gnutls_x509_crt_t crt = made("gw.example", &g);
	gnutls_pubkey_t pub;
	gnutls_datum_t der, hex;
	uint8_t sum[32];
	char text[TLS_PIN_TEXT], bad[] = "no certificate";
	gnutls_datum_t raw = { sum, sizeof(sum) };

	gnutls_pubkey_init(&pub);
	ck_assert_int_eq(gnutls_pubkey_import_x509(pub, crt, 0), 0);
	ck_assert_int_eq(gnutls_pubkey_export2(pub, GNUTLS_X509_FMT_DER, &der),
			 0);
	gnutls_fingerprint(GNUTLS_DIG_SHA256, &der, sum,
			   &(size_t){ sizeof(sum) });
	gnutls_hex_encode2(&raw, &hex);
	ck_assert_str_eq(g.pin + 7, (const char *)hex.data);
	ck_assert_int_eq(tls_pin_of(bad, text), ERR_CONF);
	gnutls_free(hex.data);
	gnutls_free(der.data);
	gnutls_pubkey_deinit(pub);
	gnutls_x509_crt_deinit(crt);
	gate_close(&g);
}
END_TEST

/* ---- small cryptography ------------------------------------------------------------- */

/* RFC 4231, test case 1's data with a key of 32 bytes: by openssl dgst -mac. */
START_TEST(hmac)
{
	static const uint8_t want[32] = {
		0x19, 0x8a, 0x60, 0x7e, 0xb4, 0x4b, 0xfb, 0xc6,
		0x99, 0x03, 0xa0, 0xf1, 0xcf, 0x2b, 0xbd, 0xc5,
		0xba, 0x0a, 0xa3, 0xf3, 0xd9, 0xae, 0x3c, 0x1c,
		0x7a, 0x3b, 0x16, 0x96, 0xa0, 0xb6, 0x8c, 0xf7,
	};
	static const struct tls_part whole[] = { { "Hi There", 8 } };
	static const struct tls_part parts[] = {
		{ "Hi", 2 },
		{ NULL, 0 },
		{ " ", 1 },
		{ "There", 5 },
	};
	uint8_t key[32], out[32];

	memset(key, 0x0b, sizeof(key));
	tls_hmac(out, key, whole, 1);
	ck_assert_mem_eq(out, want, sizeof(want));
	tls_hmac(out, key, parts, ARRAY_LEN(parts));
	ck_assert(tls_same(out, want, sizeof(want)));
	out[31] ^= 1;
	ck_assert(!tls_same(out, want, sizeof(want)));
}
END_TEST

START_TEST(random_and_wipe)
{
	static const uint8_t zero[32];
	uint8_t a[32] = { 0 }, b[32] = { 0 };

	tls_random(a, sizeof(a));
	tls_random(b, sizeof(b));
	ck_assert_mem_ne(a, zero, sizeof(a));
	ck_assert_mem_ne(a, b, sizeof(a));
	tls_wipe(a, sizeof(a));
	ck_assert_mem_eq(a, zero, sizeof(a));
	tls_wipe(NULL, 0);
	tls_key_free(NULL);
}
END_TEST

SUITE("tls/key", key_of_another, no_key, dates_do_not_matter, weak_key,
      only_own_schemes, ed25519_signs_only_the_handshake, make_for_a_name,
      make_for_odd_names, pin_is_of_the_public_key, hmac, random_and_wipe)
