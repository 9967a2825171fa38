/* SPDX-License-Identifier: BSD-2-Clause */
/* worker_main.c - how the worker process starts. */
#include "front/worker_main.h"

#include "front/front.h"
#include "front/front_handover.h"
#include "gateway/limits.h"
#include "gateway/published.h"
#include "process/privs.h"
#include "process/sandbox.h"

#include "base/err.h"
#include "base/log.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { THREADS_AUTO_MAX = 16, SIGN_TIMEOUT_S = 5 };
#define MEMORY_LEAST (UINT64_C(256) << 20) /* bytes, for all sessions */

static int worker_refuse(uint32_t id, const char *why)
{
	struct msg m = { .type = MSG_READY, .id = id };

	msg_put_text(&m, why);
	if (msg_send(FD_MAIN, &m))
		log_msg(LOG_ERROR, NULL, "%s", why);
	return 1;
}

static unsigned worker_threads(const struct worker_config *config)
{
	long n = config->conf->server.threads;

	if (!n)
		n = MIN(sysconf(_SC_NPROCESSORS_ONLN), THREADS_AUTO_MAX);
	return (unsigned)MAX(MIN(n, SHARDS_MAX), 1);
}

/* Bytes that all sessions together may make this process keep. */
static uint64_t worker_memory(const struct worker_config *config)
{
	uint64_t pages = (uint64_t)MAX(sysconf(_SC_PHYS_PAGES), 0);
	uint64_t page = (uint64_t)MAX(sysconf(_SC_PAGESIZE), 0);

	if (config->conf->server.memory)
		return config->conf->server.memory;
	return MAX(pages * page / 4, MEMORY_LEAST);
}

static void prepare_sockets(void)
{
	struct timeval timeout = { .tv_sec = SIGN_TIMEOUT_S };

	fcntl(FD_MAIN, F_SETFL, fcntl(FD_MAIN, F_GETFL) | O_NONBLOCK);
	fcntl(FD_NAMES, F_SETFL, fcntl(FD_NAMES, F_GETFL) | O_NONBLOCK);
	setsockopt(FD_SIGN, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
}

/* Everything that needs files or more system calls than the sandbox has. */
static int worker_prepare(struct front *f, struct msg *m,
			  char why[WORKER_CONFIG_ERROR])
{
	f->config = front_read_conf(f, m, why);
	if (f->config)
		log_audit_as_json(f->config->conf->server.audit_json);
	if (!f->config)
		return ERR_CONF;
	f->netlink = locals_open();
	f->first_id = m->id;
	prepare_sockets();
	json_object_seed(0);
	return 0;
}

static int say_handover_ready(void)
{
	struct msg m = { .type = MSG_HANDOVER_READY };

	return msg_send(FD_MAIN, &m);
}

/* First the sessions of the old worker, if there is one, then the threads. */
static int worker_begin(struct front *f, int predecessor,
			char why[WORKER_CONFIG_ERROR])
{
	snprintf(why, WORKER_CONFIG_ERROR,
		 "the connection to the monitor has ended");
	if (predecessor >= 0 && (say_handover_ready() ||
				 front_handover_receive(f, predecessor, why)))
		return ERR_SYS;
	published_shut_rest(f->worker, f->config);
	snprintf(why, WORKER_CONFIG_ERROR,
		 "the worker cannot start its threads");
	return shards_run(f->worker);
}

static int worker_start(struct front *f, struct worker *w,
			char why[WORKER_CONFIG_ERROR])
{
	unsigned n = worker_threads(f->config);
	uint64_t bytes = worker_memory(f->config);
	struct locals *l = f->netlink >= 0 ? locals_read(f->netlink) : NULL;
	int ret = l ? sandbox_enter(SANDBOX_WORKER) : ERR_SYS;

	snprintf(why, WORKER_CONFIG_ERROR,
		 l ? "the worker cannot enter its sandbox" :
		     "the worker cannot read the addresses of this machine");
	if (!ret) {
		snprintf(why, WORKER_CONFIG_ERROR,
			 "the worker is out of memory");
		ret = shards_init(w, n, f->config, l, bytes);
	}
	locals_unref(l);
	if (ret)
		return ret;
	w->quotas = limits_new(f->loop.fds_most);
	return w->quotas ? 0 : ERR_NOMEM;
}

/* Everything up to the first MSG_CONF, which is left in m.  *predecessor: the
 * socket to the worker whose sessions this one gets, or -1. */
static int first_messages(struct msg *m, struct plugin_set *plugins,
			  int *predecessor)
{
	int ret = msg_recv(FD_MAIN, m);

	*predecessor = -1;
	if (!ret && m->type == MSG_HANDOVER_FROM && m->nfds == 1) {
		*predecessor = m->fds[0];
		ret = msg_recv(FD_MAIN, m);
	}
	if (!ret && m->type == MSG_PLUGINS) {
		memcpy(plugins->file, m->fds, sizeof plugins->file);
		plugins->nfiles = m->nfds;
		ret = msg_recv(FD_MAIN, m);
	}
	return !ret && m->type != MSG_CONF ? ERR_PROTO : ret;
}

int worker_main(void)
{
	static struct worker w = { .names = FD_NAMES };
	static struct front f;
	static struct msg m;
	static struct plugin_set plugins;
	char why[WORKER_CONFIG_ERROR] = "the worker is out of memory";
	int predecessor, ret;

	privs_hide();
	privs_more_fds();
	ret = first_messages(&m, &plugins, &predecessor);
	if (ret)
		return ret == ERR_CLOSED ? 0 : 1;
	if (front_init(&f, &w))
		return worker_refuse(m.id, why);
	f.plugins = plugins;
	if (worker_prepare(&f, &m, why) || worker_start(&f, &w, why) ||
	    worker_begin(&f, predecessor, why))
		return worker_refuse(m.id, why);
	front_listeners_take(&f, &m, f.config);
	ret = front_run(&f);
	/* The sessions are another worker's now: ending them here would end
	 * them there. */
	if (f.handed_over)
		return ret;
	/* The hanging thread still runs: no destructor may take anything from
	 * it. */
	if (f.stuck)
		_exit(ret);
	shards_stop(&w);
	quotas_free(w.quotas);
	front_fini(&f);
	return ret;
}
