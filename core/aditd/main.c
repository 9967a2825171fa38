/* SPDX-License-Identifier: BSD-2-Clause */
/* main.c - aditd: reads its options, or runs as one of the processes that it
 * starts. */
#include "base/err.h"
#include "base/log.h"
#include "base/std.h"
#include "checker/checker.h"
#include "front/worker_main.h"
#include "monitor/monitor.h"
#include "monitor/trial.h"
#include "pam/pam.h"
#include "process/log_relay.h"
#include "process/msg.h"
#include "process/privs.h"
#include "process/terminal.h"
#include "resolver/resolver.h"
#ifdef HAVE_MICROHTTPD
#include "web/web.h"
#endif

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#ifndef ADIT_SYSCONFDIR
#define ADIT_SYSCONFDIR "/etc/adit"
#endif

static const char usage[] =
	"usage: aditd [-c FILE] [-t] [-v]\n"
	"  -c, --config FILE  configuration [" ADIT_SYSCONFDIR "/aditd.ini]\n"
	"  -t, --test         check the configuration and its files, and exit\n"
	"  -v, --verbose      log more\n"
	"  -V, --version      print the version\n"
	"  -h, --help         print this help\n"
	"Runs in the foreground; SIGHUP reloads, SIGTERM ends.  See "
	"aditd(8).\n";

struct options {
	const char *file;
	bool test, verbose, takes_over;
	int status; /* -1: go on */
};

enum { OPT_TAKES_OVER = 256 };

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "test", no_argument, NULL, 't' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "version", no_argument, NULL, 'V' },
	{ "help", no_argument, NULL, 'h' },
	/* Of an aditd that this program is to replace: may it? */
	{ "takes-over", required_argument, NULL, OPT_TAKES_OVER },
	{ 0 }
};

static void aditd_take_option(struct options *o, int c)
{
	switch (c) {
	case 'c':
		o->file = optarg;
		break;
	case 't':
		o->test = true;
		break;
	case 'v':
		o->verbose = true;
		break;
	case 'V':
		puts("aditd " PACKAGE_VERSION);
		o->status = 0;
		break;
	case OPT_TAKES_OVER:
		o->takes_over = true;
		if (strtol(optarg, NULL, 10) == HANDOVER_VERSION)
			break;
		fputs("aditd " PACKAGE_VERSION " cannot take over the sessions "
		      "of the aditd that runs: restart aditd instead\n",
		      stderr);
		o->status = 2;
		break;
	case 'h':
		fputs(usage, stdout);
		o->status = 0;
		break;
	default:
		fputs("try: aditd --help\n", stderr);
		o->status = 2;
	}
}

static struct options read_options(int argc, char **argv)
{
	struct options o = { .file = ADIT_SYSCONFDIR "/aditd.ini",
			     .status = -1 };
	int c;

	while (o.status < 0 && (c = getopt_long(argc, argv, "c:tvhV",
						long_options, NULL)) != -1)
		aditd_take_option(&o, c);
	if (o.status < 0 && optind < argc) {
		fprintf(stderr,
			"aditd: unexpected argument %s\ntry: aditd --help\n",
			argv[optind]);
		o.status = 2;
	}
	return o;
}

static int aditd_run(const struct options *o)
{
	/* The processes that are started have another working directory. */
	char *file = realpath(o->file, NULL);
	int status;

	if (!file) {
		fprintf(stderr, "%s: %s; %s\n", o->file, strerror(errno),
			errno == EACCES ?
				"run aditd as root" :
				"name the configuration with -c FILE, or make "
				"one with aditctl init");
		return 2;
	}
	status = o->test ? trial_main(file, o->takes_over) :
			   monitor_main(file, o->verbose);
	free(file);
	return status;
}

/* ---- roles --------------------------------------------------------------- */

static const struct role {
	const char *name, *comm;
	int (*main)(void);
} roles[] = {
	{ "aditd: worker", "aditd-worker", worker_main },
	{ "aditd: resolver", "aditd-resolver", resolver_main },
	{ "aditd: checker", "aditd-checker", checker_main },
#ifdef HAVE_MICROHTTPD
	{ "aditd: web", "aditd-web", web_main },
#endif
#ifdef HAVE_PAM
	{ "aditd: pam", "aditd-pam", pam_main },
#endif
	{ "aditd: log", "aditd-log", log_relay_main },
	{ "aditd: terminal", "aditd-terminal", terminal_main },
};

static const struct role *find_role(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(roles); i++)
		if (strcmp(roles[i].name, name) == 0)
			return &roles[i];
	return NULL;
}

int main(int argc, char **argv)
{
	const struct role *role = find_role(argc > 0 ? argv[0] : "");
	struct options o;

	std_fill();
	signal(SIGPIPE, SIG_IGN);
	if (role) {
		privs_hide();
		prctl(PR_SET_NAME, role->comm);
		/* The monitor handles signals that go to all processes. */
		signal(SIGINT, SIG_IGN);
		signal(SIGTERM, SIG_IGN);
		signal(SIGHUP, SIG_IGN);
		log_start("aditd",
			  getenv("ADITD_VERBOSE") ? LOG_DEBUG : LOG_INFO);
		log_never_waits();
		return role->main();
	}
	o = read_options(argc, argv);
	if (o.status >= 0)
		return o.status;
	log_start("aditd", o.verbose ? LOG_DEBUG : LOG_INFO);
	if (!o.test)
		log_never_waits();
	privs_hide();
	return aditd_run(&o);
}
