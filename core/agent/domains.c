/* SPDX-License-Identifier: BSD-2-Clause */
/* domains.c - the domains whose names a resolver of this machine should ask the
 * agent for. */
#include "agent/domains.h"

#include "agent/inside.h"
#include "policy/host.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Where the PTR records of 198.18.0.0/15 are. */
static const char *const domains_of_addresses[] = {
	"18.198.in-addr.arpa",
	"19.198.in-addr.arpa",
};

/* Top-level domains that are nobody's in the Internet. */
static bool domain_is_private(const char *domain)
{
	static const char *const known[] = {
		"corp", "home",  "internal", "intranet",
		"lan",  "local", "private",  "test",
	};

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (host_same(known[i], domain))
			return true;
	return false;
}

static bool domain_may_be_asked(const char *domain)
{
	const char *dot = strchr(domain, '.');

	return (dot && dot[1]) || domain_is_private(domain);
}

/* Whether all names below `domain` are below `other`, too. */
static bool domain_is_in(const char *domain, const char *other)
{
	size_t n = strlen(domain), tail = strlen(other);

	return n >= tail && !strcasecmp(domain + n - tail, other) &&
	       (n == tail || domain[n - tail - 1] == '.');
}

/* Drops those that are below `domain`. */
static void domains_drop(struct name_list *l, const char *domain)
{
	size_t kept = 0;

	for (size_t i = 0; i < l->n; i++) {
		if (domain_is_in(l->item[i], domain))
			free(l->item[i]);
		else
			l->item[kept++] = l->item[i];
	}
	if (l->item)
		l->item[kept] = NULL;
	l->n = kept;
}

static int domains_add(struct name_list *l, const char *domain, size_t max,
		       size_t *left)
{
	for (size_t i = 0; i < l->n; i++)
		if (domain_is_in(domain, l->item[i]))
			return 0;
	domains_drop(l, domain);
	if (l->n < max)
		return name_list_add(l, domain);
	++*left;
	return 0;
}

/* A name, a pattern such as "*.corp.example", or both with a dot at the end. */
static int domains_add_name(struct name_list *l, const char *name, size_t max,
			    size_t *left)
{
	char domain[HOST_CAP];
	size_t n;

	if (!strncmp(name, "*.", 2))
		name += 2;
	n = strlen(name);
	n -= n && name[n - 1] == '.';
	if (n >= sizeof domain)
		return 0;
	memcpy(domain, name, n);
	domain[n] = 0;
	return domain_may_be_asked(domain) ? domains_add(l, domain, max, left) :
					     0;
}

static int domains_add_resource(struct name_list *l, const struct resource *r,
				size_t max, size_t *left)
{
	char host[HOST_CAP];
	uint16_t port;
	int ret = 0;

	if (r->entry.service == SERVICE_WEBLINK &&
	    !host_of_url(r->entry.detail, host, &port) && host_ok(host))
		ret = domains_add_name(l, host, max, left);
	for (size_t i = 0; i < r->names.n && !ret; i++)
		ret = domains_add_name(l, r->names.item[i], max, left);
	return ret;
}

int domains_of(const struct agent *a, struct name_list *out, size_t max,
	       size_t *left)
{
	struct list *n, *t;
	int ret = 0;

	*out = (struct name_list){ 0 };
	*left = 0;
	for (size_t i = 0; i < ARRAY_LEN(domains_of_addresses) && !ret; i++)
		ret = domains_add(out, domains_of_addresses[i], max, left);
	list_each (n, t, &a->resources)
		if (!ret)
			ret = domains_add_resource(
				out, list_entry(n, struct resource, node), max,
				left);
	return ret;
}
