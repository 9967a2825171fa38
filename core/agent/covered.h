/* SPDX-License-Identifier: BSD-2-Clause */
/* covered.h - names that lead to resources, and the addresses of 198.18.0.0/15
 * that stand for them: one table for `adit run` and `intercept = nft`. */
#ifndef ADIT_AGENT_COVERED_H
#define ADIT_AGENT_COVERED_H

#include "frame/payload.h"
#include "intercept/stub.h"

#include <stdbool.h>

struct agent;

/* Names that no resource has among its `names`. */
enum covered_rest {
	/* They do not exist; but where there is an any-IP resource without
	 * names, the gateway is asked whether it leads to them. */
	REST_NOWHERE,
	/* They are somebody else's ... */
	REST_ELSEWHERE,
	/* ... and who asks has asked for names of resources only; so a domain
	 * with such names below it exists. */
	REST_UNASKED,
};

struct covered {
	struct agent *agent;
	enum covered_rest rest;
};

/* What the stub asks about names; the argument must outlive its questions. */
struct stub_names covered_stub(struct covered *);
/* Whether a resource has this address and port, or the address stands for a
 * name.  Not so the gateway's own. */
bool covered_has(const struct agent *, const struct addr *);
/* Whether it leads to a resource whose server may tell the program where to
 * connect next, as in FTP and SQL*Net. */
bool covered_leads(const struct agent *, const struct addr *);
/* How the gateway is asked for what a program dials: by name, where the address
 * stands for one. */
struct open covered_open(const struct agent *, const struct addr *to);

#endif
