/* SPDX-License-Identifier: BSD-2-Clause */
/* http_pass.c - one HTTP request on its way to the server. */
#include "agent/http_pass.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

struct http_pass {
	struct loop *loop;
	struct chan *chan; /* that was given a piece of the head last */
	struct task more;  /* has it read again */
	struct buf head;   /* what of it was not sent yet */
	struct http_body body;
};

static void http_pass_on_more(struct task *t)
{
	chan_readable(container_of(t, struct http_pass, more)->chan);
}

struct http_pass *http_pass_new(struct loop *loop, struct buf *head,
				const struct http_body *body)
{
	struct http_pass *p = calloc(1, sizeof *p);

	if (!p)
		return NULL;
	p->loop = loop;
	p->head = *head;
	*head = (struct buf){ 0 };
	p->body = *body;
	task_init(&p->more, http_pass_on_more);
	return p;
}

void http_pass_free(struct http_pass *p)
{
	if (!p)
		return;
	task_cancel(&p->more);
	buf_fini(&p->head);
	free(p);
}

static ssize_t read_head(struct http_pass *p, const struct iovec *iov, int n)
{
	ssize_t done = 0;

	for (int i = 0; i < n && buf_len(&p->head); i++) {
		size_t some = MIN(iov[i].iov_len, buf_len(&p->head));

		memcpy(iov[i].iov_base, buf_ptr(&p->head), some);
		buf_take(&p->head, some);
		done += (ssize_t)some;
	}
	return done;
}

/* How many of `got` bytes belong to the request.  The client was told to send
 * one on this connection; what it sends behind it is dropped. */
static ssize_t count_body(struct http_pass *p, const struct iovec *iov,
			  ssize_t got)
{
	size_t left = (size_t)got, taken = 0;

	for (int i = 0; left; i++) {
		size_t some = MIN(iov[i].iov_len, left);

		taken += http_body_take(&p->body, iov[i].iov_base, some);
		left -= some;
	}
	if (p->body.state == BODY_BAD)
		return ERR_PROTO;
	return taken ? (ssize_t)taken : ERR_AGAIN;
}

ssize_t http_pass_read(struct http_pass *p, struct chan *c,
		       const struct iovec *iov, int n, bool *urgent)
{
	ssize_t got;

	*urgent = false;
	if (buf_len(&p->head)) {
		/* The socket may have said already that it is readable. */
		p->chan = c;
		task_defer(p->loop, &p->more);
		got = read_head(p, iov, n);
		return got ? got : ERR_AGAIN;
	}
	got = relay_read(c, iov, n, urgent);
	return got > 0 ? count_body(p, iov, got) : got;
}
