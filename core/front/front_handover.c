/* SPDX-License-Identifier: BSD-2-Clause */
/* front_handover.c - when this worker gives its sessions to another one, and what it does
 * if it keeps them. */
#include "front/front_handover.h"

#include "base/err.h"
#include "base/log.h"
#include "base/wire.h"
#include "gateway/dial.h"

#include <unistd.h>

static void say_handover_failed(struct front *f, const char *why)
{
	struct msg m = { .type = MSG_HANDOVER_FAILED };
	struct wr w = wr_of(m.data, sizeof m.data);

	wr_str16(&w, why);
	m.len = (size_t)(w.p - m.data);
	(void)front_send(f, &m);
}

void front_handover_start(struct front *f, struct msg *m)
{
	int successor = m->nfds == 1 ? m->fds[0] : -1;

	if (successor < 0 || f->draining || ev_is_active(&f->drain)) {
		say_handover_failed(f, "the gateway is ending");
		return;
	}
	m->nfds = 0;
	drain_for_successor(f, successor);
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

/* Everything goes to the other worker, or nothing. */
void front_handover_now(struct front *f)
{
	char why[HANDOVER_ERROR] = "";
	int sock = f->successor;

	f->successor = -1;
	shards_pause(f->worker);
	f->moved = !front_handover_send(f, sock, why);
	close(sock);
	if (f->moved) {
		for (unsigned i = 0; i < f->worker->nshards; i++)
			dials_forsake(shard_at(f->worker, i));
		front_stop(f, 0);
		return;
	}
	log_msg(LOG_ERROR, NULL, "the sessions stay with the old worker: %s",
		why);
	handover_go_on(f);
	say_handover_failed(f, why);
}
