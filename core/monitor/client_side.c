/* SPDX-License-Identifier: BSD-2-Clause */
/* client_side.c - what a virtual gateway knows of its clients' certificates. */
#include "monitor/client_side.h"

#include "base/err.h"
#include "policy/conf_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A gateway whose files are read. */
struct client_read {
	const struct gw_gateway *g;
	struct conf_errors *e;
	struct buf ca, crl; /* with a NUL behind */
};

static unsigned client_line(const struct client_read *r, const char *key)
{
	struct gw_gateway *base = (struct gw_gateway *)(uintptr_t)r->g;
	struct opt_target t = { gw_gateway_opts, base, &base->lines };

	return opt_line(&t, key);
}

static int client_read_file(struct client_read *r, const char *key,
			    const char *path, struct buf *out)
{
	struct conf_errors other = { .file = path };
	int ret = conf_text_read(out, false, &other);

	for (unsigned i = 0; ret && i < conf_errors_kept(&other); i++)
		conf_error(r->e, client_line(r, key), "%s: %s", key,
			   other.text[i]);
	if (!ret && buf_len(out) && memchr(buf_ptr(out), 0, buf_len(out)))
		return conf_error(r->e, client_line(r, key),
				  "%s: %s: holds a NUL byte", key, path);
	return ret ? ret : buf_append(out, "", 1);
}

static int client_read_rule(struct client_read *r, struct client_side *c)
{
	const struct gw_gateway *g = r->g;
	enum client_name from;

	if (client_name_parse(g->client_user, &from))
		return conf_error(r->e, client_line(r, "client_user"),
				  "client_user = %s: expected cn, uid, email, "
				  "uri, dns or upn",
				  g->client_user);
	c->ask.from = (uint8_t)from;
	c->ask.crl_grace = g->client_crl_grace / 1000;
	snprintf(c->ask.prefix, sizeof c->ask.prefix, "%s",
		 g->client_prefix ? g->client_prefix : "");
	snprintf(c->ask.suffix, sizeof c->ask.suffix, "%s",
		 g->client_suffix ? g->client_suffix : "");
	return 0;
}

/* Texts that are the same get the same number, by which a checker knows that it
 * has read them; it need not be told apart by anybody else. */
static uint64_t client_number(const struct buf *bundle)
{
	uint8_t hash[32];
	uint64_t n;

	tls_hmac(hash, (const uint8_t[32]){ 0 },
		 (struct tls_part[]){ { buf_ptr(bundle), buf_len(bundle) } },
		 1);
	memcpy(&n, hash, sizeof n);
	return n ? n : 1;
}

static int client_make_bundle(struct client_read *r, struct client_side *c)
{
	const char *crl = buf_len(&r->crl) ? (const char *)buf_ptr(&r->crl) :
					     NULL;
	struct buf b = { 0 };
	int ret = pack_client_bundle(&b, (const char *)buf_ptr(&r->ca), crl);

	if (!ret) {
		c->ask.bundle = client_number(&b);
		c->bundle = msg_memfd("clients", buf_ptr(&b), buf_len(&b));
		ret = c->bundle < 0 ? ERR_NOMEM : 0;
	}
	buf_fini(&b);
	return ret;
}

/* Reads them as a checker will. */
static int client_try(struct client_read *r, struct client_side *c)
{
	const char *crl = buf_len(&r->crl) ? (const char *)buf_ptr(&r->crl) :
					     NULL;
	const char *key = crl ? "client_crl" : "client_ca";
	struct client_ca *ca;
	char why[300];
	int ret = client_ca_new(&ca, (const char *)buf_ptr(&r->ca), crl, why,
				sizeof why);

	if (ret)
		return conf_error(r->e, client_line(r, key), "%s: %s: %s", key,
				  crl ? r->g->client_crl : r->g->client_ca,
				  why);
	c->crl_until = client_ca_crl_until(ca);
	ret = client_ca_revoked(ca, &c->revoked, &c->nrevoked);
	client_ca_free(ca);
	return ret;
}

static int client_read_all(struct client_read *r, struct client_side *c)
{
	int ret = client_read_rule(r, c);

	if (!ret)
		ret = client_read_file(r, "client_ca", r->g->client_ca, &r->ca);
	if (!ret && r->g->client_crl)
		ret = client_read_file(r, "client_crl", r->g->client_crl,
				       &r->crl);
	if (!ret)
		ret = client_try(r, c);
	return ret ? ret : client_make_bundle(r, c);
}

int client_side_new(struct client_side **out, const struct gw_gateway *g,
		    struct conf_errors *e)
{
	struct client_read r = { .g = g, .e = e };
	struct client_side *c;
	int ret;

	*out = NULL;
	if (!(auth_rule_all(&g->auth_rule) & METHOD_BIT(METHOD_CERTIFICATE)))
		return 0;
	c = calloc(1, sizeof *c);
	if (!c)
		return conf_error(e, 0, "%s", err_str(ERR_NOMEM));
	c->refs = 1;
	c->bundle = -1;
	ret = client_read_all(&r, c);
	if (ret == ERR_NOMEM)
		conf_error(e, 0, "%s", err_str(ret));
	buf_fini(&r.ca);
	buf_fini(&r.crl);
	if (ret) {
		client_side_unref(c);
		c = NULL;
	}
	*out = c;
	return ret;
}

struct client_side *client_side_ref(struct client_side *c)
{
	if (c)
		c->refs++;
	return c;
}

void client_side_unref(struct client_side *c)
{
	if (!c || --c->refs)
		return;
	if (c->bundle >= 0)
		close(c->bundle);
	free(c->revoked);
	free(c);
}

bool client_side_keeps(const struct client_side *c, const uint8_t id[CLIENT_ID],
		       uint64_t until, uint64_t now)
{
	return now <= until &&
	       !client_id_listed((const uint8_t(*)[CLIENT_ID])c->revoked,
				 c->nrevoked, id);
}
