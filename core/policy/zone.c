/* SPDX-License-Identifier: BSD-2-Clause */
/* zone.c - the time zones that the hours of resources name. */
#include "policy/zone.h"

#include "base/err.h"
#include "policy/conf_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The largest file of tzdata has 4 KiB. */
enum { ZONE_FILE_MAX = 64 << 10, ZONE_HEADER = 44 };

#define ZONE_DIR "/usr/share/zoneinfo"
#define ZONE_LOCAL "/etc/localtime"

/* ---- one file ------------------------------------------------------------ */

int zone_rule_of(const void *p, size_t n, char rule[HOURS_RULE_TEXT])
{
	const char *from = p, *end = from + n - 1, *begin;
	struct hours_rule r;
	size_t len;

	/* Version 1 has no rule. */
	if (n < ZONE_HEADER || memcmp(from, "TZif", 4) || from[4] < '2' ||
	    *end != '\n')
		return ERR_INVAL;
	begin = memrchr(from, '\n', n - 1);
	len = begin ? (size_t)(end - begin - 1) : 0;
	if (!len || len >= HOURS_RULE_TEXT || memchr(begin, 0, len))
		return ERR_INVAL;
	memcpy(rule, begin + 1, len);
	rule[len] = 0;
	return hours_read_rule(&r, rule);
}

static int zone_load(const char *path, char rule[HOURS_RULE_TEXT])
{
	static const int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	int fd = open(path, flags), ret = ERR_INVAL;
	uint8_t *p;
	struct stat st;
	ssize_t n;

	if (fd < 0)
		return ERR_SYS;
	p = malloc(ZONE_FILE_MAX);
	n = p && !fstat(fd, &st) && S_ISREG(st.st_mode) ?
		    read(fd, p, ZONE_FILE_MAX) :
		    -1;
	if (n > 0)
		ret = zone_rule_of(p, (size_t)n, rule);
	else if (!p)
		ret = ERR_NOMEM;
	free(p);
	close(fd);
	return ret;
}

static void zone_path(const char *name, char path[PATH_MAX])
{
	const char *dir = getenv("TZDIR");

	if (!name[0])
		snprintf(path, PATH_MAX, "%s", ZONE_LOCAL);
	else
		snprintf(path, PATH_MAX, "%s/%s", dir ? dir : ZONE_DIR, name);
}

/* ---- all of a configuration ---------------------------------------------- */

static int zone_read(struct gw_resource *r, struct conf_errors *e)
{
	struct opt_target t = { gw_resource_opts, r, &r->lines };
	struct hours *h = &r->hours;
	unsigned line = opt_line(&t, "hours");
	char path[PATH_MAX];
	int ret;

	zone_path(h->zone, path);
	ret = zone_load(path, h->rule_text);
	if (ret == ERR_SYS && !h->zone[0] && errno == ENOENT) {
		snprintf(h->rule_text, sizeof h->rule_text, "UTC0");
		ret = 0;
	}
	if (!ret)
		return hours_read_rule(&h->rule, h->rule_text);
	if (ret == ERR_SYS)
		conf_error(e, line,
			   "hours: the time zone %s is unknown here: %s: %s; "
			   "install tzdata, or name another one, such as "
			   "Europe/Berlin or Etc/UTC",
			   h->zone, path, strerror(errno));
	else if (ret == ERR_INVAL)
		conf_error(e, line,
			   "hours: %s is no file of a time zone (RFC 9636) "
			   "with a rule for the time to come",
			   path);
	else
		conf_error(e, line, "%s", err_str(ret));
	return ret == ERR_NOMEM ? ret : ERR_CONF;
}

int zones_read(struct gw_conf *c, struct conf_errors *e)
{
	int worst = 0;

	for (size_t i = 0; i < c->nresources; i++) {
		int ret = c->resources[i].hours_text ?
				  zone_read(&c->resources[i], e) :
				  0;

		worst = ret ? ret : worst;
	}
	return worst;
}

/* One line for each resource that has hours, in their order. */
int zones_pack(struct buf *out, const struct gw_conf *c)
{
	for (size_t i = 0; i < c->nresources; i++) {
		const struct gw_resource *r = &c->resources[i];
		const char *rule = r->hours.rule_text;

		if (r->hours_text && (buf_append(out, rule, strlen(rule)) ||
				      buf_append(out, "\n", 1)))
			return ERR_NOMEM;
	}
	return 0;
}

int zones_unpack(struct gw_conf *c, const void *p, size_t n)
{
	const char *at = p, *end = at + n;

	for (size_t i = 0; i < c->nresources; i++) {
		struct hours *h = &c->resources[i].hours;
		const char *nl;
		size_t len;

		if (!c->resources[i].hours_text)
			continue;
		nl = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
		len = nl ? (size_t)(nl - at) : 0;
		if (!len || len >= HOURS_RULE_TEXT)
			return ERR_PROTO;
		memcpy(h->rule_text, at, len);
		h->rule_text[len] = 0;
		if (hours_read_rule(&h->rule, h->rule_text))
			return ERR_PROTO;
		at = nl + 1;
	}
	return at == end ? 0 : ERR_PROTO;
}
