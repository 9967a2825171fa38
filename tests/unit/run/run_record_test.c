/* SPDX-License-Identifier: BSD-2-Clause */
/* run_record_test.c - what an agent that is started again knows. */
#include "run/run_rig.h"

#include "intercept/synthetic.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "suite.h"

static void begin(void)
{
	rig_open();
	rig_up();
	run_rig_open();
}

static void end(void)
{
	run_rig_close();
	rig_close();
}

static unsigned files(void)
{
	const struct dirent *e;
	char path[64];
	unsigned n = 0;
	DIR *dir;

	snprintf(path, sizeof path, "%s/runs", state_dir);
	dir = opendir(path);
	while ((e = readdir(dir)))
		n += e->d_name[0] != '.';
	closedir(dir);
	return n;
}

START_TEST(names_stay_what_they_were)
{
	struct addr at, again;
	struct runs next = runs;
	bool is_new;

	begin();
	next = runs;
	ck_assert_int_eq(synthetic_get(runs.names, "db.x", &at, &is_new), 0);
	ck_assert(is_new);
	run_names_keep(&runs, "db.x", &at);
	ck_assert_int_eq(runs_init(&next), 0);
	runs_adopt(&next);
	ck_assert_int_eq(synthetic_get(next.names, "db.x", &again, &is_new), 0);
	ck_assert(!is_new);
	ck_assert(addr_same(&at, &again));
	ck_assert_uint_eq(files(), 1);
	runs_fini(&next);
	ck_assert_uint_eq(files(), 0);
	end();
}
END_TEST

/* Its network has gone meanwhile; one of another configuration is not ours. */
START_TEST(commands_that_have_ended)
{
	char other[80];
	int fd;

	begin();
	run.entry = (struct entry){ -1, open("/dev/null", O_RDONLY), -1 };
	run_record(&run, "/tmp/folder");
	ck_assert_uint_eq(files(), 1);
	snprintf(other, sizeof other, "%s/runs/other-17", state_dir);
	fd = open(other, O_CREAT | O_WRONLY, 0600);
	close(fd);
	runs_adopt(&runs);
	ck_assert_uint_eq(files(), 1);
	ck_assert(list_is_empty(&runs.all));
	ck_assert_int_eq(unlink(other), 0);
	run_record(&run, "/tmp/folder");
	ck_assert_uint_eq(files(), 1);
	run_forget(&run);
	ck_assert_uint_eq(files(), 0);
	close(run.entry.net);
	end();
}
END_TEST

SUITE("run_record", names_stay_what_they_were, commands_that_have_ended)
