/* SPDX-License-Identifier: BSD-2-Clause */
/* rights.h - the front thread asks the monitor whether users who have sessions may
 * still have them: after a new configuration, a change by aditctl and an upgrade,
 * and before a session gets another tunnel. */
#ifndef ADIT_FRONT_RIGHTS_H
#define ADIT_FRONT_RIGHTS_H

#include "process/msg_rights.h"
#include "front/registry.h"

#include <ev.h>

struct front;

struct rights {
	struct list queue; /* struct registry_entry.asking: not asked yet */
	struct {
		uint32_t id; /* 0: free */
		uint64_t session;
	} asked[RIGHTS_AT_ONCE];
	unsigned nasked;
	uint32_t last_id;
	ev_timer again; /* the monitor took no message */
};

void rights_init(struct front *);
void rights_fini(struct front *);
void rights_ask(struct front *, struct registry_entry *);
void rights_ask_all(struct front *);
/* MSG_RIGHTS_ARE */
void rights_answered(struct front *, const struct msg *);

#endif
