/* SPDX-License-Identifier: BSD-2-Clause */
/* policy_addr.c - decides to which addresses a resource may connect. */
#include "policy/policy.h"

#include "base/err.h"

#include <string.h>

#define V4(name, b, a0, a1, a2, a3)                                            \
	{                                                                      \
		(name),                                                        \
		{                                                              \
			{ .family = AF_INET, .ip = { a0, a1, a2, a3 } }, (b)   \
		}                                                              \
	}
#define V6(name, b, ...)                                                       \
	{                                                                      \
		(name),                                                        \
		{                                                              \
			{ .family = AF_INET6, .ip = { __VA_ARGS__ } }, (b)     \
		}                                                              \
	}

/* A range of addresses that is refused unless named. */
struct span {
	const char *what;
	struct net net;
};

/* The first that fits counts. */
static const struct span built_in[] = {
	V4("unspecified", 8, 0, 0, 0, 0), /* Linux takes 0.0.0.0 for itself */
	V4("loopback", 8, 127, 0, 0, 0),
	V4("link-local", 16, 169, 254, 0, 0),
	/* Whoever reaches these gets the machine's own credentials from clouds
	 * that do not keep to 169.254.169.254: Alibaba, Azure, Oracle. */
	V4("cloud metadata", 32, 100, 100, 100, 200),
	V4("cloud metadata", 32, 168, 63, 129, 16),
	V4("cloud metadata", 32, 192, 0, 0, 192),
	V4("multicast", 4, 224, 0, 0, 0),
	V4("broadcast", 32, 255, 255, 255, 255),
	V4("reserved", 4, 240, 0, 0, 0),
	V6("unspecified", 128, 0),
	V6("loopback", 128, [15] = 1),
	V6("link-local", 10, 0xfe, 0x80),
	V6("multicast", 8, 0xff),
	/* Amazon, Google, Scaleway. */
	V6("cloud metadata", 128, 0xfd, 0x00, 0x0e, 0xc2, [14] = 0x02, 0x54),
	V6("cloud metadata", 128, 0xfd, 0x20, 0x00, 0xce, [14] = 0x02, 0x54),
	V6("cloud metadata", 128, 0xfd, 0x00, 0x00, 0x42, [15] = 0x42),
	V6("Teredo", 32, 0x20, 0x01),
};

/* Ranges of IPv6 whose addresses lead to an IPv4 host; `at` is the bit where
 * the IPv4 address begins.  (IPv4-mapped addresses were turned into IPv4
 * before.) */
static const struct form {
	struct span span;
	unsigned at;
} forms[] = {
	{ V6("v4-compatible", 96, 0), 96 },
	{ V6("6to4", 16, 0x20, 0x02), 16 },
	{ V6("NAT64", 96, 0x00, 0x64, 0xff, 0x9b), 96 },
	{ V6("local NAT64", 48, 0x00, 0x64, 0xff, 0x9b, 0x00, 0x01), 96 },
	{ V6("translated", 96, [8] = 0xff, [9] = 0xff), 96 },
};

/* A built-in range and a network of this machine, for the address itself and
 * for the IPv4 address inside it. */
enum { SPANS_MAX = 4 };

/* Turns an IPv4-mapped address into IPv4. */
static struct addr policy_plain(const struct addr *a)
{
	struct sockaddr_storage ss;

	addr_to_sa(a, &ss);
	return addr_from_sa(&ss);
}

static const struct span *policy_find_built_in(const struct addr *a)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(built_in); i++)
		if (net_has(&built_in[i].net, a))
			return &built_in[i];
	return NULL;
}

/* Finds the IPv4 address inside an IPv6 address; *at is its first bit.  False:
 * there is none. */
static bool policy_hidden_v4(const struct addr *a, struct addr *v4,
			     unsigned *at)
{
	size_t i;

	if (a->family != AF_INET6)
		return false;
	for (i = 0; i < ARRAY_LEN(forms); i++) {
		if (!net_has(&forms[i].span.net, a))
			continue;
		*v4 = (struct addr){ .family = AF_INET };
		*at = forms[i].at;
		memcpy(v4->ip, a->ip + *at / 8, 4);
		return true;
	}
	return false;
}

/* The narrowest network of this machine that has the address, or NULL. */
static const struct net *policy_find_own(const struct addr *a,
					 const struct gw_locals *locals)
{
	const struct net *own = NULL;

	for (size_t i = 0; locals && i < locals->n; i++) {
		const struct net *l = &locals->item[i];

		if (net_has(l, a) && (!own || l->bits > own->bits))
			own = l;
	}
	return own;
}

static size_t policy_spans_of(const struct addr *a,
			      const struct gw_locals *locals, struct span *out)
{
	const struct span *s = policy_find_built_in(a);
	const struct net *own = addr_is_loopback(a) ?
					NULL :
					policy_find_own(a, locals);
	size_t n = 0;

	if (s)
		out[n++] = *s;
	if (own)
		out[n++] = (struct span){ "an address of this gateway", *own };
	return n;
}

/* Turns a range of IPv4 into the range of IPv6 addresses that begin as `a` does
 * and contain an address of it. */
static void policy_embed(struct span *s, const struct addr *a, unsigned at)
{
	struct addr base = { .family = AF_INET6 };

	memcpy(base.ip, a->ip, at / 8);
	memcpy(base.ip + at / 8, s->net.base.ip, 4);
	s->net.base = base;
	s->net.bits += at;
}

/* Collects all refused ranges that have `a` in them in out[SPANS_MAX]. */
static size_t policy_all_spans(const struct addr *a,
			       const struct gw_locals *locals, struct span *out)
{
	size_t n = policy_spans_of(a, locals, out), i, all = n;
	struct addr v4;
	unsigned at;

	if (!policy_hidden_v4(a, &v4, &at))
		return n;
	all += policy_spans_of(&v4, locals, out + n);
	for (i = n; i < all; i++)
		policy_embed(&out[i], a, at);
	return all;
}

const char *policy_built_in(const struct addr *a,
			    const struct gw_locals *locals)
{
	struct span span[SPANS_MAX];
	struct addr p = policy_plain(a);

	return policy_all_spans(&p, locals, span) ? span[0].what : NULL;
}

/* Whether a host of the resource is a name.  If all are addresses, only those
 * may be connected to. */
static bool policy_has_name(const struct gw_resource *r)
{
	for (size_t i = 0; i < r->hosts.n; i++)
		if (!r->literal[i].family)
			return true;
	return !r->hosts.n;
}

/* Whether the resource names an address of a refused range explicitly: by an
 * allow network inside that range, or by the host "localhost". */
static bool policy_names(const struct gw_resource *r, const struct span *s,
			 const struct addr *a)
{
	size_t i;

	for (i = 0; i < r->allow.n; i++)
		if (net_has(&r->allow.item[i], a) &&
		    net_covers(&s->net, &r->allow.item[i]))
			return true;
	for (i = 0; i < r->hosts.n; i++)
		if (host_same(r->hosts.item[i], "localhost"))
			return addr_is_loopback(a);
	return false;
}

static bool policy_is_denied(const struct gw_resource *r, const struct addr *a)
{
	struct addr v4;
	unsigned at;

	return net_list_has(&r->deny, a) ||
	       (policy_hidden_v4(a, &v4, &at) && net_list_has(&r->deny, &v4));
}

static enum policy_rule policy_addr_rule(const struct gw_resource *r,
					 const struct addr *a,
					 const struct gw_locals *locals)
{
	struct span span[SPANS_MAX];
	size_t i, n;

	if (a->family == AF_UNSPEC)
		return POLICY_BAD_HOST;
	if (policy_is_denied(r, a))
		return POLICY_DENIED;
	/* A host that is written as this address allows it, also in a range
	 * that is refused by default. */
	if (gw_resource_has_literal(r, a))
		return POLICY_GRANTED;
	if (!policy_has_name(r))
		return POLICY_OTHER_HOST;
	n = policy_all_spans(a, locals, span);
	for (i = 0; i < n; i++)
		if (!policy_names(r, &span[i], a))
			return POLICY_BUILT_IN;
	if ((r->kind == GW_ANY || r->allow.n) && !net_list_has(&r->allow, a))
		return POLICY_NOT_ALLOWED;
	return POLICY_GRANTED;
}

int policy_check_addr(const struct gw_resource *r, const struct addr *a,
		      const struct gw_locals *locals, enum policy_rule *rule)
{
	struct addr p = policy_plain(a);

	*rule = policy_addr_rule(r, &p, locals);
	return *rule == POLICY_GRANTED ? 0 : ERR_DENIED;
}
