/* SPDX-License-Identifier: BSD-2-Clause */
/* proxy_fuzz.c - any bytes as an HTTP proxy's answer, whole and cut; and as the
 * address of one. */
#include "proxy/proxy.h"

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

static const struct proxy via = { .host = "proxy", .port = 1 };

/* In pieces of `most` bytes, each of just that size, so that AddressSanitizer sees
 * a byte too far. */
static int feed(struct proxy_talk *t, const uint8_t *data, size_t size,
		size_t most, size_t *taken)
{
	size_t n, used = 0;
	int ret = ERR_AGAIN;
	char *piece;

	proxy_talk_init(t, &via, "gw:443");
	*taken = 0;
	while (size && ret == ERR_AGAIN) {
		n = MIN(size, most);
		piece = malloc(n);
		must(piece);
		memcpy(piece, data, n);
		ret = proxy_talk_input(t, piece, n, &used);
		free(piece);
		must(ret != ERR_AGAIN || used == n);
		must(ret || (used && used <= n));
		*taken += used;
		data += n;
		size -= n;
	}
	must(ret == 0 || ret == ERR_AGAIN || ret == ERR_DENIED);
	must((ret == ERR_DENIED) == (t->why[0] != 0));
	return ret;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct proxy_talk t;
	size_t whole, pieces;
	struct proxy p;
	const char *why = NULL;
	char *text;
	int ret = feed(&t, data, size, size, &whole);

	must(feed(&t, data, size, 1, &pieces) == ret);
	must(ret || whole == pieces);
	must(feed(&t, data, size, 7, &pieces) == ret);
	must(ret || whole == pieces);
	text = strndup(size ? (const char *)data : "", size);
	must(text);
	if (!proxy_parse(&p, text, &why))
		must(p.host[0] && p.port && !strchr(p.user, ':'));
	else
		must(why);
	if (proxy_skips(text, "gw.example.org"))
		must(size);
	free(text);
	return 0;
}
