/* SPDX-License-Identifier: BSD-2-Clause */
/* gchan_life_test.c - a channel at the gateway from its OPEN to its end: bytes,
 * ends, and a new configuration. */
#include "gateway/rig.h"

#include "gateway/gchan.h"

#include "suite.h"

#include <string.h>
#include <unistd.h>

static struct rig_user user;
static struct gsession *gs;

static struct mem *begin(void)
{
	struct mem *m;

	gs = rig_start(&user, rig_conf, NULL);
	rig.connect_errno = 0;
	m = rig_open(&user, gs, "127.0.0.1", 7);
	ck_assert(m->opened);
	return m;
}

static void end(struct mem *m)
{
	rig_logout(&user);
	rig_end();
	mem_free(m);
}

static void server_says(const char *text)
{
	ck_assert_int_eq(write(rig.server, text, strlen(text)),
			 (ssize_t)strlen(text));
	rig_settle(&user, gs);
}

static void server_hears(const char *text)
{
	char got[100];
	ssize_t n;

	rig_settle(&user, gs);
	n = read(rig.server, got, sizeof got);
	ck_assert_int_eq(n, (ssize_t)strlen(text));
	ck_assert(!memcmp(got, text, (size_t)n));
}

START_TEST(bytes_go_both_ways)
{
	struct mem *m = begin();

	mem_write(m, "hello", 5);
	server_hears("hello");
	server_says("welcome");
	ck_assert_uint_eq(buf_len(&m->out), 7);
	ck_assert(!memcmp(buf_ptr(&m->out), "welcome", 7));
	end(m);
}
END_TEST

START_TEST(each_direction_ends_on_its_own)
{
	struct mem *m = begin();

	mem_fin(m);
	server_hears("");
	server_says("still here");
	ck_assert_uint_eq(buf_len(&m->out), 10);
	ck_assert(!m->closed);
	close(rig.server);
	rig.server = -1;
	rig_settle(&user, gs);
	ck_assert(m->got_fin && m->closed);
	ck_assert_uint_eq(m->reason, REASON_NONE);
	ck_assert(rig_said("evt=channel"));
	ck_assert(rig_said("destination=127.0.0.1:7 to_server=0 to_client=10"));
	ck_assert_uint_eq(gs->to_client, 10);
	end(m);
}
END_TEST

START_TEST(a_reset_reaches_the_server)
{
	struct mem *m = begin();

	mem_reset(m);
	rig_settle(&user, gs);
	ck_assert(m->closed);
	ck_assert_int_le(read(rig.server, (char[1]){ 0 }, 1), 0);
	ck_assert_ptr_null(rig_gchan(gs));
	end(m);
}
END_TEST

#define CONF(resource)                                                         \
	"[server]\n"                                                           \
	"[gateway main]\nlisten = 127.0.0.1:1\ncertificate = c\n"              \
	"private_key = k\nusers = users\ngroups = all\n" resource              \
	"[resource other]\nhost = 192.0.2.1\nport = 1\n"

/* Channels that a reload leaves alone, and those that it ends. */
START_TEST(a_new_configuration_is_asked)
{
	static const struct {
		const char *conf;
		bool ends;
	} all[] = {
		{ rig_conf, false },
		{ CONF("[resource echo]\nhost = 127.0.0.1, 127.0.0.2, "
		       "127.0.0.3\nport = 1-10\n"
		       "[group all]\nusers = alice\nresources = echo\n"),
		  false },
		{ CONF("[resource echo]\nhost = 127.0.0.1, 127.0.0.2\n"
		       "port = 7\n[group all]\nusers = alice\n"
		       "resources = other\n"),
		  true },
		{ CONF("[resource echo]\nhost = 127.0.0.1, 127.0.0.2\n"
		       "port = 8\n[group all]\nusers = alice\n"
		       "resources = echo\n"),
		  true },
		{ CONF("[resource echo]\nhost = 127.0.0.1\nport = 7\n"
		       "[group all]\nusers = alice\nresources = echo\n"),
		  true },
		{ CONF("[group all]\nusers = alice\nresources = other\n"),
		  true },
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		struct mem *m = begin();

		rig_reload(all[i].conf);
		rig_settle(&user, gs);
		ck_assert_int_eq(m->closed, all[i].ends);
		if (all[i].ends)
			ck_assert_uint_eq(m->reason, REASON_ADMIN);
		end(m);
	}
}
END_TEST

START_TEST(groups_that_are_taken_end_channels)
{
	static const char by_group[] = CONF(
		"[resource echo]\nhost = 127.0.0.1, 127.0.0.2\n"
		"port = 7\n[group all]\nresources = echo\n");
	struct mem *m = begin();

	rig_reload(by_group);
	rig_settle(&user, gs);
	ck_assert(!m->closed);
	gsession_regroup(gs, "");
	rig_settle(&user, gs);
	ck_assert_uint_eq(m->reason, REASON_ADMIN);
	end(m);
}
END_TEST

START_TEST(one_that_is_being_connected_is_asked_too)
{
	static const char without[] = CONF(
		"[resource echo]\nhost = 127.0.0.1\nport = 7\n"
		"[group all]\nusers = alice\nresources = echo\n");
	struct mem *m, *waits;

	m = begin();
	waits = rig_open(&user, gs, "server.example", 80);
	ck_assert(!waits->opened && !waits->closed);
	rig_reload(rig_conf);
	rig_settle(&user, gs);
	ck_assert(!waits->closed);
	rig_reload(without);
	rig_settle(&user, gs);
	ck_assert(waits->closed);
	ck_assert_uint_eq(waits->reason, REASON_ADMIN);
	end(m);
	mem_free(waits);
}
END_TEST

START_TEST(its_end_is_the_sessions_last_sign_of_life)
{
	struct mem *m = begin();

	mem_write(m, "hello", 5);
	rig_settle(&user, gs);
	rig.now_us += 5000000;
	mem_reset(m);
	rig_settle(&user, gs);
	ck_assert_uint_eq(gs->busy_us, rig.now_us);
	ck_assert_uint_eq(gs->to_server, 5);
	end(m);
}
END_TEST

/* The agent opens a channel before it has read that the session ends. */
START_TEST(a_session_that_ends_opens_nothing)
{
	struct mem *m = begin(), *late;

	gsession_end(gs, LEAVE_KICKED);
	rig.dialled.port = 0;
	late = rig_open(&user, gs, "127.0.0.2", 7);
	ck_assert_uint_eq(rig.dialled.port, 0);
	ck_assert(!late->opened);
	end(m);
	mem_free(late);
}
END_TEST

SUITE("gateway/gchan_life", bytes_go_both_ways, each_direction_ends_on_its_own,
      a_reset_reaches_the_server, a_new_configuration_is_asked,
      groups_that_are_taken_end_channels,
      one_that_is_being_connected_is_asked_too,
      its_end_is_the_sessions_last_sign_of_life,
      a_session_that_ends_opens_nothing)
