/* SPDX-License-Identifier: BSD-2-Clause */
/* tape_event.c - reads the members of an event of a gateway. */
#include "kit/tape_inside.h"

#include "base/err.h"

#include <string.h>

const char *tape_text_of(const json_t *e, const char *key)
{
	const char *text = json_string_value(json_object_get(e, key));

	return text ? text : "";
}

uint64_t tape_number_of(const json_t *e, const char *key)
{
	return (uint64_t)json_integer_value(json_object_get(e, key));
}

enum adit_dir tape_dir_of(const json_t *e)
{
	return tape_number_of(e, "dir") ? ADIT_TO_CLIENT : ADIT_TO_SERVER;
}

int tape_addr_of(const char *text, struct adit_addr *to)
{
	char host[sizeof(to->host)];
	uint16_t port;

	if (addr_split(text, host, sizeof(host), &port) ||
	    adit_addr_parse(to, host, port))
		return ERR_PROTO;
	return 0;
}

static int nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int tape_bytes_of(const json_t *e, const char *key, struct buf *to)
{
	const char *hex = tape_text_of(e, key);
	size_t n = strlen(hex) / 2;
	uint8_t *at = buf_reserve(to, n + 1);

	if (!at)
		return ERR_NOMEM;
	for (size_t i = 0; i < n; i++) {
		int high = nibble(hex[2 * i]), low = nibble(hex[2 * i + 1]);

		if (high < 0 || low < 0)
			return ERR_PROTO;
		at[i] = (uint8_t)(high << 4 | low);
	}
	buf_commit(to, n);
	return 0;
}
