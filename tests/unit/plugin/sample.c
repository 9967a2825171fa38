/* SPDX-License-Identifier: BSD-2-Clause */
/* sample.c - the smallest plugin, and two that are none, for loader_test. */
#include <adit/plugin.h>

static enum adit_verdict pass(struct adit_msg *m)
{
	(void)m;
	return ADIT_PASS;
}

#ifdef SAMPLE_NAME
ADIT_PLUGIN(.name = SAMPLE_NAME, .version = "1", .summary = "passes everything",
	    .frame = { adit_frame_line, adit_frame_line }, .message = pass);
#elif defined(SAMPLE_API)
ADIT_EXPORT extern const struct adit_plugin adit_plugin;
const struct adit_plugin adit_plugin = { .api = SAMPLE_API, .message = pass };
#else
ADIT_EXPORT extern enum adit_verdict (*const nothing)(struct adit_msg *);
enum adit_verdict (*const nothing)(struct adit_msg *) = pass;
#endif
