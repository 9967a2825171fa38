/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_config_times.c - warns of certificates that agents or browsers
 * refuse, or will. */
#include "monitor/monitor_config.h"

#include "policy/conf_parts.h"

#include <string.h>

/* Whether the file holds another certificate now: somebody has renewed it, and
 * has not called aditctl reload. */
static bool has_other(const struct gw_gateway *g, const struct buf *cert)
{
	struct conf_errors e = { .file = g->certificate };
	struct buf text;
	bool other;

	if (conf_text_read(&text, false, &e))
		return false;
	other = buf_len(&text) + 1 != buf_len(cert) ||
		memcmp(buf_ptr(&text), buf_ptr(cert), buf_len(&text)) != 0;
	buf_fini(&text);
	return other;
}

static const char *consequence(enum tls_validity is)
{
	switch (is) {
	case TLS_ENDED:
		return "; agents that have no pin refuse it";
	case TLS_NOT_YET:
		return "; agents that have no pin refuse it until then; is the "
		       "clock of this machine right?";
	default:
		return "";
	}
}

static void warn_of(const struct gw_gateway *g, const struct buf *cert,
		    time_t now, struct conf_errors *warn)
{
	struct gw_gateway *base = (struct gw_gateway *)(uintptr_t)g;
	struct opt_target t = { gw_gateway_opts, base, &base->lines };
	static const char reload[] =
		"aditctl reload takes the other one that now stands in ";
	static const char renew[] =
		"put a new one in its place, then aditctl reload: ";
	char text[TLS_VALIDITY_TEXT];
	struct tls_times times;
	enum tls_validity is;

	if (tls_certificate_times((char *)buf_ptr(cert), &times))
		return;
	is = tls_validity(&times, now, text);
	if (is == TLS_VALID)
		return;
	conf_error(warn, opt_line(&t, "certificate"),
		   "[gateway %s]: its certificate %s%s: %s%s", g->name, text,
		   consequence(is), has_other(g, cert) ? reload : renew,
		   g->certificate);
}

void monitor_config_warn_times(const struct monitor_config *s, time_t now,
			       struct conf_errors *warn)
{
	warn->files = s->conf->files;
	for (size_t i = 0; i < s->conf->ngateways; i++)
		warn_of(&s->conf->gateways[i], &s->gateways[i].cert, now, warn);
}

void monitor_config_warn_browsers(const struct monitor_config *s,
				  struct conf_errors *warn)
{
	warn->files = s->conf->files;
	for (size_t i = 0; i < s->conf->ngateways; i++) {
		struct gw_gateway *g = &s->conf->gateways[i];
		struct opt_target t = { gw_gateway_opts, g, &g->lines };

		if (!g->web ||
		    tls_browsers_take((char *)buf_ptr(&s->gateways[i].cert)))
			continue;
		conf_error(warn, opt_line(&t, "certificate"),
			   "[gateway %s]: web = yes, but browsers such as "
			   "Chromium know no Ed25519, the kind of key of its "
			   "certificate, so nobody sees the pages: take one "
			   "with ECDSA P-256, and give users its pin, as "
			   "docs/certificates.md says: %s",
			   g->name, g->certificate);
	}
}
