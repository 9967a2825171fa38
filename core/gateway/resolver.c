/* SPDX-License-Identifier: BSD-2-Clause */
/* resolver.c - the process that looks names up, as the system is configured to.
 * The main thread reads questions, a few others wait for getaddrinfo. */
#include "gateway/resolve.h"

#include "base/err.h"
#include "base/list.h"
#include "base/log.h"
#include "base/wire.h"
#include "gateway/sandbox.h"
#include "policy/host.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
	THREADS = 4,
	QUEUE_MAX = 256,
	SEND_MS = 1000,                 /* who does not read gets no answer */
};

struct question {
	struct list node;
	int sock;                       /* where the answer goes */
	uint32_t id;
	char host[HOST_MAX];
};

struct resolver {
	pthread_mutex_t lock;
	pthread_cond_t more;
	struct list queue;
	unsigned n;
};

static void answer(int sock, uint32_t id, const struct msg_resolved *found)
{
	struct msg m = { .type = MSG_RESOLVED, .id = id };
	struct pollfd p = { .fd = sock, .events = POLLOUT };
	int r;

	m.len = pack_msg_resolved(m.data, sizeof m.data, found);
	r = msg_send(sock, &m);
	if (r == ERR_AGAIN && poll(&p, 1, SEND_MS) == 1)
		r = msg_send(sock, &m);
	if (r && r != ERR_CLOSED)
		log_msg(LOG_WARN, NULL, "the resolver has lost an answer: "
			"%s", err_str(r));
}

static void look_up(const char *host, struct msg_resolved *found)
{
	const char *why = resolve_host(host, found);

	if (why)
		log_msg(LOG_DEBUG, NULL, "the resolver cannot find %s: %s", host,
			why);
}

static struct question *next_question(struct resolver *s)
{
	struct question *q;

	pthread_mutex_lock(&s->lock);
	while (list_is_empty(&s->queue))
		pthread_cond_wait(&s->more, &s->lock);
	q = list_first(&s->queue, struct question, node);
	list_remove(&q->node);
	s->n--;
	pthread_mutex_unlock(&s->lock);
	return q;
}

static void *run(void *arg)
{
	struct resolver *s = arg;
	struct msg_resolved found;

	for (;;) {
		struct question *q = next_question(s);

		look_up(q->host, &found);
		answer(q->sock, q->id, &found);
		free(q);
	}
	return NULL;
}

static int queue(struct resolver *s, struct question *q)
{
	int r = ERR_LIMIT;

	pthread_mutex_lock(&s->lock);
	if (s->n < QUEUE_MAX) {
		list_append(&s->queue, &q->node);
		s->n++;
		pthread_cond_signal(&s->more);
		r = 0;
	}
	pthread_mutex_unlock(&s->lock);
	return r;
}

static void ask(struct resolver *s, int sock, uint32_t id, const char *host)
{
	static const struct msg_resolved none;
	struct question *q = host_ok(host) ? calloc(1, sizeof *q) : NULL;

	if (!q) {
		answer(sock, id, &none);
		return;
	}
	q->sock = sock;
	q->id = id;
	memcpy(q->host, host, strlen(host) + 1);
	list_init(&q->node);
	if (queue(s, q)) {
		answer(sock, id, &none);
		free(q);
	}
}

static int serve_one(struct resolver *s, int sock)
{
	char host[HOST_MAX];
	struct msg m;
	struct rd r;
	int ret = msg_recv(sock, &m);

	if (ret == ERR_AGAIN)
		return 0;
	if (ret)
		return ret;
	r = rd_of(m.data, m.len);
	rd_str16(&r, host, sizeof host);
	if (m.type != MSG_RESOLVE || m.nfds || !rd_is_done(&r)) {
		msg_close_fds(&m);
		return ERR_PROTO;
	}
	ask(s, sock, m.id, host);
	return 0;
}

static int start_threads(struct resolver *s)
{
	pthread_t t;

	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&t, NULL, run, s))
			return ERR_SYS;
	return 0;
}

static int serve(struct resolver *s)
{
	struct pollfd p[] = {
		{ .fd = FD_MAIN, .events = POLLIN },
		{ .fd = FD_NAMES, .events = POLLIN },
	};
	int r = 0;

	while (!r) {
		if (poll(p, ARRAY_LEN(p), -1) < 0)
			return errno == EINTR ? 0 : ERR_SYS;
		for (size_t i = 0; i < ARRAY_LEN(p) && !r; i++)
			if (p[i].revents)
				r = serve_one(s, p[i].fd);
	}
	return r;
}

int resolver_main(void)
{
	static struct resolver s = {
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.more = PTHREAD_COND_INITIALIZER,
	};
	int r = sandbox_enter(SANDBOX_RESOLVER);

	list_init(&s.queue);
	if (!r)
		r = start_threads(&s);
	while (!r)
		r = serve(&s);
	if (r != ERR_CLOSED)
		log_msg(LOG_ERROR, NULL, "the resolver gives up: %s", err_str(r));
	return r == ERR_CLOSED ? 0 : 1;
}
