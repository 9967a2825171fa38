/* SPDX-License-Identifier: BSD-2-Clause */
/* back.c - connections of servers back to a program of this user, which is to
 * see the server's own address.
 *
 * The agent is not trusted with this: a server of another user, which may let
 * in whoever comes from an address, must not be told a wrong one.  So the
 * kernel is asked who listens, and at the last moment: while the packet waits.
 */
#include "intercept/back.h"

int backs_init(struct backs *b)
{
	*b = (struct backs){ 0 };
	return owner_init(&b->owner);
}

void backs_announce(struct backs *b, const struct back *one)
{
	b->item[b->next] = *one;
	b->next = (b->next + 1) % BACKS;
}

static struct back *backs_find(struct backs *b, const struct packet_syn *syn)
{
	for (unsigned i = 0; i < BACKS; i++)
		if (addr_same(&b->item[i].from, &syn->from) &&
		    addr_same(&b->item[i].to, &syn->to))
			return &b->item[i];
	return NULL;
}

/* The kernel's connection tracking remembers a connection for two minutes. */
static bool backs_had(const struct backs *b, const struct back *one)
{
	for (unsigned i = 0; i < BACKS; i++)
		if (b->item[i].taken && addr_same(&b->item[i].to, &one->to) &&
		    addr_same(&b->item[i].as, &one->as))
			return true;
	return false;
}

enum back_says backs_take(struct backs *b, const struct packet_syn *syn,
			  struct addr *as)
{
	struct back *one = backs_find(b, syn);
	struct owner who;

	if (!one)
		return BACK_NONE;
	if (owner_of_listener(&b->owner, &syn->to, &who) ||
	    who.uid != b->owner.uid)
		return BACK_DENIED;
	*as = one->as;
	if (backs_had(b, one))
		as->port = 0;
	one->taken = true;
	return BACK_GOOD;
}
