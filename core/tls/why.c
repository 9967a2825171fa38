/* SPDX-License-Identifier: BSD-2-Clause */
/* why.c - error texts for failed TLS connections. */
#include "tls/records.h"
#include "tls/session.h"

#include <stdio.h>
#include <string.h>

static const struct {
	int code;
	const char *text;
} reasons[] = {
	{ GNUTLS_E_MEMORY_ERROR, "out of memory" },
	{ GNUTLS_E_UNSUPPORTED_VERSION_PACKET,
	  "the peer does not speak TLS 1.3" },
	{ GNUTLS_E_NO_APPLICATION_PROTOCOL,
	  "the peer does not speak adit's protocol (ALPN adit/1)" },
	{ GNUTLS_E_HANDSHAKE_TOO_LARGE,
	  "the peer sent a handshake message that is too long" },
	{ GNUTLS_E_TOO_MANY_HANDSHAKE_PACKETS,
	  "the peer sent too many handshake messages" },
	{ GNUTLS_E_DECRYPTION_FAILED,
	  "a TLS record was damaged or forged on its way" },
	{ GNUTLS_E_PK_SIGN_FAILED,
	  "the process that holds the private key made no signature" },
};

/* A TLS record starts with its content type, 20 to 23. */
static bool is_no_tls(const struct tls *t)
{
	return t->nfirst && (t->first[0] < 20 || t->first[0] > 23);
}

/* Whether a text begins as an HTTP request or response does. */
static bool is_http(const char *text)
{
	static const char *const words[] = {
		"GET /", "HEAD /", "POST /", "OPTIONS ", "CONNECT ", "HTTP/1."
	};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (!strncmp(text, words[i], strlen(words[i])))
			return true;
	return false;
}

/* Whether a load balancer has sent its header, in either version. */
static bool is_proxy_header(const struct tls *t, const char *text)
{
	return !strncmp(text, "PROXY ", 6) ||
	       (t->nfirst >= 5 && !memcmp(t->first, "\r\n\r\n\0", 5));
}

/* The text shows the peer's first line, as far as t->first has it. */
static void explain_first(struct tls *t)
{
	char text[FIRST_BYTES + 1];
	size_t n;

	for (n = 0; n < t->nfirst; n++) {
		if (n && (t->first[n] == '\r' || t->first[n] == '\n'))
			break;
		text[n] = t->first[n] >= ' ' && t->first[n] < 0x7f ?
				  (char)t->first[n] :
				  '.';
	}
	text[n] = 0;
	if (is_proxy_header(t, text)) {
		snprintf(
			t->why, sizeof(t->why),
			"the peer sends the header of the PROXY protocol "
			"instead of TLS; if it is your load balancer, name its "
			"address with proxy_protocol in [server] of "
			"aditd.ini");
		return;
	}
	snprintf(t->why, sizeof(t->why), "the peer %s: it began with \"%s\"",
		 is_http(text) ? "speaks plain HTTP, not TLS" :
				 "does not speak TLS",
		 text);
}

/* What an alert most likely means if the peer is an agent or a gateway. */
static const struct {
	gnutls_alert_description_t first, last;
	const char *text;
} hints[] = {
	{ GNUTLS_A_BAD_CERTIFICATE, GNUTLS_A_UNKNOWN_CA,
	  ": it does not trust the certificate" },
	{ GNUTLS_A_PROTOCOL_VERSION, GNUTLS_A_PROTOCOL_VERSION,
	  ": it does not speak TLS 1.3" },
	{ GNUTLS_A_UNRECOGNIZED_NAME, GNUTLS_A_UNRECOGNIZED_NAME,
	  ": it has no gateway of the name that it was asked for; see "
	  "server_name in adit.ini" },
	{ GNUTLS_A_NO_APPLICATION_PROTOCOL, GNUTLS_A_NO_APPLICATION_PROTOCOL,
	  ": it does not speak adit's protocol (ALPN adit/1)" },
};

static void explain_alert(struct tls *t)
{
	gnutls_alert_description_t a =
		t->records ?
			(gnutls_alert_description_t)records_alert(t->records) :
			gnutls_alert_get(t->session);
	const char *name = gnutls_alert_get_name(a), *hint = "";

	for (size_t i = 0; i < ARRAY_LEN(hints); i++)
		if (a >= hints[i].first && a <= hints[i].last)
			hint = hints[i].text;
	snprintf(t->why, sizeof(t->why),
		 "the peer sent the alert \"%s\" (%d)%s",
		 name ? name : "unknown", (int)a, hint);
}

static void explain_end(struct tls *t)
{
	snprintf(t->why, sizeof(t->why), "%s",
		 t->up     ? "the connection ended without a TLS close_notify" :
		 t->nfirst ? "the connection ended during the TLS handshake" :
			     "the peer closed the connection and sent nothing");
}

void tls_why_explain(struct tls *t, int code)
{
	if (t->why[0])
		return;
	if (!t->up && is_no_tls(t)) {
		explain_first(t);
		return;
	}
	if (code == GNUTLS_E_FATAL_ALERT_RECEIVED) {
		explain_alert(t);
		return;
	}
	if (code == GNUTLS_E_PREMATURE_TERMINATION) {
		explain_end(t);
		return;
	}
	if (t->records && records_why(t->records)) {
		snprintf(t->why, sizeof(t->why), "%s", records_why(t->records));
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
		if (reasons[i].code == code) {
			snprintf(t->why, sizeof(t->why), "%s", reasons[i].text);
			return;
		}
	snprintf(t->why, sizeof(t->why), "TLS: %s", gnutls_strerror(code));
}
