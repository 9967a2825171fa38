/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_pin_test.c - the pin of a certificate, for people and for scripts. */
#include "aditctl/admin.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

START_TEST(pin_of_a_gateway)
{
	char line[100];
	json_t *o;

	admin_open();
	admin_init("vpn.example", "127.0.0.1:4443");
	snprintf(line, sizeof line, "%.71s\n", strstr(stage_out, "sha256:"));
	admin_runs(ctl_pin, CTL_OK);
	ck_assert_str_eq(stage_out, line);
	o = admin_runs_json(ctl_pin, CTL_OK);
	ck_assert_uint_eq(json_array_size(json_object_get(o, "pins")), 1);
	json_decref(o);
	admin.gateway = "mian";
	admin_fails(ctl_pin, "usage", "has no [gateway mian]");
	admin.gateway = NULL;
	stage_write("made/tls/cert.pem", "nonsense\n");
	admin_runs(ctl_pin, CTL_FAILED);
	STAGE_HAS(stage_err, "cert.pem: no certificate");
	admin_close();
}
END_TEST

SUITE("aditctl/ctl_pin", pin_of_a_gateway)
