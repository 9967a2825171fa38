/* SPDX-License-Identifier: BSD-2-Clause */
/* kafka_fuzz.c - bytes become a conversation through the kafka plugin. */
#include "kit/fuzz.h"

extern const struct adit_plugin adit_plugin;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return kit_fuzz_one(&adit_plugin, data, size);
}
