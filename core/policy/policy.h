/* SPDX-License-Identifier: BSD-2-Clause */
/* policy.h - decides which user may reach what.  What no group grants is
 * refused. */
#ifndef ADIT_POLICY_POLICY_H
#define ADIT_POLICY_POLICY_H

#include "policy/conf.h"
#include "policy/host.h"

/* The user who wants to connect. */
struct grant {
	const char *user;
	const struct name_list *groups;   /* of the users file; may be NULL */
	const struct gw_gateway *gateway; /* of the same gw_conf */
};

/* Where the user wants to connect to: to `addr` if it has a family, else to
 * `host`, which is a literal or a name.  If both are empty: to the host number
 * `nth` of the resource, from 0 on. */
struct policy_ask {
	uint32_t resource; /* its id; 0: any that allows it */
	const char *host;
	struct addr addr;
	uint16_t port;
	unsigned nth;
	int64_t now;   /* when, in seconds since 1970: the resource's hours */
	bool has_code; /* the session has shown a one-time code */
};

/* What a resource does whose user has to show a code first. */
#define POLICY_CODE_TEXT "wants a one-time code first, once in a session"

enum policy_rule {
	POLICY_GRANTED,
	POLICY_BAD_HOST,    /* neither an address nor a host name */
	POLICY_NO_RESOURCE, /* no resource has this host and port */
	POLICY_NO_GROUP,    /* one has, but no group of the user grants it */
	POLICY_OTHER_HOST,  /* the resource that was named has another host */
	POLICY_OTHER_PORT,  /* the resource that was named has other ports */
	POLICY_NOT_ALLOWED, /* the address is in no `allow` */
	POLICY_DENIED,      /* the address is in `deny` */
	POLICY_BUILT_IN,    /* loopback and the like, and not named */
	POLICY_CLOSED,      /* all but its hours would grant it */
	POLICY_CODE,        /* all but a one-time code is there */
	POLICY_UNRESOLVED,  /* policy_why only: the name has no address */
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

/* Whether channels to it that exist may go on at this time, in seconds since
 * 1970: false outside of its hours with end_at_close. */
bool policy_stays_open(const struct gw_resource *r, int64_t now);

/* Writes for its users that a resource is closed, and when it opens:
 * to[POLICY_CLOSED_TEXT]. */
enum { POLICY_CLOSED_TEXT = 240 };
void policy_closed_text(const struct gw_resource *r, int64_t now, char *to);

/* Whether a group of the user that counts at this gateway may publish this. */
bool policy_publishes(const struct gw_conf *c, const struct grant *g,
		      const struct gw_publish *p);

/* The two halves of policy_granted: the gateway counts the group, the user is
 * in it. */
bool policy_counts(const struct gw_conf *c, const struct gw_gateway *g,
		   const struct gw_group *group);
bool policy_is_member(const struct grant *g, const struct gw_group *group);

/* The first step, before a name is looked up.  0 and what to look up or to
 * connect to; or ERR_DENIED.  Every address, also a literal one, must then pass
 * policy_admit. */
MUST_CHECK int policy_match(const struct gw_conf *c, const struct grant *g,
			    const struct policy_ask *ask,
			    struct policy_answer *answer);

/* The second step, for one address: the literal, or one that the name of the
 * first step resolved to.  It repeats the first step, so that the whole answer
 * comes from one config.  Where no resource was named, it may be another one
 * than in the first step that allows the address.  0 with answer->addr set, or
 * ERR_DENIED with rule and reason. */
struct policy_who {
	const struct gw_conf *conf;
	const struct grant *grant;
	const struct gw_locals *locals;
};
MUST_CHECK int policy_admit(const struct policy_who *who,
			    const struct policy_ask *ask, const struct addr *a,
			    struct policy_answer *answer);

/* Checks one address against deny of one resource, the ranges that are refused
 * by default, and allow.  0 or ERR_DENIED; *rule says why. */
MUST_CHECK int policy_check_addr(const struct gw_resource *r,
				 const struct addr *a,
				 const struct gw_locals *locals,
				 enum policy_rule *rule);

/* Names the range that is refused by default and has the address in it:
 * "loopback", "link-local" and so on; NULL: none.  An IPv6 address that leads
 * to an IPv4 host (6to4, NAT64) counts as the address of that host. */
const char *policy_built_in(const struct addr *a,
			    const struct gw_locals *locals);

/* The answer of `aditctl why`.  Each text is one line, without a line break. */
struct policy_why {
	bool allowed;
	char resource[72]; /* "" if none */
	char group[72];
	char rule[24];     /* policy_rule_str */
	char what[640];    /* what would happen */
	char missing[640]; /* what would have to change; "" if allowed */
	/* Whether a connection that a plugin announces may lead there all the
	 * same; "" if redirect_allow of no plugin says anything about it. */
	char redirect[640];
};
/* Explains a decision.  addrs[n] is what the name resolves to, n = 0 if that is
 * not known.  If `ask` names only a resource, the answer is about all of its
 * hosts and ports. */
void policy_why(const struct policy_who *who, const struct policy_ask *ask,
		const struct addr *addrs, size_t n, struct policy_why *out);

/* Writes out->redirect for a host that was refused.  Part of policy_why. */
void policy_why_redirect(const struct policy_who *who,
			 const struct policy_ask *ask, const struct addr *addrs,
			 size_t n, struct policy_why *out);

/* The argument of `aditctl why`: HOST:PORT, a URL, or the name of a resource.
 * Must not be copied, since ask.host points into it. */
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

/* "granted", "no-group" and so on.  These words do not change: scripts and
 * docs/audit.md have them. */
const char *policy_rule_str(enum policy_rule rule);

#endif
