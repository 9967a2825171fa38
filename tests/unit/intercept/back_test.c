/* SPDX-License-Identifier: BSD-2-Clause */
/* back_test.c - what becomes of packets with which servers connect back; the
 * real kernel says who listens. */
#include "intercept/back.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "suite.h"

static struct backs backs;
static int listener;
static struct back one;

static struct addr at(const char *host, uint16_t port)
{
	struct addr a;

	ck_assert_int_eq(addr_parse(&a, host, port), 0);
	return a;
}

static void begin(void)
{
	struct sockaddr_in any = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};

	ck_assert_int_eq(backs_init(&backs), 0);
	listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert_int_eq(bind(listener, (struct sockaddr *)&any, sizeof any),
			 0);
	ck_assert_int_eq(listen(listener, 1), 0);
	one = (struct back){
		.from = at("192.0.0.8", 40000),
		.to = addr_local(listener),
		.as = at("10.9.0.2", 20),
	};
}

static void end(void)
{
	close(listener);
	owner_fini(&backs.owner);
}

static enum back_says come(const struct back *b, struct addr *as)
{
	const struct packet_syn syn = { .from = b->from, .to = b->to };

	return backs_take(&backs, &syn, as);
}

START_TEST(only_what_was_announced)
{
	struct addr as;

	begin();
	ck_assert_int_eq(come(&one, &as), BACK_NONE);
	backs_announce(&backs, &one);
	one.from.port++;
	ck_assert_int_eq(come(&one, &as), BACK_NONE);
	one.from.port--;
	one.to.port++;
	ck_assert_int_eq(come(&one, &as), BACK_NONE);
	one.to.port--;
	ck_assert_int_eq(come(&one, &as), BACK_GOOD);
	ck_assert(addr_same(&as, &one.as));
	end();
}
END_TEST

START_TEST(only_where_this_user_listens)
{
	struct addr as;

	begin();
	backs_announce(&backs, &one);
	backs.owner.uid++;
	ck_assert_int_eq(come(&one, &as), BACK_DENIED);
	backs.owner.uid--;
	close(listener);
	ck_assert_int_eq(come(&one, &as), BACK_DENIED);
	listener = -1;
	end();
}
END_TEST

/* The kernel would not let go a second one with the same addresses. */
START_TEST(a_port_is_used_once)
{
	struct addr as;
	struct back next;

	begin();
	backs_announce(&backs, &one);
	ck_assert_int_eq(come(&one, &as), BACK_GOOD);
	ck_assert_uint_eq(as.port, 20);
	ck_assert_int_eq(come(&one, &as), BACK_GOOD);
	ck_assert_uint_eq(as.port, 0);
	next = one;
	next.from.port++;
	backs_announce(&backs, &next);
	ck_assert_int_eq(come(&next, &as), BACK_GOOD);
	ck_assert_uint_eq(as.port, 0);
	next.from.port++;
	next.as = at("10.9.0.3", 20);
	backs_announce(&backs, &next);
	ck_assert_int_eq(come(&next, &as), BACK_GOOD);
	ck_assert_uint_eq(as.port, 20);
	for (unsigned i = 0; i < BACKS; i++) {
		next.from.port++;
		backs_announce(&backs, &next);
	}
	ck_assert_int_eq(come(&one, &as), BACK_NONE);
	end();
}
END_TEST

SUITE("intercept/back", only_what_was_announced, only_where_this_user_listens,
      a_port_is_used_once)
