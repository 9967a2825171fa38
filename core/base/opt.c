/* SPDX-License-Identifier: BSD-2-Clause */
/* opt.c - fills the fields of a struct from keys of a configuration file. */
#include "base/opt.h"

#include "base/err.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN = 100 }; /* bytes of a list in a message */

static void *opt_field(const struct opt_target *t, const struct opt *o)
{
	return (char *)t->base + o->offset;
}

static bool opt_is_list(enum opt_type type)
{
	return type >= OPT_PORTS;
}

static bool opt_is_text(enum opt_type type)
{
	return opt_is_list(type) || type == OPT_STRING || type == OPT_PATH;
}

static int opt_put_string(char **to, const char *text)
{
	char *copy;

	if (!*text)
		return ERR_INVAL;
	if (strlen(text) > CONF_VALUE_MAX)
		return ERR_LIMIT;
	copy = strdup(text);
	if (!copy)
		return ERR_NOMEM;
	free(*to);
	*to = copy;
	return 0;
}

/* A relative path starts at the folder of `file`, which the value is from. */
static int opt_put_path(char **to, const char *text, const char *file)
{
	const char *slash = file ? strrchr(file, '/') : NULL;
	char *path;

	/* The name of something in a token is none of a file. */
	if (*text == '/' || !strncmp(text, "pkcs11:", 7) || !slash ||
	    strlen(text) > CONF_VALUE_MAX)
		return opt_put_string(to, text);
	if (!*text)
		return ERR_INVAL;
	if (asprintf(&path, "%.*s%s", (int)(slash + 1 - file), file, text) < 0)
		return ERR_NOMEM;
	free(*to);
	*to = path;
	return 0;
}

static int opt_in_range(const struct opt *o, uint64_t v)
{
	return v < o->min || (o->max && v > o->max) ? ERR_LIMIT : 0;
}

static int opt_put_uint(const struct opt *o, const char *text, uint32_t *to)
{
	uint64_t v = 0;
	int r = 0;

	if (!(o->flags & OPT_AUTO) || strcmp(text, "auto")) {
		r = opt_parse_uint(text, &v);
		if (!r)
			r = opt_in_range(o, v);
		if (!r && v > UINT32_MAX)
			r = ERR_LIMIT;
	}
	if (!r)
		*to = (uint32_t)v;
	return r;
}

static int opt_put_msec(const struct opt *o, const char *text, uint32_t *to)
{
	uint32_t v;
	int r = opt_parse_msec(text, &v);

	if (!r)
		r = opt_in_range(o, v);
	if (!r)
		*to = v;
	return r;
}

static int opt_put_size(const struct opt *o, const char *text, uint64_t *to)
{
	uint64_t v;
	int r = opt_parse_size(text, &v);

	if (!r)
		r = opt_in_range(o, v);
	if (!r)
		*to = v;
	return r;
}

static int opt_put_value(const struct opt *o, void *to, const char *text,
			 const char *file)
{
	switch (o->type) {
	case OPT_BOOL:
		return opt_parse_bool(text, to);
	case OPT_UINT:
		return opt_put_uint(o, text, to);
	case OPT_MSEC:
		return opt_put_msec(o, text, to);
	case OPT_SIZE:
		return opt_put_size(o, text, to);
	case OPT_STRING:
		return opt_put_string(to, text);
	case OPT_PATH:
		return opt_put_path(to, text, file);
	case OPT_PORTS:
		return opt_parse_ports(text, to);
	case OPT_ADDRS:
		return opt_parse_addrs(text, to);
	case OPT_NETS:
		return opt_parse_nets(text, to);
	case OPT_NAMES:
		return opt_parse_list(text, to);
	}
	return ERR_INVAL;
}

static void opt_empty(enum opt_type type, void *at)
{
	struct addr_list *addrs = at;
	struct net_list *nets = at;

	switch (type) {
	case OPT_STRING:
	case OPT_PATH:
		free(*(char **)at);
		*(char **)at = NULL;
		break;
	case OPT_PORTS:
		*(struct port_set *)at = (struct port_set){ 0 };
		break;
	case OPT_ADDRS:
		free(addrs->item);
		*addrs = (struct addr_list){ 0 };
		break;
	case OPT_NETS:
		free(nets->item);
		*nets = (struct net_list){ 0 };
		break;
	case OPT_NAMES:
		name_list_fini(at);
		break;
	case OPT_BOOL:
	case OPT_UINT:
	case OPT_MSEC:
	case OPT_SIZE:
		break;
	}
}

const char *opt_expects(enum opt_type type)
{
	static const char *const text[] = {
		[OPT_BOOL] = "yes or no",
		[OPT_UINT] = "a number",
		[OPT_MSEC] = "a time such as 500ms, 10s, 30m, 12h or 0",
		[OPT_SIZE] = "a size such as 4096, 64K or 1M",
		[OPT_STRING] = "a text",
		[OPT_PATH] = "a path",
		[OPT_PORTS] = "ports from 1 to 65535, each once, such as "
			      "25, 110, 20000-21000",
		[OPT_ADDRS] = "addresses with ports, each once, such as "
			      "0.0.0.0:443, [::]:443",
		[OPT_NETS] = "networks without host bits, such as "
			     "10.0.0.0/8, 2001:db8::/32",
		[OPT_NAMES] = "names, such as one, two",
	};

	return text[type];
}

/* Writes a time with the largest unit that leaves no rest: "10s". */
static void opt_msec_text(uint64_t v, char *dst, size_t cap)
{
	static const struct {
		uint64_t ms;
		const char *unit;
	} unit[] = { { 3600000, "h" }, { 60000, "m" }, { 1000, "s" } };
	size_t i;

	for (i = 0; v && i < ARRAY_LEN(unit); i++) {
		if (v % unit[i].ms)
			continue;
		snprintf(dst, cap, "%llu%s",
			 (unsigned long long)(v / unit[i].ms), unit[i].unit);
		return;
	}
	snprintf(dst, cap, v ? "%llums" : "%llu", (unsigned long long)v);
}

static void opt_limit_text(const struct opt *o, uint64_t v, char *dst,
			   size_t cap)
{
	if (o->type == OPT_MSEC)
		opt_msec_text(v, dst, cap);
	else
		snprintf(dst, cap, "%llu", (unsigned long long)v);
}

static bool opt_is_bad_alone(const struct opt *o, const char *text)
{
	union {
		struct port_set ports;
		struct addr_list addrs;
		struct net_list nets;
		struct name_list names;
	} it = { .ports = { 0 } };
	int r = opt_put_value(o, &it, text, NULL);

	opt_empty(o->type, &it);
	return r && r != ERR_NOMEM;
}

/* The part of a value that a message shows: of a long list the first item that
 * is wrong by itself, else as much as a message can hold. */
static const char *opt_shown(const struct opt *o, const char *value,
			     char text[SHOWN + 1])
{
	const char *p = value;
	size_t n;

	if (strlen(value) <= SHOWN)
		return value;
	while (opt_is_list(o->type) && p) {
		p += strspn(p, " \t");
		n = strcspn(p, ",");
		snprintf(text, SHOWN + 1, "%.*s", (int)MIN(n, (size_t)SHOWN),
			 p);
		if (n > SHOWN || (n && opt_is_bad_alone(o, text)))
			return text;
		p = p[n] ? p + n + 1 : NULL;
	}
	if (strlen(value) <= CONF_VALUE_MAX)
		return value;
	snprintf(text, SHOWN + 1, "%.*s...", SHOWN - 3, value);
	return text;
}

/* Adds the error for a value, which says what would be right. */
static int opt_error(const struct opt *o, const struct ini_item *item, int err,
		     struct conf_errors *e)
{
	const char *or_auto = o->flags & OPT_AUTO ? ", or auto" : "";
	char lo[32], hi[32], text[SHOWN + 1];
	const char *value = opt_shown(o, item->value, text);

	if (err == ERR_NOMEM) {
		conf_error(e, item->line, "%s", err_str(err));
		return err;
	}
	if (!*item->value)
		return conf_error(e, item->line, "%s has no value: expected %s",
				  item->key, opt_expects(o->type));
	opt_limit_text(o, o->min, lo, sizeof lo);
	opt_limit_text(o, o->max, hi, sizeof hi);
	if (err == ERR_LIMIT && opt_is_text(o->type))
		return conf_error(e, item->line, "%s = %s: %s", item->key,
				  value,
				  opt_is_list(o->type) ?
					  "too many items, or one is too long" :
					  "the text is too long");
	if (err == ERR_LIMIT && !o->max)
		return conf_error(e, item->line, "%s = %s is out of range",
				  item->key, value);
	if (err == ERR_LIMIT)
		return conf_error(e, item->line, "%s = %s: expected %s to %s%s",
				  item->key, value, lo, hi, or_auto);
	return conf_error(e, item->line, "%s = %s: expected %s%s", item->key,
			  value, opt_expects(o->type), or_auto);
}

int opt_presets(const struct opt_target *t)
{
	const struct opt *o;

	for (o = t->table; o->key; o++) {
		int r;

		if (!o->preset)
			continue;
		r = opt_put_value(o, opt_field(t, o), o->preset, NULL);
		if (r)
			return r;
	}
	return 0;
}

static const struct opt *opt_find(const struct opt_target *t, const char *key)
{
	const struct opt *o;

	for (o = t->table; o->key; o++)
		if (!strcmp(o->key, key))
			return o;
	return NULL;
}

int opt_put(const struct opt_target *t, const struct ini_item *item,
	    struct conf_errors *e)
{
	const struct opt *o = opt_find(t, item->key);
	char where[CONF_LINE_TEXT];
	unsigned *line;
	int r;

	if (!o)
		return ERR_NOTFOUND;
	line = &t->lines->key[o - t->table];
	if (*line && !opt_is_list(o->type))
		return conf_error(
			e, item->line,
			"duplicate key %s, also in %s: keep one of them",
			item->key, conf_line(e, *line, where));
	if (!*line)
		opt_empty(o->type, opt_field(t, o));
	*line = item->line;
	t->lines->set |= UINT32_C(1) << (o - t->table);
	r = opt_put_value(o, opt_field(t, o), item->value, e->file);
	return r ? opt_error(o, item, r, e) : 0;
}

int opt_unknown(const struct opt_target *t, const struct ini_item *item,
		struct conf_errors *e)
{
	struct conf_guess g = { .word = item->key };
	const struct opt *o;
	char hint[128];

	for (o = t->table; o->key; o++)
		conf_guess_offer(&g, o->key);
	return conf_error(e, item->line, "unknown key %s in [%s%s%s]%s",
			  item->key, item->kind, *item->name ? " " : "",
			  item->name, conf_guess_text(&g, hint, sizeof hint));
}

void opt_next_file(const struct opt_target *t)
{
	uint32_t set = t->lines->set;

	*t->lines = (struct opt_lines){ .set = set };
}

int opt_finish(const struct opt_target *t, const char *what,
	       struct conf_errors *e)
{
	const struct opt *o;
	int r = 0;

	for (o = t->table; o->key; o++) {
		if (!(o->flags & OPT_REQUIRED) ||
		    t->lines->set & UINT32_C(1) << (o - t->table))
			continue;
		r = conf_error(e, t->lines->section,
			       "%s has no %s: add %s = "
			       "(expected %s)",
			       what, o->key, o->key, opt_expects(o->type));
	}
	return r;
}

void opt_fini(const struct opt *table, void *base)
{
	for (; table->key; table++)
		opt_empty(table->type, (char *)base + table->offset);
}

unsigned opt_line(const struct opt_target *t, const char *key)
{
	const struct opt *o = opt_find(t, key);
	unsigned line = o ? t->lines->key[o - t->table] : 0;

	return line ? line : t->lines->section;
}

bool opt_is_given(const struct opt_target *t, const char *key)
{
	const struct opt *o = opt_find(t, key);

	return o && t->lines->key[o - t->table];
}
