/* SPDX-License-Identifier: BSD-2-Clause */
/* bench.c - measures how fast a plugin reads the bytes of transcripts.
 *
 * Only the time inside of .frame and .message counts, with the adit_* functions
 * that they call: callbacks around those of the plugin look at the clock.  What
 * that takes itself is measured first, and subtracted. */
#include "kit/bench.h"

#include "kit/player.h"
#include "plugin/conf.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ATTEMPTS = 100, READINGS = 1000, PLAYS = 1 << 20 };

/* The callbacks find it here, since they have no other way to. */
static struct bench {
	struct plugin spy;             /* the plugin, with callbacks around */
	const struct adit_plugin *def; /* its own callbacks */
	uint64_t ns;                   /* inside of them */
	uint64_t calls, messages, bytes;
	uint64_t clock_ps; /* what one look at the clock takes, in 1e-12 s */
} bench;

static uint64_t bench_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* The least of many attempts, of which others may have taken the processor. */
static void measure_clock(void)
{
	bench.clock_ps = UINT64_MAX;
	for (unsigned i = 0; i < ATTEMPTS; i++) {
		uint64_t begin = bench_ns();

		for (unsigned k = 0; k < READINGS; k++)
			(void)bench_ns();
		bench.clock_ps = MIN(bench.clock_ps,
				     (bench_ns() - begin) * 1000 / READINGS);
	}
}

/* ---- callbacks ----------------------------------------------------------- */

static int64_t bench_frame(struct adit_channel *ch, enum adit_dir d,
			   const uint8_t *p, size_t n)
{
	uint64_t begin = bench_ns();
	int64_t r = bench.def->frame[d](ch, p, n);

	bench.ns += bench_ns() - begin;
	bench.calls++;
	return r;
}

static int64_t frame_to_server(struct adit_channel *ch, const uint8_t *p,
			       size_t n)
{
	return bench_frame(ch, ADIT_TO_SERVER, p, n);
}

static int64_t frame_to_client(struct adit_channel *ch, const uint8_t *p,
			       size_t n)
{
	return bench_frame(ch, ADIT_TO_CLIENT, p, n);
}

static enum adit_verdict bench_message(struct adit_msg *m)
{
	uint64_t begin = bench_ns();
	enum adit_verdict v = bench.def->message(m);

	bench.ns += bench_ns() - begin;
	bench.calls++;
	if (v != ADIT_HOLD) {
		bench.messages++;
		bench.bytes += m->len;
	}
	return v;
}

static void bench_begin(const struct plugin *plugin)
{
	struct adit_plugin *spy = &bench.spy.def;

	bench = (struct bench){ .spy = *plugin, .def = &plugin->def };
	spy->frame[0] = spy->frame[0] ? frame_to_server : NULL;
	spy->frame[1] = spy->frame[1] ? frame_to_client : NULL;
	spy->message = spy->message ? bench_message : NULL;
	measure_clock();
}

/* ---- runs ---------------------------------------------------------------- */

/* The plugin's own time in one play, in nanoseconds: between two looks at the
 * clock passes the time of one of them. */
static double own_ns(void)
{
	double clock = (double)bench.calls * (double)bench.clock_ps / 1000;
	double ns = (double)bench.ns - clock;

	return MAX(ns, 1);
}

static void bench_print(const char *file, double ns, size_t plays)
{
	double messages = (double)bench.messages, bytes = (double)bench.bytes;

	printf("%s: %.0f messages/s, %.1f MB/s (%" PRIu64
	       " messages of %.0f bytes on the average, in the median of %zu "
	       "plays)\n",
	       file, messages / ns * 1e9, bytes / ns * 1e3, bench.messages,
	       bytes / MAX(messages, 1), plays);
	fflush(stdout);
}

static int compare_ns(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Plays it until the time is over, and notes in ns[PLAYS] what each play took.
 * Returns how many plays there were; 0: one of them did not pass. */
static size_t bench_repeat(const struct play *p, double *ns, unsigned seconds)
{
	uint64_t end = bench_ns() + (uint64_t)seconds * 1000000000u;
	size_t n = 0;

	do {
		bench.ns = bench.calls = bench.messages = bench.bytes = 0;
		if (!play(p))
			return 0;
		ns[n++] = own_ns();
	} while (n < PLAYS && bench_ns() < end);
	return n;
}

/* The median counts, because other processes disturb some of the plays. */
static bool bench_play(const struct suite *s, const struct transcript *t,
		       const void *conf, unsigned seconds)
{
	struct play p = {
		.t = t, .plugin = &bench.spy, .conf = conf, .report = stderr
	};
	double *ns = calloc(PLAYS, sizeof(*ns));
	size_t n;

	if (!ns)
		return false;
	bench_begin(s->plugin);
	n = bench_repeat(&p, ns, seconds);
	qsort(ns, n, sizeof(*ns), compare_ns);
	if (n)
		bench_print(t->file, ns[n / 2], n);
	free(ns);
	return n;
}

static bool bench_file(const struct suite *s, const char *file,
		       unsigned seconds, struct conf_errors *e)
{
	struct transcript *t;
	struct plugin_conf *conf = NULL;
	bool good;

	e->file = file;
	t = transcript_read(e);
	if (t)
		conf = plugin_conf_new(s->plugin, &t->conf, s->conf, e);
	good = conf && bench_play(s, t, plugin_conf_data(conf), seconds);
	for (unsigned i = 0; i < conf_errors_kept(e); i++)
		fprintf(stderr, "%s\n", e->text[i]);
	plugin_conf_free(conf);
	transcript_free(t);
	return good;
}

bool bench_run(const struct suite *s, unsigned seconds)
{
	bool good = true;

	for (size_t i = 0; i < s->nfiles && good; i++) {
		struct conf_errors *e = calloc(1, sizeof(*e));

		good = e && bench_file(s, s->file[i], seconds, e);
		free(e);
	}
	return good;
}
