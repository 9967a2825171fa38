/* SPDX-License-Identifier: BSD-2-Clause */
/* recording.h - what an inspected channel says, for adit-plugin-test --record.
 *
 *   armed --a channel of the resource opens--> running --it ends--> done
 *     |                                           |  more than 1 MiB ^
 *     +--- nobody has fetched for 30 s: gone -----+------------------+
 *
 * Each shard has at most one.  Channels that are not recorded know nothing of
 * it: their struct inspect_ops is another one. */
#ifndef ADIT_GATEWAY_RECORDING_H
#define ADIT_GATEWAY_RECORDING_H

#include "gateway/inspection.h"

enum {
	RECORDING_MAX = 1 << 20, /* bytes said, with what each event costs */
	RECORDING_EVENT = 64,
	RECORDING_TIMEOUT_S = 30,
};

struct recording {
	struct shard *shard;
	char resource[LABEL_MAX];
	char token[TOKEN_MAX];  /* who asked for it knows it */
	struct inspection *ins; /* while it is running */
	bool done;
	json_t *events; /* that nobody has fetched yet */
	json_t *input;  /* the last one, as long as it is offered */
	size_t bytes;   /* all that it ever held */
	uint64_t fetched_us;
};

/* ---- recording.c: from the shard's commands to its end ---------------- */
/* `aditctl record`: what this shard answers, as JSON. */
json_t *recording_arm(struct shard *, const struct mail_command *);
json_t *recording_fetch(struct shard *, const struct mail_command *);
/* Drops a recording that nobody has fetched for RECORDING_TIMEOUT_S. */
void recording_expire(struct shard *, uint64_t now_us);
void recording_drop(struct shard *);

/* For a new channel: its ops.  If it is to be recorded, it is from now on. */
const struct inspect_ops *recording_begin(struct inspection *,
					  const struct inspect_info *);
/* Called before and after inspect_free. */
void recording_closes(struct inspection *);
void recording_ends(struct inspection *);

/* ---- recording_events.c: what it writes down -------------------------- */
extern const struct inspect_ops recording_ops;
void recording_opens(struct recording *, const struct inspect_info *);
/* {"what": ..., "t": milliseconds}, to be completed; NULL: no memory. */
json_t *recording_event(struct recording *, const char *what);
/* `bytes` more are kept; at RECORDING_MAX the recording ends. */
void recording_count(struct recording *, size_t bytes);

#endif
