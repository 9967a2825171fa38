/* SPDX-License-Identifier: BSD-2-Clause */
/* list.h - intrusive doubly linked lists.  A node that points to itself is
 * on no list, so removing twice is harmless. */
#ifndef ADIT_BASE_LIST_H
#define ADIT_BASE_LIST_H

#include "base/defs.h"

#include <stdbool.h>

struct list {
	struct list *next, *prev;
};

static inline void list_init(struct list *l)
{
	l->next = l->prev = l;
}

/* True for an empty head, and for a node that is on no list. */
static inline bool list_is_empty(const struct list *l)
{
	return l->next == l;
}

static inline void list_remove(struct list *n)
{
	n->prev->next = n->next;
	n->next->prev = n->prev;
	list_init(n);
}

/* `n` must be on no list. */
static inline void list_append(struct list *head, struct list *n)
{
	n->prev = head->prev;
	n->next = head;
	head->prev->next = n;
	head->prev = n;
}

/* To the end of `head`, from wherever it was. */
static inline void list_move(struct list *head, struct list *n)
{
	list_remove(n);
	list_append(head, n);
}

/* All of `from` to the end of `to`; `from` is empty afterwards. */
static inline void list_splice(struct list *to, struct list *from)
{
	if (list_is_empty(from))
		return;
	from->next->prev = to->prev;
	from->prev->next = to;
	to->prev->next = from->next;
	to->prev = from->prev;
	list_init(from);
}

#define list_entry(ptr, type, member) container_of(ptr, type, member)
#define list_first(head, type, member) list_entry((head)->next, type, member)

/* `n` may be removed inside the loop; `t` holds the next node. */
#define list_each(n, t, head)                                                  \
	for ((n) = (head)->next, (t) = (n)->next; (n) != (head);               \
	     (n) = (t), (t) = (n)->next)

#endif
