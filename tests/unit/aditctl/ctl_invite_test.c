/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_invite_test.c - the adit.ini of a user, who may be locked or unknown. */
#include "aditctl/admin.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

START_TEST(invite)
{
	json_t *o;

	admin_open();
	admin_init("vpn.example", "127.0.0.1:4443");
	admin_word("admin");
	admin_runs(ctl_invite, CTL_OK);
	STAGE_HAS(stage_out, "\n[agent]\nuser = admin\n"
			     "gateway = vpn.example:4443\n");
	STAGE_HAS(stage_out, "\npin = sha256:");
	STAGE_HAS_NOT(stage_out, "server_name = ");
	/* Another address does not say the name that is asked for. */
	admin.address = "192.0.2.1";
	admin_runs(ctl_invite, CTL_OK);
	STAGE_HAS(stage_out, "gateway = 192.0.2.1:4443\n");
	STAGE_HAS(stage_out, "server_name = vpn.example\n");
	o = admin_runs_json(ctl_invite, CTL_OK);
	ck_assert_pstr_eq(json_string_value(json_array_get(
				  json_object_get(o, "addresses"), 0)),
			  "192.0.2.1:4443");
	json_decref(o);
	admin.address = "[2001:db8::1]:7";
	admin_runs(ctl_invite, CTL_OK);
	STAGE_HAS(stage_out, "gateway = [2001:db8::1]:7\n");
	admin.address = "no name";
	admin_fails(ctl_invite, "usage", "--address no name");
	admin_close();
}
END_TEST

START_TEST(invite_whom)
{
	admin_open();
	admin_init("vpn.example", "127.0.0.1:4443");
	admin_word("nobody");
	admin_fails(ctl_invite, "failed", "aditctl passwd nobody");
	admin_word("admin");
	stage_write("made/users", "admin:!$y$j9T$salt$hash:\n");
	admin_runs(ctl_invite, CTL_OK);
	STAGE_HAS(stage_err, "admin is locked");
	STAGE_HAS(stage_out, "user = admin\n");
	admin_close();
}
END_TEST

SUITE("aditctl/ctl_invite", invite, invite_whom)
