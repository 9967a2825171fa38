/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_test.c - what keeps aditd from starting, with which exit status, and the
 * signals that it obeys. */
#include "monitor_rig.h"

#include "suite.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* With files of which nobody uses the addresses. */
static void begin(void)
{
	rig_init("");
	monitor_listeners_close(&rig.m.now.listeners);
	rig.no_children = true;
}

static void ends(int status, const char *log)
{
	ck_assert_int_eq(monitor_main(rig.file, false), status);
	ck_assert_msg(rig_logged(log), "the log lacks \"%s\"", log);
	rig_fini();
}

START_TEST(bad_configuration)
{
	begin();
	rig_configure("nonsense = 1\n");
	ends(2, "aditd.ini:9: unknown key nonsense");
}
END_TEST

START_TEST(no_such_user)
{
	char text[512];

	if (geteuid())
		return;
	begin();
	snprintf(text, sizeof text,
		 "[gateway one]\nlisten = 127.0.0.1:%u\nusers = users\n"
		 "certificate = cert.pem\nprivate_key = key.pem\n"
		 "[server]\nuser = nobody-of-that-name\n",
		 rig.port);
	rig_write("aditd.ini", text);
	ends(2, "there is no user nobody-of-that-name");
}
END_TEST

START_TEST(no_control_socket)
{
	begin();
	rig.no_control = true;
	ends(1, "no socket at ");
}
END_TEST

START_TEST(address_in_use)
{
	rig_init("");
	ends(1, "cannot listen on 127.0.0.1:");
}
END_TEST

/* It would go on without the sessions that are there. */
START_TEST(state_of_an_upgrade_is_lost)
{
	begin();
	ck_assert_int_eq(setenv("ADITD_STATE", "1234", 1), 0);
	ends(1, "it cannot read what the aditd before the upgrade has left");
}
END_TEST

/* ---- signals ------------------------------------------------------------------------ */

static void raise_term(void)
{
	rig.on_start = NULL;
	raise(SIGTERM);
}

static void raise_int(void)
{
	rig.on_start = NULL;
	raise(SIGINT);
}

static void raise_hup_and_term(void)
{
	rig.on_start = NULL;
	raise(SIGHUP);
	raise(SIGTERM);
}

START_TEST(signals_that_end_it)
{
	begin();
	rig.on_start = raise_term;
	ends(0, "aditd ends: Terminated");
	begin();
	rig.on_start = raise_int;
	ends(0, "aditd ends: Interrupt");
	begin();
	rig.on_start = raise_term;
	ends(0, "aditd has ended");
}
END_TEST

/* A SIGTERM that comes when the handler has gone would be its exit status. */
START_TEST(signals_while_it_ends)
{
	sigset_t held;

	begin();
	rig.on_start = raise_term;
	ends(0, "aditd has ended");
	ck_assert_int_eq(sigprocmask(SIG_BLOCK, NULL, &held), 0);
	ck_assert(sigismember(&held, SIGTERM));
	ck_assert(sigismember(&held, SIGINT));
	ck_assert(sigismember(&held, SIGHUP));
}
END_TEST

START_TEST(signal_that_reloads)
{
	begin();
	rig.on_start = raise_hup_and_term;
	ends(0, "reload: aditd is starting a worker: try again");
}
END_TEST

SUITE("monitor/monitor", bad_configuration, no_such_user, no_control_socket,
      address_in_use, state_of_an_upgrade_is_lost, signals_that_end_it,
      signals_while_it_ends, signal_that_reloads)
