/* SPDX-License-Identifier: BSD-2-Clause */
/* sender.c - sends files to browsers, no faster than a rate.
 *
 * Each file gets its share of the rate at every tick of the timer.  One that
 * has sent its share is suspended until the next one. */
#include "web/sender.h"

#include "web/answer.h"

#include <stdlib.h>
#include <unistd.h>

enum { PIECE = 32 * 1024 };
#define TICK_S .05

struct sender_file {
	struct list node;
	struct sender *sender;
	struct MHD_Connection *http;
	int fd;
	uint64_t size;
	size_t share; /* bytes that may go out until the next tick */
	bool waits;   /* it is suspended */
};

static size_t sender_share(const struct sender *s)
{
	return (size_t)(SENDER_RATE * TICK_S / s->n);
}

static void file_go_on(struct sender_file *f)
{
	if (!f->waits)
		return;
	f->waits = false;
	MHD_resume_connection(f->http);
}

static void sender_on_tick(struct ev_loop *loop, ev_timer *w, int events)
{
	struct sender *s = w->data;
	struct list *n, *next;

	(void)loop;
	(void)events;
	list_each (n, next, &s->files) {
		struct sender_file *f = list_entry(n, struct sender_file, node);

		f->share = sender_share(s);
		file_go_on(f);
	}
	s->run(s->ctx);
}

/* ---- one file ------------------------------------------------------------ */

/* The signature is imposed. */
static ssize_t file_on_read(void *ctx, uint64_t at, char *p, size_t most)
{
	struct sender_file *f = ctx;
	ssize_t n;

	if (!f->share) {
		f->waits = true;
		MHD_suspend_connection(f->http);
		return 0;
	}
	n = pread(f->fd, p, MIN(most, f->share), (off_t)at);
	/* One that is shorter now than it was. */
	if (n <= 0)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	f->share -= (size_t)n;
	return n;
}

static void file_on_end(void *ctx)
{
	struct sender_file *f = ctx;
	struct sender *s = f->sender;

	list_remove(&f->node);
	if (!--s->n)
		ev_timer_stop(s->loop, &s->tick);
	close(f->fd);
	free(f);
}

static struct sender_file *file_new(struct sender *s,
				    struct MHD_Connection *http,
				    const struct response *r, int fd)
{
	struct sender_file *f = calloc(1, sizeof *f);

	if (!f) {
		close(fd);
		return NULL;
	}
	f->sender = s;
	f->http = http;
	f->fd = fd;
	f->size = r->size;
	list_init(&f->node);
	list_append(&s->files, &f->node);
	s->n++;
	f->share = sender_share(s);
	if (!ev_is_active(&s->tick))
		ev_timer_again(s->loop, &s->tick);
	return f;
}

enum MHD_Result sender_send(struct sender *s, struct MHD_Connection *http,
			    const struct response *r, int fd)
{
	struct sender_file *f = file_new(s, http, r, fd);
	struct MHD_Response *to;
	enum MHD_Result done;

	if (!f)
		return MHD_NO;
	to = MHD_create_response_from_callback(f->size, PIECE, file_on_read, f,
					       file_on_end);
	if (!to) {
		file_on_end(f);
		return MHD_NO;
	}
	done = answer_queue(http, to, r);
	MHD_destroy_response(to);
	return done;
}

/* ---- start and end ------------------------------------------------------- */

void sender_init(struct sender *s, struct ev_loop *loop, void (*run)(void *ctx),
		 void *ctx)
{
	*s = (struct sender){ .loop = loop, .run = run, .ctx = ctx };
	list_init(&s->files);
	ev_init(&s->tick, sender_on_tick);
	s->tick.repeat = TICK_S;
	s->tick.data = s;
}

void sender_fini(struct sender *s)
{
	struct list *n, *next;

	ev_timer_stop(s->loop, &s->tick);
	list_each (n, next, &s->files) {
		struct sender_file *f = list_entry(n, struct sender_file, node);

		/* It is not to be suspended once more. */
		f->share = PIECE;
		file_go_on(f);
	}
}
