/* SPDX-License-Identifier: BSD-2-Clause */
/* conf_resource.c - checks one [resource] section. */
#include "policy/conf_parts.h"

#include "base/err.h"
#include "policy/host.h"

#include <string.h>

struct resource_check {
	struct gw_resource *r;
	struct opt_target at;
	struct conf_errors *e;
};

static bool resource_is_set(const struct resource_check *k, const char *key)
{
	return opt_line(&k->at, key) != k->at.lines->section;
}

static int resource_check_url(struct resource_check *k)
{
	struct gw_resource *r = k->r;
	char host[HOST_CAP];
	uint16_t port;

	r->kind = GW_URL;
	if (resource_is_set(k, "port"))
		conf_error(k->e, opt_line(&k->at, "port"),
			   "port is taken from url: remove this line");
	if (!r->url)
		return 0;
	if (host_of_url(r->url, host, &port))
		return conf_error(
			k->e, opt_line(&k->at, "url"),
			"url = %s: "
			"expected http://HOST/ or https://HOST:PORT/, "
			"an IPv6 address in brackets",
			r->url);
	if (name_list_add(&r->hosts, host))
		return ERR_NOMEM;
	return port_set_add(&r->ports, port, port);
}

/* data_ports is for protocols that announce connections where the plugin cannot
 * read it: FTP inside TLS. */
static void resource_check_data_ports(struct resource_check *k)
{
	const struct gw_resource *r = k->r;
	unsigned i, line = opt_line(&k->at, "data_ports");
	uint16_t port;

	if (!resource_is_set(k, "data_ports"))
		return;
	if (!r->plugin_name || r->kind != GW_HOST)
		conf_error(k->e, line,
			   "data_ports needs a resource with host, port "
			   "and plugin: remove this line");
	for (i = 0; (port = port_set_at(&r->data_ports, i)); i++)
		if (port_set_has(&r->ports, port)) {
			conf_error(
				k->e, line,
				"%u is in port and in data_ports: remove one "
				"of them",
				port);
			return;
		}
}

static void resource_check_ports(struct resource_check *k)
{
	struct gw_resource *r = k->r;
	unsigned n = port_set_count(&r->ports) + port_set_count(&r->data_ports);

	resource_check_data_ports(k);

	if (!resource_is_set(k, "port"))
		conf_error(k->e, k->at.lines->section,
			   "[resource %s] has no "
			   "port: add port = (such as 25, 110, 8000-8010)",
			   r->name);
	else if (r->kind == GW_HOST && n > GW_LISTEN_PORTS_MAX)
		conf_error(k->e, opt_line(&k->at, "port"),
			   "%u ports: the agent "
			   "listens on each, so at most %d",
			   n, GW_LISTEN_PORTS_MAX);
	else if (r->ports.n + r->data_ports.n > PORT_RANGES_MAX)
		conf_error(k->e, opt_line(&k->at, "port"),
			   "more than %d ranges "
			   "of ports and data_ports: join some",
			   PORT_RANGES_MAX);
}

static void resource_check_literal(struct resource_check *k, size_t i)
{
	struct gw_resource *r = k->r;
	unsigned line = opt_line(&k->at, "host");
	const char *what = r->kind == GW_URL ? r->url : r->hosts.item[i];

	if (r->kind == GW_URL)
		line = opt_line(&k->at, "url");
	if (addr_is_any(&r->literal[i]))
		conf_error(k->e, line,
			   "%s is not the address of a host: write the "
			   "address of one",
			   what);
	else if (net_list_has(&r->deny, &r->literal[i]))
		conf_error(k->e, line,
			   "%s is inside deny: nobody could reach it", what);
	else if (r->allow.n && !net_list_has(&r->allow, &r->literal[i]))
		conf_error(k->e, line,
			   "%s is outside of allow: nobody could reach it",
			   what);
}

static void resource_check_host(struct resource_check *k, size_t i)
{
	struct gw_resource *r = k->r;
	const char *host = r->hosts.item[i];
	unsigned line = opt_line(&k->at, "host");

	if (r->kind == GW_HOST && !strcmp(host, "any"))
		conf_error(k->e, line,
			   "any must be the only host: remove it, "
			   "or the others");
	else if (!addr_parse(&r->literal[i], host, 0))
		resource_check_literal(k, i);
	else if (!host_ok(host))
		conf_error(k->e, line,
			   "host = %s: expected a host name, an "
			   "address without port and brackets, or any",
			   host);
	for (size_t j = 0; j < i; j++)
		if (host_same(r->hosts.item[j], host))
			conf_error(k->e, line,
				   "host names %s twice: remove one", host);
}

static void resource_check_hosts(struct resource_check *k)
{
	const struct gw_resource *r = k->r;

	if (r->hosts.n > GW_HOSTS_MAX) {
		conf_error(k->e, opt_line(&k->at, "host"),
			   "%zu hosts: a "
			   "resource has at most %d",
			   r->hosts.n, GW_HOSTS_MAX);
		return;
	}
	for (size_t i = 0; i < r->hosts.n; i++)
		resource_check_host(k, i);
}

static void resource_check_plugin(struct resource_check *k,
				  const struct gw_conf *c)
{
	struct gw_resource *r = k->r;
	struct conf_guess g = { .word = r->plugin_name };
	char hint[128];
	size_t i;

	if (!r->plugin_name)
		return;
	r->plugin = gw_conf_plugin(c, r->plugin_name);
	for (i = 0; !r->plugin && i < c->nplugins; i++)
		conf_guess_offer(&g, c->plugins[i].name);
	if (!r->plugin)
		conf_error(k->e, opt_line(&k->at, "plugin"),
			   "there is no "
			   "[plugin %s]: add that section%s",
			   r->plugin_name,
			   conf_guess_text(&g, hint, sizeof hint));
}

/* Unknown keys are options of the plugin; without a plugin they are errors. */
static void resource_check_options(struct resource_check *k)
{
	struct gw_resource *r = k->r;
	size_t i;

	for (i = 0; !resource_is_set(k, "plugin") && i < r->options.n; i++) {
		const struct gw_pair *p = &r->options.item[i];
		struct ini_item item = { "resource", r->name, p->key, p->value,
					 p->line };

		opt_unknown(&k->at, &item, k->e);
	}
}

static void resource_check_names(struct resource_check *k)
{
	const struct gw_resource *r = k->r;
	unsigned line = opt_line(&k->at, "names");

	if (r->names.n > GW_NAMES_MAX)
		conf_error(k->e, line,
			   "%zu names: a resource has at most %d; "
			   "*.DOMAIN stands for many",
			   r->names.n, GW_NAMES_MAX);
	for (size_t i = 0; i < r->names.n; i++)
		if (!host_pattern_ok(r->names.item[i]))
			conf_error(k->e, line,
				   "names = %s: expected a host name, or "
				   "*.DOMAIN for all names below a domain",
				   r->names.item[i]);
}

/* Programs that look the host up by its name are to reach it.  Where the file
 * itself says that its address is hidden, its name is hidden too. */
static int resource_preset_names(struct resource_check *k)
{
	struct gw_resource *r = k->r;
	int ret = 0;

	if (resource_is_set(k, "names") || r->kind == GW_ANY ||
	    (resource_is_set(k, "hide_address") && r->hide_address))
		return 0;
	for (size_t i = 0; !ret && i < MIN(r->hosts.n, GW_HOSTS_MAX); i++)
		if (!r->literal[i].family)
			ret = name_list_add(&r->names, r->hosts.item[i]);
	return ret;
}

/* Who may see the address may have it caught, too.  A Web-Link is opened at the
 * agent. */
static void resource_settle_intercept(struct resource_check *k)
{
	struct gw_resource *r = k->r;

	if (!resource_is_set(k, "intercept_address"))
		r->intercept_address = r->kind != GW_URL && !r->hide_address;
	else if (r->intercept_address && r->kind == GW_URL)
		conf_error(k->e, opt_line(&k->at, "intercept_address"),
			   "intercept_address = yes in [resource %s] with url: "
			   "a Web-Link has no address to intercept; remove it",
			   r->name);
}

static void resource_check_hours(struct resource_check *k)
{
	struct gw_resource *r = k->r;

	if (r->hours_text && hours_parse(&r->hours, r->hours_text))
		conf_error(k->e, opt_line(&k->at, "hours"),
			   "hours = %s: expected days, hours and a time zone, "
			   "such as Mon-Fri 08:00-18:00, Sat 9-12 "
			   "Europe/Berlin",
			   r->hours_text);
	if (r->end_at_close && !r->hours_text)
		conf_error(k->e, opt_line(&k->at, "end_at_close"),
			   "end_at_close = yes in [resource %s], which has no "
			   "hours: add hours = (such as Mon-Fri 8-18)",
			   r->name);
}

static void resource_check_require(struct resource_check *k)
{
	struct gw_resource *r = k->r;

	if (!r->require)
		return;
	r->needs_code = !strcmp(r->require, "otp");
	if (!r->needs_code)
		conf_error(k->e, opt_line(&k->at, "require"),
			   "require = %s: expected otp", r->require);
}

int gw_check_resource(const struct gw_conf *c, struct gw_resource *r,
		      struct conf_errors *e)
{
	struct resource_check k = { r, { gw_resource_opts, r, &r->lines }, e };
	bool host = resource_is_set(&k, "host"),
	     url = resource_is_set(&k, "url");
	int ret = 0;

	resource_check_plugin(&k, c);
	resource_check_options(&k);
	resource_check_hours(&k);
	resource_check_require(&k);
	if (host == url)
		return conf_error(e, r->lines.section,
				  "[resource %s] has %s: "
				  "write one of them",
				  r->name,
				  host ? "both host and url" :
					 "neither host nor url");
	if (url) {
		ret = resource_check_url(&k);
		if (ret == ERR_NOMEM)
			conf_error(e, 0, "%s", err_str(ret));
	} else if (r->hosts.n == 1 && !strcmp(r->hosts.item[0], "any")) {
		r->kind = GW_ANY;
		if (!resource_is_set(&k, "allow"))
			conf_error(e, r->lines.section,
				   "[resource %s] has "
				   "host = any and no allow: add allow = "
				   "NETWORK",
				   r->name);
	}
	if (!url)
		resource_check_ports(&k);
	if (r->hosts.n)
		r->host = r->hosts.item[0];
	if (r->kind != GW_ANY && !ret)
		resource_check_hosts(&k);
	resource_check_names(&k);
	resource_settle_intercept(&k);
	if (!ret && resource_preset_names(&k)) {
		ret = ERR_NOMEM;
		conf_error(e, 0, "%s", err_str(ret));
	}
	return ret;
}
