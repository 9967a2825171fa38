/* SPDX-License-Identifier: BSD-2-Clause */
/* generic.c - the built-in handler: every resource without `plugin =`.
 *
 * It never looks at a byte, so it has no framing and no callback: the gateway
 * joins the two connections directly and asks nobody.  This constant only lets
 * `aditctl plugins` name it. */
#include "plugin/loader.h"

const struct adit_plugin plugin_generic = {
	.api = ADIT_PLUGIN_API,
	.size = sizeof(struct adit_plugin),
	.name = "generic",
	.version = "1",
	.summary = "any TCP protocol, forwarded without looking",
};
