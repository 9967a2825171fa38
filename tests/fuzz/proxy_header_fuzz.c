/* SPDX-License-Identifier: BSD-2-Clause */
/* proxy_header_fuzz.c - any bytes as the header of a load balancer. */
#include "front/proxy_header.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A broken promise of the code under test. */
static void must(bool good)
{
	if (!good)
		__builtin_trap();
}

/* In a block of exactly this size, so that a byte too much is seen. */
static int read_first(const uint8_t *data, size_t n, struct addr *source)
{
	uint8_t *copy = malloc(n ? n : 1);
	const char *why = NULL;
	int len;

	must(copy != NULL);
	memcpy(copy, data, n);
	len = proxy_header_read(copy, n, source, &why);
	free(copy);
	must(len == ERR_PROTO || (len >= 0 && (size_t)len <= n));
	must(len != ERR_PROTO || why);
	must(len > 0 || source->family == AF_UNSPEC);
	return len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct addr whole = { .family = AF_UNSPEC }, cut = whole;
	int len = read_first(data, size, &whole);

	must(size < PROXY_HEADER_MAX || len);
	if (len <= 0)
		return 0;
	/* What follows it changes nothing, and less than it is not enough. */
	must(read_first(data, (size_t)len, &cut) == len);
	must(cut.family == whole.family && !memcmp(&cut, &whole, sizeof cut));
	cut.family = AF_UNSPEC;
	must(read_first(data, (size_t)len - 1, &cut) == 0);
	return 0;
}
