/* SPDX-License-Identifier: BSD-2-Clause */
/* auth_keep_test.c - when what is known of logins is written down.  What of it
 * outlives a restart is in auth_restart_test.c. */
#include "auth_rig.h"

#include "monitor/attempt.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct rig *rig;
static char folder[64], file[96];

static void begin(bool has_folder)
{
	rig = rig_new(users_file);
	auth_free(rig->auth);
	snprintf(folder, sizeof folder, "/tmp/adit-keep-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(file, sizeof file, "%s/logins.json", folder);
	rig_start(rig, has_folder ? folder : NULL);
}

static void end(void)
{
	rig_free(rig);
	unlink(file);
	ck_assert_int_eq(rmdir(folder), 0);
}

static bool is_written(void)
{
	return !access(file, F_OK);
}

/* A minute after the first change, however many follow: a crowd of failed
 * logins does not put it off. */
START_TEST(a_minute_later)
{
	ev_timer *w;
	double left;

	begin(true);
	w = &rig->auth->keep;
	ck_assert(!ev_is_active(w) && !is_written());
	auth_changed(rig->auth);
	left = ev_timer_remaining(rig->loop, w);
	ck_assert(ev_is_active(w) && left > 50. && left < 61.);
	ev_timer_stop(rig->loop, w);
	ev_timer_set(w, 7., 0.);
	ev_timer_start(rig->loop, w);
	auth_changed(rig->auth);
	ck_assert(ev_timer_remaining(rig->loop, w) < 8.);
	ck_assert(!is_written());
	ev_invoke(rig->loop, w, EV_TIMER);
	ck_assert(is_written() && !ev_is_active(w));
	end();
}
END_TEST

/* A failed login is such a change. */
START_TEST(a_login_fails)
{
	begin(true);
	(void)try_from(rig, "alice", "wrong", "192.0.2.1:1");
	check_one();
	ck_assert(ev_is_active(&rig->auth->keep));
	end();
}
END_TEST

START_TEST(without_a_folder)
{
	begin(false);
	auth_changed(rig->auth);
	ev_invoke(rig->loop, &rig->auth->keep, EV_TIMER);
	ck_assert(!is_written() && !ev_is_active(&rig->auth->keep));
	ck_assert(rig->auth->kept);
	end();
}
END_TEST

SUITE("auth_keep", a_minute_later, a_login_fails, without_a_folder)
