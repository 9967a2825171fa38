/* SPDX-License-Identifier: BSD-2-Clause */
/* list.h - intrusive doubly linked lists.  A node that is on no list points to
 * itself, so it may be removed twice. */
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

/* Puts `n`, which must be on no list, at the end. */
static inline void list_append(struct list *head, struct list *n)
{
	n->prev = head->prev;
	n->next = head;
	head->prev->next = n;
	head->prev = n;
}

/* Moves a node from its list, if it is on one, to the end of `head`. */
static inline void list_move(struct list *head, struct list *n)
{
	list_remove(n);
	list_append(head, n);
}

/* Moves all nodes of `from` to the end of `to`. */
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

/* Walks the list.  `n` may be removed inside the loop; `t` is the next node. */
#define list_each(n, t, head)                                                  \
	for ((n) = (head)->next, (t) = (n)->next; (n) != (head);               \
	     (n) = (t), (t) = (n)->next)

#endif
