/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_web.c - the numbers of this gateway for the web process. */
#include "monitor/monitor.h"

void monitor_web_asked(void *ctx, uint32_t id)
{
	struct monitor *m = ctx;
	json_t *request = json_pack("{s:s}", "command", "stats"), *alone;

	if (!monitor_forward_web(m, id, request)) {
		alone = json_object();
		monitor_status_add_numbers(m, alone);
		web_side_answer(m->web, id, alone);
	}
	json_decref(request);
}
