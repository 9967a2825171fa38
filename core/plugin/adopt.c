/* SPDX-License-Identifier: BSD-2-Clause */
/* adopt.c - checks the struct adit_plugin of a plugin, and copies it. */
#include "base/err.h"
#include "plugin/conf.h"
#include "plugin/host.h"
#include "plugin/loader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Every plugin has the members in front of the first optional one. */
#define SIZE_LEAST offsetof(struct adit_plugin, check)
#define CAN_ALL                                                                \
	(ADIT_CAN_REWRITE | ADIT_CAN_INJECT | ADIT_CAN_FORWARD |               \
	 ADIT_CAN_REVERSE | ADIT_CAN_SHARED)

static const struct type {
	size_t size, align;
} types[] = {
#define TYPE(t)                                                                \
	{                                                                      \
		sizeof(t), _Alignof(t)                                         \
	}
	[ADIT_BOOL] = TYPE(bool),
	[ADIT_UINT] = TYPE(uint32_t),
	[ADIT_MSEC] = TYPE(uint32_t),
	[ADIT_SIZE] = TYPE(uint64_t),
	[ADIT_STRING] = TYPE(const char *),
	[ADIT_PORTS] = TYPE(struct adit_ports),
	[ADIT_LIST] = TYPE(const char *const *),
	[ADIT_CHOICE] = TYPE(uint32_t),
};

static bool is_key(const char *key)
{
	return *key && strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789_") ==
			       strlen(key);
}

/* What is wrong with the first two members, or NULL.  Only if they are right
 * the others may be read. */
static const char *check_head(const struct adit_plugin *def)
{
	if (def->api != ADIT_PLUGIN_API)
		return "was built for another version of the plugin interface "
		       "(ADIT_PLUGIN_API); rebuild it";
	if (def->size < SIZE_LEAST || def->size > 64 * SIZE_LEAST ||
	    def->size % sizeof(void *))
		return "has a struct adit_plugin of a wrong size; rebuild it "
		       "with ADIT_PLUGIN(...)";
	return NULL;
}

static const char *check_body(const struct adit_plugin *def, const char *name)
{
	if (!def->name || strcmp(def->name, name))
		return "has a .name that is not its file's name without .so";
	if (!def->version || !def->summary)
		return "has no .version or no .summary";
	if (def->flags & ~(ADIT_URGENT_APART | ADIT_STATE_SAVED))
		return "has unknown .flags; update adit";
	if (def->can & ~CAN_ALL)
		return "has unknown flags in .can; update adit";
	if (def->state_size > PLUGIN_STATE_MAX ||
	    def->conf_size > PLUGIN_CONF_MAX)
		return "has a .state_size or .conf_size that is too large";
	if (def->max_message > PLUGIN_MESSAGE_MAX)
		return "has a .max_message above 16 MiB";
	if (def->max_expect > INSPECT_EXPECTS_MAX)
		return "has a .max_expect above 256";
	if ((def->frame[0] || def->frame[1]) && !def->message)
		return "has .frame but no .message";
	if (def->options && !def->conf_size)
		return "has .options but no .conf_size";
	return NULL;
}

static bool overlap(const struct adit_option *a, const struct adit_option *b)
{
	return a->offset < b->offset + types[b->type].size &&
	       b->offset < a->offset + types[a->type].size;
}

static const char *check_option(const struct plugin *p, size_t i)
{
	const struct adit_option *o = &p->option[i];
	size_t room = p->def.conf_size;

	if (!is_key(o->key))
		return "its key may have the characters a-z 0-9 _ only";
	if (o->type >= ARRAY_LEN(types))
		return "its type is unknown";
	if (o->offset > room || room - o->offset < types[o->type].size)
		return "its field is outside of .conf_size";
	if (o->offset % types[o->type].align)
		return "its field is not aligned for its type";
	if (o->type == ADIT_CHOICE && (!o->preset || !*o->preset))
		return "its .preset has no words to choose from";
	for (size_t k = 0; k < i; k++)
		if (!strcmp(o->key, p->option[k].key) ||
		    overlap(o, &p->option[k]))
			return "another option has the same key or field";
	return NULL;
}

/* The entries have the size that the plugin was compiled with, which may be
 * more than ours. */
static const struct adit_option *entry(const struct adit_plugin *def, size_t i)
{
	return (const void *)((const char *)def->options +
			      i * def->options->size);
}

static bool copy_options(struct plugin *p, char *err, size_t errlen)
{
	const struct adit_option *from = p->def.options;
	const char *why;

	p->option = calloc(PLUGIN_OPTIONS_MAX, sizeof(*p->option));
	if (!p->option)
		return false;
	for (; from && from->key; from = entry(&p->def, p->noptions)) {
		if (from->size != p->def.options->size ||
		    from->size < sizeof(*from) || from->size % sizeof(void *) ||
		    p->noptions == PLUGIN_OPTIONS_MAX) {
			snprintf(err, errlen,
				 "its option table is damaged, or has more "
				 "than %d entries",
				 PLUGIN_OPTIONS_MAX);
			return false;
		}
		memcpy(&p->option[p->noptions], from, sizeof(*from));
		why = check_option(p, p->noptions);
		if (why) {
			snprintf(err, errlen, "option %s: %s", from->key, why);
			return false;
		}
		p->noptions++;
	}
	return true;
}

static bool copy_counters(struct plugin *p, char *err, size_t errlen)
{
	const char *const *c = p->def.counters;

	while (c && c[p->ncounters] && p->ncounters < PLUGIN_COUNTERS_MAX)
		if (!is_key(c[p->ncounters++])) {
			snprintf(err, errlen,
				 "a counter's name may have the characters "
				 "a-z 0-9 _ only");
			return false;
		}
	p->total = calloc(p->ncounters + 1, sizeof(*p->total));
	return p->total;
}

/* Checks the presets now, and not when a resource first uses the plugin. */
static bool try_presets(struct plugin *p, char *err, size_t errlen)
{
	struct conf_errors e = { .file = p->def.name };
	int r = plugin_conf_try(p, &e);

	if (r == ERR_CONF)
		snprintf(err, errlen, "%s", e.text[0]);
	return r == 0;
}

/* A copy, with the defaults filled in.  NULL: out of memory. */
static struct plugin *plugin_copy(const struct adit_plugin *def)
{
	struct plugin *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	/* Members that the plugin does not know of stay zero. */
	memcpy(&p->def, def, MIN(def->size, sizeof(p->def)));
	if (!p->def.max_message)
		p->def.max_message = INSPECT_MESSAGE;
	if (!p->def.max_expect)
		p->def.max_expect = INSPECT_EXPECTS;
	return p;
}

struct plugin *plugin_adopt(const struct adit_plugin *def, const char *name,
			    char *err, size_t errlen)
{
	const char *why = check_head(def);
	struct plugin *p = why ? NULL : plugin_copy(def);

	if (p)
		why = check_body(&p->def, name);
	snprintf(err, errlen, "%s", why ? why : "out of memory");
	if (p && !why && copy_options(p, err, errlen) &&
	    copy_counters(p, err, errlen) && try_presets(p, err, errlen))
		return p;
	plugin_unload(p);
	return NULL;
}

int64_t plugin_total(const struct plugin *p, size_t counter)
{
	return __atomic_load_n(&p->total[counter], __ATOMIC_RELAXED);
}
