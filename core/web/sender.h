/* SPDX-License-Identifier: BSD-2-Clause */
/* sender.h - sends files to browsers, all of them together no faster than a
 * rate, so that tunnels keep the line.
 *
 * A file is read piece by piece from its descriptor, whatever its size. */
#ifndef ADIT_WEB_SENDER_H
#define ADIT_WEB_SENDER_H

#include "base/list.h"
#include "web/page.h"

#include <ev.h>
#include <microhttpd.h>

/* Bytes per second, of all files that are sent at the same time. */
#define SENDER_RATE (8. * 1024 * 1024)

struct sender {
	struct ev_loop *loop;
	struct list files; /* struct sender_file.node */
	unsigned n;
	ev_timer tick;
	/* The library has something to do. */
	void (*run)(void *ctx);
	void *ctx;
};

void sender_init(struct sender *, struct ev_loop *, void (*run)(void *ctx),
		 void *ctx);
/* Lets all of them go on: the library ends with none that is suspended. */
void sender_fini(struct sender *);
/* Queues the response `r`, whose body is the file.  Takes the descriptor, also
 * on failure. */
enum MHD_Result sender_send(struct sender *, struct MHD_Connection *,
			    const struct response *r, int fd);

#endif
