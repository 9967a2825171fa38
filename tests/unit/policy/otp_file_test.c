/* SPDX-License-Identifier: BSD-2-Clause */
/* otp_file_test.c - the file of secrets for one-time codes. */
#include "base/err.h"
#include "policy/otp_file.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define S1 "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
#define S2 "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U"

static char folder[64], file[96];
static struct conf_errors errs;

static void open_folder(void)
{
	snprintf(folder, sizeof folder, "/tmp/adit-otp-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(file, sizeof file, "%s/users.otp", folder);
	errs = (struct conf_errors){ .file = file };
}

static void close_folder(void)
{
	unlink(file);
	ck_assert_int_eq(rmdir(folder), 0);
}

static void file_says(const char *text)
{
	FILE *f = fopen(file, "w");

	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
	ck_assert_int_eq(chmod(file, 0600), 0);
}

static void file_is(const char *text)
{
	char now[1000] = "";
	FILE *f = fopen(file, "r");

	ck_assert_ptr_nonnull(f);
	now[fread(now, 1, sizeof now - 1, f)] = 0;
	fclose(f);
	ck_assert_str_eq(now, text);
}

static const char *secret_of(const char *user, int ret)
{
	static char secret[OTP_SECRET_MOST + 1];

	ck_assert_int_eq(otp_file_find(user, secret, &errs), ret);
	return secret;
}

START_TEST(finds)
{
	open_folder();
	ck_assert_str_eq(secret_of("ann", 0), "");
	file_says("# codes\n\nannabel:" S2 "\nann:" S1 "\r\nbob:" S2);
	ck_assert_str_eq(secret_of("ann", 0), S1);
	ck_assert_str_eq(secret_of("annabel", 0), S2);
	ck_assert_str_eq(secret_of("bob", 0), S2);
	ck_assert_str_eq(secret_of("an", 0), "");
	ck_assert_str_eq(secret_of("", 0), "");
	ck_assert_uint_eq(errs.count, 0);
	close_folder();
}
END_TEST

/* It is not "no secret": whoever asks must be refused. */
START_TEST(cannot_be_used)
{
	static const char *const wrong[] = {
		"ann:",
		"ann:SHORT",
		"ann:" S1 ":",
		"ann: " S1,
		"ann:gezdgnbvgy3tqojqgezdgnbvgy3tqojq",
		"ann:" S1 S1 S1 S1
	};

	open_folder();
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		errs.count = 0;
		file_says(wrong[i]);
		ck_assert_str_eq(secret_of("ann", ERR_INVAL), "");
		ck_assert_ptr_nonnull(strstr(errs.text[0], "users.otp:1: "));
		/* Nor does the error show it. */
		ck_assert_ptr_null(strstr(errs.text[0], S1));
	}
	file_says("ann:" S1 "\n");
	ck_assert_int_eq(chmod(file, 0644), 0);
	ck_assert_str_eq(secret_of("ann", ERR_CONF), "");
	close_folder();
}
END_TEST

START_TEST(changes)
{
	struct stat st;

	open_folder();
	ck_assert_int_eq(otp_file_change("ann", NULL, &errs), ERR_NOTFOUND);
	ck_assert_int_ne(access(file, F_OK), 0);
	ck_assert_int_eq(otp_file_change("ann", S1, &errs), 0);
	file_is("ann:" S1 "\n");
	ck_assert_int_eq(stat(file, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0600);
	file_says("# codes\nann:" S1 "\nbob:" S2);
	ck_assert_int_eq(otp_file_change("ann", S2, &errs), 0);
	file_is("# codes\nbob:" S2 "\nann:" S2 "\n");
	ck_assert_int_eq(otp_file_change("bob", NULL, &errs), 0);
	file_is("# codes\nann:" S2 "\n");
	ck_assert_int_eq(otp_file_change("bob", NULL, &errs), ERR_NOTFOUND);
	ck_assert_uint_eq(errs.count, 0);
	ck_assert_int_eq(otp_file_change("an:n", S2, &errs), ERR_CONF);
	ck_assert_int_eq(otp_file_change("ann", "no\nroot:x", &errs), ERR_CONF);
	file_is("# codes\nann:" S2 "\n");
	close_folder();
}
END_TEST

START_TEST(lists_users)
{
	struct name_list l = { 0 };

	open_folder();
	ck_assert_int_eq(otp_file_users(&l, &errs), 0);
	ck_assert_uint_eq(l.n, 0);
	file_says("# codes\nbob:" S1 "\n:x\nno colon\n-bad name:x\n"
		  "ann:" S2);
	ck_assert_int_eq(otp_file_users(&l, &errs), 0);
	ck_assert_uint_eq(l.n, 2);
	ck_assert_str_eq(l.item[0], "bob");
	ck_assert_str_eq(l.item[1], "ann");
	name_list_fini(&l);
	ck_assert_int_eq(chmod(file, 0644), 0);
	ck_assert_int_eq(otp_file_users(&l, &errs), ERR_CONF);
	ck_assert_uint_eq(l.n, 0);
	close_folder();
}
END_TEST

SUITE("otp_file", finds, cannot_be_used, changes, lists_users)
