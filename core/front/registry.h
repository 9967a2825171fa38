/* SPDX-License-Identifier: BSD-2-Clause */
/* registry.h - all sessions of the worker, as far as the front thread knows
 * them: the sessions themselves belong to the shards. */
#ifndef ADIT_FRONT_REGISTRY_H
#define ADIT_FRONT_REGISTRY_H

#include "base/list.h"
#include "base/map.h"
#include "frame/payload.h"
#include "process/stamp.h"

enum { REGISTRY_USERS = 1024 };

/* New tunnels of a session whose handshakes are not charged to their source: so
 * many at once, then one in so many microseconds.  A broken link needs
 * fewer. */
enum { ATTACH_BURST = 64, ATTACH_US = 2000000 };

struct registry_entry {
	struct list node;
	struct list same; /* one of registry.users */
	uint64_t session;
	uint32_t number; /* in the log and for aditctl: #12 */
	bool attached;
	uint64_t since_us; /* loop_now_us when `attached` changed */
	uint64_t paid_us;  /* its handshakes count for nothing from then on */
	char user[USER_MAX];
	char gateway[LABEL_MAX];
	uint8_t stamp[STAMP_LEN]; /* of the user's password */
	struct list asking;       /* rights.queue, or in no list */
};

struct registry {
	struct list all;
	struct map by_key; /* session_key */
	/* Sessions by their users' names, so that a login costs the same
	 * beside ten sessions and ten thousand. */
	struct list users[REGISTRY_USERS];
	size_t count;
	uint32_t last_number; /* no number is given twice */
};

void registry_init(struct registry *);
void registry_fini(struct registry *);
/* A new one with an id that ends in `shard`; NULL: no memory. */
struct registry_entry *registry_add(struct registry *, unsigned shard);
/* With an id and a number that another worker gave.  NULL: no memory, or there
 * is such a session already. */
struct registry_entry *registry_put(struct registry *, uint64_t session,
				    uint32_t number);
/* Says whose it is: once, before it is looked for by its user. */
void registry_name(struct registry *, struct registry_entry *, const char *user,
		   const char *gateway);
struct registry_entry *registry_get(const struct registry *, uint64_t session);
/* Whether this user has a session, at any gateway. */
bool registry_has_user(const struct registry *, const char *user);
/* One more handshake for it.  False: it has had too many of late, and this one
 * is charged to its source. */
MUST_CHECK bool registry_pays(struct registry_entry *, uint64_t now_us);
void registry_remove(struct registry *, struct registry_entry *);
/* How many sessions that gateway has; *oldest is the one that has been without
 * a tunnel for longest, or NULL. */
unsigned registry_of_gateway(const struct registry *, const char *gateway,
			     struct registry_entry **oldest);
/* The same of one user at that gateway. */
unsigned registry_of_user(const struct registry *, const char *user,
			  const char *gateway, struct registry_entry **oldest);

#endif
