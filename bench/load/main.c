/* SPDX-License-Identifier: BSD-2-Clause */
/* main.c - thousands of agents in one process, with real TLS and logins.
 *
 *   load ADDRESS:PORT PIN AGENTS USERS SOURCES
 *
 * Agent n logs in as user n modulo USERS ("user0" ...), from one of SOURCES
 * addresses of 127.0.0.0/8, with the password of the environment variable
 * LOAD_PASSWORD.  First it writes the port at 127.0.0.1 where it echoes: the
 * only resource of the gateway is to lead there.  Commands come on standard
 * input, a line each; each is answered by one line of JSON, when it is done or
 * its time (LIMIT_S) is over:
 *
 *   login N M   N more agents log in, no more than M at the same time
 *   open        each has a channel, and has asked once
 *   idle N      each has N more channels, on which nothing is said
 *   ask N       each asks N times, one question after the other
 *   watch MS    from now on each asks every MS milliseconds
 *   cut         all TCP connections are closed at once
 *   back        waits until all agents are in, and nothing is unanswered
 *   report      how long the longest answer of each agent took since `watch`,
 *               which ends here; how long each was away the last time
 *
 * The end of standard input ends the program.  It uses the gateway's own
 * libraries for frames, sessions and TLS (core/), but no part of the agent. */
#include "bench/load/guest.h"

#include "base/err.h"
#include "bench/load/echo.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { LIMIT_S = 180, LINE = 256, AGENTS_MAX = 50000 };

enum wait {
	WAIT_NONE,
	WAIT_LOGIN,
	WAIT_OPEN,
	WAIT_IDLE,
	WAIT_ANSWERS,
	WAIT_BACK
};

struct load {
	struct guests all;
	struct guest *guest;
	unsigned most;    /* guests that there are */
	unsigned n;       /* of them, that are to be in */
	unsigned began;   /* guests that were told to log in */
	unsigned at_once; /* of these under way */
	unsigned first;   /* guest whose time in `login` counts */
	enum wait wait;   /* what the command under way waits for */
	uint64_t since_us;
	ev_io input;
	ev_timer limit;
	struct task look;
	size_t have;
	char line[LINE];
};

static struct load *load_of(struct guests *c)
{
	return container_of(c, struct load, all);
}

/* ---- answers --------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void put_share(const char *name, uint64_t *us, size_t n)
{
	qsort(us, n, sizeof *us, compare);
	printf(", \"%s\": [%.4f, %.4f, %.4f]", name,
	       n ? (double)us[n / 2] / 1e6 : 0.,
	       n ? (double)us[n - 1 - n / 100] / 1e6 : 0.,
	       n ? (double)us[n - 1] / 1e6 : 0.);
}

/* Half of the agents, 99 of 100 and all of them within ... s. */
static void put_shares(const struct load *l)
{
	uint64_t *away = calloc(l->n, sizeof *away),
		 *answer = calloc(l->n, sizeof *answer);
	size_t n = 0;

	for (unsigned i = l->first; away && answer && i < l->began; i++, n++) {
		away[n] = l->guest[i].took_us;
		answer[n] = l->guest[i].longest_us;
	}
	put_share("away", away, n);
	put_share("answer", answer, n);
	free(away);
	free(answer);
}

static void load_answer(struct load *l)
{
	struct guests *c = &l->all;
	uint64_t now = clock_now_us();

	ev_timer_stop(c->loop.ev, &l->limit);
	l->wait = WAIT_NONE;
	printf("{\"seconds\": %.4f, \"in\": %u, \"channels\": %u, "
	       "\"waiting\": %u, \"tries\": %u, \"resets\": %u, "
	       "\"put_off\": %u, \"refused\": %u, \"lost\": %u",
	       (double)(now - l->since_us) / 1e6, c->in[GUEST_IN], c->channels,
	       c->waiting, c->tries, c->resets, c->put_off, c->refused,
	       c->lost);
	put_shares(l);
	/* What a gateway writes may be anything: only what JSON takes. */
	for (char *p = c->trouble; *p; p++)
		if (*p < ' ' || *p > '~' || *p == '"' || *p == '\\')
			*p = '\'';
	printf(", \"trouble\": \"%s\"}\n", c->trouble);
	fflush(stdout);
}

static bool load_is_done(const struct load *l)
{
	const struct guests *c = &l->all;

	switch (l->wait) {
	case WAIT_LOGIN:
		return c->in[GUEST_IN] == l->began;
	case WAIT_OPEN:
		return c->channels + c->lost >= l->began && !c->waiting;
	case WAIT_IDLE:
		return c->idle + c->lost >= c->idle_wanted;
	case WAIT_ANSWERS:
		return !c->waiting;
	case WAIT_BACK:
		return c->in[GUEST_IN] == l->began && !c->waiting;
	default:
		return false;
	}
}

static void load_on_limit(struct ev_loop *ev, ev_timer *w, int events)
{
	(void)ev;
	(void)events;
	load_answer(w->data);
}

/* ---- commands -------------------------------------------------------------- */

static void load_log_in(struct load *l, unsigned n)
{
	const struct guests *c = &l->all;

	for (; l->began < n && l->began - c->in[GUEST_IN] < l->at_once;
	     l->began++)
		guest_login(&l->guest[l->began]);
}

static void load_on_look(struct task *t)
{
	struct load *l = container_of(t, struct load, look);

	if (l->wait == WAIT_LOGIN)
		load_log_in(l, l->n);
	if (load_is_done(l))
		load_answer(l);
}

static void load_on_moved(struct guests *c)
{
	task_defer(&c->loop, &load_of(c)->look);
}

static void load_each(struct load *l, void (*fn)(struct guest *))
{
	for (unsigned i = 0; i < l->began; i++)
		fn(&l->guest[i]);
}

static void load_command(struct load *l, const char *word, unsigned a,
			 unsigned b)
{
	struct guests *c = &l->all;

	l->wait = WAIT_ANSWERS;
	if (!strcmp(word, "login")) {
		l->wait = WAIT_LOGIN;
		l->first = l->began;
		l->n = MIN(l->began + a, l->most);
		l->at_once = b ? b : a;
	} else if (!strcmp(word, "open")) {
		l->wait = WAIT_OPEN;
		load_each(l, guest_open);
	} else if (!strcmp(word, "idle")) {
		l->wait = WAIT_IDLE;
		while (a--)
			load_each(l, guest_idle);
	} else if (!strcmp(word, "ask")) {
		for (unsigned i = 0; i < l->began; i++)
			guest_ask(&l->guest[i], a);
	} else if (!strcmp(word, "watch")) {
		c->every_s = MAX(a, 1u) / 1e3;
		load_each(l, guest_tick);
	} else if (!strcmp(word, "cut")) {
		load_each(l, guest_cut);
		l->wait = WAIT_NONE;
	} else if (!strcmp(word, "back")) {
		l->wait = WAIT_BACK;
	} else if (!strcmp(word, "report")) {
		c->every_s = 0.;
		l->first = 0;
	}
}

static void load_on_line(struct load *l, char *line)
{
	struct guests *c = &l->all;
	char *rest = line + strcspn(line, " ");
	unsigned a, b;

	a = (unsigned)strtoul(rest, &rest, 10);
	b = (unsigned)strtoul(rest, &rest, 10);
	line[strcspn(line, " ")] = 0;
	/* A wait goes on counting from the cut that made it. */
	if (strcmp(line, "back")) {
		l->since_us = clock_now_us();
		c->tries = c->resets = c->put_off = c->refused = c->lost = 0;
		c->trouble[0] = 0;
	}
	load_command(l, line, a, b);
	ev_timer_set(&l->limit, LIMIT_S, 0.);
	ev_timer_start(c->loop.ev, &l->limit);
	if (l->wait == WAIT_NONE)
		load_answer(l);
	else
		task_defer(&c->loop, &l->look);
}

static void load_on_input(struct ev_loop *ev, ev_io *w, int events)
{
	struct load *l = w->data;
	ssize_t n = read(STDIN_FILENO, l->line + l->have,
			 sizeof l->line - 1 - l->have);
	char *end;

	(void)events;
	if (n <= 0) {
		ev_io_stop(ev, w);
		loop_stop(&l->all.loop);
		return;
	}
	l->have += (size_t)n;
	l->line[l->have] = 0;
	end = strchr(l->line, '\n');
	if (!end)
		return;
	*end = 0;
	l->have = 0;
	load_on_line(l, l->line);
}

/* ---- life ------------------------------------------------------------------ */

static unsigned number(const char *text, unsigned most)
{
	unsigned long n = strtoul(text, NULL, 10);

	return (unsigned)MAX(MIN(n, most), 1ul);
}

static int load_init(struct load *l, char **arg)
{
	const char *pins[] = { arg[2], NULL };
	struct tls_client_conf conf = { .server_name = "gateway",
					.pins = pins };
	struct guests *c = &l->all;
	char why[256] = "no address";

	*c = (struct guests){ .user = "user",
			      .password = getenv("LOAD_PASSWORD"),
			      .users = number(arg[4], AGENTS_MAX),
			      .sources = number(arg[5], AGENTS_MAX),
			      .moved = load_on_moved };
	l->most = number(arg[3], AGENTS_MAX);
	l->guest = calloc(l->most, sizeof *l->guest);
	if (!l->guest || !c->password || addr_parse_port(&c->gateway, arg[1]) ||
	    tls_client_new(&c->tls, &conf, why, sizeof why) ||
	    loop_init(&c->loop) || !(c->port = echo_start(&c->loop))) {
		fprintf(stderr, "load: %s\n", why);
		return ERR_INVAL;
	}
	for (unsigned i = 0; i < l->most; i++)
		guest_init(&l->guest[i], c, i);
	task_init(&l->look, load_on_look);
	ev_timer_init(&l->limit, load_on_limit, LIMIT_S, 0.);
	ev_io_init(&l->input, load_on_input, STDIN_FILENO, EV_READ);
	l->limit.data = l->input.data = l;
	ev_io_start(c->loop.ev, &l->input);
	printf("%u\n", c->port);
	fflush(stdout);
	return 0;
}

static void more_descriptors(void)
{
	struct rlimit r;

	if (!getrlimit(RLIMIT_NOFILE, &r)) {
		r.rlim_cur = r.rlim_max;
		setrlimit(RLIMIT_NOFILE, &r);
	}
}

int main(int argc, char **argv)
{
	static struct load l;

	if (argc != 6) {
		fprintf(stderr,
			"usage: %s ADDRESS:PORT PIN AGENTS USERS "
			"SOURCES\n",
			argv[0]);
		return 2;
	}
	more_descriptors();
	if (load_init(&l, argv))
		return 1;
	loop_run(&l.all.loop);
	/* The end of the process frees the rest. */
	for (unsigned i = 0; i < l.began; i++)
		guest_fini(&l.guest[i]);
	free(l.guest);
	tls_client_free(l.all.tls);
	loop_fini(&l.all.loop);
	return 0;
}
