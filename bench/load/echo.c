/* SPDX-License-Identifier: BSD-2-Clause */
/* echo.c - the server that the channels of the load lead to. */
#include "bench/load/echo.h"

#include "net/sock.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { BACKLOG = 4096 };

static void echo_on_readable(struct ev_loop *ev, ev_io *w, int events)
{
	uint8_t block[4096];
	ssize_t n = recv(w->fd, block, sizeof block, 0);

	(void)events;
	if (n < 0 && errno == EAGAIN)
		return;
	/* Questions are short: the kernel always has room for an answer. */
	if (n > 0 && send(w->fd, block, (size_t)n, MSG_NOSIGNAL) == n)
		return;
	ev_io_stop(ev, w);
	close(w->fd);
	free(w);
}

static void echo_on_accept(struct ev_loop *ev, ev_io *listener, int events)
{
	ev_io *w;
	int fd;

	(void)events;
	while ((fd = tcp_accept(listener->fd, NULL)) >= 0) {
		w = calloc(1, sizeof *w);
		if (!w) {
			close(fd);
			return;
		}
		ev_io_init(w, echo_on_readable, fd, EV_READ);
		ev_io_start(ev, w);
	}
}

uint16_t echo_start(struct loop *loop)
{
	static ev_io listener;
	struct addr at = { .family = AF_INET, .ip = { 127, 0, 0, 1 } };
	int fd = tcp_listen(&at, BACKLOG, true);

	if (fd < 0)
		return 0;
	ev_io_init(&listener, echo_on_accept, fd, EV_READ);
	ev_io_start(loop->ev, &listener);
	return addr_local(fd).port;
}
