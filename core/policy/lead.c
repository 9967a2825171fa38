/* SPDX-License-Identifier: BSD-2-Clause */
/* lead.c - redirect_allow: to which hosts a plugin may redirect a client,
 * besides the host of the server. */
#include "policy/lead.h"

#include "base/err.h"
#include "policy/host.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Cuts ":PORT" or ":PORT-PORT" off the end of the text and reads it.  False: it
 * is not one. */
static bool lead_take_ports(char *text, struct lead *l)
{
	char *colon = strrchr(text, ':'), *dash;

	l->first = 0;
	l->last = UINT16_MAX;
	/* A port follows the only colon, or a colon after a bracket.  Another
	 * colon is a part of an IPv6 address. */
	if (!colon || (strchr(text, ':') != colon && colon[-1] != ']'))
		return true;
	*colon++ = 0;
	dash = strchr(colon, '-');
	if (dash)
		*dash++ = 0;
	return !port_parse(colon, &l->first) &&
	       !port_parse(dash ? dash : colon, &l->last) &&
	       l->first <= l->last;
}

static char *lead_without_brackets(char *text)
{
	size_t n = strlen(text);

	if (text[0] != '[' || text[n - 1] != ']')
		return text;
	text[n - 1] = 0;
	return text + 1;
}

static int lead_parse_one(char *text, struct lead *l)
{
	char *host;

	if (!lead_take_ports(text, l))
		return ERR_INVAL;
	host = lead_without_brackets(text);
	if (!net_parse(&l->net, host))
		return 0;
	if (!host_ok(strncmp(host, "*.", 2) ? host : host + 2))
		return ERR_INVAL;
	l->name = strdup(host);
	return l->name ? 0 : ERR_NOMEM;
}

static int lead_append(struct lead_list *to, const struct lead *l)
{
	struct lead *more = reallocarray(to->item, to->n + 1, sizeof *more);

	if (!more)
		return ERR_NOMEM;
	to->item = more;
	to->item[to->n++] = *l;
	return 0;
}

int lead_parse(const char *text, struct lead_list *to)
{
	struct name_list words = { 0 };
	int ret = opt_parse_list(text, &words);

	for (size_t i = 0; !ret && i < words.n; i++) {
		struct lead l = { 0 };

		ret = lead_parse_one(words.item[i], &l);
		if (!ret)
			ret = lead_append(to, &l);
		if (ret)
			free(l.name);
	}
	name_list_fini(&words);
	return ret;
}

void lead_fini(struct lead_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->item[i].name);
	free(l->item);
	*l = (struct lead_list){ 0 };
}

static int lead_add(const struct gw_pairs *p, struct lead_list *to)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < p->n; i++)
		if (!strcmp(p->item[i].key, "redirect_allow"))
			ret = lead_parse(p->item[i].value, to);
	return ret;
}

int lead_of(const struct gw_resource *r, struct lead_list *to)
{
	int ret = lead_add(&r->options, to);

	return ret || to->n || !r->plugin ? ret :
					    lead_add(&r->plugin->options, to);
}

static bool lead_name_matches(const char *pattern, const char *name)
{
	size_t n = strlen(name), tail;

	if (strncmp(pattern, "*.", 2))
		return host_same(pattern, name);
	pattern++;
	n -= n && name[n - 1] == '.';
	tail = strlen(pattern);
	return n > tail && !strncasecmp(name + n - tail, pattern, tail);
}

bool lead_matches(const struct lead *l, const struct addr *a, const char *name)
{
	if (a->port < l->first || a->port > l->last)
		return false;
	return l->name ? lead_name_matches(l->name, name) : net_has(&l->net, a);
}

/* As if the resource were for any host in the networks of this one item. */
int lead_admit(const struct lead *l, const struct gw_resource *r,
	       const struct addr *a, const struct gw_locals *locals,
	       enum policy_rule *rule)
{
	struct net all[2] = { { .base.family = AF_INET },
			      { .base.family = AF_INET6 } };
	struct net own = l->net;
	struct gw_resource as_if = {
		.name = r->name,
		.host = "any",
		.kind = GW_ANY,
		.deny = r->deny,
		/* A name says nothing about what is built in. */
		.allow = { l->name ? all : &own, l->name ? 2 : 1 },
	};

	return policy_check_addr(&as_if, a, locals, rule);
}
