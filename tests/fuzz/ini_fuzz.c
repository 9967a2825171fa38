/* SPDX-License-Identifier: BSD-2-Clause */
/* ini_fuzz.c - any text as aditd.ini, as a users file, as the file of a
 * time zone, and what follows. */
#include "policy/policy.h"
#include "policy/users_check.h"
#include "policy/zone.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A broken promise of the code under test. */
static void must(bool good)
{
	if (!good)
		__builtin_trap();
}

static void explain(const struct policy_who *who, const struct policy_ask *ask,
		    const struct addr *a, bool good)
{
	const struct gw_resource *r = gw_conf_resource_id(who->conf,
							  ask->resource);
	/* A network, or several hosts, as a whole: no address to be admitted. */
	bool whole = r && (r->kind == GW_ANY || r->hosts.n > 1) &&
		     !ask->host[0];
	struct policy_why why;

	policy_why(who, ask, a, a->family != AF_UNSPEC, &why);
	must(why.allowed || why.missing[0]);
	must(a->family == AF_UNSPEC || why.allowed == good ||
	     (whole &&
	      why.allowed == policy_granted(who->conf, who->grant, r)));
}

static void ask_in_words(const struct gw_conf *c, const char *text)
{
	struct policy_asked asked;

	if (policy_read_asked(c, text, &asked))
		must(asked.why[0]);
	else
		must(asked.ask.port && (asked.ask.resource || asked.host[0]));
}

static bool names_what_is_built_in(const struct gw_resource *r)
{
	for (size_t i = 0; i < r->hosts.n; i++)
		if (r->literal[i].family ||
		    host_same(r->hosts.item[i], "localhost"))
			return true;
	return false;
}

/* Both steps; `a` is what the host resolves to, if it is a name. */
static void decide(const struct gw_conf *c, struct policy_ask *ask,
		   const struct addr *own, struct addr a)
{
	const struct net here = {
		.base = *own,
		.bits = own->family == AF_INET ? 32 : 128,
	};
	struct gw_locals locals = { &here, own->family != AF_UNSPEC };
	struct grant g = { "alice", NULL, c->gateways };
	struct policy_who who = { c, &g, &locals };
	struct policy_answer answer;
	int r = policy_match(c, &g, ask, &answer);

	must((r == 0) == (answer.rule == POLICY_GRANTED));
	must(r || policy_granted(c, &g, answer.resource));
	if (!r && answer.addr.family)
		a = answer.addr;
	r = policy_admit(&who, ask, &a, &answer);
	must(r || port_set_has(&answer.resource->ports, ask->port));
	must(r || policy_granted(c, &g, answer.resource));
	must(r || !policy_built_in(&answer.addr, &locals) ||
	     answer.resource->allow.n ||
	     names_what_is_built_in(answer.resource));
	explain(&who, ask, &a, r == 0);
}

/* The next word of the text, or false. */
static bool next_word(const char **text, char *word, size_t cap)
{
	const char *p = *text + strspn(*text, " ;");
	size_t n = strcspn(p, " ");

	*text = p + n;
	if (!n || n >= cap)
		return false;
	memcpy(word, p, n);
	word[n] = 0;
	return true;
}

/* The last line may be a comment with hosts: each is asked for, at each
 * resource, and the one before it is an answer of DNS and the gateway itself. */
static void decide_all(const struct gw_conf *c, const char *hosts)
{
	char host[HOST_CAP + 8];
	struct addr before = { 0 };

	while (next_word(&hosts, host, sizeof host)) {
		struct policy_ask ask = { 0, host, { 0 }, 80, 0, 0, false };
		struct addr own = before;

		for (; ask.resource <= c->nresources + 1 && ask.resource < 8;
		     ask.resource++) {
			decide(c, &ask, &own, before);
			decide(c, &ask, &(struct addr){ 0 }, before);
		}
		ask_in_words(c, host);
		if (addr_parse(&before, host, 0))
			before = own;
	}
	decide(c, &(struct policy_ask){ 1, "", { 0 }, 80, 0, 0, false },
	       &before, before);
}

static void last_line(const uint8_t *data, size_t size, char *line, size_t cap)
{
	size_t at = size;

	while (at && data[at - 1] != '\n' && size - at < cap - 1)
		at--;
	if (size > at)
		memcpy(line, data + at, size - at);
	line[size - at] = 0;
}

/* Beside users who are in groups that most texts do not have. */
static void beside_users(const struct gw_conf *c)
{
	static const char text[] = "alice:h:staff,x\nbob:!h:ops\n";
	struct conf_errors warn = { .file = "users" };
	const struct users **list = calloc(c->ngateways, sizeof *list);
	struct users u;

	if (list && !users_parse(text, sizeof text - 1, &u, &warn)) {
		list[0] = &u;
		if (!users_check_groups(&u, c, &warn))
			users_check_names(c, list, &warn);
		users_fini(&u);
	}
	free(list);
}

static void as_conf(const uint8_t *data, size_t size)
{
	struct conf_errors e = { .file = "/d/f.ini" };
	struct conf_errors warn = { .file = "/d/f.ini" };
	struct gw_conf *c = gw_conf_parse((const char *)data, size, &e, &warn);
	char hosts[256];
	uint32_t id;

	must(!c == !!e.count);
	if (!c)
		return;
	last_line(data, size, hosts, sizeof hosts);
	decide_all(c, hosts);
	beside_users(c);
	for (id = 1; id <= c->nresources; id++) {
		const struct gw_resource *r = gw_conf_resource_id(c, id);

		must(gw_conf_resource(c, r->name) == r);
		must(port_set_count(&r->ports) > 0);
		must(port_set_has(&r->ports, port_set_at(&r->ports, 0)));
	}
	must(gw_conf_by_sni(c, c->gateways->listen.item,
			    c->gateways->server_name) != NULL);
	gw_conf_unref(gw_conf_ref(c));
	gw_conf_unref(c);
}

static void as_users(const uint8_t *data, size_t size)
{
	struct conf_errors e = { .file = "users" };
	struct users u;
	size_t i;

	if (users_parse((const char *)data, size, &u, &e))
		return;
	for (i = 0; i < u.n; i++)
		must(users_find(&u, u.list[i].name) == &u.list[i]);
	users_fini(&u);
}

static void as_zone(const uint8_t *data, size_t size)
{
	char rule[HOURS_RULE_TEXT], opens[HOURS_OPENS_TEXT];
	struct hours h;

	if (zone_rule_of(data, size, rule))
		return;
	must(!hours_parse(&h, "Mon-Fri 22-6, Sat 9-12"));
	must(!hours_read_rule(&h.rule, rule));
	for (int64_t day = 20000; day < 20800; day += 19) {
		must(labs(hours_offset(&h.rule, day * 86400)) <= 168 * 3600);
		hours_opens(&h, day * 86400, opens);
		must(strlen(opens) == 9);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	as_zone(data, size);
	as_conf(data, size);
	as_users(data, size);
	return 0;
}
