/* SPDX-License-Identifier: BSD-2-Clause */
/* frame.c - packs and unpacks the header of a frame, and cuts a stream of bytes
 * into frames. */
#include "frame/frame.h"

#include "base/err.h"
#include "base/wire.h"

#include <stdlib.h>

static const char *const name[] = {
	[FRAME_OPEN] = "OPEN",           [FRAME_OPENED] = "OPENED",
	[FRAME_DATA] = "DATA",           [FRAME_CLOSE] = "CLOSE",
	[FRAME_WINDOW] = "WINDOW",       [FRAME_EXPECT] = "EXPECT",
	[FRAME_EXPECTED] = "EXPECTED",   [FRAME_CANCEL] = "CANCEL",
	[FRAME_RESOURCES] = "RESOURCES", [FRAME_LOGIN] = "LOGIN",
	[FRAME_PROMPT] = "PROMPT",       [FRAME_ANSWER] = "ANSWER",
	[FRAME_RESULT] = "RESULT",       [FRAME_ATTACH] = "ATTACH",
	[FRAME_ATTACHED] = "ATTACHED",   [FRAME_ACK] = "ACK",
	[FRAME_PING] = "PING",           [FRAME_PONG] = "PONG",
	[FRAME_GOAWAY] = "GOAWAY",       [FRAME_NAMES] = "NAMES",
	[FRAME_ADDRESSES] = "ADDRESSES", [FRAME_PUBLISH] = "PUBLISH",
	[FRAME_PUBLISHED] = "PUBLISHED", [FRAME_CODE_WANTED] = "CODE_WANTED",
	[FRAME_CODE] = "CODE",           [FRAME_CODE_IS] = "CODE_IS",
};

const char *frame_name(uint8_t command)
{
	if (command >= ARRAY_LEN(name) || !name[command])
		return "unknown";
	return name[command];
}

void frame_pack(uint8_t out[static FRAME_HEADER], const struct frame *f)
{
	struct wr w = wr_of(out, FRAME_HEADER);

	wr_u8(&w, f->command);
	wr_u8(&w, f->service);
	wr_u8(&w, f->flags);
	wr_u8(&w, f->protocol);
	wr_u32(&w, f->marker);
	wr_u32(&w, f->client_id);
	wr_u32(&w, f->server_id);
	wr_u16(&w, 0);
	wr_u16(&w, f->len);
}

static const char *frame_fault(const struct frame *f, unsigned zero)
{
	if (f->command < FRAME_OPTIONAL &&
	    (f->command >= ARRAY_LEN(name) || !name[f->command]))
		return "unknown command";
	if (zero)
		return "reserved bytes that are not zero";
	if (f->len > FRAME_PAYLOAD_MAX)
		return "a payload over the limit of 16364 bytes";
	if (f->command >= FRAME_OPTIONAL)
		return NULL;
	if (f->service != SERVICE_FORWARD && f->service != SERVICE_WEBLINK)
		return "unknown service type";
	if (f->protocol != PROTOCOL_TCP)
		return "unknown protocol type";
	return NULL;
}

int frame_unpack(struct frame *f, const uint8_t in[static FRAME_HEADER],
		 const char **why)
{
	struct rd r = rd_of(in, FRAME_HEADER);
	unsigned zero;

	f->command = rd_u8(&r);
	f->service = rd_u8(&r);
	f->flags = rd_u8(&r);
	f->protocol = rd_u8(&r);
	f->marker = rd_u32(&r);
	f->client_id = rd_u32(&r);
	f->server_id = rd_u32(&r);
	zero = rd_u16(&r);
	f->len = rd_u16(&r);
	*why = frame_fault(f, zero);
	return *why ? ERR_PROTO : 0;
}

void frame_reader_init(struct frame_reader *r)
{
	*r = (struct frame_reader){ 0 };
}

/* The frame may have been ANSWER with a password, so it is wiped. */
static void frame_drop_part(struct frame_reader *r)
{
	if (r->part)
		explicit_bzero(r->part, FRAME_MAX);
	free(r->part);
	r->part = NULL;
}

void frame_reader_fini(struct frame_reader *r)
{
	frame_drop_part(r);
	*r = (struct frame_reader){ 0 };
}

void frame_input(struct frame_reader *r, const uint8_t *p, size_t n)
{
	r->in = p;
	r->end = p + n;
}

/* Adds bytes to a frame that comes in pieces.  True when the first `want` bytes
 * of it are there. */
static bool frame_gather(struct frame_reader *r, size_t want)
{
	size_t n = MIN(want - r->have, (size_t)(r->end - r->in));

	memcpy(r->part + r->have, r->in, n);
	r->in += n;
	r->have += n;
	return r->have == want;
}

static int frame_next_cut(struct frame_reader *r, struct frame *f,
			  const uint8_t **payload, const char **why)
{
	int ret;

	if (r->have < FRAME_HEADER && !frame_gather(r, FRAME_HEADER))
		return 0;
	ret = frame_unpack(f, r->part, why);
	if (ret)
		return ret;
	if (!frame_gather(r, FRAME_HEADER + f->len))
		return 0;
	r->have = 0;
	*payload = r->part + FRAME_HEADER;
	return 1;
}

int frame_next(struct frame_reader *r, struct frame *f, const uint8_t **payload,
	       const char **why)
{
	size_t left = (size_t)(r->end - r->in);
	int ret;

	if (r->have)
		return frame_next_cut(r, f, payload, why);
	if (!left) {
		/* The gathered frame, if there was one, has been used. */
		frame_drop_part(r);
		return 0;
	}
	if (left >= FRAME_HEADER) {
		ret = frame_unpack(f, r->in, why);
		if (ret)
			return ret;
		if (left >= FRAME_HEADER + (size_t)f->len) {
			*payload = r->in + FRAME_HEADER;
			r->in += FRAME_HEADER + (size_t)f->len;
			return 1;
		}
	}
	if (!r->part)
		r->part = malloc(FRAME_MAX);
	if (!r->part)
		return ERR_NOMEM;
	return frame_next_cut(r, f, payload, why);
}
