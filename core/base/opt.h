/* SPDX-License-Identifier: BSD-2-Clause */
/* opt.h - fills the fields of a struct from keys of a configuration file, as a
 * table says. */
#ifndef ADIT_BASE_OPT_H
#define ADIT_BASE_OPT_H

#include "base/addr.h"
#include "base/ini.h"
#include "base/ports.h"

/* Values of keys that may be repeated, or have several items with commas.  All
 * zero is an empty list.  A list owns its memory. */
struct name_list {
	char **item; /* n texts and a NULL; NULL itself when empty */
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
/* Appends a copy of the text.  0 or ERR_NOMEM. */
MUST_CHECK int name_list_add(struct name_list *l, const char *text);
bool name_list_has(const struct name_list *l, const char *text);
/* Whether one of the networks has the address. */
bool net_list_has(const struct net_list *l, const struct addr *a);

/* ---- values ---------------------------------------------------------------
 * These read one value.  0; ERR_INVAL: the text does not have this form;
 * ERR_LIMIT: the number is too large, or there are too many items; ERR_NOMEM.
 * Items are appended to lists; after an error some may have been. */

/* yes no, true false, on off */
MUST_CHECK int opt_parse_bool(const char *text, bool *out);
/* decimal digits */
MUST_CHECK int opt_parse_uint(const char *text, uint64_t *out);
/* "500ms", "10s", "30m", "12h", "0", to milliseconds */
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
#define OPT_AUTO (1u << 1) /* OPT_UINT: "auto" is allowed and means 0 */

enum { OPT_KEYS_MAX = 32 }; /* of one table */

/* A row of a table: one key. */
struct opt {
	const char *key; /* NULL ends a table */
	enum opt_type type;
	size_t offset;      /* of the field in the struct */
	const char *preset; /* the default, as in a file; NULL: all zero */
	unsigned flags;
	uint64_t min, max; /* OPT_UINT, OPT_MSEC, OPT_SIZE; max 0: no limit */
	const char *help;
};

#define OPT(k, t, st, field, ...)                                              \
	{                                                                      \
		.key = (k), .type = (t), .offset = offsetof(st, field),        \
		__VA_ARGS__                                                    \
	}

/* The lines that the keys of one struct were found in.  Starts as all zero. */
struct opt_lines {
	unsigned section;           /* of the section line */
	unsigned key[OPT_KEYS_MAX]; /* by place in the table; 0: not there */
	uint32_t set; /* a bit for each key: in this file or an earlier one */
};

/* A struct that is being filled, and the table for it. */
struct opt_target {
	const struct opt *table;
	void *base;
	struct opt_lines *lines;
};

/* Fills in the presets; to be called first, on a struct that is all zero.  0 or
 * ERR_NOMEM. */
MUST_CHECK int opt_presets(const struct opt_target *t);
/* Fills in one key, in place of its preset.  The key of a list may be repeated,
 * which appends; another one may not.  0; ERR_NOTFOUND: the table has no such
 * key, and `e` gets no error; ERR_CONF or ERR_NOMEM with the error in `e`. */
MUST_CHECK int opt_put(const struct opt_target *t, const struct ini_item *item,
		       struct conf_errors *e);
/* Adds the error for a key that opt_put did not find.  Always ERR_CONF. */
int opt_unknown(const struct opt_target *t, const struct ini_item *item,
		struct conf_errors *e);
/* To be called before another file is read, whose keys replace those of the
 * files before. */
void opt_next_file(const struct opt_target *t);
/* Adds an error for each required key that is missing; `what` is the section
 * for that message, "[gateway corp]".  0 or ERR_CONF. */
MUST_CHECK int opt_finish(const struct opt_target *t, const char *what,
			  struct conf_errors *e);
/* Frees what the fields of the struct own, and makes them empty. */
void opt_fini(const struct opt *table, void *base);

/* The line of a key; if the key is not there, the line of the section. */
unsigned opt_line(const struct opt_target *t, const char *key);
/* Whether the key was found, so that its field is not the preset. */
bool opt_is_given(const struct opt_target *t, const char *key);
/* Says what a value of this type looks like, for messages: "yes or no". */
const char *opt_expects(enum opt_type type);

#endif
