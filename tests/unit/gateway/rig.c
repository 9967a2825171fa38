/* SPDX-License-Identifier: BSD-2-Clause */
/* rig.c - one shard without a thread, a process, a network or a clock. */
#include "gateway/rig.h"

#include "base/err.h"
#include "base/log.h"
#include "base/wire.h"
#include "gateway/lookup.h"
#include "gateway/quota.h"
#include "net/sock.h"
#include "plugin/conf.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PLACES = 1000, MEMORY = 64 << 20 };

struct rig rig;

const char rig_conf[] =
	"[server]\n"
	"[gateway main]\nlisten = 127.0.0.1:1\ncertificate = c\n"
	"private_key = k\nusers = users\ngroups = all\n"
	"resume_grace = 100s\nidle_timeout = 300s\nsession_lifetime = 1h\n"
	"keep_alive = no\n"
	"[resource echo]\nhost = 127.0.0.1, 127.0.0.2\nport = 7\n"
	"names = *.corp.example\n"
	"[resource name]\nhost = server.example\nport = 80\n"
	"[resource any]\nhost = any\nport = 9\nallow = 10.0.0.0/8\n"
	"[group all]\nusers = alice, bob\nresources = echo, name, any\n";

static struct plugin *plugin; /* of the resources that name one */

/* ---- in the place of what leaves the data side ------------------------- */

uint64_t __wrap_loop_now_us(const struct loop *);
int64_t __wrap_clock_calendar(void);
void __wrap_log_audit(const char *fmt, ...) PRINTF(1, 2);
void __wrap_log_msg(enum log_level level, const char *who, const char *fmt, ...)
	PRINTF(3, 4);
int __wrap_tcp_connect_small(const struct addr *to, int segment);
int __wrap_tcp_connected(int fd, const struct addr *to);
void __wrap_tunnel_up(struct tunnel *, int fd, struct tls *);
void __wrap_tunnel_cut(struct tunnel *);
void __wrap_tunnel_leave(struct tunnel *);
void __wrap_tunnel_leave_for_good(struct tunnel *);
void __wrap_tunnel_wake(struct tunnel *);
void __wrap_tunnel_fini(struct tunnel *);
int __wrap_tls_exporter(struct tls *, uint8_t out[TLS_EXPORTER]);
int __wrap_tls_send(struct tls *, const uint8_t *p, size_t n);
void __wrap_tls_bye(struct tls *);
void __wrap_tls_free(struct tls *);
struct buf *__wrap_tls_output(struct tls *);
const char *__wrap_tls_key_exchange(const struct tls *);

uint64_t __wrap_loop_now_us(const struct loop *l)
{
	(void)l;
	return rig.now_us;
}

int64_t __wrap_clock_calendar(void)
{
	return rig.calendar;
}

static void PRINTF(1, 0) say(const char *fmt, va_list ap)
{
	size_t left = sizeof rig.said - rig.nsaid;
	int n = vsnprintf(rig.said + rig.nsaid, left, fmt, ap);

	ck_assert_int_ge(n, 0);
	/* The oldest lines make room. */
	if ((size_t)n + 2 > left) {
		rig_hush();
		return;
	}
	rig.nsaid += (size_t)n;
	memcpy(rig.said + rig.nsaid++, "\n", 2);
}

void __wrap_log_audit(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
}

void __wrap_log_msg(enum log_level level, const char *who, const char *fmt, ...)
{
	va_list ap;

	rig.level = level;
	ck_assert(!who || strlen(who) < WHO_TEXT);
	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
}

bool rig_said(const char *text)
{
	return strstr(rig.said, text);
}

void rig_hush(void)
{
	rig.nsaid = 0;
	rig.said[0] = 0;
}

static void connect_tcp(int fd[2])
{
	struct pollfd ready = { .events = POLLIN };
	struct sockaddr_storage to;
	struct addr at;
	socklen_t len;

	ck_assert(!addr_parse(&at, "127.0.0.1", 0));
	ready.fd = tcp_listen(&at, 1, false);
	ck_assert_int_ge(ready.fd, 0);
	at = addr_local(ready.fd);
	len = addr_to_sa(&at, &to);
	fd[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert(!connect(fd[0], (struct sockaddr *)&to, len));
	ck_assert(!fcntl(fd[0], F_SETFL, O_NONBLOCK));
	ck_assert_int_eq(poll(&ready, 1, 5000), 1);
	fd[1] = tcp_accept(ready.fd, &at);
	ck_assert_int_ge(fd[1], 0);
	close(ready.fd);
}

/* One end of a pair is what a server would be. */
int __wrap_tcp_connect_small(const struct addr *to, int segment)
{
	int fd[2];

	(void)segment;
	rig.dialled = *to;
	errno = rig.connect_errno;
	if (errno)
		return -1;
	if (rig.tcp)
		connect_tcp(fd);
	else
		ck_assert(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0,
				      fd));
	if (rig.server >= 0)
		close(rig.server);
	rig.server = fd[1];
	return fd[0];
}

/* As across a network. */
int __wrap_tcp_connected(int fd, const struct addr *to)
{
	(void)fd;
	(void)to;
	return EALREADY;
}

void __wrap_tunnel_up(struct tunnel *t, int fd, struct tls *tls)
{
	(void)tls;
	ck_assert(!t->up);
	t->up = true;
	t->conn.fd = fd;
}

/* As the real one, which does not call `down` either. */
void __wrap_tunnel_cut(struct tunnel *t)
{
	if (!t->up)
		return;
	t->up = false;
	close(t->conn.fd);
	session_detach(t->session);
	task_defer(t->loop, &t->task);
}

/* Whoever leaves is gone when rig_down says so. */
void __wrap_tunnel_leave(struct tunnel *t)
{
	(void)t;
}

void __wrap_tunnel_leave_for_good(struct tunnel *t)
{
	(void)t;
}

void __wrap_tunnel_wake(struct tunnel *t)
{
	task_defer(t->loop, &t->task);
}

void __wrap_tunnel_fini(struct tunnel *t)
{
	__wrap_tunnel_cut(t);
	task_cancel(&t->task);
}

/* Both ends of a TLS connection have the same. */
int __wrap_tls_exporter(struct tls *tls, uint8_t out[TLS_EXPORTER])
{
	(void)tls;
	memset(out, 5, TLS_EXPORTER);
	return 0;
}

/* The one thing that goes this way is the refusal of an ATTACH. */
int __wrap_tls_send(struct tls *tls, const uint8_t *p, size_t n)
{
	struct goodbye bye;

	(void)tls;
	ck_assert(!unpack_goodbye(&bye, p + FRAME_HEADER, n - FRAME_HEADER));
	rig.refused = bye.leave;
	return 0;
}

void __wrap_tls_bye(struct tls *tls)
{
	(void)tls;
}

void __wrap_tls_free(struct tls *tls)
{
	(void)tls;
}

struct buf *__wrap_tls_output(struct tls *tls)
{
	static struct buf none;

	(void)tls;
	return &none;
}

const char *__wrap_tls_key_exchange(const struct tls *tls)
{
	(void)tls;
	return "";
}

/* ---- the front --------------------------------------------------------- */

static void on_news(struct mail *mail)
{
	struct mail_news *m = container_of(mail, struct mail_news, mail);

	rig.news[m->news]++;
	rig.news_about = m->session;
	free(m);
}

static void on_report(struct mail *mail)
{
	struct mail_report *m = container_of(mail, struct mail_report, mail);

	json_decref(rig.part);
	rig.part = m->part;
	free(m);
}

static void on_drained(struct mail *mail)
{
	struct mail_drained *m = container_of(mail, struct mail_drained, mail);

	ck_assert_uint_eq(m->shard, 0);
	rig.drained++;
	free(m);
}

static void on_code(struct mail *mail)
{
	struct mail_code *m = container_of(mail, struct mail_code, mail);

	rig.questions++;
	rig.question = *m;
	free(m);
}

static const struct front_ops front_ops = { on_news, on_report, on_drained,
					    on_code };

void rig_turn(void)
{
	for (int i = 0; i < 3; i++)
		ev_run(rig.shard->loop.ev, EVRUN_NOWAIT);
	ev_run(rig.front.ev, EVRUN_NOWAIT);
}

/* ---- the configuration ------------------------------------------------- */

static void add_handler(struct worker_config *config, size_t i)
{
	const struct gw_resource *r = &config->conf->resources[i];
	struct conf_errors e = { .file = "/x/aditd.ini" };

	config->wire[i] = ++config->last_wire;
	if (!r->plugin_name)
		return;
	config->handlers[i].plugin = plugin;
	config->handlers[i].conf = plugin_conf_new(plugin, NULL, &r->options,
						   &e);
	ck_assert_msg(config->handlers[i].conf, "%s", e.text[0]);
}

static struct worker_config *make_conf(const char *text)
{
	struct conf_errors e = { .file = "/x/aditd.ini" };
	struct worker_config *config = calloc(1, sizeof *config);

	ck_assert_ptr_nonnull(config);
	config->refs = 1;
	config->conf = gw_conf_parse(text, strlen(text), &e, NULL);
	ck_assert_msg(config->conf, "%s", e.text[0]);
	config->handlers = calloc(config->conf->nresources + 1,
				  sizeof *config->handlers);
	config->wire = calloc(config->conf->nresources + 1,
			      sizeof *config->wire);
	ck_assert(config->handlers && config->wire);
	for (size_t i = 0; i < config->conf->nresources; i++)
		add_handler(config, i);
	return config;
}

void rig_reload(const char *conf)
{
	struct mail_config *m = calloc(1, sizeof *m);

	ck_assert_ptr_nonnull(m);
	m->to = rig.shard;
	m->config = make_conf(conf);
	worker_config_serve(m->config);
	shard_on_config(&m->mail);
}

/* ---- beginning and end ------------------------------------------------- */

void rig_begin(const char *conf, const struct adit_plugin *with)
{
	struct locals *l = calloc(1, sizeof *l);
	struct worker_config *config;
	char err[PLUGIN_ERROR] = "";
	int fd[2];

	rig = (struct rig){ .now_us = UINT64_C(1000000000), .server = -1 };
	rig.connect_errno = ECONNREFUSED;
	plugin = with ? plugin_adopt(with, with->name, err, sizeof err) : NULL;
	ck_assert_msg(plugin || !with, "%s", err);
	config = make_conf(conf);
	ck_assert(l && !loop_init(&rig.front));
	l->refs = 1;
	ck_assert(!socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, fd));
	rig.worker.names = fd[0];
	rig.resolver = fd[1];
	rig.worker.front_ops = &front_ops;
	mailbox_init(&rig.worker.box, &rig.front);
	ck_assert(!shards_init(&rig.worker, 1, config, l, MEMORY));
	worker_config_unref(config);
	locals_unref(l);
	rig.shard = shard_at(&rig.worker, 0);
	rig.worker.quotas = quotas_new(PLACES);
	ck_assert_ptr_nonnull(rig.worker.quotas);
}

void rig_end(void)
{
	struct shard *shard = rig.shard;

	while (!list_is_empty(&shard->sessions))
		gsession_bury(list_first(&shard->sessions, struct gsession,
					 node),
			      LEAVE_SHUTDOWN);
	shard_reap(shard);
	rig_turn();
	ck_assert(list_is_empty(&shard->dialing) &&
		  list_is_empty(&shard->timed));
	lookups_drop(shard);
	ck_assert(!shard->budget.used && !shard->budget.waiting &&
		  !shard->load);
	ck_assert_uint_eq(quotas_count(rig.worker.quotas).used, 0);
	quotas_free(rig.worker.quotas);
	shards_stop(&rig.worker);
	if (plugin)
		plugin_unload(plugin);
	mailbox_fini(&rig.worker.box);
	loop_fini(&rig.front);
	json_decref(rig.part);
	close(rig.worker.names);
	close(rig.resolver);
	if (rig.server >= 0)
		close(rig.server);
}

/* ---- the resolver ------------------------------------------------------ */

bool rig_question(struct msg_resolve *asked, uint32_t *id)
{
	struct msg m;

	if (msg_recv(rig.resolver, &m))
		return false;
	ck_assert_int_eq(m.type, MSG_RESOLVE);
	ck_assert(!unpack_msg_resolve(asked, m.data, m.len));
	*id = m.id;
	return true;
}

void rig_resolve(uint32_t id, const char *addr)
{
	struct mail_resolved *m = calloc(1, sizeof *m);

	ck_assert_ptr_nonnull(m);
	m->to = rig.shard;
	m->id = id;
	m->found.outcome = addr ? FOUND_ADDRESS : FOUND_NO_NAME;
	if (addr) {
		m->found.n = 1;
		ck_assert(!addr_parse(&m->found.addrs[0], addr, 0));
	}
	shard_on_resolved(&m->mail);
}

void rig_command(const struct mail_command *what)
{
	struct mail_command *m = calloc(1, sizeof *m);

	ck_assert_ptr_nonnull(m);
	*m = *what;
	m->to = rig.shard;
	shard_on_command(&m->mail);
	ev_run(rig.front.ev, EVRUN_NOWAIT);
	ck_assert_ptr_nonnull(rig.part);
}

json_int_t rig_number(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}
