/* SPDX-License-Identifier: BSD-2-Clause */
/* shard_news.c - tells the front what has become of a session. */
#include "gateway/shard.h"

#include <stdlib.h>

void shard_tell(struct shard *shard, uint64_t session, enum news news)
{
	struct mail_news *m = calloc(1, sizeof *m);

	if (!m)
		return;
	m->to = shard->worker->front;
	m->session = session;
	m->news = news;
	mailbox_post(&shard->worker->box, &m->mail,
		     shard->worker->front_ops->news);
}
