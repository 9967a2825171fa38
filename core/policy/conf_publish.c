/* SPDX-License-Identifier: BSD-2-Clause */
/* conf_publish.c - checks a [publish] section of aditd.ini. */
#include "policy/conf_parts.h"

#include "base/defs.h"

#include <string.h>

static bool publish_shares(const struct addr_list *a, const struct addr_list *b,
			   const struct addr **at)
{
	for (size_t i = 0; i < a->n; i++)
		for (size_t k = 0; k < b->n; k++)
			if (addr_same(*at = &a->item[i], &b->item[k]))
				return true;
	return false;
}

/* Each address has one listening socket, which leads to one place. */
static void publish_check_listen(const struct gw_conf *c, struct gw_publish *p,
				 struct conf_errors *e)
{
	struct opt_target t = { gw_publish_opts, p, &p->lines };
	unsigned line = opt_line(&t, "listen");
	const struct addr *at;
	char text[ADDR_TEXT];

	for (const struct gw_publish *o = c->publishes; o < p; o++) {
		if (publish_shares(&p->listen, &o->listen, &at))
			conf_error(e, line,
				   "[publish %s] and [publish %s] both listen "
				   "on %s: give each a port of its own",
				   o->name, p->name, addr_str(at, text));
	}
	for (size_t i = 0; i < c->ngateways; i++)
		if (publish_shares(&p->listen, &c->gateways[i].listen, &at))
			conf_error(e, line,
				   "[publish %s] listens on %s, where agents "
				   "reach [gateway %s]: give it another port",
				   p->name, addr_str(at, text),
				   c->gateways[i].name);
	for (size_t i = 0; i < p->listen.n; i++)
		if (!p->listen.item[i].port)
			conf_error(e, line,
				   "listen = %s: port 0 is not a port that "
				   "others could connect to",
				   addr_str(&p->listen.item[i], text));
}

static void publish_check_group(const struct gw_conf *c, struct gw_publish *p,
				const char *name, struct conf_errors *e)
{
	struct opt_target t = { gw_publish_opts, p, &p->lines };
	struct conf_guess guess = { .word = name };
	char hint[128];

	for (size_t i = 0; i < c->ngroups; i++) {
		conf_guess_offer(&guess, c->groups[i].name);
		if (strcmp(c->groups[i].name, name))
			continue;
		p->groups[i / 64] |= UINT64_C(1) << i % 64;
		return;
	}
	conf_error(e, opt_line(&t, "groups"), "there is no [group %s]%s", name,
		   conf_guess_text(&guess, hint, sizeof hint));
}

void gw_check_publish(const struct gw_conf *c, struct gw_publish *p,
		      struct conf_errors *e)
{
	publish_check_listen(c, p, e);
	for (size_t i = 0; i < p->group_names.n; i++)
		publish_check_group(c, p, p->group_names.item[i], e);
}
