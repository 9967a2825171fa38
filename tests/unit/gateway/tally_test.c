/* SPDX-License-Identifier: BSD-2-Clause */
/* tally_test.c - what a shard counts for monitoring. */
#include "gateway/rig.h"

#include "suite.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static struct rig_user user;
static struct gsession *gs;

static void begin(void)
{
	gs = rig_start(&user, rig_conf, NULL);
	rig.connect_errno = 0;
}

static void end(void)
{
	rig_logout(&user);
	rig_end();
}

static long long of(const char *what, const char *name, const char *key)
{
	const json_t *o = json_object_get(rig.part, what);

	if (name)
		o = json_object_get(o, name);
	return json_integer_value(json_object_get(o, key));
}

static long long times(const char *what)
{
	const json_t *o = json_object_get(rig.part, what);
	const json_t *n = json_object_get(o, "buckets");
	long long sum = 0;

	ck_assert_uint_eq(json_array_size(n), METRIC_BOUNDS + 1);
	for (size_t i = 0; i <= METRIC_BOUNDS; i++)
		sum += json_integer_value(json_array_get(n, i));
	return sum;
}

static void ask(void)
{
	rig_command(&(struct mail_command){ .command = COMMAND_STATS });
}

static void says(struct mem *m, const char *up, const char *down)
{
	mem_write(m, up, strlen(up));
	ck_assert_int_eq(write(rig.server, down, strlen(down)),
			 (ssize_t)strlen(down));
	rig_settle(&user, gs);
}

/* Bytes count while a channel lives, and none twice. */
START_TEST(bytes_of_a_resource)
{
	struct mem *m;

	begin();
	m = rig_open(&user, gs, "127.0.0.1", 7);
	says(m, "hello", "welcome");
	for (int i = 0; i < 2; i++) {
		ask();
		ck_assert_int_eq(of("resources", "echo", "opened"), 1);
		ck_assert_int_eq(of("resources", "echo", "to_server"), 5);
		ck_assert_int_eq(of("resources", "echo", "to_client"), 7);
	}
	says(m, "more", "more");
	mem_fin(m);
	/* One that has bytes unread would reset it. */
	ck_assert_int_gt(read(rig.server, (char[100]){ 0 }, 100), 0);
	close(rig.server);
	rig.server = -1;
	rig_settle(&user, gs);
	ck_assert(m->closed);
	ask();
	ck_assert_int_eq(of("resources", "echo", "opened"), 1);
	ck_assert_int_eq(of("resources", "echo", "failed"), 0);
	ck_assert_int_eq(of("resources", "echo", "to_server"), 9);
	ck_assert_int_eq(of("resources", "echo", "to_client"), 11);
	ck_assert_int_eq(of("ended", NULL, "closed"), 1);
	ck_assert_int_eq(times("connect"), 1);
	ck_assert_int_eq(times("lasted"), 1);
	mem_free(m);
	end();
}
END_TEST

START_TEST(what_is_not_connected)
{
	struct mem *refused, *denied;

	begin();
	rig.connect_errno = ECONNREFUSED;
	refused = rig_open(&user, gs, "127.0.0.1", 7);
	denied = rig_open(&user, gs, "192.0.2.99", 99);
	ck_assert(refused->closed && denied->closed);
	ask();
	ck_assert_int_eq(of("resources", "echo", "opened"), 0);
	ck_assert_int_eq(of("resources", "echo", "failed"), 1);
	ck_assert_int_eq(of("ended", NULL, "connection refused"), 1);
	ck_assert_int_eq(of("ended", NULL, "denied"), 1);
	ck_assert_int_eq(times("lasted"), 0);
	mem_free(refused);
	mem_free(denied);
	end();
}
END_TEST

/* The worker before has counted what was before. */
START_TEST(another_worker_goes_on)
{
	struct mem *m;

	begin();
	m = rig_open(&user, gs, "127.0.0.1", 7);
	says(m, "hello", "welcome");
	tally_adopt(rig_gchan(gs));
	says(m, "more", "");
	ask();
	ck_assert_int_eq(of("resources", "echo", "opened"), 0);
	ck_assert_int_eq(of("resources", "echo", "to_server"), 4);
	ck_assert_int_eq(of("resources", "echo", "to_client"), 0);
	end();
	mem_free(m);
}
END_TEST

/* Gateways without sessions have a number, too. */
START_TEST(gateways)
{
	begin();
	ask();
	ck_assert_int_eq(of("gateways", NULL, "main"), 1);
	ck_assert_uint_eq(
		json_object_size(json_object_get(rig.part, "gateways")), 1);
	end();
}
END_TEST

SUITE("tally", bytes_of_a_resource, what_is_not_connected,
      another_worker_goes_on, gateways)
