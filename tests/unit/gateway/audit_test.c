/* SPDX-License-Identifier: BSD-2-Clause */
/* audit_test.c - the lines of the audit, and which of them are only counted. */
#include "gateway/rig.h"

#include "suite.h"

#include <stdio.h>
#include <string.h>

#define S UINT64_C(1000000)

static struct rig_user user;
static struct gsession *gs;

static void begin(void)
{
	gs = rig_start(&user, rig_conf, NULL);
	rig_hush();
}

static void end(void)
{
	rig_logout(&user);
	rig_end();
}

static unsigned count(const char *text)
{
	const char *p = rig.said;
	unsigned n = 0;

	while ((p = strstr(p, text))) {
		n++;
		p++;
	}
	return n;
}

START_TEST(a_session_has_a_line_for_each_step)
{
	char want[200];

	gs = rig_start(&user, rig_conf, NULL);
	snprintf(want, sizeof want,
		 "evt=session session=%llu user=alice gateway=main "
		 "source=192.0.2.1:1024 state=login reason=\"\"\n",
		 (unsigned long long)user.id);
	ck_assert(rig_said(want));
	ck_assert(rig_said("source=192.0.2.2:1025 state=attach reason=\"\""));
	gsession_bury(gs, LEAVE_KICKED);
	ck_assert(rig_said("state=end reason=\""));
	rig_turn();
	end();
}
END_TEST

/* A user could fill the log by making and cutting tunnels. */
START_TEST(steps_that_repeat_themselves_are_counted)
{
	begin();
	for (int i = 0; i < 20; i++)
		audit_tunnel(gs, "detach", "gone");
	ck_assert_uint_eq(count("state=detach"), SUMS_FIRST);
	rig_hush();
	rig.now_us += 61 * S;
	audit_rest(gs, false);
	ck_assert(rig_said("evt=sessions"));
	ck_assert(rig_said("state=detach reason=\"gone\" count=15"));
	end();
}
END_TEST

START_TEST(refused_channels_have_a_line)
{
	struct mem *m;

	begin();
	m = rig_open(&user, gs, "192.0.2.99", 22);
	ck_assert_uint_eq(count("evt=channel "), 1);
	ck_assert(rig_said("resource=- plugin=- source="));
	ck_assert(rig_said("destination=192.0.2.99:22 to_server=0"));
	end();
	mem_free(m);
}
END_TEST

START_TEST(refused_channels_that_are_alike_are_counted)
{
	struct mem *m[SUMS_FIRST + 3];

	begin();
	for (size_t i = 0; i < ARRAY_LEN(m); i++)
		m[i] = rig_open(&user, gs, "192.0.2.99", 22);
	ck_assert_uint_eq(count("evt=channel "), SUMS_FIRST);
	audit_rest(gs, true);
	ck_assert(rig_said("evt=channels"));
	ck_assert(rig_said("count=3"));
	end();
	for (size_t i = 0; i < ARRAY_LEN(m); i++)
		mem_free(m[i]);
}
END_TEST

/* What a peer has sent is one word, and ends no quotation. */
START_TEST(a_host_cannot_write_a_line_of_its_own)
{
	struct mem *m;

	begin();
	m = rig_open(&user, gs, "a\" evt=x\nevt=y", 22);
	ck_assert(rig_said("destination=a??evt?x?evt?y:22"));
	end();
	mem_free(m);
}
END_TEST

START_TEST(plugins_add_what_fits)
{
	struct gchan *gc;
	struct mem *m;
	char big[3000];

	begin();
	rig.connect_errno = 0;
	m = rig_open(&user, gs, "127.0.0.1", 7);
	gc = rig_gchan(gs);
	memset(big, 'x', sizeof big - 1);
	big[sizeof big - 1] = 0;
	audit_add(gc, "login", "bob");
	audit_add(gc, "big", big);
	audit_add(gc, "file", "a b");
	mem_reset(m);
	rig_settle(&user, gs);
	ck_assert(rig_said(" login=\"bob\" file=\"a b\"\n"));
	end();
	mem_free(m);
}
END_TEST

SUITE("audit", a_session_has_a_line_for_each_step,
      steps_that_repeat_themselves_are_counted, refused_channels_have_a_line,
      refused_channels_that_are_alike_are_counted,
      a_host_cannot_write_a_line_of_its_own, plugins_add_what_fits)
