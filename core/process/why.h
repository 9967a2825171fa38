/* SPDX-License-Identifier: BSD-2-Clause */
/* why.h - aditctl why: whether a user may reach something, and which rule
 * decides.  The monitor answers for the configuration in force, aditctl for a
 * file. */
#ifndef ADIT_PROCESS_WHY_H
#define ADIT_PROCESS_WHY_H

#include "frame/payload.h"
#include "process/msg.h"
#include "policy/policy.h"

#include <jansson.h>

enum { WHY_ASKED = 512 };

/* As the words that were typed: what they mean is looked up when it is
 * answered, in the configuration of that moment. */
struct why_question {
	char user[USER_MAX];
	char gateway[LABEL_MAX];
	char asked[WHY_ASKED]; /* HOST:PORT, URL, resource */
};

/* From the request {"user", "asked", "gateway"}.  NULL, or the answer {"error",
 * "status"} where it is no question. */
json_t *why_read(const struct gw_conf *c, const json_t *request,
		 struct why_question *q);
/* The host name that has to be looked up before the answer; false: none has. */
bool why_name(const struct gw_conf *c, const struct why_question *q,
	      char host[HOST_CAP]);
/* Reads the users file.  `found`: the addresses of why_name, n = 0 if it has
 * none. */
json_t *why_answer(const struct gw_conf *c, const struct why_question *q,
		   const struct msg_resolved *found);

#endif
