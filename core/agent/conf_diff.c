/* SPDX-License-Identifier: BSD-2-Clause */
/* conf_diff.c - in which keys two configurations of an agent differ. */
#include "agent/conf_parts.h"

#include "base/err.h"

#include <stdio.h>
#include <string.h>

static bool same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static bool same_names(const struct name_list *a, const struct name_list *b)
{
	for (size_t i = 0; i < a->n && i < b->n; i++)
		if (strcmp(a->item[i], b->item[i]))
			return false;
	return a->n == b->n;
}

/* Whether a key that is kept as it was read is the same in both. */
static bool same_field(const struct opt *o, const struct agent_conf *a,
		       const struct agent_conf *b)
{
	const char *x = (const char *)a + o->offset;
	const char *y = (const char *)b + o->offset;

	switch (o->type) {
	case OPT_STRING:
	case OPT_PATH:
		return same_text(*(char *const *)(const void *)x,
				 *(char *const *)(const void *)y);
	case OPT_NAMES:
		return same_names((const void *)x, (const void *)y);
	case OPT_UINT:
		return !memcmp(x, y, sizeof(uint32_t));
	case OPT_SIZE:
		return !memcmp(x, y, sizeof(uint64_t));
	case OPT_BOOL:
		return *(const bool *)x == *(const bool *)y;
	default:
		return false;
	}
}

static bool same_net(const struct net *a, const struct net *b)
{
	return a->bits == b->bits && addr_same_host(&a->base, &b->base);
}

static bool same_proxy(const struct agent_conf *a, const struct agent_conf *b)
{
	const struct proxy *x = &a->via, *y = &b->via;

	return x->port == y->port && !strcmp(x->host, y->host) &&
	       !strcmp(x->user, y->user) && !strcmp(x->password, y->password);
}

/* The same for keys of which only a parsed form is kept. */
static bool same_draft(const char *key, const struct agent_conf *a,
		       const struct agent_conf *b)
{
	if (!strcmp(key, "intercept"))
		return a->intercept == b->intercept;
	if (!strcmp(key, "accept"))
		return a->accept == b->accept;
	if (!strcmp(key, "early_close"))
		return a->early_close == b->early_close;
	if (!strcmp(key, "loopback_net"))
		return same_net(&a->loopback_net, &b->loopback_net);
	if (!strcmp(key, "proxy"))
		return same_proxy(a, b);
	if (!strcmp(key, "dns"))
		return addr_same(&a->dns, &b->dns);
	return addr_same(&a->socks, &b->socks) && a->socks_off == b->socks_off;
}

bool agent_conf_same_listen(const struct listen_conf *a,
			    const struct listen_conf *b)
{
	static const struct listen_conf none;

	a = a ? a : &none;
	b = b ? b : &none;
	return same_text(a->address, b->address) && a->port == b->port;
}

static bool same_maps(const struct listen_conf *a, const struct listen_conf *b)
{
	static const struct name_list none;

	return same_names(a ? &a->maps : &none, b ? &b->maps : &none);
}

/* Adds the sections of `a` that are missing in `b` and, if `all`, those that
 * are different there. */
static int diff_listens(const struct agent_conf *a, const struct agent_conf *b,
			bool all, struct name_list *out)
{
	char text[128];
	int ret = 0;

	for (size_t i = 0; !ret && i < a->nlistens; i++) {
		const struct listen_conf *l = &a->listens[i];
		const struct listen_conf *m = agent_conf_listen(b, l->name);

		if (m &&
		    (!all || (agent_conf_same_listen(l, m) && same_maps(l, m))))
			continue;
		snprintf(text, sizeof text, "listen %s", l->name);
		ret = name_list_add(out, text);
	}
	return ret;
}

static int diff_publishes(const struct agent_conf *a,
			  const struct agent_conf *b, bool all,
			  struct name_list *out)
{
	char text[128];
	int ret = 0;

	for (size_t i = 0; !ret && i < a->npublishes; i++) {
		const struct publish_conf *p = &a->publishes[i];
		const struct publish_conf *q = agent_conf_publish(b, p->name);

		if (q && (!all || same_text(p->to, q->to)))
			continue;
		snprintf(text, sizeof text, "publish %s", p->name);
		ret = name_list_add(out, text);
	}
	return ret;
}

int agent_conf_diff(const struct agent_conf *a, const struct agent_conf *b,
		    struct name_list *out)
{
	int ret = 0;

	for (const struct opt *o = agent_opts; !ret && o->key; o++)
		if (!(o->offset < sizeof *a ? same_field(o, a, b) :
					      same_draft(o->key, a, b)))
			ret = name_list_add(out, o->key);
	if (!ret)
		ret = diff_listens(a, b, true, out);
	if (!ret)
		ret = diff_listens(b, a, false, out);
	if (!ret)
		ret = diff_publishes(a, b, true, out);
	return ret ? ret : diff_publishes(b, a, false, out);
}
