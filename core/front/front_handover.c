/* SPDX-License-Identifier: BSD-2-Clause */
/* front_handover.c - when this worker gives its sessions to another one, and
 * what it does if it keeps them. */
#include "front/front_handover.h"

#include "base/err.h"
#include "base/log.h"
#include "gateway/dial.h"

#include <unistd.h>

/* Agents may wait for an answer so long, in seconds: their connections stand
 * still from GOAWAY until the new worker has them. */
#define HANDOVER_TUNNELS_S 1.0

static void handover_failed(struct front *f, const char *why)
{
	struct msg m = { .type = MSG_HANDOVER_FAILED };

	msg_put_text(&m, why);
	(void)front_send(f, &m);
}

static void handover_go_on(struct front *f)
{
	for (unsigned i = 0; i < f->worker->nshards; i++)
		shard_at(f->worker, i)->drain = DRAIN_NONE;
	if (shards_run(f->worker))
		front_stop(f, 1);
	else
		front_listeners_resume(f);
}

/* No tunnel is left.  Everything goes to the other worker, or nothing. */
static void handover_now(struct front *f)
{
	char why[HANDOVER_ERROR] = "";
	int sock = f->successor;

	f->successor = -1;
	shards_pause(f->worker);
	f->handed_over = !front_handover_send(f, sock, why);
	close(sock);
	if (f->handed_over) {
		for (unsigned i = 0; i < f->worker->nshards; i++)
			dials_forsake(shard_at(f->worker, i));
		front_stop(f, 0);
		return;
	}
	log_msg(LOG_ERROR, NULL, "the sessions stay with the old worker: %s",
		why);
	handover_go_on(f);
	handover_failed(f, why);
}

void front_handover_start(struct front *f, struct msg *m)
{
	int successor = m->nfds == 1 ? m->fds[0] : -1;

	if (successor < 0 || f->draining || ev_is_active(&f->drain)) {
		handover_failed(f, "the gateway is ending");
		return;
	}
	m->nfds = 0;
	f->successor = successor;
	front_listeners_pause(f);
	drain_shards(f, false, HANDOVER_TUNNELS_S, handover_now);
}
