/* SPDX-License-Identifier: BSD-2-Clause */
/* policy.h - who may reach what.  What no group grants is refused. */
#ifndef ADIT_POLICY_POLICY_H
#define ADIT_POLICY_POLICY_H

#include "policy/conf.h"
#include "policy/host.h"

/* Who asks. */
struct grant {
	const char *user;
	const struct name_list *groups;   /* the users file's; may be NULL */
	const struct gw_gateway *gateway; /* of the same gw_conf */
};

/* What is asked for.  `addr` counts if it has a family, else `host`, a literal
 * or a name; both empty: the nth of the resource's own. */
struct policy_ask {
	uint32_t resource; /* 0: find one */
	const char *host;
	struct addr addr;
	uint16_t port;
	unsigned nth; /* of the resource's hosts */
};

enum policy_rule {
	POLICY_GRANTED,
	POLICY_BAD_HOST,    /* neither an address nor a host name */
	POLICY_NO_RESOURCE, /* nothing in the configuration is like this */
	POLICY_NO_GROUP,    /* something is, but no group of the user has it */
	POLICY_OTHER_HOST,  /* the resource named has another host */
	POLICY_OTHER_PORT,  /* ... or other ports */
	POLICY_NOT_ALLOWED, /* the address is in no `allow` */
	POLICY_DENIED,      /* the address is in `deny` */
	POLICY_BUILT_IN,    /* loopback and the like, and not named */
	POLICY_UNRESOLVED,  /* policy_why: the name has no address here */
};

struct policy_answer {
	enum policy_rule rule;
	const struct gw_resource
		*resource;            /* NULL: none; may be set on refusal */
	const struct gw_group *group; /* that grants it */
	char host[HOST_CAP];          /* to resolve; "" if addr is set */
	struct addr addr;             /* family AF_UNSPEC: resolve host */
	uint16_t port;
	/* The name asked for is one of resource->names: it leads to the
	 * resource's own hosts, in their order. */
	bool by_name;
	char reason[400]; /* for the log, "" if granted */
};

/* The addresses of this machine: of its interfaces, and networks that a route
 * delivers to it. */
struct gw_locals {
	const struct net *item;
	size_t n;
};

/* Whether a group of the user that counts at this gateway has the resource. */
bool policy_granted(const struct gw_conf *c, const struct grant *g,
		    const struct gw_resource *r);

/* The two halves of that: the gateway counts the group, the user is in it. */
bool policy_counts(const struct gw_conf *c, const struct gw_gateway *g,
		   const struct gw_group *group);
bool policy_is_member(const struct grant *g, const struct gw_group *group);

/* First step.  0 and what to resolve or to connect to, or ERR_DENIED.  Every
 * address, a literal one too, must then pass policy_admit. */
MUST_CHECK int policy_match(const struct gw_conf *c, const struct grant *g,
			    const struct policy_ask *ask,
			    struct policy_answer *answer);

/* Second step, for one address that the first step's host resolved to, or the
 * literal; it does the first again, so the answer is whole and of one
 * configuration.  Where no resource was named, it may be another one that
 * allows the address.  0, with answer->addr set, or ERR_DENIED with rule and
 * reason. */
struct policy_who {
	const struct gw_conf *conf;
	const struct grant *grant;
	const struct gw_locals *locals;
};
MUST_CHECK int policy_admit(const struct policy_who *who,
			    const struct policy_ask *ask, const struct addr *a,
			    struct policy_answer *answer);

/* One address against one resource: deny, the built-in refusals, allow.  0 or
 * ERR_DENIED; *rule says by what. */
MUST_CHECK int policy_check_addr(const struct gw_resource *r,
				 const struct addr *a,
				 const struct gw_locals *locals,
				 enum policy_rule *rule);

/* What is built in that covers the address: "loopback", "link-local", ...;
 * NULL: nothing.  Forms of IPv6 that hide an IPv4 address count as that
 * address. */
const char *policy_built_in(const struct addr *a,
			    const struct gw_locals *locals);

/* For `aditctl why`.  Each text is one line without an end. */
struct policy_why {
	bool allowed;
	char resource[72]; /* "" if none */
	char group[72];
	char rule[24];     /* policy_rule_str */
	char what[640];    /* what would happen */
	char missing[640]; /* what would have to change; "" if allowed */
};
/* `addrs` is what the name asked for resolves to; n = 0 if it is not known.  A
 * resource without a host is meant as a whole: all of its ports, and of its
 * networks. */
void policy_why(const struct policy_who *who, const struct policy_ask *ask,
		const struct addr *addrs, size_t n, struct policy_why *out);

/* What `aditctl why` is given: HOST:PORT, a URL, or the name of a resource.
 * Stays where it is: ask.host points into it. */
struct policy_asked {
	struct policy_ask ask;
	char host[HOST_CAP];
	char why[640]; /* after ERR_INVAL */
};
MUST_CHECK int policy_read_asked(const struct gw_conf *c, const char *text,
				 struct policy_asked *out);
/* The name that has to be looked up before policy_why; NULL: none. */
const char *policy_name_asked(const struct gw_conf *c,
			      const struct policy_ask *ask);

/* "granted", "no-group", ...: stable, for scripts. */
const char *policy_rule_str(enum policy_rule rule);

#endif
