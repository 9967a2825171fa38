/* SPDX-License-Identifier: BSD-2-Clause */
/* frame.h - packs and unpacks the header of a frame, and cuts a stream of bytes
 * into frames.  Section numbers are those of docs/protocol.md. */
#ifndef ADIT_FRAME_FRAME_H
#define ADIT_FRAME_FRAME_H

#include "base/defs.h"

#include <stdbool.h>
#include <stdint.h>

#define FRAME_HEADER 20
#define FRAME_PAYLOAD_MAX 16364
#define FRAME_MAX (FRAME_HEADER + FRAME_PAYLOAD_MAX) /* one TLS record */

enum frame_command {
	/* counted by the session log */
	FRAME_OPEN = 0x01,
	FRAME_OPENED,
	FRAME_DATA,
	FRAME_CLOSE,
	FRAME_WINDOW,
	FRAME_EXPECT,
	FRAME_EXPECTED,
	FRAME_CANCEL,
	FRAME_RESOURCES,
	/* of the connection, not of the session */
	FRAME_LOGIN = 0x10,
	FRAME_PROMPT,
	FRAME_ANSWER,
	FRAME_RESULT,
	FRAME_ATTACH = 0x18,
	FRAME_ATTACHED,
	FRAME_ACK = 0x20,
	FRAME_PING,
	FRAME_PONG,
	FRAME_GOAWAY,
	/* unknown ones from here on are skipped */
	FRAME_OPTIONAL = 0x80,
	FRAME_NAMES = FRAME_OPTIONAL,
	FRAME_ADDRESSES,
	FRAME_PUBLISH,
	FRAME_PUBLISHED,
	FRAME_CODE_WANTED,
	FRAME_CODE,
	FRAME_CODE_IS,
	FRAME_UNKNOWN, /* the first that is skipped here */
};

enum frame_flag {
	FLAG_REAL = 0x01,   /* OPEN: the application dialled the real address */
	FLAG_CHECK = 0x02,  /* OPEN: only whether it would be granted */
	FLAG_URGENT = 0x01, /* DATA: the last byte is urgent (RFC 6093) */
	FLAG_FIN = 0x01,    /* CLOSE: this direction is at its end */
	FLAG_RESET = 0x02,  /* CLOSE: both directions, at once */
	FLAG_TRIES = 0x01,  /* LOGIN: the sender knows LEAVE_TRIES */
	FLAG_CHANGE = 0x02, /* LOGIN: for another password, not a session */
	FLAG_SHARES = 0x01, /* ATTACH: the sender knows EXPECT_SHARED */
	FLAG_CODES = 0x02,  /* ATTACH: the sender knows CODE_WANTED */
	FLAG_RETURN = 0x01, /* WINDOW: give unused credit back */
	FLAG_RETURNED = 0x02, /* WINDOW: this is all that I keep */
	FLAG_FIRST = 0x01,    /* RESOURCES: a new list begins */
	FLAG_LAST = 0x02,     /* RESOURCES: it ends */
	FLAG_FRESH = 0x01,    /* ATTACHED: counts from 0, no channels */
	FLAG_REFUSED = 0x02,  /* ATTACHED, RESULT: no */
	FLAG_CHANGED = 0x01,  /* RESULT: the password is another one now */
	FLAG_FINAL = 0x01,    /* GOAWAY: the session has ended */
};

enum frame_service { SERVICE_FORWARD = 1, SERVICE_WEBLINK = 2 };
enum frame_protocol { PROTOCOL_TCP = 6 };

struct frame {
	uint8_t command, service, flags, protocol;
	uint32_t marker;
	uint32_t client_id, server_id;
	uint16_t len;
};

/* Whether the session log counts frames of this command (section 5). */
static inline bool frame_is_logged(uint8_t command)
{
	return command < FRAME_LOGIN || command >= FRAME_OPTIONAL;
}

const char *frame_name(uint8_t command);

void frame_pack(uint8_t out[static FRAME_HEADER], const struct frame *f);
/* 0, or ERR_PROTO for a header that no peer may send; *why, a constant text,
 * says what is wrong with it. */
MUST_CHECK int frame_unpack(struct frame *f,
			    const uint8_t in[static FRAME_HEADER],
			    const char **why);
/* The length of the whole frame whose header is at `in`. */
static inline size_t frame_size(const uint8_t in[static FRAME_HEADER])
{
	return FRAME_HEADER + (size_t)(in[18] << 8 | in[19]);
}

/* Cuts incoming bytes into frames.  A frame that is whole is returned in place.
 * One that comes in several pieces is gathered in `part`, which is freed when
 * that frame has been used. */
struct frame_reader {
	uint8_t *part; /* FRAME_MAX bytes, or NULL */
	size_t have;
	const uint8_t *in, *end;
};

void frame_reader_init(struct frame_reader *r);
void frame_reader_fini(struct frame_reader *r);
/* Gives the reader n bytes, which stay the caller's.  frame_next must return 0
 * or an error before the next call. */
void frame_input(struct frame_reader *r, const uint8_t *p, size_t n);
/* 1: *f is the next frame, and *payload its bytes, valid until the next call.
 * 0: no whole frame is left.  ERR_PROTO (*why says what is wrong) or ERR_NOMEM:
 * the connection cannot be used any more. */
MUST_CHECK int frame_next(struct frame_reader *r, struct frame *f,
			  const uint8_t **payload, const char **why);

#endif
