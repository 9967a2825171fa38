/* SPDX-License-Identifier: BSD-2-Clause */
/* suite.c - plays transcripts to a plugin in all ways, and prints TAP. */
#include "kit/suite.h"

#include "base/err.h"
#include "kit/player.h"
#include "plugin/conf.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
	RANDOM_RUNS = 25,
	BUDGET = 8 << 20, /* bytes of input of one group of runs, about */
	FEWEST = 8,       /* runs of a group in any case */
};

static const struct group {
	const char *title;
	enum way_cuts cuts;
} groups[] = {
	{ "whole", CUT_NEVER },
	{ "byte by byte", CUT_ALWAYS },
	{ "cut at every offset", CUT_AT },
	{ "cut at random", CUT_RANDOM },
};

static const char *const answers[] = { "answers at once", "answers late" };

/* One transcript in all ways. */
struct job {
	const struct suite *s;
	const struct transcript *t;
	const void *conf;
	size_t longest, total; /* bytes of the longest input, and of all */
};

struct tap {
	unsigned n;
	bool failed;
};

/* ---- reports ------------------------------------------------------------- */

/* Prints each line as a comment of TAP. */
static void print_comment(const char *text)
{
	const char *lf;

	for (; *text; text = lf + 1) {
		lf = strchrnul(text, '\n');
		printf("# %.*s\n", (int)(lf - text), text);
		if (!*lf)
			break;
	}
}

static void result(struct tap *tap, bool good, const char *what)
{
	tap->failed |= !good;
	printf("%sok %u - %s\n", good ? "" : "not ", ++tap->n, what);
	fflush(stdout);
}

static void suite_describe(const struct play_way *w, char *text, size_t cap)
{
	text[0] = 0;
	if (w->cuts == CUT_AT)
		snprintf(text, cap, "each input cut in two behind byte %zu\n",
			 w->at);
	else if (w->cuts == CUT_RANDOM)
		snprintf(text, cap, "with --seed %" PRIu64 "\n", w->seed);
}

/* ---- runs ---------------------------------------------------------------- */

static bool run_once(const struct job *j, const struct play_way *w, bool loud)
{
	char *report = NULL, how[80];
	size_t len;
	struct play p = { .t = j->t,
			  .plugin = j->s->plugin,
			  .conf = j->conf,
			  .way = *w,
			  .report = open_memstream(&report, &len),
			  .trace = loud ? stdout : NULL };
	bool good = p.report && play(&p);

	if (p.report)
		fclose(p.report);
	if (!good) {
		suite_describe(w, how, sizeof(how));
		print_comment(how);
		print_comment(report ? report : "out of memory");
	}
	free(report);
	return good;
}

/* How many runs of this transcript stay within BUDGET. */
static size_t affordable(const struct job *j)
{
	return BUDGET / (j->total + 1) + FEWEST;
}

/* The step between the offsets where inputs are cut.  Long inputs are not cut
 * at every offset, which would take the square of their length. */
static size_t stride(const struct job *j)
{
	size_t k = j->longest / affordable(j) + 1;

	if (k > 1)
		printf("# %s is long: at one offset of %zu only\n", j->t->file,
		       k);
	return k;
}

static bool run_group(const struct job *j, const struct group *g, bool late)
{
	struct play_way w = { .cuts = g->cuts, .late = late };
	size_t runs = MIN(affordable(j), RANDOM_RUNS), step;
	bool good = true;

	switch (g->cuts) {
	case CUT_AT:
		step = stride(j);
		for (w.at = 1; w.at < j->longest && good; w.at += step)
			good = run_once(j, &w, false);
		return good;
	case CUT_RANDOM:
		for (size_t i = 0; i < runs && good; i++) {
			w.seed = j->s->seed + i;
			good = run_once(j, &w, false);
		}
		return good;
	default:
		return run_once(j, &w,
				j->s->verbose && !late && g->cuts == CUT_NEVER);
	}
}

/* A circle is no mistake of the transcript, and in the daemon it is ended. */
static void warn_circles(const struct job *j)
{
	char *warnings = NULL, *rest = NULL;
	size_t len = 0, nrest;
	FILE *to = open_memstream(&warnings, &len);
	struct play p = { .t = j->t,
			  .plugin = j->s->plugin,
			  .conf = j->conf,
			  .report = open_memstream(&rest, &nrest) };

	if (to && p.report)
		play_circles(&p, to);
	if (to)
		fclose(to);
	if (p.report)
		fclose(p.report);
	if (len)
		print_comment(warnings);
	free(warnings);
	free(rest);
}

static void run_job(struct job *j, struct tap *tap)
{
	const char *slash = strrchr(j->t->file, '/');
	const char *name = slash ? slash + 1 : j->t->file;
	char title[512];

	for (size_t i = 0; i < j->t->nsteps; i++) {
		size_t n = buf_len(&j->t->step[i].text);

		j->total += n;
		j->longest = MAX(j->longest, n);
	}
	for (size_t i = 0; i < ARRAY_LEN(groups); i++)
		for (unsigned late = 0; late < 2; late++) {
			snprintf(title, sizeof(title), "%s %s, %s", name,
				 groups[i].title, answers[late]);
			crash_title = title;
			result(tap, run_group(j, &groups[i], late), title);
			crash_title = NULL;
		}
	warn_circles(j);
}

/* ---- all of them --------------------------------------------------------- */

static void run_file(const struct suite *s, const struct transcript *t,
		     struct conf_errors *e, struct tap *tap)
{
	struct plugin_conf *conf = t ? plugin_conf_new(s->plugin, &t->conf,
						       s->conf, e) :
				       NULL;
	struct job j = { .s = s, .t = t, .conf = plugin_conf_data(conf) };

	if (conf)
		run_job(&j, tap);
	for (unsigned i = 0; !conf && i < conf_errors_kept(e); i++)
		print_comment(e->text[i]);
	/* The plan of TAP has a result for each way, also without a run. */
	for (unsigned i = 0; !conf && i < 2 * ARRAY_LEN(groups); i++)
		result(tap, false, e->file);
	plugin_conf_free(conf);
}

bool suite_run(const struct suite *s)
{
	struct tap tap = { 0 };

	printf("1..%zu\n", s->nfiles * ARRAY_LEN(groups) * 2);
	for (size_t i = 0; i < s->nfiles; i++) {
		struct conf_errors *e = calloc(1, sizeof(*e));
		struct transcript *t;

		if (!e)
			return false;
		e->file = s->file[i];
		t = transcript_read(e);
		run_file(s, t, e, &tap);
		transcript_free(t);
		free(e);
	}
	return !tap.failed;
}
