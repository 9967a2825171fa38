/* SPDX-License-Identifier: BSD-2-Clause */
/* run_ports_test.c - ports of a command that this machine can dial. */
#include "run/run_rig.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "suite.h"

static uint16_t some_port(int *fd)
{
	struct addr at;

	ck_assert_int_eq(addr_parse(&at, "127.0.0.1", 0), 0);
	*fd = tcp_listen(&at, 1, true);
	ck_assert_int_ge(*fd, 0);
	return addr_local(*fd).port;
}

static bool is_published(uint16_t port)
{
	struct addr at;

	ck_assert_int_eq(addr_parse(&at, "127.0.0.1", port), 0);
	return run_ports_has(&run.syns, &at);
}

START_TEST(published)
{
	struct run_ask ask = { .nports = 1 };
	struct addr at;
	char why[200];
	json_t *list;
	uint8_t byte;
	int fd;

	rig_open();
	rig_up();
	run_rig_open();
	ask.ports[0] = some_port(&fd);
	close(fd);
	ck_assert(!is_published(ask.ports[0]));
	ck_assert_int_eq(run_ports_open(&run, &ask, why, sizeof why), 0);
	ck_assert(is_published(ask.ports[0]));
	list = run_ports_status(&run);
	ck_assert_uint_eq(json_array_size(list), 1);
	json_decref(list);
	/* Nothing inside listens. */
	ck_assert_int_eq(addr_parse(&at, "127.0.0.1", ask.ports[0]), 0);
	fd = rig_connect(&at);
	UNTIL(recv(fd, &byte, 1, MSG_DONTWAIT) < 0 && errno != EAGAIN);
	ck_assert_int_eq(errno, ECONNRESET);
	close(fd);
	run_ports_close(&run);
	ck_assert(!is_published(ask.ports[0]));
	run_rig_close();
	rig_close();
}
END_TEST

/* One that is taken, and none is published. */
START_TEST(taken)
{
	struct run_ask ask = { .nports = 2 };
	char why[200];
	int free_one, fd;

	rig_open();
	rig_up();
	run_rig_open();
	ask.ports[0] = some_port(&free_one);
	ask.ports[1] = some_port(&fd);
	close(free_one);
	ck_assert_int_lt(run_ports_open(&run, &ask, why, sizeof why), 0);
	ck_assert_ptr_nonnull(strstr(why, "cannot publish port"));
	ck_assert_ptr_nonnull(strstr(why, "Address already in use"));
	ck_assert_uint_eq(run.nports, 0);
	close(fd);
	run_rig_close();
	rig_close();
}
END_TEST

SUITE("run_ports", published, taken)
