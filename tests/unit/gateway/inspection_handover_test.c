/* SPDX-License-Identifier: BSD-2-Clause */
/* inspection_handover_test.c - a channel that a plugin reads goes on in another
 * worker, with the plugin's state and the bytes that it has not decided. */
#include "gateway/rig_puppet.h"

#include "gateway/gsession_handover.h"

#include "suite.h"

#include <string.h>

static struct rig_puppet p;
static struct handover left;
static bool bad;

static void arrive(void)
{
	p.gs = rig_arrive(&left, &bad);
}

static void hand_over(void)
{
	rig_leave(&left, p.gs);
	arrive();
}

static void go_on(void)
{
	ck_assert(p.gs && !bad);
	gsession_goes_on(p.gs);
	rig_attach(&p.user, false);
	rig_settle(&p.user, p.gs);
}

START_TEST(half_a_message_waits_for_the_rest)
{
	rig_puppet_begin(&p, true);
	client_says(&p, "say a");
	server_says(&p, "say x");
	hand_over();
	go_on();
	ck_assert_ptr_eq(rig_inspection(&p)->gc, rig_gchan(p.gs));
	client_says(&p, "bc\n");
	server_hears(&p, "abc\n");
	server_says(&p, "yz\n");
	client_hears(&p, "xyz\n");
	rig_puppet_end(&p);
}
END_TEST

START_TEST(the_state_of_the_plugin_is_the_same)
{
	rig_puppet_begin(&p, true);
	client_says(&p, "one\nthree\n");
	server_hears(&p, "one\nthree\n");
	hand_over();
	go_on();
	client_says(&p, "times\n");
	server_hears(&p, "times 3\n");
	rig_puppet_end(&p);
}
END_TEST

START_TEST(what_it_holds_is_held)
{
	rig_puppet_begin(&p, true);
	client_says(&p, "hold\nbehind\n");
	hand_over();
	go_on();
	ck_assert(inspect_is_held(rig_inspection(&p)->ch, ADIT_TO_SERVER));
	server_hears(&p, "");
	rig_puppet_end(&p);
}
END_TEST

START_TEST(without_its_plugin_it_ends)
{
	static const char plain[] =
		"[server]\n"
		"[gateway main]\nlisten = 127.0.0.1:1\ncertificate = c\n"
		"private_key = k\nusers = users\ngroups = all\n"
		"[resource files]\nhost = 127.0.0.1\nport = 21\n"
		"[group all]\nusers = alice\nresources = files\n";

	rig_puppet_begin(&p, true);
	rig_leave(&left, p.gs);
	rig_reload(plain);
	arrive();
	go_on();
	ck_assert(p.mem->closed);
	ck_assert_uint_eq(p.mem->reason, REASON_ADMIN);
	ck_assert_str_eq(p.mem->text,
			 "its plugin was replaced by another version");
	rig_puppet_end(&p);
}
END_TEST

START_TEST(credit_for_bytes_that_never_came_is_refused)
{
	rig_puppet_begin(&p, true);
	client_says(&p, "say a");
	gsession_rests(p.gs);
	rig_inspection(&p)->unpaid += 1000;
	hand_over();
	ck_assert_ptr_null(p.gs);
	ck_assert(bad);
	rig_puppet_end(&p);
}
END_TEST

/* The mark would point behind the end of the buffer. */
START_TEST(an_urgent_byte_that_is_not_there_is_refused)
{
	rig_puppet_begin(&p, true);
	gsession_rests(p.gs);
	rig_inspection(&p)->rest_urgent = 1;
	rig_leave(&left, p.gs);
	ck_assert(!left.bad);
	arrive();
	ck_assert_ptr_null(p.gs);
	ck_assert(bad);
	rig_puppet_end(&p);
}
END_TEST

SUITE("gateway/inspection_handover", half_a_message_waits_for_the_rest,
      the_state_of_the_plugin_is_the_same, what_it_holds_is_held,
      without_its_plugin_it_ends, credit_for_bytes_that_never_came_is_refused,
      an_urgent_byte_that_is_not_there_is_refused)
