/* SPDX-License-Identifier: BSD-2-Clause */
/* takeover_test.c - our records, and a peer that is plain GnuTLS. */
#include "stream.h"

#include "base/err.h"
#include "suite.h"
#include "tls/aead.h"
#include "tls/session.h"

#include <string.h>

static struct lent lent;

static void speak(bool ours_is_server, const char *priorities, bool takes)
{
	struct mixed m;

	mixed_open(&m, ours_is_server, priorities);
	mixed_shake(&m);
	ck_assert_int_eq(m.t->records != NULL, takes && aead_gcm_is_there());
	for (int i = 0; i < 20; i++) {
		send_some(m.t, &m.to_raw, some_size());
		tls_to_raw(m.t, &m.r);
		raw_recv(&m);
		raw_send(&m, some_size());
		raw_to_tls(&m.r, m.t, &lent);
		ck_assert_int_eq(recv_all(m.t, &m.to_tls), ERR_AGAIN);
	}
	ck_assert_uint_eq(m.to_tls.seen, m.to_tls.sent);
	ck_assert_uint_eq(m.to_raw.seen, m.to_raw.sent);
	mixed_down(&m);
}

START_TEST(ciphers)
{
	for (int i = 0; i < 2; i++) {
		speak(i, TLS13 ":-CIPHER-ALL:+AES-128-GCM", true);
		speak(i, TLS13 ":-CIPHER-ALL:+AES-256-GCM", true);
		speak(i, TLS13 ":-CIPHER-ALL:+CHACHA20-POLY1305", false);
	}
}
END_TEST

/* A server's session tickets are no data, and a client passes over them: two
 * behind the handshake, and one later. */
START_TEST(tickets)
{
	gnutls_datum_t key;
	struct mixed m;

	mixed_open(&m, false, TLS13);
	ck_assert_int_eq(gnutls_session_ticket_key_generate(&key), 0);
	ck_assert_int_eq(gnutls_session_ticket_enable_server(m.r.session, &key),
			 0);
	mixed_shake(&m);
	ck_assert_int_eq(gnutls_session_ticket_send(m.r.session, 1, 0), 0);
	raw_send(&m, 1000);
	raw_to_tls(&m.r, m.t, &lent);
	ck_assert_msg(recv_all(m.t, &m.to_tls) == ERR_AGAIN, "%s",
		      tls_why(m.t));
	ck_assert_uint_eq(m.to_tls.seen, 1000);
	mixed_down(&m);
	gnutls_free(key.data);
}
END_TEST

START_TEST(key_update_ends_our_records)
{
	struct mixed m;

	if (!aead_gcm_is_there())
		return;
	mixed_open(&m, true, TLS13);
	mixed_shake(&m);
	raw_update(&m);
	raw_to_tls(&m.r, m.t, &lent);
	ck_assert_int_eq(recv_all(m.t, &m.to_tls), ERR_TLS);
	ck_assert_ptr_nonnull(strstr(tls_why(m.t), "KeyUpdate"));
	tls_to_raw(m.t, &m.r);
	ck_assert_int_eq((int)gnutls_record_recv(m.r.session, lent.bytes, 100),
			 GNUTLS_E_FATAL_ALERT_RECEIVED);
	ck_assert_int_eq(gnutls_alert_get(m.r.session),
			 GNUTLS_A_UNEXPECTED_MESSAGE);
	mixed_down(&m);
}
END_TEST

START_TEST(raw_says_goodbye)
{
	struct mixed m;

	mixed_open(&m, true, TLS13);
	mixed_shake(&m);
	raw_send(&m, 10);
	ck_assert_int_eq(gnutls_bye(m.r.session, GNUTLS_SHUT_WR), 0);
	raw_to_tls(&m.r, m.t, &lent);
	ck_assert_int_eq(recv_all(m.t, &m.to_tls), ERR_CLOSED);
	ck_assert_uint_eq(m.to_tls.seen, 10);
	send_some(m.t, &m.to_raw, 20);
	tls_bye(m.t);
	tls_to_raw(m.t, &m.r);
	ck_assert_int_eq((int)gnutls_record_recv(m.r.session, lent.bytes, 100),
			 20);
	ck_assert_int_eq((int)gnutls_record_recv(m.r.session, lent.bytes, 100),
			 0);
	mixed_down(&m);
}
END_TEST

START_TEST(raw_sends_an_alert)
{
	struct mixed m;

	mixed_open(&m, true, TLS13);
	mixed_shake(&m);
	gnutls_alert_send(m.r.session, GNUTLS_AL_FATAL,
			  GNUTLS_A_INTERNAL_ERROR);
	raw_to_tls(&m.r, m.t, &lent);
	ck_assert_int_eq(recv_all(m.t, &m.to_tls), ERR_TLS);
	ck_assert_str_eq(tls_why(m.t),
			 "the peer sent the alert \"Internal error\" (80)");
	ck_assert_uint_eq(buf_len(tls_output(m.t)), 0);
	mixed_down(&m);
}
END_TEST

/* Records with data are counted in the same way with GnuTLS and with our
 * engine. */
START_TEST(worn)
{
	struct mixed m;

	for (int stays = 0; stays < 2; stays++) {
		mixed_open(&m, true, TLS13);
		m.t->stays = stays;
		mixed_shake(&m);
		raw_send(&m, 1);
		raw_send(&m, 1);
		raw_to_tls(&m.r, m.t, &lent);
		ck_assert_int_eq(recv_all(m.t, &m.to_tls), ERR_AGAIN);
		send_some(m.t, &m.to_raw, 1);
		ck_assert_uint_eq(m.t->received, 2);
		ck_assert_uint_eq(m.t->sent, 1);
		m.t->sent = (1 << 23) - 1;
		ck_assert(!tls_is_worn(m.t));
		send_some(m.t, &m.to_raw, 1);
		ck_assert(tls_is_worn(m.t));
		m.t->sent = 0;
		m.t->received = 1 << 23;
		ck_assert(tls_is_worn(m.t));
		mixed_down(&m);
	}
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
	ck_assert_ptr_null(m.t->records);
	send_some(m.t, &m.to_raw, TLS_RECORD_MAX);
	tls_to_raw(m.t, &m.r);
	raw_recv(&m);
	ck_assert_uint_eq(m.to_raw.seen, m.to_raw.sent);
	mixed_down(&m);
}
END_TEST

SUITE("tls/takeover", ciphers, tickets, key_update_ends_our_records,
      raw_says_goodbye, raw_sends_an_alert, worn, small_records)
