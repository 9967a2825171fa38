/* SPDX-License-Identifier: BSD-2-Clause */
/* link.c - a link of any delay, rate, queue and loss, between two TUN devices.
 *
 *   link FD FD [delay=MS] [rate=MBIT] [rate_back=MBIT] [queue=BYTES]
 *       [loss=SHARE] [seed=N] [there=BYTES] [back=BYTES]
 *
 * Packets longer than `there` vanish on the way from the first to the second
 * device, those longer than `back` on the other; 0: all pass.  The way back
 * has the same rate unless rate_back says another one.
 *
 * The devices are open already (tests/e2e/lib/linked.py makes them, each in a
 * network namespace of its own), and are gone when this program is.  Each way
 * is the same: a queue that drops what does not fit, a transmitter, and a
 * cable.  Commands on standard input, a line each: cut, uncut, any option as
 * above, and stat, which is answered by a line for each way.  Its end ends the
 * program. */
#include "base/defs.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum {
	PACKET_MAX = 65536,
	GULP = 64,     /* packets read between two looks */
	URGENCY = -10, /* late packets spoil a measurement */
};

struct packet {
	struct packet *next;
	uint64_t due; /* when it has arrived */
	size_t len;
	uint8_t data[];
};

struct way {
	int from, to;
	const double *most; /* bytes of a packet; 0: any number */
	const double *rate; /* Mbit/s; 0: g.rate */
	struct packet *first, **last;
	uint64_t free_at; /* when the transmitter is idle again */
	uint64_t packets, bytes, dropped, lost, longest;
};

static struct {
	double delay, rate, rate_back, queue, loss, seed, there, back;
	bool cut;
} g = { .rate = 1000, .queue = 1e9, .seed = 1 };

static const struct option {
	const char *name;
	double *value;
} options[] = {
	{ "delay", &g.delay }, { "rate", &g.rate },
	{ "queue", &g.queue }, { "loss", &g.loss },
	{ "seed", &g.seed },   { "there", &g.there },
	{ "back", &g.back },   { "rate_back", &g.rate_back },
};

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* xorshift64: the same losses for the same seed and the same packets. */
static double chance(void)
{
	static uint64_t x;

	if (!x)
		x = (uint64_t)g.seed * 0x9e3779b97f4a7c15 | 1;
	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return (double)(x >> 11) / 9007199254740992.0;
}

/* ---- a way ------------------------------------------------------------------- */

static void enter(struct way *w, const uint8_t *data, size_t len, uint64_t now)
{
	double ns_per_byte = 8000 / (*w->rate > 0 ? *w->rate : g.rate);
	uint64_t start = MAX(w->free_at, now), wait = start - now;
	struct packet *p;

	if ((double)wait / ns_per_byte + (double)len > g.queue) {
		w->dropped++;
		return;
	}
	p = malloc(sizeof *p + len);
	if (!p)
		return;
	w->longest = MAX(w->longest, wait);
	w->free_at = start + (uint64_t)(ns_per_byte * (double)len);
	*p = (struct packet){
		.due = w->free_at + (uint64_t)(g.delay * 1e6),
		.len = len,
	};
	memcpy(p->data, data, len);
	*w->last = p;
	w->last = &p->next;
}

static void take(struct way *w)
{
	static uint8_t data[PACKET_MAX];
	ssize_t n;

	for (int i = 0; i < GULP; i++) {
		n = read(w->from, data, sizeof data);
		if (n <= 0)
			return;
		enter(w, data, (size_t)n, now_ns());
	}
}

static void arrive(struct way *w, const struct packet *p)
{
	bool fits = !(*w->most > 0) || (double)p->len <= *w->most;

	if (g.cut || !fits || (g.loss > 0 && chance() < g.loss)) {
		w->lost++;
		return;
	}
	if (write(w->to, p->data, p->len) < 0)
		return; /* an end that is down */
	w->packets++;
	w->bytes += p->len;
}

static void deliver(struct way *w)
{
	struct packet *p;

	while ((p = w->first) && p->due <= now_ns()) {
		w->first = p->next;
		if (!w->first)
			w->last = &w->first;
		arrive(w, p);
		free(p);
	}
}

static void empty(struct way *w)
{
	struct packet *p;

	while ((p = w->first)) {
		w->first = p->next;
		free(p);
	}
}

/* ---- commands ------------------------------------------------------------------ */

static bool set(const char *word)
{
	size_t n = strcspn(word, "=");
	char *end;

	for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
		if (strlen(options[i].name) != n || word[n] != '=' ||
		    strncmp(options[i].name, word, n))
			continue;
		*options[i].value = strtod(word + n + 1, &end);
		return end > word + n + 1 && !*end && *options[i].value >= 0;
	}
	return false;
}

static void say_stat(struct way *w)
{
	printf("%llu packets %llu bytes %llu dropped %llu lost %.1f ms queued\n",
	       (unsigned long long)w->packets, (unsigned long long)w->bytes,
	       (unsigned long long)w->dropped, (unsigned long long)w->lost,
	       (double)w->longest / 1e6);
	fflush(stdout);
	w->packets = w->bytes = w->dropped = w->lost = w->longest = 0;
}

static void obey(const char *line, struct way ways[2])
{
	if (!strcmp(line, "cut"))
		g.cut = true;
	else if (!strcmp(line, "uncut"))
		g.cut = false;
	else if (!strcmp(line, "stat"))
		for (int i = 0; i < 2; i++)
			say_stat(&ways[i]);
	else if (!set(line))
		fprintf(stderr, "link: no command: %s\n", line);
}

/* False at the end of input. */
static bool listen_to(int fd, struct way ways[2])
{
	char text[256], *line, *rest = NULL;
	ssize_t n = read(fd, text, sizeof text - 1);

	if (n <= 0)
		return false;
	text[n] = 0;
	for (line = strtok_r(text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest))
		obey(line, ways);
	return true;
}

/* ---- both ways ------------------------------------------------------------------ */

/* Until the next packet is due; for ever when none is on its way. */
static struct timespec *until_due(const struct way ways[2], struct timespec *t)
{
	uint64_t at = UINT64_MAX, now;

	for (int i = 0; i < 2; i++)
		if (ways[i].first)
			at = MIN(at, ways[i].first->due);
	if (at == UINT64_MAX)
		return NULL;
	now = now_ns();
	at = at > now ? at - now : 0;
	*t = (struct timespec){ (time_t)(at / 1000000000),
				(long)(at % 1000000000) };
	return t;
}

static void run(struct way ways[2])
{
	struct pollfd p[3] = {
		{ ways[0].from, POLLIN, 0 },
		{ ways[1].from, POLLIN, 0 },
		{ STDIN_FILENO, POLLIN, 0 },
	};
	struct timespec t;

	for (;;) {
		if (ppoll(p, 3, until_due(ways, &t), NULL) < 0 &&
		    errno != EINTR)
			return;
		for (int i = 0; i < 2; i++) {
			if (p[i].revents)
				take(&ways[i]);
			deliver(&ways[i]);
		}
		if (p[2].revents && !listen_to(STDIN_FILENO, ways))
			return;
	}
}

int main(int argc, char **argv)
{
	struct way ways[2] = { 0 };

	for (int i = 3; i < argc; i++)
		if (!set(argv[i]))
			argc = 0;
	if (argc < 3 || g.rate <= 0) {
		fprintf(stderr, "usage: link FD FD [delay=MS] [rate=MBIT] "
				"[rate_back=MBIT] [queue=BYTES] [loss=SHARE] "
				"[seed=N] [there=BYTES] [back=BYTES]\n");
		return 2;
	}
	for (int i = 0; i < 2; i++) {
		ways[i].from = (int)strtol(argv[1 + i], NULL, 10);
		ways[i].to = (int)strtol(argv[2 - i], NULL, 10);
		ways[i].last = &ways[i].first;
		ways[i].most = i ? &g.back : &g.there;
		ways[i].rate = i ? &g.rate_back : &g.rate;
	}
	/* Packets are due to the microsecond. */
	prctl(PR_SET_TIMERSLACK, 1000);
	setpriority(PRIO_PROCESS, 0, URGENCY);
	run(ways);
	for (int i = 0; i < 2; i++)
		empty(&ways[i]);
	return 0;
}
