/* SPDX-License-Identifier: BSD-2-Clause */
/* why.h - what policy says of a connection, for aditctl why: asked of a running
 * aditd, or of a file that none runs with. */
#ifndef ADIT_PROCESS_WHY_H
#define ADIT_PROCESS_WHY_H

#include "frame/payload.h"
#include "process/msg.h"
#include "policy/policy.h"

#include <jansson.h>

enum { WHY_ASKED = 512 };

/* As words: what they mean is looked up in the configuration of that moment. */
struct why_question {
	char user[USER_MAX];
	char gateway[LABEL_MAX];
	char asked[WHY_ASKED]; /* HOST:PORT, URL, resource */
};

/* From {"user", "asked", "gateway"}.  NULL, or {"error", "status"}. */
json_t *why_read(const struct gw_conf *c, const json_t *request,
		 struct why_question *q);
/* What has to be looked up before the answer; false: nothing. */
bool why_name(const struct gw_conf *c, const struct why_question *q,
	      char host[HOST_CAP]);
/* Reads the users file.  `found` is for the name, n = 0 if it has no address. */
json_t *why_answer(const struct gw_conf *c, const struct why_question *q,
		   const struct msg_resolved *found);

#endif
