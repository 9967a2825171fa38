/* SPDX-License-Identifier: BSD-2-Clause */
/* run_forward.c - name lookups of a command that this machine's own name
 * servers answer (adit run --also-direct): sent on as they are. */
#include "run/run_parts.h"

#include "intercept/inner.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FORWARDS_MAX = 256, ANSWER = 4096, HEADER = 12 };

static const double NEXT_S = 2.; /* then the next server is asked */

struct run_forward {
	struct list node; /* run.forwards */
	struct run *run;
	int names; /* the socket for the answer */
	int fd;    /* connected to the server; or -1 */
	ev_io rd;
	ev_timer late;
	struct addr server[RUN_SERVERS];
	unsigned nservers, at;
	struct run_query query;
};

static void run_forward_free(struct run_forward *f)
{
	struct ev_loop *ev = f->run->agent->loop->ev;

	ev_io_stop(ev, &f->rd);
	ev_timer_stop(ev, &f->late);
	if (f->fd >= 0)
		close(f->fd);
	list_remove(&f->node);
	f->run->nforwards--;
	free(f);
}

/* "nameserver ADDRESS". */
static bool run_forward_server(char *line, struct addr *out)
{
	static const char key[] = "nameserver", blanks[] = " \t";
	char *word = line + sizeof key - 1;

	if (strncmp(line, key, sizeof key - 1) || !strspn(word, blanks))
		return false;
	word += strspn(word, blanks);
	word[strcspn(word, " \t\r\n")] = 0;
	return !addr_parse(out, word, INNER_DNS);
}

unsigned run_forward_servers(const char *path,
			     struct addr out[static RUN_SERVERS])
{
	FILE *f = fopen(path, "re");
	char line[256];
	unsigned n = 0;

	while (f && n < RUN_SERVERS && fgets(line, sizeof line, f))
		if (run_forward_server(line, &out[n]))
			n++;
	if (f)
		fclose(f);
	return n;
}

/* Each server sees a socket of its own, at a port that nobody knows. */
static bool run_forward_send(struct run_forward *f, const struct addr *to)
{
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sa(to, &ss);
	struct ev_loop *ev = f->run->agent->loop->ev;

	ev_io_stop(ev, &f->rd);
	if (f->fd >= 0)
		close(f->fd);
	f->fd = socket(to->family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
		       0);
	if (f->fd < 0 || connect(f->fd, (struct sockaddr *)&ss, len) ||
	    send(f->fd, f->query.bytes, f->query.n, MSG_NOSIGNAL) < 0)
		return false;
	ev_io_set(&f->rd, f->fd, EV_READ);
	ev_io_start(ev, &f->rd);
	return true;
}

/* When no server has answered, the program asks again, or gives up. */
static void run_forward_next(struct run_forward *f)
{
	while (f->at < f->nservers)
		if (run_forward_send(f, &f->server[f->at++])) {
			ev_timer_again(f->run->agent->loop->ev, &f->late);
			return;
		}
	run_forward_free(f);
}

static void run_forward_on_late(struct ev_loop *ev, ev_timer *w, int events)
{
	(void)ev;
	(void)events;
	run_forward_next(w->data);
}

static void run_forward_on_rd(struct ev_loop *ev, ev_io *w, int events)
{
	struct run_forward *f = w->data;
	uint8_t answer[ANSWER];
	ssize_t n = recv(w->fd, answer, sizeof answer, MSG_DONTWAIT);

	(void)ev;
	(void)events;
	if (n < 0 && errno != EAGAIN) {
		run_forward_next(f); /* nobody listens there */
		return;
	}
	if (n < HEADER || memcmp(answer, f->query.bytes, sizeof(uint16_t)))
		return;
	run_names_send(f->names, &f->query, answer, (size_t)n);
	run_forward_free(f);
}

/* What points into the query points into the copy. */
static void run_forward_copy(struct run_query *to, const struct run_query *from)
{
	*to = *from;
	to->message.msg_name = &to->from;
	to->message.msg_control = to->control;
	to->message.msg_iov = &to->iov;
}

void run_forward(struct run *r, int fd, const struct run_query *q)
{
	struct run_forward *f = r->nforwards < FORWARDS_MAX && q->n >= HEADER ?
					calloc(1, sizeof *f) :
					NULL;

	if (!f)
		return;
	f->run = r;
	f->names = fd;
	f->fd = -1;
	f->nservers = run_forward_servers("/etc/resolv.conf", f->server);
	run_forward_copy(&f->query, q);
	list_init(&f->node);
	list_append(&r->forwards, &f->node);
	r->nforwards++;
	ev_init(&f->rd, run_forward_on_rd);
	ev_init(&f->late, run_forward_on_late);
	f->late.repeat = NEXT_S;
	f->rd.data = f->late.data = f;
	run_forward_next(f);
}

void run_forward_free_all(struct run *r)
{
	while (!list_is_empty(&r->forwards))
		run_forward_free(
			list_first(&r->forwards, struct run_forward, node));
}
