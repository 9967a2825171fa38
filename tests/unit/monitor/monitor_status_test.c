/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_status_test.c - the state of the gateway, as aditctl status and aditctl
 * stats have it. */
#include "monitor_rig.h"

#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static struct msg msg;

/* The worker has this to answer; its number stands in msg. */
static void ask(const char *command)
{
	char request[64];

	snprintf(request, sizeof request, "{\"command\":\"%s\"}", command);
	rig_ask(1, request);
	ck_assert_int_eq(rig_hears(rig_worker(rig.m.worker), &msg),
			 MSG_CONTROL);
}

static void assert_status(const char *has)
{
	ck_assert_msg(strstr(rig_reply(1), has), "%s", rig_reply(1));
}

START_TEST(status_without_a_worker)
{
	rig_init("");
	rig_ask(1, "{\"command\":\"status\"}");
	assert_status("\"state\":\"starting\"");
	assert_status("\"sessions\":null");
	assert_status("\"worker_pid\":null");
	assert_status("\"gateway\":\"one\"");
	assert_status("\"state\":\"valid\"");
	assert_status("\"current\":true");
	rig_fini();
}
END_TEST

static void answered_status(const char *is)
{
	ask("status");
	rig_replies(rig_worker(rig.m.worker), msg.id,
		    "{\"sessions\":3,\"warnings\":[{\"text\":\"w\"}]}");
	rig_turn();
	assert_status("\"sessions\":3");
	assert_status(is);
}

START_TEST(status_with_a_worker)
{
	char pid[40];

	rig_init("");
	rig_start();
	answered_status("\"state\":\"running\"");
	assert_status("\"text\":\"w\"");
	assert_status("\"worker_starts\":1");
	assert_status("\"name\":\"localhost\"");
	assert_status("\"version\":\"" PACKAGE_VERSION "\"");
	snprintf(pid, sizeof pid, "\"monitor_pid\":%d", (int)getpid());
	assert_status(pid);
	assert_status("\"resolver_pid\":");
	assert_status("\"since\":");
	rig_write("users", "alice:!:staff\nbob:!:staff\n");
	answered_status("\"current\":true");
	rig_configure("# changed\n");
	answered_status("\"current\":false");
	rig.m.draining = true;
	answered_status("\"state\":\"draining\"");
	rig_fini();
}
END_TEST

START_TEST(stats_of_both)
{
	rig_init("");
	rig_start();
	ask("stats");
	rig_replies(rig_worker(rig.m.worker), msg.id, "{\"sessions\":3}");
	rig_turn();
	assert_status("\"logins\":{\"accepted\":0");
	assert_status("\"listeners\":[{\"address\":\"127.0.0.1:");
	assert_status("\"draining\":false");
	rig_fini();
}
END_TEST

START_TEST(busy)
{
	rig_init("");
	ck_assert_ptr_nonnull(monitor_status_busy(&rig.m));
	rig_start();
	ck_assert_ptr_null(monitor_status_busy(&rig.m));
	rig.m.handover.state = HANDOVER_SENDING;
	ck_assert_ptr_nonnull(monitor_status_busy(&rig.m));
	rig.m.handover.state = HANDOVER_NONE;
	rig.m.reload.state = RELOAD_READING;
	ck_assert_ptr_nonnull(monitor_status_busy(&rig.m));
	rig.m.reload.state = RELOAD_NONE;
	rig.m.ending = true;
	ck_assert_str_eq(monitor_status_busy(&rig.m), "aditd is ending");
	rig_fini();
}
END_TEST

/* One word for what an administrator would wait for. */
START_TEST(words)
{
	rig_init("");
	rig_start();
	rig.m.reload.state = RELOAD_ASKED;
	answered_status("\"state\":\"reloading\"");
	ask("status");
	rig.m.upgrade.state = UPGRADE_HANDOVER;
	rig_replies(rig_worker(rig.m.worker), msg.id, "{}");
	rig_turn();
	rig.m.upgrade.state = UPGRADE_NONE;
	rig.m.reload.state = RELOAD_NONE;
	assert_status("\"state\":\"upgrading\"");
	rig_fini();
}
END_TEST

START_TEST(no_certificate)
{
	struct buf *cert;

	rig_init("");
	rig_start();
	cert = &rig.m.now.config->gateways[0].cert;
	memset(cert->data, 'x', buf_len(cert) - 1);
	answered_status("\"certificates\":[]");
	rig_fini();
}
END_TEST

/* Neither its subject nor an alternative name says whom it is for.  Valid until
 * 2109. */
static const char nameless[] =
	"-----BEGIN CERTIFICATE-----\n"
	"MIIBVTCB/aADAgECAhRJWpQxiw0gsQjPSs0odaWeFu4IpjAKBggqhkjOPQQDAjAA\n"
	"MCAXDTI2MTEyODIwNTk0MFoYDzIxMDkwMTE3MjA1OTQwWjAAMFkwEwYHKoZIzj0C\n"
	"AQYIKoZIzj0DAQcDQgAEZ8fkhP0lN5vPVU/ebruW9nmzr23QuFZ5ziKMiY59TNo+\n"
	"GXYbU06IbJoglDSNjPt3Afd7o8Vq61XCOh8bC9ithqNTMFEwHQYDVR0OBBYEFLOK\n"
	"KOD7ji6Oc/w8UxoReTYm918CMB8GA1UdIwQYMBaAFLOKKOD7ji6Oc/w8UxoReTYm\n"
	"918CMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIgCri6SakYKdv5\n"
	"Z+W4YlTWC3FKI+RmJgaG555K5o9YsQUCIGxRfZHDsinHfoO8oDHuOAfhmen+15VH\n"
	"vg9VS64PLBTN\n"
	"-----END CERTIFICATE-----\n";

/* Clients that pin the certificate take it, so aditd does too. */
START_TEST(a_certificate_without_a_name)
{
	struct buf *cert;

	rig_init("");
	rig_start();
	cert = &rig.m.now.config->gateways[0].cert;
	buf_take(cert, buf_len(cert));
	ck_assert_int_eq(buf_append(cert, nameless, sizeof nameless), 0);
	answered_status("\"name\":null");
	assert_status("\"state\":\"valid\"");
	rig_fini();
}
END_TEST

/* systemctl status shows it. */
START_TEST(told_to_systemd)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	char said[256] = "";

	rig_init("");
	snprintf(sun.sun_path, sizeof sun.sun_path, "%s/other", rig.dir);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&sun, sizeof sun), 0);
	ck_assert_int_eq(setenv("NOTIFY_SOCKET", sun.sun_path, 1), 0);
	monitor_status_notify(&rig.m);
	ck_assert_int_gt(recv(fd, said, sizeof said - 1, MSG_DONTWAIT), 0);
	ck_assert_msg(strstr(said, "listening on 1 address") &&
			      !strstr(said, "addresses"),
		      "%s", said);
	rig.m.now.listeners.n = 0;
	monitor_status_notify(&rig.m);
	rig.m.now.listeners.n = 1;
	ck_assert_int_gt(recv(fd, said, sizeof said - 1, MSG_DONTWAIT), 0);
	ck_assert_msg(strstr(said, "listening on 0 addresses"), "%s", said);
	unsetenv("NOTIFY_SOCKET");
	close(fd);
	rig_fini();
}
END_TEST

SUITE("monitor/status", status_without_a_worker, status_with_a_worker,
      stats_of_both, busy, words, no_certificate, a_certificate_without_a_name,
      told_to_systemd)
