/* SPDX-License-Identifier: BSD-2-Clause */
/* netns_test.c - a network of a process's own, as its programs and an agent see
 * it. */
#include "intercept/netns.h"

#include "base/addr.h"
#include "base/err.h"
#include "intercept/entry.h"
#include "intercept/inner.h"
#include "intercept/queue.h"
#include "intercept/run_sockets.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SOON_MS = 10000 };

/* A process that has entered, and dials what it is told to. */
struct inner {
	char folder[32];
	pid_t pid;
	int fd; /* a pair of sockets with it */
	struct entry entry;
	struct run_sockets sockets;
	int ends;
};

static unsigned number;

static void say(bool good, const char *what)
{
	printf("%s %u - %s\n", good ? "ok" : "not ok", ++number, what);
}

static int dial(const char *text)
{
	struct sockaddr_storage ss;
	struct addr a;
	socklen_t len;
	int fd, ret;

	if (addr_parse_port(&a, text))
		return EINVAL;
	len = addr_to_sa(&a, &ss);
	fd = socket(a.family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ret = connect(fd, (struct sockaddr *)&ss, len) ? errno : 0;
	close(fd);
	return ret;
}

/* Accepts one connection at this host; writes the port, then whom it is of. */
static void inner_listen(int out, const char *host)
{
	struct sockaddr_storage ss = { 0 };
	struct addr at;
	socklen_t len;
	int fd, ret = 0, got;

	if (addr_parse(&at, host, 0))
		_exit(1);
	len = addr_to_sa(&at, &ss);
	fd = socket(at.family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (!bind(fd, (struct sockaddr *)&ss, len) && !listen(fd, 1))
		ret = addr_local(fd).port;
	if (write(out, &ret, sizeof ret) < 0)
		_exit(1);
	len = sizeof ss;
	got = accept(fd, (struct sockaddr *)&ss, &len);
	at = addr_from_sa(&ss);
	if (write(out, &at, sizeof at) < 0)
		_exit(1);
	close(got);
	close(fd);
}

/* Dials each address that it reads, and writes the errno; or "listen HOST". */
static void inner_serve(int fd)
{
	char text[ADDR_TEXT];
	ssize_t n;

	while ((n = read(fd, text, sizeof text - 1)) > 0) {
		int ret;

		text[n] = 0;
		if (!strncmp(text, "listen ", 7)) {
			inner_listen(fd, text + 7);
			continue;
		}
		ret = dial(text);
		if (write(fd, &ret, sizeof ret) < 0)
			break;
	}
	_exit(0);
}

/* Its first answer: 0, or why there are no namespaces here. */
static int inner_start(struct inner *i)
{
	struct netns n = { .folder = i->folder };
	int pair[2], ret = -1;

	snprintf(i->folder, sizeof i->folder, "/tmp/netns-XXXXXX");
	if (!mkdtemp(i->folder) ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return -1;
	i->pid = fork();
	if (!i->pid) {
		close(pair[0]);
		ret = netns_enter(&n) ? -1 : n.hold == NFT_HOLD_NONE;
		if (ret < 0)
			printf("# %s\n", n.why);
		fflush(stdout);
		if (write(pair[1], &ret, sizeof ret) > 0 && ret >= 0)
			inner_serve(pair[1]);
		_exit(1);
	}
	close(pair[1]);
	i->fd = pair[0];
	return read(i->fd, &ret, sizeof ret) == sizeof ret ? ret : -1;
}

static void inner_dial(struct inner *i, const char *text)
{
	if (write(i->fd, text, strlen(text)) < 0)
		perror("# write");
}

static int inner_answer(struct inner *i)
{
	int ret = -1;

	return read(i->fd, &ret, sizeof ret) == sizeof ret ? ret : -1;
}

static bool comes(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, SOON_MS) == 1;
}

static bool is_caught(struct inner *i, const char *text, enum inner_mark mark)
{
	struct queue_packet q;
	char to[ADDR_TEXT];

	inner_dial(i, text);
	return comes(i->sockets.queue) && !queue_next(i->sockets.queue, &q) &&
	       q.is_syn && !strcmp(addr_str(&q.syn.to, to), text) &&
	       !queue_release(i->sockets.queue,
			      &(struct queue_verdict){ INNER_QUEUE, q.id,
						       mark });
}

/* The listener sees the address that was dialled. */
static void accepted(struct inner *i, const char *text, int listener)
{
	struct addr local = { 0 };
	char to[ADDR_TEXT];
	bool held = is_caught(i, text, INNER_CONNECTED);
	int fd = comes(listener) ? accept(listener, NULL, NULL) : -1;

	if (fd >= 0)
		local = addr_local(fd);
	say(held && !inner_answer(i), "a held connection is let go");
	say(fd >= 0 && !strcmp(addr_str(&local, to), text), text);
	close(fd);
}

static void refused(struct inner *i, const char *text)
{
	static const struct {
		enum inner_mark mark;
		int error;
	} of[] = {
		{ INNER_REFUSED, ECONNREFUSED },
		{ INNER_UNREACHABLE, EHOSTUNREACH },
		{ INNER_NO_ROUTE, ENETUNREACH },
	};

	for (size_t n = 0; n < sizeof of / sizeof of[0]; n++)
		say(is_caught(i, text, of[n].mark) &&
			    inner_answer(i) == of[n].error,
		    strerror(of[n].error));
}

static void reverse(struct inner *i, const char *server, const char *host)
{
	char text[ADDR_TEXT], want[ADDR_TEXT];
	struct addr from, to, seen = { 0 };
	int port, fd = -1;

	snprintf(text, sizeof text, "listen %s", host);
	inner_dial(i, text);
	port = inner_answer(i);
	if (!addr_parse_port(&from, server) &&
	    !addr_parse(&to, host, (uint16_t)port))
		fd = run_sockets_connect(&i->entry, &to, &from);
	say(fd >= 0 && read(i->fd, &seen, sizeof seen) == sizeof seen &&
		    !strcmp(addr_str(&seen, want), server),
	    "a server connects back, from its own address and port");
	close(fd);
}

static void ended(struct inner *i)
{
	union {
		struct inotify_event event;
		char bytes[256];
	} in;

	entry_leave_mounts(&i->entry);
	close(i->fd);
	say(comes(i->ends) && read(i->ends, &in, sizeof in) > 0 &&
		    in.event.mask & IN_UNMOUNT && in.event.wd == i->sockets.end,
	    "the end of the last process shows");
	waitpid(i->pid, NULL, 0);
}

static void show_all(struct inner *i)
{
	const struct run_place at = { i->folder, inotify_init1(IN_CLOEXEC) };
	bool good = !entry_open(&i->entry, i->pid) &&
		    !run_sockets_open(&i->sockets, &i->entry, &at);

	i->ends = at.ends;

	say(good, "an agent enters, and has its sockets");
	if (!good)
		return;
	accepted(i, "10.9.0.2:21", i->sockets.listen4);
	if (i->sockets.listen6 >= 0)
		accepted(i, "[fd09::2]:21", i->sockets.listen6);
	refused(i, "10.9.0.2:22");
	if (i->sockets.listen6 >= 0)
		refused(i, "[fd09::2]:22");
	reverse(i, "10.9.0.2:20", INNER_IPV4);
	reverse(i, "10.9.0.2:20", "127.0.0.1");
	if (i->sockets.listen6 >= 0)
		reverse(i, "[fd09::2]:20", INNER_IPV6);
	inner_dial(i, INNER_IPV4 ":4");
	say(inner_answer(i) == ECONNREFUSED, "nobody listens at its own");
	ended(i);
	run_sockets_close(&i->sockets);
	entry_close(&i->entry);
}

/* setns(2) lets nobody with several threads into a user namespace, and
 * ThreadSanitizer has one of its own, in children too. */
#if defined(__SANITIZE_THREAD__)
#define HAS_THREAD 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define HAS_THREAD 1
#endif
#endif
#ifndef HAS_THREAD
#define HAS_THREAD 0
#endif

int main(void)
{
	struct inner i = { .fd = -1 };
	struct entry own;
	int ret;

	/* A child would write what is still in the buffer once more. */
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (HAS_THREAD) {
		puts("ok 1 - netns # SKIP ThreadSanitizer has a thread\n1..1");
		return 0;
	}
	ret = inner_start(&i);

	say(entry_open(&own, getpid()) == ERR_SYS && errno == EINVAL,
	    "who has made nothing is not entered");
	if (ret)
		printf("ok 2 # SKIP %s\n",
		       ret < 0 ? "no namespaces here" : "no packet queue");
	else
		show_all(&i);
	rmdir(i.folder);
	printf("1..%u\n", ret ? 2 : number);
	return 0;
}
