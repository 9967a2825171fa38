/* SPDX-License-Identifier: BSD-2-Clause */
/* mailbox.h - messages between threads of the worker.  The lock is held only to
 * put a message on a list; no data of connections passes here. */
#ifndef ADIT_PROCESS_MAILBOX_H
#define ADIT_PROCESS_MAILBOX_H

#include "base/list.h"
#include "net/loop.h"

#include <pthread.h>

/* Embedded in the message proper, which `deliver` frees. */
struct mail {
	struct list node;
	void (*deliver)(struct mail *);
};

struct mailbox {
	struct loop *loop;
	ev_async wake;
	pthread_mutex_t lock;
	struct list waiting;
};

/* In the thread of the loop.  mailbox_fini delivers what still waits, so that
 * no message is leaked. */
void mailbox_init(struct mailbox *, struct loop *);
void mailbox_fini(struct mailbox *);
/* From any thread; messages of one sender arrive in order. */
void mailbox_post(struct mailbox *, struct mail *,
		  void (*deliver)(struct mail *));

#endif
