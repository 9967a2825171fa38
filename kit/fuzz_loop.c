/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_loop.c - searches for conversations that make a plugin fail.
 *
 *   parent: settings, corpus ---fork---> child: runs, mutates, runs ...
 *       ^                                    |  writes each input to shared
 *       +-- how it ended, and which input ---+  memory before it runs
 *
 * So the parent can report the input, whatever the plugin does to its
 * process. */
#include "kit/fuzz_loop.h"

#include "base/err.h"
#include "kit/fuzz_corpus.h"
#include "kit/random.h"
#include "plugin/conf.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	HANG_S = 10, /* processor time of one input, which takes milliseconds */
	SLEEP_S = 100, /* or so long by the clock */
	FOUND = 66,    /* exit status of a child that has set shared->why */
	SHRINKS = 300, /* most attempts to make an input shorter */
};

/* The memory that parent and child share. */
struct shared {
	uint8_t data[FUZZ_SIZE_MAX];
	size_t n, home;
	uint64_t runs;
	size_t kinds; /* inputs that showed a new behaviour */
	char why[FUZZ_WHY];
};

struct fuzz_loop {
	const struct fuzz_options *o;
	struct fuzz_corpus corpus;
	struct shared *shared;
	uint64_t random;
	uint8_t *seen, *map; /* events of all inputs, and of the last one */
};

/* ---- the child ----------------------------------------------------------- */

/* A busy machine may leave the child waiting for seconds, so what counts is the
 * time that it works. */
static void fuzz_time(void)
{
	struct itimerval work = { .it_value.tv_sec = HANG_S };

	setitimer(ITIMER_PROF, &work, NULL);
	alarm(SLEEP_S);
}

static bool fuzz_is_late(int status)
{
	return WIFSIGNALED(status) &&
	       (WTERMSIG(status) == SIGPROF || WTERMSIG(status) == SIGALRM);
}

/* Ends the child if something is wrong. */
static void run_input(struct fuzz_loop *l, const struct buf *in, size_t home)
{
	const struct fuzz_home *h = &l->corpus.home[home];
	struct fuzz_setting s = { l->o->plugin, plugin_conf_data(h->conf),
				  &h->info, l->map };
	struct shared *sh = l->shared;

	sh->n = MIN(buf_len(in), FUZZ_SIZE_MAX);
	sh->home = home;
	if (sh->n)
		memcpy(sh->data, buf_ptr(in), sh->n);
	sh->runs++;
	fuzz_time();
	if (!fuzz_run(&s, sh->data, sh->n, sh->why, sizeof(sh->why)))
		_exit(FOUND);
}

/* Whether the last input caused an event that no other one has caused. */
static bool is_new(struct fuzz_loop *l)
{
	uint64_t *seen = (uint64_t *)l->seen, *map = (uint64_t *)l->map;
	bool fresh = false;

	for (size_t i = 0; i < FUZZ_MAP / sizeof(*map); i++) {
		fresh |= (map[i] & ~seen[i]) != 0;
		seen[i] |= map[i];
		map[i] = 0;
	}
	return fresh;
}

static void try_one(struct fuzz_loop *l)
{
	const struct fuzz_corpus *c = &l->corpus;
	const struct fuzz_input *from =
		&c->input[random_below(&l->random, c->ninputs)];
	const struct fuzz_input *other =
		&c->input[random_below(&l->random, c->ninputs)];
	struct buf in = { 0 };
	size_t home = from->home;

	if (fuzz_mutate(&in, &from->bytes, &other->bytes, &c->words,
			&l->random)) {
		buf_fini(&in);
		return;
	}
	run_input(l, &in, home);
	if (is_new(l) && c->ninputs < CORPUS_MAX &&
	    !corpus_add(&l->corpus, &in, home))
		l->shared->kinds++;
	buf_fini(&in);
}

static uint64_t now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec;
}

static void child(struct fuzz_loop *l)
{
	uint64_t end = now_s() + l->o->seconds;

	l->seen = calloc(1, FUZZ_MAP);
	l->map = calloc(1, FUZZ_MAP);
	if (!l->seen || !l->map)
		_exit(1);
	for (size_t i = 0; i < l->corpus.nseeds; i++) {
		run_input(l, &l->corpus.input[i].bytes,
			  l->corpus.input[i].home);
		is_new(l);
	}
	while (now_s() < end)
		for (unsigned i = 0; i < 50; i++)
			try_one(l);
	/* Not exit(), which would write the parent's buffers, too. */
	_exit(0);
}

/* ---- the parent ---------------------------------------------------------- */

/* Runs `work` in a child.  Returns its wait status, or -1. */
static int fuzz_watch(struct fuzz_loop *l, void (*work)(struct fuzz_loop *),
		      bool quiet)
{
	int status = -1, null;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		return -1;
	if (pid == 0) {
		/* The parent reports a signal that ends the child. */
		for (int sig = 1; sig < 32; sig++)
			signal(sig, SIG_DFL);
		null = quiet ? open("/dev/null", O_WRONLY | O_CLOEXEC) : -1;
		if (null >= 0)
			dup2(null, STDERR_FILENO);
		work(l);
		_exit(0);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

static void run_shared(struct fuzz_loop *l)
{
	struct shared *sh = l->shared;
	const struct fuzz_home *h = &l->corpus.home[sh->home];
	struct fuzz_setting s = { l->o->plugin, plugin_conf_data(h->conf),
				  &h->info, NULL };

	fuzz_time();
	if (!fuzz_run(&s, sh->data, sh->n, sh->why, sizeof(sh->why)))
		_exit(FOUND);
}

/* Removes `count` steps from `first` on; false: there are none. */
static bool leave_out(struct shared *sh, size_t first, size_t count)
{
	const uint8_t *p = sh->data;
	size_t n = sh->n, i = 0, kept = 0;
	struct fuzz_step s;
	bool left = false;
	const uint8_t *begin;

	for (begin = p; fuzz_step_take(&p, &n, &s); begin = p, i++) {
		if (i >= first && i < first + count) {
			left = true;
			continue;
		}
		memmove(sh->data + kept, begin, (size_t)(p - begin));
		kept += (size_t)(p - begin);
	}
	sh->n = kept;
	return left;
}

/* Removes steps as long as the child still ends in the same way.  Not after a
 * timeout, because each attempt would take that long. */
static void fuzz_shrink(struct fuzz_loop *l, int status)
{
	struct shared *sh = l->shared, *best = malloc(sizeof(*best));
	unsigned tries = 0;

	if (!best || fuzz_is_late(status)) {
		free(best);
		return;
	}
	*best = *sh;
	for (size_t count = 32; count; count /= 2)
		for (size_t first = 0; tries++ < SHRINKS;) {
			*sh = *best;
			sh->why[0] = 0;
			if (!leave_out(sh, first, count))
				break;
			if (fuzz_watch(l, run_shared, true) == status)
				*best = *sh;
			else
				first += count;
		}
	*sh = *best;
	free(best);
}

static void fuzz_describe(int status, const struct shared *sh, char *text,
			  size_t cap)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == FOUND)
		snprintf(text, cap, "%s", sh->why);
	else if (fuzz_is_late(status))
		snprintf(text, cap, "the plugin takes more than %d s", HANG_S);
	else if (WIFSIGNALED(status))
		snprintf(text, cap, "the plugin is killed by signal %d (%s)",
			 WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		snprintf(text, cap,
			 "the plugin ends the process; see the output of a "
			 "sanitizer above");
}

/* Prints each line as a comment of TAP. */
static void print_lines(const char *indent, const char *text)
{
	const char *lf;

	for (; *text; text = lf + (*lf == '\n')) {
		lf = strchrnul(text, '\n');
		printf("#%s%.*s\n", indent, (int)(lf - text), text);
	}
}

static void print_steps(const struct shared *sh)
{
	char *text = NULL;
	size_t len;
	FILE *to = open_memstream(&text, &len);

	if (!to)
		return;
	fuzz_write(to, sh->data, sh->n);
	fclose(to);
	printf("# in this conversation, where text goes from behind \"C \" and "
	       "\"S \" to the end of the line:\n");
	print_lines("   ", text);
	free(text);
}

static void fuzz_report(struct fuzz_loop *l, int status)
{
	const struct fuzz_options *o = l->o;
	struct shared *sh = l->shared;
	const char *home = l->corpus.home[sh->home].file;
	char why[FUZZ_WHY], path[4096];

	fuzz_describe(status, sh, why, sizeof(why));
	print_lines(" ", why);
	print_steps(sh);
	if (corpus_save(o->folder ? o->folder : ".", sh->data, sh->n, path,
			sizeof(path))) {
		printf("# %s: %s\n", path, strerror(errno));
		return;
	}
	printf("# again: adit-plugin-test --fuzz=0 ");
	for (size_t i = 0; i < o->conf->n; i++)
		printf("--conf '%s=%s' ", o->conf->item[i].key,
		       o->conf->item[i].value);
	printf("%s %s%s%s\n", o->plugin_file, home ? home : "", home ? " " : "",
	       path);
}

static int search(struct fuzz_loop *l)
{
	int status = fuzz_watch(l, child, false);
	bool good = WIFEXITED(status) && WEXITSTATUS(status) == 0;

	if (!good) {
		fuzz_shrink(l, status);
		fuzz_report(l, status);
	}
	printf("%sok 1 - fuzz: %" PRIu64
	       " conversations, %zu of them new, seed %" PRIu64 "\n",
	       good ? "" : "not ", l->shared->runs, l->shared->kinds,
	       l->o->seed);
	return !good;
}

int fuzz_loop(const struct fuzz_options *o)
{
	struct fuzz_loop l = { .o = o, .random = random_start(o->seed) };
	int status = corpus_open(&l.corpus, o);

	printf("1..1\n");
	l.shared = mmap(NULL, sizeof(*l.shared), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (l.shared == MAP_FAILED)
		status = 1;
	if (!status)
		status = search(&l);
	else
		printf("not ok 1 - fuzz: cannot start; see the error above\n");
	corpus_close(&l.corpus);
	if (l.shared != MAP_FAILED)
		munmap(l.shared, sizeof(*l.shared));
	return status;
}
