/* SPDX-License-Identifier: BSD-2-Clause */
/* log_relay.c - the process that sends the log of all others to journald or to
 * a syslog daemon. */
#include "process/log_relay.h"

#include "base/err.h"
#include "base/log.h"
#include "process/log_entry.h"
#include "process/log_receiver.h"
#include "process/msg.h"
#include "process/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

enum {
	CHUNK = 65536,    /* what is looked at at a time; a pipe's usual size */
	RETRY = 100,      /* ms between two tries to reach the receiver */
	TELL_AFTER = 500, /* ms, then the log says that there is no receiver */
	/* ms that it has for the rest when all others have ended */
	LAST_WAIT = 1000,
};

struct log_relay {
	struct log_receiver receiver;
	struct log_origin origin;
	int copy[2]; /* a pipe, for a look at what comes */
	char chunk[CHUNK + 1];
	size_t n;    /* bytes of `chunk` */
	size_t gone; /* of them, the first: not in the pipe any more */
	bool end;    /* nobody writes any more, and the pipe is empty */
	bool given_up;
	bool told;               /* that the receiver is not there */
	struct timespec waiting; /* since then for the receiver; or 0 */
	struct timespec ended;   /* when nobody wrote any more; or 0 */
	struct log_entry entry;
	char message[LOG_ENTRY_MAX];
};

/* ---- the pipe ------------------------------------------------------------ */

/* Takes bytes out of the pipe that `chunk` has already. */
static void relay_drop(struct log_relay *r, size_t upto)
{
	char bytes[4096];

	while (r->gone < upto) {
		ssize_t k = read(FD_MAIN, bytes,
				 MIN(upto - r->gone, sizeof bytes));

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			break;
		r->gone += (size_t)k;
	}
}

/* Waits for what is not in `chunk` yet, and adds a copy of it.  0 or ERR_SYS;
 * the end is `end`. */
static int relay_look(struct log_relay *r)
{
	size_t room = CHUNK - r->n;
	ssize_t k = tee(FD_MAIN, r->copy[1], room, 0), done;

	if (k < 0)
		return errno == EINTR ? 0 : ERR_SYS;
	r->end = k == 0;
	while (k > 0) {
		done = read(r->copy[0], r->chunk + r->n, (size_t)k);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return ERR_SYS;
		r->n += (size_t)done;
		k -= done;
	}
	return 0;
}

/* ---- the receiver -------------------------------------------------------- */

static struct timespec relay_now(clockid_t clock)
{
	struct timespec t = { 0 };

	(void)clock_gettime(clock, &t);
	return t;
}

/* ms since then; 0 if there was no such time, which becomes now. */
static long long relay_since(struct timespec *then)
{
	struct timespec now = relay_now(CLOCK_MONOTONIC);

	if (!then->tv_sec)
		*then = now;
	return (now.tv_sec - then->tv_sec) * 1000LL +
	       (now.tv_nsec - then->tv_nsec) / 1000000;
}

static size_t relay_compose(struct log_relay *r)
{
	return r->receiver.to.kind == LOG_TO_JOURNAL ?
		       log_entry_journal(r->message, &r->entry, &r->origin) :
		       log_entry_syslog(r->message, &r->entry, &r->origin);
}

/* Before a pause of RETRY: true if it is to be made. */
static bool relay_may_wait(struct log_relay *r, int error)
{
	char name[LOG_RECEIVER_NAME];

	if (r->ended.tv_sec && relay_since(&r->ended) > LAST_WAIT)
		return false;
	if (relay_since(&r->waiting) >= TELL_AFTER && !r->told) {
		r->told = true;
		log_msg(LOG_WARN, "log",
			"%s takes no lines: %s; they wait, and those that find "
			"no room are lost",
			log_receiver_name(&r->receiver.to, name),
			error ? strerror(error) : "it does not read");
	}
	return true;
}

/* A pause, shorter where the receiver has room again. */
static void relay_pause(struct log_relay *r, bool is_there)
{
	struct pollfd p[] = {
		{ .fd = is_there ? r->receiver.fd : -1, .events = POLLOUT },
		{ .fd = r->ended.tv_sec ? -1 : FD_MAIN },
	};

	if (poll(p, ARRAY_LEN(p), RETRY) > 0 && p[1].revents & POLLHUP)
		(void)relay_since(&r->ended);
}

/* Gives the message to the receiver.  False: it has not come back in time,
 * while all others have ended. */
static bool relay_deliver(struct log_relay *r, size_t n)
{
	int e;

	while ((e = log_receiver_send(&r->receiver, r->message, n))) {
		if (!relay_may_wait(r, e == ERR_AGAIN ? 0 : errno))
			return false;
		relay_pause(r, e == ERR_AGAIN);
	}
	return true;
}

/* The receiver is back: it, and standard error, hear how long it was away. */
static void relay_tell_back(struct log_relay *r)
{
	char name[LOG_RECEIVER_NAME];
	struct timespec now = relay_now(CLOCK_REALTIME);
	double seconds = (double)relay_since(&r->waiting) / 1000;
	char text[256];
	int n;

	r->waiting = (struct timespec){ 0 };
	if (!r->told)
		return;
	r->told = false;
	log_receiver_name(&r->receiver.to, name);
	log_msg(LOG_INFO, "log", "%s takes lines again, after %.1f s", name,
		seconds);
	n = snprintf(text, sizeof text,
		     "<4 %lld.%06ld>warning: log: %s took no lines for %.1f s",
		     (long long)now.tv_sec, now.tv_nsec / 1000, name, seconds);
	log_entry_read(&r->entry, text, (size_t)n, &now);
	if (log_receiver_send(&r->receiver, r->message, relay_compose(r)))
		log_receiver_close(&r->receiver);
}

/* ---- lines --------------------------------------------------------------- */

/* One line, chunk[from, from + n), without its line break. */
static bool relay_line(struct log_relay *r, size_t from, size_t n)
{
	struct timespec now = relay_now(CLOCK_REALTIME);
	char next = r->chunk[from + n];

	if (!n)
		return true;
	r->chunk[from + n] = 0;
	log_entry_read(&r->entry, r->chunk + from, n, &now);
	r->chunk[from + n] = next;
	if (!relay_deliver(r, relay_compose(r)))
		return false;
	if (r->waiting.tv_sec)
		relay_tell_back(r);
	return true;
}

/* The length of the next line behind `from`, which may be a piece of one; -1:
 * the rest of it is still to come. */
static ssize_t relay_next(const struct log_relay *r, size_t from)
{
	size_t n = MIN(r->n - from, (size_t)LOG_ENTRY_LINE);
	const char *end = memchr(r->chunk + from, '\n', n);

	if (end)
		return end - (r->chunk + from);
	return n == LOG_ENTRY_LINE || (r->end && n) ? (ssize_t)n : -1;
}

/* Sends all whole lines of `chunk`; what is left moves to its beginning. */
static void relay_lines(struct log_relay *r)
{
	size_t from = 0;
	ssize_t n;

	while (!r->given_up && (n = relay_next(r, from)) >= 0) {
		r->given_up = !relay_line(r, from, (size_t)n);
		from += (size_t)n;
		from += from < r->n && r->chunk[from] == '\n';
		if (!r->given_up)
			relay_drop(r, from);
	}
	/* Else the pipe would be readable although nothing has come. */
	if (!from && !r->end)
		relay_drop(r, r->n);
	memmove(r->chunk, r->chunk + from, r->n - from);
	r->n -= from;
	r->gone -= MIN(r->gone, from);
}

static int relay_run(struct log_relay *r)
{
	int e = 0;

	while (!e && !r->end && !r->given_up) {
		/* What is still in the pipe is looked at again. */
		r->n = r->gone;
		e = relay_look(r);
		if (!e)
			relay_lines(r);
	}
	if (e)
		log_msg(LOG_ERROR, "log", "the log cannot be read: %s",
			strerror(errno));
	if (r->given_up)
		log_msg(LOG_WARN, "log",
			"the last lines are lost: their receiver is not there");
	return e;
}

int log_relay_main(void)
{
	const char *to = getenv(LOG_RELAY_TO);
	struct log_relay *r = calloc(1, sizeof *r);
	int e = ERR_NOMEM;

	if (!r)
		return 1;
	r->receiver.fd = -1;
	r->origin.pid = getppid();
	if (gethostname(r->origin.host, sizeof r->origin.host - 1))
		r->origin.host[0] = 0;
	e = to ? log_to_parse(&r->receiver.to, to) : ERR_INVAL;
	if (!e && pipe2(r->copy, O_CLOEXEC))
		e = ERR_SYS;
	/* Must not be killed when the monitor ends, whose last lines are still
	 * in the pipe. */
	if (!e && prctl(PR_SET_PDEATHSIG, 0))
		e = ERR_SYS;
	if (!e)
		e = sandbox_enter(SANDBOX_LOG);
	if (!e)
		e = relay_run(r);
	log_receiver_close(&r->receiver);
	free(r);
	return e ? 1 : 0;
}
