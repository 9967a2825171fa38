/* SPDX-License-Identifier: BSD-2-Clause */
/* carry_test.c - what leaves arrives, and nothing else does. */
#include "base/carry.h"

#include "suite.h"

#include <stdlib.h>
#include <string.h>

struct thing {
	bool yes;
	uint8_t small;
	uint16_t port;
	uint32_t id;
	uint64_t count;
	char name[16];
	char *text, *none;
	struct buf queue;
	struct addr at;
	int fd, no_fd;
	size_t items;
};

static void thing_carry(struct carry *c, struct thing *t)
{
	carry(c, &t->yes);
	carry(c, &t->small);
	carry(c, &t->port);
	carry(c, &t->id);
	carry(c, &t->count);
	carry_str(c, t->name, sizeof t->name);
	carry_text(c, &t->text);
	carry_text(c, &t->none);
	carry_buf(c, &t->queue);
	carry_addr(c, &t->at);
	carry_fd(c, &t->fd);
	carry_fd(c, &t->no_fd);
	carry_count(c, &t->items, 10);
}

static struct thing thing_of(void)
{
	struct thing t = {
		.yes = true,
		.small = 200,
		.port = 50000,
		.id = 0xfedcba98,
		.count = UINT64_MAX - 5,
		.name = "a name",
		.fd = 7,
		.no_fd = -1,
		.items = 10,
	};

	t.text = strdup("words");
	ck_assert_int_eq(addr_parse_port(&t.at, "[2001:db8::1]:443"), 0);
	ck_assert_int_eq(buf_append(&t.queue, "waiting", 7), 0);
	return t;
}

static void thing_fini(struct thing *t)
{
	free(t->text);
	free(t->none);
	buf_fini(&t->queue);
}

START_TEST(what_leaves_arrives)
{
	struct thing t = thing_of(), u = { .fd = -1 };
	struct carry out = carry_leaving(), in;
	int fd = 9;

	thing_carry(&out, &t);
	ck_assert(carry_is_done(&out));
	ck_assert_uint_eq(out.nfd, 1);
	ck_assert_int_eq(out.fd[0], 7);
	in = carry_arriving(buf_ptr(&out.out), buf_len(&out.out), &fd, 1);
	thing_carry(&in, &u);
	ck_assert(carry_is_done(&in));
	ck_assert(u.yes && u.small == 200 && u.port == 50000);
	ck_assert(u.id == t.id && u.count == t.count && u.items == 10);
	ck_assert_str_eq(u.name, "a name");
	ck_assert_str_eq(u.text, "words");
	ck_assert_ptr_null(u.none);
	ck_assert_uint_eq(buf_len(&u.queue), 7);
	ck_assert(!memcmp(buf_ptr(&u.queue), "waiting", 7));
	ck_assert(addr_same(&u.at, &t.at));
	ck_assert_int_eq(u.fd, 9);
	ck_assert_int_eq(u.no_fd, -1);
	thing_fini(&t);
	thing_fini(&u);
	carry_fini(&out);
	carry_fini(&in);
}
END_TEST

/* What leaves may be a constant. */
START_TEST(constants_leave)
{
	static const char name[] = "ftp";
	struct carry out = carry_leaving();
	char *text = (char *)(uintptr_t)name;

	carry_text(&out, &text);
	carry_str(&out, text, sizeof name);
	ck_assert(!out.bad);
	carry_fini(&out);
}
END_TEST

START_TEST(cut_anywhere)
{
	struct thing t = thing_of();
	struct carry out = carry_leaving();
	int fd = 9;

	thing_carry(&out, &t);
	for (size_t n = 0; n < buf_len(&out.out); n++) {
		struct thing u = { .fd = -1 };
		struct carry in = carry_arriving(buf_ptr(&out.out), n, &fd, 1);

		thing_carry(&in, &u);
		ck_assert(in.bad && !carry_is_done(&in));
		thing_fini(&u);
		carry_fini(&in);
	}
	thing_fini(&t);
	carry_fini(&out);
}
END_TEST

/* Who cannot leave goes on as it was. */
START_TEST(nothing_is_lost_by_leaving)
{
	struct thing t = thing_of();
	struct carry out = carry_leaving();

	out.bad = true;
	thing_carry(&out, &t);
	ck_assert(t.yes && t.small == 200 && t.port == 50000);
	ck_assert(t.id == 0xfedcba98 && t.count == UINT64_MAX - 5);
	ck_assert_uint_eq(t.items, 10);
	ck_assert_str_eq(t.text, "words");
	ck_assert_int_eq(t.fd, 7);
	thing_fini(&t);
	carry_fini(&out);
}
END_TEST

START_TEST(left_over_or_missing)
{
	struct carry out = carry_leaving(), in;
	uint16_t port = 5, got = 0;
	int fd = 3;

	carry(&out, &port);
	carry(&out, &port);
	carry_fd(&out, &fd);
	in = carry_arriving(buf_ptr(&out.out), buf_len(&out.out), NULL, 0);
	carry(&in, &got);
	ck_assert(!carry_is_done(&in));
	carry(&in, &got);
	carry_fd(&in, &fd); /* a descriptor that did not come */
	ck_assert(in.bad);
	ck_assert_int_eq(fd, -1);
	carry_fini(&out);
}
END_TEST

START_TEST(more_than_there_may_be)
{
	struct carry out = carry_leaving(), in;
	size_t n = 11;
	char name[] = "much too long for it";

	carry_count(&out, &n, 11);
	carry_str(&out, name, sizeof name);
	in = carry_arriving(buf_ptr(&out.out), buf_len(&out.out), NULL, 0);
	carry_count(&in, &n, 10);
	ck_assert(in.bad);
	ck_assert_uint_eq(n, 0);
	in = carry_arriving(buf_ptr(&out.out) + 8, buf_len(&out.out) - 8, NULL,
			    0);
	carry_str(&in, name, 5);
	ck_assert(in.bad);
	ck_assert_str_eq(name, "");
	carry_fini(&out);
}
END_TEST

SUITE("carry", what_leaves_arrives, constants_leave, cut_anywhere,
      nothing_is_lost_by_leaving, left_over_or_missing, more_than_there_may_be)
