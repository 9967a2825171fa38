/* SPDX-License-Identifier: BSD-2-Clause */
/* expect_spares.c - the spare ports that the agent has put into one OPEN. */
#include "expect/expect_spares.h"

#include "base/err.h"
#include "plugin/host_handover.h"

#include <string.h>

int expect_spares_add(struct expect_spares *s, const struct adit_addr *at)
{
	if (s->count == EXPECT_SPARES_MAX)
		return ERR_LIMIT;
	s->at[s->count++] = *at;
	return 0;
}

bool expect_spares_take(struct expect_spares *s, uint16_t prefer,
			struct adit_addr *at)
{
	unsigned i = 0;

	if (!s->count)
		return false;
	while (i < s->count && s->at[i].port != prefer)
		i++;
	if (i == s->count)
		i = 0;
	*at = s->at[i];
	s->count--;
	memmove(&s->at[i], &s->at[i + 1], (s->count - i) * sizeof(s->at[0]));
	return true;
}

void expect_spares_handover(struct handover *c, struct expect_spares *s)
{
	size_t n = s->count;

	handover_count(c, &n, EXPECT_SPARES_MAX);
	s->count = (unsigned)n;
	for (size_t i = 0; i < n; i++)
		adit_addr_handover(c, &s->at[i]);
}
