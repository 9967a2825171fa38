/* SPDX-License-Identifier: BSD-2-Clause */
/* offer_test.c - adit up offers to write adit.ini to people, and to nobody
 * else. */
#include "adit/user.h"
#include "suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int typist; /* the other end of the terminal */

/* Standard input and output become a terminal, on which `text` is typed. */
static void open_terminal(const char *text)
{
	int slave;

	typist = posix_openpt(O_RDWR | O_NOCTTY);
	ck_assert_int_ge(typist, 0);
	ck_assert_int_eq(grantpt(typist), 0);
	ck_assert_int_eq(unlockpt(typist), 0);
	slave = open(ptsname(typist), O_RDWR | O_NOCTTY);
	ck_assert_int_ge(slave, 0);
	ck_assert_int_eq(dup2(slave, STDIN_FILENO), STDIN_FILENO);
	ck_assert_int_eq(dup2(slave, STDOUT_FILENO), STDOUT_FILENO);
	close(slave);
	ck_assert_int_eq(write(typist, text, strlen(text)),
			 (ssize_t)strlen(text));
}

/* `adit up` with these flags has logged in; `text` is typed. */
static void offer(const char *text)
{
	struct conf_errors e = { .file = "adit" };
	struct agent_conf *conf = agent_conf_load(&user.flags, &e);
	int out = dup(STDOUT_FILENO);

	ck_assert_ptr_nonnull(conf);
	open_terminal(text);
	stage_begin();
	cli_offer_file(&user, conf);
	stage_end();
	ck_assert_int_eq(dup2(out, STDOUT_FILENO), STDOUT_FILENO);
	close(out);
	close(typist);
	agent_conf_free(conf);
}

static void open_user(void)
{
	user_open();
	user.flags.file = NULL;
	user.flags.gateway = "vpn.example";
	user.flags.user = "alice";
}

static bool is_written(void)
{
	return !access(stage_path("config/adit/adit.ini"), F_OK);
}

START_TEST(yes)
{
	struct stat st;

	open_user();
	user.flags.pin = "sha256:"
			 "00112233445566778899aabbccddeeff"
			 "00112233445566778899aabbccddeeff";
	offer("y\n");
	STAGE_HAS(stage_out, "Write this to /tmp/");
	STAGE_HAS(stage_out, "written: /tmp/");
	ck_assert_int_eq(stat(stage_path("config/adit/adit.ini"), &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0600);
	STAGE_HAS(stage_read("config/adit/adit.ini"),
		  "[agent]\ngateway = vpn.example:443\nuser = alice\n"
		  "pin = sha256:0011");
	/* There is one now: nothing is asked any more. */
	offer("y\n");
	ck_assert_str_eq(stage_out, "");
	user_close();
}
END_TEST

START_TEST(anything_but_yes)
{
	static const char *const words[] = { "\n", "n\n", "what?\n", "\004" };

	open_user();
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		offer(words[i]);
		clearerr(stdin);
		STAGE_HAS(stage_out, "[y/N]");
		ck_assert(!is_written());
	}
	user_close();
}
END_TEST

static void not_asked(void)
{
	offer("y\n");
	ck_assert_str_eq(stage_out, "");
	ck_assert(!is_written());
}

START_TEST(nothing_to_ask)
{
	open_user();
	user.json = true;
	not_asked();
	user.json = false;
	user.foreground = true;
	not_asked();
	user.foreground = false;
	user.flags.user = NULL;
	not_asked();
	user.flags.user = "alice";
	/* A line of the file could not hold it. */
	user.flags.password_file = "/tmp/a;b";
	not_asked();
	user_close();
}
END_TEST

START_TEST(nobody_to_ask)
{
	struct conf_errors e = { .file = "adit" };
	struct agent_conf *conf;

	open_user();
	conf = agent_conf_load(&user.flags, &e);
	ck_assert_ptr_nonnull(conf);
	stage_type("y\n");
	stage_begin();
	cli_offer_file(&user, conf);
	stage_end();
	ck_assert_str_eq(stage_out, "");
	ck_assert(!is_written());
	agent_conf_free(conf);
	user_close();
}
END_TEST

/* The file cannot be written, but the agent is up, and the message says so. */
START_TEST(folder_that_cannot_be_made)
{
	open_user();
	ck_assert_int_eq(symlink("nowhere/at/all", stage_path("config")), 0);
	offer("y\n");
	STAGE_HAS(stage_err, "cannot write /tmp/");
	STAGE_HAS(stage_err, "the agent is up");
	user_close();
}
END_TEST

SUITE("adit/offer", yes, anything_but_yes, nothing_to_ask, nobody_to_ask,
      folder_that_cannot_be_made)
