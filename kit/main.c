/* SPDX-License-Identifier: BSD-2-Clause */
/* main.c - the command adit-plugin-test, which tests plugins without a
 * gateway. */
#include "base/err.h"
#include "base/log.h"
#include "base/opt.h"
#include "base/std.h"
#include "kit/bench.h"
#include "kit/fuzz_loop.h"
#include "kit/record.h"
#include "kit/suite.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OK = 0, FAILED = 1, USAGE = 2 };
enum {
	F_BENCH = 256,
	F_CONF,
	F_CONTROL,
	F_FUZZ,
	F_RECORD,
	F_SEED,
	F_HELP,
	F_VERSION
};

#ifndef ADIT_SYSCONFDIR
#define ADIT_SYSCONFDIR "/etc/adit"
#endif

static const struct option long_options[] = {
	{ "bench", optional_argument, NULL, F_BENCH },
	{ "conf", required_argument, NULL, F_CONF },
	{ "config", required_argument, NULL, 'c' },
	{ "control", required_argument, NULL, F_CONTROL },
	{ "fuzz", optional_argument, NULL, F_FUZZ },
	{ "output", required_argument, NULL, 'o' },
	{ "record", required_argument, NULL, F_RECORD },
	{ "seed", required_argument, NULL, F_SEED },
	{ "verbose", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, F_HELP },
	{ "version", no_argument, NULL, F_VERSION },
	{ 0 }
};

struct kit_options {
	struct gw_pairs conf;
	struct suite suite;
	struct record_options record;
	bool fuzz, bench;
	uint64_t seconds; /* UINT64_MAX: not given */
	const char *output;
};

static void print_usage(FILE *to)
{
	fputs("usage: adit-plugin-test [OPTIONS] PLUGIN.so TRANSCRIPT...\n"
	      "  --conf KEY=VALUE   an option of the plugin; may come again\n"
	      "  --seed N           for what is random (1)\n"
	      "  -v, --verbose      show what happened in each step\n"
	      "or:    adit-plugin-test --fuzz[=SECONDS] [--conf KEY=VALUE] "
	      "[--seed N] [-o FOLDER]\n"
	      "           PLUGIN.so [TRANSCRIPT | INPUT.fuzz]...\n"
	      "  -o, --output FOLDER  for inputs that fail, and for the "
	      "transcripts as inputs\n"
	      "or:    adit-plugin-test --bench[=SECONDS] [--conf KEY=VALUE] "
	      "PLUGIN.so TRANSCRIPT...\n"
	      "or:    adit-plugin-test --record RESOURCE [-c FILE | --control "
	      "SOCKET] [-o FILE]\n"
	      "  -c, --config FILE  of the gateway (" ADIT_SYSCONFDIR
	      "/aditd.ini)\n"
	      "  --control SOCKET   of the gateway, instead\n"
	      "  -o, --output FILE  the transcript (standard output)\n"
	      "or:    adit-plugin-test --help | --version\n"
	      "See adit-plugin-test(1).\n",
	      to);
}

static int usage(const char *what, const char *why)
{
	fprintf(stderr,
		"adit-plugin-test: %s: %s; see adit-plugin-test "
		"--help\n",
		what, why);
	return USAGE;
}

/* Cuts `arg`, KEY=VALUE, in two, and keeps pointers to it. */
static int add_conf(struct gw_pairs *c, char *arg)
{
	char *eq = strchr(arg, '=');
	struct gw_pair *grown;

	if (!eq)
		return usage(arg, "write --conf KEY=VALUE");
	grown = realloc(c->item, (c->n + 1) * sizeof(*grown));
	if (!grown)
		return usage(arg, "out of memory");
	*eq = 0;
	c->item = grown;
	grown[c->n++] = (struct gw_pair){ .key = arg, .value = eq + 1 };
	return -1;
}

static int take_seconds(struct kit_options *o, const char *why)
{
	if (optarg &&
	    (opt_parse_uint(optarg, &o->seconds) || o->seconds > 86400))
		return usage(optarg, why);
	return -1;
}

/* Returns an exit status, or -1 to go on. */
static int main_take_option(struct kit_options *o, int c)
{
	switch (c) {
	case F_CONF:
		return add_conf(&o->conf, optarg);
	case F_SEED:
		return opt_parse_uint(optarg, &o->suite.seed) ?
			       usage(optarg, "--seed takes a number") :
			       -1;
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
		o->output = optarg;
		return -1;
	case F_FUZZ:
		o->fuzz = true;
		return take_seconds(o, "write --fuzz=SECONDS");
	case F_BENCH:
		o->bench = true;
		return take_seconds(o, "write --bench=SECONDS");
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

static unsigned seconds_or(const struct kit_options *o, unsigned preset)
{
	return o->seconds == UINT64_MAX ? preset : (unsigned)o->seconds;
}

static int fuzz(struct kit_options *o, const struct plugin *p, char **word,
		int n)
{
	struct fuzz_options f = {
		.plugin = p,
		.plugin_file = word[0],
		.conf = &o->conf,
		.file = word + 1,
		.nfiles = (size_t)n - 1,
		.seconds = seconds_or(o, 10),
		.seed = o->suite.seed,
		.folder = o->output,
	};

	return fuzz_loop(&f);
}

static int play_all(struct kit_options *o, const struct plugin *p, char **word,
		    int n)
{
	o->suite.plugin = p;
	o->suite.conf = &o->conf;
	o->suite.file = word + 1;
	o->suite.nfiles = (size_t)n - 1;
	if (o->bench)
		return bench_run(&o->suite, seconds_or(o, 2)) ? OK : FAILED;
	return suite_run(&o->suite) ? OK : FAILED;
}

static int run_plugin(struct kit_options *o, char **word, int n)
{
	char err[PLUGIN_ERROR];
	struct plugin *p;
	int status;

	if (n < (o->fuzz ? 1 : 2)) {
		print_usage(stderr);
		return USAGE;
	}
	p = plugin_load_file(word[0], err, sizeof(err));
	if (!p) {
		fprintf(stderr, "adit-plugin-test: %s\n", err);
		return USAGE;
	}
	status = o->fuzz ? fuzz(o, p, word, n) : play_all(o, p, word, n);
	plugin_unload(p);
	return status;
}

static int main_run(struct kit_options *o, char **word, int n)
{
	if (!o->record.resource)
		return run_plugin(o, word, n);
	o->record.output = o->output;
	return n ? usage(word[0], "--record takes no plugin") :
		   record_run(&o->record);
}

int main(int argc, char **argv)
{
	struct kit_options o = {
		.suite.seed = 1,
		.seconds = UINT64_MAX,
		.record.config = ADIT_SYSCONFDIR "/aditd.ini",
	};
	int c, status = -1;

	std_fill();
	log_start("adit-plugin-test", LOG_WARN);
	crash_watch();
	while (status < 0 &&
	       (c = getopt_long(argc, argv, "c:o:v", long_options, NULL)) != -1)
		status = main_take_option(&o, c);
	if (status < 0)
		status = main_run(&o, argv + optind, argc - optind);
	free(o.conf.item);
	return status;
}
