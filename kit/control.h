/* SPDX-License-Identifier: BSD-2-Clause */
/* control.h - asks a running aditd: one line of JSON each way. */
#ifndef ADIT_KIT_CONTROL_H
#define ADIT_KIT_CONTROL_H

#include "base/defs.h"

#include <jansson.h>

/* Takes `request`.  NULL: the reason stands in why. */
MUST_CHECK json_t *control_ask(const char *path, json_t *request, char *why,
			       size_t why_cap);

#endif
