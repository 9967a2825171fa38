/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_otp_test.c - aditctl otp: a secret, its QR code, and away with it. */
#include "aditctl/admin.h"
#include "aditctl/ctl_qr.h"
#include "otp/otp.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

START_TEST(a_secret)
{
	char secret[40] = "", line[80];
	const char *key;

	if (!otp_is_built())
		return;
	admin_open();
	admin_word("alice");
	admin_runs(ctl_otp, CTL_OK);
	key = strstr(stage_out, "type the key ");
	ck_assert_ptr_nonnull(key);
	snprintf(secret, sizeof secret, "%.32s", key + strlen("type the key "));
	snprintf(line, sizeof line, "alice:%s\n", secret);
	ck_assert_str_eq(stage_read("users.otp"), line);
	snprintf(line, sizeof line, "?secret=%s&", secret);
	STAGE_HAS(stage_out, line);
	STAGE_HAS(stage_out, "otpauth://totp/main:alice?");
	STAGE_HAS(stage_out, "\u2588\u2580");
	ck_assert_ptr_null(strstr(stage_err, "note:"));
	/* Another one takes its place. */
	admin_runs(ctl_otp, CTL_OK);
	ck_assert_ptr_null(strstr(stage_read("users.otp"), secret));
	admin_close();
}
END_TEST

START_TEST(as_json)
{
	json_t *o;

	if (!otp_is_built())
		return;
	admin_open();
	admin_word("carol");
	o = admin_runs_json(ctl_otp, CTL_OK);
	ck_assert_str_eq(json_string_value(json_object_get(o, "done")), "set");
	ck_assert_uint_eq(
		strlen(json_string_value(json_object_get(o, "secret"))), 32);
	STAGE_HAS(stage_err, "no user carol yet");
	json_decref(o);
	admin_close();
}
END_TEST

START_TEST(removed)
{
	if (!otp_is_built())
		return;
	admin_open();
	admin_word("alice");
	admin_runs(ctl_otp, CTL_OK);
	admin.remove = true;
	admin_runs(ctl_otp, CTL_OK);
	STAGE_HAS(stage_out, "has no secret any more");
	ck_assert_str_eq(stage_read("users.otp"), "");
	admin_runs(ctl_otp, CTL_OK);
	STAGE_HAS(stage_out, "had no secret");
	admin_word("../alice");
	admin_runs(ctl_otp, CTL_USAGE);
	admin_close();
}
END_TEST

START_TEST(goes_with_its_user)
{
	if (!otp_is_built())
		return;
	admin_open();
	admin_word("alice");
	admin_runs(ctl_otp, CTL_OK);
	admin.remove = true;
	admin_runs(ctl_passwd, CTL_OK);
	ck_assert_str_eq(stage_read("users.otp"), "");
	admin_close();
}
END_TEST

/* What is drawn, read back: dark modules are spaces.  A finder pattern stands
 * in the corner. */
START_TEST(qr_code)
{
	char text[20000] = "";
	FILE *f;
	unsigned rows = 0;

	if (!otp_is_built())
		return;
	f = fmemopen(text, sizeof text, "w");
	ck_assert_int_eq(ctl_qr_print(f, "otpauth://totp/a", false), 0);
	fclose(f);
	for (const char *p = text; (p = strchr(p, '\n')); p++)
		rows++;
	/* Version 1: 21 modules, 2 around them on each side, two in a row. */
	ck_assert_uint_eq(rows, (21 + 4 + 1) / 2);
	STAGE_HAS(text, "\n\u2588\u2588 \u2584\u2584\u2584\u2584\u2584 ");
	f = fmemopen(text, sizeof text, "w");
	ck_assert_int_eq(ctl_qr_print(f, "x", true), 0);
	fclose(f);
	STAGE_HAS(text, "\033[40;37;1m\u2588");
}
END_TEST

SUITE("ctl_otp", a_secret, as_json, removed, goes_with_its_user, qr_code)
