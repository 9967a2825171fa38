/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_daily.c - warns once a day of certificates that end soon. */
#include "monitor/monitor.h"

#include "base/log.h"

#define DAY_S (24 * 60 * 60.)

static void on_day(struct ev_loop *loop, ev_timer *w, int events)
{
	const struct monitor *m = w->data;
	struct conf_errors warn = { .file = m->file };

	(void)loop;
	(void)events;
	monitor_config_warn_times(m->now.config, time(NULL), &warn);
	for (unsigned i = 0; i < conf_errors_kept(&warn); i++)
		log_msg(LOG_WARN, NULL, "%s", warn.text[i]);
}

/* The first time is a day from now: reading the configuration has warned
 * already. */
void monitor_daily_start(struct monitor *m)
{
	ev_timer_init(&m->daily, on_day, DAY_S, DAY_S);
	m->daily.data = m;
	ev_timer_start(m->loop, &m->daily);
}
