/* SPDX-License-Identifier: BSD-2-Clause */
/* front_test.c - what the front does with messages of the monitor and of the
 * resolver. */
#include "front/rig.h"

#include "process/locals.h"
#include "suite.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct front_rig r;
static char why[MSG_TEXT];

static void begin(void)
{
	front_rig_begin(&r);
	r.front.netlink = locals_open();
	ck_assert_int_ge(r.front.netlink, 0);
	r.front.first_id = 3;
}

/* Until everything is read that was sent so far; the monitor then seems to have
 * ended. */
static void run(void)
{
	ck_assert(!shutdown(r.monitor, SHUT_WR));
	ck_assert_int_eq(front_run(&r.front), 0);
}

static void end(void)
{
	close(r.front.netlink);
	front_rig_end(&r);
}

/* The next message must be the answer to the configuration with this id. */
static const char *ready(uint32_t id)
{
	struct msg m;

	front_rig_expect(&r, &m, MSG_READY);
	ck_assert_uint_eq(m.id, id);
	ck_assert(!msg_text(&m, why));
	return why;
}

static void put(struct msg *m)
{
	ck_assert(!msg_send(r.monitor, m));
	msg_close_fds(m);
}

START_TEST(a_configuration_is_taken)
{
	struct worker_config *before;
	struct msg m;

	begin();
	before = worker_config_ref(r.front.config);
	front_rig_session(&r, "alice", false);
	front_rig_bundle(&r, &m, front_rig_conf, NULL);
	put(&m);
	run();
	ck_assert_str_eq(ready(3), "");
	/* Of the sessions that were there from the beginning. */
	front_rig_expect(&r, &m, MSG_RIGHTS);
	ck_assert_str_eq(ready(7), "");
	ck_assert_ptr_ne(r.front.config, before);
	front_rig_turn(&r);
	ck_assert_ptr_eq(shard_at(&r.worker, 1)->config, r.front.config);
	worker_config_unref(before);
	end();
}
END_TEST

/* The old configuration stays in force. */
START_TEST(a_configuration_is_refused)
{
	struct worker_config *before;
	struct msg m;

	begin();
	before = r.front.config;
	front_rig_bundle(&r, &m, "[server]\nnonsense = 1\n", NULL);
	put(&m);
	front_rig_bundle(&r, &m, front_rig_conf, "127.0.0.1:1");
	put(&m);
	m = (struct msg){ .type = MSG_CONF, .id = 7 };
	put(&m);
	run();
	ck_assert_str_eq(ready(3), "");
	ck_assert_ptr_nonnull(strstr(ready(7), "nonsense"));
	ck_assert_str_eq(ready(7), "the configuration has 1 listeners, 0 "
				   "descriptors came with it");
	ck_assert_ptr_nonnull(strstr(ready(7), "cannot be read"));
	ck_assert_ptr_eq(r.front.config, before);
	end();
}
END_TEST

START_TEST(what_nobody_understands_is_passed_over)
{
	struct msg m = { .type = 77 };

	begin();
	put(&m);
	m = (struct msg){ .type = MSG_AUTH_RESULT, .len = 1 };
	put(&m);
	m = (struct msg){ .type = MSG_RIGHTS_ARE, .len = 1 };
	put(&m);
	run();
	ck_assert_str_eq(ready(3), "");
	ck_assert(!front_rig_heard(&r, &m));
	end();
}
END_TEST

START_TEST(the_end_of_the_gateway)
{
	struct msg m = { .type = MSG_DRAIN, .len = 1, .data = { 1 } };

	begin();
	front_rig_session(&r, "alice", false);
	put(&m);
	run();
	ck_assert(ev_is_active(&r.front.drain));
	front_rig_turn(&r);
	ck_assert_uint_eq(r.front.registry.count, 0);
	end();
}
END_TEST

static size_t mails(unsigned shard)
{
	struct list *all = &shard_at(&r.worker, shard)->box.waiting;
	size_t n = 0;

	for (struct list *l = all->next; l != all; l = l->next)
		n++;
	return n;
}

/* The id says the shard; all shards are told of a new resolver. */
START_TEST(answers_of_the_resolver)
{
	const struct msg_resolved found = { .outcome = FOUND_NO_NAME };
	struct msg m = { .type = MSG_RESOLVED, .id = 1u << 24 | 5 };

	begin();
	m.len = pack_msg_resolved(m.data, sizeof m.data, &found);
	ck_assert(!msg_send(r.resolver, &m));
	/* There are two shards only. */
	m.id = 2u << 24 | 5;
	ck_assert(!msg_send(r.resolver, &m));
	/* Malformed. */
	m.id = 0;
	m.len = 1;
	ck_assert(!msg_send(r.resolver, &m));
	run();
	ck_assert_uint_eq(mails(0), 0);
	ck_assert_uint_eq(mails(1), 1);
	front_rig_turn(&r);
	end();

	begin();
	m = (struct msg){ .type = MSG_RESOLVE_AGAIN };
	ck_assert(!msg_send(r.resolver, &m));
	run();
	ck_assert_uint_eq(mails(0), 1);
	ck_assert_uint_eq(mails(1), 1);
	end();
}
END_TEST

/* What cannot be sent is lost; a monitor that has ended ends the worker. */
START_TEST(messages_to_the_monitor)
{
	struct msg m = { .type = MSG_READY, .len = MSG_MAX };

	begin();
	r.front.status = -1;
	while (!msg_send(r.front.monitor, &m))
		;
	ck_assert_int_ne(front_send(&r.front, &m), 0);
	ck_assert_int_eq(r.front.status, -1);
	close(r.monitor);
	ck_assert_int_ne(front_send(&r.front, &m), 0);
	ck_assert_int_eq(r.front.status, 0);
	r.monitor = open("/dev/null", O_RDONLY);
	end();
}
END_TEST

START_TEST(the_shard_with_the_fewest_sessions)
{
	unsigned index;

	begin();
	shard_at(&r.worker, 0)->load = 2;
	shard_at(&r.worker, 1)->load = 1;
	ck_assert_ptr_eq(front_pick_shard(&r.front, &index),
			 shard_at(&r.worker, 1));
	ck_assert_uint_eq(index, 1);
	shard_at(&r.worker, 0)->load = shard_at(&r.worker, 1)->load = 0;
	ck_assert_ptr_eq(front_pick_shard(&r.front, &index),
			 shard_at(&r.worker, 0));
	end();
}
END_TEST

SUITE("front/front", a_configuration_is_taken, a_configuration_is_refused,
      what_nobody_understands_is_passed_over, the_end_of_the_gateway,
      answers_of_the_resolver, messages_to_the_monitor,
      the_shard_with_the_fewest_sessions)
