/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_init_test.c - aditctl init: a gateway made from nothing. */
#include "aditctl/admin.h"
#include "suite.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static void open_stage(void)
{
	admin_open();
	admin_word(stage_path("made"));
	admin.password_stdin = true;
	stage_type("secret\n");
}

static void mode_is(const char *name, unsigned mode)
{
	struct stat st;

	ck_assert_int_eq(stat(stage_path(name), &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, mode);
}

START_TEST(everything_is_there)
{
	admin_open();
	admin_init("vpn.example.", "0.0.0.0:4443");
	STAGE_HAS(stage_out, "pin: sha256:");
	STAGE_HAS(stage_out,
		  "adit up --gateway vpn.example:4443 --user admin --pin");
	STAGE_HAS(stage_out, "    aditd -c /tmp/");
	STAGE_HAS(stage_out, "/made/aditd.ini invite admin\n");
	STAGE_HAS(stage_read("made/aditd.ini"), "listen = 0.0.0.0:4443\n"
						"server_name = vpn.example\n");
	STAGE_HAS(stage_read("made/users"), "admin:$y$");
	mode_is("made", 0700);
	mode_is("made/users", 0600);
	mode_is("made/tls/key.pem", 0600);
	admin_close();
}
END_TEST

START_TEST(nothing_is_written_over)
{
	char key[4000];

	admin_open();
	admin_init(NULL, "127.0.0.1:4443");
	snprintf(key, sizeof key, "%s", stage_read("made/tls/key.pem"));
	ck_assert_int_eq(unlink(stage_path("made/aditd.ini")), 0);
	admin_word(stage_path("made"));
	admin.password_stdin = true;
	admin_fails(ctl_init, "failed", "/users is there already");
	ck_assert_str_eq(stage_read("made/tls/key.pem"), key);
	ck_assert_int_ne(access(stage_path("made/aditd.ini"), F_OK), 0);
	admin_close();
}
END_TEST

/* As on a disk that is full: no file may be longer than this. */
static void fails_behind(rlim_t size)
{
	struct rlimit was, full;
	int status;

	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &was), 0);
	full = (struct rlimit){ size, was.rlim_max };
	fflush(NULL);
	ctl_errors_as_json(false);
	stage_begin();
	(void)setrlimit(RLIMIT_FSIZE, &full);
	status = ctl_init(&admin);
	(void)setrlimit(RLIMIT_FSIZE, &was);
	stage_end();
	ck_assert_int_eq(status, CTL_FAILED);
	STAGE_HAS(stage_err, "cannot write /tmp/");
	STAGE_HAS(stage_err, "File too large; init has removed what it made");
}

/* Files that are left behind would make the next try fail. */
START_TEST(no_room_leaves_nothing)
{
	signal(SIGXFSZ, SIG_IGN);
	open_stage();
	admin.listen = "127.0.0.1:4443";
	fails_behind(0);
	ck_assert_int_ne(access(stage_path("made"), F_OK), 0);
	/* A folder that was there stays, with what is in it. */
	ck_assert_int_eq(mkdir(stage_path("made"), 0700), 0);
	stage_write("made/note", "mine");
	stage_type("secret\n");
	fails_behind(200);
	ck_assert_int_ne(access(stage_path("made/tls"), F_OK), 0);
	ck_assert_str_eq(stage_read("made/note"), "mine");
	stage_type("secret\n");
	admin_runs(ctl_init, CTL_OK);
	admin_close();
}
END_TEST

START_TEST(bad_words)
{
	open_stage();
	admin.user = "a b";
	admin_fails(ctl_init, "usage", "is not a valid user name");
	admin.user = NULL;
	admin.listen = "443";
	admin_fails(ctl_init, "usage", "ADDRESS:PORT");
	admin.listen = NULL;
	admin.name = "no name";
	admin_fails(ctl_init, "usage", "--name no name");
	admin.name = NULL;
	stage_type("\n");
	admin_fails(ctl_init, "failed", "the password is empty");
	/* Nothing was begun. */
	ck_assert_int_ne(access(stage_path("made"), F_OK), 0);
	admin_word(stage_path("aditd.ini"));
	stage_type("secret\n");
	admin_fails(ctl_init, "failed", "aditd.ini");
	admin_close();
}
END_TEST

SUITE("aditctl/ctl_init", everything_is_there, nothing_is_written_over,
      no_room_leaves_nothing, bad_words)
