/* SPDX-License-Identifier: BSD-2-Clause */
/* inspection_test.c - a plugin between a channel and its server. */
#include "gateway/rig_puppet.h"

#include "base/err.h"

#include "suite.h"

#include <string.h>
#include <unistd.h>

static struct rig_puppet p;

START_TEST(messages_are_rewritten)
{
	rig_puppet_begin(&p, false);
	ck_assert_ptr_nonnull(rig_gchan(p.gs)->inspection);
	client_says(&p, "hello\nsay good morning\ndrop\n");
	server_hears(&p, "hello\ngood morning\n");
	server_says(&p, "say welcome\n");
	client_hears(&p, "welcome\n");
	rig_puppet_end(&p);
}
END_TEST

START_TEST(part_of_a_message_waits_for_the_rest)
{
	rig_puppet_begin(&p, false);
	client_says(&p, "say a");
	server_hears(&p, "");
	client_says(&p, "bc\n");
	server_hears(&p, "abc\n");
	rig_puppet_end(&p);
}
END_TEST

START_TEST(a_plugin_that_detaches_leaves_a_plain_relay)
{
	rig_puppet_begin(&p, false);
	client_says(&p, "detach\nsay this\n");
	server_hears(&p, "detach\nsay this\n");
	server_says(&p, "say that\n");
	client_hears(&p, "say that\n");
	ck_assert_ptr_null(rig_gchan(p.gs)->inspection);
	ck_assert(list_is_empty(&p.gs->inspected));
	rig_puppet_end(&p);
}
END_TEST

START_TEST(what_breaks_the_protocol_is_reset)
{
	rig_puppet_begin(&p, false);
	client_says(&p, "close\n");
	ck_assert(p.mem->closed);
	ck_assert_uint_eq(p.mem->reason, REASON_PROTOCOL);
	ck_assert(list_is_empty(&p.gs->inspected));
	rig_puppet_end(&p);
}
END_TEST

START_TEST(a_plugin_may_finish_without_its_server)
{
	rig_puppet_begin(&p, false);
	client_says(&p, "no more today\nfinish\n");
	client_hears(&p, "more today\n");
	ck_assert(p.mem->got_fin);
	ck_assert_int_le(read(rig.server, (char[1]){ 0 }, 1), 0);
	rig_puppet_end(&p);
}
END_TEST

START_TEST(ends_go_through_behind_the_last_byte)
{
	rig_puppet_begin(&p, false);
	client_says(&p, "say half");
	mem_fin(p.mem);
	rig_settle(&p.user, p.gs);
	server_hears(&p, "partial\n");
	close(rig.server);
	rig.server = -1;
	rig_settle(&p.user, p.gs);
	ck_assert(p.mem->got_fin && p.mem->closed);
	ck_assert_uint_eq(p.mem->reason, REASON_NONE);
	rig_puppet_end(&p);
}
END_TEST

/* While there is no tunnel, timers of plugins stand still. */
START_TEST(a_timer_waits_for_the_tunnel)
{
	rig_puppet_begin(&p, false);
	client_says(&p, "timer 1000\n");
	ck_assert(!list_is_empty(&rig.shard->timed));
	rig_down(&p.user, p.gs, ERR_CLOSED);
	ck_assert(list_is_empty(&rig.shard->timed));
	rig.now_us += 2000000;
	rig_attach(&p.user, false);
	rig_settle(&p.user, p.gs);
	rig.now_us += 999000;
	ev_invoke(rig.shard->loop.ev, &rig.shard->fine, EV_TIMER);
	ck_assert(!list_is_empty(&rig.shard->timed));
	rig.now_us += 2000;
	ev_invoke(rig.shard->loop.ev, &rig.shard->fine, EV_TIMER);
	rig_settle(&p.user, p.gs);
	ck_assert(list_is_empty(&rig.shard->timed));
	rig_puppet_end(&p);
}
END_TEST

START_TEST(what_it_writes_down_stands_in_the_audit)
{
	rig_puppet_begin(&p, false);
	client_says(&p, "audit\n");
	mem_reset(p.mem);
	rig_settle(&p.user, p.gs);
	ck_assert(rig_said("evt=channel"));
	ck_assert(rig_said("plugin=puppet"));
	rig_puppet_end(&p);
}
END_TEST

SUITE("inspection", messages_are_rewritten,
      part_of_a_message_waits_for_the_rest,
      a_plugin_that_detaches_leaves_a_plain_relay,
      what_breaks_the_protocol_is_reset, a_plugin_may_finish_without_its_server,
      ends_go_through_behind_the_last_byte, a_timer_waits_for_the_tunnel,
      what_it_writes_down_stands_in_the_audit)
