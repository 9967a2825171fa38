/* SPDX-License-Identifier: BSD-2-Clause */
/* conf_parse.c - turns the lines of aditd.ini into structs. */
#include "policy/conf.h"

#include "base/err.h"
#include "policy/conf_parts.h"
#include "policy/users.h"

#include <stdlib.h>
#include <string.h>

/* Defaults for paths that the Makefile does not set. */
#ifndef ADIT_RUNDIR
#define ADIT_RUNDIR "/run/adit"
#endif
#ifndef ADIT_PLUGINDIR
#define ADIT_PLUGINDIR "/usr/lib/adit/plugins"
#endif

#ifndef ADIT_LANGDIR
#define ADIT_LANGDIR "/usr/share/adit/lang"
#endif

enum {
	LIFE_MAX = 7 * 24 * 3600 * 1000,  /* ms: a week */
	KEEP_ALIVE_MAX = 2 * 3600 * 1000, /* as systems have it */
	EXPECTATIONS_MAX = 4096,          /* as many as an agent keeps */
	CONNECTIONS_MAX = 16384, /* before a login: front/sources.h counts in
				  * 16 bits, of a network four times as many */
};

/* Limits that may stand in three kinds of sections. */
#define PER_USER(st, presets, presetc, presetb)                                \
	OPT("sessions_per_user", OPT_UINT, st, limits.sessions_per_user,       \
	    .preset = (presets), .min = 1, .max = 1000,                        \
	    .help = "at once; then logins are refused"),                       \
		OPT("connections_per_user", OPT_UINT, st,                      \
		    limits.connections_per_user, .preset = (presetc),          \
		    .min = 16, .max = 1000000,                                 \
		    .help = "at once; then they are refused"),                 \
		OPT("connections_per_second", OPT_UINT, st,                    \
		    limits.connections_per_second, .preset = (presetb),        \
		    .max = 100000,                                             \
		    .help = "begun; then 5s wait, then refused; 0: no limit"), \
		OPT("rate_to_server", OPT_SIZE, st, limits.rate[TO_SERVER],    \
		    .help = "bytes/s; then they wait; 0: no limit"),           \
		OPT("rate_to_client", OPT_SIZE, st, limits.rate[TO_CLIENT],    \
		    .help = "bytes/s; then they wait; 0: no limit")

#define MEMORY(st)                                                             \
	OPT("memory", OPT_SIZE, st, limits.memory,                             \
	    .help = "of all sessions of a user; then connections wait")

const struct opt gw_server_opts[] = {
	OPT("threads", OPT_UINT, struct gw_server, threads, .preset = "auto",
	    .flags = OPT_AUTO, .min = 1, .max = 256,
	    .help = "data threads of the worker"),
	OPT("memory", OPT_SIZE, struct gw_server, memory, .preset = "0",
	    .help = "of all sessions; 0: a quarter of the machine's"),
	OPT("control", OPT_PATH, struct gw_server, control,
	    .preset = ADIT_RUNDIR "/aditd.sock", .help = "socket for aditctl"),
	OPT("plugin_dir", OPT_PATH, struct gw_server, plugin_dir,
	    .preset = ADIT_PLUGINDIR, .help = "folder of the plugins"),
	OPT("state_dir", OPT_PATH, struct gw_server, state_dir,
	    .preset = ADIT_STATEDIR,
	    .help = "folder of what outlives a restart"),
	OPT("web_languages", OPT_PATH, struct gw_server, web_languages,
	    .preset = ADIT_LANGDIR, .help = "folder of the pages' texts"),
	OPT("user", OPT_STRING, struct gw_server, user, .preset = "adit",
	    .help = "user that the worker runs as"),
	OPT("handshake_timeout", OPT_MSEC, struct gw_server, handshake_timeout,
	    .preset = "10s", .min = 1000, .max = 60 * 1000,
	    .help = "for TLS with who connects"),
	OPT("login_timeout", OPT_MSEC, struct gw_server, login_timeout,
	    .preset = "1m", .min = 1000, .max = 10 * 60 * 1000,
	    .help = "for its login, all in all"),
	OPT("waiting_connections", OPT_UINT, struct gw_server,
	    waiting_connections, .preset = "4096", .min = 16,
	    .max = CONNECTIONS_MAX, .help = "that wait for their login"),
	OPT("waiting_per_source", OPT_UINT, struct gw_server,
	    waiting_per_source, .preset = "1024", .min = 1,
	    .max = CONNECTIONS_MAX, .help = "the same from one address"),
	OPT("login_connections", OPT_UINT, struct gw_server, login_connections,
	    .preset = "1024", .min = 16, .max = CONNECTIONS_MAX,
	    .help = "that log in at the same time"),
	OPT("logins_per_source", OPT_UINT, struct gw_server, logins_per_source,
	    .preset = "64", .min = 1, .max = CONNECTIONS_MAX,
	    .help = "the same from one address"),
	OPT("pam_processes", OPT_UINT, struct gw_server, pam_processes,
	    .preset = "64", .min = 4, .max = 1024,
	    .help = "that ask PAM at the same time"),
	OPT("expectations", OPT_UINT, struct gw_server, expectations,
	    .preset = "256", .min = 16, .max = EXPECTATIONS_MAX,
	    .help = "listeners of a session for what plugins announce"),
	OPT("shared_sources", OPT_NETS, struct gw_server, shared_sources,
	    .help = "balancers and the like: no limits per address"),
	OPT("proxy_protocol", OPT_NETS, struct gw_server, proxy_protocol,
	    .help = "balancers that send the PROXY protocol's header"),
	OPT("metrics", OPT_NAMES, struct gw_server, metrics,
	    .help = "address:port or /path where monitoring asks"),
	OPT("audit_format", OPT_STRING, struct gw_server, audit_format,
	    .preset = "text", .help = "of audit lines: text or json"),
	OPT("log", OPT_STRING, struct gw_server, log, .preset = "stderr",
	    .help = "stderr, journal, syslog or syslog:WHERE"),
	{ .key = NULL }
};

const struct opt gw_gateway_opts[] = {
	OPT("listen", OPT_ADDRS, struct gw_gateway, listen,
	    .flags = OPT_REQUIRED, .help = "addresses and ports"),
	OPT("server_name", OPT_STRING, struct gw_gateway, server_name,
	    .help = "name that agents ask for (SNI)"),
	OPT("certificate", OPT_PATH, struct gw_gateway, certificate,
	    .flags = OPT_REQUIRED, .help = "certificate chain, PEM"),
	OPT("private_key", OPT_PATH, struct gw_gateway, private_key,
	    .flags = OPT_REQUIRED, .help = "its private key, PEM"),
	OPT("auth", OPT_STRING, struct gw_gateway, auth, .preset = "users",
	    .help = "what a login must show: users, pam, ..."),
	OPT("users", OPT_PATH, struct gw_gateway, users, .flags = OPT_REQUIRED,
	    .help = "file name:hash:group,group"),
	OPT("password_change", OPT_BOOL, struct gw_gateway, password_change,
	    .preset = "yes", .help = "users may change their passwords"),
	OPT("client_ca", OPT_PATH, struct gw_gateway, client_ca,
	    .help = "authorities of client certificates, PEM"),
	OPT("client_crl", OPT_PATH, struct gw_gateway, client_crl,
	    .help = "certificates that they have revoked, PEM"),
	OPT("client_crl_grace", OPT_MSEC, struct gw_gateway, client_crl_grace,
	    .preset = "0", .max = LIFE_MAX,
	    .help = "how long a CRL may be out of date"),
	OPT("client_user", OPT_STRING, struct gw_gateway, client_user,
	    .preset = "cn", .help = "cn, uid, email, uri, dns or upn"),
	OPT("client_prefix", OPT_STRING, struct gw_gateway, client_prefix,
	    .help = "in front of the user's name there"),
	OPT("client_suffix", OPT_STRING, struct gw_gateway, client_suffix,
	    .help = "behind it, such as @example.com"),
	OPT("groups", OPT_NAMES, struct gw_gateway, group_names,
	    .help = "groups that count here"),
	OPT("auto_start", OPT_BOOL, struct gw_gateway, auto_start,
	    .preset = "yes", .help = "forwarding starts after login"),
	OPT("keep_alive", OPT_BOOL, struct gw_gateway, keep_alive,
	    .preset = "yes", .help = "idle channels and sessions are kept"),
	OPT("idle_timeout", OPT_MSEC, struct gw_gateway, idle_timeout,
	    .preset = "30m", .min = 1000, .max = LIFE_MAX,
	    .help = "used where keep_alive = no"),
	OPT("tcp_keep_alive", OPT_MSEC, struct gw_gateway, tcp_keep_alive,
	    .preset = "60s", .min = 1000, .max = KEEP_ALIVE_MAX,
	    .help = "idle connections to servers are kept in firewalls"),
	OPT("resume_grace", OPT_MSEC, struct gw_gateway, resume_grace,
	    .preset = "10m", .max = LIFE_MAX,
	    .help = "how long a lost tunnel may stay away"),
	OPT("session_lifetime", OPT_MSEC, struct gw_gateway, session_lifetime,
	    .preset = "12h", .min = 1000, .max = LIFE_MAX,
	    .help = "then a new login is needed"),
	OPT("session_memory", OPT_SIZE, struct gw_gateway, session_memory,
	    .preset = "128M", .min = 4 << 20, .max = UINT64_C(1) << 40,
	    .help = "of one session; then connections wait"),
	OPT("sessions", OPT_UINT, struct gw_gateway, sessions, .max = 1000000,
	    .help = "of all users; then logins are refused; 0: no limit"),
	OPT("connections", OPT_UINT, struct gw_gateway, connections,
	    .max = 10000000,
	    .help = "of all users; then they are refused; 0: no limit"),
	PER_USER(struct gw_gateway, "16", "8192", "1000"),
	OPT("web", OPT_BOOL, struct gw_gateway, web, .preset = "no",
	    .help = "pages for browsers, on the same port"),
	OPT("web_admin_group", OPT_STRING, struct gw_gateway, web_admin_group,
	    .help = "group of those who administrate by the pages"),
	OPT("web_admin_networks", OPT_NETS, struct gw_gateway,
	    web_admin_networks, .help = "from where they may administrate"),
	OPT("web_downloads", OPT_PATH, struct gw_gateway, web_downloads,
	    .help = "folder of files that the web pages offer"),
	{ .key = NULL }
};

const struct opt gw_resource_opts[] = {
	OPT("host", OPT_NAMES, struct gw_resource, hosts,
	    .help = "names or addresses, tried in order; or any"),
	OPT("port", OPT_PORTS, struct gw_resource, ports,
	    .help = "ports and ranges"),
	OPT("allow", OPT_NETS, struct gw_resource, allow,
	    .help = "networks that an address must lie in"),
	OPT("deny", OPT_NETS, struct gw_resource, deny,
	    .help = "networks that are refused, before allow"),
	OPT("url", OPT_STRING, struct gw_resource, url,
	    .help = "Web-Link, instead of host and port"),
	OPT("data_ports", OPT_PORTS, struct gw_resource, data_ports,
	    .help = "offered as they are beside a plugin's port"),
	OPT("plugin", OPT_STRING, struct gw_resource, plugin_name,
	    .help = "name of a [plugin]"),
	OPT("names", OPT_NAMES, struct gw_resource, names,
	    .help = "host names that lead to it; also *.DOMAIN"),
	OPT("hide_address", OPT_BOOL, struct gw_resource, hide_address,
	    .preset = "yes", .help = "users see the name only"),
	OPT("intercept_address", OPT_BOOL, struct gw_resource,
	    intercept_address, .help = "agents may catch its addresses"),
	OPT("hours", OPT_STRING, struct gw_resource, hours_text,
	    .help = "when it may be reached: Mon-Fri 8-18 ZONE"),
	OPT("end_at_close", OPT_BOOL, struct gw_resource, end_at_close,
	    .preset = "no", .help = "its connections end with its hours"),
	OPT("require", OPT_STRING, struct gw_resource, require,
	    .help = "otp: a one-time code, once in a session"),
	{ .key = NULL }
};

const struct opt gw_group_opts[] = {
	OPT("users", OPT_NAMES, struct gw_group, users,
	    .help = "names, or * for everybody"),
	OPT("resources", OPT_NAMES, struct gw_group, resource_names,
	    .help = "what they may reach"),
	OPT("pam", OPT_NAMES, struct gw_group, pam,
	    .help = "groups of the system whose users belong here"),
	PER_USER(struct gw_group, NULL, NULL, NULL),
	MEMORY(struct gw_group),
	{ .key = NULL }
};

const struct opt gw_user_opts[] = { PER_USER(struct gw_user, NULL, NULL, NULL),
				    MEMORY(struct gw_user),
				    { .key = NULL } };

const struct opt gw_publish_opts[] = {
	OPT("listen", OPT_ADDRS, struct gw_publish, listen,
	    .flags = OPT_REQUIRED,
	    .help = "addresses and ports of the gateway"),
	OPT("groups", OPT_NAMES, struct gw_publish, group_names,
	    .flags = OPT_REQUIRED, .help = "whose users may publish it"),
	OPT("allow", OPT_NETS, struct gw_publish, allow,
	    .help = "networks that may connect; none given: all"),
	{ .key = NULL }
};

struct conf_parse {
	struct gw_conf *conf;
	struct conf_errors *e;
	struct opt_target at;     /* base NULL: [plugin] */
	struct gw_pairs *options; /* keys that the table does not have */
};

static int parse_no_memory(struct conf_errors *e)
{
	conf_error(e, 0, "%s", err_str(ERR_NOMEM));
	return ERR_NOMEM;
}

/* One more zeroed element at the end of an array, or NULL. */
static void *parse_grow(void *array, size_t *n, size_t size)
{
	char **a = array, *more = reallocarray(*a, *n + 1, size);

	if (!more)
		return NULL;
	*a = more;
	memset(more + *n * size, 0, size);
	return more + (*n)++ * size;
}

static int parse_open_server(struct conf_parse *p, const struct ini_item *item)
{
	struct gw_server *s = &p->conf->server;

	if (*item->name)
		return conf_error(p->e, item->line,
				  "[server] takes no name: "
				  "write [server]");
	p->at = (struct opt_target){ gw_server_opts, s, &s->lines };
	return 0;
}

static int parse_open_gateway(struct conf_parse *p, const struct ini_item *item)
{
	struct gw_conf *c = p->conf;
	struct gw_gateway *g = parse_grow(&c->gateways, &c->ngateways,
					  sizeof *g);

	if (!g || !(g->name = strdup(item->name)))
		return parse_no_memory(p->e);
	p->at = (struct opt_target){ gw_gateway_opts, g, &g->lines };
	return opt_presets(&p->at) ? parse_no_memory(p->e) : 0;
}

static int parse_open_plugin(struct conf_parse *p, const struct ini_item *item)
{
	struct gw_conf *c = p->conf;
	struct gw_plugin *g = parse_grow(&c->plugins, &c->nplugins, sizeof *g);

	if (!g || !(g->name = strdup(item->name)))
		return parse_no_memory(p->e);
	g->line = item->line;
	p->options = &g->options;
	return 0;
}

static int parse_open_resource(struct conf_parse *p,
			       const struct ini_item *item)
{
	struct gw_conf *c = p->conf;
	struct gw_resource *r = parse_grow(&c->resources, &c->nresources,
					   sizeof *r);

	if (!r || !(r->name = strdup(item->name)))
		return parse_no_memory(p->e);
	r->id = (uint32_t)c->nresources;
	p->at = (struct opt_target){ gw_resource_opts, r, &r->lines };
	p->options = &r->options;
	return opt_presets(&p->at) ? parse_no_memory(p->e) : 0;
}

static int parse_open_group(struct conf_parse *p, const struct ini_item *item)
{
	struct gw_conf *c = p->conf;
	struct gw_group *g;

	if (c->ngroups == GW_GROUPS_MAX)
		return conf_error(p->e, item->line, "more than %d groups",
				  GW_GROUPS_MAX);
	g = parse_grow(&c->groups, &c->ngroups, sizeof *g);
	if (!g || !(g->name = strdup(item->name)))
		return parse_no_memory(p->e);
	p->at = (struct opt_target){ gw_group_opts, g, &g->lines };
	return 0;
}

static int parse_open_user(struct conf_parse *p, const struct ini_item *item)
{
	struct gw_conf *c = p->conf;
	struct gw_user *u = parse_grow(&c->users, &c->nusers, sizeof *u);

	if (!u || !(u->name = strdup(item->name)))
		return parse_no_memory(p->e);
	p->at = (struct opt_target){ gw_user_opts, u, &u->lines };
	return 0;
}

static bool parse_is_name(const struct ini_item *item)
{
	return strcmp(item->kind, "user") ? ini_is_name(item->name) :
					    user_name_ok(item->name);
}

static int parse_open_publish(struct conf_parse *p, const struct ini_item *item)
{
	struct gw_conf *c = p->conf;
	struct gw_publish *g = parse_grow(&c->publishes, &c->npublishes,
					  sizeof *g);

	if (!g || !(g->name = strdup(item->name)))
		return parse_no_memory(p->e);
	p->at = (struct opt_target){ gw_publish_opts, g, &g->lines };
	return 0;
}

static const char *const parse_kinds[] = { "server",   "gateway", "plugin",
					   "resource", "group",   "user",
					   "publish",  NULL };
static int (*const parse_open_kind[])(struct conf_parse *,
				      const struct ini_item *) = {
	parse_open_server,   parse_open_gateway, parse_open_plugin,
	parse_open_resource, parse_open_group,   parse_open_user,
	parse_open_publish,
};

static int parse_section(struct conf_parse *p, const struct ini_item *item)
{
	size_t i = 0;
	int r;

	p->at = (struct opt_target){ 0 };
	p->options = NULL;
	while (parse_kinds[i] && strcmp(parse_kinds[i], item->kind))
		i++;
	if (!parse_kinds[i])
		return ini_unknown_section(item, parse_kinds, p->e);
	if (i && !parse_is_name(item))
		return conf_error(
			p->e, item->line,
			"[%s %s]: write [%s NAME], "
			"the name of 1 to 64 letters, digits and . _ -",
			item->kind, item->name, item->kind);
	r = parse_open_kind[i](p, item);
	if (!r && p->at.lines)
		p->at.lines->section = item->line;
	return r;
}

static int parse_keep_pair(struct conf_parse *p, const struct ini_item *item)
{
	struct gw_pairs *l = p->options;
	struct gw_pair *pair = parse_grow(&l->item, &l->n, sizeof *pair);

	if (!pair)
		return parse_no_memory(p->e);
	pair->line = item->line;
	pair->key = strdup(item->key);
	pair->value = strdup(item->value);
	return pair->key && pair->value ? 0 : parse_no_memory(p->e);
}

static int parse_item(void *ctx, const struct ini_item *item)
{
	struct conf_parse *p = ctx;
	int r = ERR_NOTFOUND;

	if (!item->key)
		return parse_section(p, item);
	if (p->at.base)
		r = opt_put(&p->at, item, p->e);
	if (r != ERR_NOTFOUND)
		return r;
	if (!p->options && !strcmp(item->key, "include"))
		return conf_error(p->e, item->line,
				  "include stands above the "
				  "first [section] of a file: move it there");
	return p->options ? parse_keep_pair(p, item) :
			    opt_unknown(&p->at, item, p->e);
}

static int parse_fill(struct gw_conf *c, const char *text, size_t len,
		      struct conf_errors *e)
{
	struct conf_parse p = { .conf = c, .e = e };
	struct opt_target server = { gw_server_opts, &c->server,
				     &c->server.lines };

	c->file = strdup(e->file);
	e->files = c->files = calloc(1, sizeof *c->files);
	if (!c->file || !c->files || opt_presets(&server))
		return parse_no_memory(e);
	return ini_read_text(text, len, parse_item, &p, e);
}

struct gw_conf *gw_conf_parse(const char *text, size_t len,
			      struct conf_errors *e, struct conf_errors *warn)
{
	struct gw_conf *c = calloc(1, sizeof *c);
	unsigned before = e->count;
	int r;

	if (!c) {
		parse_no_memory(e);
		return NULL;
	}
	c->refs = 1;
	r = parse_fill(c, text, len, e);
	if (warn)
		warn->files = c->files;
	/* The check goes on after wrong lines, so that one run reports as many
	 * errors as possible. */
	if (r == ERR_NOMEM || gw_conf_check(c, e, warn) || e->count != before) {
		e->files = NULL;
		if (warn)
			warn->files = NULL;
		gw_conf_unref(c);
		return NULL;
	}
	return c;
}
