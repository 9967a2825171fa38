/* SPDX-License-Identifier: BSD-2-Clause */
/* frame_fuzz.c - the frame decoder: cut at will, it finds the same frames, and
 * what unpacks packs to the same bytes again. */
#include "base/err.h"
#include "frame/code.h"
#include "frame/frame.h"
#include "frame/payload.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static union {
	struct open open;
	struct opened opened;
	struct reset reset;
	struct expect expect;
	struct expected expected;
	struct resource_entry resource;
	struct login login;
	struct prompt prompt;
	struct answer answer;
	struct profile profile;
	struct attach attach;
	struct goodbye goodbye;
	struct code_wanted code_wanted;
	struct code_is code_is;
	char code[CODE_MAX];
	uint64_t u64;
	uint32_t u32;
} as;

static uint8_t again[FRAME_MAX];

/* What a payload unpacks to must fit into a frame, and be the same bytes; a
 * name that is a literal is the one thing that has two spellings. */
static void must_match(size_t packed, const uint8_t *p, size_t n)
{
	if (packed != n || memcmp(again, p, n))
		abort();
}

#define BOTH_WAYS(name)                                                        \
	do {                                                                   \
		if (!unpack_##name(&as.name, p, n))                            \
			must_match(pack_##name(again, sizeof again, &as.name), \
				   p, n);                                      \
	} while (0)

static void resources(const uint8_t *p, size_t n)
{
	size_t used;

	while (n && !unpack_resource(&as.resource, p, n, &used)) {
		must_match(pack_resource(again, sizeof again, &as.resource), p,
			   used);
		p += used;
		n -= used;
	}
}

static void unpack(const struct frame *f, const uint8_t *p, size_t n)
{
	switch (f->command) {
	case FRAME_OPEN:
		if (!unpack_open(&as.open, p, n) &&
		    !pack_open(again, sizeof again, &as.open))
			abort();
		break;
	case FRAME_EXPECT:
		if (!unpack_expect(&as.expect, p, n) &&
		    !pack_expect(again, sizeof again, &as.expect))
			abort();
		break;
	case FRAME_OPENED:
		if (!unpack_opened(&as.opened, p, n) &&
		    !pack_opened(again, sizeof again, &as.opened))
			abort();
		break;
	case FRAME_CLOSE:
		BOTH_WAYS(reset);
		break;
	case FRAME_WINDOW:
		if (!unpack_u64(&as.u64, p, n))
			must_match(pack_u64(again, sizeof again, as.u64), p, n);
		break;
	case FRAME_CANCEL:
		if (!unpack_u32(&as.u32, p, n))
			must_match(pack_u32(again, sizeof again, as.u32), p, n);
		break;
	case FRAME_EXPECTED:
		BOTH_WAYS(expected);
		break;
	case FRAME_RESOURCES:
		resources(p, n);
		break;
	case FRAME_LOGIN:
		if (!(f->flags & FLAG_CHANGE))
			BOTH_WAYS(login);
		else if (!unpack_login_change(&as.login, p, n))
			must_match(pack_login(again, sizeof again, &as.login),
				   p, n);
		break;
	case FRAME_PROMPT:
		BOTH_WAYS(prompt);
		break;
	case FRAME_ANSWER:
		BOTH_WAYS(answer);
		break;
	case FRAME_RESULT:
		BOTH_WAYS(profile);
		break;
	case FRAME_ATTACH:
		BOTH_WAYS(attach);
		break;
	case FRAME_GOAWAY:
		BOTH_WAYS(goodbye);
		break;
	case FRAME_CODE_WANTED:
		BOTH_WAYS(code_wanted);
		break;
	case FRAME_CODE:
		if (!unpack_code(as.code, p, n))
			must_match(pack_code(again, sizeof again, as.code), p,
				   n);
		break;
	case FRAME_CODE_IS:
		BOTH_WAYS(code_is);
		break;
	default:
		break;
	}
}

/* A number that depends on every frame found, and on how it ended. */
static uint64_t digest(const uint8_t *data, size_t size, size_t piece)
{
	struct frame_reader r;
	const uint8_t *payload;
	const char *why = NULL;
	struct frame f;
	uint64_t sum = 14695981039346656037ULL;
	int ret = 0;

	frame_reader_init(&r);
	for (size_t at = 0; at < size && ret >= 0; at += piece) {
		frame_input(&r, data + at, MIN(piece, size - at));
		while ((ret = frame_next(&r, &f, &payload, &why)) > 0) {
			sum = (sum ^ f.command) * 1099511628211ULL;
			for (unsigned i = 0; i < f.len; i++)
				sum = (sum ^ payload[i]) * 1099511628211ULL;
			if (piece == size)
				unpack(&f, payload, f.len);
		}
	}
	frame_reader_fini(&r);
	return sum + (ret < 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t whole;

	if (!size)
		return 0;
	whole = digest(data, size, size);
	if (digest(data, size, 1) != whole ||
	    digest(data, size, 1 + size / 3) != whole)
		abort();
	for (unsigned i = 0; i < 256; i++)
		if (!frame_name((uint8_t)i)[0])
			abort();
	return 0;
}
