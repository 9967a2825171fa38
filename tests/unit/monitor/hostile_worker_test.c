/* SPDX-License-Identifier: BSD-2-Clause */
/* hostile_worker_test.c - the monitor as it is, and below it a worker that was
 * taken over.
 *
 * The monitor starts its children from /proc/self/exe, which is this program:
 * be_child() plays the worker, and the aditd that takes over. */
#include "monitor/monitor.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "base/wire.h"
#include "control/control_socket.h"
#include "process/sanitized.h"
#include "policy/users.h"
#include "suite.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MANNER "ADIT_TEST_MANNER" /* of the worker */
#define REFUSES "\x1b[2Jno\xff"
#define REFUSES_AS_JSON "\\\\x1b[2Jno\\\\xff"

/* Of the monitor; a sanitizer keeps what is freed. */
#ifdef SANITIZED
#define PEAK_MAX SIZE_MAX
#else
#define PEAK_MAX (256u << 20)
#endif

/* ---- the worker --------------------------------------------------------------------- */

static void say(uint8_t type, uint32_t id, const char *text)
{
	struct msg m = { .type = type, .id = id };
	struct wr w = wr_of(m.data, sizeof m.data);

	wr_str16(&w, text);
	m.len = (size_t)(w.p - m.data);
	if (msg_send(FD_MAIN, &m))
		_exit(3);
}

/* As many `part` as the monitor would read. */
static void answer(uint32_t id, const char *head, const char *part,
		   const char *tail)
{
	struct msg m = { .type = MSG_CONTROL_REPLY, .id = id, .nfds = 1 };
	char *text = malloc(CONTROL_MAX);
	size_t n = strlen(head), k = strlen(part);

	if (!text)
		_exit(3);
	memcpy(text, head, n);
	for (; n + k + strlen(tail) <= CONTROL_MAX; n += k)
		memcpy(text + n, part, k);
	memcpy(text + n, tail, strlen(tail));
	m.fds[0] = msg_memfd("hostile", text, n + strlen(tail));
	free(text);
	if (m.fds[0] < 0 || msg_send(FD_MAIN, &m))
		_exit(3);
	close(m.fds[0]);
}

static void play(const struct msg *m, bool successor, unsigned conf)
{
	const char *manner = getenv(MANNER);

	if (m->type == MSG_CONF && successor) {
		struct msg willing = { .type = MSG_HANDOVER_READY };

		if (msg_send(FD_MAIN, &willing))
			_exit(3);
	} else if (m->type == MSG_CONF) {
		say(MSG_READY, m->id, conf > 1 ? REFUSES : "");
	} else if (m->type == MSG_HANDOVER_TO) {
		say(MSG_HANDOVER_FAILED, 0, REFUSES);
	} else if (m->type == MSG_CONTROL && !strcmp(manner, "many")) {
		answer(m->id, "{\"sessions\":[{}", ",{}", "]}");
	} else if (m->type == MSG_CONTROL && !strcmp(manner, "deep")) {
		answer(m->id, "{\"sessions\":[", "[", "");
	} else if (m->type == MSG_CONTROL) {
		answer(m->id, "{\"sessions\":[]", "         ", "}");
	} else if (m->type == MSG_DRAIN) {
		_exit(0);
	}
}

static void be_worker(void)
{
	static struct msg m;
	bool successor = false;
	unsigned conf = 0;

	while (!msg_recv(FD_MAIN, &m)) {
		successor |= m.type == MSG_HANDOVER_FROM;
		conf += m.type == MSG_CONF;
		msg_close_fds(&m);
		play(&m, successor, conf);
	}
	_exit(0);
}

static void be_other(void)
{
	struct msg m;

	while (!msg_recv(FD_NAMES, &m))
		msg_close_fds(&m);
	_exit(0);
}

static void __attribute__((constructor)) be_child(int argc, char **argv)
{
	log_start("aditd", LOG_INFO);
	if (!strcmp(argv[0], "aditd: worker"))
		be_worker();
	if (!strncmp(argv[0], "aditd: ", 7))
		be_other();
	if (!strcmp(argv[0], "aditd"))
		_exit(!strcmp(argv[1], "-c") && argc == 3 ?
			      monitor_main(argv[2], false) :
			      0);
}

/* ---- the monitor -------------------------------------------------------------------- */

static struct {
	char dir[64], file[128], control[128];
	pid_t pid;
	int log;
	struct buf text; /* of the log, until now */
} gw;

static void write_file(const char *name, const void *p, size_t n)
{
	char path[128];
	int fd;

	snprintf(path, sizeof path, "%s/%s", gw.dir, name);
	fd = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, p, n), (ssize_t)n);
	close(fd);
}

static unsigned free_port(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	socklen_t len = sizeof in;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&in, len), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&in, &len), 0);
	close(fd);
	return ntohs(in.sin_port);
}

static void make_files(void)
{
	static const char conf[] =
		"[server]\nuser = nobody\ncontrol = aditd.sock\n"
		"state_dir = state\n"
		"[gateway one]\nlisten = 127.0.0.1:%u\nusers = users\n"
		"certificate = cert.pem\nprivate_key = key.pem\n";
	struct buf cert = { 0 }, key = { 0 };
	char text[sizeof conf + 8];

	snprintf(gw.dir, sizeof gw.dir, "/tmp/adit-hostile-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(gw.dir));
	snprintf(gw.file, sizeof gw.file, "%s/aditd.ini", gw.dir);
	snprintf(gw.control, sizeof gw.control, "%s/aditd.sock", gw.dir);
	ck_assert_int_eq(tls_make_certificate("localhost", NULL, &cert, &key),
			 0);
	write_file("cert.pem", buf_ptr(&cert), buf_len(&cert));
	write_file("key.pem", buf_ptr(&key), buf_len(&key));
	write_file("users", "", 0);
	snprintf(text, sizeof text, conf, free_port());
	write_file("aditd.ini", text, strlen(text));
	buf_fini(&cert);
	buf_fini(&key);
}

/* Until the log has it. */
static void wait_for(const char *what)
{
	for (;;) {
		uint8_t *to = buf_reserve(&gw.text, 4096);
		ssize_t n;

		ck_assert_ptr_nonnull(to);
		to[0] = 0;
		if (strstr((char *)buf_ptr(&gw.text), what))
			return;
		n = read(gw.log, to, 4095);
		ck_assert_msg(n > 0, "the log ends without \"%s\": %s", what,
			      (char *)buf_ptr(&gw.text));
		buf_commit(&gw.text, (size_t)n);
	}
}

static void begin(const char *manner)
{
	int ends[2];

	make_files();
	setenv(MANNER, manner, 1);
	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	gw.pid = fork();
	ck_assert_int_ge(gw.pid, 0);
	if (gw.pid == 0) {
		dup2(ends[1], STDERR_FILENO);
		_exit(monitor_main(gw.file, false));
	}
	close(ends[1]);
	gw.log = ends[0];
	wait_for("listening on");
}

static void end(void)
{
	static const char *const names[] = {
		"aditd.ini",         "cert.pem",          "key.pem", "users",
		"state/logins.json", "state/address.key", "state"
	};
	char path[128];
	int status;

	kill(gw.pid, SIGTERM);
	ck_assert_int_eq(waitpid(gw.pid, &status, 0), gw.pid);
	ck_assert_int_eq(status, 0);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		snprintf(path, sizeof path, "%s/%s", gw.dir, names[i]);
		remove(path);
	}
	ck_assert_int_eq(rmdir(gw.dir), 0);
	/* Whatever the worker said. */
	wait_for("has ended");
	ck_assert_ptr_null(strchr((char *)buf_ptr(&gw.text), '\x1b'));
	close(gw.log);
	buf_fini(&gw.text);
}

/* As aditctl does it.  The answer is a line, in a buffer of this function. */
static const char *ask(const char *request)
{
	static char line[65536];
	int fd = control_socket_dial(gw.control);
	size_t at = 0;
	ssize_t n = 1;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(send(fd, request, strlen(request), MSG_NOSIGNAL),
			 (ssize_t)strlen(request));
	while (n > 0 && at < sizeof line - 1 && !memchr(line, '\n', at)) {
		n = recv(fd, line + at, sizeof line - 1 - at, 0);
		at += n > 0 ? (size_t)n : 0;
	}
	line[at] = 0;
	close(fd);
	return line;
}

/* Bytes that the monitor has had at most. */
static size_t peak(void)
{
	char path[64], line[200];
	size_t kib = 0;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/status", (int)gw.pid);
	f = fopen(path, "re");
	ck_assert_ptr_nonnull(f);
	while (fgets(line, sizeof line, f))
		if (!strncmp(line, "VmHWM:", 6))
			kib = strtoul(line + 6, NULL, 10);
	fclose(f);
	ck_assert_uint_gt(kib, 0);
	return kib << 10;
}

/* ---- tests -------------------------------------------------------------------------- */

static void refuses_answer(const char *manner)
{
	begin(manner);
	ck_assert_ptr_nonnull(
		strstr(ask("{\"command\": \"sessions\"}\n"), "not valid JSON"));
	ck_assert_uint_lt(peak(), PEAK_MAX);
	wait_for("is killed");
	wait_for("a new worker is ready");
	end();
}

START_TEST(answer_of_many)
{
	refuses_answer("many");
}
END_TEST

START_TEST(answer_of_depth)
{
	refuses_answer("deep");
}
END_TEST

START_TEST(answer_that_is_long)
{
	begin("long");
	ck_assert_str_eq(ask("{\"command\": \"sessions\"}\n"),
			 "{\"sessions\":[],\"draining\":false}\n");
	end();
}
END_TEST

START_TEST(refused_reload)
{
	begin("");
	ck_assert_ptr_nonnull(strstr(ask("{\"command\": \"reload\"}\n"),
				     "\"errors\":[\"" REFUSES_AS_JSON "\"]"));
	end();
}
END_TEST

START_TEST(refused_upgrade)
{
	const char *said;

	begin("");
	said = ask("{\"command\": \"upgrade\"}\n");
	ck_assert_msg(strstr(said, "still the old one"), "%s", said);
	end();
}
END_TEST

/* An upgrade with --force gets rid of such a worker. */
START_TEST(forced_upgrade)
{
	const char *said;

	begin("");
	said = ask("{\"command\": \"upgrade\", \"force\": true}\n");
	ck_assert_msg(strstr(said, "\"upgraded\":true"), "%s", said);
	ck_assert_msg(strstr(said, "sessions_lost"), "%s", said);
	wait_for("is killed");
	wait_for("a new worker is ready");
	end();
}
END_TEST

SUITE("monitor/hostile_worker", answer_of_many, answer_of_depth,
      answer_that_is_long, refused_reload, refused_upgrade, forced_upgrade)
