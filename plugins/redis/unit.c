/* SPDX-License-Identifier: BSD-2-Clause */
/* unit.c - rewrites elements that name a node: of CLUSTER SLOTS and SHARDS, of
 * ROLE, and of what SENTINEL answers. */
#include "inside.h"

#include <stdio.h>
#include <string.h>

enum { FIELDS_MAX = 8 };

/* What stands in a field of a node. */
enum field {
	FIELD_NONE,
	FIELD_HOST, /* what clients dial */
	FIELD_IP,   /* the same as an address, or another name of it */
	FIELD_PORT,
	FIELD_NAME, /* of a replica at a Sentinel: "HOST:PORT" */
	FIELD_MASTER_HOST,
	FIELD_MASTER_PORT
};

struct unit_fields {
	size_t n;
	struct {
		enum field what;
		struct resp_item item;
	} of[FIELDS_MAX];
};

static void field_add(struct unit_fields *f, enum field what,
		      const struct resp_item *item)
{
	if (what == FIELD_NONE || f->n == FIELDS_MAX)
		return;
	f->of[f->n].what = what;
	f->of[f->n++].item = *item;
}

static const struct resp_item *field_find(const struct unit_fields *f,
					  enum field what)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->of[i].what == what)
			return &f->of[i].item;
	return NULL;
}

/* Makes a node of the fields that have its host, its address and its port.
 * False: it has no port. */
static bool field_node(const struct unit_fields *f, enum field host,
		       enum field port, struct redis_node *node)
{
	const struct resp_item *h = field_find(f, host);
	const struct resp_item *i = field_find(f, FIELD_IP);
	const struct resp_item *p = field_find(f, port);

	*node = (struct redis_node){ .host = "" };
	if (h && h->text) {
		node->host = h->text;
		node->nhost = h->len;
	}
	if (i && i->text && host == FIELD_HOST) {
		node->ip = i->text;
		node->nip = i->len;
	}
	node->port = p ? resp_port(p) : 0;
	return h && node->port;
}

/* Names that are keys in a node. */
struct unit_key {
	const char *name;
	enum field what;
};

static enum field unit_key(const struct unit_key *keys,
			   const struct resp_item *name)
{
	while (keys->name && !resp_is(name, keys->name))
		keys++;
	return keys->what;
}

/* Reads the names and values of a list of n elements from *at on. */
static void unit_pairs(const struct adit_msg *m, size_t *at, int64_t n,
		       const struct unit_key *keys, struct unit_fields *f)
{
	struct resp_item name, value;
	int64_t whole;

	for (; n > 1; n -= 2) {
		if (!resp_next(m->data, m->len, at, &name))
			return;
		whole = resp_whole(m->data + *at, m->len - *at);
		if (whole <= 0 || !resp_next(m->data, m->len, at, &value))
			return;
		*at = value.start + (size_t)whole;
		if (value.r.shape != RESP_LIST)
			field_add(f, unit_key(keys, &name), &value);
	}
}

/* Rewrites the fields of a node, which the client reaches at `show`, and those
 * of its master. */
static enum adit_verdict unit_rewrite(struct adit_msg *m,
				      const struct unit_fields *f,
				      const struct adit_addr *show,
				      const struct adit_addr *master)
{
	char both[sizeof show->host + 8];
	struct patch p;

	patch_init(&p, m->data, m->len);
	for (size_t i = 0; i < f->n; i++) {
		const struct resp_item *item = &f->of[i].item;
		enum field what = f->of[i].what;

		if ((what == FIELD_HOST || what == FIELD_IP) && show)
			patch_bulk(&p, item, show->host);
		if (what == FIELD_PORT && show)
			patch_port(&p, item, show->port);
		if (what == FIELD_NAME && show &&
		    memchr(item->text, ':', item->len)) {
			snprintf(both, sizeof both, "%s:%u", show->host,
				 (unsigned)show->port);
			patch_bulk(&p, item, both);
		}
		if (what == FIELD_MASTER_HOST && master)
			patch_bulk(&p, item, master->host);
		if (what == FIELD_MASTER_PORT && master)
			patch_port(&p, item, master->port);
	}
	if (p.changed)
		adit_count(m->ch, COUNT_NODES, 1);
	return patch_done(&p, m, NULL);
}

static enum adit_verdict unit_finish(struct adit_msg *m,
				     const struct unit_fields *f)
{
	struct adit_addr show, master;
	struct redis_node node, over;
	enum adit_result r = ADIT_FAILED, of_master = ADIT_FAILED;

	if (field_node(f, FIELD_HOST, FIELD_PORT, &node))
		r = redis_show(m, &node, &show);
	if (field_node(f, FIELD_MASTER_HOST, FIELD_MASTER_PORT, &over) &&
	    over.nhost)
		of_master = redis_show(m, &over, &master);
	if (r == ADIT_WAIT || of_master == ADIT_WAIT)
		return ADIT_HOLD;
	return unit_rewrite(m, f, r == ADIT_OK ? &show : NULL,
			    of_master == ADIT_OK ? &master : NULL);
}

/* A node of CLUSTER SLOTS: host, port, id, and a list of names and values. */
static enum adit_verdict unit_slots(struct adit_msg *m)
{
	static const struct unit_key keys[] = { { "ip", FIELD_IP },
						{ "hostname", FIELD_IP },
						{ NULL, FIELD_NONE } };
	struct unit_fields f = { .n = 0 };
	struct resp_item list, host, port, item;
	size_t at = 0;

	if (!resp_next(m->data, m->len, &at, &list) || list.r.n < 2 ||
	    !resp_next(m->data, m->len, &at, &host) ||
	    !resp_next(m->data, m->len, &at, &port))
		return ADIT_PASS;
	field_add(&f, FIELD_HOST, &host);
	field_add(&f, FIELD_PORT, &port);
	if (resp_next(m->data, m->len, &at, &item) &&
	    resp_next(m->data, m->len, &at, &item))
		unit_pairs(m, &at, item.r.n, keys, &f);
	return unit_finish(m, &f);
}

/* A node of CLUSTER SHARDS. */
static enum adit_verdict unit_shards(struct adit_msg *m)
{
	static const struct unit_key keys[] = { { "endpoint", FIELD_HOST },
						{ "ip", FIELD_IP },
						{ "hostname", FIELD_NAME },
						{ "port", FIELD_PORT },
						{ NULL, FIELD_NONE } };
	struct unit_fields f = { .n = 0 };
	struct resp_item list;
	size_t at = 0;

	if (!resp_next(m->data, m->len, &at, &list) ||
	    list.r.shape != RESP_LIST)
		return ADIT_PASS;
	unit_pairs(m, &at, list.r.n, keys, &f);
	for (size_t i = 0; i < f.n; i++)
		if (f.of[i].what == FIELD_NAME)
			f.of[i].what = f.of[i].item.len ? FIELD_IP : FIELD_NONE;
	return unit_finish(m, &f);
}

/* What a Sentinel knows of a master, a replica or another Sentinel. */
static enum adit_verdict unit_instance(struct adit_msg *m)
{
	static const struct unit_key keys[] = {
		{ "name", FIELD_NAME },
		{ "ip", FIELD_HOST },
		{ "port", FIELD_PORT },
		{ "master-host", FIELD_MASTER_HOST },
		{ "master-port", FIELD_MASTER_PORT },
		{ NULL, FIELD_NONE }
	};
	struct redis_state *st = adit_state(m->ch);
	struct unit_fields f = { .n = 0 };
	struct resp_item list;
	size_t at = 0;

	if (!resp_next(m->data, m->len, &at, &list) ||
	    list.r.shape != RESP_LIST)
		return ADIT_PASS;
	st->server = SERVER_SENTINEL;
	unit_pairs(m, &at, list.r.n, keys, &f);
	return unit_finish(m, &f);
}

/* A host and a port, from *at on. */
static bool unit_address(const struct adit_msg *m, size_t *at,
			 struct unit_fields *f)
{
	struct resp_item host, port;

	*f = (struct unit_fields){ .n = 0 };
	if (!resp_next(m->data, m->len, at, &host) ||
	    !resp_next(m->data, m->len, at, &port) || !host.text)
		return false;
	field_add(f, FIELD_HOST, &host);
	field_add(f, FIELD_PORT, &port);
	return true;
}

static enum adit_verdict unit_master(struct adit_msg *m)
{
	struct redis_state *st = adit_state(m->ch);
	struct unit_fields f;
	struct resp_item list;
	size_t at = 0;

	if (!resp_next(m->data, m->len, &at, &list) || list.r.n != 2 ||
	    !unit_address(m, &at, &f))
		return ADIT_PASS;
	st->server = SERVER_SENTINEL;
	return unit_finish(m, &f);
}

/* ROLE of a master: its replicas, each a list of host, port and offset. */
static enum adit_verdict unit_replicas(struct adit_msg *m, size_t at)
{
	struct resp_item item, list;
	struct unit_fields f;
	struct redis_node node;
	struct adit_addr show;
	enum adit_result r;
	bool wait = false;
	struct patch p;

	if (!resp_next(m->data, m->len, &at, &item) ||
	    !resp_next(m->data, m->len, &at, &list))
		return ADIT_PASS;
	patch_init(&p, m->data, m->len);
	for (int64_t n = list.r.n; n > 0; n--) {
		if (!resp_next(m->data, m->len, &at, &item) ||
		    !unit_address(m, &at, &f) ||
		    !resp_next(m->data, m->len, &at, &item))
			break;
		if (!field_node(&f, FIELD_HOST, FIELD_PORT, &node))
			continue;
		r = redis_show(m, &node, &show);
		wait |= r == ADIT_WAIT;
		if (r != ADIT_OK)
			continue;
		patch_bulk(&p, &f.of[0].item, show.host);
		patch_port(&p, &f.of[1].item, show.port);
	}
	if (!wait)
		return patch_done(&p, m, NULL);
	patch_fini(&p);
	return ADIT_HOLD;
}

static enum adit_verdict unit_role(struct adit_msg *m)
{
	struct redis_state *st = adit_state(m->ch);
	struct resp_item list, role;
	struct unit_fields f;
	size_t at = 0;

	if (!resp_next(m->data, m->len, &at, &list) ||
	    list.r.shape != RESP_LIST ||
	    !resp_next(m->data, m->len, &at, &role))
		return ADIT_PASS;
	st->server = resp_is(&role, "sentinel") ? SERVER_SENTINEL : SERVER_NODE;
	if (resp_is(&role, "slave") && unit_address(m, &at, &f))
		return unit_finish(m, &f);
	return resp_is(&role, "master") ? unit_replicas(m, at) : ADIT_PASS;
}

/* The answer to the plugin's own ROLE. */
static enum adit_verdict unit_probe(struct adit_msg *m)
{
	struct redis_state *st = adit_state(m->ch);
	struct resp_item list, role;
	size_t at = 0;

	if (resp_next(m->data, m->len, &at, &list) &&
	    list.r.shape == RESP_LIST &&
	    resp_next(m->data, m->len, &at, &role) && role.text)
		st->server = resp_is(&role, "sentinel") ? SERVER_SENTINEL :
							  SERVER_NODE;
	return ADIT_DROP;
}

enum adit_verdict redis_unit(struct adit_msg *m, enum due_kind kind)
{
	switch (kind) {
	case DUE_SLOTS:
		return unit_slots(m);
	case DUE_SHARDS:
		return unit_shards(m);
	case DUE_NODES:
	case DUE_REPLICAS:
		return redis_nodes(m);
	case DUE_INFO:
		return redis_info(m);
	case DUE_ROLE:
		return unit_role(m);
	case DUE_INSTANCES:
	case DUE_INSTANCE:
		return unit_instance(m);
	case DUE_MASTER:
		return unit_master(m);
	case DUE_PROBE:
		return unit_probe(m);
	case DUE_LOOKUP:
		return redis_looked_up(m);
	case DUE_PERMIT:
		return redis_mute_answer(m);
	case DUE_FENCE:
	case DUE_FENCED_RESET:
		return ADIT_DROP;
	case DUE_REFUSED:
		return *m->data == '-' ?
			       adit_rewritef(m, "-NOPERM the gateway refuses "
						"this command (read_only or "
						"deny_commands of adit)\r\n") :
			       ADIT_PASS;
	default:
		return ADIT_PASS;
	}
}
