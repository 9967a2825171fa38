/* SPDX-License-Identifier: BSD-2-Clause */
/* code.h - packs and unpacks what gateway and agent say of one-time codes
 * inside a session (docs/protocol.md, section 7); pack_ and unpack_ as in
 * payload.h. */
#ifndef ADIT_FRAME_CODE_H
#define ADIT_FRAME_CODE_H

#include "frame/payload.h"

#define CODE_MAX 33 /* bytes of a code with its NUL */

/* CODE_WANTED: connections to this resource wait for a code. */
struct code_wanted {
	uint32_t wait_ms; /* how long they wait at most */
	char resource[LABEL_MAX];
};
size_t pack_code_wanted(uint8_t *p, size_t cap, const struct code_wanted *w);
MUST_CHECK int unpack_code_wanted(struct code_wanted *w, const uint8_t *p,
				  size_t n);

/* CODE: what the user has typed, which is secret: wipe it after use. */
size_t pack_code(uint8_t *p, size_t cap, const char *code);
MUST_CHECK int unpack_code(char code[CODE_MAX], const uint8_t *p, size_t n);

/* CODE_IS: what became of it. */
enum code_state {
	CODE_RIGHT,
	CODE_WRONG,     /* or it was used before */
	CODE_LATER,     /* it was not looked at: wait, then give a new one */
	CODE_NO_SECRET, /* the user has none, so no code can be right */
	CODE_STATES
};
struct code_is {
	uint8_t state; /* enum code_state, or a number of later times */
	uint32_t wait_ms;
	char text[TEXT_MAX]; /* for people, may be empty */
};
size_t pack_code_is(uint8_t *p, size_t cap, const struct code_is *is);
MUST_CHECK int unpack_code_is(struct code_is *is, const uint8_t *p, size_t n);

#endif
