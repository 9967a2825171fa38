/* SPDX-License-Identifier: BSD-2-Clause */
/* limits_test.c - of a gateway, groups and a user, whose limits count. */
#include "policy/limits.h"

#include "made.h"

static const char conf_text[] =
	"[gateway a]\nlisten = 127.0.0.1:1\ncertificate = c\nprivate_key = k\n"
	"users = u\ngroups = staff, ops\nconnections_per_user = 100\n"
	"rate_to_client = 20M\n"
	"[group staff]\nusers = *\nrate_to_client = 5M\n"
	"connections_per_user = 200\n"
	"[group ops]\nusers = carol, dave\nrate_to_client = 2M\n"
	"connections_per_user = 300\nmemory = 64M\n"
	"[user dave@example]\nconnections_per_user = 16\n"
	"[user dave]\nrate_to_client = 0\nconnections_per_user = 1000\n";

static struct gw_conf *conf;
static struct policy_limits l;
static char text[LIMIT_TEXT];

static void of(const char *user)
{
	struct grant g = { user, NULL, NULL };

	if (!conf)
		conf = made(conf_text);
	g.gateway = gw_conf_gateway(conf, "a");
	policy_limits(conf, &g, &l);
}

static void done(void)
{
	gw_conf_unref(conf);
	conf = NULL;
}

START_TEST(a_group_counts_before_the_gateway)
{
	of("alice");
	ck_assert_uint_eq(l.is[LIMIT_CONNECTIONS].most, 200);
	ck_assert_uint_eq(l.is[LIMIT_TO_CLIENT].most, 5 << 20);
	ck_assert_str_eq(policy_limit_text(&l, LIMIT_TO_CLIENT, text),
			 "rate_to_client in [group staff]");
	ck_assert_str_eq(policy_limit_text(&l, LIMIT_BEGINS, text),
			 "connections_per_second in [gateway a]");
	done();
}
END_TEST

START_TEST(the_strictest_of_several_groups)
{
	of("carol");
	ck_assert_uint_eq(l.is[LIMIT_CONNECTIONS].most, 200);
	ck_assert_uint_eq(l.is[LIMIT_TO_CLIENT].most, 2 << 20);
	ck_assert_uint_eq(l.is[LIMIT_MEMORY].most, 64 << 20);
	ck_assert_str_eq(policy_limit_text(&l, LIMIT_MEMORY, text),
			 "memory in [group ops]");
	done();
}
END_TEST

START_TEST(a_user_counts_before_groups)
{
	of("dave");
	ck_assert_uint_eq(l.is[LIMIT_CONNECTIONS].most, 1000);
	ck_assert_uint_eq(l.is[LIMIT_TO_CLIENT].most, 0);
	ck_assert_str_eq(policy_limit_text(&l, LIMIT_CONNECTIONS, text),
			 "connections_per_user in [user dave]");
	of("dave@example");
	ck_assert_uint_eq(l.is[LIMIT_CONNECTIONS].most, 16);
	done();
}
END_TEST

/* The gateway's rate is that of all users together, and no default. */
START_TEST(defaults)
{
	of("alice");
	ck_assert_uint_eq(l.is[LIMIT_TO_SERVER].most, 0);
	ck_assert_uint_eq(l.is[LIMIT_SESSIONS].most, 16);
	ck_assert_uint_eq(l.is[LIMIT_MEMORY].most, 0);
	ck_assert_uint_eq(l.is[LIMIT_BEGINS].most, 1000);
	done();
}
END_TEST

SUITE("limits", a_group_counts_before_the_gateway,
      the_strictest_of_several_groups, a_user_counts_before_groups, defaults)
