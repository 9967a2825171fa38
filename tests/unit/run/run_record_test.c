/* SPDX-License-Identifier: BSD-2-Clause */
/* run_record_test.c - what an agent that is started again knows of running
 * commands. */
#include "run/run_rig.h"

#include "base/err.h"
#include "base/log.h"
#include "intercept/synthetic.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
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

/* As an agent does that is started again. */
static void forget_names(void)
{
	synthetic_free(rig.agent->synthetic);
	rig.agent->synthetic = synthetic_new();
}

START_TEST(names_stay_what_they_were)
{
	struct addr at, again;
	struct runs next = runs;
	bool is_new;

	begin();
	next = runs;
	ck_assert_int_eq(
		synthetic_get(rig.agent->synthetic, "db.x", &at, &is_new), 0);
	ck_assert(is_new);
	run_names_keep(&runs, "db.x", &at);
	forget_names();
	runs_init(&next);
	runs_adopt(&next);
	ck_assert_int_eq(synthetic_get(rig.agent->synthetic, "db.x", &again,
				       &is_new),
			 0);
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

/* The name of a command and the folder may have lines of their own. */
START_TEST(a_record_is_read_as_it_was_written)
{
	struct run_port port = { .port = 8080 };
	struct run_ask ask = { .pid = 1 };
	char path[80], text[RUN_RECORD];

	begin();
	run.entry = (struct entry){ -1, open("/dev/null", O_RDONLY), -1 };
	run.syns.direct = true;
	run.ports = &port;
	run.nports = 1;
	snprintf(run.name, sizeof run.name, "two\n0 22\nlines\t");
	run_record(&run, "/tmp/fold\ner");
	run.ports = NULL;
	run.nports = 0;
	snprintf(path, sizeof path, "%s/runs/agent-%ju", state_dir,
		 (uintmax_t)run.network);
	ck_assert(run_record_read(path, text, &ask));
	ck_assert_str_eq(ask.folder, "/tmp/fold\ner");
	ck_assert_str_eq(ask.name, "two\n0 22\nlines\t");
	ck_assert(ask.direct);
	ck_assert_uint_eq(ask.nports, 1);
	ck_assert_uint_eq(ask.ports[0], 8080);
	/* Written by an agent that was killed in the middle of it. */
	ck_assert_int_eq(truncate(path, 15), 0);
	ck_assert(!run_record_read(path, text, &ask));
	ck_assert_int_eq(truncate(path, 0), 0);
	ck_assert(!run_record_read(path, text, &ask));
	run_forget(&run);
	ck_assert(!run_record_read(path, text, &ask));
	close(run.entry.net);
	end();
}
END_TEST

/* From now on no file gets longer than this, as on a disk that is full. */
static struct rlimit fill_disk(rlim_t size)
{
	struct rlimit was, full;

	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &was), 0);
	full = (struct rlimit){ size, was.rlim_max };
	fflush(NULL);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &full), 0);
	return was;
}

/* The last warning, and the number of all that are kept. */
static const char *warned(size_t *n)
{
	static struct log_kept kept[LOG_KEPT];

	*n = log_last(kept);
	return *n ? kept[*n - 1].text : "";
}

/* Half a record would look like that of a command that has ended. */
START_TEST(no_room_for_a_record)
{
	struct rlimit was;
	const char *text;
	size_t n;

	begin();
	run.entry = (struct entry){ -1, open("/dev/null", O_RDONLY), -1 };
	was = fill_disk(0);
	run_record(&run, "/tmp/folder");
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &was), 0);
	text = warned(&n);
	ck_assert_msg(strstr(text, "cannot write ") &&
			      strstr(text, "it cannot serve this command"),
		      "%s", text);
	ck_assert_uint_eq(files(), 0);
	close(run.entry.net);
	end();
}
END_TEST

/* One warning, and what was written before stays whole. */
START_TEST(no_room_for_names)
{
	struct addr at, again;
	struct runs next;
	struct rlimit was;
	const char *text;
	bool is_new;
	size_t before, n;

	begin();
	next = runs;
	ck_assert_int_eq(
		synthetic_get(rig.agent->synthetic, "db.x", &at, &is_new), 0);
	run_names_keep(&runs, "db.x", &at);
	ck_assert_int_eq(
		synthetic_get(rig.agent->synthetic, "b.x", &again, &is_new), 0);
	warned(&before);
	was = fill_disk(24);
	run_names_keep(&runs, "b.x", &again);
	run_names_keep(&runs, "b.x", &again);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &was), 0);
	text = warned(&n);
	ck_assert_uint_eq(n, before + 1);
	ck_assert_msg(strstr(text, "names that are new"), "%s", text);
	forget_names();
	runs_init(&next);
	runs_adopt(&next);
	ck_assert_uint_eq(next.nnames, 1);
	ck_assert_str_eq(synthetic_name(rig.agent->synthetic, &at), "db.x");
	runs_fini(&next);
	end();
}
END_TEST

/* Written by an agent that was killed in the middle of it. */
START_TEST(half_a_name)
{
	struct addr at, half;
	char path[80], text[ADDR_TEXT];
	bool is_new;
	FILE *f;

	begin();
	ck_assert_int_eq(
		synthetic_get(rig.agent->synthetic, "db.x", &at, &is_new), 0);
	ck_assert_int_eq(
		synthetic_get(rig.agent->synthetic, "b.x", &half, &is_new), 0);
	runs_fini(&runs);
	snprintf(path, sizeof path, "%s/runs/agent-names", state_dir);
	f = fopen(path, "we");
	ck_assert_ptr_nonnull(f);
	fprintf(f, "%s db.x\n", addr_host(&at, text));
	fprintf(f, "%s b.", addr_host(&half, text));
	ck_assert_int_eq(fclose(f), 0);
	forget_names();
	runs_init(&runs);
	runs_adopt(&runs);
	ck_assert_str_eq(synthetic_name(rig.agent->synthetic, &at), "db.x");
	ck_assert_ptr_null(synthetic_name(rig.agent->synthetic, &half));
	end();
}
END_TEST

/* An agent that serves no command must start where inotify instances or
 * descriptors are used up. */
START_TEST(nothing_is_watched_before_the_first_command)
{
	struct run_ask ask = { .pid = 1, .folder = "/", .name = "x" };
	struct rlimit was, none;
	char why[300] = "";
	int ret;

	begin();
	ck_assert_int_lt(runs.ends, 0);
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &was), 0);
	none = (struct rlimit){ 0, was.rlim_max };
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	ret = runs_begin(&runs, &ask, why, sizeof why);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &was), 0);
	ck_assert_int_eq(ret, ERR_SYS);
	ck_assert_msg(strstr(why, "inotify"), "%s", why);
	end();
}
END_TEST

SUITE("run_record", nothing_is_watched_before_the_first_command,
      names_stay_what_they_were, commands_that_have_ended,
      a_record_is_read_as_it_was_written, no_room_for_a_record,
      no_room_for_names, half_a_name)
