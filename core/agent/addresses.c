/* SPDX-License-Identifier: BSD-2-Clause */
/* addresses.c - a loopback address for each name, the same one every time.
 *
 * One file for all agents of a user, a line for each name, with tabs between:
 *
 *     ADDRESS  PROFILE  GATEWAY  NAME
 *
 * An agent uses the lines of its own profile and gateways, and leaves alone the
 * addresses of all others.  "ADDRESS NAME" is a line of an older adit, for
 * whoever asks first. */
#include "agent/addresses.h"

#include "agent/conf_parts.h"
#include "base/conf_text.h"
#include "base/err.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAMES_MAX = 4096 };

static uint32_t number(const struct addr *a)
{
	return (uint32_t)a->ip[0] << 24 | (uint32_t)a->ip[1] << 16 |
	       (uint32_t)a->ip[2] << 8 | a->ip[3];
}

/* The i-th host address of the network: not its first, not its last. */
static struct addr host_at(const struct net *net, uint32_t i)
{
	uint32_t v = number(&net->base) + 1 + i;

	return (struct addr){ .family = AF_INET, .ip = {
		(uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8),
		(uint8_t)v } };
}

static uint32_t hosts(const struct net *net)
{
	uint32_t size = net->bits ? 1U << (32 - net->bits) : UINT32_MAX;

	return size > 3 ? size - 2 : 1;
}

/* FNV-1a: names that look alike shall not lie side by side. */
static uint32_t hash(const char *user, const char *name)
{
	uint32_t h = 2166136261U;

	for (; *user; user++)
		h = (h ^ (uint8_t)*user) * 16777619U;
	h *= 16777619U;
	for (; *name; name++)
		h = (h ^ (uint8_t)*name) * 16777619U;
	return h ^ h >> 15;
}

static struct address_line *find(const struct addresses *a, const char *name)
{
	for (size_t i = 0; i < a->n; i++)
		if (!strcmp(a->lines[i].name, name))
			return &a->lines[i];
	return NULL;
}

static bool is_used(const struct addresses *a, const struct addr *at)
{
	for (size_t i = 0; i < a->n; i++)
		if (addr_same_host(&a->lines[i].at, at))
			return true;
	return false;
}

static bool is_taken(const struct addresses *a, const struct addr *at)
{
	for (size_t i = 0; i < a->nothers; i++)
		if (addr_same_host(&a->others[i], at))
			return true;
	return is_used(a, at);
}

static int add(struct addresses *a, const char *name, const struct addr *at)
{
	struct address_line *more;
	char *copy;

	if (a->n == NAMES_MAX)
		return ERR_LIMIT;
	more = realloc(a->lines, (a->n + 1) * sizeof *more);
	if (!more)
		return ERR_NOMEM;
	a->lines = more;
	copy = strdup(name);
	if (!copy)
		return ERR_NOMEM;
	a->lines[a->n++] = (struct address_line){ .name = copy, .at = *at };
	return 0;
}

static int add_other(struct addresses *a, const struct addr *at)
{
	struct addr *more = realloc(a->others, (a->nothers + 1) * sizeof *more);

	if (!more)
		return ERR_NOMEM;
	a->others = more;
	a->others[a->nothers++] = *at;
	return 0;
}

/* Names of another day, or of another gateway; false: all are in use. */
static bool forget_one(struct addresses *a)
{
	for (size_t i = 0; i < a->n; i++) {
		if (a->lines[i].asked)
			continue;
		free(a->lines[i].name);
		memmove(&a->lines[i], &a->lines[i + 1],
			(--a->n - i) * sizeof *a->lines);
		return true;
	}
	return false;
}

/* The first free address from the i-th on, all around. */
static int pick(const struct addresses *a, uint32_t i, struct addr *at)
{
	uint32_t n = hosts(&a->net), tries = MIN(n, (uint32_t)NAMES_MAX + 1);

	while (tries--) {
		*at = host_at(&a->net, i++ % n);
		if (!is_taken(a, at))
			return 0;
	}
	return ERR_LIMIT;
}

int addresses_get(struct addresses *a, const char *name, struct addr *at)
{
	struct address_line *line = find(a, name);
	int ret;

	if (line) {
		a->changed |= line->is_old;
		line->asked = true;
		line->is_old = false;
		*at = line->at;
		return 0;
	}
	do {
		ret = pick(a, hash(a->conf->user, name) % hosts(&a->net), at);
		if (!ret)
			ret = add(a, name, at);
	} while (ret == ERR_LIMIT && forget_one(a));
	if (!ret)
		a->lines[a->n - 1].asked = a->changed = true;
	return ret;
}

int addresses_next(struct addresses *a, struct addr *at)
{
	uint32_t i = number(at) - number(&a->net.base);
	int ret;

	do
		ret = pick(a, i, at);
	while (ret == ERR_LIMIT && forget_one(a));
	return ret;
}

void addresses_keep(struct addresses *a, const char *name,
		    const struct addr *at)
{
	struct address_line *line = find(a, name);

	if (!line || addr_same_host(&line->at, at))
		return;
	line->at = *at;
	line->at.port = 0;
	a->changed = true;
}

/* ---- the file ------------------------------------------------------------------ */

struct entry {
	struct addr at;
	const char *profile, *gateway;  /* NULL: a line of an older adit */
	const char *name;
};

/* Cuts `text` behind the next `by`; what is left of it, or NULL. */
static char *cut(char *text, char by)
{
	char *at = text ? strchr(text, by) : NULL;

	if (!at)
		return NULL;
	*at = 0;
	return at + 1;
}

/* Into `e`, which points into the line.  False: it cannot be used. */
static bool parse(struct entry *e, char *line)
{
	bool keyed = strchr(line, '\t');
	char *rest = cut(line, keyed ? '\t' : ' ');

	*e = (struct entry){ .name = rest };
	if (keyed) {
		e->profile = rest;
		e->gateway = rest = cut(rest, '\t');
		e->name = cut(rest, '\t');
	}
	return e->name && *e->name && !addr_parse(&e->at, line, 0);
}

static bool is_mine(const struct addresses *a, const struct entry *e)
{
	return !strcmp(e->profile, a->conf->profile) &&
	       name_list_has(&a->conf->gateways, e->gateway);
}

/* Of another agent, whose configuration is still there. */
static bool is_kept(const struct addresses *a, const struct entry *e)
{
	return strcmp(e->profile, a->conf->profile) &&
	       conf_is_there(e->profile);
}

static int take_line(struct addresses *a, char *line)
{
	struct entry e;
	int ret;

	if (!parse(&e, line) || !net_has(&a->net, &e.at))
		return 0;
	if (e.profile && is_kept(a, &e))
		return add_other(a, &e.at);
	if (!e.profile || !is_mine(a, &e))
		a->changed = true;      /* such a line does not stay */
	if ((e.profile && !is_mine(a, &e)) || find(a, e.name) ||
	    is_used(a, &e.at))
		return 0;
	ret = add(a, e.name, &e.at);
	if (!ret)
		a->lines[a->n - 1].is_old = !e.profile;
	return ret;
}

/* What stands in the file, ending with NUL; nothing where it cannot be used. */
static void read_text(const struct addresses *a, struct buf *text)
{
	struct conf_errors e = { .file = a->path };

	if (access(a->path, F_OK) || conf_text_read(text, false, &e) ||
	    buf_append(text, "", 1)) {
		conf_errors_log(&e);
		buf_fini(text);
	}
}

static int read_file(struct addresses *a)
{
	struct buf text = { 0 };
	char *line, *next;
	int ret = 0;

	read_text(a, &text);
	for (line = (char *)buf_ptr(&text); buf_len(&text) && line && !ret;
	     line = next) {
		next = cut(line, '\n');
		ret = take_line(a, line);
	}
	buf_fini(&text);
	return ret == ERR_NOMEM ? ret : 0;
}

int addresses_init(struct addresses *a, const struct agent_conf *conf)
{
	*a = (struct addresses){ .net = conf->loopback_net, .conf = conf };
	/* A path of which no line can be made is not remembered. */
	if (!conf->state_dir || strpbrk(conf->profile, "\t\r\n"))
		return 0;
	if (asprintf(&a->path, "%s/addresses", conf->state_dir) < 0) {
		a->path = NULL;
		return ERR_NOMEM;
	}
	return read_file(a);
}

void addresses_fini(struct addresses *a)
{
	for (size_t i = 0; i < a->n; i++)
		free(a->lines[i].name);
	free(a->lines);
	free(a->others);
	free(a->path);
	*a = (struct addresses){ 0 };
}

static void write_mine(const struct addresses *a, FILE *f)
{
	char text[ADDR_TEXT];

	for (size_t i = 0; i < a->n; i++) {
		const struct address_line *l = &a->lines[i];

		/* A gateway may have named it: it gets one line, or none. */
		if (l->is_old || strpbrk(l->name, "\r\n"))
			continue;
		fprintf(f, "%s\t%s\t%s\t%s\n", addr_host(&l->at, text),
			a->conf->profile, a->conf->gateways.item[0], l->name);
	}
}

/* As they stand in the file now. */
static void copy_others(const struct addresses *a, FILE *f)
{
	struct buf text = { 0 };
	char *line, *next, host[ADDR_TEXT];
	struct entry e;

	read_text(a, &text);
	for (line = (char *)buf_ptr(&text); buf_len(&text) && line;
	     line = next) {
		next = cut(line, '\n');
		if (parse(&e, line) && e.profile && is_kept(a, &e) &&
		    ftell(f) < CONF_TEXT_MAX / 2)
			fprintf(f, "%s\t%s\t%s\t%s\n",
				addr_host(&e.at, host), e.profile, e.gateway,
				e.name);
	}
	buf_fini(&text);
}

static int write_file(const struct addresses *a, const char *temp)
{
	FILE *f = fopen(temp, "we");
	int ret;

	if (!f)
		return ERR_SYS;
	write_mine(a, f);
	copy_others(a, f);
	ret = ferror(f) ? ERR_SYS : 0;
	if (fclose(f))
		ret = ERR_SYS;
	return ret ? ret : rename(temp, a->path) ? ERR_SYS : 0;
}

void addresses_save(struct addresses *a)
{
	char *temp;
	int dir;

	if (!a->changed || !a->path ||
	    asprintf(&temp, "%s.%ld", a->path, (long)getpid()) < 0)
		return;
	/* Two agents at once must not forget each other's news. */
	dir = open(a->conf->state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0 || flock(dir, LOCK_EX) || write_file(a, temp)) {
		log_msg(LOG_WARN, NULL, "%s: %s; addresses may change",
			a->path, strerror(errno));
		unlink(temp);
	}
	if (dir >= 0)
		close(dir);
	free(temp);
	a->changed = false;
}
