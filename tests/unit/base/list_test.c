/* SPDX-License-Identifier: BSD-2-Clause */
/* list_test.c - intrusive lists, also when nodes leave in mid-walk. */
#include "base/defs.h"
#include "base/list.h"
#include "suite.h"

#include <string.h>

struct item {
	int before;
	struct list node;
	char name;
};

static struct item items[4];
static struct list head;

static void fill(void)
{
	list_init(&head);
	for (size_t i = 0; i < ARRAY_LEN(items); i++) {
		items[i].name = (char)('a' + i);
		list_init(&items[i].node);
		list_append(&head, &items[i].node);
	}
}

static const char *names(const struct list *l)
{
	static char text[16];
	size_t n = 0;

	for (struct list *p = l->next; p != l; p = p->next) {
		ck_assert_ptr_eq(p->next->prev, p);
		ck_assert_ptr_eq(p->prev->next, p);
		text[n++] = list_entry(p, struct item, node)->name;
	}
	text[n] = 0;
	return text;
}

START_TEST(order_is_kept)
{
	fill();
	ck_assert_str_eq(names(&head), "abcd");
	ck_assert_int_eq(list_first(&head, struct item, node)->name, 'a');
	ck_assert(!list_is_empty(&head));
}
END_TEST

START_TEST(removing_twice_is_harmless)
{
	fill();
	list_remove(&items[1].node);
	ck_assert(list_is_empty(&items[1].node));
	list_remove(&items[1].node);
	ck_assert_str_eq(names(&head), "acd");
	list_append(&head, &items[1].node);
	ck_assert_str_eq(names(&head), "acdb");
}
END_TEST

START_TEST(down_to_empty)
{
	fill();
	for (size_t i = ARRAY_LEN(items); i-- > 0;)
		list_remove(&items[i].node);
	ck_assert(list_is_empty(&head));
	ck_assert_str_eq(names(&head), "");
}
END_TEST

START_TEST(moving)
{
	struct list other;

	fill();
	list_init(&other);
	list_move(&other, &items[2].node);
	list_move(&head, &items[0].node);
	list_move(&head, &items[0].node);
	ck_assert_str_eq(names(&head), "bda");
	ck_assert_str_eq(names(&other), "c");
	list_init(&items[1].node);
}
END_TEST

START_TEST(splicing)
{
	struct list other;

	fill();
	list_init(&other);
	list_splice(&head, &other);
	ck_assert_str_eq(names(&head), "abcd");
	list_move(&other, &items[1].node);
	list_move(&other, &items[0].node);
	list_splice(&head, &other);
	ck_assert_str_eq(names(&head), "cdba");
	ck_assert(list_is_empty(&other));
	list_splice(&other, &head);
	ck_assert_str_eq(names(&other), "cdba");
	ck_assert(list_is_empty(&head));
}
END_TEST

START_TEST(walk_that_removes)
{
	struct list *n, *t;
	int seen = 0;

	fill();
	list_each (n, t, &head) {
		if (seen++ % 2 == 0)
			list_remove(n);
	}
	ck_assert_int_eq(seen, 4);
	ck_assert_str_eq(names(&head), "bd");
	list_each (n, t, &head)
		list_remove(n);
	ck_assert(list_is_empty(&head));
	list_each (n, t, &head)
		ck_abort_msg("walked an empty list");
}
END_TEST

SUITE("list", order_is_kept, removing_twice_is_harmless, down_to_empty, moving,
      splicing, walk_that_removes)
