/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz.h - any plugin, driven by bytes; for fuzz targets. */
#ifndef ADIT_KIT_FUZZ_H
#define ADIT_KIT_FUZZ_H

#include <adit/plugin.h>

/* One conversation through this plugin, with its preset options, cut in two
 * ways. Says what is wrong and traps, or returns 0.  fuzz_inside.h tells what
 * the bytes mean; a target is
 *
 * extern const struct adit_plugin adit_plugin;
 *
 * int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) { return
 * kit_fuzz_one(&adit_plugin, data, size); } */
int kit_fuzz_one(const struct adit_plugin *plugin, const uint8_t *data,
		 size_t size);

#endif
