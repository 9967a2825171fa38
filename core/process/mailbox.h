/* SPDX-License-Identifier: BSD-2-Clause */
/* mailbox.h - what one thread says to another.  The lock is held only to hang
 * a message on a list; no byte of a channel passes here. */
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

/* By the thread of the loop.  Messages that still wait at the end are given to
 * nobody: mailbox_fini delivers them. */
void mailbox_init(struct mailbox *, struct loop *);
void mailbox_fini(struct mailbox *);
/* From any thread; messages of one sender arrive in order. */
void mailbox_post(struct mailbox *, struct mail *,
		  void (*deliver)(struct mail *));

#endif
