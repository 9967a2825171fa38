/* SPDX-License-Identifier: BSD-2-Clause */
/* front.c - what the front thread receives from the monitor, the resolver, the
 * kernel and the shards, and its beginning and end. */
#include "front/front.h"

#include "base/err.h"
#include "base/log.h"
#include "front/front_handover.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	BUNDLE_MAX = 32 << 20,
	MESSAGES_AT_ONCE = 32,
};

/* ---- a new configuration ------------------------------------------------- */

static void tell_shards(struct front *f, struct worker_config *config,
			struct locals *l)
{
	for (unsigned i = 0; i < f->worker->nshards; i++) {
		struct mail_config *m = calloc(1, sizeof *m);

		if (!m)
			continue;
		m->to = shard_at(f->worker, i);
		m->config = config ? worker_config_ref(config) : NULL;
		if (config)
			worker_config_serve(config);
		m->locals = l ? locals_ref(l) : NULL;
		mailbox_post(shard_box(m->to), &m->mail, shard_on_config);
	}
}

static void answer_conf(struct front *f, uint32_t id, const char *why)
{
	struct msg m = { .type = MSG_READY, .id = id };

	msg_put_text(&m, why);
	(void)front_send(f, &m);
}

struct worker_config *front_read_conf(struct front *f, struct msg *m,
				      char why[WORKER_CONFIG_ERROR])
{
	struct buf bundle = { 0 };
	struct worker_config *config = NULL;
	int ret = m->nfds ? msg_memfd_read(m->fds[0], &bundle, BUNDLE_MAX) :
			    ERR_PROTO;

	if (ret)
		snprintf(why, WORKER_CONFIG_ERROR,
			 "the configuration cannot be read: %s", err_str(ret));
	else
		config = worker_config_new(&bundle, &f->plugins, f->config,
					   why);
	if (config && config->nlisten + 1 != m->nfds) {
		snprintf(why, WORKER_CONFIG_ERROR,
			 "the configuration has %u listeners, "
			 "%u descriptors came with it",
			 config->nlisten, m->nfds - 1);
		worker_config_unref(config);
		config = NULL;
	}
	if (config && worker_config_take(config, m)) {
		snprintf(why, WORKER_CONFIG_ERROR, "out of memory");
		worker_config_unref(config);
		config = NULL;
	}
	buf_fini(&bundle);
	return config;
}

static void on_conf(struct front *f, struct msg *m)
{
	char why[WORKER_CONFIG_ERROR] = "";
	struct worker_config *config = front_read_conf(f, m, why);

	if (!config) {
		answer_conf(f, m->id, why);
		return;
	}
	worker_config_unref(f->config);
	f->config = config;
	log_audit_as_json(config->conf->server.audit_json);
	preauth_take_conf(f);
	front_listeners_take(f, m, config);
	tell_shards(f, config, NULL);
	answer_conf(f, m->id, "");
	rights_ask_all(f);
}

/* ---- the monitor --------------------------------------------------------- */

static void front_on_prompt(struct front *f, const struct msg *m)
{
	struct prompt q;

	if (!unpack_prompt(&q, m->data, m->len))
		preauth_on_prompt(f, m->id, &q);
}

static void front_on_message(struct front *f, struct msg *m)
{
	struct msg_auth_result r;

	switch (m->type) {
	case MSG_CONF:
		on_conf(f, m);
		break;
	case MSG_AUTH_RESULT:
		if (!unpack_msg_auth_result(&r, m->data, m->len))
			preauth_on_auth(f, m->id, &r);
		break;
	case MSG_AUTH_PROMPT:
		front_on_prompt(f, m);
		break;
	case MSG_RIGHTS_AGAIN:
		rights_ask_all(f);
		break;
	case MSG_RIGHTS_ARE:
		rights_answered(f, m);
		break;
	case MSG_CODE_IS:
		front_codes_answered(f, m);
		break;
	case MSG_CONTROL:
		front_control_on_request(f, m);
		break;
	case MSG_HANDOVER_TO:
		front_handover_start(f, m);
		break;
	case MSG_DRAIN:
		drain_now(f, m->len && m->data[0]);
		break;
	default:
		log_msg(LOG_WARN, NULL,
			"a message of the monitor has an unknown "
			"type: %u",
			m->type);
	}
}

static void on_monitor(struct ev_loop *ev, ev_io *w, int events)
{
	struct front *f = w->data;
	struct msg *m = malloc(sizeof *m);
	int ret = 0;

	(void)ev;
	(void)events;
	for (int i = 0; m && !ret && i < MESSAGES_AT_ONCE; i++) {
		ret = msg_recv(f->monitor, m);
		if (ret)
			break;
		front_on_message(f, m);
		msg_close_fds(m);
	}
	free(m);
	/* Without a monitor nobody can log in or be told to end. */
	if (ret && ret != ERR_AGAIN) {
		log_msg(ret == ERR_CLOSED ? LOG_DEBUG : LOG_ERROR, NULL,
			"the monitor is gone: %s", err_str(ret));
		front_stop(f, ret != ERR_CLOSED);
	}
}

/* ---- the resolver and the kernel ----------------------------------------- */

static int mail_names(struct shard *shard, const struct msg *m)
{
	struct mail_resolved *r = calloc(1, sizeof *r);

	if (!r)
		return ERR_NOMEM;
	r->to = shard;
	r->id = m->id;
	r->again = m->type == MSG_RESOLVE_AGAIN;
	if (!r->again && unpack_msg_resolved(&r->found, m->data, m->len)) {
		free(r);
		return ERR_PROTO;
	}
	mailbox_post(shard_box(shard), &r->mail, shard_on_resolved);
	return 0;
}

static int on_names_message(struct front *f, const struct msg *m)
{
	unsigned n = f->worker->nshards, shard = m->id >> 24;
	int ret = 0;

	if (m->type == MSG_RESOLVED && shard < n)
		return mail_names(shard_at(f->worker, shard), m);
	if (m->type != MSG_RESOLVE_AGAIN)
		return ERR_PROTO;
	for (unsigned i = 0; i < n && !ret; i++)
		ret = mail_names(shard_at(f->worker, i), m);
	return ret;
}

static void on_names(struct ev_loop *ev, ev_io *w, int events)
{
	struct front *f = w->data;
	struct msg *m = malloc(sizeof *m);
	int ret = 0;

	(void)events;
	for (int i = 0; m && i < MESSAGES_AT_ONCE; i++) {
		ret = msg_recv(f->worker->names, m);
		if (ret)
			break;
		msg_close_fds(m);
		if (on_names_message(f, m))
			log_msg(LOG_WARN, NULL,
				"an answer of the resolver is lost: "
				"it is malformed, or memory is short");
	}
	free(m);
	if (ret && ret != ERR_AGAIN) {
		log_msg(LOG_ERROR, NULL,
			"the connection to the resolver has ended: "
			"no host name is looked up any more");
		ev_io_stop(ev, w);
	}
}

static void on_kernel(struct ev_loop *ev, ev_io *w, int events)
{
	struct front *f = w->data;
	struct locals *l;

	(void)ev;
	(void)events;
	if (!locals_changed(f->netlink))
		return;
	l = locals_read(f->netlink);
	if (l)
		tell_shards(f, NULL, l);
	locals_unref(l);
}

/* ---- the shards ---------------------------------------------------------- */

static void front_on_news(struct mail *mail)
{
	struct mail_news *m = container_of(mail, struct mail_news, mail);
	struct front *f = m->to;
	struct registry_entry *e = registry_get(&f->registry, m->session);

	if (e && m->news == NEWS_ENDED) {
		registry_remove(&f->registry, e);
	} else if (e) {
		e->attached = m->news == NEWS_ATTACHED;
		e->since_us = loop_now_us(&f->loop);
	}
	free(m);
}

/* ---- start and end ------------------------------------------------------- */

static void front_watch(struct front *f, ev_io *w,
			void (*cb)(struct ev_loop *, ev_io *, int), int fd)
{
	ev_io_init(w, cb, fd, EV_READ);
	w->data = f;
	ev_io_start(f->loop.ev, w);
}

static const struct front_ops front_ops = {
	.news = front_on_news,
	.report = front_control_on_report,
	.drained = drain_on_drained,
	.code = front_codes_on_mail,
};

int front_init(struct front *f, struct worker *w)
{
	int ret;

	*f = (struct front){ .worker = w,
			     .monitor = FD_MAIN,
			     .reserve = -1,
			     .netlink = -1,
			     .successor = -1 };
	w->front = f;
	w->front_ops = &front_ops;
	list_init(&f->preauths);
	list_init(&f->reports);
	list_init(&f->codes);
	registry_init(&f->registry);
	rights_init(f, preauth_on_rights);
	ret = loop_init(&f->loop);
	if (!ret)
		ret = waiting_init(&f->waiting, &f->loop, &preauth_ops, f);
	if (!ret)
		mailbox_init(&w->box, &f->loop);
	if (!ret) {
		probes_init(&f->probes, &probes_none, f->loop.ev);
		probes_init(&f->failed, &probes_failed, f->loop.ev);
	}
	return ret;
}

int front_run(struct front *f)
{
	front_watch(f, &f->from_monitor, on_monitor, f->monitor);
	front_watch(f, &f->from_names, on_names, f->worker->names);
	front_watch(f, &f->from_kernel, on_kernel, f->netlink);
	preauth_take_conf(f);
	answer_conf(f, f->first_id, "");
	/* Sessions that another worker handed over: the users file may have
	 * changed since they logged in. */
	rights_ask_all(f);
	watchdog_start(&f->watchdog, f);
	loop_run(&f->loop);
	watchdog_stop(&f->watchdog);
	return f->status;
}

void front_fini(struct front *f)
{
	front_listeners_close(f);
	/* First, since the end of a preauth begins TLS with the next one. */
	waiting_close(&f->waiting);
	preauth_drop_all(f);
	waiting_fini(&f->waiting);
	front_control_drop_all(f);
	front_codes_drop_all(f);
	rights_fini(f);
	probes_fini(&f->probes);
	probes_fini(&f->failed);
	ev_io_stop(f->loop.ev, &f->from_monitor);
	ev_io_stop(f->loop.ev, &f->from_names);
	ev_io_stop(f->loop.ev, &f->from_kernel);
	ev_timer_stop(f->loop.ev, &f->drain);
	mailbox_fini(&f->worker->box);
	registry_fini(&f->registry);
	worker_config_unref(f->config);
	for (size_t i = 0; i < f->plugins.n; i++)
		plugin_unload(f->plugins.item[i]);
	free(f->plugins.item);
	loop_fini(&f->loop);
}
