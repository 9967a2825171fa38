/* SPDX-License-Identifier: BSD-2-Clause */
/* registry.h - the sessions there are, as the front thread knows them. */
#ifndef ADIT_FRONT_REGISTRY_H
#define ADIT_FRONT_REGISTRY_H

#include "base/list.h"
#include "base/map.h"
#include "frame/payload.h"
#include "process/stamp.h"

enum { SESSIONS_PER_USER = 16 };

/* Handshakes of a session's own, for its tunnels: so many at once, then one in so
 * many microseconds.  More than a broken link needs, and no more. */
enum { ATTACH_BURST = 64, ATTACH_US = 2000000 };

struct registry_entry {
	struct list node;
	uint64_t session;
	uint32_t number; /* for people */
	bool attached;
	uint64_t since_us; /* when it became so */
	uint64_t paid_us;  /* its handshakes are paid by then */
	char user[USER_MAX];
	char gateway[LABEL_MAX];
	uint8_t stamp[STAMP_LEN]; /* of the user's password */
	struct list asking;       /* rights.queue, or in none */
};

struct registry {
	struct list all;
	struct map by_key; /* session_key */
	size_t count;
	uint32_t last_number; /* none is given twice */
};

void registry_init(struct registry *);
void registry_fini(struct registry *);
/* A new one with an id that ends in `shard`; NULL: no memory. */
struct registry_entry *registry_add(struct registry *, unsigned shard);
/* With an id and a number that another worker gave.  NULL: no memory, or it is
 * there. */
struct registry_entry *registry_put(struct registry *, uint64_t session,
				    uint32_t number);
struct registry_entry *registry_get(const struct registry *, uint64_t session);
/* Whether this user has a session, at any gateway. */
bool registry_has_user(const struct registry *, const char *user);
/* One more handshake for it.  False: it has had too many of late, and this one is
 * at the cost of where it comes from. */
MUST_CHECK bool registry_pays(struct registry_entry *, uint64_t now_us);
void registry_remove(struct registry *, struct registry_entry *);
/* How many the user has at that gateway; *oldest is the longest detached one,
 * or NULL. */
unsigned registry_of_user(const struct registry *, const char *user,
			  const char *gateway, struct registry_entry **oldest);

#endif
