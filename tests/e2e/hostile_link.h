/* SPDX-License-Identifier: BSD-2-Clause */
/* hostile_link.h - a connection to the gateway that waits for what it asked, and a
 * proper login. */
#ifndef ADIT_TESTS_HOSTILE_LINK_H
#define ADIT_TESTS_HOSTILE_LINK_H

#include "frame/frame.h"
#include "frame/payload.h"
#include "tls/tls.h"

#include <stdbool.h>

enum { PATIENCE_MS = 20000 };

/* Of the whole program. */
struct hostile {
	struct addr gateway;
	struct tls_client *client;
	const char *user, *password;
	struct profile profile; /* of the last login */
	unsigned port;          /* of the resource with id 1 */
};
extern struct hostile g;

struct link {
	int fd;
	struct tls *tls;
	struct frame_reader reader;
	uint8_t in[65536];
	uint32_t marker;
};

/* Exit status 2: it could not be tried. */
void die(const char *what, const char *why) __attribute__((noreturn));

/* With a handshake behind it. */
struct link *link_open(void);
void link_close(struct link *);
int flush(struct link *);
/* Bytes as they are; an error when the gateway has hung up. */
int raw(struct link *, const void *p, size_t n);
int put(struct link *, struct frame, const void *payload, size_t n);
/* The next frame; 0, ERR_CLOSED or ERR_TIMEOUT. */
int get(struct link *, struct frame *, const uint8_t **p, int wait_ms);
/* What the gateway says until it hangs up: true if it does. */
bool hangs_up(struct link *);

/* 0 and g.profile, or the enum leave with which the gateway has refused it. */
unsigned try_login(void);
void log_in(void);
int send_attach(struct link *, uint32_t generation, uint64_t count,
		const uint8_t *other_exporter);
/* With a count of what was processed; the answer's flags, or -1. */
int answer_of(struct link *, uint32_t generation, uint64_t count);
struct link *attach(uint32_t generation);
/* An OPEN for a resource, 0: any; and for the one with id 1, on its own host. */
struct aim {
	uint32_t resource;
	const char *host;
	unsigned port;
};
int open_to(struct link *, uint32_t id, const struct aim *);
int open_channel(struct link *, uint32_t id);
/* What comes of it: FRAME_OPENED or FRAME_CLOSE, and the payload of that in
 * to[FRAME_PAYLOAD_MAX]. */
unsigned answer_to_open(struct link *, uint8_t *to, size_t *n);

#endif
