/* SPDX-License-Identifier: BSD-2-Clause */
/* auth_keep.c - what is known of failed logins, and of logins, outlives the
 * process. */
#include "monitor/attempt.h"

#include "base/log.h"
#include "monitor/pam_known.h"
#include "net/loop.h"

#include <limits.h>
#include <stdio.h>
#include <time.h>

enum { KEEP_S = 60 }; /* until a change is written into state_dir */

static struct guess_clock clock_of_now(void)
{
	return (struct guess_clock){ clock_now_us() / 1000,
				     (uint64_t)time(NULL) };
}

static const char *memory_file(const struct auth *a, char path[PATH_MAX])
{
	int n = snprintf(path, PATH_MAX, "%s/logins.json", a->conf.state_dir);

	return n < PATH_MAX ? path : a->conf.state_dir;
}

static void keep_load(struct auth *a)
{
	const struct guess_clock clock = clock_of_now();
	char path[PATH_MAX], why[GUESS_WHY];

	if (!a->conf.state_dir)
		return;
	if (guesses_load(&a->guesses, memory_file(a, path), &clock, why))
		log_msg(LOG_WARN, NULL,
			"nobody waits for failed logins of before this "
			"start, since they cannot be read: %s",
			why);
}

void auth_keep(struct auth *a)
{
	const struct guess_clock clock = clock_of_now();
	char path[PATH_MAX], why[GUESS_WHY];
	bool kept = a->kept;

	ev_timer_stop(a->conf.loop, &a->keep);
	if (!a->conf.state_dir)
		return;
	a->kept = !guesses_save(&a->guesses, memory_file(a, path), &clock, why);
	if (kept && !a->kept)
		log_msg(LOG_WARN, NULL,
			"failed logins, and from where users log in, will be "
			"forgotten at a restart: %s; see state_dir in "
			"aditd.ini(5)",
			why);
}

static void on_keep(struct ev_loop *loop, ev_timer *w, int events)
{
	(void)loop;
	(void)events;
	auth_keep(w->data);
}

void auth_changed(struct auth *a)
{
	if (!ev_is_active(&a->keep)) {
		ev_timer_set(&a->keep, KEEP_S, 0);
		ev_timer_start(a->conf.loop, &a->keep);
	}
}

void auth_keep_init(struct auth *a)
{
	ev_init(&a->keep, on_keep);
	a->keep.data = a;
	a->kept = true;
	keep_load(a);
}

void auth_age(struct auth *a)
{
	pam_known_age(a->pam_known);
}
