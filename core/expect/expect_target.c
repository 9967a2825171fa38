/* SPDX-License-Identifier: BSD-2-Clause */
/* expect_target.c - the addresses that a forward expectation may lead to.
 *
 * Names are looked up before the plugin hears an answer, so that a refusal is
 * one: in the order of the targets, policy is asked once about each address.
 * An expectation that is shared may live for weeks, in which a name gets
 * another address; so names are looked up again when a plugin asks again. */
#include "expect/expect_inside.h"

#include "base/err.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOOKED_LONG_AGO_MS = 30000 };

static bool expect_target_ask(struct expectation *e, const struct addr *a,
			      const char *name)
{
	char text[ADDR_TEXT];

	if (e->table->ops->may(e, a, name))
		return true;
	snprintf(e->why, sizeof e->why,
		 "policy does not allow %.60s%s%s; see redirect_allow", name,
		 *name ? " at " : "", addr_str(a, text));
	return false;
}

static void expect_target_add(struct expectation *e, const struct addr *a,
			      const char *name)
{
	struct expect_target *t;

	if (e->nfound == EXPECT_TARGETS_MAX)
		return;
	t = reallocarray(e->found, e->nfound + 1, sizeof *t);
	if (!t)
		return;
	e->found = t;
	t += e->nfound++;
	*t = (struct expect_target){ .at = *a };
	snprintf(t->name, sizeof t->name, "%s", name);
}

static void expect_target_admit(struct expectation *e, const struct addr *a,
				const char *name)
{
	if (e->nfound < EXPECT_TARGETS_MAX && expect_target_ask(e, a, name))
		expect_target_add(e, a, name);
}

static void expect_target_admit_all(struct expectation *e,
				    const struct adit_addr *t,
				    const struct addr *found, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		struct addr a = found[i];

		a.port = t->port;
		expect_target_admit(e, &a, t->host);
	}
}

void expect_target_resolved(struct expectation *e, const struct addr *found,
			    unsigned n, const char *why)
{
	const struct adit_addr *t = &e->target[e->looked++];

	e->lookup = NULL;
	if (!n)
		snprintf(e->why, sizeof e->why, "%.60s: %s", t->host, why);
	expect_target_admit_all(e, t, found, n);
}

bool expect_target_may(struct expectation *e)
{
	for (size_t i = 0; i < e->nfound; i++)
		if (expect_target_ask(e, &e->found[i].at, e->found[i].name))
			return true;
	return false;
}

bool expect_targets_are(const struct expectation *e, const struct adit_addr *to,
			size_t n)
{
	if (e->ntargets != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (e->target[i].port != to[i].port ||
		    strcmp(e->target[i].host, to[i].host))
			return false;
	return true;
}

int expect_target_find(struct expectation *e)
{
	struct addr a;

	for (; e->looked < e->ntargets; e->looked++) {
		const struct adit_addr *t = &e->target[e->looked];

		if (inspect_addr_to(&a, t)) {
			e->lookup = e->table->ops->look_up(e, t->host);
			return e->lookup ? ERR_AGAIN : ERR_NOMEM;
		}
		expect_target_admit(e, &a, "");
	}
	return e->nfound ? 0 : ERR_DENIED;
}

/* ---- once more --------------------------------------------------------- */

static void expect_target_look_on(struct expectation *e)
{
	struct addr a;

	while (e->looked < e->ntargets &&
	       !inspect_addr_to(&a, &e->target[e->looked]))
		e->looked++;
	/* Without memory it is tried again later. */
	if (e->looked < e->ntargets)
		e->lookup = e->table->ops->look_up(e,
						   e->target[e->looked].host);
}

void expect_target_refresh(struct expectation *e)
{
	uint64_t now = e->table->ops->now(e->table);

	if (e->lookup || now - e->looked_at <= LOOKED_LONG_AGO_MS)
		return;
	e->looked_at = now;
	e->looked = 0;
	expect_target_look_on(e);
}

static bool expect_target_is_of(const struct expect_target *x,
				const struct adit_addr *t)
{
	return x->at.port == t->port && !strcmp(x->name, t->host);
}

/* In the place of the addresses that the name had before. */
static void expect_target_replace(struct expectation *e,
				  const struct adit_addr *t,
				  const struct addr *found, unsigned n)
{
	struct expect_target *old = e->found;
	size_t nold = e->nfound, i, before;

	e->found = NULL;
	e->nfound = 0;
	for (i = 0; i < nold && !expect_target_is_of(&old[i], t); i++)
		expect_target_add(e, &old[i].at, old[i].name);
	before = e->nfound;
	expect_target_admit_all(e, t, found, n);
	if (e->nfound == before) {
		free(e->found);
		e->found = old;
		e->nfound = nold;
		return;
	}
	for (; i < nold; i++)
		if (!expect_target_is_of(&old[i], t))
			expect_target_add(e, &old[i].at, old[i].name);
	free(old);
}

void expect_target_renewed(struct expectation *e, const struct addr *found,
			   unsigned n)
{
	e->lookup = NULL;
	expect_target_replace(e, &e->target[e->looked++], found, n);
	expect_target_look_on(e);
}
