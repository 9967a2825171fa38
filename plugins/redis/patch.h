/* SPDX-License-Identifier: BSD-2-Clause */
/* patch.h - a copy of some bytes in which parts are replaced. */
#ifndef ADIT_REDIS_PATCH_H
#define ADIT_REDIS_PATCH_H
#include "resp.h"

#include <adit/plugin.h>

/* The parts are replaced from the first to the last. */
struct patch {
	const char *from;
	size_t n, at; /* so many bytes of them are done */
	char *to;
	size_t len, cap;
	bool changed, failed;
};
void patch_init(struct patch *p, const void *from, size_t n);
void patch_replace(struct patch *p, size_t start, size_t end, const char *fmt,
		   ...) ADIT_PRINTF(4, 5);
/* Replaces a whole item by a bulk with this text. */
void patch_bulk(struct patch *p, const struct resp_item *item,
		const char *text);
/* The same by the port, as an item of the same type. */
void patch_port(struct patch *p, const struct resp_item *item, unsigned port);
/* Rewrites the message, if anything was replaced, and frees the copy, which is
 * that of the text of `bulk`, or of all of the message if that is NULL. */
enum adit_verdict patch_done(struct patch *p, struct adit_msg *m,
			     const struct resp_item *bulk);
void patch_fini(struct patch *p);

#endif
