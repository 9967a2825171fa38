/* SPDX-License-Identifier: BSD-2-Clause */
/* framing.c - the framing functions that the engine offers to plugins. */
#include "base/wire.h"
#include "plugin/inside.h"

int64_t adit_frame_line(struct adit_channel *ch, const uint8_t *p, size_t n)
{
	const uint8_t *lf = memchr(p, '\n', n);

	(void)ch;
	return lf ? ADIT_MSG(lf - p + 1) : ADIT_MORE;
}

static int64_t counted(uint64_t len, size_t header)
{
	return len < header ? ADIT_BAD : ADIT_MSG(len);
}

int64_t adit_frame_u16be(struct adit_channel *ch, const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);
	uint16_t len = rd_u16(&r);

	(void)ch;
	return r.bad ? ADIT_MORE : counted(len, 2);
}

int64_t adit_frame_u32be(struct adit_channel *ch, const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);
	uint32_t len = rd_u32(&r);

	(void)ch;
	return r.bad ? ADIT_MORE : counted(len, 4);
}

int64_t adit_frame_u32be_behind(struct adit_channel *ch, const uint8_t *p,
				size_t n)
{
	struct rd r = rd_of(p, n);
	uint32_t len = rd_u32(&r);

	(void)ch;
	return r.bad ? ADIT_MORE : ADIT_MSG((int64_t)len + 4);
}

int64_t adit_frame_raw(struct adit_channel *ch, const uint8_t *p, size_t n)
{
	(void)p;
	return ADIT_MSG(MIN(n, ch->plugin->def.max_message));
}
