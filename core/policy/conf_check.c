/* SPDX-License-Identifier: BSD-2-Clause */
/* conf_check.c - checks that the sections of aditd.ini fit each other. */
#include "policy/conf_parts.h"

#include "base/err.h"
#include "policy/host.h"
#include "policy/users.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct check {
	struct gw_conf *conf;
	struct conf_errors *e;
};

static int check_no_memory(struct conf_errors *e)
{
	conf_error(e, 0, "%s", err_str(ERR_NOMEM));
	return ERR_NOMEM;
}

static int check_by_name(const void *a, const void *b)
{
	const struct gw_resource *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static int check_sort_resources(struct gw_conf *c, struct conf_errors *e)
{
	size_t i;

	if (!c->nresources)
		return 0;
	c->by_name = calloc(c->nresources, sizeof(*c->by_name));
	if (!c->by_name)
		return check_no_memory(e);
	for (i = 0; i < c->nresources; i++)
		c->by_name[i] = &c->resources[i];
	qsort(c->by_name, c->nresources, sizeof(*c->by_name), check_by_name);
	return 0;
}

/* ---- gateways ------------------------------------------------------------ */

static const struct addr *check_shared_listen(const struct gw_gateway *a,
					      const struct gw_gateway *b)
{
	size_t i, k;

	for (i = 0; i < a->listen.n; i++)
		for (k = 0; k < b->listen.n; k++)
			if (addr_same(&a->listen.item[i], &b->listen.item[k]))
				return &a->listen.item[i];
	return NULL;
}

/* Virtual gateways on one address are told apart by the name in TLS (SNI). */
static void check_shared(struct check *ck, struct gw_gateway *g)
{
	struct opt_target t = { gw_gateway_opts, g, &g->lines };
	const struct gw_gateway *other;
	char at[ADDR_TEXT];

	for (other = ck->conf->gateways; other < g; other++) {
		const struct addr *a = check_shared_listen(g, other);

		if (!a || (g->server_name && other->server_name &&
			   !host_same(g->server_name, other->server_name)))
			continue;
		conf_error(
			ck->e, opt_line(&t, "server_name"),
			"[gateway %s] and [gateway %s] share %s: give each a "
			"server_name of its own",
			g->name, other->name, addr_str(a, at));
	}
}

static void check_gateway_group(struct check *ck, struct gw_gateway *g,
				const char *name)
{
	struct opt_target t = { gw_gateway_opts, g, &g->lines };
	struct conf_guess guess = { .word = name };
	char hint[128];
	size_t i;

	for (i = 0; i < ck->conf->ngroups; i++) {
		conf_guess_offer(&guess, ck->conf->groups[i].name);
		if (strcmp(ck->conf->groups[i].name, name))
			continue;
		g->groups[i / 64] |= UINT64_C(1) << i % 64;
		return;
	}
	conf_error(ck->e, opt_line(&t, "groups"), "there is no [group %s]%s",
		   name, conf_guess_text(&guess, hint, sizeof hint));
}

static void check_gateway_groups(struct check *ck, struct gw_gateway *g)
{
	size_t i;

	for (i = 0; i < g->group_names.n; i++)
		check_gateway_group(ck, g, g->group_names.item[i]);
	if (i)
		return;
	if (ck->conf->ngateways > 1)
		conf_error(ck->e, g->lines.section,
			   "[gateway %s] has no "
			   "groups: with several gateways each says which "
			   "groups count there",
			   g->name);
	memset(g->groups, 0xff, sizeof g->groups);
}

/* Keys that a login with certificates needs, and that mean nothing without. */
static void check_client_keys(struct check *ck, struct gw_gateway *g)
{
	struct opt_target t = { gw_gateway_opts, g, &g->lines };
	bool wanted = auth_rule_all(&g->auth_rule) &
		      METHOD_BIT(METHOD_CERTIFICATE);

	if (wanted && !g->client_ca)
		conf_error(ck->e, opt_line(&t, "auth"),
			   "auth = %s needs client_ca, a file with the "
			   "certificates of the authorities whose client "
			   "certificates are trusted",
			   g->auth);
	if (!wanted && (g->client_ca || g->client_crl))
		conf_error(ck->e,
			   opt_line(&t,
				    g->client_ca ? "client_ca" : "client_crl"),
			   "%s has no effect, since auth = %s asks for no "
			   "certificate: write certificate into auth",
			   g->client_ca ? "client_ca" : "client_crl", g->auth);
	if ((g->client_prefix && strlen(g->client_prefix) >= 128) ||
	    (g->client_suffix && strlen(g->client_suffix) >= 128))
		conf_error(ck->e, g->lines.section,
			   "client_prefix and client_suffix have 127 bytes at "
			   "most");
}

static void check_auth(struct check *ck, struct gw_gateway *g)
{
	struct opt_target t = { gw_gateway_opts, g, &g->lines };
	char why[160];

	if (auth_rule_parse(&g->auth_rule, g->auth, why, sizeof why))
		conf_error(ck->e, opt_line(&t, "auth"),
			   "auth = %s: %s; an example is: pam and otp or users",
			   g->auth, why);
	for (unsigned i = 0; i < g->auth_rule.n; i++)
		if (g->auth_rule.set[i] == METHOD_BIT(METHOD_OTP))
			conf_error(
				ck->e, opt_line(&t, "auth"),
				"auth = %s: otp alone lets in whoever "
				"guesses six digits: write users and otp, or "
				"another method and otp",
				g->auth);
	check_client_keys(ck, g);
}

static void check_gateway(struct check *ck, struct gw_gateway *g)
{
	struct opt_target t = { gw_gateway_opts, g, &g->lines };

	check_auth(ck, g);
	if (g->server_name && !host_ok(g->server_name))
		conf_error(ck->e, opt_line(&t, "server_name"),
			   "server_name = %s: expected a host name",
			   g->server_name);
	check_shared(ck, g);
}

/* ---- groups -------------------------------------------------------------- */

static int check_grant(struct gw_resource *r, uint32_t group)
{
	uint32_t *more = reallocarray(r->groups, r->ngroups + 1, sizeof *more);

	if (!more)
		return ERR_NOMEM;
	r->groups = more;
	r->groups[r->ngroups++] = group;
	return 0;
}

static void check_unknown_resource(struct check *ck, const struct gw_group *g,
				   unsigned line, const char *name)
{
	struct conf_guess guess = { .word = name };
	char hint[128];
	size_t i;

	for (i = 0; i < ck->conf->nresources; i++)
		conf_guess_offer(&guess, ck->conf->resources[i].name);
	conf_error(ck->e, line,
		   "[group %s] grants %s, which is not a [resource]%s", g->name,
		   name, conf_guess_text(&guess, hint, sizeof hint));
}

static int check_group(struct check *ck, uint32_t number)
{
	struct gw_group *g = &ck->conf->groups[number];
	struct opt_target t = { gw_group_opts, g, &g->lines };
	size_t i;

	for (i = 0; i < g->users.n; i++)
		if (strcmp(g->users.item[i], "*") &&
		    !user_name_ok(g->users.item[i]))
			conf_error(
				ck->e, opt_line(&t, "users"),
				"users: %s is not a valid user name: 1 to %d "
				"letters, digits and . _ @ -, or *",
				g->users.item[i], USER_NAME_MAX);
	for (i = 0; i < g->resource_names.n; i++) {
		const char *name = g->resource_names.item[i];
		const struct gw_resource *r = gw_conf_resource(ck->conf, name);

		if (!r)
			check_unknown_resource(ck, g, opt_line(&t, "resources"),
					       name);
		else if (check_grant(&ck->conf->resources[r->id - 1], number))
			return check_no_memory(ck->e);
	}
	return 0;
}

/* ---- memory -------------------------------------------------------------- */

enum { MEMORY_LEAST = 1 << 20 };

/* With less not even a few connections could begin. */
static void check_memory(struct check *ck, const struct opt_target *t,
			 uint64_t most)
{
	if (most && most < MEMORY_LEAST)
		conf_error(ck->e, opt_line(t, "memory"),
			   "memory: at least %dM, or 0 for no limit",
			   MEMORY_LEAST >> 20);
}

static void check_memories(struct check *ck)
{
	struct gw_conf *c = ck->conf;

	for (size_t i = 0; i < c->ngroups; i++) {
		struct gw_group *g = &c->groups[i];
		struct opt_target t = { gw_group_opts, g, &g->lines };

		check_memory(ck, &t, g->limits.memory);
	}
	for (size_t i = 0; i < c->nusers; i++) {
		struct gw_user *u = &c->users[i];
		struct opt_target t = { gw_user_opts, u, &u->lines };

		check_memory(ck, &t, u->limits.memory);
	}
}

/* ---- where monitoring asks ----------------------------------------------- */

static void check_metrics_at(const char *at, unsigned line,
			     struct conf_errors *e, struct conf_errors *warn)
{
	struct addr a;

	if (at[0] == '/')
		return;
	if (addr_parse_port(&a, at))
		conf_error(e, line,
			   "metrics = %s: expected an address with a port, "
			   "such as 127.0.0.1:9720 or [::1]:9720, or the path "
			   "of a socket, which begins with /",
			   at);
	else if (!addr_is_loopback(&a) && warn)
		conf_error(warn, line,
			   "metrics = %s: whoever reaches this address reads "
			   "the numbers of this gateway, without a password "
			   "and without TLS: use a loopback address, or let "
			   "a firewall admit the monitoring system only",
			   at);
}

static void check_metrics(struct gw_conf *c, struct conf_errors *e,
			  struct conf_errors *warn)
{
	struct opt_target t = { gw_server_opts, &c->server, &c->server.lines };
	unsigned line = opt_line(&t, "metrics");

	for (size_t i = 0; i < c->server.metrics.n; i++)
		check_metrics_at(c->server.metrics.item[i], line, e, warn);
#ifndef HAVE_MICROHTTPD
	if (c->server.metrics.n)
		conf_error(
			e, line,
			"metrics: this aditd was built without libmicrohttpd "
			"(configure --without-web): build it with, or leave "
			"metrics out");
#endif
}

/* ---- the log ------------------------------------------------------------- */

static void check_log(struct gw_conf *c, struct conf_errors *e)
{
	struct gw_server *s = &c->server;
	struct opt_target t = { gw_server_opts, s, &s->lines };

	s->audit_json = !strcmp(s->audit_format, "json");
	if (!s->audit_json && strcmp(s->audit_format, "text"))
		conf_error(e, opt_line(&t, "audit_format"),
			   "audit_format = %s: expected text or json",
			   s->audit_format);
	if (log_to_parse(&s->log_to, s->log))
		conf_error(e, opt_line(&t, "log"),
			   "log = %s: expected stderr, journal, syslog, "
			   "syslog:/path of a socket, or "
			   "syslog:ADDRESS:PORT, without names of hosts",
			   s->log);
}

/* ---- all of it ----------------------------------------------------------- */

static void check_sections(struct check *ck)
{
	struct gw_conf *c = ck->conf;
	char what[96];
	size_t i;

	for (i = 0; i < c->ngateways; i++) {
		struct gw_gateway *g = &c->gateways[i];
		struct opt_target t = { gw_gateway_opts, g, &g->lines };

		snprintf(what, sizeof what, "[gateway %s]", g->name);
		/* The caller looks at e->count, so no result is needed. */
		if (!opt_finish(&t, what, ck->e))
			check_gateway(ck, g);
	}
	for (i = 0; i < c->npublishes; i++) {
		struct gw_publish *p = &c->publishes[i];
		struct opt_target t = { gw_publish_opts, p, &p->lines };

		snprintf(what, sizeof what, "[publish %s]", p->name);
		(void)!opt_finish(&t, what, ck->e);
	}
	if (!c->ngateways)
		conf_error(ck->e, 0,
			   "there is no [gateway NAME]: add one, or "
			   "see aditctl init");
}

/* A group without networks would administrate from anywhere. */
static void check_web(struct check *ck, struct gw_gateway *g)
{
	struct opt_target t = { gw_gateway_opts, g, &g->lines };
	const char *name = g->web_admin_group;

	if (name && !gw_conf_group(ck->conf, name))
		conf_error(ck->e, opt_line(&t, "web_admin_group"),
			   "web_admin_group = %s: there is no [group %s]", name,
			   name);
	if (!name != !g->web_admin_networks.n)
		conf_error(ck->e,
			   opt_line(&t, name ? "web_admin_group" :
					       "web_admin_networks"),
			   "web_admin_group and web_admin_networks need each "
			   "other: who may administrate by the web pages, and "
			   "from where");
}

static int check_between(struct check *ck)
{
	struct gw_conf *c = ck->conf;
	size_t i;

	for (i = 0; i < c->ngateways; i++) {
		check_gateway_groups(ck, &c->gateways[i]);
		check_web(ck, &c->gateways[i]);
	}
	for (i = 0; i < c->ngroups; i++)
		if (check_group(ck, (uint32_t)i))
			return ERR_NOMEM;
	check_memories(ck);
	for (i = 0; i < c->npublishes; i++)
		gw_check_publish(c, &c->publishes[i], ck->e);
	return 0;
}

static bool check_counts_somewhere(const struct gw_conf *c, uint32_t group)
{
	size_t i;

	for (i = 0; i < c->ngateways; i++)
		if (c->gateways[i].groups[group / 64] >> group % 64 & 1)
			return true;
	return false;
}

static void check_unused(const struct gw_conf *c, struct conf_errors *warn)
{
	size_t i, k;

	for (i = 0; i < c->ngroups; i++)
		if (!check_counts_somewhere(c, (uint32_t)i))
			conf_error(
				warn, c->groups[i].lines.section,
				"[group %s] is in groups of no [gateway], so "
				"it grants nothing: add it to one",
				c->groups[i].name);
	for (i = 0; i < c->nresources; i++) {
		const struct gw_resource *r = &c->resources[i];

		for (k = 0; k < r->ngroups; k++)
			if (check_counts_somewhere(c, r->groups[k]))
				break;
		if (k == r->ngroups)
			conf_error(warn, r->lines.section,
				   "[resource %s] is in no [group], so nobody "
				   "reaches it: add it to resources = of one",
				   r->name);
	}
}

int gw_conf_check(struct gw_conf *c, struct conf_errors *e,
		  struct conf_errors *warn)
{
	struct check ck = { c, e };
	unsigned before = e->count;
	size_t i;

	for (i = 0; i < c->nresources; i++)
		if (gw_check_resource(c, &c->resources[i], e) == ERR_NOMEM)
			return ERR_NOMEM;
	check_sections(&ck);
	check_metrics(c, e, warn);
	check_log(c, e);
	if (e->count == before && check_sort_resources(c, e))
		return ERR_NOMEM;
	/* References between sections are checked only if all sections are
	 * right: a wrong section would also be reported as missing wherever
	 * its name is used. */
	if (e->count == before && check_between(&ck))
		return ERR_NOMEM;
	if (e->count != before)
		return ERR_CONF;
	if (warn)
		check_unused(c, warn);
	return 0;
}
