/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_config_users.c - reads the users files that a configuration names. */
#include "monitor/attempt.h"
#include "monitor/monitor_config.h"

#include "base/err.h"
#include "policy/conf_parts.h"
#include "policy/users_check.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static unsigned gateway_line(const struct gw_gateway *g, const char *key)
{
	struct gw_gateway *base = (struct gw_gateway *)(uintptr_t)g;
	struct opt_target t = { gw_gateway_opts, base, &base->lines };

	return opt_line(&t, key);
}

/* An aditd may have been built without a library. */
static void check_methods(const struct gw_gateway *g, struct conf_errors *e)
{
	unsigned all = auth_rule_all(&g->auth_rule);

	for (unsigned m = 0; m < METHODS; m++)
		if (all & METHOD_BIT(m) && !method_of((enum auth_method)m))
			conf_error(e, gateway_line(g, "auth"),
				   "auth = %s: this aditd was built without "
				   "the method %s",
				   g->auth,
				   auth_method_str((enum auth_method)m));
}

static void check_require(const struct gw_conf *c, struct conf_errors *e)
{
	for (size_t i = 0; i < c->nresources; i++) {
		struct gw_resource *r = &c->resources[i];
		struct opt_target t = { gw_resource_opts, r, &r->lines };

		if (r->needs_code && !method_of(METHOD_OTP))
			conf_error(e, opt_line(&t, "require"),
				   "require = %s: this aditd was built without "
				   "one-time codes (configure --without-otp)",
				   r->require);
	}
}

/* What kept the file from being read, and how to make one that is not there. */
static void users_complain(const struct gw_gateway *g,
			   const struct conf_errors *why, struct conf_errors *e)
{
	bool gone = access(g->users, F_OK) && errno == ENOENT;
	unsigned line = gateway_line(g, "users");

	for (unsigned i = 0; i < conf_errors_kept(why); i++) {
		if (gone)
			conf_error(e, line,
				   "users: %s; aditctl passwd "
				   "--gateway %s USER makes it",
				   why->text[i], g->name);
		else
			conf_error(e, line, "users: %s", why->text[i]);
	}
}

/* PAM takes the service `other` for one that has no file, which on most systems
 * refuses everybody. */
static void check_pam(const struct gw_gateway *g, struct conf_errors *warn)
{
	if (auth_rule_all(&g->auth_rule) & METHOD_BIT(METHOD_PAM) &&
	    access("/etc/pam.d/adit", F_OK) &&
	    access("/usr/lib/pam.d/adit", F_OK))
		conf_error(warn, gateway_line(g, "auth"),
			   "auth = %s: there is no /etc/pam.d/adit, so PAM "
			   "refuses everybody; docs/login.md has examples",
			   g->auth);
}

/* Whether it could be read. */
static bool read_one(const struct gw_conf *c, const struct gw_gateway *g,
		     struct users *u, struct conf_errors *e,
		     struct conf_errors *warn)
{
	struct conf_errors other = { .file = g->users };

	if (users_read(u, &other)) {
		users_complain(g, &other, e);
		return false;
	}
	if (users_check_groups(u, c, &other))
		conf_error(&other, 0, "%s", err_str(ERR_NOMEM));
	users_check_hashes(u, &other);
	conf_errors_join(warn, &other);
	if (!u->n && auth_rule_all(&g->auth_rule) == METHOD_BIT(METHOD_USERS))
		conf_error(warn, gateway_line(g, "users"),
			   "%s names no user: nobody "
			   "can log in; aditctl passwd USER adds one",
			   g->users);
	return true;
}

int monitor_config_read_users(const struct gw_conf *c, struct conf_errors *e,
			      struct conf_errors *warn)
{
	struct users *users = calloc(c->ngateways, sizeof *users);
	const struct users **good = calloc(c->ngateways, sizeof *good);
	int r = users && good ? 0 : ERR_NOMEM;

	for (size_t i = 0; i < c->ngateways; i++) {
		check_methods(&c->gateways[i], e);
		check_pam(&c->gateways[i], warn);
	}
	check_require(c, e);
	for (size_t i = 0; i < c->ngateways && !r; i++)
		if (read_one(c, &c->gateways[i], &users[i], e, warn))
			good[i] = &users[i];
	if (!r)
		users_check_names(c, good, warn);
	for (size_t i = 0; users && i < c->ngateways; i++)
		users_fini(&users[i]);
	free(good);
	free(users);
	return r;
}
