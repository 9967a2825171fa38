/* SPDX-License-Identifier: BSD-2-Clause */
/* registry.c - all sessions of the worker, as far as the front thread knows
 * them. */
#include "front/registry.h"

#include "gateway/worker.h"
#include "tls/tls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void registry_init(struct registry *r)
{
	*r = (struct registry){ 0 };
	list_init(&r->all);
	for (unsigned i = 0; i < REGISTRY_USERS; i++)
		list_init(&r->users[i]);
}

void registry_fini(struct registry *r)
{
	struct list *n, *t;

	list_each (n, t, &r->all)
		free(list_entry(n, struct registry_entry, node));
	map_fini(&r->by_key);
}

/* Short enough to be exact as a number of JSON; no proof rests on it. */
static uint64_t new_id(const struct registry *r, unsigned shard)
{
	uint32_t key;

	do {
		tls_random(&key, sizeof key);
	} while (!key || map_get(&r->by_key, key));
	return (uint64_t)key << 8 | shard;
}

struct registry_entry *registry_put(struct registry *r, uint64_t session,
				    uint32_t number)
{
	struct registry_entry *e = calloc(1, sizeof *e);

	if (!e)
		return NULL;
	list_init(&e->asking);
	list_init(&e->same);
	e->session = session;
	e->number = number;
	if (map_get(&r->by_key, session_key(session)) ||
	    map_put(&r->by_key, session_key(session), e)) {
		free(e);
		return NULL;
	}
	list_append(&r->all, &e->node);
	r->count++;
	return e;
}

struct registry_entry *registry_add(struct registry *r, unsigned shard)
{
	return registry_put(r, new_id(r, shard), ++r->last_number);
}

/* Users' names are the administrator's choice: no secret key is needed against
 * names that are chosen to collide. */
static unsigned registry_bucket(const char *user)
{
	static const struct sip_key key;

	return (unsigned)(siphash(&key, user, strlen(user)) % REGISTRY_USERS);
}

void registry_name(struct registry *r, struct registry_entry *e,
		   const char *user, const char *gateway)
{
	snprintf(e->user, sizeof e->user, "%s", user);
	snprintf(e->gateway, sizeof e->gateway, "%s", gateway);
	list_move(&r->users[registry_bucket(e->user)], &e->same);
}

struct registry_entry *registry_get(const struct registry *r, uint64_t session)
{
	struct registry_entry *e = map_get(&r->by_key, session_key(session));

	return e && e->session == session ? e : NULL;
}

bool registry_pays(struct registry_entry *e, uint64_t now_us)
{
	const uint64_t burst_us = UINT64_C(1) * ATTACH_BURST * ATTACH_US;

	if (e->paid_us + ATTACH_US > now_us + burst_us)
		return false;
	e->paid_us = MAX(e->paid_us, now_us) + ATTACH_US;
	return true;
}

void registry_remove(struct registry *r, struct registry_entry *e)
{
	map_del(&r->by_key, session_key(e->session));
	list_remove(&e->node);
	list_remove(&e->asking);
	list_remove(&e->same);
	r->count--;
	free(e);
}

bool registry_has_user(const struct registry *r, const char *user)
{
	const struct list *head = &r->users[registry_bucket(user)];
	struct list *n, *t;

	list_each (n, t, head)
		if (!strcmp(list_entry(n, struct registry_entry, same)->user,
			    user))
			return true;
	return false;
}

/* Keeps in *oldest the one that has had no tunnel for longest. */
static void registry_older(struct registry_entry **oldest,
			   struct registry_entry *e)
{
	if (!e->attached && (!*oldest || e->since_us < (*oldest)->since_us))
		*oldest = e;
}

unsigned registry_of_gateway(const struct registry *r, const char *gateway,
			     struct registry_entry **oldest)
{
	struct list *n, *t;
	unsigned count = 0;

	*oldest = NULL;
	list_each (n, t, &r->all) {
		struct registry_entry *e = list_entry(n, struct registry_entry,
						      node);

		if (strcmp(e->gateway, gateway))
			continue;
		count++;
		registry_older(oldest, e);
	}
	return count;
}

unsigned registry_of_user(const struct registry *r, const char *user,
			  const char *gateway, struct registry_entry **oldest)
{
	const struct list *head = &r->users[registry_bucket(user)];
	struct list *n, *t;
	unsigned count = 0;

	*oldest = NULL;
	list_each (n, t, head) {
		struct registry_entry *e = list_entry(n, struct registry_entry,
						      same);

		if (strcmp(e->user, user) || strcmp(e->gateway, gateway))
			continue;
		count++;
		registry_older(oldest, e);
	}
	return count;
}
