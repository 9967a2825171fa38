/* SPDX-License-Identifier: BSD-2-Clause */
/* stream.c - a stream whose every byte is known, through a TLS connection. */
#include "stream.h"

#include "base/err.h"
#include "tls/session.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static uint8_t byte_at(size_t i)
{
	return (uint8_t)(i * 131 + (i >> 8) + (i >> 16));
}

const uint8_t *stream_next(struct stream *s, size_t n)
{
	static uint8_t block[TLS_RECORD_MAX];

	for (size_t i = 0; i < n; i++)
		block[i] = byte_at(s->sent + i);
	s->sent += n;
	return block;
}

void stream_check(struct stream *s, const uint8_t *p, size_t n)
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
size_t random_to(size_t most)
{
	return (size_t)rand() % most + 1;
}

size_t some_size(void)
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

void send_some(struct tls *t, struct stream *s, size_t n)
{
	ck_assert_int_eq(tls_send(t, stream_next(s, n), n), 0);
}

/* All that is there; the value that ended it. */
int recv_all(struct tls *t, struct stream *s)
{
	const uint8_t *p;
	int n;

	while ((n = tls_recv(t, &p)) > 0)
		stream_check(s, p, (size_t)n);
	tls_recv_release(t);
	return n;
}

/* ---- ours and a raw peer -------------------------------------------------- */

void mixed_open(struct mixed *m, bool ours_is_server, const char *priorities)
{
	memset(m, 0, sizeof(*m));
	gate_open(&m->g, "gw.example");
	raw_open(&m->r, ours_is_server ? GNUTLS_CLIENT : GNUTLS_SERVER,
		 priorities, "adit/1");
	if (ours_is_server) {
		gnutls_server_name_set(m->r.session, GNUTLS_NAME_DNS,
				       "gw.example", 10);
		m->t = tls_accept_new(gate_select, &m->g);
	} else {
		raw_use(&m->r, &m->g);
		m->client = client_pinning(&m->g, "gw.example");
		m->t = tls_connect_new(m->client);
	}
}

void mixed_shake(struct mixed *m)
{
	struct ends e = raw_shake(&m->r, m->t);

	ck_assert_msg(!e.c && !e.s, "raw: %s; ours: %s", gnutls_strerror(e.c),
		      tls_why(m->t));
}

/* GnuTLS at both ends. */
void mixed_up(struct mixed *m, bool ours_is_server)
{
	mixed_open(m, ours_is_server, TLS13);
	m->t->stays = true;
	mixed_shake(m);
}

void mixed_down(struct mixed *m)
{
	raw_close(&m->r);
	tls_free(m->t);
	tls_client_free(m->client);
	gate_close(&m->g);
}

void raw_send(struct mixed *m, size_t n)
{
	ck_assert_int_eq((int)gnutls_record_send(m->r.session,
						 stream_next(&m->to_tls, n), n),
			 (int)n);
}

void raw_recv(struct mixed *m)
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

void raw_update(struct mixed *m)
{
	ck_assert_int_eq(
		gnutls_session_key_update(m->r.session, GNUTLS_KU_PEER), 0);
}
