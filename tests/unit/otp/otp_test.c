/* SPDX-License-Identifier: BSD-2-Clause */
/* otp_test.c - codes of RFC 6238, its window, links for apps. */
#include "otp/otp.h"

#include "suite.h"

#include <stdio.h>
#include <string.h>

/* "12345678901234567890", of RFC 6238, appendix B, which has eight digits:
 * these are the last six of them. */
static const char rfc[] = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

START_TEST(codes_of_the_rfc)
{
	static const struct {
		uint64_t now;
		const char *code;
	} list[] = {
		{ 59, "287082" },         { 1111111109, "081804" },
		{ 1111111111, "050471" }, { 1234567890, "005924" },
		{ 2000000000, "279037" }, { 20000000000, "353130" },
	};

	if (!otp_is_built())
		return;
	for (size_t i = 0; i < ARRAY_LEN(list); i++)
		ck_assert_uint_eq(otp_step_of(rfc, list[i].code, list[i].now,
					      0),
				  list[i].now / 30);
}
END_TEST

/* One step before and behind, not two. */
START_TEST(window_of_one_step)
{
	const uint64_t step = 1111111111 / 30;

	if (!otp_is_built())
		return;
	for (int d = -3; d <= 3; d++) {
		uint64_t now = (step + (uint64_t)(int64_t)d) * 30;

		ck_assert_uint_eq(otp_step_of(rfc, "050471", now, 0),
				  d >= -1 && d <= 1 ? step : 0);
	}
}
END_TEST

/* A step that is not later than the last one is over. */
START_TEST(each_step_once)
{
	const uint64_t now = 1111111111, step = now / 30;

	if (!otp_is_built())
		return;
	ck_assert_uint_eq(otp_step_of(rfc, "050471", now, step - 1), step);
	ck_assert_uint_eq(otp_step_of(rfc, "050471", now, step), 0);
	/* That of the step before, after it. */
	ck_assert_uint_eq(otp_step_of(rfc, "081804", now, 0), step - 1);
	ck_assert_uint_eq(otp_step_of(rfc, "081804", now, step), 0);
}
END_TEST

START_TEST(what_people_type)
{
	static const char *const wrong[] = { "",         "05047",  "0504711",
					     "050472",   "O50471", "050471x",
					     "-050471",  "50471",  "0 5 0 4 7",
					     "050471\n", "000000", "999999" };
	const uint64_t now = 1111111111;

	if (!otp_is_built())
		return;
	ck_assert_uint_ne(otp_step_of(rfc, "050 471", now, 0), 0);
	ck_assert_uint_ne(otp_step_of(rfc, " 050471 ", now, 0), 0);
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		ck_assert_msg(!otp_step_of(rfc, wrong[i], now, 0), "%s",
			      wrong[i]);
	ck_assert_uint_eq(otp_step_of("not base32!", "050471", now, 0), 0);
	ck_assert_uint_eq(otp_step_of("", "050471", now, 0), 0);
	ck_assert_uint_eq(otp_step_of(rfc, "050471", 0, 0), 0);
}
END_TEST

START_TEST(new_secrets)
{
	char a[OTP_NEW_TEXT], b[OTP_NEW_TEXT];

	if (!otp_is_built())
		return;
	ck_assert_int_eq(otp_secret_new(a), 0);
	ck_assert_int_eq(otp_secret_new(b), 0);
	ck_assert_uint_eq(strlen(a), 32);
	ck_assert_uint_eq(strspn(a, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"), 32);
	ck_assert_str_ne(a, b);
}
END_TEST

START_TEST(links)
{
	char uri[OTP_URI_TEXT], big[600];

	otp_uri(uri, "vpn.example.net", "ann@example", rfc);
	ck_assert_str_eq(uri, "otpauth://totp/vpn.example.net:ann@example"
			      "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
			      "&issuer=vpn.example.net&algorithm=SHA1"
			      "&digits=6&period=30");
	otp_uri(uri, "a b:&%", "x", "Y");
	ck_assert_ptr_nonnull(strstr(uri, "totp/a%20b%3A%26%25:x?"));
	memset(big, ' ', sizeof big - 1);
	big[sizeof big - 1] = 0;
	otp_uri(uri, big, big, rfc);
	ck_assert_ptr_nonnull(strstr(uri, "?secret=GEZ"));
}
END_TEST

SUITE("otp", codes_of_the_rfc, window_of_one_step, each_step_once,
      what_people_type, new_secrets, links)
