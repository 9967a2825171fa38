/* SPDX-License-Identifier: BSD-2-Clause */
/* tally.h - what a shard counts for monitoring (process/metrics.h): numbers
 * that only grow, from the start of its worker. */
#ifndef ADIT_GATEWAY_TALLY_H
#define ADIT_GATEWAY_TALLY_H

#include "base/defs.h"
#include "frame/payload.h"
#include "process/metric_times.h"

struct gchan;
struct shard;

struct tally_resource {
	char name[LABEL_MAX];
	uint64_t opened, failed; /* channels; failed: not connected */
	uint64_t to_server, to_client;
};

struct tally {
	struct tally_resource *resource; /* sorted by name */
	size_t n;
	uint64_t ended[REASON_COUNT]; /* channels, by why they ended */
	struct metric_times connect;  /* from the agent's OPEN on */
	struct metric_times lasted;   /* channels that were connected */
};

/* What of one channel is in its shard's tally already. */
struct tally_told {
	uint64_t to_server, to_client;
	bool opened;
};

void tally_fini(struct tally *);
/* A dial has a connection. */
void tally_connected(const struct gchan *);
/* Counts what a channel has done since it was looked at last; not for one that
 * ends. */
void tally_look(struct gchan *);
/* A channel ends; `made`: it was connected. */
void tally_closed(struct gchan *, bool made, unsigned reason);
/* A channel comes from another worker, which has counted what it did until
 * now. */
void tally_adopt(struct gchan *);
/* Adds the counters to the answer of aditctl stats. */
void tally_report(const struct tally *, json_t *to);

#endif
