/* SPDX-License-Identifier: BSD-2-Clause */
/* opt_value.c - reads values of configuration keys: numbers, times, sizes,
 * lists. */
#include "base/opt.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { ITEM_CAP = 256, ADDRS_MAX = 64 };

struct unit {
	const char *suffix;
	uint64_t factor;
};

int opt_parse_bool(const char *text, bool *out)
{
	static const char *const word[][2] = {
		{ "no", "yes" },
		{ "false", "true" },
		{ "off", "on" },
	};
	size_t i;
	int v;

	for (i = 0; i < ARRAY_LEN(word); i++) {
		for (v = 0; v < 2; v++) {
			if (strcasecmp(text, word[i][v]))
				continue;
			*out = v;
			return 0;
		}
	}
	return ERR_INVAL;
}

/* Reads the digits at the beginning of the text; *rest is what follows. */
static int value_digits(const char *text, const char **rest, uint64_t *out)
{
	uint64_t v = 0;
	const char *p;

	for (p = text; *p >= '0' && *p <= '9'; p++) {
		if (__builtin_mul_overflow(v, 10u, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(*p - '0'), &v))
			return ERR_LIMIT;
	}
	*rest = p;
	*out = v;
	return p == text ? ERR_INVAL : 0;
}

int opt_parse_uint(const char *text, uint64_t *out)
{
	const char *rest;
	uint64_t v;
	int r = value_digits(text, &rest, &v);

	if (!r && *rest)
		r = ERR_INVAL;
	if (!r)
		*out = v;
	return r;
}

/* Reads digits that are followed by one of the units. */
static int value_with_unit(const char *text, const struct unit *unit,
			   uint64_t *out)
{
	const char *rest;
	uint64_t v;
	int r = value_digits(text, &rest, &v);

	for (; !r && unit->suffix; unit++) {
		if (strcmp(rest, unit->suffix))
			continue;
		if (__builtin_mul_overflow(v, unit->factor, out))
			return ERR_LIMIT;
		return 0;
	}
	return r ? r : ERR_INVAL;
}

int opt_parse_msec(const char *text, uint32_t *out)
{
	static const struct unit unit[] = {
		{ "ms", 1 },        { "s", 1000 },
		{ "m", 60 * 1000 }, { "h", 60 * 60 * 1000 },
		{ NULL, 0 },
	};
	uint64_t v;
	int r;

	if (!strcmp(text, "0")) {
		*out = 0;
		return 0;
	}
	r = value_with_unit(text, unit, &v);
	if (!r && v > UINT32_MAX)
		r = ERR_LIMIT;
	if (!r)
		*out = (uint32_t)v;
	return r;
}

int opt_parse_size(const char *text, uint64_t *out)
{
	static const struct unit unit[] = {
		{ "", 1 },        { "K", 1 << 10 }, { "M", 1 << 20 },
		{ "G", 1 << 30 }, { NULL, 0 },
	};

	return value_with_unit(text, unit, out);
}

/* Copies the next item of a list with commas, without blanks around it, to
 * item[ITEM_CAP].  1; 0: there are no more; or an error. */
static int value_next_item(const char **text, char *item)
{
	const char *p = *text;
	size_t n;

	if (!p)
		return 0;
	p += strspn(p, " \t");
	n = strcspn(p, ",");
	*text = p[n] ? p + n + 1 : NULL;
	while (n && (p[n - 1] == ' ' || p[n - 1] == '\t'))
		n--;
	if (!n)
		return ERR_INVAL;
	if (n >= ITEM_CAP)
		return ERR_LIMIT;
	memcpy(item, p, n);
	item[n] = 0;
	return 1;
}

static int value_each_item(const char *text, int (*add)(void *ctx, char *item),
			   void *ctx)
{
	char item[ITEM_CAP];
	int r;

	while ((r = value_next_item(&text, item)) > 0) {
		r = add(ctx, item);
		if (r)
			return r;
	}
	return r;
}

static int value_add_ports(void *ctx, char *item)
{
	char *dash = strchr(item, '-'), *end;
	uint16_t lo, hi;

	if (!dash)
		return port_parse(item, &lo) ? ERR_INVAL :
					       port_set_add(ctx, lo, lo);
	*dash = 0;
	for (end = dash; end > item && end[-1] == ' '; end--)
		end[-1] = 0;
	dash++;
	dash += strspn(dash, " ");
	if (port_parse(item, &lo) || port_parse(dash, &hi))
		return ERR_INVAL;
	return port_set_add(ctx, lo, hi);
}

int opt_parse_ports(const char *text, struct port_set *out)
{
	return value_each_item(text, value_add_ports, out);
}

static int value_add_addr(void *ctx, char *item)
{
	struct addr_list *l = ctx;
	struct addr a, *more;
	size_t i;

	if (addr_parse_port(&a, item))
		return ERR_INVAL;
	for (i = 0; i < l->n; i++)
		if (addr_same(&l->item[i], &a))
			return ERR_INVAL;
	if (l->n == ADDRS_MAX)
		return ERR_LIMIT;
	more = reallocarray(l->item, l->n + 1, sizeof *more);
	if (!more)
		return ERR_NOMEM;
	l->item = more;
	l->item[l->n++] = a;
	return 0;
}

int opt_parse_addrs(const char *text, struct addr_list *out)
{
	return value_each_item(text, value_add_addr, out);
}

static int value_add_net(void *ctx, char *item)
{
	struct net_list *l = ctx;
	struct net n, *more;

	if (net_parse(&n, item))
		return ERR_INVAL;
	more = reallocarray(l->item, l->n + 1, sizeof *more);
	if (!more)
		return ERR_NOMEM;
	l->item = more;
	l->item[l->n++] = n;
	return 0;
}

int opt_parse_nets(const char *text, struct net_list *out)
{
	return value_each_item(text, value_add_net, out);
}

bool net_list_has(const struct net_list *l, const struct addr *a)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (net_has(&l->item[i], a))
			return true;
	return false;
}

int name_list_add(struct name_list *l, const char *text)
{
	char **more = reallocarray(l->item, l->n + 2, sizeof *more);

	if (!more)
		return ERR_NOMEM;
	l->item = more;
	more[l->n] = strdup(text);
	if (!more[l->n])
		return ERR_NOMEM;
	more[++l->n] = NULL;
	return 0;
}

bool name_list_has(const struct name_list *l, const char *text)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (!strcmp(l->item[i], text))
			return true;
	return false;
}

void name_list_fini(struct name_list *l)
{
	while (l->n)
		free(l->item[--l->n]);
	free(l->item);
	*l = (struct name_list){ 0 };
}

static int value_add_name(void *ctx, char *item)
{
	return name_list_add(ctx, item);
}

int opt_parse_list(const char *text, struct name_list *out)
{
	return value_each_item(text, value_add_name, out);
}
