/* SPDX-License-Identifier: BSD-2-Clause */
/* mailbox_test.c - messages between threads arrive, once and in order. */
#include "process/mailbox.h"

#include "suite.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { SENDERS = 4, EACH = 5000 };

struct note {
	struct mail mail;
	unsigned sender, number;
};

static struct loop loop;
static struct mailbox box;
static unsigned next[SENDERS], total, before_end;

static void on_note(struct mail *m)
{
	struct note *n = container_of(m, struct note, mail);

	ck_assert_uint_eq(n->number, next[n->sender]);
	next[n->sender]++;
	free(n);
	if (++total == before_end)
		loop_stop(&loop);
}

static void post(unsigned sender, unsigned number)
{
	struct note *n = calloc(1, sizeof *n);

	if (!n)
		abort();
	n->sender = sender;
	n->number = number;
	mailbox_post(&box, &n->mail, on_note);
}

static void *send_all(void *arg)
{
	for (unsigned i = 0; i < EACH; i++)
		post((unsigned)(uintptr_t)arg, i);
	return NULL;
}

static void start(void)
{
	memset(next, 0, sizeof next);
	total = before_end = 0;
	ck_assert_int_eq(loop_init(&loop), 0);
	mailbox_init(&box, &loop);
}

START_TEST(order_of_each_sender)
{
	pthread_t threads[SENDERS];

	start();
	before_end = SENDERS * EACH;
	for (uintptr_t i = 0; i < SENDERS; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, send_all,
						(void *)i),
				 0);
	loop_run(&loop);
	for (unsigned i = 0; i < SENDERS; i++)
		pthread_join(threads[i], NULL);
	ck_assert_uint_eq(total, SENDERS * EACH);
	mailbox_fini(&box);
	loop_fini(&loop);
}
END_TEST

/* Messages that wait when a thread ends are delivered, since they may own
 * descriptors. */
START_TEST(the_end_delivers)
{
	start();
	for (unsigned i = 0; i < 3; i++)
		post(0, i);
	ck_assert_uint_eq(total, 0);
	mailbox_fini(&box);
	ck_assert_uint_eq(total, 3);
	loop_fini(&loop);
}
END_TEST

SUITE("mailbox", order_of_each_sender, the_end_delivers)
