/* SPDX-License-Identifier: BSD-2-Clause */
/* attach.c - the proof that the agent at the other end of a new tunnel is the
 * one that logged in. */
#include "net/attach.h"

#include "base/err.h"
#include "base/wire.h"
#include "tls/tls.h"

int attach_prove(struct tls *tls, const struct attach_secret *s,
		 struct attach *at)
{
	static const char what[] = "adit/1 attach";
	uint8_t exporter[TLS_EXPORTER], rest[1 + LABEL_MAX + 8 + 4 + 8];
	struct wr w = wr_of(rest, sizeof rest);

	if (tls_exporter(tls, exporter))
		return ERR_TLS;
	wr_str8(&w, s->gateway);
	wr_u64(&w, at->session);
	wr_u32(&w, at->generation);
	wr_u64(&w, at->count);
	if (w.bad)
		return ERR_INVAL;
	/* The NUL behind `what` is part of it. */
	const struct tls_part parts[] = {
		{ what, sizeof what },
		{ exporter, sizeof exporter },
		{ rest, (size_t)(w.p - rest) },
	};
	tls_hmac(at->proof, s->secret, parts, ARRAY_LEN(parts));
	return 0;
}

bool attach_is_proven(struct tls *tls, const struct attach_secret *s,
		      const struct attach *at)
{
	struct attach mine = *at;

	return !attach_prove(tls, s, &mine) &&
	       tls_same(mine.proof, at->proof, sizeof mine.proof);
}
