/* SPDX-License-Identifier: BSD-2-Clause */
/* tls.c - TLS 1.3 over buffers: bytes in, bytes out, no descriptor.
 *
 * on_push takes everything that GnuTLS sends: if GnuTLS had to wait with a
 * record, and the peer sent a KeyUpdate at that moment, GnuTLS would send the
 * record twice.  For the same reason nothing is corked.
 *
 * GNUTLS_E_AGAIN means that input is missing only if on_pull found none: after
 * a KeyUpdate GnuTLS returns it although there are more records. */
#include "tls/records.h"
#include "tls/session.h"

#include "base/err.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	HANDSHAKE_MAX = 32 * 1024, /* bytes of one handshake message */
	/* Records up to this size are copied, because GnuTLS keeps 17 KB for
	 * each packet that it lends. */
	COPY_MAX = 8192,
	SEAL_ROOM = 64, /* more than the header, type and tag of a record */
	OUTPUT_KEPT = 256 * 1024, /* bytes of memory kept for the next burst */
};

/* In the order in which a server prefers them; only the first is offered
 * unless tls_accept_http says otherwise. */
static const gnutls_datum_t protocols[] = {
	{ (unsigned char *)"adit/1", 6 },
	{ (unsigned char *)"http/1.1", 8 },
};

/* Parsed once, then shared by all connections. */
static gnutls_priority_t parsed;
static pthread_once_t parse_once = PTHREAD_ONCE_INIT;

static void parse_priorities(void)
{
	parsed = priority_new(PRIORITY_HYBRID);
}

/* ---- bytes from and to the outside --------------------------------------- */

static void note_first(struct tls *t, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n && t->nfirst < FIRST_BYTES; i++)
		t->first[t->nfirst++] = p[i];
}

static ssize_t on_pull(gnutls_transport_ptr_t ctx, void *to, size_t n)
{
	struct tls *t = ctx;

	n = MIN(n, t->in_left);
	if (!n) {
		t->dry = true;
		errno = EAGAIN;
		return t->ended ? 0 : -1;
	}
	memcpy(to, t->in, n);
	t->in += n;
	t->in_left -= n;
	return (ssize_t)n;
}

static ssize_t on_push(gnutls_transport_ptr_t ctx, const giovec_t *iov, int n)
{
	struct tls *t = ctx;
	size_t total = 0;

	for (int i = 0; i < n; i++) {
		if (buf_append(&t->out, iov[i].iov_base, iov[i].iov_len)) {
			t->failed = true;
			snprintf(t->why, sizeof(t->why), "out of memory");
			errno = ENOMEM;
			return -1;
		}
		total += iov[i].iov_len;
	}
	return (ssize_t)total;
}

void tls_input(struct tls *t, uint8_t *p, size_t n)
{
	if (t->records) {
		records_input(t->records, p, n);
		return;
	}
	if (t->nfirst < FIRST_BYTES)
		note_first(t, p, n);
	t->in = p;
	t->in_left = n;
}

void tls_input_end(struct tls *t)
{
	t->ended = true;
}

struct buf *tls_output(struct tls *t)
{
	return &t->out;
}

void tls_written(struct tls *t, size_t n)
{
	t->out.start += n;
	if (t->out.start < t->out.end)
		return;
	t->out.start = t->out.end = 0;
	if (t->out.cap > OUTPUT_KEPT)
		buf_fini(&t->out);
}

void tls_rest(struct tls *t)
{
	if (!buf_len(&t->out))
		buf_fini(&t->out);
}

/* ---- start and end ------------------------------------------------------- */

static int session_set_up(struct tls *t, unsigned role)
{
	gnutls_session_t s;
	int ret = gnutls_init(&s, role | GNUTLS_NONBLOCK | GNUTLS_NO_TICKETS |
					  GNUTLS_NO_SIGNAL);

	if (ret < 0)
		return ret;
	t->session = s;
	ret = gnutls_priority_set(s, parsed);
	if (ret >= 0)
		ret = gnutls_alpn_set_protocols(s, protocols, 1,
						GNUTLS_ALPN_MANDATORY);
	gnutls_handshake_set_max_packet_length(s, HANDSHAKE_MAX);
	gnutls_session_set_ptr(s, t);
	gnutls_transport_set_ptr(s, t);
	gnutls_transport_set_pull_function(s, on_pull);
	gnutls_transport_set_vec_push_function(s, on_push);
	tls_session_watch(t);
	return ret;
}

struct tls *tls_session_new(unsigned role)
{
	struct tls *t;

	pthread_once(&parse_once, parse_priorities);
	if (!parsed)
		return NULL;
	t = calloc(1, sizeof(*t));
	if (t && session_set_up(t, role) < 0) {
		tls_free(t);
		return NULL;
	}
	return t;
}

void tls_free(struct tls *t)
{
	if (!t)
		return;
	tls_recv_release(t);
	records_free(t->records);
	if (t->session)
		gnutls_deinit(t->session);
	buf_fini(&t->out);
	free(t->sni);
	free(t);
}

/* ---- failure ------------------------------------------------------------- */

int tls_session_refuse(struct tls *t, int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(t->why, sizeof(t->why), fmt, ap);
	va_end(ap);
	return code;
}

static bool deserves_alert(int code)
{
	return code != GNUTLS_E_FATAL_ALERT_RECEIVED &&
	       code != GNUTLS_E_PREMATURE_TERMINATION &&
	       code != GNUTLS_E_PUSH_ERROR && code != GNUTLS_E_MEMORY_ERROR;
}

static void alert_send(struct tls *t, int code)
{
	int level, alert = gnutls_error_to_alert(code, &level);

	if (t->records)
		records_send_alert(t->records, GNUTLS_AL_FATAL, (uint8_t)alert,
				   &t->out);
	else
		gnutls_alert_send(t->session, GNUTLS_AL_FATAL,
				  (gnutls_alert_description_t)alert);
}

/* Notes the cause and sends the peer an alert, once.  Returns ERR_TLS. */
static int session_fail(struct tls *t, int code)
{
	tls_why_explain(t, code);
	if (!t->failed && deserves_alert(code))
		alert_send(t, code);
	t->failed = true;
	return ERR_TLS;
}

/* Turns a negative GnuTLS code into an enum err.  When the input has ended,
 * GnuTLS returns various errors, or GNUTLS_E_AGAIN for ever if it ended within
 * a record. */
static int session_stop(struct tls *t, int code)
{
	if (t->dry && t->ended) {
		session_fail(t, GNUTLS_E_PREMATURE_TERMINATION);
		return t->up ? ERR_TLS : ERR_CLOSED;
	}
	if (code == GNUTLS_E_AGAIN || code == GNUTLS_E_INTERRUPTED)
		return ERR_AGAIN;
	return session_fail(t, code);
}

static bool try_again(const struct tls *t, ssize_t code)
{
	return !t->dry &&
	       (code == GNUTLS_E_AGAIN || code == GNUTLS_E_INTERRUPTED ||
		code == GNUTLS_E_WARNING_ALERT_RECEIVED);
}

const char *tls_why(const struct tls *t)
{
	return t->why[0] ? t->why : "no failure";
}

/* ---- the connection ------------------------------------------------------ */

/* GNUTLS_ALPN_MANDATORY alone would accept a peer that sends no ALPN at all. */
/* Whether protocols[i] was agreed on. */
static bool tls_speaks(const struct tls *t, size_t i)
{
	gnutls_datum_t got;

	return gnutls_alpn_get_selected_protocol(t->session, &got) >= 0 &&
	       got.size == protocols[i].size &&
	       !memcmp(got.data, protocols[i].data, got.size);
}

int tls_accept_http(struct tls *t)
{
	int ret = gnutls_alpn_set_protocols(
		t->session, protocols, ARRAY_LEN(protocols),
		GNUTLS_ALPN_MANDATORY | GNUTLS_ALPN_SERVER_PRECEDENCE);

	t->takes_http = ret >= 0;
	return ret < 0 ? ERR_TLS : 0;
}

bool tls_speaks_http(const struct tls *t)
{
	return t->takes_http && tls_speaks(t, 1);
}

int tls_session_check_alpn(const struct tls *t)
{
	return tls_speaks(t, 0) || tls_speaks_http(t) ?
		       0 :
		       GNUTLS_E_NO_APPLICATION_PROTOCOL;
}

int tls_handshake(struct tls *t)
{
	int ret;

	if (t->failed)
		return ERR_TLS;
	if (t->up)
		return 0;
	do {
		t->dry = false;
		ret = gnutls_handshake(t->session);
	} while (try_again(t, ret));
	if (ret >= 0)
		ret = tls_session_check_alpn(t);
	if (ret >= 0)
		ret = tls_session_take_over(t);
	if (ret < 0)
		return session_stop(t, ret);
	t->up = true;
	return 0;
}

struct held {
	struct held *next;
	gnutls_packet_t packet; /* or NULL: then a copy is in bytes */
	size_t n;
	uint8_t bytes[];
};

/* Passwords come in small records, which are wiped before their memory is
 * freed.  Large records carry the data of channels, and are not. */
static void wipe_packet(const gnutls_datum_t *got)
{
	tls_wipe(got->data, got->size);
}

static int hold(struct tls *t, gnutls_packet_t packet, const uint8_t **p)
{
	gnutls_datum_t got;
	struct held *h;
	bool small;

	gnutls_packet_get(packet, &got, NULL);
	small = got.size <= COPY_MAX;
	h = malloc(sizeof(*h) + (small ? got.size : 0));
	if (!h) {
		gnutls_packet_deinit(packet);
		return session_fail(t, GNUTLS_E_MEMORY_ERROR);
	}
	h->packet = NULL;
	h->n = 0;
	*p = h->bytes;
	if (small) {
		memcpy(h->bytes, got.data, got.size);
		h->n = got.size;
		wipe_packet(&got);
		gnutls_packet_deinit(packet);
	} else {
		h->packet = packet;
		*p = got.data;
	}
	h->next = t->held;
	t->held = h;
	return (int)got.size;
}

static int recv_by_records(struct tls *t, const uint8_t **p)
{
	ssize_t n = records_recv(t->records, p);

	t->received += n > 0;
	if (n > 0)
		return (int)n;
	if (n == 0)
		return ERR_CLOSED;
	t->dry = n == GNUTLS_E_AGAIN;
	return session_stop(t, (int)n);
}

int tls_recv(struct tls *t, const uint8_t **p)
{
	gnutls_packet_t packet = NULL;
	ssize_t n;

	if (t->failed || !t->up)
		return ERR_TLS;
	if (t->records)
		return recv_by_records(t, p);
	do {
		t->dry = false;
		n = gnutls_record_recv_packet(t->session, &packet);
	} while (try_again(t, n));
	t->received += n > 0;
	if (n > 0)
		return hold(t, packet, p);
	if (n == 0)
		return ERR_CLOSED;
	return session_stop(t, (int)n);
}

void tls_recv_release(struct tls *t)
{
	struct held *h = t->held, *next;

	if (t->records)
		records_release(t->records);
	for (; h; h = next) {
		next = h->next;
		if (h->packet)
			gnutls_packet_deinit(h->packet);
		tls_wipe(h->bytes, h->n);
		free(h);
	}
	t->held = NULL;
}

int tls_send(struct tls *t, const uint8_t *p, size_t n)
{
	ssize_t sent;
	int ret;

	if (t->failed || !t->up || t->said_bye)
		return ERR_TLS;
	t->sent++;
	if (t->records && n) {
		ret = records_send(t->records, p, n, &t->out);
		return ret ? session_fail(t, ret) : 0;
	}
	/* Before the record is sealed, because a record that is sealed and
	 * not sent would break the sequence of record numbers. */
	if (!buf_reserve(&t->out, n + SEAL_ROOM))
		return session_fail(t, GNUTLS_E_MEMORY_ERROR);
	/* In several records, if the peer wants smaller ones (RFC 8449). */
	for (; n; p += sent, n -= (size_t)sent) {
		sent = gnutls_record_send(t->session, p, n);
		if (sent <= 0)
			return session_fail(t, sent ? (int)sent :
						      GNUTLS_E_PUSH_ERROR);
	}
	return 0;
}

void tls_bye(struct tls *t)
{
	if (t->failed || !t->up || t->said_bye)
		return;
	t->said_bye = true;
	if (t->records) {
		records_send_alert(t->records, GNUTLS_AL_WARNING,
				   GNUTLS_A_CLOSE_NOTIFY, &t->out);
		return;
	}
	/* It cannot block, as on_push takes everything.  Out of memory, the
	 * peer sees the end of the connection without a close_notify. */
	(void)gnutls_bye(t->session, GNUTLS_SHUT_WR);
}

bool tls_is_worn(const struct tls *t)
{
	return MAX(t->sent, t->received) >= RECORDS_MAX / 2;
}

int tls_exporter(struct tls *t, uint8_t out[TLS_EXPORTER])
{
	gnutls_datum_t got = { NULL, 0 };
	int ret = ERR_TLS;

	if (t->failed || !t->up ||
	    gnutls_session_channel_binding(t->session, GNUTLS_CB_TLS_EXPORTER,
					   &got) < 0)
		return ERR_TLS;
	if (got.size == TLS_EXPORTER) {
		memcpy(out, got.data, TLS_EXPORTER);
		ret = 0;
	}
	tls_wipe(got.data, got.size);
	gnutls_free(got.data);
	return ret;
}

const char *tls_key_exchange(const struct tls *t)
{
	const char *name = t && t->up ? gnutls_group_get_name(
						gnutls_group_get(t->session)) :
					NULL;

	return name ? name : "";
}
