/* SPDX-License-Identifier: BSD-2-Clause */
/* addresses.c - a loopback address for each name, the same one every time. */
#include "agent/addresses.h"

#include "base/conf_text.h"
#include "base/err.h"
#include "base/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

static bool is_taken(const struct addresses *a, const struct addr *at)
{
	for (size_t i = 0; i < a->n; i++)
		if (addr_same_host(&a->lines[i].at, at))
			return true;
	return false;
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
	a->lines[a->n++] = (struct address_line){ copy, *at, false };
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
		line->asked = true;
		*at = line->at;
		return 0;
	}
	do {
		ret = pick(a, hash(a->user, name) % hosts(&a->net), at);
		if (!ret)
			ret = add(a, name, at);
	} while (ret == ERR_LIMIT && forget_one(a));
	if (!ret)
		a->lines[a->n - 1].asked = a->changed = true;
	return ret;
}

int addresses_next(struct addresses *a, const char *name, struct addr *at)
{
	struct address_line *line = find(a, name);
	uint32_t i;
	int ret;

	if (!line)
		return addresses_get(a, name, at);
	i = number(&line->at) - number(&a->net.base);
	do
		ret = pick(a, i, at);
	while (ret == ERR_LIMIT && forget_one(a));
	/* Where it stands may have changed. */
	line = find(a, name);
	if (!ret && line)
		line->at = *at;
	a->changed = true;
	return ret;
}

/* "ADDRESS NAME" */
static int read_line(struct addresses *a, char *line)
{
	char *space = strchr(line, ' ');
	struct addr at;

	if (!space)
		return 0;
	*space = 0;
	if (addr_parse(&at, line, 0) || !net_has(&a->net, &at) ||
	    is_taken(a, &at) || find(a, space + 1) || !space[1])
		return 0;
	return add(a, space + 1, &at);
}

static int read_file(struct addresses *a)
{
	struct conf_errors e = { .file = a->path };
	struct buf text = { 0 };
	char *line, *end;
	int ret = 0;

	if (access(a->path, F_OK) || conf_text_read(&text, false, &e) ||
	    buf_append(&text, "", 1)) {
		conf_errors_log(&e);
		buf_fini(&text);
		return 0;
	}
	for (line = (char *)buf_ptr(&text); *line && !ret; line = end) {
		end = line + strcspn(line, "\n");
		if (*end)
			*end++ = 0;
		ret = read_line(a, line);
	}
	buf_fini(&text);
	return ret == ERR_NOMEM ? ret : 0;
}

int addresses_init(struct addresses *a, const char *dir, const struct net *net,
		   const char *user)
{
	*a = (struct addresses){ .net = *net, .user = user };
	if (!dir)
		return 0;
	if (asprintf(&a->path, "%s/addresses", dir) < 0) {
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
	free(a->path);
	*a = (struct addresses){ 0 };
}

static int write_lines(const struct addresses *a, FILE *f)
{
	char text[ADDR_TEXT];

	for (size_t i = 0; i < a->n; i++)
		/* A gateway may have named it: it gets one line, or none. */
		if (!strpbrk(a->lines[i].name, "\r\n"))
			fprintf(f, "%s %s\n", addr_host(&a->lines[i].at, text),
				a->lines[i].name);
	return ferror(f) ? ERR_SYS : 0;
}

void addresses_save(struct addresses *a)
{
	char *temp;
	FILE *f;
	int ret;

	if (!a->changed || !a->path || asprintf(&temp, "%s.%ld", a->path, (long)getpid()) < 0)
		return;
	f = fopen(temp, "we");
	ret = f ? write_lines(a, f) : ERR_SYS;
	if (f && fclose(f))
		ret = ERR_SYS;
	if (ret || rename(temp, a->path)) {
		log_msg(LOG_WARN, NULL, "%s: %s; addresses may change",
			a->path, strerror(errno));
		unlink(temp);
	}
	free(temp);
	a->changed = false;
}
