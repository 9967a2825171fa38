/* SPDX-License-Identifier: BSD-2-Clause */
/* front_tell.c - what all parts of the front use: messages to the monitor, the
 * end of the loop, the choice of a shard. */
#include "front/front.h"

#include "base/err.h"
#include "base/log.h"

void front_stop(struct front *f, int status)
{
	f->status = status;
	loop_stop(&f->loop);
}

int front_send(struct front *f, const struct msg *m)
{
	int ret = msg_send(f->monitor, m);

	if (ret == ERR_CLOSED)
		front_stop(f, 0);
	else if (ret)
		log_msg(LOG_ERROR, NULL, "a message to the monitor is lost: %s",
			err_str(ret));
	return ret;
}

struct shard *front_pick_shard(const struct front *f, unsigned *index)
{
	unsigned best = 0, load = UINT32_MAX;

	for (unsigned i = 0; i < f->worker->nshards; i++) {
		unsigned l = shard_load(f->worker, i);

		if (l < load) {
			load = l;
			best = i;
		}
	}
	*index = best;
	return shard_at(f->worker, best);
}
