/* SPDX-License-Identifier: BSD-2-Clause */
/* accept_test.c - connections of a command that come while the agent has no
 * descriptor for them. */
#include "run/run_rig.h"

#include <errno.h>
#include <sys/resource.h>
#include <unistd.h>

#include "suite.h"

static void on_accept(struct ev_loop *ev, ev_io *w, int events)
{
	(void)ev;
	(void)events;
	run_accept(w->data, container_of(w, struct acceptor, watch));
}

START_TEST(no_descriptor_is_left)
{
	struct acceptor *listener = &run.listen4;
	struct run_port port = { .run = &run };
	struct addr at;
	struct rlimit was, none;
	int fd, app;

	rig_open();
	rig_up();
	run_rig_open();
	ck_assert_int_eq(addr_parse(&at, "127.0.0.1", 0), 0);
	fd = tcp_listen(&at, 1, true);
	at = addr_local(fd);
	/* What has come is reset, as it leads back here. */
	port.port = at.port;
	run.ports = &port;
	run.nports = 1;
	acceptor_init(listener, &rig.agent->listeners, on_accept, &run);
	acceptor_open(listener, fd);
	app = rig_connect(&at);
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &was), 0);
	none = (struct rlimit){ 0, was.rlim_max };
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	run_accept(&run, listener);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &was), 0);
	ck_assert(!ev_is_active(&listener->watch));
	/* The connection has not been lost meanwhile. */
	rig_fire(&rig.agent->listeners.resume);
	ck_assert(ev_is_active(&listener->watch));
	run_accept(&run, listener);
	ck_assert(ev_is_active(&listener->watch));
	ck_assert_int_eq(tcp_accept(fd, NULL), -1);
	ck_assert_int_eq(errno, EAGAIN);
	acceptor_close(listener);
	close(fd);
	close(app);
	run.ports = NULL;
	run.nports = 0;
	syns_free_all(&run.syns);
	run_rig_close();
	rig_close();
}
END_TEST

SUITE("run/accept", no_descriptor_is_left)
