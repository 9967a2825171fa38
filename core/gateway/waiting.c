/* SPDX-License-Identifier: BSD-2-Clause */
/* waiting.c - connections that wait until others of their source have logged in.
 *
 * Behind one address there may be an office whose agents all start at nine: they
 * get their turn instead of a reset.  Who waits costs a descriptor, and nothing
 * of TLS. */
#include "gateway/waiting.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct seat {
	struct list node;
	struct arrival arrival;
};

bool waiting_same(const struct addr *a, const struct addr *b)
{
	size_t n = a->family == AF_INET6 ? 8 : 4;

	return a->family == b->family && !memcmp(a->ip, b->ip, n);
}

void waiting_init(struct waiting *w)
{
	list_init(&w->arrivals);
	w->n = 0;
}

static void leave(struct waiting *w, struct seat *s)
{
	list_remove(&s->node);
	free(s);
	w->n--;
}

void waiting_fini(struct waiting *w)
{
	while (!list_is_empty(&w->arrivals)) {
		struct seat *s = list_first(&w->arrivals, struct seat, node);

		close(s->arrival.fd);
		leave(w, s);
	}
}

static unsigned of_source(const struct waiting *w, const struct addr *source)
{
	struct list *n, *t;
	unsigned count = 0;

	list_each(n, t, &w->arrivals)
		count += waiting_same(&list_entry(n, struct seat, node)->
				      arrival.source, source);
	return count;
}

bool waiting_add(struct waiting *w, const struct arrival *a)
{
	struct seat *s = NULL;

	if (w->n < WAITING_MAX && of_source(w, &a->source) < WAITING_PER_SOURCE)
		s = malloc(sizeof *s);
	if (!s)
		return false;
	list_init(&s->node);
	s->arrival = *a;
	list_append(&w->arrivals, &s->node);
	w->n++;
	return true;
}

/* It had the time for a ClientHello while it waited. */
static bool is_of_use(const struct arrival *a, uint64_t now_us,
		      uint64_t patience_us)
{
	char byte;
	ssize_t n = recv(a->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return now_us - a->since_us < patience_us;
	return n > 0;
}

bool waiting_take(struct waiting *w, const struct addr *source, uint64_t now_us,
		  uint64_t patience_us, struct arrival *out)
{
	struct list *n, *t;

	list_each(n, t, &w->arrivals) {
		struct seat *s = list_entry(n, struct seat, node);

		if (!waiting_same(&s->arrival.source, source))
			continue;
		*out = s->arrival;
		leave(w, s);
		if (is_of_use(out, now_us, patience_us))
			return true;
		close(out->fd);
	}
	return false;
}
