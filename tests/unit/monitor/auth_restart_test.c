/* SPDX-License-Identifier: BSD-2-Clause */
/* auth_restart_test.c - what failed logins cost outlives a restart of aditd. */
#include "auth_rig.h"

#include "base/log.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Another process begins where this one ends. */
static void restart(struct rig *g, const char *state_dir)
{
	auth_keep(g->auth);
	auth_free(g->auth);
	rig_start(g, state_dir);
}

START_TEST(failures_outlive_a_restart)
{
	struct rig *g = rig_new(users_file);
	char dir[] = "/tmp/adit-auth-XXXXXX", path[64];
	uint32_t id;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	restart(g, dir);
	guess_often(g, "192.0.2.1:1", 6);
	restart(g, dir);
	id = try_from(g, "alice", "secret", "192.0.2.1:1");
	ck_assert_uint_eq(fake.n, 0);
	ck_assert_uint_eq(g->answers[id], 0);
	gets_in(g, "192.0.2.9:1");
	/* Without the folder nothing does. */
	restart(g, NULL);
	gets_in(g, "192.0.2.1:1");
	snprintf(path, sizeof path, "%s/logins.json", dir);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(rmdir(dir), 0);
	rig_free(g);
}
END_TEST

/* Said once, not each minute. */
START_TEST(no_folder_for_the_state)
{
	struct rig *g = rig_new(users_file);
	int fd = memfd_create("log", MFD_CLOEXEC), err = dup(STDERR_FILENO);
	char said[4096] = "";

	log_start("auth_test", LOG_WARN);
	restart(g, "/dev/null/state");
	dup2(fd, STDERR_FILENO);
	auth_keep(g->auth);
	auth_keep(g->auth);
	dup2(err, STDERR_FILENO);
	close(err);
	ck_assert_int_gt(pread(fd, said, sizeof said - 1, 0), 0);
	close(fd);
	ck_assert_msg(strstr(said, "will be forgotten at a restart"), "%s",
		      said);
	ck_assert_ptr_eq(strchr(said, '\n'), said + strlen(said) - 1);
	rig_free(g);
}
END_TEST

SUITE("monitor/auth_restart", failures_outlive_a_restart,
      no_folder_for_the_state)
