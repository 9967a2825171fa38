/* SPDX-License-Identifier: BSD-2-Clause */
/* inspection_test.c - a plugin between a channel and its server. */
#include "gateway/rig.h"

#include "base/err.h"
#include "gateway/inspection.h"
#include "plugin/puppet.h"

#include "suite.h"

#include <string.h>
#include <unistd.h>

static const char inspected_conf[] =
	"[server]\n[plugin puppet]\n"
	"[gateway main]\nlisten = 127.0.0.1:1\ncertificate = c\n"
	"private_key = k\nusers = users\ngroups = all\n"
	"[resource files]\nhost = 127.0.0.1\nport = 21\nplugin = puppet\n"
	"[group all]\nusers = alice\nresources = files\n";

static struct rig_user user;
static struct gsession *gs;
static struct mem *mem;

static void begin(void)
{
	gs = rig_start(&user, inspected_conf, &puppet);
	rig.connect_errno = 0;
	mem = rig_open(&user, gs, "127.0.0.1", 21);
	ck_assert(mem->opened);
}

static void end(void)
{
	rig_logout(&user);
	rig_end();
	mem_free(mem);
}

static void client_says(const char *text)
{
	mem_write(mem, text, strlen(text));
	rig_settle(&user, gs);
}

static void server_says(const char *text)
{
	ck_assert_int_eq(write(rig.server, text, strlen(text)),
			 (ssize_t)strlen(text));
	rig_settle(&user, gs);
}

static void server_hears(const char *text)
{
	char got[200] = "";
	ssize_t n = read(rig.server, got, sizeof got - 1);

	ck_assert_str_eq(n > 0 ? got : "", text);
}

static void client_hears(const char *text)
{
	ck_assert_uint_eq(buf_len(&mem->out), strlen(text));
	ck_assert(!memcmp(buf_ptr(&mem->out), text, strlen(text)));
	buf_take(&mem->out, buf_len(&mem->out));
}

START_TEST(messages_are_rewritten)
{
	begin();
	ck_assert_ptr_nonnull(rig_gchan(gs)->inspection);
	client_says("hello\nsay good morning\ndrop\n");
	server_hears("hello\ngood morning\n");
	server_says("say welcome\n");
	client_hears("welcome\n");
	end();
}
END_TEST

START_TEST(part_of_a_message_waits_for_the_rest)
{
	begin();
	client_says("say a");
	server_hears("");
	client_says("bc\n");
	server_hears("abc\n");
	end();
}
END_TEST

START_TEST(a_plugin_that_detaches_leaves_a_plain_relay)
{
	begin();
	client_says("detach\nsay this\n");
	server_hears("detach\nsay this\n");
	server_says("say that\n");
	client_hears("say that\n");
	ck_assert_ptr_null(rig_gchan(gs)->inspection);
	ck_assert(list_is_empty(&gs->inspected));
	end();
}
END_TEST

START_TEST(what_breaks_the_protocol_is_reset)
{
	begin();
	client_says("close\n");
	ck_assert(mem->closed);
	ck_assert_uint_eq(mem->reason, REASON_PROTOCOL);
	ck_assert(list_is_empty(&gs->inspected));
	end();
}
END_TEST

START_TEST(a_plugin_may_finish_without_its_server)
{
	begin();
	client_says("no more today\nfinish\n");
	client_hears("more today\n");
	ck_assert(mem->got_fin);
	ck_assert_int_le(read(rig.server, (char[1]){ 0 }, 1), 0);
	end();
}
END_TEST

START_TEST(ends_go_through_behind_the_last_byte)
{
	begin();
	client_says("say half");
	mem_fin(mem);
	rig_settle(&user, gs);
	server_hears("partial\n");
	close(rig.server);
	rig.server = -1;
	rig_settle(&user, gs);
	ck_assert(mem->got_fin && mem->closed);
	ck_assert_uint_eq(mem->reason, REASON_NONE);
	end();
}
END_TEST

/* Without a tunnel the clock of what the plugin waits for stands still. */
START_TEST(a_timer_waits_for_the_tunnel)
{
	begin();
	client_says("timer 1000\n");
	ck_assert(!list_is_empty(&rig.shard->timed));
	rig_down(&user, gs, ERR_CLOSED);
	ck_assert(list_is_empty(&rig.shard->timed));
	rig.now_us += 2000000;
	rig_attach(&user, false);
	rig_settle(&user, gs);
	rig.now_us += 999000;
	ev_invoke(rig.shard->loop.ev, &rig.shard->fine, EV_TIMER);
	ck_assert(!list_is_empty(&rig.shard->timed));
	rig.now_us += 2000;
	ev_invoke(rig.shard->loop.ev, &rig.shard->fine, EV_TIMER);
	rig_settle(&user, gs);
	ck_assert(list_is_empty(&rig.shard->timed));
	end();
}
END_TEST

START_TEST(what_it_writes_down_stands_in_the_audit)
{
	begin();
	client_says("audit\n");
	mem_reset(mem);
	rig_settle(&user, gs);
	ck_assert(rig_said("evt=channel"));
	ck_assert(rig_said("plugin=puppet"));
	end();
}
END_TEST

SUITE("inspection", messages_are_rewritten,
      part_of_a_message_waits_for_the_rest,
      a_plugin_that_detaches_leaves_a_plain_relay,
      what_breaks_the_protocol_is_reset, a_plugin_may_finish_without_its_server,
      ends_go_through_behind_the_last_byte, a_timer_waits_for_the_tunnel,
      what_it_writes_down_stands_in_the_audit)
