/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_config.c - reads a configuration and the files that it names. */
#include "monitor/monitor_config.h"

#include "base/err.h"
#include "monitor/address_key.h"
#include "monitor/client_side.h"
#include "process/conf_bundle.h"
#include "process/msg.h"
#include "policy/conf_parts.h"
#include "policy/zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A complaint about another file, said at the key that names it. */
struct config_key {
	struct conf_errors *e;
	const char *key;
	unsigned line;
};

static int config_no_memory(struct conf_errors *e)
{
	conf_error(e, 0, "%s", err_str(ERR_NOMEM));
	return ERR_NOMEM;
}

static struct config_key config_key(const struct gw_gateway *g, const char *key,
				    struct conf_errors *e)
{
	struct gw_gateway *base = (struct gw_gateway *)(uintptr_t)g;
	struct opt_target t = { gw_gateway_opts, base, &base->lines };

	return (struct config_key){ e, key, opt_line(&t, key) };
}

static int config_complain(const struct config_key *at,
			   const struct conf_errors *other)
{
	for (unsigned i = 0; i < conf_errors_kept(other); i++)
		conf_error(at->e, at->line, "%s: %s", at->key, other->text[i]);
	return ERR_CONF;
}

/* Text with a NUL behind it. */
static int read_pem(const char *path, bool is_key, const struct config_key *at,
		    struct buf *out)
{
	struct conf_errors other = { .file = path };
	int r = is_key ? conf_key_read(out, &other) :
			 conf_text_read(out, false, &other);

	if (r)
		return config_complain(at, &other);
	if (buf_len(out) && memchr(buf_ptr(out), 0, buf_len(out)))
		return conf_error(at->e, at->line, "%s: %s: holds a NUL byte",
				  at->key, path);
	return buf_append(out, "", 1) ? config_no_memory(at->e) : 0;
}

static void config_wipe(struct buf *b)
{
	if (b->data)
		tls_wipe(b->data, b->cap);
	buf_fini(b);
}

static int read_key(const struct gw_gateway *g,
		    struct monitor_config_gateway *to, struct conf_errors *e)
{
	struct config_key at = config_key(g, "private_key", e);
	struct buf pem = { 0 };
	char why[256];
	int r = read_pem(g->private_key, true, &at, &pem);

	if (!r && tls_key_new(&to->key, (char *)buf_ptr(&pem),
			      (char *)buf_ptr(&to->cert), why, sizeof why))
		r = conf_error(e, at.line, "%s and %s: %s", g->private_key,
			       g->certificate, why);
	config_wipe(&pem);
	return r;
}

static int refuse_signing(void *ctx, int algorithm, const struct tls_part *what,
			  struct tls_sig *sig)
{
	(void)ctx;
	(void)algorithm;
	(void)what;
	(void)sig;
	return ERR_DENIED;
}

/* Whether the worker will be able to use the certificate. */
static int try_certificate(const struct gw_gateway *g, const struct buf *pem,
			   const struct config_key *at)
{
	const struct tls_signer nobody = { .sign = refuse_signing };
	struct tls_server *s;
	char why[256];

	if (tls_server_new(&s, (char *)buf_ptr(pem), &nobody, why, sizeof why))
		return conf_error(at->e, at->line, "certificate: %s: %s",
				  g->certificate, why);
	tls_server_free(s);
	return 0;
}

static int read_gateway(const struct gw_gateway *g,
			struct monitor_config_gateway *to,
			struct conf_errors *e)
{
	struct config_key at = config_key(g, "certificate", e);
	int r = read_pem(g->certificate, false, &at, &to->cert);

	if (!r)
		r = try_certificate(g, &to->cert, &at);
	if (!r)
		r = read_key(g, to, e);
	if (!r)
		r = client_side_new(&to->client, g, e);
	return r;
}

static int config_read_all(struct monitor_config *s, struct conf_errors *e,
			   struct conf_errors *warn)
{
	int r = ini_gather(&s->text, e);

	if (r)
		return r;
	s->conf = gw_conf_parse((char *)buf_ptr(&s->text), buf_len(&s->text), e,
				warn);
	if (!s->conf)
		return ERR_CONF;
	s->gateways = calloc(s->conf->ngateways, sizeof *s->gateways);
	if (!s->gateways)
		return config_no_memory(e);
	for (size_t i = 0; i < s->conf->ngateways; i++)
		if (read_gateway(&s->conf->gateways[i], &s->gateways[i], e) ==
		    ERR_NOMEM)
			return ERR_NOMEM;
	if (zones_read(s->conf, e) == ERR_NOMEM ||
	    zones_pack(&s->zones, s->conf))
		return config_no_memory(e);
	if (monitor_config_read_users(s->conf, e, warn))
		return config_no_memory(e);
	if (monitor_config_open_plugins(s, e))
		return ERR_CONF;
	if (e->count)
		return ERR_CONF;
	monitor_config_warn_times(s, time(NULL), warn);
	monitor_config_warn_browsers(s, warn);
	return 0;
}

int monitor_config_read(struct monitor_config **out, struct conf_errors *e,
			struct conf_errors *warn)
{
	struct monitor_config *s = calloc(1, sizeof *s);
	int r = s ? config_read_all(s, e, warn) : config_no_memory(e);

	if (r) {
		e->files = warn->files = NULL;
		monitor_config_free(s);
		s = NULL;
	}
	*out = s;
	return r;
}

void monitor_config_free(struct monitor_config *s)
{
	if (!s)
		return;
	for (size_t i = 0; s->gateways && i < s->conf->ngateways; i++) {
		buf_fini(&s->gateways[i].cert);
		tls_key_free(s->gateways[i].key);
		client_side_unref(s->gateways[i].client);
	}
	free(s->gateways);
	monitor_config_close_plugins(s);
	gw_conf_unref(s->conf);
	buf_fini(&s->text);
	buf_fini(&s->zones);
	free(s);
}

/* ---- the bundle ---------------------------------------------------------- */

static int config_pack(struct buf *out, const struct monitor_config *s,
		       const struct monitor_listeners *l)
{
	const size_t n = s->conf->ngateways;
	struct conf_bundle b;
	int r = conf_bundle_init(&b, n, l->n);

	if (!r) {
		snprintf(b.file, sizeof b.file, "%s", s->conf->file);
		b.text = (struct conf_bundle_bytes){ (char *)buf_ptr(&s->text),
						     buf_len(&s->text) };
		b.zones = (struct conf_bundle_bytes){
			(char *)buf_ptr(&s->zones), buf_len(&s->zones)
		};
		for (size_t i = 0; i < n; i++)
			b.certificate[i] = (struct conf_bundle_bytes){
				(char *)buf_ptr(&s->gateways[i].cert),
				buf_len(&s->gateways[i].cert) - 1
			};
		for (size_t i = 0; i < l->n; i++)
			b.listen[i] = l->item[i].at;
		address_key_get(&b.address_key, s->conf->server.state_dir);
		r = conf_bundle_pack(out, &b);
	}
	conf_bundle_fini(&b);
	return r;
}

int monitor_config_bundle(const struct monitor_config *s,
			  const struct monitor_listeners *l)
{
	struct buf b = { 0 };
	int fd = -1;

	if (!config_pack(&b, s, l))
		fd = msg_memfd("adit-conf", buf_ptr(&b), buf_len(&b));
	buf_fini(&b);
	return fd;
}

/* ---- what a reload cannot do --------------------------------------------- */

static bool is_other(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") != 0;
}

static bool same_bytes(const struct buf *a, const struct buf *b)
{
	size_t n = buf_len(a);

	return n == buf_len(b) && (!n || !memcmp(buf_ptr(a), buf_ptr(b), n));
}

static bool same_config(const struct monitor_config *a,
			const struct monitor_config *b)
{
	if (!same_bytes(&a->text, &b->text) ||
	    !same_bytes(&a->zones, &b->zones))
		return false;
	/* A key that belongs to the same certificate is the same. */
	for (size_t i = 0; i < a->conf->ngateways; i++)
		if (!same_bytes(&a->gateways[i].cert, &b->gateways[i].cert))
			return false;
	return true;
}

bool monitor_config_is_current(const struct monitor_config *s)
{
	struct conf_errors e = { .file = s->conf->file }, warn = e;
	struct monitor_config *now = NULL;
	bool same = !monitor_config_read(&now, &e, &warn) &&
		    same_config(s, now);

	monitor_config_free(now);
	return same;
}

static bool has_plugin(const struct gw_conf *c, const char *name)
{
	for (size_t i = 0; i < c->nplugins; i++)
		if (!strcmp(c->plugins[i].name, name))
			return true;
	return false;
}

bool monitor_config_needs_worker(const struct gw_conf *now,
				 const struct gw_conf *next)
{
	if (now->server.threads != next->server.threads ||
	    now->server.memory != next->server.memory ||
	    is_other(now->server.plugin_dir, next->server.plugin_dir))
		return true;
	for (size_t i = 0; i < next->nplugins; i++)
		if (!has_plugin(now, next->plugins[i].name))
			return true;
	return false;
}

void monitor_config_compare(const struct gw_conf *first,
			    const struct gw_conf *now, struct conf_errors *warn)
{
	const struct gw_server *a = &first->server;
	struct gw_server *b = (struct gw_server *)(uintptr_t)&now->server;
	struct opt_target t = { gw_server_opts, b, &b->lines };
	const struct {
		const char *key;
		bool changed;
	} all[] = {
		{ "control", is_other(a->control, b->control) },
		{ "log", is_other(a->log, b->log) },
		{ "state_dir", is_other(a->state_dir, b->state_dir) },
		{ "user", is_other(a->user, b->user) },
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		if (all[i].changed)
			conf_error(warn, opt_line(&t, all[i].key),
				   "%s has changed: that needs a restart of "
				   "aditd, the rest is in force",
				   all[i].key);
}
