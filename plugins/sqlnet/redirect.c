/* SPDX-License-Identifier: BSD-2-Clause */
/* redirect.c - finds and replaces the addresses in the text of a REDIRECT. */
#include "redirect.h"

#include "nv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { TEXT_MAX = 8192 };

/* An ADDRESS that is being read. */
struct redirect_parse {
	const char *text;
	const struct adit_addr *server;
	struct redirect_addresses *a;
	const char *node;                    /* its name; NULL: none is read */
	struct nv_atom host, port, protocol; /* .depth 0: not seen yet */
	size_t edits;                        /* of addresses before it */
};

static bool is_loopback(const char *host)
{
	static const char *const names[] = {
		"localhost", "localhost.localdomain", "0.0.0.0", "::",
		"::1",       "ip6-localhost",         NULL
	};

	return !*host || adit_listed(names, host) || !strncmp(host, "127.", 4);
}

static bool copy(const struct redirect_parse *p, const struct nv_atom *a,
		 char *to, size_t cap)
{
	size_t n = a->to - a->from;

	if (n >= cap)
		return false;
	memcpy(to, p->text + a->from, n);
	to[n] = 0;
	return true;
}

static bool is_protocol(const struct redirect_parse *p, const char *name)
{
	char word[8];

	return copy(p, &p->protocol, word, sizeof word) &&
	       !strcasecmp(word, name);
}

static bool is_tls(const struct redirect_parse *p)
{
	return p->protocol.depth && is_protocol(p, "tcps");
}

static bool is_tcp(const struct redirect_parse *p)
{
	return !p->protocol.depth || is_protocol(p, "tcp") || is_tls(p);
}

static bool read_port(const struct redirect_parse *p, unsigned long *port)
{
	char text[8];

	*port = PORT_DEFAULT;
	if (!p->port.depth)
		return true;
	if (!copy(p, &p->port, text, sizeof text) ||
	    strspn(text, "0123456789") != strlen(text))
		return false;
	if (*text)
		*port = strtoul(text, NULL, 10);
	return *port > 0 && *port <= UINT16_MAX;
}

/* If the ADDRESS has no PORT, the one of the new address goes behind its
 * host. */
static void add_port(struct redirect_parse *p)
{
	struct redirect_addresses *a = p->a;

	for (size_t i = p->edits; !p->port.depth && i < a->nedits; i++)
		a->edit[i].kind = EDIT_BOTH;
}

/* Adds the ADDRESS that was read.  False: it is malformed. */
static bool end_address(struct redirect_parse *p)
{
	struct redirect_addresses *a = p->a;
	char host[256], *name = host;
	unsigned long port;
	size_t n;

	if (!p->node)
		return true;
	p->node = NULL;
	if (!is_tcp(p)) {
		a->nedits = p->edits;
		return true;
	}
	if (!p->host.depth || !read_port(p, &port) ||
	    !copy(p, &p->host, host, sizeof host))
		return false;
	add_port(p);
	a->tls |= is_tls(p);
	if (a->n == ADDRESSES_MAX)
		return true;
	n = strlen(name);
	if (*name == '[' && name[n - 1] == ']') {
		name[n - 1] = 0;
		name++;
	}
	if (is_loopback(name)) {
		a->own = true;
		name = (char *)p->server->host;
	}
	return !adit_addr_parse(&a->at[a->n++], name, port);
}

static bool begin_address(struct redirect_parse *p, const char *node)
{
	if (!end_address(p))
		return false;
	p->node = node;
	p->host = p->port = p->protocol = (struct nv_atom){ .depth = 0 };
	p->edits = p->a->nedits;
	return true;
}

/* The place behind ADDRESS in the path of an atom; 0: it is not in an ADDRESS
 * that clients use. */
static unsigned find_address(const struct nv_atom *a)
{
	unsigned i = 0;

	while (i < a->depth && (nv_is(&a->path[i], "DESCRIPTION_LIST") ||
				nv_is(&a->path[i], "DESCRIPTION") ||
				nv_is(&a->path[i], "ADDRESS_LIST")))
		i++;
	return i + 1 < a->depth && nv_is(&a->path[i], "ADDRESS") ? i + 1 : 0;
}

static bool redirect_atom(void *ctx, const struct nv_atom *a)
{
	struct redirect_parse *p = ctx;
	unsigned i = find_address(a);
	struct nv_atom *to;
	bool port;

	if (!i)
		return true;
	if (p->node != a->path[i - 1].at &&
	    !begin_address(p, a->path[i - 1].at))
		return false;
	port = nv_is(&a->path[i], "PORT");
	to = port                           ? &p->port :
	     nv_is(&a->path[i], "HOST")     ? &p->host :
	     nv_is(&a->path[i], "PROTOCOL") ? &p->protocol :
					      NULL;
	if (!to)
		return true;
	/* It stands there twice, or is not an atom. */
	if (to->depth || i + 1 != a->depth || p->a->nedits == EDITS_MAX)
		return false;
	*to = *a;
	if (to != &p->protocol)
		p->a->edit[p->a->nedits++] = (struct edit){ a->from, a->to,
							    port ? EDIT_PORT :
								   EDIT_HOST };
	return true;
}

bool redirect_parse(const char *text, size_t n, const struct adit_addr *server,
		    struct redirect_addresses *a)
{
	struct redirect_parse p = { .text = text, .server = server, .a = a };

	a->text = text;
	a->len = n;
	a->n = a->nedits = 0;
	a->own = a->tls = false;
	return n <= TEXT_MAX && nv_walk(text, n, redirect_atom, &p) &&
	       end_address(&p) && a->n;
}

/* Writes the text that replaces an edit.  If the old text was in quotes, a
 * quote follows it. */
static size_t word(const struct redirect_addresses *a, const struct edit *e,
		   const struct adit_addr *show, char to[300])
{
	const char *end = a->text + e->to;
	const char *quote = *end == '"' ? "\"" : *end == '\'' ? "'" : "";
	unsigned port = show->port;

	if (e->kind == EDIT_PORT)
		return (size_t)snprintf(to, 300, "%u", port);
	if (e->kind == EDIT_HOST)
		return (size_t)snprintf(to, 300, "%s", show->host);
	return (size_t)snprintf(to, 300, "%s%s)(PORT=%s%u", show->host, quote,
				quote, port);
}

size_t redirect_write(const struct redirect_addresses *a,
		      const struct adit_addr *show, char *to, size_t cap)
{
	size_t len = 0, at = 0, keep, n;
	char with[300];

	for (size_t i = 0; i <= a->nedits; i++) {
		const struct edit *e = i < a->nedits ? &a->edit[i] : NULL;

		keep = (e ? e->from : a->len) - at;
		n = e ? word(a, e, show, with) : 0;
		if (len + keep + n > cap)
			return 0;
		memcpy(to + len, a->text + at, keep);
		memcpy(to + len + keep, with, n);
		len += keep + n;
		at = e ? e->to : a->len;
	}
	return len;
}
