/* SPDX-License-Identifier: BSD-2-Clause */
/* mailbox.c - messages between threads of the worker. */
#include "process/mailbox.h"

static void deliver_all(struct mailbox *b)
{
	struct list now;

	list_init(&now);
	pthread_mutex_lock(&b->lock);
	list_splice(&now, &b->waiting);
	pthread_mutex_unlock(&b->lock);
	while (!list_is_empty(&now)) {
		struct mail *m = list_first(&now, struct mail, node);

		list_remove(&m->node);
		m->deliver(m);
	}
}

static void mailbox_on_wake(struct ev_loop *ev, ev_async *w, int events)
{
	(void)ev;
	(void)events;
	deliver_all(w->data);
}

void mailbox_init(struct mailbox *b, struct loop *loop)
{
	b->loop = loop;
	list_init(&b->waiting);
	pthread_mutex_init(&b->lock, NULL);
	ev_async_init(&b->wake, mailbox_on_wake);
	b->wake.data = b;
	ev_async_start(loop->ev, &b->wake);
}

void mailbox_fini(struct mailbox *b)
{
	deliver_all(b);
	ev_async_stop(b->loop->ev, &b->wake);
	pthread_mutex_destroy(&b->lock);
}

void mailbox_post(struct mailbox *b, struct mail *m,
		  void (*deliver)(struct mail *))
{
	bool first;

	list_init(&m->node);
	m->deliver = deliver;
	pthread_mutex_lock(&b->lock);
	first = list_is_empty(&b->waiting);
	list_append(&b->waiting, &m->node);
	pthread_mutex_unlock(&b->lock);
	if (first)
		ev_async_send(b->loop->ev, &b->wake);
}
