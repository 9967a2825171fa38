/* SPDX-License-Identifier: BSD-2-Clause */
/* addresses.c - a loopback address for each name, the same one every time.
 *
 * All agents of a user share one file.  It has the salt and a line for each
 * name, with tabs between its parts:
 *
 *     salt     KEY
 *     ADDRESS  PROFILE  GATEWAY  NAME
 *
 * An agent uses the lines of its own profile and of its gateway.  All other
 * addresses in the file stay unused: a program that knows the address of one
 * gateway's resource must never get to another gateway, whatever that one
 * calls its resources. */
#include "agent/addresses.h"

#include "agent/conf_parts.h"
#include "base/conf_text.h"
#include "base/err.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	NAMES_MAX = 4096,
	FILE_BYTES = 1 << 20,
	/* The most that one agent may write: a gateway with long names, or with
	 * many, must leave room for the others. */
	SHARE_BYTES = FILE_BYTES / 4,
	SHARE_LEAST = 16,
	PORT_LEAST = 10000,
	PORTS = 50000,
};

#define SALT "salt\t"
enum { HALF = 16 }; /* of its digits */

static uint32_t addresses_number(const struct addr *a)
{
	return (uint32_t)a->ip[0] << 24 | (uint32_t)a->ip[1] << 16 |
	       (uint32_t)a->ip[2] << 8 | a->ip[3];
}

/* The i-th host address of the network: not its first, not its last. */
static struct addr host_at(const struct net *net, uint32_t i)
{
	uint32_t v = addresses_number(&net->base) + 1 + i;

	return (struct addr){ .family = AF_INET,
			      .ip = { (uint8_t)(v >> 24), (uint8_t)(v >> 16),
				      (uint8_t)(v >> 8), (uint8_t)v } };
}

static uint32_t hosts(const struct net *net)
{
	uint32_t size = net->bits ? 1U << (32 - net->bits) : UINT32_MAX;

	return size > 3 ? size - 2 : 1;
}

/* With the secret salt, so that neither a web page nor another user can
 * compute the address of a resource whose name they know. */
static uint64_t hash(const struct addresses *a, const char *name)
{
	const char *const of[] = { a->conf->profile, a->names.item[0],
				   a->conf->user };
	struct sip_key key = a->salt;

	for (size_t i = 0; i < ARRAY_LEN(of); i++)
		key.k[0] ^= siphash(&key, of[i], strlen(of[i]));
	return siphash(&key, name, strlen(name));
}

static struct address_line *addresses_find(const struct addresses *a,
					   const char *name)
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

static int addresses_add(struct addresses *a, const char *name,
			 const struct addr *at)
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
	a->lines[a->n++] = (struct address_line){
		.name = copy,
		.at = *at,
		.gateway = a->names.item[0],
	};
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

/* Forgets the oldest name that this process was not asked for.  False: it
 * was asked for all of them. */
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
	struct address_line *line = addresses_find(a, name);
	int ret;

	if (line) {
		line->asked = true;
		*at = line->at;
		return 0;
	}
	do {
		ret = pick(a, (uint32_t)(hash(a, name) % hosts(&a->net)), at);
		if (!ret)
			ret = addresses_add(a, name, at);
	} while (ret == ERR_LIMIT && forget_one(a));
	if (!ret)
		a->lines[a->n - 1].asked = a->changed = true;
	return ret;
}

int addresses_next(struct addresses *a, struct addr *at)
{
	uint32_t i = addresses_number(at) - addresses_number(&a->net.base);
	int ret;

	do
		ret = pick(a, i, at);
	while (ret == ERR_LIMIT && forget_one(a));
	return ret;
}

uint16_t addresses_port(const struct addresses *a, const char *name, unsigned i)
{
	return (uint16_t)(PORT_LEAST + (hash(a, name) + i) % PORTS);
}

void addresses_keep(struct addresses *a, const char *name,
		    const struct addr *at)
{
	struct address_line *line = addresses_find(a, name);

	if (!line || addr_same_host(&line->at, at))
		return;
	line->at = *at;
	line->at.port = 0;
	a->changed = true;
}

/* ---- the file -------------------------------------------------------- */

struct address_entry {
	struct addr at;
	const char *profile, *gateway, *name;
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

/* Fills `e` with pointers into the line.  False: it cannot be used. */
static bool addresses_parse_line(struct address_entry *e, char *line)
{
	char *profile = cut(line, '\t'), *gateway = cut(profile, '\t');

	*e = (struct address_entry){ .profile = profile,
				     .gateway = gateway,
				     .name = cut(gateway, '\t') };
	return e->name && *e->name && !addr_parse(&e->at, line, 0);
}

/* False: the line does not hold the salt. */
static bool parse_salt(struct sip_key *to, const char *line)
{
	char half[HALF + 1] = "";

	if (strncmp(line, SALT, strlen(SALT)))
		return false;
	line += strlen(SALT);
	if (strlen(line) != 2 * HALF ||
	    strspn(line, "0123456789abcdef") != 2 * HALF)
		return false;
	memcpy(half, line, HALF);
	to->k[0] = strtoull(half, NULL, 16);
	to->k[1] = strtoull(line + HALF, NULL, 16);
	return true;
}

static bool is_mine(const struct addresses *a, const struct address_entry *e)
{
	return !strcmp(e->profile, a->conf->profile) &&
	       name_list_has(&a->names, e->gateway);
}

/* Whether a line that is not this agent's own stays in the file: another
 * agent's whose configuration still exists, or one of a gateway that this
 * agent used before and may use again. */
static bool is_kept(const struct addresses *a, const struct address_entry *e)
{
	if (!strcmp(e->profile, a->conf->profile))
		return !name_list_has(&a->names, e->gateway);
	return conf_is_there(e->profile);
}

/* The copy of `gateway` that lives as long as the line. */
static const char *own_copy(const struct addresses *a, const char *gateway)
{
	size_t i = 0;

	while (strcmp(a->names.item[i], gateway))
		i++;
	return a->names.item[i];
}

static int take_line(struct addresses *a, char *line)
{
	struct address_entry e;
	int ret;

	if (parse_salt(&a->salt, line) || !addresses_parse_line(&e, line) ||
	    !net_has(&a->net, &e.at))
		return 0;
	if (is_kept(a, &e))
		return add_other(a, &e.at);
	a->changed |= !is_mine(a, &e); /* the line is dropped from the file */
	if (!is_mine(a, &e) || addresses_find(a, e.name) || is_used(a, &e.at))
		return 0;
	ret = addresses_add(a, e.name, &e.at);
	if (!ret)
		a->lines[a->n - 1].gateway = own_copy(a, e.gateway);
	return ret;
}

/* Earlier versions may have left the file readable for a group, which
 * conf_text_read refuses.  In a folder that nobody else can enter nobody
 * else has written it, so its mode is mended. */
static void shut_file(const struct addresses *a)
{
	struct stat st;

	if (!stat(a->conf->state_dir, &st) && st.st_uid == geteuid() &&
	    !(st.st_mode & 077) && chmod(a->path, 0600) && errno != ENOENT)
		log_msg(LOG_DEBUG, NULL, "%s: %s", a->path, strerror(errno));
}

/* What stands in the file, ending with NUL; nothing where it cannot be used. */
static void read_text(const struct addresses *a, struct buf *text)
{
	struct conf_errors e = { .file = a->path };

	shut_file(a);
	if (access(a->path, F_OK) || conf_text_read(text, false, &e) ||
	    buf_append(text, "", 1)) {
		conf_errors_log(&e);
		buf_fini(text);
	}
}

static int addresses_read(struct addresses *a)
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

/* The names by which a gateway is told apart from others: those of the
 * configuration, not what it says itself.  Gateways of one list stand for
 * each other; one that is not in the list any more stands for itself. */
static int add_names(struct name_list *to, const struct agent_conf *conf,
		     size_t at)
{
	size_t listed = conf->gateways.n - conf->nleft;
	int ret = 0;

	if (conf->server_name)
		return name_list_add(to, conf->server_name);
	if (at >= listed)
		return name_list_add(to, conf->gateways.item[at]);
	for (size_t i = 0; i < listed && !ret; i++)
		ret = name_list_add(to, conf->gateways.item[i]);
	return ret;
}

bool addresses_are_of(const struct addresses *a, const struct agent_conf *conf,
		      size_t at)
{
	struct name_list names = { 0 };
	bool same = !add_names(&names, conf, at) && names.n == a->names.n;

	for (size_t i = 0; i < names.n && same; i++)
		same = name_list_has(&a->names, names.item[i]);
	name_list_fini(&names);
	return same;
}

int addresses_init(struct addresses *a, const struct agent_conf *conf,
		   size_t at)
{
	int ret;

	*a = (struct addresses){ .net = conf->loopback_net, .conf = conf };
	ret = add_names(&a->names, conf, at);
	if (!ret)
		ret = sip_key_new(&a->salt);
	/* A profile whose path has a tab or a line break has no lines. */
	if (ret || !conf->state_dir || strpbrk(conf->profile, "\t\r\n"))
		return ret;
	if (asprintf(&a->path, "%s/addresses", conf->state_dir) < 0) {
		a->path = NULL;
		return ERR_NOMEM;
	}
	return addresses_read(a);
}

void addresses_fini(struct addresses *a)
{
	for (size_t i = 0; i < a->n; i++)
		free(a->lines[i].name);
	free(a->lines);
	free(a->others);
	free(a->path);
	name_list_fini(&a->names);
	*a = (struct addresses){ 0 };
}

static void write_mine(const struct addresses *a, FILE *f)
{
	size_t most = MAX(hosts(&a->net) / 2, (uint32_t)SHARE_LEAST);
	long from = ftell(f);
	char text[ADDR_TEXT];

	for (size_t i = 0; i < MIN(a->n, most); i++) {
		const struct address_line *l = &a->lines[i];

		/* Gateways choose these names: a line break in one must not
		 * make another line. */
		if (!strpbrk(l->name, "\r\n") && ftell(f) - from < SHARE_BYTES)
			fprintf(f, "%s\t%s\t%s\t%s\n", addr_host(&l->at, text),
				a->conf->profile, l->gateway, l->name);
	}
}

/* Copies a line that is kept.  The salt in the file counts, since the agent
 * that was first wrote it for all. */
static void copy_line(struct addresses *a, FILE *f, char *line)
{
	char host[ADDR_TEXT];
	struct address_entry e;

	if (!parse_salt(&a->salt, line) && addresses_parse_line(&e, line) &&
	    is_kept(a, &e) && ftell(f) < FILE_BYTES - SHARE_BYTES)
		fprintf(f, "%s\t%s\t%s\t%s\n", addr_host(&e.at, host),
			e.profile, e.gateway, e.name);
}

static int print_file(struct addresses *a, FILE *f)
{
	char *others = NULL, *line, *next;
	struct buf text = { 0 };
	size_t n = 0;
	FILE *to = open_memstream(&others, &n);

	if (!to)
		return ERR_NOMEM;
	read_text(a, &text);
	for (line = (char *)buf_ptr(&text); buf_len(&text) && line;
	     line = next) {
		next = cut(line, '\n');
		copy_line(a, to, line);
	}
	buf_fini(&text);
	fclose(to);
	fprintf(f, SALT "%016" PRIx64 "%016" PRIx64 "\n", a->salt.k[0],
		a->salt.k[1]);
	write_mine(a, f);
	fwrite(others ? others : "", 1, n, f);
	free(others);
	return ferror(f) ? ERR_SYS : 0;
}

/* Only this user may read it: whoever knows the salt can compute the
 * addresses. */
static int write_file(struct addresses *a, const char *temp)
{
	int fd, ret;
	FILE *f;

	unlink(temp);
	fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	f = fd < 0 ? NULL : fdopen(fd, "w");
	if (!f) {
		if (fd >= 0)
			close(fd);
		return ERR_SYS;
	}
	ret = print_file(a, f);
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
		log_msg(LOG_WARN, NULL,
			"cannot write %s: %s; resources may get other "
			"addresses after the next start",
			a->path, strerror(errno));
		unlink(temp);
	}
	if (dir >= 0)
		close(dir);
	free(temp);
	a->changed = false;
}
