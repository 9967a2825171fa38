/* SPDX-License-Identifier: BSD-2-Clause */
/* names.h - the host names that the resolver is asked for: which is looked up
 * next, who waits for which, and which answers are known already.  No I/O, no
 * clock. */
#ifndef ADIT_RESOLVER_NAMES_H
#define ADIT_RESOLVER_NAMES_H

#include "process/msg.h"
#include "resolver/turns.h"

struct names;
struct name;

struct names_ops {
	uint64_t (*now_us)(void *ctx);
	/* Begins to look a name up; names_found is called later, not from
	 * inside this call.  NULL: it cannot begin. */
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
	unsigned known;  /* answers that are kept */
	uint32_t most_s; /* how long at most, in seconds ... */
	uint32_t no_s;   /* ... and those without an address */
};

MUST_CHECK struct names *names_new(const struct names_conf *);
/* Questions that still wait are not answered. */
void names_free(struct names *);

/* Monitor and worker both number their questions: `from`, below NAMES_FROM,
 * tells them apart.  A question with a number that is in use is ignored. */
enum { NAMES_FROM = 2 };
/* ops.answer is called once, perhaps from inside this call, unless names_forget
 * comes first. */
void names_ask(struct names *, int from, uint32_t id,
	       const struct msg_resolve *);
/* The answer is not wanted any more; harmless where it was given already. */
void names_forget(struct names *, int from, uint32_t id);
/* What ops.begin began has ended.  The answer may be kept for ttl_s seconds. */
void names_found(struct names *, struct name *, const struct msg_resolved *,
		 uint32_t ttl_s);
/* How names are looked up has changed: what is known is forgotten, what is
 * being looked up begins again. */
void names_renew(struct names *);
/* How many are being looked up. */
unsigned names_running(const struct names *);

#endif
