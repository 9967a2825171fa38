/* SPDX-License-Identifier: BSD-2-Clause */
/* stub_fuzz.c - any bytes as a DNS query, answered as the agent answers. */
#include "intercept/stub.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A broken promise of the code under test. */
static void must(bool good)
{
	if (!good)
		__builtin_trap();
}

/* Each name has as many addresses as its first letter says. */
static int addresses(void *ctx, const char *name,
		     struct addr out[static STUB_ADDRS])
{
	size_t n = strlen(name);

	(void)ctx;
	must(n > 0 && n < STUB_NAME);
	must(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_.") == n);
	for (unsigned i = 0; i < STUB_ADDRS; i++)
		out[i] = (struct addr){ .family = i % 2 ? AF_INET6 : AF_INET };
	return name[0] % (STUB_ADDRS + 2) - 1;
}

static bool name_of(void *ctx, const struct addr *a, char out[static STUB_NAME])
{
	(void)ctx;
	must(a->family == AF_INET || a->family == AF_INET6);
	memset(out, 'a', STUB_NAME);
	for (size_t i = 63; i < 253; i += 64)
		out[i] = '.';
	out[253] = 0;
	return a->ip[0] & 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct stub_names names = { addresses, name_of, NULL, 5 };
	uint8_t *copy = malloc(size ? size : 1), reply[STUB_REPLY];
	enum stub_verdict v;
	size_t len;

	must(copy != NULL);
	if (size)
		memcpy(copy, data, size);
	v = stub_reply(&names, copy, size, reply, &len);
	free(copy);
	must(v == STUB_DROP ? !len : len >= 12 && len <= STUB_REPLY);
	if (len) {
		must(!memcmp(reply, data, 2));
		must(reply[2] & 0x80);
		/* A reply is never answered: two stubs cannot keep each other
		 * busy. */
		must(stub_reply(&names, reply, len, reply, &len) == STUB_DROP);
	}
	return 0;
}
