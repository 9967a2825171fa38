/* SPDX-License-Identifier: BSD-2-Clause */
/* lookup_test.c - what a shard asks the resolver, and how often. */
#include "gateway/rig.h"

#include "gateway/lookup.h"

#include "suite.h"

#define S UINT64_C(1000000)

static struct rig_user alice, bob;
static struct gsession *of_alice, *of_bob;

struct asker {
	struct query query;
	unsigned answers;
	struct msg_resolved last;
};

static void on_found(struct query *q, const struct msg_resolved *found)
{
	struct asker *a = container_of(q, struct asker, query);

	a->answers++;
	a->last = *found;
}

static struct asker asker(void)
{
	return (struct asker){ .query.found = on_found };
}

static void ask(struct asker *a, struct gsession *gs, const char *host,
		enum lookup_for whose)
{
	list_init(&a->query.node);
	ck_assert(!lookup_ask(gs, &a->query, host, whose));
}

/* Of the resolver's socket; 0: nothing has been said. */
static unsigned next_word(struct msg_resolve *asked, uint32_t *id)
{
	struct msg m;

	if (msg_recv(rig.resolver, &m))
		return 0;
	*id = m.id;
	if (m.type == MSG_RESOLVE)
		ck_assert(!unpack_msg_resolve(asked, m.data, m.len));
	return m.type;
}

static void begin(void)
{
	rig_begin(rig_conf, NULL);
	of_alice = rig_login(&alice, "alice", "all");
	of_bob = rig_login(&bob, "bob", "all");
}

static void end(void)
{
	rig_logout(&alice);
	rig_logout(&bob);
	rig_end();
}

START_TEST(a_name_is_asked_for_once_by_each_user)
{
	struct asker a = asker(), b = asker(), c = asker(), d = asker();
	struct msg_resolve asked;
	uint32_t first, id;

	begin();
	ask(&a, of_alice, "one.example", LOOKUP_USER);
	ask(&b, of_alice, "one.example", LOOKUP_USER);
	ck_assert_uint_eq(next_word(&asked, &first), MSG_RESOLVE);
	ck_assert_str_eq(asked.host, "one.example");
	ck_assert_str_eq(asked.who, "main/alice");
	ck_assert_uint_eq(next_word(&asked, &id), 0);
	ask(&c, of_bob, "one.example", LOOKUP_USER);
	ck_assert_uint_eq(next_word(&asked, &id), MSG_RESOLVE);
	ck_assert_str_eq(asked.who, "main/bob");
	ask(&d, of_bob, "one.example", LOOKUP_CONF);
	ck_assert_uint_eq(next_word(&asked, &id), MSG_RESOLVE);
	ck_assert_str_eq(asked.who, "");
	rig_resolve(first, "10.0.0.1");
	ck_assert_uint_eq(a.answers, 1);
	ck_assert_uint_eq(b.answers, 1);
	ck_assert_uint_eq(b.last.n, 1);
	ck_assert_uint_eq(c.answers + d.answers, 0);
	/* An answer to nothing. */
	rig_resolve(first, "10.0.0.1");
	ck_assert_uint_eq(a.answers, 1);
	lookups_drop(rig.shard);
	ck_assert_uint_eq(c.last.outcome, FOUND_SILENCE);
	ck_assert_uint_eq(d.answers, 1);
	end();
}
END_TEST

START_TEST(a_question_without_an_asker_is_taken_back)
{
	struct asker a = asker();
	struct msg_resolve asked;
	uint32_t first, id;

	begin();
	ask(&a, of_alice, "one.example", LOOKUP_USER);
	ck_assert_uint_eq(next_word(&asked, &first), MSG_RESOLVE);
	lookups_expire(rig.shard, rig.now_us + S);
	ck_assert_uint_eq(next_word(&asked, &id), 0);
	list_remove(&a.query.node);
	lookups_expire(rig.shard, rig.now_us + 2 * S);
	ck_assert_uint_eq(next_word(&asked, &id), MSG_RESOLVE_FORGET);
	ck_assert_uint_eq(id, first);
	ck_assert(list_is_empty(&rig.shard->lookups));
	ck_assert_uint_eq(a.answers, 0);
	end();
}
END_TEST

START_TEST(a_silent_resolver_is_waited_for_ten_seconds)
{
	struct asker a = asker(), b = asker();

	begin();
	ask(&a, of_alice, "one.example", LOOKUP_USER);
	rig.now_us += 5 * S;
	ask(&b, of_alice, "two.example", LOOKUP_USER);
	lookups_expire(rig.shard, rig.now_us + 4 * S);
	ck_assert_uint_eq(a.answers, 0);
	lookups_expire(rig.shard, rig.now_us + 5 * S);
	ck_assert_uint_eq(a.answers, 1);
	ck_assert_uint_eq(a.last.outcome, FOUND_SILENCE);
	ck_assert_uint_eq(b.answers, 0);
	lookups_drop(rig.shard);
	end();
}
END_TEST

/* A new resolver gets all open questions again, under their old numbers. */
START_TEST(a_new_resolver_is_asked_again)
{
	struct asker a = asker();
	struct msg_resolve asked;
	uint32_t first, again;

	begin();
	ask(&a, of_alice, "one.example", LOOKUP_USER);
	ck_assert_uint_eq(next_word(&asked, &first), MSG_RESOLVE);
	lookups_again(rig.shard);
	ck_assert_uint_eq(next_word(&asked, &again), MSG_RESOLVE);
	ck_assert_uint_eq(first, again);
	rig_resolve(again, NULL);
	ck_assert_uint_eq(a.last.outcome, FOUND_NO_NAME);
	end();
}
END_TEST

/* Its socket takes no more: the next second tries again. */
START_TEST(a_full_socket_loses_no_question)
{
	enum { MANY = 2000 };
	static struct asker all[MANY];
	struct msg_resolve asked;
	unsigned heard = 0;
	char host[32];
	uint32_t id;

	begin();
	for (unsigned i = 0; i < MANY; i++) {
		all[i] = asker();
		snprintf(host, sizeof host, "h%u.example", i);
		ask(&all[i], of_alice, host, LOOKUP_USER);
	}
	while (next_word(&asked, &id))
		heard++;
	ck_assert_uint_lt(heard, MANY);
	for (int i = 0; i < MANY && heard < MANY; i++) {
		lookups_expire(rig.shard, rig.now_us + S);
		while (next_word(&asked, &id))
			heard++;
	}
	ck_assert_uint_eq(heard, MANY);
	lookups_drop(rig.shard);
	end();
}
END_TEST

SUITE("lookup", a_name_is_asked_for_once_by_each_user,
      a_question_without_an_asker_is_taken_back,
      a_silent_resolver_is_waited_for_ten_seconds,
      a_new_resolver_is_asked_again, a_full_socket_loses_no_question)
