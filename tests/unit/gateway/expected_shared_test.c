/* SPDX-License-Identifier: BSD-2-Clause */
/* expected_shared_test.c - what an agent is told of the target of a shared
 * expectation: a key, or a resource that its user may reach anyway. */
#include "gateway/rig_puppet.h"

#include "expect/expect_inside.h"

#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Beside those of rig_puppet_conf: resources that targets may be. */
static const char conf[] =
	"[server]\n[plugin puppet]\n"
	"[gateway main]\nlisten = 127.0.0.1:1\ncertificate = c\n"
	"private_key = k\nusers = users\ngroups = all\n"
	"[resource files]\nhost = 127.0.0.1\nport = 21\nplugin = puppet\n"
	"[resource echo]\nhost = 127.0.0.1\nport = 7\n"
	"[resource node]\nhost = 10.0.0.1\nport = 40\nplugin = puppet\n"
	"[resource named]\nhost = server.example\nport = 42\nplugin = puppet\n"
	"[resource unread]\nhost = 10.0.0.1\nport = 41\n"
	"[resource foreign]\nhost = 10.0.0.1\nport = 43\nplugin = puppet\n"
	"[resource two]\nhost = 10.0.0.1, 10.0.0.2\nport = 44\n"
	"plugin = puppet\n"
	"[resource any]\nhost = any\nallow = 10.0.0.0/8\nport = 45\n"
	"plugin = puppet\n"
	"[group all]\nusers = alice\n"
	"resources = files, echo, node, named, unread, two, any\n";

static struct rig_puppet p;

static struct expectation *expectation(const char *host, unsigned long port)
{
	struct expectation *e = expect_make(1);

	ck_assert_ptr_nonnull(e);
	e->table = &p.gs->expects;
	e->flags = ADIT_SHARED | ADIT_INSPECT;
	snprintf(e->resource, sizeof e->resource, "files");
	ck_assert(!adit_addr_parse(&e->target[0], host, port));
	return e;
}

/* ---- the key ----------------------------------------------------------- */

/* Takes e. */
static const char *key_of(struct expectation *e)
{
	static char keys[2][EXPECT_KEY];
	static unsigned last;
	char *key = keys[last++ % 2];

	e->table->ops->key(e, key);
	free(e);
	ck_assert_uint_eq(strspn(key, "0123456789abcdef"), EXPECT_KEY - 1);
	return key;
}

static const char *key(const char *host, unsigned long port)
{
	return key_of(expectation(host, port));
}

static void key_differs(struct expectation *e)
{
	ck_assert_str_ne(key_of(e), key("10.0.0.1", 40));
}

START_TEST(a_key_for_each_target)
{
	struct expectation *e;

	rig_puppet_begin(&p, false);
	ck_assert_str_eq(key("10.0.0.1", 40), key("10.0.0.1", 40));
	key_differs(expectation("10.0.0.1", 41));
	key_differs(expectation("10.0.0.2", 40));
	e = expectation("10.0.0.1", 40);
	e->tag = 1;
	key_differs(e);
	e = expectation("10.0.0.1", 40);
	e->flags |= ADIT_KEEP_PORT;
	key_differs(e);
	e = expectation("10.0.0.1", 40);
	snprintf(e->resource, sizeof e->resource, "echo");
	key_differs(e);
	rig_puppet_end(&p);
}
END_TEST

/* Two users must not find out that they have a target in common. */
START_TEST(another_key_for_another_user)
{
	char of_alice[EXPECT_KEY];

	rig_puppet_begin(&p, false);
	snprintf(of_alice, sizeof of_alice, "%s", key("10.0.0.1", 40));
	p.gs->user[0] = 'b';
	ck_assert_str_ne(key("10.0.0.1", 40), of_alice);
	p.gs->user[0] = 'a';
	rig_puppet_end(&p);
}
END_TEST

/* Nor may an agent try out addresses. */
START_TEST(it_takes_the_secret_of_the_gateway)
{
	char before[EXPECT_KEY];

	rig_puppet_begin(&p, false);
	snprintf(before, sizeof before, "%s", key("10.0.0.1", 40));
	p.gs->shard->config->address_key.k[1] ^= 1;
	ck_assert_str_ne(key("10.0.0.1", 40), before);
	p.gs->shard->config->address_key.k[1] ^= 1;
	p.gs->shard->config->address_key.k[0] ^= 1;
	ck_assert_str_ne(key("10.0.0.1", 40), before);
	rig_puppet_end(&p);
}
END_TEST

START_TEST(the_agent_hears_nothing_else)
{
	const struct expect *x = &p.user.expect;

	rig_puppet_begin(&p, false);
	client_says(&p, "shr 10.0.0.1 40\n");
	ck_assert_uint_eq(x->kind, EXPECT_SHARED);
	ck_assert_uint_eq(x->ntargets, 1);
	ck_assert_uint_eq(strlen(x->targets[0].host), EXPECT_KEY - 1);
	ck_assert_uint_eq(x->targets[0].port, 0);
	ck_assert_uint_eq(x->port, 0);
	rig_puppet_end(&p);
}
END_TEST

/* ---- a resource of its own --------------------------------------------- */

static void own_is(const char *host, unsigned long port, const char *want)
{
	struct expectation *e = expectation(host, port);
	char name[LABEL_MAX] = "none";

	ck_assert(e->table->ops->own(e, name) == !!strcmp(want, "none"));
	ck_assert_str_eq(name, want);
	free(e);
}

START_TEST(a_target_may_be_a_resource)
{
	rig_puppet_begin(&p, false);
	rig_reload(conf);
	own_is("10.0.0.1", 40, "node");
	own_is("server.example", 42, "named");
	own_is("::ffff:10.0.0.1", 40, "node");
	own_is("10.0.0.1", 42, "none");
	own_is("10.0.0.3", 40, "none");
	/* Its plugin does not read that one; ... */
	own_is("10.0.0.1", 41, "none");
	/* ... alice may not reach it; ... */
	own_is("10.0.0.1", 43, "none");
	/* ... and that may lead to another host. */
	own_is("10.0.0.1", 44, "none");
	/* ... only the agent knows where, and whether, that one listens. */
	own_is("10.0.0.1", 45, "none");
	rig_puppet_end(&p);
}
END_TEST

START_TEST(not_without_its_own_resource)
{
	rig_puppet_begin(&p, false);
	own_is("10.0.0.1", 40, "none");
	rig_reload(conf);
	own_is("10.0.0.1", 40, "node");
	rig_reload(rig_conf);
	own_is("10.0.0.1", 40, "none");
	rig_puppet_end(&p);
}
END_TEST

/* ---- policy ------------------------------------------------------------ */

static struct mem *come(void)
{
	struct mem *m = mem_open(&p.user.side,
				 &(struct open){ .expectation = 1 });

	rig_settle(&p.user, p.gs);
	return m;
}

/* The configuration that comes leads from `files` to no other host. */
START_TEST(policy_is_asked_each_time)
{
	struct mem *m;

	rig_puppet_begin(&p, false);
	client_says(&p, "shr 10.0.0.1 40\n");
	agent_answers(&p, 1, 5000);
	server_hears(&p, "at 127.0.0.1 5000\n");
	rig.dialled.port = 0;
	rig_reload(conf);
	rig_settle(&p.user, p.gs);
	m = come();
	ck_assert(!m->opened && m->closed);
	ck_assert_uint_eq(m->reason, REASON_DENIED);
	ck_assert_str_eq(m->text, "no longer allowed");
	ck_assert_uint_eq(rig.dialled.port, 0);
	client_says(&p, "shr 10.0.0.1 40\n");
	server_hears(&p, "denied\n");
	ck_assert_ptr_null(expect_get(&p.gs->expects, 1));
	rig_puppet_end(&p);
	mem_free(m);
}
END_TEST

SUITE("gateway/expected_shared", a_key_for_each_target,
      another_key_for_another_user, it_takes_the_secret_of_the_gateway,
      the_agent_hears_nothing_else, a_target_may_be_a_resource,
      not_without_its_own_resource, policy_is_asked_each_time)
