/* SPDX-License-Identifier: BSD-2-Clause */
/* ini_fuzz.c - any text as aditd.ini, as a users file, and what follows. */
#include "policy/policy.h"
#include "policy/users.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A broken promise of the code under test. */
static void must(bool good)
{
	if (!good)
		__builtin_trap();
}

/* The last line of the text, as the host that somebody asks for. */
static void last_line(const uint8_t *data, size_t size, char *host, size_t cap)
{
	size_t at = size;

	while (at && data[at - 1] != '\n' && size - at < cap - 1)
		at--;
	if (size > at)
		memcpy(host, data + at, size - at);
	host[size - at] = 0;
}

static void decide(const struct gw_conf *c, uint32_t id, const char *host)
{
	struct addr a = { .family = AF_INET, .ip = { 127, 0, 0, 1 } };
	struct grant g = { "alice", NULL, c->gateways };
	struct policy_who who = { c, &g, NULL };
	struct policy_ask ask = { id, host, { 0 }, 80 };
	struct policy_answer answer;
	struct policy_why why;
	int r = policy_match(c, &g, &ask, &answer);

	must((r == 0) == (answer.rule == POLICY_GRANTED));
	must(r || policy_granted(c, &g, answer.resource));
	if (!r && answer.addr.family)
		a = answer.addr;
	r = policy_admit(&who, &ask, &a, &answer);
	must(r || port_set_has(&answer.resource->ports, 80));
	must(r || !policy_built_in(&answer.addr, NULL) ||
	     answer.resource->literal.family || answer.resource->allow.n ||
	     host_same(answer.resource->host, "localhost"));
	policy_why(&who, &ask, &a, 1, &why);
	must(why.allowed == (r == 0));
	must(why.allowed || why.missing[0]);
}

static void as_conf(const uint8_t *data, size_t size)
{
	struct conf_errors e = { .file = "/d/f.ini" };
	struct conf_errors warn = { .file = "/d/f.ini" };
	struct gw_conf *c = gw_conf_parse((const char *)data, size, &e, &warn);
	char host[HOST_CAP + 8];
	uint32_t id;

	must(!c == !!e.count);
	if (!c)
		return;
	last_line(data, size, host, sizeof host);
	for (id = 0; id <= c->nresources && id < 8; id++) {
		decide(c, id, host);
		decide(c, id, "");
	}
	for (id = 1; id <= c->nresources; id++) {
		const struct gw_resource *r = gw_conf_resource_id(c, id);

		must(gw_conf_resource(c, r->name) == r);
		must(port_set_count(&r->ports) > 0);
	}
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	as_conf(data, size);
	as_users(data, size);
	return 0;
}
