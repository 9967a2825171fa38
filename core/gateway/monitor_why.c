/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_why.c - answers aditctl why: what policy says of one connection. */
#include "gateway/monitor.h"

#include "base/err.h"
#include "base/log.h"
#include "policy/policy.h"
#include "policy/users.h"

#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ASKED_MAX = 16, LOCALS_MAX = 256 };

/* Waits for a name. */
struct asked {
	uint32_t id;            /* of the question to the resolver; 0: free */
	uint32_t client;
	uint64_t order;         /* the oldest gives way */
	char user[USER_MAX];
	char gateway[LABEL_MAX];
	char host[HOST_MAX];
	uint16_t port;
};

static struct asked waiting[ASKED_MAX];

static size_t read_locals(struct addr *item, size_t cap)
{
	struct ifaddrs *list, *i;
	size_t n = 0;

	if (getifaddrs(&list))
		return 0;
	for (i = list; i && n < cap; i = i->ifa_next) {
		struct sockaddr_storage ss = { 0 };
		size_t len = !i->ifa_addr ? 0 :
			     i->ifa_addr->sa_family == AF_INET ?
			     sizeof(struct sockaddr_in) :
			     i->ifa_addr->sa_family == AF_INET6 ?
			     sizeof(struct sockaddr_in6) : 0;

		if (!len)
			continue;
		memcpy(&ss, i->ifa_addr, len);
		item[n++] = addr_from_sa(&ss);
	}
	freeifaddrs(list);
	return n;
}

static json_t *text_or_null(const char *text)
{
	return text[0] ? json_string(text) : json_null();
}

static json_t *reply_of(const struct asked *q, const struct policy_why *why,
			bool known)
{
	return json_pack("{s:b, s:s, s:s, s:s, s:i, s:o, s:o, s:s, s:s, s:o, "
			 "s:b}",
			 "allowed", why->allowed, "user", q->user,
			 "gateway", q->gateway, "host", q->host,
			 "port", (int)q->port,
			 "resource", text_or_null(why->resource),
			 "group", text_or_null(why->group),
			 "rule", why->rule, "what", why->what,
			 "missing", text_or_null(why->missing),
			 "user_exists", known);
}

static json_t *explain(struct monitor *m, const struct asked *q,
		       const struct msg_resolved *found)
{
	const struct gw_conf *c = m->now.setup->conf;
	const struct gw_gateway *g = gw_conf_gateway(c, q->gateway);
	struct addr item[LOCALS_MAX];
	struct gw_locals locals = { item, read_locals(item, LOCALS_MAX) };
	struct policy_ask ask = { .host = q->host, .port = q->port };
	struct grant grant = { .user = q->user, .gateway = g };
	struct policy_who who = { c, &grant, &locals };
	struct conf_errors e = { .file = g ? g->users : "" };
	struct policy_why why;
	const struct user *u = NULL;
	struct users users = { 0 };
	json_t *reply;

	if (!g)
		return control_error("there is no gateway %s", q->gateway);
	if (!users_read(&users, &e))
		u = users_find(&users, q->user);
	grant.groups = u ? &u->groups : NULL;
	policy_why(&who, &ask, found->addrs, found->n, &why);
	reply = reply_of(q, &why, u != NULL);
	users_fini(&users);
	return reply;
}

void command_found(void *ctx, uint32_t id, const struct msg_resolved *found)
{
	struct monitor *m = ctx;

	for (size_t i = 0; i < ASKED_MAX; i++) {
		if (waiting[i].id != id)
			continue;
		control_reply(m->control, waiting[i].client,
			      explain(m, &waiting[i], found));
		waiting[i].id = 0;
	}
}

static struct asked *choose(void)
{
	struct asked *best = &waiting[0];

	for (size_t i = 0; i < ASKED_MAX; i++) {
		if (!waiting[i].id)
			return &waiting[i];
		if (waiting[i].order < best->order)
			best = &waiting[i];
	}
	return best;
}

/* The name that policy would look up for this user; "" if none. */
static void name_of(struct monitor *m, const struct asked *q, char *host)
{
	struct addr a;

	(void)m;
	host[0] = 0;
	if (addr_parse(&a, q->host, 0) && host_ok(q->host))
		memcpy(host, q->host, strlen(q->host) + 1);
}

static int read_request(const struct gw_conf *c, const json_t *request,
			struct asked *q, json_t **error)
{
	json_t *j = (json_t *)(uintptr_t)request;
	const char *user = "", *host = "", *gateway = NULL;
	int port = 0;

	*error = NULL;
	if (json_unpack(j, "{s:s, s:s, s:i, s?s}", "user", &user, "host",
			&host, "port", &port, "gateway", &gateway) ||
	    port < 1 || port > 65535 || strlen(host) >= sizeof q->host)
		*error = control_error("why: needs a user, a host and a port");
	else if (!user_name_ok(user))
		*error = control_error("%s is no user name", user);
	else if (!gateway && c->ngateways > 1)
		*error = control_error("there are several gateways: name one "
				       "with --gateway");
	if (!*error && !gateway)
		gateway = c->gateways[0].name;
	if (!*error && !gw_conf_gateway(c, gateway))
		*error = control_error("there is no gateway %s", gateway);
	if (*error)
		return ERR_INVAL;
	snprintf(q->user, sizeof q->user, "%s", user);
	snprintf(q->gateway, sizeof q->gateway, "%s", gateway);
	snprintf(q->host, sizeof q->host, "%s", host);
	q->port = (uint16_t)port;
	return 0;
}

void command_why(struct monitor *m, uint32_t client, const json_t *request)
{
	static const struct msg_resolved none;
	static uint64_t order;
	struct asked q = { .client = client, .order = ++order };
	char host[HOST_MAX];
	json_t *error;

	if (read_request(m->now.setup->conf, request, &q, &error)) {
		control_reply(m->control, client, error);
		return;
	}
	name_of(m, &q, host);
	if (!++m->last_id)
		++m->last_id;
	q.id = m->last_id;
	if (host[0] && !resolver_side_ask(m->names, q.id, host))
		*choose() = q;
	else
		control_reply(m->control, client, explain(m, &q, &none));
}
