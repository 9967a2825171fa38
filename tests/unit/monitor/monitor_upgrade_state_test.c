/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_upgrade_state_test.c - what one program writes, the next one reads. */
#include "monitor_rig.h"

#include "base/err.h"
#include "suite.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool survives(int fd)
{
	return !(fcntl(fd, F_GETFD) & FD_CLOEXEC);
}

START_TEST(round_trip)
{
	static struct monitor next;
	const struct worker_side *w = &rig.m.sides[0];
	char at[ADDR_TEXT], was[ADDR_TEXT];
	int fd;

	rig_init("");
	rig_start();
	rig.m.started = 12.5;
	rig.m.last_id = UINT32_MAX;
	for (unsigned i = 0; i < STAMP_KEY; i++)
		rig.m.stamp_key[i] = (uint8_t)(255 - i);
	fd = monitor_upgrade_state_write(&rig.m, 7, true);
	ck_assert_int_ge(fd, 0);
	ck_assert(survives(fd) && survives(w->main) && survives(w->sign) &&
		  survives(rig.m.now.listeners.item[0].fd));

	ck_assert_int_eq(monitor_upgrade_state_read(&next, fd), 0);
	ck_assert_int_eq(fcntl(fd, F_GETFD), -1);
	ck_assert(next.started == 12.5);
	ck_assert_uint_eq(next.starts, 1);
	ck_assert_uint_eq(next.last_id, UINT32_MAX);
	ck_assert_mem_eq(next.stamp_key, rig.m.stamp_key, STAMP_KEY);
	ck_assert(next.left.force);
	ck_assert_int_eq(next.left.worker.pid, w->pid);
	ck_assert_int_eq(next.left.worker.main, w->main);
	ck_assert_int_eq(next.left.worker.sign, w->sign);
	ck_assert_int_eq(next.left.names.worker,
			 resolver_side_ends(rig.m.names).worker);
	ck_assert_int_eq(next.left.client, -1);
	ck_assert_int_eq(next.left.log.pipe, -1);
	ck_assert_uint_eq(next.now.listeners.n, 1);
	ck_assert_str_eq(addr_str(&next.now.listeners.item[0].at, at),
			 addr_str(&rig.m.now.listeners.item[0].at, was));
	/* They are not for the children of the new program. */
	ck_assert(!survives(w->main) && !survives(w->sign) &&
		  !survives(rig.m.now.listeners.item[0].fd));
	free(next.now.listeners.item);
	rig_fini();
}
END_TEST

/* The pipe of the log, and the process that reads it. */
START_TEST(of_the_log)
{
	struct log_side_conf conf = { .user = &rig.m.log_user,
				      .to = "journal" };
	static struct monitor next;
	struct log_ends ends = { .pid = 0 };
	int fd[2];

	rig_init("");
	rig_start();
	ck_assert_int_eq(pipe2(fd, O_CLOEXEC), 0);
	conf.loop = rig.m.loop;
	ends.pipe = fd[0];
	ends.error = fd[1];
	rig.m.log = log_side_adopt(&conf, &ends);
	ck_assert_int_gt(log_side_pid(rig.m.log), 0);
	ck_assert_int_eq(monitor_upgrade_state_read(
				 &next,
				 monitor_upgrade_state_write(&rig.m, 7, false)),
			 0);
	ck_assert_int_eq(next.left.log.pid, log_side_pid(rig.m.log));
	ck_assert_int_eq(next.left.log.pipe, fd[0]);
	ck_assert_int_eq(next.left.log.error, fd[1]);
	ck_assert(!survives(fd[0]) && !survives(fd[1]));
	free(next.now.listeners.item);
	log_side_free(rig.m.log);
	rig.m.log = NULL;
	rig_fini();
}
END_TEST

/* What is reserved for [publish] stays so, and is no listener for agents. */
START_TEST(of_a_publish)
{
	static struct monitor next;
	int fd;

	rig_init("");
	rig_start();
	rig.m.now.listeners.item[0].publish = "web";
	fd = monitor_upgrade_state_write(&rig.m, 7, true);
	ck_assert_int_eq(monitor_upgrade_state_read(&next, fd), 0);
	ck_assert_uint_eq(next.now.listeners.n, 1);
	ck_assert_ptr_nonnull(next.now.listeners.item[0].publish);
	ck_assert(addr_same(&next.now.listeners.item[0].at,
			    &rig.m.now.listeners.item[0].at));
	free(next.now.listeners.item);
	rig_fini();
}
END_TEST

START_TEST(undone)
{
	int fd;

	rig_init("");
	rig_start();
	fd = monitor_upgrade_state_write(&rig.m, 7, false);
	ck_assert_int_ge(fd, 0);
	monitor_upgrade_state_undo(fd);
	ck_assert_int_eq(fcntl(fd, F_GETFD), -1);
	ck_assert(!survives(rig.m.worker->main));
	ck_assert(!survives(rig.m.now.listeners.item[0].fd));
	rig_fini();
}
END_TEST

START_TEST(unreadable)
{
	static struct monitor next;

	rig_init("");
	ck_assert_int_eq(monitor_upgrade_state_read(&next, 1), ERR_INVAL);
	ck_assert_int_eq(monitor_upgrade_state_read(&next, 12345), ERR_INVAL);
	ck_assert_int_eq(monitor_upgrade_state_read(
				 &next, msg_memfd("adit-state", "{", 1)),
			 ERR_INVAL);
	rig_fini();
}
END_TEST

SUITE("monitor/upgrade_state", round_trip, of_the_log, of_a_publish, undone,
      unreadable)
