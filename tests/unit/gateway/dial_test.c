/* SPDX-License-Identifier: BSD-2-Clause */
/* dial_test.c - from what an agent asks for to an address that is connected
 * to, or to the reason that the agent hears. */
#include "gateway/rig.h"

#include "gateway/dial.h"

#include "suite.h"

#include <errno.h>
#include <string.h>

static struct rig_user user;
static struct gsession *gs;

static void begin(void)
{
	gs = rig_start(&user, rig_conf, NULL);
}

static void end(void)
{
	rig_logout(&user);
	rig_end();
}

static struct mem *ask(const char *host, uint16_t port)
{
	return rig_open(&user, gs, host, port);
}

static void check_dialled(const char *want)
{
	char at[ADDR_TEXT];

	ck_assert_str_eq(addr_str(&rig.dialled, at), want);
}

START_TEST(an_address_of_a_resource_is_dialled)
{
	struct mem *m;

	begin();
	rig.connect_errno = 0;
	m = ask("127.0.0.2", 7);
	check_dialled("127.0.0.2:7");
	ck_assert(m->opened && !m->closed);
	end();
	mem_free(m);
}
END_TEST

START_TEST(all_hosts_of_a_resource_are_tried)
{
	struct open o = { .resource = 1, .dest.port = 7 };
	struct mem *m;

	begin();
	rig.connect_errno = ECONNREFUSED;
	m = mem_open(&user.side, &o);
	rig_settle(&user, gs);
	check_dialled("127.0.0.2:7");
	ck_assert(rig_said("127.0.0.1:7 does not answer: Connection refused"));
	ck_assert(m->closed);
	ck_assert_uint_eq(m->reason, REASON_REFUSED);
	/* The address is the gateway's secret, unless hide_address = no. */
	ck_assert_str_eq(m->text, "connection refused");
	end();
	mem_free(m);
}
END_TEST

START_TEST(errors_have_reasons)
{
	static const struct {
		int error;
		unsigned reason;
	} all[] = {
		{ ETIMEDOUT, REASON_TIMEOUT },
		{ EHOSTUNREACH, REASON_UNREACHABLE },
		{ ENETUNREACH, REASON_NO_ROUTE },
		{ EMFILE, REASON_LIMIT },
		{ EADDRNOTAVAIL, REASON_LIMIT },
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		struct mem *m;

		begin();
		rig.connect_errno = all[i].error;
		m = ask("127.0.0.1", 7);
		ck_assert_uint_eq(m->reason, all[i].reason);
		end();
		mem_free(m);
	}
}
END_TEST

/* One of its names stands for the resource, not for one of its hosts. */
START_TEST(a_name_of_a_resource_leads_to_all_its_hosts)
{
	struct mem *m;

	begin();
	rig.connect_errno = ECONNREFUSED;
	m = ask("db.corp.example", 7);
	check_dialled("127.0.0.2:7");
	ck_assert(rig_said("127.0.0.1:7 does not answer: Connection refused"));
	ck_assert(m->closed);
	ck_assert_uint_eq(m->reason, REASON_REFUSED);
	end();
	mem_free(m);
}
END_TEST

/* The error is logged once in a second for all users together. */
START_TEST(no_descriptors_are_an_error_of_the_worker)
{
	struct mem *m[3];

	begin();
	rig.connect_errno = EMFILE;
	m[0] = ask("127.0.0.1", 7);
	ck_assert(rig_said("cannot connect to servers"));
	rig_hush();
	m[1] = ask("127.0.0.1", 7);
	ck_assert(!rig_said("cannot connect to servers"));
	rig.now_us += 1000000;
	m[2] = ask("127.0.0.1", 7);
	ck_assert(rig_said("cannot connect to servers"));
	end();
	for (int i = 0; i < 3; i++)
		mem_free(m[i]);
}
END_TEST

START_TEST(what_no_resource_has_is_refused)
{
	struct mem *m;

	begin();
	m = ask("192.0.2.7", 22);
	ck_assert(m->closed);
	ck_assert_uint_eq(m->reason, REASON_DENIED);
	ck_assert(rig_said("is refused"));
	ck_assert_uint_eq(rig.dialled.family, 0);
	end();
	mem_free(m);
}
END_TEST

START_TEST(a_name_of_the_configuration_is_looked_up)
{
	struct msg_resolve asked;
	struct mem *m;
	uint32_t id;

	begin();
	rig.connect_errno = 0;
	m = ask("server.example", 80);
	ck_assert(rig_question(&asked, &id));
	ck_assert_str_eq(asked.host, "server.example");
	ck_assert_str_eq(asked.who, "");
	ck_assert(!m->opened && !m->closed);
	rig_resolve(id, "192.0.2.80");
	rig_settle(&user, gs);
	check_dialled("192.0.2.80:80");
	ck_assert(m->opened);
	end();
	mem_free(m);
}
END_TEST

START_TEST(a_name_without_an_address_ends_the_channel)
{
	struct msg_resolve asked;
	struct mem *m;
	uint32_t id;

	begin();
	m = ask("server.example", 80);
	ck_assert(rig_question(&asked, &id));
	rig_resolve(id, NULL);
	rig_settle(&user, gs);
	ck_assert_uint_eq(m->reason, REASON_NO_NAME);
	end();
	mem_free(m);
}
END_TEST

/* A name that does not exist and one that leads where this user may not go: the
 * same answer, at the same time. */
START_TEST(names_of_users_tell_nothing)
{
	static const char *const addr[] = { NULL, "192.0.2.1" };

	for (int i = 0; i < 2; i++) {
		struct msg_resolve asked;
		struct gchan *gc;
		struct mem *m;
		uint32_t id;

		begin();
		m = ask("inside.example", 9);
		ck_assert(rig_question(&asked, &id));
		ck_assert_str_eq(asked.who, "main/alice");
		rig.now_us += 300000;
		rig_resolve(id, addr[i]);
		rig_settle(&user, gs);
		ck_assert(!m->closed);
		gc = rig_gchan(gs);
		ck_assert(ev_is_active(&gc->dial->hush));
		ev_timer_stop(rig.shard->loop.ev, &gc->dial->hush);
		ev_invoke(rig.shard->loop.ev, &gc->dial->hush, EV_TIMER);
		rig_settle(&user, gs);
		ck_assert_uint_eq(m->reason, REASON_DENIED);
		ck_assert(!strstr(m->text, "192.0.2"));
		end();
		mem_free(m);
	}
}
END_TEST

START_TEST(a_check_connects_nobody)
{
	struct open o = { .dest = { "127.0.0.1", 7 }, .check = true };
	struct mem *m;

	begin();
	rig.connect_errno = 0;
	m = mem_open(&user.side, &o);
	rig_settle(&user, gs);
	ck_assert_uint_eq(m->reason, REASON_GRANTED);
	ck_assert_uint_eq(rig.dialled.family, 0);
	end();
	mem_free(m);
}
END_TEST

/* The configuration that holds when the name is known decides. */
START_TEST(a_reload_ends_what_may_not_be_dialled_any_more)
{
	static const char other[] =
		"[server]\n"
		"[gateway main]\nlisten = 127.0.0.1:1\ncertificate = c\n"
		"private_key = k\nusers = users\ngroups = all\n"
		"[resource echo]\nhost = 127.0.0.1, 127.0.0.2\nport = 7\n"
		"[group all]\nusers = alice\nresources = echo\n";
	struct mem *m;

	begin();
	m = ask("server.example", 80);
	rig_reload(rig_conf);
	rig_settle(&user, gs);
	ck_assert(!m->closed);
	rig_reload(other);
	rig_settle(&user, gs);
	ck_assert_uint_eq(m->reason, REASON_ADMIN);
	end();
	mem_free(m);
}
END_TEST

SUITE("dial", an_address_of_a_resource_is_dialled,
      all_hosts_of_a_resource_are_tried,
      a_name_of_a_resource_leads_to_all_its_hosts, errors_have_reasons,
      no_descriptors_are_an_error_of_the_worker,
      what_no_resource_has_is_refused, a_name_of_the_configuration_is_looked_up,
      a_name_without_an_address_ends_the_channel, names_of_users_tell_nothing,
      a_check_connects_nobody, a_reload_ends_what_may_not_be_dialled_any_more)
