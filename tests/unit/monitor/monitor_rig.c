/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_rig.c - a monitor without processes, sockets of aditctl, and time. */
#include "monitor_rig.h"

#include "base/err.h"
#include "base/log.h"
#include "monitor/change.h"
#include "monitor/monitor_codes.h"
#include "monitor/monitor_pages.h"
#include "process/child.h"

#include <check.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

struct rig rig;

/* ---- in place of process/child.c ---------------------------------------------------- */

enum { NO_PID = 1 << 22 }; /* pid_max is never more */

int child_pair(int *ours, int *theirs)
{
	int fd[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK,
		       0, fd))
		return ERR_SYS;
	*ours = fd[0];
	*theirs = fd[1];
	return 0;
}

pid_t child_start(const struct child *c)
{
	struct rig_child *to = &rig.child[rig.nchildren];

	if (rig.on_start)
		rig.on_start();
	if (rig.no_children)
		return -1;
	ck_assert_uint_lt(rig.nchildren, RIG_CHILDREN);
	snprintf(to->role, sizeof to->role, "%s", c->role);
	for (int i = 0; i < CHILD_FDS; i++)
		to->fd[i] = c->fd[i] < 0 ? -1 :
					   fcntl(c->fd[i], F_DUPFD_CLOEXEC, 3);
	to->pid = rig.forks ? fork() : NO_PID + 1 + (pid_t)rig.nchildren;
	while (!to->pid)
		pause();
	rig.nchildren++;
	return to->pid;
}

const char *child_status(int status, char *dst, size_t cap)
{
	snprintf(dst, cap, "status %d", status);
	return dst;
}

int child_may_run(char *why, size_t cap)
{
	snprintf(why, cap, "may not execute it");
	return rig.may_run ? 0 : ERR_DENIED;
}

/* ---- in place of control/control_server.c ------------------------------------------- */

struct control_server {
	char unused;
};
static struct control_server server;

struct control_server *control_server_new(const struct control_server_conf *c,
					  char *why, size_t cap)
{
	snprintf(why, cap, "no socket at %s", c->path);
	return rig.no_control ? NULL : &server;
}

void control_server_reply(struct control_server *s, uint32_t client,
			  json_t *reply)
{
	ck_assert_uint_lt(client, RIG_CLIENTS);
	free(rig.reply[client]);
	rig.reply[client] = s && reply ? json_dumps(reply, JSON_COMPACT) : NULL;
	rig.replies++;
	json_decref(reply);
}

json_t *control_server_error(const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	return json_pack("{s:s}", "error", text);
}

void control_server_free(struct control_server *s)
{
	rig.control_closed |= s != NULL;
}

int control_server_fd(const struct control_server *s)
{
	(void)s;
	return -1;
}

int control_server_client_fd(struct control_server *s, uint32_t client)
{
	(void)s;
	(void)client;
	return -1;
}

uint32_t control_server_adopt(struct control_server *s, int fd)
{
	(void)s;
	return (uint32_t)fd;
}

/* ---- its files ---------------------------------------------------------------------- */

static void write_bytes(const char *name, const void *p, size_t n)
{
	char path[128];
	int fd;

	snprintf(path, sizeof path, "%s/%s", rig.dir, name);
	fd = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, p, n), (ssize_t)n);
	close(fd);
}

void rig_write(const char *name, const char *text)
{
	write_bytes(name, text, strlen(text));
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

void rig_configure(const char *more)
{
	char text[4096];

	snprintf(text, sizeof text,
		 "[gateway one]\nlisten = 127.0.0.1:%u\nusers = users\n"
		 "certificate = cert.pem\nprivate_key = key.pem\n"
		 "[server]\nuser = nobody\ncontrol = aditd.sock\n%s",
		 rig.port, more);
	rig_write("aditd.ini", text);
}

static void make_files(const char *more)
{
	/* Made once for all tests of a program. */
	static struct buf cert, key;

	snprintf(rig.dir, sizeof rig.dir, "/tmp/adit-monitor-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(rig.dir));
	snprintf(rig.file, sizeof rig.file, "%s/aditd.ini", rig.dir);
	if (!buf_len(&cert))
		ck_assert_int_eq(tls_make_certificate("localhost", NULL, &cert,
						      &key),
				 0);
	write_bytes("cert.pem", buf_ptr(&cert), buf_len(&cert));
	write_bytes("key.pem", buf_ptr(&key), buf_len(&key));
	rig_write("users", "alice:!:staff\n");
	rig_configure(more);
}

static void drop_files(void)
{
	static const char *const name[] = {
		"aditd.ini", "cert.pem", "key.pem", "users", "other", "metrics"
	};
	char path[128];

	for (size_t i = 0; i < ARRAY_LEN(name); i++) {
		snprintf(path, sizeof path, "%s/%s", rig.dir, name[i]);
		unlink(path);
	}
	ck_assert_int_eq(rmdir(rig.dir), 0);
}

/* ---- start and end ------------------------------------------------------- */

static void read_config(struct monitor *m)
{
	struct monitor_listeners none = { 0 };
	struct conf_errors e = { .file = m->file };
	struct conf_errors warn = { .file = m->file };

	ck_assert_msg(!monitor_config_read(&m->now.config, &e, &warn), "%s",
		      e.text[0]);
	m->first = gw_conf_ref(m->now.config->conf);
	ck_assert_msg(!monitor_listeners_open(&m->now.listeners, &none,
					      m->now.config->conf, &e),
		      "%s", e.text[0]);
}

void rig_init(const char *more)
{
	struct monitor *m = &rig.m;

	rig = (struct rig){ 0 };
	rig.log = memfd_create("log", MFD_CLOEXEC);
	ck_assert_int_ge(dup2(rig.log, STDERR_FILENO), 0);
	log_start("aditd", LOG_DEBUG);
	rig.port = free_port();
	make_files(more);
	m->file = rig.file;
	m->program = "/nonexistent/aditd";
	m->loop = ev_default_loop(EVBACKEND_EPOLL | EVFLAG_NOENV);
	m->control = &server;
	m->handover.sock = -1;
	read_config(m);
	m->auth = auth_new(&(struct auth_conf){
		.loop = m->loop,
		.user = &m->checker_user,
		.stamp_key = m->stamp_key,
		.change = &change_ops,
	});
	monitor_serve_init(m);
	monitor_codes_init(m);
	m->names = resolver_side_new(&(struct resolver_side_conf){
		.loop = m->loop,
		.user = &m->resolver_user,
		.found = monitor_why_found,
		.ctx = m,
	});
	m->web = web_side_new(&(struct web_side_conf){
		.loop = m->loop,
		.user = &m->web_user,
		.listeners = &m->now.web,
		.asked = monitor_web_asked,
		.has_pages = monitor_pages_are,
		.started = monitor_pages_started,
		.said = monitor_pages_said,
		.ctx = m,
	});
	m->pages = monitor_pages_new(m);
	ck_assert(m->auth && m->names && m->web && m->pages);
	monitor_worker_init(m);
	monitor_reload_init(m);
}

void rig_fini(void)
{
	struct monitor *m = &rig.m;

	monitor_upgrade_drop(m);
	for (size_t i = 0; i < ARRAY_LEN(m->sides); i++)
		if (m->sides[i].pid) {
			m->ending = true;
			rig_ends(&m->sides[i], 0);
		}
	if (m->handover.sock >= 0)
		close(m->handover.sock);
	auth_free(m->auth);
	resolver_side_free(m->names);
	web_side_free(m->web);
	monitor_pages_free(m->pages);
	running_fini(&m->reload.next);
	free(m->reload.warn);
	running_fini(&m->now);
	gw_conf_unref(m->first);
	ev_loop_destroy(m->loop);
	for (unsigned i = 0; i < rig.nchildren; i++)
		for (int k = 0; k < CHILD_FDS; k++)
			if (rig.child[i].fd[k] >= 0)
				close(rig.child[i].fd[k]);
	for (size_t i = 0; i < RIG_CLIENTS; i++)
		free(rig.reply[i]);
	close(rig.log);
	drop_files();
}

/* ---- workers ------------------------------------------------------------------------ */

struct rig_child *rig_worker(const struct worker_side *w)
{
	for (unsigned i = 0; i < rig.nchildren; i++)
		if (w->pid && rig.child[i].pid == w->pid)
			return &rig.child[i];
	ck_abort_msg("the side has no process");
	return NULL;
}

struct rig_child *rig_resolver(void)
{
	for (unsigned i = rig.nchildren; i; i--)
		if (!strcmp(rig.child[i - 1].role, "aditd: resolver"))
			return &rig.child[i - 1];
	ck_abort_msg("no resolver was started");
	return NULL;
}

int rig_hears(struct rig_child *c, struct msg *msg)
{
	int r = msg_recv(c->fd[0], msg);

	if (r)
		return -1;
	msg_close_fds(msg);
	return msg->type;
}

void rig_says(struct rig_child *c, uint8_t type, uint32_t id, const char *text)
{
	struct msg msg = { .type = type, .id = id };

	if (text)
		msg_put_text(&msg, text);
	ck_assert_int_eq(msg_send(c->fd[0], &msg), 0);
}

void rig_replies(struct rig_child *c, uint32_t id, const char *json)
{
	struct msg msg = { .type = MSG_CONTROL_REPLY, .id = id, .nfds = 1 };

	msg.fds[0] = msg_memfd("reply", json, strlen(json));
	ck_assert_int_ge(msg.fds[0], 0);
	ck_assert_int_eq(msg_send(c->fd[0], &msg), 0);
	close(msg.fds[0]);
}

void rig_turn(void)
{
	for (size_t i = 0; i < ARRAY_LEN(rig.m.sides); i++) {
		struct worker_side *w = &rig.m.sides[i];

		if (ev_is_active(&w->on_main))
			ev_feed_event(rig.m.loop, &w->on_main, EV_READ);
		ev_invoke_pending(rig.m.loop);
	}
}

void rig_ends(struct worker_side *w, int status)
{
	struct rig_child *c = rig_worker(w);

	for (int i = 0; i < CHILD_FDS; i++) {
		if (c->fd[i] >= 0)
			close(c->fd[i]);
		c->fd[i] = -1;
	}
	w->on_child.rstatus = status;
	ck_assert(ev_is_active(&w->on_child));
	ev_feed_event(rig.m.loop, &w->on_child, EV_CHILD);
	ev_invoke_pending(rig.m.loop);
}

void rig_limit(ev_timer *t)
{
	ck_assert(ev_is_active(t));
	ev_timer_stop(rig.m.loop, t);
	ev_feed_event(rig.m.loop, t, EV_TIMER);
	ev_invoke_pending(rig.m.loop);
}

struct rig_child *rig_start(void)
{
	static struct msg msg;
	struct rig_child *c;

	monitor_worker_start(&rig.m);
	c = rig_worker(rig.m.worker);
	ck_assert_int_eq(rig_hears(c, &msg), MSG_PLUGINS);
	ck_assert_int_eq(rig_hears(c, &msg), MSG_CONF);
	rig_says(c, MSG_READY, msg.id, "");
	rig_turn();
	ck_assert(worker_side_is_ready(rig.m.worker));
	return c;
}

/* ---- aditctl and log ---------------------------------------------------------------- */

const char *rig_reply(uint32_t client)
{
	return rig.reply[client] ? rig.reply[client] : "";
}

void rig_ask(uint32_t client, const char *request)
{
	json_t *o = json_loads(request, 0, NULL);

	ck_assert_ptr_nonnull(o);
	free(rig.reply[client]);
	rig.reply[client] = NULL;
	monitor_control_on(&rig.m, client, o);
	json_decref(o);
}

bool rig_logged(const char *text)
{
	off_t n = lseek(rig.log, 0, SEEK_CUR);
	char *all = calloc(1, (size_t)n + 1);
	bool found;

	ck_assert_ptr_nonnull(all);
	ck_assert_int_eq(pread(rig.log, all, (size_t)n, 0), n);
	found = strstr(all, text);
	free(all);
	ck_assert_int_eq(ftruncate(rig.log, 0), 0);
	lseek(rig.log, 0, SEEK_SET);
	return found;
}
