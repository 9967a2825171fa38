/* SPDX-License-Identifier: BSD-2-Clause */
/* socks_fuzz.c - any bytes as a SOCKS5 client, read as the agent reads them. */
#include "proxy/socks_parse.h"

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

struct talk {
	const uint8_t *data;
	size_t size;
	struct dest to;
	enum socks_reply reply;
};

static int parse(struct talk *t, bool greeting, size_t have)
{
	/* Of just that size, so that AddressSanitizer sees a byte too far. */
	uint8_t *copy = malloc(have ? have : 1);
	int want;

	must(copy != NULL);
	if (have)
		memcpy(copy, t->data, have);
	want = greeting ? socks_greeting(copy, have, &t->reply) :
			  socks_request(copy, have, &t->to, &t->reply);
	free(copy);
	return want;
}

/* One message; false: it is cut or none. */
static bool message(struct talk *t, bool greeting)
{
	size_t have = 0;
	int want;

	t->reply = SOCKS_EXPIRED;
	while ((want = parse(t, greeting, have)) > 0) {
		have += (size_t)want;
		must(have <= SOCKS_MAX);
		if (have > t->size)
			return false;
	}
	must(want == 0 || want == ERR_PROTO);
	must(want || t->reply != SOCKS_EXPIRED);
	t->data += have;
	t->size -= have;
	return !want;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct talk t = { .data = data, .size = size };

	if (!message(&t, true) || t.reply != SOCKS_OK || !message(&t, false))
		return 0;
	must(t.reply != SOCKS_OK || (t.to.host[0] && t.to.port));
	must(memchr(t.to.host, 0, sizeof t.to.host) != NULL);
	return 0;
}
