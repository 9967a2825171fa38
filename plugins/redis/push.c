/* SPDX-License-Identifier: BSD-2-Clause */
/* push.c - what a server sends without being asked: messages of pub/sub, and
 * pushes of RESP3 that tell where nodes are now. */
#include "inside.h"

#include <stdio.h>
#include <string.h>

enum { PUSH_WORD = 16 }; /* bytes of the first word of a message */

static enum push push_word(const struct resp_item *word, uint8_t *confirm)
{
	static const struct {
		const char *word;
		enum push what;
		uint8_t confirm;
	} words[] = {
		{ "message", PUSH_MESSAGE, 0 },
		{ "pmessage", PUSH_MESSAGE, 0 },
		{ "smessage", PUSH_MESSAGE, 0 },
		{ "subscribe", PUSH_CONFIRM, CONFIRM },
		{ "unsubscribe", PUSH_CONFIRM, CONFIRM },
		{ "psubscribe", PUSH_CONFIRM, CONFIRM | CONFIRM_PATTERNS },
		{ "punsubscribe", PUSH_CONFIRM, CONFIRM | CONFIRM_PATTERNS },
		{ "ssubscribe", PUSH_CONFIRM, CONFIRM | CONFIRM_SHARDS },
		{ "sunsubscribe", PUSH_CONFIRM, CONFIRM | CONFIRM_SHARDS },
		{ "MOVING", PUSH_MOVING, 0 },
		{ "SMIGRATED", PUSH_MOVING, 0 },
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (resp_is(word, words[i].word)) {
			*confirm = words[i].confirm;
			return words[i].what;
		}
	return PUSH_OTHER;
}

/* Whether an element that begins so may be the first word of a push, or of a
 * message of RESP2. */
static bool push_is_word(const struct resp *r, uint8_t type)
{
	return (r->type == '+' && type == '>') ||
	       (r->type == '$' && r->n >= 0 && r->n <= PUSH_WORD);
}

enum push redis_push(const uint8_t *p, size_t n, size_t *len, uint8_t *confirm)
{
	struct resp_item item;
	struct resp first;
	int got;

	*len = 0;
	if (!resp_next(p, n, len, &item))
		return resp_head(p, n, &first) < 0 ? PUSH_OTHER : PUSH_MORE;
	got = resp_head(p + *len, n - *len, &first);
	if (item.r.n < 3 || got < 0 || (got > 0 && !push_is_word(&first, *p)))
		return PUSH_OTHER;
	if (!resp_next(p, n, len, &item))
		return n - *len > PUSH_WORD + 16 ? PUSH_OTHER : PUSH_MORE;
	return push_word(&item, confirm);
}

bool redis_is_short(const uint8_t *p, size_t n)
{
	struct resp head;
	uint8_t confirm;
	size_t len;

	if (resp_shape(*p) == RESP_LIST)
		return redis_push(p, n, &len, &confirm) == PUSH_MORE;
	return resp_head(p, n, &head) == RESP_MORE;
}

/* ---- nodes that move ----------------------------------------------------- */

/* Puts an address into the place of an item, as an item of the same type. */
static void moving_put(struct patch *p, const struct resp_item *item,
		       const struct adit_addr *show)
{
	bool six = strchr(show->host, ':');
	const char *open = six ? "[" : "", *close = six ? "]" : "";
	char text[300];

	snprintf(text, sizeof text, "%s%s%s:%u", open, show->host, close,
		 (unsigned)show->port);
	if (item->r.shape == RESP_BULK)
		patch_bulk(p, item, text);
	else
		patch_replace(p, item->start, item->end, "+%s\r\n", text);
}

/* An item "HOST:PORT", or "[HOST]:PORT".  Anything else stays: slots are
 * numbers, commas and dashes.  False: the listener is not known yet. */
static bool moving_item(struct adit_msg *m, struct patch *p,
			const struct resp_item *item)
{
	struct redis_node node = { .port = 0 };
	struct adit_addr show;
	enum adit_result r;

	if (!item->text || !redis_split(item->text, item->len, &node) ||
	    !node.nhost)
		return true;
	if (node.nhost > 2 && *node.host == '[' &&
	    node.host[node.nhost - 1] == ']') {
		node.host++;
		node.nhost -= 2;
	}
	r = redis_show(m, &node, &show);
	if (r == ADIT_OK)
		moving_put(p, item, &show);
	return r != ADIT_WAIT;
}

enum adit_verdict redis_moving(struct adit_msg *m)
{
	struct resp_item item;
	struct patch p;
	bool known = true;
	size_t at = 0;

	patch_init(&p, m->data, m->len);
	while (resp_next(m->data, m->len, &at, &item))
		known &= moving_item(m, &p, &item);
	if (known)
		return patch_done(&p, m, NULL);
	patch_fini(&p);
	return ADIT_HOLD;
}
