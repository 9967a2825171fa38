/* SPDX-License-Identifier: BSD-2-Clause */
/* redirect_fuzz.c - any bytes as a message between an agent and adit-redirect,
 * and its networks as ranges. */
#include "intercept/ranges.h"
#include "intercept/redirect_msg.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A broken promise of the code under test. */
static void must(bool good)
{
	if (!good)
		__builtin_trap();
}

static void check_ranges(const struct redirect_msg *m)
{
	struct ranges ranges;

	ranges_of(&ranges, m->nets, m->nnets);
	must(ranges.n <= m->nnets);
	for (unsigned i = 1; i < ranges.n; i++) {
		const struct range *before = &ranges.item[i - 1];
		const struct range *r = &ranges.item[i];

		must(before->family != r->family ||
		     (!before->is_last &&
		      memcmp(before->end, r->first, sizeof r->first) < 0));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* Of just that size, so that AddressSanitizer sees a byte too far. */
	uint8_t *copy = malloc(size ? size : 1), again[REDIRECT_BYTES];
	struct redirect_msg m;

	must(copy != NULL);
	if (size)
		memcpy(copy, data, size);
	if (!redirect_unpack(&m, copy, size)) {
		must(redirect_pack(again, &m) > 0);
		check_ranges(&m);
	}
	free(copy);
	return 0;
}
