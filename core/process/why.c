/* SPDX-License-Identifier: BSD-2-Clause */
/* why.c - aditctl why: whether a user may reach something, and which rule
 * decides. */
#include "process/why.h"

#include "process/locals.h"
#include "policy/limits.h"
#include "policy/users.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { STATUS_USAGE = 2 };

/* ---- the question -------------------------------------------------------- */

static json_t *no(const char *fmt, ...) PRINTF(1, 2);

static json_t *no(const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	return json_pack("{s:s, s:i}", "error", text, "status", STATUS_USAGE);
}

static json_t *no_gateway(const struct gw_conf *c, const char *name)
{
	struct conf_guess guess = { .word = name };
	char hint[128];

	for (size_t i = 0; i < c->ngateways; i++)
		conf_guess_offer(&guess, c->gateways[i].name);
	return no("%s has no [gateway %s]%s", c->file, name,
		  conf_guess_text(&guess, hint, sizeof hint));
}

static json_t *choose_gateway(const struct gw_conf *c, const char *name,
			      struct why_question *q)
{
	if (!name && c->ngateways > 1)
		return no("%s has several gateways: name one with --gateway",
			  c->file);
	if (!name)
		name = c->gateways[0].name;
	if (!gw_conf_gateway(c, name))
		return no_gateway(c, name);
	snprintf(q->gateway, sizeof q->gateway, "%s", name);
	return NULL;
}

json_t *why_read(const struct gw_conf *c, const json_t *request,
		 struct why_question *q)
{
	json_t *j = (json_t *)(uintptr_t)request;
	const char *user = "", *asked = "", *gateway = NULL;
	struct policy_asked p;

	*q = (struct why_question){ 0 };
	if (json_unpack(j, "{s:s, s:s, s?s}", "user", &user, "asked", &asked,
			"gateway", &gateway) ||
	    strlen(asked) >= WHY_ASKED)
		return no("why: needs a user, and HOST:PORT, a URL or a "
			  "resource");
	if (!user_name_ok(user))
		return no("%s is no user name", user);
	if (policy_read_asked(c, asked, &p))
		return no("%s", p.why);
	snprintf(q->user, sizeof q->user, "%s", user);
	snprintf(q->asked, sizeof q->asked, "%s", asked);
	return choose_gateway(c, gateway, q);
}

bool why_name(const struct gw_conf *c, const struct why_question *q,
	      char host[HOST_CAP])
{
	struct policy_asked p;
	const char *name = policy_read_asked(c, q->asked, &p) ?
				   NULL :
				   policy_name_asked(c, &p.ask);

	if (name)
		snprintf(host, HOST_CAP, "%s", name);
	return name;
}

/* ---- the answer ---------------------------------------------------------- */

struct finding {
	const struct gw_conf *conf;
	const struct why_question *question;
	const struct policy_ask *ask;
	struct policy_why why;
	struct policy_limits limits;
	const struct user *user; /* NULL: nobody */
};

static json_t *why_text_or_null(const char *text)
{
	return text[0] ? json_string(text) : json_null();
}

/* Of the resource, where it is asked for as a whole. */
static json_t *host_json(const struct finding *a)
{
	const struct gw_resource *r = gw_conf_resource_id(a->conf,
							  a->ask->resource);
	char hosts[640];

	return json_string(r ? gw_resource_hosts(r, hosts, sizeof hosts) :
			       a->ask->host);
}

static json_t *port_json(const struct finding *a)
{
	const struct gw_resource *r = gw_conf_resource_id(a->conf,
							  a->ask->resource);

	return r && port_set_count(&r->ports) > 1 ? json_null() :
						    json_integer(a->ask->port);
}

/* What the user may have: "connections_per_user in [group staff]: 500". */
static json_t *limits_json(const struct finding *a)
{
	char where[LIMIT_TEXT], line[LIMIT_TEXT + 32];
	json_t *list = json_array();

	for (unsigned i = 0; i < LIMITS; i++) {
		unsigned long long most = a->limits.is[i].most;

		if (!most)
			continue;
		snprintf(line, sizeof line, "%s: %llu",
			 policy_limit_text(&a->limits, i, where), most);
		json_array_append_new(list, json_string(line));
	}
	return list;
}

static json_t *to_json(const struct finding *a)
{
	const struct why_question *q = a->question;
	const struct policy_why *w = &a->why;

	return json_pack("{s:s, s:b, s:s, s:s, s:o, s:o, s:o, s:o, s:s, s:s, "
			 "s:o, s:o, s:o, s:b, s:b}",
			 "asked", q->asked, "allowed", w->allowed, "user",
			 q->user, "gateway", q->gateway, "host", host_json(a),
			 "port", port_json(a), "resource",
			 why_text_or_null(w->resource), "group",
			 why_text_or_null(w->group), "rule", w->rule, "what",
			 w->what, "missing", why_text_or_null(w->missing),
			 "redirect", why_text_or_null(w->redirect), "limits",
			 limits_json(a), "user_exists", a->user != NULL,
			 "user_locked",
			 a->user && user_hash_is_locked(a->user->hash));
}

/* NULL: the kernel does not say. */
static struct locals *read_locals(void)
{
	int sock = locals_open();
	struct locals *l = sock < 0 ? NULL : locals_read(sock);

	if (sock >= 0)
		close(sock);
	return l;
}

json_t *why_answer(const struct gw_conf *c, const struct why_question *q,
		   const struct msg_resolved *found)
{
	const struct gw_gateway *g = gw_conf_gateway(c, q->gateway);
	struct grant grant = { .user = q->user, .gateway = g };
	struct policy_who who = { .conf = c, .grant = &grant };
	struct conf_errors e = { .file = g ? g->users : "" };
	struct finding a = { .conf = c, .question = q };
	struct users users = { 0 };
	struct policy_asked p;
	struct locals *locals;
	json_t *reply;

	/* It may have changed since the question was read. */
	if (!g || policy_read_asked(c, q->asked, &p))
		return no("the configuration has changed meanwhile: ask again");
	if (!users_read(&users, &e))
		a.user = users_find(&users, q->user);
	grant.groups = a.user ? &a.user->groups : NULL;
	locals = read_locals();
	who.locals = locals ? &locals->list : NULL;
	p.ask.now = time(NULL);
	a.ask = &p.ask;
	policy_why(&who, &p.ask, found->addrs, found->n, &a.why);
	policy_limits(c, &grant, &a.limits);
	reply = to_json(&a);
	locals_unref(locals);
	users_fini(&users);
	return reply;
}
