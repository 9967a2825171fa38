/* SPDX-License-Identifier: BSD-2-Clause */
/* handover_fuzz.c - bytes become a session that another worker hands over.
 *
 *   two bytes: which kinds of descriptors come with it, two bits each
 *   two bytes: how long the state is
 *   the state, and then what the agent says to the session that has arrived
 *
 * That worker may have been taken over: whatever it says, it is refused, or the
 * session can move once more, lives on and ends. */
#include "base/log.h"
#include "channel/chan.h"
#include "gateway/gsession.h"
#include "gateway/lookup.h"
#include "gateway/gsession_handover.h"
#include "gateway/shard.h"
#include "gateway/quota.h"
#include "net/sock.h"
#include "plugin/conf.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NEED(what)                                                             \
	do {                                                                   \
		if (!(what))                                                   \
			__builtin_trap();                                      \
	} while (0)

enum { FDS = 8, HEAD = 4, SECOND_US = 1000000, PLACES = 1000 };

static const char text[] =
	"[server]\n[plugin ftp]\n"
	"[gateway main]\nlisten = 127.0.0.1:1\ncertificate = c\n"
	"private_key = k\nusers = users\ngroups = all\n"
	"[resource files]\nhost = 127.0.0.1\nport = 21\nplugin = ftp\n"
	"[resource echo]\nhost = 127.0.0.1, 127.0.0.2\nport = 7\n"
	"[resource any]\nhost = any\nport = 7\nallow = 0.0.0.0/0\n"
	"[group all]\nusers = alice\nresources = files, echo, any\n";

extern const struct adit_plugin adit_plugin; /* ftp */

static struct worker worker;
static struct loop front;
static struct shard *shard;

/* ---- what would leave this program ---------------------------------------------- */

int __wrap_tcp_connect_small(const struct addr *to, int segment);
void __wrap_log_audit(const char *fmt, ...) PRINTF(1, 2);
void __wrap_log_msg(enum log_level level, const char *who, const char *fmt, ...)
	PRINTF(3, 4);

int __wrap_tcp_connect_small(const struct addr *to, int segment)
{
	(void)segment;
	NEED(to->family == AF_INET || to->family == AF_INET6 || !to->family);
	errno = ECONNREFUSED;
	return -1;
}

/* The texts are read, and go nowhere. */
void __wrap_log_audit(const char *fmt, ...)
{
	char line[8192];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
}

void __wrap_log_msg(enum log_level level, const char *who, const char *fmt, ...)
{
	char line[8192];
	va_list ap;

	(void)level;
	NEED(!who || strlen(who) < WHO_TEXT);
	va_start(ap, fmt);
	vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
}

static void on_news(struct mail *mail)
{
	free(container_of(mail, struct mail_news, mail));
}

static void on_report(struct mail *mail)
{
	free(container_of(mail, struct mail_report, mail));
}

static void on_drained(struct mail *mail)
{
	free(container_of(mail, struct mail_drained, mail));
}

static void on_code(struct mail *m)
{
	free(container_of(m, struct mail_code, mail));
}

static const struct front_ops front_ops = { on_news, on_report, on_drained,
					    on_code };

/* ---- the worker that takes over --------------------------------------------------- */

static struct worker_config *make_worker_config(void)
{
	struct conf_errors e = { .file = "/x/aditd.ini" };
	struct worker_config *config = calloc(1, sizeof *config);
	char err[PLUGIN_ERROR];

	NEED(config);
	config->refs = 1;
	config->conf = gw_conf_parse(text, strlen(text), &e, NULL);
	NEED(config->conf);
	config->handlers = calloc(config->conf->nresources,
				  sizeof *config->handlers);
	config->wire = calloc(config->conf->nresources, sizeof *config->wire);
	NEED(config->handlers && config->wire);
	for (size_t i = 0; i < config->conf->nresources; i++)
		config->wire[i] = ++config->last_wire;
	config->handlers[0].plugin = plugin_adopt(&adit_plugin, "ftp", err,
						  sizeof err);
	NEED(config->handlers[0].plugin);
	config->handlers[0].conf = plugin_conf_new(config->handlers[0].plugin,
						   NULL, NULL, &e);
	NEED(config->handlers[0].conf);
	return config;
}

static void begin(void)
{
	struct locals *l = calloc(1, sizeof *l);

	NEED(l && !loop_init(&front));
	l->refs = 1;
	worker.names = -1;
	worker.front_ops = &front_ops;
	mailbox_init(&worker.box, &front);
	NEED(!shards_init(&worker, 1, make_worker_config(), l, 64 << 20));
	shard = shard_at(&worker, 0);
	worker.quotas = quotas_new(PLACES);
	NEED(worker.quotas);
}

static void turn(void)
{
	for (int i = 0; i < 3; i++)
		ev_run(shard->loop.ev, EVRUN_NOWAIT);
	ev_run(front.ev, EVRUN_NOWAIT);
}

static int make_fd(unsigned kind)
{
	struct addr here = { .family = AF_INET, .ip = { 127, 0, 0, 1 } };
	int fd;

	switch (kind & 3) {
	case 0:
	case 1:
		return socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	case 2:
		fd = tcp_listen(&here, 1, false);
		NEED(fd >= 0);
		return fd;
	default:
		return dup(STDERR_FILENO);
	}
}

static void end_all(void)
{
	while (!list_is_empty(&shard->sessions))
		gsession_bury(list_first(&shard->sessions, struct gsession,
					 node),
			      LEAVE_SHUTDOWN);
	shard_reap(shard);
	turn();
	NEED(list_is_empty(&shard->dialing) && list_is_empty(&shard->timed));
	lookups_drop(shard);
	NEED(!shard->budget.used && !shard->budget.waiting);
	NEED(!quotas_count(worker.quotas).used);
}

static struct gsession *arrive(const void *p, size_t n, int *fd, size_t nfd)
{
	struct handover c = handover_unpacking(p, n, fd, nfd);
	struct gsession *gs = gsession_arrives(&c, shard);

	while (c.next < c.nfd)
		close(fd[c.next++]);
	return gs;
}

/* What was taken is sound: it goes on, leaves, and is taken again. */
static struct gsession *move_on(struct gsession *gs)
{
	struct handover c = handover_packing();
	int fd[FDS];

	gsession_goes_on(gs);
	turn();
	if (gs->state == GSESSION_OVER)
		return NULL;
	gsession_rests(gs);
	gsession_leaves(&c, gs);
	NEED(!c.bad && c.nfd <= FDS);
	for (size_t i = 0; i < c.nfd; i++)
		fd[i] = dup(c.fd[i]);
	end_all();
	gs = arrive(buf_ptr(&c.out), buf_len(&c.out), fd, c.nfd);
	NEED(gs);
	handover_fini(&c);
	return gs;
}

static void take_all(struct session *s)
{
	struct iovec record;

	for (int i = 0; i < 64 && session_next(s, &record); i++)
		NEED(record.iov_len > 0 && record.iov_len <= FRAME_MAX);
}

/* Its agent comes back and talks. */
static void live(struct gsession *gs, const uint8_t *p, size_t n)
{
	struct session *s = gs->session;
	uint64_t now = shard_now(shard);

	gsession_goes_on(gs);
	turn();
	if (gs->state == GSESSION_OVER)
		return;
	NEED(!session_attach(s, false, s->log.base));
	take_all(s);
	session_set_now(s, now + SECOND_US);
	if (!session_input(s, p, n))
		session_input_done(s);
	session_tick(s);
	take_all(s);
	session_reap(s);
	turn();
	session_detach(s);
	gsession_check(gs, now + SECOND_US);
	turn();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned kinds, nfd;
	struct gsession *gs;
	int fd[FDS];
	size_t n;

	if (!shard)
		begin();
	if (size < HEAD)
		return 0;
	kinds = data[0] | (unsigned)data[1] << 8;
	n = data[2] | (size_t)data[3] << 8;
	if (n > size - HEAD)
		n = size - HEAD;
	nfd = kinds & 7;
	for (unsigned i = 0; i < nfd; i++)
		fd[i] = make_fd(kinds >> (3 + 2 * i % 13));
	gs = arrive(data + HEAD, n, fd, nfd);
	if (gs)
		gs = move_on(gs);
	if (gs)
		live(gs, data + HEAD + n, size - HEAD - n);
	end_all();
	return 0;
}
