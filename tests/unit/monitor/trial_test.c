/* SPDX-License-Identifier: BSD-2-Clause */
/* trial_test.c - aditd -t: what is found without a start, and what is left alone. */
#include "monitor/trial.h"

#include "monitor_rig.h"
#include "suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* The addresses of the configuration are free, unlike those of a gateway. */
static void begin(const char *more)
{
	rig_init(more);
	monitor_listeners_close(&rig.m.now.listeners);
	rig.may_run = true;
}

/* Standard output goes into the log as standard error does. */
static int try_it(bool running)
{
	int was = dup(STDOUT_FILENO), status;

	fflush(stdout);
	ck_assert_int_ge(dup2(rig.log, STDOUT_FILENO), 0);
	status = trial_main(rig.file, running);
	fflush(stdout);
	ck_assert_int_ge(dup2(was, STDOUT_FILENO), 0);
	close(was);
	return status;
}

/* Another file, which is whole but for one of these. */
static void configure(const char *user, const char *control)
{
	char text[512];

	snprintf(text, sizeof text,
		 "[gateway one]\nlisten = 127.0.0.1:%u\nusers = users\n"
		 "certificate = cert.pem\nprivate_key = key.pem\n"
		 "[server]\nuser = %s\ncontrol = %s\n",
		 rig.port, user, control);
	rig_write("aditd.ini", text);
}

START_TEST(good)
{
	begin("");
	ck_assert_int_eq(try_it(false), 0);
	ck_assert(rig_logged("aditd.ini: ok\n"));
	rig_fini();
}
END_TEST

START_TEST(bad_file)
{
	begin("");
	rig_configure("nonsense = 1\n");
	ck_assert_int_eq(try_it(false), 2);
	ck_assert(rig_logged("aditd.ini:9: unknown key nonsense"));
	rig_fini();
}
END_TEST

/* The user of the worker may not execute aditd, which only the worker's user can
 * find out. */
START_TEST(worker_may_not_run)
{
	begin("");
	rig.may_run = false;
	ck_assert_int_eq(try_it(false), 2);
	ck_assert(rig_logged("may not execute it"));
	rig_fini();
}
END_TEST

START_TEST(no_such_user)
{
	if (geteuid())
		return;
	begin("");
	configure("nobody-of-that-name", "aditd.sock");
	ck_assert_int_eq(try_it(false), 2);
	ck_assert(rig_logged("there is no user nobody-of-that-name"));
	rig_fini();
}
END_TEST

START_TEST(address_in_use)
{
	rig_init("");
	rig.may_run = true;
	ck_assert_int_eq(try_it(false), 2);
	ck_assert(rig_logged("aditd.ini:2: "));
	/* By the gateway that asks. */
	ck_assert_int_eq(try_it(true), 0);
	rig_fini();
}
END_TEST

/* A running aditd answers at the control socket, so it has the addresses. */
START_TEST(another_runs)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	rig_init("");
	rig.may_run = true;
	snprintf(sun.sun_path, sizeof sun.sun_path, "%s/aditd.sock", rig.dir);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&sun, sizeof sun), 0);
	ck_assert_int_eq(listen(fd, 1), 0);
	ck_assert_int_eq(try_it(false), 0);
	close(fd);
	unlink(sun.sun_path);
	rig_fini();
}
END_TEST

/* The folder of the control socket is a file. */
START_TEST(no_control_socket)
{
	begin("");
	configure("nobody", "users/aditd.sock");
	ck_assert_int_eq(try_it(false), 2);
	ck_assert(rig_logged("users/aditd.sock"));
	rig_fini();
}
END_TEST

/* ---- what systemd keeps from the service -------------------------------------------- */

static unsigned warned(const char *control, const char *certificate,
		       const char *has)
{
	struct conf_errors warn = { .file = "aditd.ini" };
	char text[1024];
	struct gw_conf *c;

	snprintf(text, sizeof text,
		 "[gateway one]\nlisten = 127.0.0.1:443\nusers = /etc/passwd\n"
		 "certificate = %s\nprivate_key = /etc/passwd\n"
		 "[server]\ncontrol = %s\nplugin_dir = /usr/lib\n",
		 certificate, control);
	c = gw_conf_parse(text, strlen(text), &warn, NULL);
	ck_assert_msg(c, "%s", warn.text[0]);
	trial_warn_of_service(c, &warn);
	if (warn.count)
		ck_assert_msg(strstr(warn.text[0], has), "%s", warn.text[0]);
	gw_conf_unref(c);
	return warn.count;
}

#define CONTROL ADIT_RUNDIR "/aditd.sock"

START_TEST(service)
{
	char at[128];

	begin("");
	ck_assert_uint_eq(warned(CONTROL, "/etc/passwd", ""), 0);
	ck_assert_uint_eq(warned("/var/aditd.sock", "/etc/passwd",
				 "aditd.ini:7: control = /var/aditd.sock"),
			  1);
	/* However it is spelled. */
	snprintf(at, sizeof at, "/etc/..%s/cert.pem", rig.dir);
	ck_assert_uint_eq(warned(CONTROL, at, "aditd.ini:4: certificate = "),
			  1);
	ck_assert_uint_eq(warned(CONTROL, at, "cannot see /tmp/"), 1);
	ck_assert_uint_eq(warned(CONTROL, "/tmp/nonexistent/cert.pem", ""), 0);
	rig_fini();
}
END_TEST

SUITE("monitor/trial", good, bad_file, worker_may_not_run, no_such_user,
      address_in_use, another_runs, no_control_socket, service)
