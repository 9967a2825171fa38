/* SPDX-License-Identifier: BSD-2-Clause */
/* running.c - gives a configuration and its sockets to a worker. */
#include "monitor/running.h"

#include "base/err.h"
#include "base/log.h"

#include <unistd.h>

void running_fini(struct running *r)
{
	monitor_listeners_close(&r->listeners);
	web_listeners_close(&r->web);
	monitor_config_free(r->config);
	r->config = NULL;
}

int running_send_plugins(const struct running *r, struct worker_side *w)
{
	struct msg msg = { .type = MSG_PLUGINS };

	for (size_t i = 0; i < r->config->conf->nplugins; i++)
		msg.fds[msg.nfds++] = r->config->plugins[i];
	return worker_side_send(w, &msg);
}

int running_send_conf(const struct running *r, struct worker_side *w,
		      uint32_t id)
{
	struct msg msg = { .type = MSG_CONF, .id = id };
	int bundle = monitor_config_bundle(r->config, &r->listeners), ret;

	if (bundle < 0) {
		log_msg(LOG_ERROR, NULL,
			"the configuration could not be sent to the worker: %s",
			err_str(ERR_NOMEM));
		return ERR_NOMEM;
	}
	msg.fds[msg.nfds++] = bundle;
	for (size_t i = 0; i < r->listeners.n; i++)
		msg.fds[msg.nfds++] = r->listeners.item[i].fd;
	ret = worker_side_send(w, &msg);
	close(bundle);
	return ret;
}
