/* SPDX-License-Identifier: BSD-2-Clause */
/* node.c - the address under which the client reaches a node. */
#include "inside.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

bool redis_split(const char *text, size_t n, struct redis_node *node)
{
	const char *colon = memrchr(text, ':', n);
	int64_t port;

	if (!colon)
		return false;
	port = resp_number(colon + 1, (size_t)(text + n - colon) - 1);
	node->host = text;
	node->nhost = (size_t)(colon - text);
	node->port = (unsigned)port;
	return port > 0 && port <= UINT16_MAX;
}

static bool node_is_loopback(const struct adit_addr *a)
{
	return !strncmp(a->host, "127.", 4) || !strcmp(a->host, "::1") ||
	       !strcasecmp(a->host, "localhost");
}

/* Makes an address of what a server has written.  An address of its own machine
 * is one of the server's, so it stands for the server's host. */
static bool node_parse(struct adit_channel *ch, const char *host, size_t n,
		       unsigned port, struct adit_addr *at)
{
	const struct adit_addr *server = adit_server(ch);
	char text[sizeof at->host];

	if (n >= sizeof text)
		return false;
	memcpy(text, host, n);
	text[n] = 0;
	if (adit_addr_parse(at, n ? text : server->host, port))
		return false;
	return !node_is_loopback(at) || node_is_loopback(server) ||
	       !adit_addr_parse(at, server->host, port);
}

static bool node_is_server(struct adit_channel *ch, const struct adit_addr *at)
{
	const struct adit_addr *server = adit_server(ch);

	return at->port == server->port && adit_addr_same_host(at, server);
}

/* One warning for each connection: a client may ask every second. */
static void node_warn(struct adit_channel *ch, const struct adit_addr *at,
		      enum adit_result why)
{
	struct redis_state *st = adit_state(ch);

	if (st->warned)
		return;
	st->warned = true;
	adit_count(ch, COUNT_UNREACHABLE, 1);
	if (why == ADIT_DENIED)
		adit_log(ch, ADIT_WARN,
			 "the server names the node %s:%u, to which the "
			 "gateway's policy leads no client: name its network "
			 "in redirect_allow (%s)",
			 at->host, (unsigned)at->port, adit_why(ch));
	else
		adit_log(ch, ADIT_WARN,
			 "the client cannot reach the node %s:%u: %s", at->host,
			 (unsigned)at->port, adit_why(ch));
}

static enum adit_result node_ask(struct adit_msg *m, const struct adit_addr *at,
				 struct adit_addr *show)
{
	const struct redis_conf *conf = adit_conf(m->ch);
	struct adit_expect want = { .size = sizeof want,
				    .flags = ADIT_SHARED | ADIT_INSPECT,
				    .targets = at,
				    .ntargets = 1,
				    .lifetime_ms = conf->redirect_lifetime };
	uint32_t id;

	if (node_is_server(m->ch, at)) {
		*show = *adit_shown(m->ch);
		return ADIT_OK;
	}
	return adit_expect(m, &want, show, &id);
}

enum adit_result redis_show(struct adit_msg *m, const struct redis_node *node,
			    struct adit_addr *show)
{
	enum adit_result r = ADIT_FAILED;
	struct adit_addr at, ip;
	bool named = node_parse(m->ch, node->host, node->nhost, node->port,
				&at);
	bool known = node->nip &&
		     node_parse(m->ch, node->ip, node->nip, node->port, &ip);

	/* The server's own address, beside a name of it. */
	if (known && node_is_server(m->ch, &ip))
		return node_ask(m, &ip, show);
	if (named)
		r = node_ask(m, &at, show);
	if ((r == ADIT_FAILED || r == ADIT_DENIED) && known)
		r = node_ask(m, &ip, show);
	if (r != ADIT_FAILED && r != ADIT_DENIED)
		return r;
	if (node->myself) {
		*show = *adit_shown(m->ch);
		return ADIT_OK;
	}
	if (named || known)
		node_warn(m->ch, named ? &at : &ip, r);
	return r;
}
