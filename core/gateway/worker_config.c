/* SPDX-License-Identifier: BSD-2-Clause */
/* worker_config.c - everything that a worker makes of one configuration. */
#include "gateway/worker_config.h"

#include "base/err.h"
#include "base/log.h"
#include "policy/publish.h"
#include "policy/zone.h"
#include "process/conf_bundle.h"
#include "tls/tls.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SIGN_TRIES = 4 };

static bool worker_config_fail(char *why, const char *what)
{
	snprintf(why, WORKER_CONFIG_ERROR, "%s", what);
	return false;
}

/* Asks the monitor, and waits: GnuTLS cannot put a signature off. */
static int worker_config_on_sign(void *ctx, int algorithm,
				 const struct tls_part *what,
				 struct tls_sig *sig)
{
	struct signing *s = ctx;
	struct msg_sign ask = { .gateway = s->gateway,
				.algorithm = algorithm,
				.len = (uint16_t)what->n };
	uint32_t id = s->gateway << 20 | (++s->last & 0xfffff);
	struct msg m = { .type = MSG_SIGN, .id = id };
	int ret, tries;

	if (what->n > sizeof ask.bytes)
		return ERR_LIMIT;
	memcpy(ask.bytes, what->p, what->n);
	m.len = pack_msg_sign(m.data, sizeof m.data, &ask);
	ret = m.len ? msg_send(s->sock, &m) : ERR_LIMIT;
	/* Answers to earlier questions, which were given up, are passed
	 * over. */
	for (tries = 0; !ret && tries < SIGN_TRIES; tries++) {
		ret = msg_recv(s->sock, &m);
		if (!ret)
			msg_close_fds(&m);
		if (!ret && m.id == id)
			break;
	}
	if (ret || m.id != id || m.type != MSG_SIGNED ||
	    unpack_msg_sign(&ask, m.data, m.len))
		return ret ? ret : ERR_PROTO;
	if (!ask.len || ask.len > sizeof sig->bytes)
		return ERR_DENIED;
	memcpy(sig->bytes, ask.bytes, ask.len);
	sig->n = ask.len;
	return 0;
}

/* ---- the bundle ------------------------------------------------------- */

static bool read_conf(struct worker_config *config, const struct conf_bundle *b,
		      char *why)
{
	struct conf_errors *e = calloc(1, sizeof *e);

	if (!e)
		return worker_config_fail(why, "out of memory");
	e->file = b->file;
	config->conf = gw_conf_parse(b->text.p, b->text.n, e, NULL);
	if (!config->conf)
		worker_config_fail(why,
				   e->count ? e->text[0] : "out of memory");
	free(e);
	if (config->conf && zones_unpack(config->conf, b->zones.p, b->zones.n))
		return worker_config_fail(
			why, "the time zones from the monitor are malformed");
	return config->conf;
}

static bool read_certificates(struct worker_config *config,
			      const struct conf_bundle *b, char *why)
{
	size_t n = b->ncertificates, i;
	struct tls_signer signer = { .sign = worker_config_on_sign };
	char tls_err[320] = "";
	int ret = 0;

	if (n != config->conf->ngateways)
		return worker_config_fail(
			why, "the number of certificates is not that of "
			     "gateways");
	config->tls = calloc(n + 1, sizeof *config->tls);
	config->signing = calloc(n + 1, sizeof *config->signing);
	if (!config->tls || !config->signing)
		return worker_config_fail(why, "out of memory");
	for (i = 0; i < n && !ret; i++) {
		char *pem = strndup(b->certificate[i].p, b->certificate[i].n);

		if (!pem)
			return worker_config_fail(why, "out of memory");
		config->signing[i] = (struct signing){ (uint32_t)i, 0,
						       FD_SIGN };
		signer.ctx = &config->signing[i];
		ret = tls_server_new(&config->tls[i], pem, &signer, tls_err,
				     sizeof tls_err);
		free(pem);
		if (!ret &&
		    auth_rule_all(&config->conf->gateways[i].auth_rule) &
			    METHOD_BIT(METHOD_CERTIFICATE))
			tls_server_ask(config->tls[i]);
	}
	if (ret)
		snprintf(why, WORKER_CONFIG_ERROR, "[gateway %s]: %s",
			 config->conf->gateways[i - 1].name, tls_err);
	return !ret;
}

static bool read_bundle(struct worker_config *config, const struct buf *bundle,
			char *why)
{
	struct conf_bundle b;
	int r = conf_bundle_unpack(&b, buf_ptr(bundle), buf_len(bundle));
	bool ok = r ? worker_config_fail(
			      why,
			      r == ERR_NOMEM ?
				      "out of memory" :
				      "the configuration from the monitor is "
				      "malformed") :
		      read_conf(config, &b, why) &&
				  read_certificates(config, &b, why);

	if (ok) {
		config->address_key = b.address_key;
		config->listen = b.listen; /* config owns it now */
		config->nlisten = (unsigned)b.nlisten;
		b.listen = NULL;
	}
	conf_bundle_fini(&b);
	return ok;
}

/* ---- plugins ---------------------------------------------------------- */

static const struct plugin *find_plugin(const struct plugin_set *set,
					const char *name)
{
	for (size_t i = 0; i < set->n; i++)
		if (!strcmp(set->item[i]->def.name, name))
			return set->item[i];
	return NULL;
}

static bool load_plugin(const struct worker_config *config,
			struct plugin_set *set, char *why)
{
	const struct gw_plugin *g = &config->conf->plugins[set->n];
	const struct plugin_source from = {
		.dir = config->conf->server.plugin_dir,
		.name = g->name,
	};
	const char *file = config->conf->file;
	char err[PLUGIN_ERROR];
	unsigned line;
	struct plugin *p = plugin_load_from(&from, set->file[set->n], err,
					    sizeof err);

	if (!p) {
		line = conf_files_line(config->conf->files, g->line, &file);
		snprintf(why, WORKER_CONFIG_ERROR, "%s:%u: [plugin %s]: %s",
			 file, line, g->name, err);
		return false;
	}
	set->item[set->n++] = p;
	return true;
}

static bool load_plugins(struct worker_config *config, struct plugin_set *set,
			 char *why)
{
	size_t n = config->conf->nplugins;

	if (set->nfiles != n) {
		snprintf(why, WORKER_CONFIG_ERROR,
			 "%zu plugins, and the files of "
			 "%u",
			 n, set->nfiles);
		return false;
	}
	set->item = calloc(n + 1, sizeof *set->item);
	if (!set->item)
		return worker_config_fail(why, "out of memory");
	while (set->n < n && load_plugin(config, set, why))
		;
	while (set->nfiles)
		close(set->file[--set->nfiles]);
	return set->n == n;
}

static bool check_plugins(struct worker_config *config, struct plugin_set *set,
			  char *why)
{
	for (size_t i = 0; i < config->conf->nplugins; i++) {
		const struct gw_plugin *p = &config->conf->plugins[i];
		const char *file = config->conf->file;
		unsigned line;

		if (find_plugin(set, p->name))
			continue;
		line = conf_files_line(config->conf->files, p->line, &file);
		snprintf(why, WORKER_CONFIG_ERROR,
			 "%s:%u: plugin %s is new: restart aditd", file, line,
			 p->name);
		return false;
	}
	return true;
}

static bool configure_handler(const struct gw_resource *r, struct handler *h,
			      struct conf_errors *e)
{
	h->conf = plugin_conf_new(h->plugin,
				  r->plugin ? &r->plugin->options : NULL,
				  &r->options, e);
	return h->conf;
}

/* Those of the sections, also where no resource uses the plugin yet. */
static bool try_sections(const struct gw_conf *c, const struct plugin_set *set,
			 struct conf_errors *e)
{
	for (size_t i = 0; i < c->nplugins && !e->count; i++)
		plugin_conf_free(
			plugin_conf_new(find_plugin(set, c->plugins[i].name),
					&c->plugins[i].options, NULL, e));
	return !e->count;
}

static bool fill_handlers(struct worker_config *config, struct plugin_set *set,
			  char *why)
{
	const struct gw_conf *c = config->conf;
	struct conf_errors *e = calloc(1, sizeof *e);
	bool ok = e;

	config->handlers = calloc(c->nresources + 1, sizeof *config->handlers);
	ok = ok && config->handlers;
	worker_config_fail(why, "out of memory");
	if (e)
		*e = (struct conf_errors){ .file = c->file, .files = c->files };
	if (ok && !try_sections(c, set, e))
		ok = worker_config_fail(why, e->text[0]);
	for (size_t i = 0; ok && i < c->nresources; i++) {
		const struct gw_resource *r = &c->resources[i];

		if (!r->plugin_name)
			continue;
		config->handlers[i].plugin = find_plugin(set, r->plugin_name);
		ok = config->handlers[i].plugin &&
		     configure_handler(r, &config->handlers[i], e);
		if (!ok && e->count)
			worker_config_fail(why, e->text[0]);
	}
	free(e);
	return ok;
}

/* ---- numbers of resources --------------------------------------------- */

static bool number_resources(struct worker_config *config,
			     const struct worker_config *before, char *why)
{
	const struct gw_conf *c = config->conf;

	config->wire = calloc(c->nresources + 1, sizeof *config->wire);
	if (!config->wire)
		return worker_config_fail(why, "out of memory");
	config->last_wire = before ? before->last_wire : 0;
	for (size_t i = 0; i < c->nresources; i++) {
		const struct gw_resource *was =
			before ? gw_conf_resource(before->conf,
						  c->resources[i].name) :
				 NULL;

		config->wire[i] = was ? before->wire[was->id - 1] :
					++config->last_wire;
	}
	return true;
}

uint32_t worker_config_wire(const struct worker_config *config,
			    const struct gw_resource *r)
{
	return config->wire[r->id - 1];
}

uint32_t worker_config_from_wire(const struct worker_config *config,
				 uint32_t wire)
{
	for (size_t i = 0; i < config->conf->nresources; i++)
		if (config->wire[i] == wire)
			return (uint32_t)i + 1;
	return 0;
}

static void wires_leave(struct handover *c, const struct worker_config *config)
{
	for (size_t i = 0; i < config->conf->nresources; i++) {
		handover_text(c, &config->conf->resources[i].name);
		handover_field(c, &config->wire[i]);
	}
}

static void wire_arrives(struct handover *c, struct worker_config *config,
			 uint32_t last)
{
	const struct gw_resource *r;
	char *name = NULL;
	uint32_t wire = 0;

	handover_text(c, &name);
	handover_field(c, &wire);
	r = name ? gw_conf_resource(config->conf, name) : NULL;
	c->bad |= !wire || wire > last || worker_config_from_wire(config, wire);
	if (r && !c->bad)
		config->wire[r->id - 1] = wire;
	free(name);
}

void worker_config_wire_handover(struct handover *c,
				 struct worker_config *config)
{
	size_t n = config->conf->nresources;
	uint32_t last;

	handover_field(c, &config->last_wire);
	handover_count(c, &n, UINT32_MAX);
	if (c->packing) {
		wires_leave(c, config);
		return;
	}
	last = config->last_wire;
	if (last > UINT32_MAX - config->conf->nresources) {
		c->bad = true;
		return;
	}
	/* Resources that are new here get numbers that no resource had
	 * before. */
	for (size_t i = 0; i < config->conf->nresources; i++)
		config->wire[i] = ++config->last_wire;
	while (n-- && !c->bad)
		wire_arrives(c, config, last);
}

/* ---- start and end ---------------------------------------------------- */

static void worker_config_close(struct worker_config *config)
{
	for (unsigned i = 0; config->publish_fd && i < config->nlisten; i++) {
		if (config->publish_fd[i] >= 0)
			close(config->publish_fd[i]);
		config->publish_fd[i] = -1;
	}
}

static void worker_config_free(struct worker_config *config)
{
	size_t i;

	for (i = 0; config->handlers && i < config->conf->nresources; i++)
		plugin_conf_free(config->handlers[i].conf);
	for (i = 0; config->tls && i < config->conf->ngateways; i++)
		tls_server_free(config->tls[i]);
	free(config->handlers);
	free(config->wire);
	free(config->tls);
	free(config->signing);
	worker_config_close(config);
	free(config->publish_fd);
	free(config->listen);
	gw_conf_unref(config->conf);
	free(config);
}

struct worker_config *worker_config_new(struct buf *bundle,
					struct plugin_set *plugins,
					const struct worker_config *before,
					char why[WORKER_CONFIG_ERROR])
{
	struct worker_config *config = calloc(1, sizeof *config);

	worker_config_fail(why, "out of memory");
	if (!config)
		return NULL;
	config->refs = 1;
	if (read_bundle(config, bundle, why) &&
	    (before || load_plugins(config, plugins, why)) &&
	    check_plugins(config, plugins, why) &&
	    fill_handlers(config, plugins, why) &&
	    number_resources(config, before, why))
		return config;
	worker_config_free(config);
	return NULL;
}

static bool config_publishes(const struct gw_conf *c, const struct addr *at)
{
	for (size_t i = 0; i < c->npublishes; i++)
		for (size_t k = 0; k < c->publishes[i].listen.n; k++)
			if (addr_same(&c->publishes[i].listen.item[k], at))
				return true;
	return false;
}

int worker_config_take(struct worker_config *config, struct msg *m)
{
	config->publish_fd = calloc(config->nlisten + 1, sizeof(int));
	if (!config->publish_fd)
		return ERR_NOMEM;
	for (unsigned i = 0; i < config->nlisten; i++) {
		config->publish_fd[i] = -1;
		if (!config_publishes(config->conf, &config->listen[i]))
			continue;
		config->publish_fd[i] = m->fds[i + 1];
		m->fds[i + 1] = -1;
	}
	return 0;
}

struct worker_config *worker_config_ref(struct worker_config *config)
{
	atomic_fetch_add_explicit(&config->refs, 1, memory_order_relaxed);
	return config;
}

void worker_config_unref(struct worker_config *config)
{
	if (config && atomic_fetch_sub_explicit(&config->refs, 1,
						memory_order_acq_rel) == 1)
		worker_config_free(config);
}

void worker_config_serve(struct worker_config *config)
{
	atomic_fetch_add_explicit(&config->serving, 1, memory_order_relaxed);
}

void worker_config_rest(struct worker_config *config)
{
	if (atomic_fetch_sub_explicit(&config->serving, 1,
				      memory_order_acq_rel) == 1)
		worker_config_close(config);
}

const struct handler *worker_config_handler(const struct worker_config *config,
					    const struct gw_resource *r)
{
	return &config->handlers[r->id - 1];
}

int worker_config_gateway(const struct worker_config *config, const char *name)
{
	for (size_t i = 0; i < config->conf->ngateways; i++)
		if (!strcmp(config->conf->gateways[i].name, name))
			return (int)i;
	return -1;
}
