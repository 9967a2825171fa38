/* SPDX-License-Identifier: BSD-2-Clause */
/* push.h - what a server sends without being asked. */
#ifndef ADIT_REDIS_PUSH_H
#define ADIT_REDIS_PUSH_H
#include <adit/plugin.h>

enum push {
	PUSH_OTHER,
	PUSH_MESSAGE, /* of pub/sub */
	PUSH_CONFIRM, /* a confirmation of a subscription */
	PUSH_MOVING,  /* MOVING or SMIGRATED: where nodes are now */
	PUSH_MORE     /* the bytes are too few to tell */
};
enum { /* redis_reading.confirm */
       CONFIRM = 1,
       CONFIRM_SHARDS = 2,
       CONFIRM_PUSH = 4,
       CONFIRM_PATTERNS = 8
};
/* What begins at p, by its first word, which ends at *len. */
enum push redis_push(const uint8_t *p, size_t n, size_t *len, uint8_t *confirm);
/* Whether the bytes at p are too few to tell what begins with them. */
bool redis_is_short(const uint8_t *p, size_t n);
enum adit_verdict redis_moving(struct adit_msg *m);

#endif
