/* SPDX-License-Identifier: BSD-2-Clause */
/* opt.h - fills structs from keys and values, by a table. */
#ifndef ADIT_BASE_OPT_H
#define ADIT_BASE_OPT_H

#include "base/addr.h"
#include "base/ini.h"
#include "base/ports.h"

/* What grows when a key is repeated or has commas. */
struct name_list {
	char **item; /* ends with NULL; NULL itself when empty */
	size_t n;
};
struct addr_list {
	struct addr *item;
	size_t n;
};
struct net_list {
	struct net *item;
	size_t n;
};

void name_list_fini(struct name_list *l);
MUST_CHECK int name_list_add(struct name_list *l, const char *text);
bool name_list_has(const struct name_list *l, const char *text);
bool net_list_has(const struct net_list *l, const struct addr *a);

/* ---- values ---------------------------------------------------------------
 * 0, ERR_INVAL (not of this form), ERR_LIMIT (too much of it), ERR_NOMEM.
 * Lists append; after an error they may hold a part. */

/* yes no, true false, on off */
MUST_CHECK int opt_parse_bool(const char *text, bool *out);
/* decimal digits */
MUST_CHECK int opt_parse_uint(const char *text, uint64_t *out);
/* "500ms", "10s", "30m", "12h", "0" */
MUST_CHECK int opt_parse_msec(const char *text, uint32_t *out);
/* bytes: "4096", "64K", "1M", "2G" */
MUST_CHECK int opt_parse_size(const char *text, uint64_t *out);
/* "25, 110, 20000-21000" */
MUST_CHECK int opt_parse_ports(const char *text, struct port_set *out);
/* "0.0.0.0:443, [::]:443" */
MUST_CHECK int opt_parse_addrs(const char *text, struct addr_list *out);
/* "10.0.0.0/8, 2001:db8::1" */
MUST_CHECK int opt_parse_nets(const char *text, struct net_list *out);
/* "a, b, c"; no item is empty */
MUST_CHECK int opt_parse_list(const char *text, struct name_list *out);

/* ---- tables -------------------------------------------------------------- */

enum opt_type {             /* the field is a */
		OPT_BOOL,   /* bool */
		OPT_UINT,   /* uint32_t */
		OPT_MSEC,   /* uint32_t */
		OPT_SIZE,   /* uint64_t */
		OPT_STRING, /* char * */
		OPT_PATH,   /* char *, relative to the file's folder */
		OPT_PORTS,  /* struct port_set */
		OPT_ADDRS,  /* struct addr_list */
		OPT_NETS,   /* struct net_list */
		OPT_NAMES,  /* struct name_list */
};

#define OPT_REQUIRED (1u << 0)
#define OPT_AUTO (1u << 1) /* OPT_UINT: "auto" is 0 */

enum { OPT_KEYS_MAX = 32 }; /* of one table */

struct opt {
	const char *key; /* NULL ends a table */
	enum opt_type type;
	size_t offset;
	const char *preset; /* as it would be written; NULL: zero */
	unsigned flags;
	uint64_t min, max; /* OPT_UINT, OPT_MSEC, OPT_SIZE; max 0: none */
	const char *help;
};

#define OPT(k, t, st, field, ...)                                              \
	{                                                                      \
		.key = (k), .type = (t), .offset = offsetof(st, field),        \
		__VA_ARGS__                                                    \
	}

/* Where the keys of one struct stood.  Starts as all zero. */
struct opt_lines {
	unsigned section;
	unsigned key[OPT_KEYS_MAX]; /* by place in the table; 0: not there */
	uint32_t set;               /* bits: in this file or an earlier one */
};

/* One struct being filled. */
struct opt_target {
	const struct opt *table;
	void *base;
	struct opt_lines *lines;
};

/* The presets.  First of all, on a zeroed struct.  0 or ERR_NOMEM. */
MUST_CHECK int opt_presets(const struct opt_target *t);
/* One key.  0; ERR_NOTFOUND: no such key, nothing is said yet; ERR_CONF and
 * ERR_NOMEM: it stands in `e`.  A list key may come again and appends, any
 * other may not; the first one replaces the preset. */
MUST_CHECK int opt_put(const struct opt_target *t, const struct ini_item *item,
		       struct conf_errors *e);
/* Complains about a key that opt_put did not find.  Always ERR_CONF. */
int opt_unknown(const struct opt_target *t, const struct ini_item *item,
		struct conf_errors *e);
/* Before the next file, whose keys replace those of the earlier ones. */
void opt_next_file(const struct opt_target *t);
/* Complains about required keys that are missing; `what` is the section's name
 * for the message, "[gateway corp]".  0 or ERR_CONF. */
MUST_CHECK int opt_finish(const struct opt_target *t, const char *what,
			  struct conf_errors *e);
/* Frees what the fields own. */
void opt_fini(const struct opt *table, void *base);

/* Line of a key, or of the section where the key is not there. */
unsigned opt_line(const struct opt_target *t, const char *key);
/* What a value of this type looks like, for messages: "yes or no". */
const char *opt_expects(enum opt_type type);

#endif
