/* SPDX-License-Identifier: BSD-2-Clause */
/* expect_target.c - the addresses that a forward expectation may lead to.
 *
 * Names are looked up before the plugin hears an answer, so that a refusal is
 * one: in the order of the targets, policy is asked once about each address. */
#include "expect/expect_inside.h"

#include "base/err.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static void expect_target_admit(struct expectation *e, const struct addr *a,
				const char *name)
{
	struct expect_target *t;

	if (e->nfound == EXPECT_TARGETS_MAX || !expect_target_ask(e, a, name))
		return;
	t = reallocarray(e->found, e->nfound + 1, sizeof *t);
	if (!t)
		return;
	e->found = t;
	t += e->nfound++;
	*t = (struct expect_target){ .at = *a };
	snprintf(t->name, sizeof t->name, "%s", name);
}

void expect_target_resolved(struct expectation *e, const struct addr *found,
			    unsigned n, const char *why)
{
	const struct adit_addr *t = &e->target[e->looked++];

	e->lookup = NULL;
	if (!n)
		snprintf(e->why, sizeof e->why, "%.60s: %s", t->host, why);
	for (unsigned i = 0; i < n; i++) {
		struct addr a = found[i];

		a.port = t->port;
		expect_target_admit(e, &a, t->host);
	}
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
