/* SPDX-License-Identifier: BSD-2-Clause */
/* conf.c - reads a plugin's options from an ini file into its struct. */
#include "plugin/conf.h"

#include "base/err.h"
#include "plugin/loader.h"
#include "policy/lead.h"

#include <stdlib.h>
#include <string.h>

struct plugin_conf {
	const struct plugin *plugin;
	max_align_t data[];
};

/* A pointer to the field of an option, by the type of the option. */
union field {
	void *at;
	bool *flag;
	uint32_t *u32;
	uint64_t *u64;
	char **string;
	char ***list;
	struct adit_ports *ports;
};

static const enum opt_type expects[] = {
	[ADIT_BOOL] = OPT_BOOL,     [ADIT_UINT] = OPT_UINT,
	[ADIT_MSEC] = OPT_MSEC,     [ADIT_SIZE] = OPT_SIZE,
	[ADIT_STRING] = OPT_STRING, [ADIT_PORTS] = OPT_PORTS,
	[ADIT_LIST] = OPT_NAMES,    [ADIT_CHOICE] = OPT_STRING,
};

static union field field_of(struct plugin_conf *c, const struct adit_option *o)
{
	return (union field){ .at = (char *)c->data + o->offset };
}

static void clear(struct plugin_conf *c, const struct adit_option *o)
{
	union field f = field_of(c, o);

	if (o->type == ADIT_STRING) {
		free(*f.string);
		*f.string = NULL;
	} else if (o->type == ADIT_PORTS) {
		free((void *)f.ports->range);
		*f.ports = (struct adit_ports){ 0 };
	} else if (o->type == ADIT_LIST) {
		for (char **i = *f.list; i && *i; i++)
			free(*i);
		free(*f.list);
		*f.list = NULL;
	}
}

void plugin_conf_free(struct plugin_conf *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->plugin->noptions; i++)
		clear(c, &c->plugin->option[i]);
	free(c);
}

const void *plugin_conf_data(const struct plugin_conf *c)
{
	return c ? c->data : NULL;
}

static int put_uint(uint32_t *to, const char *text)
{
	uint64_t v;
	int r = opt_parse_uint(text, &v);

	if (!r && v > UINT32_MAX)
		r = ERR_LIMIT;
	if (!r)
		*to = (uint32_t)v;
	return r;
}

static int put_string(char **to, const char *text)
{
	free(*to);
	*to = strdup(text);
	return *to ? 0 : ERR_NOMEM;
}

/* Adds ranges to those that are there; none may overlap another one. */
static int put_ports(struct adit_ports *to, const char *text)
{
	struct adit_port_range *range;
	struct port_set set = { 0 };
	int r = 0;

	for (size_t i = 0; i < to->count && !r; i++)
		r = port_set_add(&set, to->range[i].first, to->range[i].last);
	if (!r)
		r = opt_parse_ports(text, &set);
	if (r)
		return r;
	range = calloc(set.n, sizeof(*range));
	if (!range)
		return ERR_NOMEM;
	for (unsigned i = 0; i < set.n; i++)
		range[i] = (struct adit_port_range){ set.range[i].lo,
						     set.range[i].hi };
	free((void *)to->range);
	*to = (struct adit_ports){ set.n, range };
	return 0;
}

static size_t list_len(char *const *list)
{
	size_t n = 0;

	while (list && list[n])
		n++;
	return n;
}

static int put_list(char ***to, const char *text)
{
	struct name_list l = { 0 };
	size_t have = list_len(*to);
	int r = opt_parse_list(text, &l);
	char **all;

	if (r)
		goto out;
	r = ERR_NOMEM;
	all = realloc(*to, (have + l.n + 1) * sizeof(*all));
	if (!all)
		goto out;
	/* The items belong to the new list now; of `l` only its array is
	 * freed. */
	if (l.n)
		memcpy(all + have, l.item, l.n * sizeof(*all));
	all[have + l.n] = NULL;
	free(l.item);
	*to = all;
	return 0;
out:
	name_list_fini(&l);
	return r;
}

/* Sets *to to the place of the text in `words`, which are "first|second". */
static int put_choice(uint32_t *to, const char *words, const char *text)
{
	size_t len = strlen(text), n;
	uint32_t i;

	for (i = 0; *words; i++, words += n + (words[n] == '|')) {
		n = strcspn(words, "|");
		if (n != len || strncmp(words, text, n))
			continue;
		*to = i;
		return 0;
	}
	return ERR_INVAL;
}

static int conf_put(struct plugin_conf *c, const struct adit_option *o,
		    const char *text)
{
	union field f = field_of(c, o);

	switch ((enum adit_type)o->type) {
	case ADIT_BOOL:
		return opt_parse_bool(text, f.flag);
	case ADIT_UINT:
		return put_uint(f.u32, text);
	case ADIT_MSEC:
		return opt_parse_msec(text, f.u32);
	case ADIT_SIZE:
		return opt_parse_size(text, f.u64);
	case ADIT_STRING:
		return put_string(f.string, text);
	case ADIT_PORTS:
		return put_ports(f.ports, text);
	case ADIT_LIST:
		return put_list(f.list, text);
	case ADIT_CHOICE:
		return put_choice(f.u32, o->preset, text);
	}
	return ERR_INVAL;
}

/* ---- pairs --------------------------------------------------------------- */

static const struct adit_option *conf_find(const struct plugin *p,
					   const char *key)
{
	for (size_t i = 0; i < p->noptions; i++)
		if (strcmp(p->option[i].key, key) == 0)
			return &p->option[i];
	return NULL;
}

static void unknown(const struct plugin *p, const struct gw_pair *pair,
		    struct conf_errors *e)
{
	struct conf_guess g = { .word = pair->key };
	char text[128];

	for (size_t i = 0; i < p->noptions; i++)
		conf_guess_offer(&g, p->option[i].key);
	conf_error(e, pair->line, "plugin %s has no option \"%s\"%s",
		   p->def.name, pair->key,
		   conf_guess_text(&g, text, sizeof(text)));
}

static bool may_repeat(const struct adit_option *o)
{
	return o->type == ADIT_LIST || o->type == ADIT_PORTS;
}

/* The engine itself uses the option redirect_allow, so it checks the form of
 * its values.  Plugins get their text. */
static bool is_bad_lead(const struct gw_pair *pair)
{
	struct lead_list l = { 0 };
	int r = strcmp(pair->key, "redirect_allow") ?
			0 :
			lead_parse(pair->value, &l);

	lead_fini(&l);
	return r != 0;
}

/* `seen` has the line of each option in this section, or 0 if it has not come
 * yet. */
static void apply(struct plugin_conf *c, const struct gw_pair *pair,
		  unsigned *seen, struct conf_errors *e)
{
	const struct adit_option *o = conf_find(c->plugin, pair->key);
	char where[CONF_LINE_TEXT];
	unsigned *line;
	int r;

	if (!o) {
		unknown(c->plugin, pair, e);
		return;
	}
	line = &seen[o - c->plugin->option];
	if (*line && !may_repeat(o)) {
		conf_error(e, pair->line,
			   "%s stands in %s already; remove one of them",
			   pair->key, conf_line(e, *line, where));
		return;
	}
	if (!*line)
		clear(c, o);
	*line = pair->line ? pair->line : 1;
	r = conf_put(c, o, pair->value);
	if (is_bad_lead(pair))
		conf_error(e, pair->line, "%s = %s: write %s", pair->key,
			   pair->value, LEAD_EXPECTS);
	else if (r)
		conf_error(e, pair->line, "%s = %s: %s; write %s", pair->key,
			   pair->value, err_str(r),
			   o->type == ADIT_CHOICE ?
				   o->preset :
				   opt_expects(expects[o->type]));
}

static void apply_all(struct plugin_conf *c, const struct gw_pairs *pairs,
		      struct conf_errors *e)
{
	unsigned seen[PLUGIN_OPTIONS_MAX] = { 0 };

	for (size_t i = 0; pairs && i < pairs->n; i++)
		apply(c, &pairs->item[i], seen, e);
}

static void presets(struct plugin_conf *c, struct conf_errors *e)
{
	for (size_t i = 0; i < c->plugin->noptions; i++) {
		const struct adit_option *o = &c->plugin->option[i];
		/* The preset of a choice is its list of words; the first word
		 * is the default, and has the value 0. */
		int r = o->preset && *o->preset && o->type != ADIT_CHOICE ?
				conf_put(c, o, o->preset) :
				0;

		if (r)
			conf_error(e, 0, "plugin %s: preset of %s: %s",
				   c->plugin->def.name, o->key, err_str(r));
	}
}

int plugin_conf_try(const struct plugin *p, struct conf_errors *e)
{
	struct plugin_conf *c = calloc(1, sizeof(*c) + p->def.conf_size);
	unsigned before = e->count;

	if (!c)
		return ERR_NOMEM;
	c->plugin = p;
	presets(c, e);
	plugin_conf_free(c);
	return e->count == before ? 0 : ERR_CONF;
}

/* The line for an error about all options together. */
static unsigned conf_line_of(const struct gw_pairs *own,
			     const struct gw_pairs *over)
{
	if (over && over->n)
		return over->item[0].line;
	return own && own->n ? own->item[0].line : 0;
}

struct plugin_conf *plugin_conf_new(const struct plugin *p,
				    const struct gw_pairs *own,
				    const struct gw_pairs *over,
				    struct conf_errors *e)
{
	struct plugin_conf *c = calloc(1, sizeof(*c) + p->def.conf_size);
	unsigned before = e->count;
	char why[CONF_ERROR_LEN / 2] = "";

	if (!c) {
		conf_error(e, 0, "out of memory");
		return NULL;
	}
	c->plugin = p;
	presets(c, e);
	apply_all(c, own, e);
	apply_all(c, over, e);
	if (e->count == before && p->def.check &&
	    p->def.check(c->data, why, sizeof(why)))
		conf_error(e, conf_line_of(own, over), "plugin %s: %s",
			   p->def.name,
			   *why ? why : "refuses these options (.check)");
	if (e->count == before)
		return c;
	plugin_conf_free(c);
	return NULL;
}
