/* SPDX-License-Identifier: BSD-2-Clause */
/* names.h - the names that the resolver is asked for: whose turn it is, who waits
 * for which, and what is known already.  No I/O, no clock. */
#ifndef ADIT_RESOLVER_NAMES_H
#define ADIT_RESOLVER_NAMES_H

#include "process/msg.h"
#include "resolver/turns.h"

struct names;
struct name;

struct names_ops {
	uint64_t (*now_us)(void *ctx);
	/* Begins to look a name up; names_found follows, not from inside.  NULL: it
	 * cannot begin. */
	void *(*begin)(void *ctx, struct name *, const char *host);
	/* What began is not wanted any more. */
	void (*cancel)(void *ctx, void *work);
	void (*answer)(void *ctx, int from, uint32_t id,
		       const struct msg_resolved *);
};

struct names_conf {
	struct names_ops ops;
	void *ctx;
	struct turns_rules turns;
	unsigned known;        /* answers that are kept ... */
	uint32_t most_s, no_s; /* ... this long; those without address */
};

MUST_CHECK struct names *names_new(const struct names_conf *);
/* Nobody is answered any more. */
void names_free(struct names *);

/* `from` tells those apart who number their questions, below NAMES_FROM.  A number
 * that is in use is not heard. */
enum { NAMES_FROM = 2 };
void names_ask(struct names *, int from, uint32_t id,
	       const struct msg_resolve *);
/* Nobody waits for this answer any more; harmless where it is on its way. */
void names_forget(struct names *, int from, uint32_t id);
/* ttl_s 0: it is not to be kept. */
void names_found(struct names *, struct name *, const struct msg_resolved *,
		 uint32_t ttl_s);
/* How names are looked up has changed: what is known is forgotten, what is being
 * looked up begins again. */
void names_renew(struct names *);
/* How many are being looked up. */
unsigned names_running(const struct names *);

#endif
