/* SPDX-License-Identifier: BSD-2-Clause */
/* handshake_test.c - which peers get a TLS connection, and which alert the
 * others get. */
#include "pair.h"

#include "base/err.h"
#include "suite.h"
#include "tls/session.h"

#include <stdlib.h>
#include <string.h>

#define TLS13 "NORMAL:-VERS-ALL:+VERS-TLS1.3"

static struct lent lent;

static void ck_says(const struct tls *t, const char *what)
{
	ck_assert_msg(strstr(tls_why(t), what), "\"%s\" lacks \"%s\"",
		      tls_why(t), what);
}

static void shake_once(struct gate *g, size_t step)
{
	struct tls_client *c = client_pinning(g, g->name);
	struct pair p = pair_new(g, c);
	struct ends e = pair_shake(&p, step);

	ck_assert_msg(!e.c && !e.s, "client: %s; server: %s", tls_why(p.c),
		      tls_why(p.s));
	ck_assert_int_eq(g->signatures, 1);
	ck_assert_int_eq(g->asked, 1);
	pair_free(&p);
	tls_client_free(c);
}

static void shake_with(gnutls_pk_algorithm_t pk, unsigned bits)
{
	struct recipe r = { .pk = pk, .bits = bits, .dns = "gw.example" };
	struct gate g;

	gate_custom(&g, &r);
	shake_once(&g, SIZE_MAX);
	gate_close(&g);
}

START_TEST(ecdsa_keys)
{
	shake_with(GNUTLS_PK_ECDSA,
		   GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1));
	shake_with(GNUTLS_PK_ECDSA,
		   GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP384R1));
	shake_with(GNUTLS_PK_ECDSA,
		   GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP521R1));
}
END_TEST

START_TEST(ed25519_key)
{
	shake_with(GNUTLS_PK_EDDSA_ED25519,
		   GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_ED25519));
}
END_TEST

START_TEST(rsa_key)
{
	shake_with(GNUTLS_PK_RSA, 2048);
}
END_TEST

START_TEST(cut_anywhere)
{
	static const size_t steps[] = { 1, 2, 3, 5, 7, 64, 100, 1000 };
	struct gate g;

	gate_open(&g, "gw.example");
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		g.signatures = g.asked = 0;
		shake_once(&g, steps[i]);
	}
	gate_close(&g);
}
END_TEST

START_TEST(name_in_upper_case)
{
	struct gate g;
	struct tls_client *c;
	struct pair p;
	struct ends e;

	gate_open(&g, "gw.example");
	c = client_pinning(&g, "GW.Example");
	p = pair_new(&g, c);
	e = pair_shake(&p, SIZE_MAX);
	ck_assert_msg(!e.c && !e.s, "%s", tls_why(p.s));
	pair_free(&p);
	tls_client_free(c);
	gate_close(&g);
}
END_TEST

static void refuse_name(const char *name, const char *why)
{
	struct gate g;
	struct tls_client *c;
	struct pair p;
	struct ends e;

	gate_open(&g, "gw.example");
	c = client_pinning(&g, name);
	p = pair_new(&g, c);
	e = pair_shake(&p, SIZE_MAX);
	ck_assert_int_eq(e.c, ERR_TLS);
	ck_assert_int_eq(e.s, ERR_TLS);
	ck_assert_int_eq(g.signatures, 0);
	ck_says(p.s, why);
	ck_says(p.c,
		"(112): it has no gateway of the name that it was asked for");
	pair_free(&p);
	tls_client_free(c);
	gate_close(&g);
}

START_TEST(unknown_name)
{
	refuse_name("other.example", "unknown server name \"other.example\"");
	refuse_name("10.1.2.3", "sent no server name");
	refuse_name(NULL, "sent no server name");
}
END_TEST

/* A raw client against our server. */
static void refuse_client(const char *priorities, const char *alpn,
			  const char *why, int alert)
{
	struct gate g;
	struct tls *t;
	struct raw r;
	struct ends e;

	gate_open(&g, "gw.example");
	t = tls_accept_new(gate_select, &g);
	raw_open(&r, GNUTLS_CLIENT, priorities, alpn);
	gnutls_server_name_set(r.session, GNUTLS_NAME_DNS, "gw.example", 10);
	e = raw_shake(&r, t);
	ck_assert_int_eq(e.s, ERR_TLS);
	ck_says(t, why);
	ck_assert_int_eq(e.c, GNUTLS_E_FATAL_ALERT_RECEIVED);
	ck_assert_int_eq(gnutls_alert_get(r.session), alert);
	ck_assert_int_eq(g.signatures, 0);
	raw_close(&r);
	tls_free(t);
	gate_close(&g);
}

START_TEST(client_without_alpn)
{
	refuse_client(TLS13, NULL, "adit/1", GNUTLS_A_NO_APPLICATION_PROTOCOL);
}
END_TEST

START_TEST(client_with_other_alpn)
{
	refuse_client(TLS13, "h2", "adit/1", GNUTLS_A_NO_APPLICATION_PROTOCOL);
}
END_TEST

START_TEST(client_of_tls_1_2)
{
	refuse_client("NORMAL:-VERS-ALL:+VERS-TLS1.2", "adit/1", "TLS 1.3",
		      GNUTLS_A_PROTOCOL_VERSION);
}
END_TEST

/* A raw server against our client. */
static void refuse_server(const char *priorities, const char *alpn,
			  const char *why)
{
	struct gate g;
	struct tls_client *c;
	struct tls *t;
	struct raw r;
	struct ends e;

	gate_open(&g, "gw.example");
	c = client_pinning(&g, "gw.example");
	t = tls_connect_new(c);
	raw_open(&r, GNUTLS_SERVER, priorities, alpn);
	raw_use(&r, &g);
	e = raw_shake(&r, t);
	if (e.c < 0 && e.c != GNUTLS_E_FATAL_ALERT_RECEIVED &&
	    e.c != GNUTLS_E_AGAIN) {
		gnutls_alert_send_appropriate(r.session, e.c);
		raw_to_tls(&r, t, &lent);
		e.s = tls_handshake(t);
	}
	ck_assert_int_eq(e.s, ERR_TLS);
	ck_says(t, why);
	raw_close(&r);
	tls_free(t);
	tls_client_free(c);
	gate_close(&g);
}

START_TEST(server_without_alpn)
{
	refuse_server(TLS13, NULL, "adit/1");
	refuse_server(TLS13, "h2", "adit/1");
}
END_TEST

START_TEST(server_of_tls_1_2)
{
	refuse_server("NORMAL:-VERS-ALL:+VERS-TLS1.2", "adit/1", "alert");
}
END_TEST

static void feed(struct tls *t, const void *p, size_t n, const char *why)
{
	static uint8_t bytes[256];
	int ret = tls_handshake(t), want = ERR_TLS;

	ck_assert_int_eq(ret, ERR_AGAIN);
	ck_assert_uint_le(n, sizeof(bytes));
	memcpy(bytes, p, n);
	tls_input(t, bytes, n);
	ret = tls_handshake(t);
	if (ret == ERR_AGAIN) {
		tls_input_end(t);
		ret = tls_handshake(t);
		want = ERR_CLOSED;
	}
	ck_assert_int_eq(ret, want);
	ck_says(t, why);
	/* And stays so. */
	ck_assert_int_eq(tls_handshake(t), ERR_TLS);
	ck_assert_int_eq(tls_send(t, p, 1), ERR_TLS);
	ck_says(t, why);
	tls_free(t);
}

START_TEST(garbage)
{
	static const char http[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
	static const char ssh[] = "SSH-2.0-OpenSSH_9.2p1\r\n";
	static const char html[] = "HTTP/1.1 400 Bad Request\r\n\r\n";
	static const char line[] = "PROXY TCP4 192.0.2.7 192.0.2.1 5 443\r\n";
	static const char binary[] = "\r\n\r\n\0\r\nQUIT\n\x21\x11";
	static const uint8_t zero[100], ssl2[] = { 0x80, 0x2e, 1, 0, 2 };
	struct gate g;
	struct tls_client *c;

	gate_open(&g, "gw.example");
	c = client_pinning(&g, "gw.example");
	feed(tls_accept_new(gate_select, &g), http, sizeof(http) - 1,
	     "speaks plain HTTP, not TLS: it began with \"GET / HTTP/1.1\"");
	feed(tls_accept_new(gate_select, &g), http, 0,
	     "closed the connection and sent nothing");
	feed(tls_accept_new(gate_select, &g), ssh, sizeof(ssh) - 1, "SSH-2.0");
	feed(tls_accept_new(gate_select, &g), ssh, 3, "\"SSH\"");
	feed(tls_accept_new(gate_select, &g), line, sizeof(line) - 1,
	     "sends the header of the PROXY protocol");
	feed(tls_accept_new(gate_select, &g), binary, sizeof(binary) - 1,
	     "name its address with proxy_protocol in [server]");
	feed(tls_accept_new(gate_select, &g), zero, sizeof(zero), "not speak");
	feed(tls_accept_new(gate_select, &g), ssl2, sizeof(ssl2), "not speak");
	feed(tls_connect_new(c), html, sizeof(html) - 1,
	     "\"HTTP/1.1 400 Bad Request\"");
	feed(tls_connect_new(c), ssh, sizeof(ssh) - 1, "SSH-2.0");
	tls_client_free(c);
	gate_close(&g);
}
END_TEST

/* A good ClientHello with each byte damaged, and cut at each byte: no crash,
 * and an end in every case. */
START_TEST(damaged_hello)
{
	struct gate g;
	struct tls_client *c;
	struct tls *t;
	struct buf *hello;

	gate_open(&g, "gw.example");
	c = client_pinning(&g, "gw.example");
	t = tls_connect_new(c);
	ck_assert_int_eq(tls_handshake(t), ERR_AGAIN);
	hello = tls_output(t);
	for (size_t i = 0; i < buf_len(hello); i++) {
		struct tls *s = tls_accept_new(gate_select, &g);
		uint8_t *at = buf_ptr(hello) + i;

		*at ^= 0xff;
		tls_input(s, buf_ptr(hello), buf_len(hello));
		if (tls_handshake(s) == ERR_AGAIN) {
			tls_input_end(s);
			ck_assert_int_eq(tls_handshake(s), ERR_CLOSED);
		}
		*at ^= 0xff;
		tls_free(s);
	}
	for (size_t i = 0; i < buf_len(hello); i++) {
		struct tls *s = tls_accept_new(gate_select, &g);

		tls_input(s, buf_ptr(hello), i);
		tls_input_end(s);
		ck_assert_int_eq(tls_handshake(s), ERR_CLOSED);
		ck_says(s, i ? "ended during" : "sent nothing");
		tls_free(s);
	}
	tls_free(t);
	tls_client_free(c);
	gate_close(&g);
}
END_TEST

/* ClientHello that says it has 64 KiB. */
START_TEST(handshake_message_too_long)
{
	static uint8_t record[5 + 16384] = {
		22, 3, 1, 0x40, 0, 1, 1, 0, 0, 3, 3,
	};
	struct gate g;
	struct tls *t;
	int ret = ERR_AGAIN;

	gate_open(&g, "gw.example");
	t = tls_accept_new(gate_select, &g);
	for (int i = 0; i < 5 && ret == ERR_AGAIN; i++) {
		tls_input(t, record, sizeof(record));
		ret = tls_handshake(t);
	}
	ck_assert_int_eq(ret, ERR_TLS);
	ck_says(t, "too long");
	tls_free(t);
	gate_close(&g);
}
END_TEST

START_TEST(signer_that_refuses)
{
	struct gate g;
	struct tls_client *c;
	struct pair p;
	struct ends e;

	gate_open(&g, "gw.example");
	g.refuse = true;
	c = client_pinning(&g, "gw.example");
	p = pair_new(&g, c);
	e = pair_shake(&p, SIZE_MAX);
	ck_assert_int_eq(e.c, ERR_TLS);
	ck_assert_int_eq(e.s, ERR_TLS);
	ck_says(p.s, "holds the private key");
	ck_says(p.c, "alert");
	pair_free(&p);
	tls_client_free(c);
	gate_close(&g);
}
END_TEST

START_TEST(nothing_before_the_handshake)
{
	struct gate g;
	struct tls *t;
	const uint8_t *p;
	uint8_t out[TLS_EXPORTER];

	gate_open(&g, "gw.example");
	t = tls_accept_new(gate_select, &g);
	ck_assert_int_eq(tls_send(t, (const uint8_t *)"x", 1), ERR_TLS);
	ck_assert_int_eq(tls_recv(t, &p), ERR_TLS);
	ck_assert_int_eq(tls_exporter(t, out), ERR_TLS);
	tls_bye(t);
	ck_assert_uint_eq(buf_len(tls_output(t)), 0);
	tls_free(t);
	tls_free(NULL);
	gate_close(&g);
}
END_TEST

static void ck_groups(const char *first, const gnutls_group_t *want, unsigned n)
{
	gnutls_priority_t p = priority_new(first);
	const unsigned *list;

	ck_assert_ptr_nonnull(p);
	ck_assert_int_eq(gnutls_priority_group_list(p, &list), (int)n);
	for (unsigned i = 0; i < n; i++)
		ck_assert_uint_eq(list[i], want[i]);
	gnutls_priority_deinit(p);
}

/* A key exchange that the library does not know must not disable the others. */
START_TEST(group_that_is_unknown)
{
	static const gnutls_group_t want[] = {
		GNUTLS_GROUP_X448,
		GNUTLS_GROUP_X25519,
		GNUTLS_GROUP_SECP256R1,
	};
	gnutls_priority_t p;

	ck_groups("GROUP-X448", want, 3);
	ck_groups("GROUP-OF-THE-FUTURE", want + 1, 2);
	p = priority_new(PRIORITY_HYBRID);
	ck_assert_ptr_nonnull(p);
	gnutls_priority_deinit(p);
}
END_TEST

static bool has_group(const char *name)
{
	const gnutls_group_t *g = gnutls_group_list();

	while (*g && strcmp(gnutls_group_get_name(*g), name))
		g++;
	return *g;
}

/* The best that both ends have, and X25519 with an older peer. */
START_TEST(key_exchange)
{
	struct tls_client *c;
	struct raw raw;
	struct gate g;
	struct pair p;
	struct ends e;

	gate_open(&g, "gw.example");
	p = pair_up(&g, &c);
	ck_assert_str_eq(tls_key_exchange(p.c), has_group("X25519-MLKEM768") ?
							"X25519-MLKEM768" :
							"X25519");
	ck_assert_str_eq(tls_key_exchange(p.s), tls_key_exchange(p.c));
	pair_free(&p);
	p = pair_new(&g, c);
	ck_assert_str_eq(tls_key_exchange(p.c), "");
	g.name = NULL; /* whatever name is asked for */
	raw_open(&raw, GNUTLS_CLIENT, TLS13 ":-GROUP-ALL:+GROUP-X25519",
		 "adit/1");
	e = raw_shake(&raw, p.s);
	ck_assert_msg(e.c >= 0 && !e.s, "%s", tls_why(p.s));
	ck_assert_str_eq(tls_key_exchange(p.s), "X25519");
	pair_free(&p);
	raw_close(&raw);
	tls_client_free(c);
	gate_close(&g);
}
END_TEST

SUITE("tls/handshake", ecdsa_keys, ed25519_key, rsa_key, cut_anywhere,
      name_in_upper_case, unknown_name, client_without_alpn,
      client_with_other_alpn, client_of_tls_1_2, server_without_alpn,
      server_of_tls_1_2, garbage, damaged_hello, handshake_message_too_long,
      signer_that_refuses, nothing_before_the_handshake, group_that_is_unknown,
      key_exchange)
