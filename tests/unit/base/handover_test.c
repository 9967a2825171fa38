/* SPDX-License-Identifier: BSD-2-Clause */
/* handover_test.c - fields of an object arrive at the other process as they
 * were, and nothing else does. */
#include "base/handover.h"

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

static void thing_handover(struct handover *c, struct thing *t)
{
	handover_field(c, &t->yes);
	handover_field(c, &t->small);
	handover_field(c, &t->port);
	handover_field(c, &t->id);
	handover_field(c, &t->count);
	handover_str(c, t->name, sizeof t->name);
	handover_text(c, &t->text);
	handover_text(c, &t->none);
	handover_buf(c, &t->queue);
	handover_addr(c, &t->at);
	handover_fd(c, &t->fd);
	handover_fd(c, &t->no_fd);
	handover_count(c, &t->items, 10);
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
	struct handover out = handover_packing(), in;
	int fd = 9;

	thing_handover(&out, &t);
	ck_assert(handover_is_done(&out));
	ck_assert_uint_eq(out.nfd, 1);
	ck_assert_int_eq(out.fd[0], 7);
	in = handover_unpacking(buf_ptr(&out.out), buf_len(&out.out), &fd, 1);
	thing_handover(&in, &u);
	ck_assert(handover_is_done(&in));
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
	handover_fini(&out);
	handover_fini(&in);
}
END_TEST

/* The sender's fields may be constants. */
START_TEST(constants_leave)
{
	static const char name[] = "ftp";
	struct handover out = handover_packing();
	char *text = (char *)(uintptr_t)name;

	handover_text(&out, &text);
	handover_str(&out, text, sizeof name);
	ck_assert(!out.bad);
	handover_fini(&out);
}
END_TEST

START_TEST(cut_anywhere)
{
	struct thing t = thing_of();
	struct handover out = handover_packing();
	int fd = 9;

	thing_handover(&out, &t);
	for (size_t n = 0; n < buf_len(&out.out); n++) {
		struct thing u = { .fd = -1 };
		struct handover in = handover_unpacking(buf_ptr(&out.out), n,
							&fd, 1);

		thing_handover(&in, &u);
		ck_assert(in.bad && !handover_is_done(&in));
		thing_fini(&u);
		handover_fini(&in);
	}
	thing_fini(&t);
	handover_fini(&out);
}
END_TEST

/* An object whose handover fails stays as it was. */
START_TEST(nothing_is_lost_by_leaving)
{
	struct thing t = thing_of();
	struct handover out = handover_packing();

	out.bad = true;
	thing_handover(&out, &t);
	ck_assert(t.yes && t.small == 200 && t.port == 50000);
	ck_assert(t.id == 0xfedcba98 && t.count == UINT64_MAX - 5);
	ck_assert_uint_eq(t.items, 10);
	ck_assert_str_eq(t.text, "words");
	ck_assert_int_eq(t.fd, 7);
	thing_fini(&t);
	handover_fini(&out);
}
END_TEST

START_TEST(left_over_or_missing)
{
	struct handover out = handover_packing(), in;
	uint16_t port = 5, got = 0;
	int fd = 3;

	handover_field(&out, &port);
	handover_field(&out, &port);
	handover_fd(&out, &fd);
	in = handover_unpacking(buf_ptr(&out.out), buf_len(&out.out), NULL, 0);
	handover_field(&in, &got);
	ck_assert(!handover_is_done(&in));
	handover_field(&in, &got);
	handover_fd(&in, &fd); /* a descriptor that did not come */
	ck_assert(in.bad);
	ck_assert_int_eq(fd, -1);
	handover_fini(&out);
}
END_TEST

START_TEST(more_than_there_may_be)
{
	struct handover out = handover_packing(), in;
	size_t n = 11;
	char name[] = "much too long for it";

	handover_count(&out, &n, 11);
	handover_str(&out, name, sizeof name);
	in = handover_unpacking(buf_ptr(&out.out), buf_len(&out.out), NULL, 0);
	handover_count(&in, &n, 10);
	ck_assert(in.bad);
	ck_assert_uint_eq(n, 0);
	in = handover_unpacking(buf_ptr(&out.out) + 8, buf_len(&out.out) - 8,
				NULL, 0);
	handover_str(&in, name, 5);
	ck_assert(in.bad);
	ck_assert_str_eq(name, "");
	handover_fini(&out);
}
END_TEST

SUITE("handover", what_leaves_arrives, constants_leave, cut_anywhere,
      nothing_is_lost_by_leaving, left_over_or_missing, more_than_there_may_be)
