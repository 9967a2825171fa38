/* SPDX-License-Identifier: BSD-2-Clause */
/* gsession_handover_test.c - a session that another worker hands over: what goes
 * on, what ends, and what is not believed. */
#include "gateway/rig.h"

#include "gateway/dial.h"
#include "gateway/gsession_handover.h"

#include "suite.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define S UINT64_C(1000000)

static struct rig_user user;
static struct gsession *gs;
static struct mem *mem;
static struct handover left;
static bool bad;

static void begin(void)
{
	gs = rig_start(&user, rig_conf, NULL);
	rig.connect_errno = 0;
	rig.tcp = true;
	mem = NULL;
}

static void begin_with_channel(void)
{
	begin();
	mem = rig_open(&user, gs, "127.0.0.1", 7);
	ck_assert(mem->opened);
}

static void end(void)
{
	rig_logout(&user);
	rig_end();
	mem_free(mem);
}

static void hand_over(void)
{
	rig_leave(&left, gs);
	gs = rig_arrive(&left, &bad);
}

static void go_on(void)
{
	ck_assert(gs && !bad);
	gsession_goes_on(gs);
	rig_attach(&user, false);
	rig_settle(&user, gs);
}

/* ---- what goes on ------------------------------------------------------ */

START_TEST(a_session_goes_on)
{
	begin();
	rig.now_us += 5 * S;
	rig_leave(&left, gs);
	rig.now_us += 2 * S;
	gs = rig_arrive(&left, &bad);
	ck_assert_ptr_nonnull(gs);
	ck_assert_int_eq(gs->state, GSESSION_DETACHED);
	go_on();
	ck_assert_int_eq(gs->state, GSESSION_UP);
	ck_assert_uint_eq(gs->resumed, 1);
	ck_assert_uint_eq(gs->gap_us, 2 * S);
	end();
}
END_TEST

START_TEST(a_channel_goes_on)
{
	char got[10];
	struct pollfd p = { .events = POLLIN };

	begin_with_channel();
	hand_over();
	mem_write(mem, "hello", 5);
	go_on();
	p.fd = rig.server;
	ck_assert_int_eq(poll(&p, 1, 5000), 1);
	ck_assert_int_eq(read(rig.server, got, sizeof got), 5);
	ck_assert(!memcmp(got, "hello", 5));
	ck_assert(!mem->closed);
	end();
}
END_TEST

/* A connection that is being made begins again. */
START_TEST(a_name_that_is_looked_up_is_dialled)
{
	struct msg_resolve asked;
	char at[ADDR_TEXT];
	uint32_t id;

	begin();
	mem = rig_open(&user, gs, "server.example", 80);
	ck_assert(rig_question(&asked, &id));
	hand_over();
	go_on();
	rig.tcp = false;
	rig_resolve(id, "192.0.2.7");
	rig_settle(&user, gs);
	ck_assert_str_eq(addr_str(&rig.dialled, at), "192.0.2.7:80");
	ck_assert(mem->opened);
	end();
}
END_TEST

/* ---- what ends --------------------------------------------------------- */

#define CONF(gateway, port)                                                    \
	"[server]\n[gateway " gateway "]\nlisten = 127.0.0.1:1\n"              \
	"certificate = c\nprivate_key = k\nusers = users\ngroups = all\n"      \
	"[resource echo]\nhost = 127.0.0.1, 127.0.0.2\nport = " port "\n"      \
	"[group all]\nusers = alice\nresources = echo\n"

START_TEST(a_channel_that_is_not_allowed_any_more_ends)
{
	begin_with_channel();
	rig_leave(&left, gs);
	rig_reload(CONF("main", "8"));
	gs = rig_arrive(&left, &bad);
	go_on();
	ck_assert(mem->closed);
	ck_assert_uint_eq(mem->reason, REASON_ADMIN);
	ck_assert_str_eq(mem->text, "no longer allowed");
	end();
}
END_TEST

START_TEST(a_session_ends_with_its_gateway)
{
	begin_with_channel();
	rig_leave(&left, gs);
	rig_reload(CONF("other", "7"));
	ck_assert_ptr_null(rig_arrive(&left, &bad));
	ck_assert(!bad);
	ck_assert(rig_said("there is no gateway main any more"));
	ck_assert_uint_eq(shard_load(&rig.worker, 0), 0);
	end();
}
END_TEST

/* ---- what is not believed ---------------------------------------------- */

START_TEST(nothing_lasts_longer_than_here)
{
	begin();
	gsession_rests(gs);
	gs->expires_us = rig.now_us + 7200 * S;
	gs->busy_us = gs->detached_us = rig.now_us + 100 * S;
	hand_over();
	ck_assert(!bad);
	ck_assert_uint_eq(gs->expires_us, rig.now_us + 3600 * S);
	ck_assert_uint_eq(gs->busy_us, rig.now_us);
	ck_assert_uint_eq(gs->detached_us, rig.now_us);
	end();
}
END_TEST

static void lie_in_user(void)
{
	snprintf(gs->user, sizeof gs->user, "a\nb");
}

static void lie_in_serial(void)
{
	rig_gchan(gs)->serial = 0;
}

static void lie_in_detached(void)
{
	gs->detached_us = 0;
}

/* Connected, and being connected. */
static void lie_in_dial(void)
{
	static const struct open none;
	struct gchan *gc = rig_gchan(gs);

	gc->dial = dial_new(gc, &none);
	ck_assert_ptr_nonnull(gc->dial);
}

START_TEST(lies_are_refused)
{
	void (*const lies[])(void) = { lie_in_user, lie_in_serial,
				       lie_in_detached, lie_in_dial };

	for (size_t i = 0; i < ARRAY_LEN(lies); i++) {
		begin_with_channel();
		gsession_rests(gs);
		lies[i]();
		hand_over();
		ck_assert_ptr_null(gs);
		ck_assert(bad);
		end();
	}
}
END_TEST

START_TEST(a_descriptor_must_be_there_and_of_tcp)
{
	int fd[2];

	begin_with_channel();
	rig_leave(&left, gs);
	ck_assert_uint_eq(left.nfd, 1);
	close(left.fd[--left.nfd]);
	ck_assert_ptr_null(rig_arrive(&left, &bad));
	ck_assert(bad);
	end();
	begin_with_channel();
	rig_leave(&left, gs);
	ck_assert(!pipe(fd));
	close(fd[1]);
	close(left.fd[0]);
	left.fd[0] = fd[0];
	ck_assert_ptr_null(rig_arrive(&left, &bad));
	ck_assert(bad);
	end();
}
END_TEST

START_TEST(a_session_that_is_here_already)
{
	struct rig_user twin;

	begin();
	rig_leave(&left, gs);
	rig_login(&twin, "bob", "all");
	ck_assert(!map_put(&rig.shard->by_key, session_key(user.id), &twin));
	ck_assert_ptr_null(rig_arrive(&left, &bad));
	ck_assert(bad);
	map_del(&rig.shard->by_key, session_key(user.id));
	rig_logout(&twin);
	end();
}
END_TEST

/* Nothing is left of it, and nothing of it runs. */
static void bury_all(void)
{
	while (!list_is_empty(&rig.shard->sessions))
		gsession_bury(list_first(&rig.shard->sessions, struct gsession,
					 node),
			      LEAVE_SHUTDOWN);
	rig_turn();
}

START_TEST(what_is_cut_off_is_bad)
{
	struct handover c;
	size_t n;

	begin();
	rig_leave(&left, gs);
	n = buf_len(&left.out);
	while (n--) {
		c = handover_unpacking(buf_ptr(&left.out), n, NULL, 0);
		ck_assert_ptr_null(gsession_arrives(&c, rig.shard));
		ck_assert(c.bad);
		rig_count_sessions();
		bury_all();
	}
	handover_fini(&left);
	end();
}
END_TEST

SUITE("gateway/gsession_handover", a_session_goes_on, a_channel_goes_on,
      a_name_that_is_looked_up_is_dialled,
      a_channel_that_is_not_allowed_any_more_ends,
      a_session_ends_with_its_gateway, nothing_lasts_longer_than_here,
      lies_are_refused, a_descriptor_must_be_there_and_of_tcp,
      a_session_that_is_here_already, what_is_cut_off_is_bad)
