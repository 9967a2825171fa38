/* SPDX-License-Identifier: BSD-2-Clause */
/* main.c - adit-plugin-test: tries plugins without a gateway. */
#include "base/err.h"
#include "base/log.h"
#include "base/opt.h"
#include "base/std.h"
#include "kit/record.h"
#include "kit/suite.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

enum { OK = 0, FAILED = 1, USAGE = 2 };
enum { F_CONF = 256, F_CONTROL, F_RECORD, F_SEED, F_HELP, F_VERSION };

#ifndef ADIT_SYSCONFDIR
#define ADIT_SYSCONFDIR "/etc/adit"
#endif

static const struct option long_options[] = {
	{ "conf", required_argument, NULL, F_CONF },
	{ "config", required_argument, NULL, 'c' },
	{ "control", required_argument, NULL, F_CONTROL },
	{ "output", required_argument, NULL, 'o' },
	{ "record", required_argument, NULL, F_RECORD },
	{ "seed", required_argument, NULL, F_SEED },
	{ "verbose", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, F_HELP },
	{ "version", no_argument, NULL, F_VERSION },
	{ 0 }
};

struct options {
	struct gw_pairs conf;
	struct suite suite;
	struct record_options record;
};

static void print_usage(FILE *to)
{
	fputs("usage: adit-plugin-test [OPTIONS] PLUGIN.so TRANSCRIPT...\n"
	      "  --conf KEY=VALUE   an option of the plugin; may come again\n"
	      "  --seed N           for what is random (1)\n"
	      "  -v, --verbose      show what happened in each step\n"
	      "or:    adit-plugin-test --record RESOURCE [-c FILE | --control "
	      "SOCKET] [-o FILE]\n"
	      "  -c, --config FILE  of the gateway ("
	      ADIT_SYSCONFDIR "/aditd.ini)\n"
	      "  --control SOCKET   of the gateway, instead\n"
	      "  -o, --output FILE  the transcript (standard output)\n"
	      "or:    adit-plugin-test --help | --version\n"
	      "See adit-plugin-test(1).\n", to);
}

static int usage(const char *what, const char *why)
{
	fprintf(stderr, "adit-plugin-test: %s: %s; see adit-plugin-test "
		"--help\n", what, why);
	return USAGE;
}

/* `arg` is KEY=VALUE and stays; it is cut in two. */
static int add_conf(struct gw_pairs *c, char *arg)
{
	char *eq = strchr(arg, '=');
	struct gw_pair *grown;

	if (!eq)
		return usage(arg, "write --conf KEY=VALUE");
	grown = realloc(c->item, (c->n + 1) * sizeof(*grown));
	if (!grown)
		return usage(arg, "no memory");
	*eq = 0;
	c->item = grown;
	grown[c->n++] = (struct gw_pair){ .key = arg, .value = eq + 1 };
	return -1;
}

/* -1: go on; else an exit status. */
static int take_option(struct options *o, int c)
{
	switch (c) {
	case F_CONF:
		return add_conf(&o->conf, optarg);
	case F_SEED:
		return opt_parse_uint(optarg, &o->suite.seed)
			? usage(optarg, "--seed takes a number") : -1;
	case F_RECORD:
		o->record.resource = optarg;
		return -1;
	case F_CONTROL:
		o->record.control = optarg;
		return -1;
	case 'c':
		o->record.config = optarg;
		return -1;
	case 'o':
		o->record.output = optarg;
		return -1;
	case 'v':
		o->suite.verbose = true;
		return -1;
	case F_HELP:
		print_usage(stdout);
		return OK;
	case F_VERSION:
		puts("adit-plugin-test " PACKAGE_VERSION);
		return OK;
	default:
		fputs("see adit-plugin-test --help\n", stderr);
		return USAGE;
	}
}

static int run_suite(struct options *o, char **word, int n)
{
	char err[PLUGIN_ERROR];
	struct plugin *p;
	int status;

	if (n < 2) {
		print_usage(stderr);
		return USAGE;
	}
	p = plugin_load_file(word[0], err, sizeof(err));
	if (!p) {
		fprintf(stderr, "adit-plugin-test: %s\n", err);
		return USAGE;
	}
	o->suite.plugin = p;
	o->suite.conf = &o->conf;
	o->suite.file = word + 1;
	o->suite.nfiles = (size_t)(n - 1);
	status = suite_run(&o->suite) ? OK : FAILED;
	plugin_unload(p);
	return status;
}

static int run(struct options *o, char **word, int n)
{
	if (!o->record.resource)
		return run_suite(o, word, n);
	return n ? usage(word[0], "--record takes no plugin")
		: record_run(&o->record);
}

int main(int argc, char **argv)
{
	struct options o = {
		.suite.seed = 1,
		.record.config = ADIT_SYSCONFDIR "/aditd.ini",
	};
	int c, status = -1;

	std_fill();
	log_start("adit-plugin-test", LOG_WARN);
	crash_watch();
	while (status < 0 && (c = getopt_long(argc, argv, "c:o:v", long_options,
					      NULL)) != -1)
		status = take_option(&o, c);
	if (status < 0)
		status = run(&o, argv + optind, argc - optind);
	free(o.conf.item);
	return status;
}
