/* SPDX-License-Identifier: BSD-2-Clause */
/* copy.c - a relay that only copies: what accepting a connection, dialling
 * another one and moving a few bytes costs at least.
 *
 *   copy ADDRESS PORT ADDRESS PORT
 *
 * Listens at the first address and connects to the second.  One thread with
 * epoll, no TLS, no options but TCP_NODELAY; a writer blocks, so it is for
 * requests and answers that fit into a socket's buffer. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 256, GULP = 65536, BACKLOG = 4096 };

struct end {
	int fd;
	bool ended; /* has sent its FIN */
	struct end *other;
};

/* Both ends of a connection, freed together. */
struct pair {
	struct end ends[2];
	struct pair *next;
};

static struct sockaddr_in to;
static struct pair *over; /* freed when no event of this turn names them */
static int epoll;

static int socket_at(const char *ip, const char *port, struct sockaddr_in *a)
{
	*a = (struct sockaddr_in){ .sin_family = AF_INET };
	a->sin_port = htons((unsigned short)strtoul(port, NULL, 10));
	if (inet_pton(AF_INET, ip, &a->sin_addr) != 1)
		return -1;
	return socket(AF_INET, SOCK_STREAM, 0);
}

static void watch_end(struct end *e, struct end *other, int fd)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = e };
	int on = 1;

	*e = (struct end){ .fd = fd, .other = other };
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &ev);
}

static void copy_accept(int listener)
{
	int near = accept(listener, NULL, NULL);
	int far = socket(AF_INET, SOCK_STREAM, 0);
	struct pair *p = calloc(1, sizeof *p);

	if (near < 0 || far < 0 || !p ||
	    connect(far, (struct sockaddr *)&to, sizeof to)) {
		close(near);
		close(far);
		free(p);
		return;
	}
	watch_end(&p->ends[0], &p->ends[1], near);
	watch_end(&p->ends[1], &p->ends[0], far);
}

static void copy_end(struct end *e)
{
	struct end *first = e < e->other ? e : e->other;
	struct pair *p = (struct pair *)(void *)first;

	close(e->fd);
	close(e->other->fd);
	e->fd = e->other->fd = -1;
	p->next = over;
	over = p;
}

static void copy_bytes(struct end *e)
{
	static char gulp[GULP];
	ssize_t n;

	if (e->fd < 0)
		return;
	n = recv(e->fd, gulp, sizeof gulp, MSG_DONTWAIT);
	if (n > 0 && send(e->other->fd, gulp, (size_t)n, MSG_NOSIGNAL) == n)
		return;
	e->ended = true;
	if (n || e->other->ended) {
		copy_end(e);
		return;
	}
	shutdown(e->other->fd, SHUT_WR);
	epoll_ctl(epoll, EPOLL_CTL_DEL, e->fd, NULL);
}

static void copy_turn(int listener)
{
	struct epoll_event ev[EVENTS];
	struct pair *p;
	int n = epoll_wait(epoll, ev, EVENTS, -1);

	for (int i = 0; i < n; i++)
		if (ev[i].data.ptr)
			copy_bytes(ev[i].data.ptr);
		else
			copy_accept(listener);
	while ((p = over)) {
		over = p->next;
		free(p);
	}
}

int main(int argc, char **argv)
{
	struct epoll_event ev = { .events = EPOLLIN };
	struct sockaddr_in at;
	int listener, on = 1;

	if (argc != 5) {
		fprintf(stderr, "usage: copy ADDRESS PORT ADDRESS PORT\n");
		return 1;
	}
	close(socket_at(argv[3], argv[4], &to));
	listener = socket_at(argv[1], argv[2], &at);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	epoll = epoll_create1(0);
	if (bind(listener, (struct sockaddr *)&at, sizeof at) ||
	    listen(listener, BACKLOG) ||
	    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &ev)) {
		perror("copy");
		return 1;
	}
	for (;;)
		copy_turn(listener);
}
