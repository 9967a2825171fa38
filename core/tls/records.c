/* SPDX-License-Identifier: BSD-2-Clause */
/* records.c - the records of an established TLS 1.3 connection.
 *
 *   type 23   version   length n   n bytes: sealed                      tag
 *   1 byte    2         2          plaintext   its type, 1   zeros    16
 *
 * There is no KeyUpdate: a session gets a new tunnel, and so new keys, long
 * before those of one are used up. */
#include "tls/records.h"

#include "tls/tls.h"

#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <string.h>

enum {
	HEADER = AEAD_HEADER,
	INNER_MAX = TLS_RECORD_MAX + 1,    /* plaintext, type and zeros */
	SEALED_MAX = TLS_RECORD_MAX + 256, /* behind the header */
	WIPED_MAX = 8192, /* sealed bytes of a record that is wiped */

	/* types */
	ALERT = 21,
	HANDSHAKE = 22,
	DATA = 23,

	/* handshake messages, RFC 8446, 4 */
	NEW_SESSION_TICKET = 4,
	KEY_UPDATE = 24,
	MESSAGE_HEADER = 4,

	/* alerts, RFC 8446, 6 */
	CLOSE_NOTIFY = 0,
	USER_CANCELED = 90,
};

/* A record of which only the beginning was lent, copied. */
struct part {
	struct part *next;
	size_t n;
	uint8_t bytes[HEADER + SEALED_MAX];
};

struct records {
	struct records_key in, out;
	bool is_client, closed;
	int alert;
	const char *why;

	uint8_t *lent, *p; /* lent bytes, and the first one not used yet */
	size_t left;
	struct part *part;  /* what the record at p begins with; or NULL */
	struct part *spent; /* opened, and perhaps still held */

	uint8_t message[MESSAGE_HEADER]; /* the header of a handshake message */
	size_t nmessage;                 /* bytes of it that have come */
	size_t skip;                     /* bytes of its body still to come */
};

/* ---- start and end ------------------------------------------------------- */

static void records_key_fini(struct records_key *k)
{
	if (k->aead)
		k->aead->free(k->aead);
	tls_wipe(k, sizeof *k);
}

struct records *records_new(const struct records_key *in,
			    const struct records_key *out, bool is_client)
{
	struct records_key mine[2] = { *in, *out };
	struct records *r = NULL;

	if (in->aead && out->aead)
		r = calloc(1, sizeof *r);
	if (!r) {
		records_key_fini(&mine[0]);
		records_key_fini(&mine[1]);
		return NULL;
	}
	r->in = *in;
	r->out = *out;
	r->is_client = is_client;
	tls_wipe(mine, sizeof mine);
	return r;
}

static void part_free(struct part *part)
{
	if (part && part->n <= HEADER + WIPED_MAX)
		tls_wipe(part->bytes, part->n);
	free(part);
}

void records_free(struct records *r)
{
	if (!r)
		return;
	records_release(r);
	part_free(r->part);
	records_key_fini(&r->in);
	records_key_fini(&r->out);
	free(r);
}

int records_alert(const struct records *r)
{
	return r->alert;
}

const char *records_why(const struct records *r)
{
	return r->why;
}

static int refuse(struct records *r, int code, const char *why)
{
	r->why = why;
	return code;
}

/* The number of a record, as bytes in network order, over the IV. */
static void nonce_of(const struct records_key *k, uint8_t nonce[AEAD_NONCE])
{
	memcpy(nonce, k->iv, AEAD_NONCE);
	for (unsigned i = 0; i < 8; i++)
		nonce[AEAD_NONCE - 1 - i] ^= (uint8_t)(k->number >> 8 * i);
}

/* ---- out ----------------------------------------------------------------- */

static int record_seal(struct records *r, uint8_t type, const uint8_t *p,
		       size_t n, struct buf *out)
{
	size_t sealed = n + 1 + AEAD_TAG;
	uint8_t *record = buf_reserve(out, HEADER + sealed);
	uint8_t nonce[AEAD_NONCE];

	if (!record)
		return GNUTLS_E_MEMORY_ERROR;
	record[0] = DATA;
	record[1] = record[2] = 3;
	record[3] = (uint8_t)(sealed >> 8);
	record[4] = (uint8_t)sealed;
	record[HEADER + n] = type;
	nonce_of(&r->out, nonce);
	r->out.aead->seal(r->out.aead, nonce, record, p, n);
	r->out.number++;
	buf_commit(out, HEADER + sealed);
	return 0;
}

int records_send(struct records *r, const uint8_t *p, size_t n, struct buf *out)
{
	if (r->out.number >= RECORDS_MAX)
		return refuse(r, GNUTLS_E_RECORD_LIMIT_REACHED,
			      "this connection has sent as many records as one "
			      "key may seal");
	return record_seal(r, DATA, p, n, out);
}

void records_send_alert(struct records *r, uint8_t level, uint8_t alert,
			struct buf *out)
{
	uint8_t p[] = { level, alert };

	(void)record_seal(r, ALERT, p, sizeof p, out);
}

/* ---- in: which bytes are a record ---------------------------------------- */

void records_input(struct records *r, uint8_t *p, size_t n)
{
	r->lent = r->p = p;
	r->left = n;
}

/* Bytes behind a header, or a GnuTLS code. */
static int sealed_length(struct records *r, const uint8_t header[HEADER])
{
	int n = header[3] << 8 | header[4];

	if (header[0] != DATA)
		return refuse(r, GNUTLS_E_UNEXPECTED_PACKET,
			      "the peer sent a TLS record that is not "
			      "encrypted");
	if (n > SEALED_MAX)
		return refuse(r, GNUTLS_E_RECORD_OVERFLOW,
			      "the peer sent a TLS record that is too long");
	return n;
}

/* Moves lent bytes to the part until it has `want` of them. */
static bool part_fill(struct records *r, size_t want)
{
	struct part *part = r->part;
	size_t n = MIN(want - part->n, r->left);

	memcpy(part->bytes + part->n, r->p, n);
	part->n += n;
	r->p += n;
	r->left -= n;
	r->lent = r->p;
	return part->n == want;
}

/* The record whose beginning was kept. */
static int part_next(struct records *r, uint8_t **record)
{
	struct part *part = r->part;
	int n;

	if (part->n < HEADER && !part_fill(r, HEADER))
		return GNUTLS_E_AGAIN;
	n = sealed_length(r, part->bytes);
	if (n < 0)
		return n;
	if (!part_fill(r, HEADER + (size_t)n))
		return GNUTLS_E_AGAIN;
	*record = part->bytes;
	r->part = NULL;
	part->next = r->spent;
	r->spent = part;
	return n;
}

/* Keeps what is left. */
static int part_begin(struct records *r)
{
	if (!r->left)
		return GNUTLS_E_AGAIN;
	r->part = malloc(sizeof *r->part);
	if (!r->part)
		return GNUTLS_E_MEMORY_ERROR;
	r->part->n = r->left;
	memcpy(r->part->bytes, r->p, r->left);
	r->left = 0;
	return GNUTLS_E_AGAIN;
}

/* Points to the next whole record; the number of bytes behind its header, or a
 * GnuTLS code. */
static int record_next(struct records *r, uint8_t **record)
{
	int n;

	if (r->part)
		return part_next(r, record);
	if (r->left < HEADER)
		return part_begin(r);
	n = sealed_length(r, r->p);
	if (n < 0)
		return n;
	if (r->left < HEADER + (size_t)n)
		return part_begin(r);
	*record = r->p;
	r->p += HEADER + n;
	r->left -= HEADER + (size_t)n;
	return n;
}

/* ---- in: what a record is ------------------------------------------------ */

/* Opens a record; the length of its plaintext, or a GnuTLS code. */
static int record_open(struct records *r, uint8_t *record, int sealed,
		       uint8_t *type)
{
	uint8_t nonce[AEAD_NONCE], *p = record + HEADER;
	int n = sealed - AEAD_TAG;

	nonce_of(&r->in, nonce);
	if (n < 1 ||
	    !r->in.aead->open(r->in.aead, nonce, record, (size_t)sealed))
		return GNUTLS_E_DECRYPTION_FAILED;
	r->in.number++;
	if (n > INNER_MAX)
		return refuse(r, GNUTLS_E_RECORD_OVERFLOW,
			      "the peer sent a TLS record that is too long");
	while (n && !p[n - 1])
		n--;
	if (!n)
		return refuse(r, GNUTLS_E_UNEXPECTED_PACKET,
			      "the peer sent a TLS record without a type");
	*type = p[n - 1];
	return n - 1;
}

static int on_alert(struct records *r, const uint8_t *p, int n)
{
	if (!n)
		return refuse(r, GNUTLS_E_UNEXPECTED_PACKET,
			      "the peer sent an empty TLS alert");
	if (n != 2)
		return refuse(r, GNUTLS_E_UNEXPECTED_PACKET_LENGTH,
			      "the peer sent a malformed TLS alert");
	r->closed = p[1] == CLOSE_NOTIFY;
	if (r->closed || p[1] == USER_CANCELED)
		return 0;
	r->alert = p[1];
	return GNUTLS_E_FATAL_ALERT_RECEIVED;
}

static int message_begins(struct records *r, uint8_t type)
{
	if (type == NEW_SESSION_TICKET && r->is_client)
		return 0;
	if (type == KEY_UPDATE)
		return refuse(
			r, GNUTLS_E_UNEXPECTED_PACKET,
			"the peer wants to change its key (TLS KeyUpdate), "
			"for which adit makes a new tunnel instead");
	return refuse(r, GNUTLS_E_UNEXPECTED_PACKET,
		      "the peer sent an unexpected TLS handshake message");
}

/* Passes over tickets, which may come in several records, or several in one. */
static int on_handshake(struct records *r, const uint8_t *p, int len)
{
	size_t n = (size_t)len, skipped;
	const uint8_t *m = r->message;

	if (!n)
		return refuse(r, GNUTLS_E_UNEXPECTED_PACKET,
			      "the peer sent an empty TLS handshake message");
	for (; n; p += skipped, n -= skipped) {
		skipped = MIN(n, r->skip);
		r->skip -= skipped;
		if (skipped)
			continue;
		if (!r->nmessage && message_begins(r, *p))
			return GNUTLS_E_UNEXPECTED_PACKET;
		r->message[r->nmessage++] = *p;
		skipped = 1;
		if (r->nmessage < MESSAGE_HEADER)
			continue;
		r->skip = (size_t)m[1] << 16 | (size_t)m[2] << 8 | m[3];
		r->nmessage = 0;
	}
	return 0;
}

/* What is no data: 0, or a GnuTLS code. */
static int on_other(struct records *r, uint8_t type, const uint8_t *p, int n)
{
	switch (type) {
	case ALERT:
		return on_alert(r, p, n);
	case HANDSHAKE:
		return on_handshake(r, p, n);
	default:
		return refuse(r, GNUTLS_E_UNEXPECTED_PACKET,
			      "the peer sent a TLS record of an unknown type");
	}
}

ssize_t records_recv(struct records *r, const uint8_t **p)
{
	uint8_t *record = NULL, type = 0;
	int n;

	while (!r->closed) {
		n = record_next(r, &record);
		if (n >= 0)
			n = record_open(r, record, n, &type);
		if (n < 0)
			return n;
		*p = record + HEADER;
		/* Nothing may come between the pieces of a message. */
		if (type != HANDSHAKE && (r->nmessage || r->skip))
			return refuse(r, GNUTLS_E_UNEXPECTED_PACKET,
				      "the peer sent half a TLS handshake "
				      "message");
		if (type == DATA && n)
			return n;
		if (type != DATA)
			n = on_other(r, type, *p, n);
		if (n < 0)
			return n;
	}
	return 0;
}

void records_release(struct records *r)
{
	struct part *part;
	size_t n;

	while ((part = r->spent)) {
		r->spent = part->next;
		part_free(part);
	}
	for (; r->lent < r->p; r->lent += HEADER + n) {
		n = (size_t)r->lent[3] << 8 | r->lent[4];
		if (n <= WIPED_MAX)
			tls_wipe(r->lent + HEADER, n);
	}
}
