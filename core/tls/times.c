/* SPDX-License-Identifier: BSD-2-Clause */
/* times.c - when a certificate begins and ends to be valid. */
#include "tls/cert.h"
#include "tls/session.h"

#include "base/err.h"

#include <stdio.h>

enum { DAY = 24 * 60 * 60 };

static int times_of(gnutls_x509_crt_t crt, struct tls_times *t)
{
	t->from = gnutls_x509_crt_get_activation_time(crt);
	t->until = gnutls_x509_crt_get_expiration_time(crt);
	return t->from == (time_t)-1 || t->until == (time_t)-1 ? ERR_TLS : 0;
}

int tls_certificate_times(const char *cert_pem, struct tls_times *t)
{
	struct key_kind kind;
	gnutls_x509_crt_t crt;
	char why[160];
	int ret = cert_read(&crt, &kind, cert_pem, why, sizeof(why));

	if (ret)
		return ret;
	ret = times_of(crt, t);
	gnutls_x509_crt_deinit(crt);
	return ret;
}

enum tls_validity tls_peer_validity(const struct tls *s,
				    char text[TLS_VALIDITY_TEXT])
{
	enum tls_validity is = TLS_VALID;
	struct tls_times t;
	gnutls_x509_crt_t crt;

	snprintf(text, TLS_VALIDITY_TEXT, "%s", "");
	if (tls_session_leaf(s->session, &crt))
		return is;
	if (!times_of(crt, &t))
		is = tls_validity(&t, time(NULL), text);
	gnutls_x509_crt_deinit(crt);
	return is;
}

static void day_of(time_t at, char day[16])
{
	struct tm tm;

	snprintf(day, 16, "?");
	if (gmtime_r(&at, &tm))
		strftime(day, 16, "%Y-%m-%d", &tm);
}

/* Programs such as certbot renew a certificate when a third of its time is
 * left.  With less than a quarter left, the renewal has not worked. */
static bool ends_soon(const struct tls_times *t, time_t left)
{
	return left < TLS_SOON_DAYS * DAY && left < (t->until - t->from) / 4;
}

enum tls_validity tls_validity(const struct tls_times *t, time_t now,
			       char text[TLS_VALIDITY_TEXT])
{
	bool ended = now > t->until, early = !ended && now < t->from;
	long days = (long)((ended ? now - t->until : t->until - now) / DAY);
	char day[16];

	day_of(early ? t->from : t->until, day);
	if (early)
		snprintf(text, TLS_VALIDITY_TEXT, "is not valid before %s",
			 day);
	else
		snprintf(text, TLS_VALIDITY_TEXT, "%s on %s (%ld day%s %s)",
			 ended ? "ended" : "ends", day, days,
			 days == 1 ? "" : "s", ended ? "ago" : "left");
	if (early)
		return TLS_NOT_YET;
	if (ended)
		return TLS_ENDED;
	return ends_soon(t, t->until - now) ? TLS_ENDS_SOON : TLS_VALID;
}
