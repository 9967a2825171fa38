/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz.h - fuzzes a plugin that is linked in, for libFuzzer targets. */
#ifndef ADIT_KIT_FUZZ_H
#define ADIT_KIT_FUZZ_H

#include <adit/plugin.h>

/* Plays the conversation that the bytes describe (fuzz_inside.h) through this
 * plugin, with its preset options, twice: as it is, and byte by byte.  If
 * something is wrong it says what and traps, else it returns 0.  A target is
 *
 *	extern const struct adit_plugin adit_plugin;
 *
 *	int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
 *	{
 *		return kit_fuzz_one(&adit_plugin, data, size);
 *	} */
int kit_fuzz_one(const struct adit_plugin *plugin, const uint8_t *data,
		 size_t size);

#endif
