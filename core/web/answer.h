/* SPDX-License-Identifier: BSD-2-Clause */
/* answer.h - a response with the headers that all of them have. */
#ifndef ADIT_WEB_ANSWER_H
#define ADIT_WEB_ANSWER_H

#include "web/page.h"

#include <microhttpd.h>

/* Queues it on the connection. */
enum MHD_Result answer_send(struct MHD_Connection *, const struct response *);
/* The same with a body of its own; `to` stays the caller's. */
enum MHD_Result answer_queue(struct MHD_Connection *, struct MHD_Response *to,
			     const struct response *);

#endif
