/* SPDX-License-Identifier: BSD-2-Clause */
/* announced.c - the ports that an application has told its server to connect
 * to.
 *
 * Between PORT and the connection there may be another command, with a path
 * of 4,096 bytes: so much more is remembered than an announcement has. */
#include "agent/announced.h"

#include "base/defs.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { WINDOW = 8192, DIGITS_MAX = 5 };

struct announced {
	size_t n;
	bool cut;  /* there was more before */
	bool many; /* MODE E (GFD.20) was said last */
	char bytes[WINDOW];
};

struct number {
	size_t from, to; /* its digits, in bytes */
	unsigned value;
};

struct announced *announced_new(void)
{
	struct announced *a = malloc(sizeof *a);

	if (!a)
		return NULL;
	a->n = 0;
	a->cut = a->many = false;
	return a;
}

static void announced_append(struct announced *a, const char *p, size_t n)
{
	size_t keep;

	if (n > WINDOW) {
		p += n - WINDOW;
		n = WINDOW;
		a->cut = true;
	}
	if (a->n + n > WINDOW) {
		keep = WINDOW - n;
		memmove(a->bytes, a->bytes + a->n - keep, keep);
		a->n = keep;
		a->cut = true;
	}
	memcpy(a->bytes + a->n, p, n);
	a->n += n;
}

void announced_add(struct announced *a, const struct iovec *iov, size_t n)
{
	for (size_t step; n; iov++, n -= step) {
		step = MIN(n, iov->iov_len);
		announced_append(a, iov->iov_base, step);
	}
}

/* The next whole number from *at on: one that is cut off is none. */
static bool next_number(const struct announced *a, size_t *at,
			struct number *to)
{
	size_t i = *at;

	while (i < a->n && !isdigit((unsigned char)a->bytes[i]))
		i++;
	to->from = i;
	to->value = 0;
	for (; i < a->n && isdigit((unsigned char)a->bytes[i]); i++)
		if (i - to->from < DIGITS_MAX)
			to->value = to->value * 10 +
				    (unsigned)(a->bytes[i] - '0');
		else
			to->value = UINT16_MAX + 1;
	*at = to->to = i;
	if (to->from == 0 && a->cut && i < a->n)
		return next_number(a, at, to);
	return i < a->n;
}

/* Only a comma is between them, and blanks. */
static bool are_pair(const struct announced *a, const struct number *high,
		     const struct number *low)
{
	unsigned commas = 0;

	for (size_t i = high->to; i < low->from; i++) {
		commas += a->bytes[i] == ',';
		if (a->bytes[i] != ',' && a->bytes[i] != ' ')
			return false;
	}
	return commas == 1 && high->value < 256 && low->value < 256;
}

/* Which mode a MODE that stands here begins; 0: none does. */
static char mode_at(const struct announced *a, size_t i)
{
	static const char verb[] = "MODE ";
	const char *p = a->bytes + i;

	if (a->n - i <= sizeof verb || (i && p[-1] != '\n') ||
	    strncasecmp(p, verb, sizeof verb - 1))
		return 0;
	return (char)toupper((unsigned char)p[sizeof verb - 1]);
}

static bool wants_many(struct announced *a)
{
	char mode;

	for (size_t i = 0; i < a->n; i++) {
		mode = mode_at(a, i);
		if (mode)
			a->many = mode == 'E';
	}
	return a->many;
}

bool announced_take(struct announced *a, uint16_t port)
{
	struct number last = { .value = UINT16_MAX }, one;
	size_t at = 0;

	if (!a)
		return false;
	for (; next_number(a, &at, &one); last = one) {
		if (last.value < 256 && are_pair(a, &last, &one) &&
		    last.value * 256 + one.value == port)
			one.from = last.from;
		else if (one.value != port)
			continue;
		if (!wants_many(a))
			memset(a->bytes + one.from, ' ', one.to - one.from);
		return true;
	}
	return false;
}
