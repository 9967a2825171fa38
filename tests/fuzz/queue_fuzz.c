/* SPDX-License-Identifier: BSD-2-Clause */
/* queue_fuzz.c - any bytes as a message about a packet that waits, and as the
 * packet itself. */
#include "intercept/queue.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A broken promise of the code under test. */
static void must(bool good)
{
	if (!good)
		__builtin_trap();
}

static void check(const struct packet_syn *s)
{
	must(s->from.family == s->to.family);
	must(s->from.family == AF_INET || s->from.family == AF_INET6);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* Of just that size, so that AddressSanitizer sees a byte too far. */
	uint8_t *copy = malloc(size ? size : 1);
	struct queue_packet q;
	struct packet_syn s;

	must(copy != NULL);
	if (size)
		memcpy(copy, data, size);
	if (!queue_parse(&q, copy, size) && q.is_syn)
		check(&q.syn);
	if (!packet_read_syn(&s, copy, size))
		check(&s);
	free(copy);
	return 0;
}
