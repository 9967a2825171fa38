/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_env_test.c - the variables of adit env, in the words of each shell. */
#include "adit/user.h"
#include "suite.h"

#include <stdlib.h>
#include <string.h>

#define ANSWER                                                                 \
	"{\"answer\": {\"proxy\": \"127.77.0.9:1080\", "                       \
	"\"pac\": \"http://127.77.0.9:1080/proxy.pac\", "                      \
	"\"direct\": [\"vpn.example\", \"2001:db8::1\", \"'; id; '\"]}}"

#define NOT "localhost,127.0.0.0/8,127.0.0.1,::1,vpn.example,2001:db8::1"

static void prints(const char *shell, const char *shell_of_user,
		   const char *text)
{
	user_open();
	user.shell = shell;
	setenv("SHELL", shell_of_user, 1);
	USER_ANSWERS(ANSWER);
	user_runs(cmd_env, CLI_OK);
	ck_assert_str_eq(canned_asked(&user_agent), "{\"command\":\"env\"}");
	STAGE_HAS(stage_out, text);
	STAGE_HAS_NOT(stage_out, "id;");
	canned_close(&user_agent);
	user_close();
}

START_TEST(variables)
{
	prints("sh", "",
	       "export http_proxy='http://127.77.0.9:1080';\n"
	       "export HTTP_PROXY='http://127.77.0.9:1080';\n"
	       "export https_proxy='http://127.77.0.9:1080';\n"
	       "export HTTPS_PROXY='http://127.77.0.9:1080';\n"
	       "export all_proxy='socks5h://127.77.0.9:1080';\n"
	       "export ALL_PROXY='socks5h://127.77.0.9:1080';\n"
	       "export no_proxy='" NOT "';\n"
	       "export NO_PROXY='" NOT "';\n");
}
END_TEST

START_TEST(shells)
{
	prints(NULL, "/bin/bash", "export no_proxy='" NOT "';\n");
	prints(NULL, "", "export no_proxy='" NOT "';\n");
	prints(NULL, "/bin/tcsh", "setenv no_proxy '" NOT "';\n");
	prints(NULL, "/usr/bin/fish", "set -gx no_proxy '" NOT "';\n");
	prints("csh", "/usr/bin/fish", "setenv no_proxy '" NOT "';\n");
}
END_TEST

START_TEST(no_such_shell)
{
	user_open();
	user.shell = "powershell";
	user_runs(cmd_env, CLI_USAGE);
	STAGE_HAS(stage_err, "expected sh, csh or fish");
	user_close();
}
END_TEST

START_TEST(for_programs)
{
	json_t *o;

	user_open();
	USER_ANSWERS(ANSWER);
	o = user_runs_json(cmd_env, CLI_OK);
	ck_assert_str_eq(json_string_value(json_object_get(
				 json_object_get(o, "variables"), "ALL_PROXY")),
			 "socks5h://127.77.0.9:1080");
	json_decref(o);
	canned_close(&user_agent);
	user_close();
}
END_TEST

/* Nothing that a shell would run is printed, whoever answers. */
START_TEST(no_port)
{
	user_open();
	USER_ANSWERS("{\"error\": \"not forwarding; run: adit start\"}");
	user_runs(cmd_env, CLI_FAILED);
	STAGE_HAS(stage_err, "adit start");
	canned_close(&user_agent);
	USER_ANSWERS("{\"answer\": {\"proxy\": \"1'; id; '\"}}");
	user_runs(cmd_env, CLI_FAILED);
	ck_assert_str_eq(stage_out, "");
	canned_close(&user_agent);
	user_close();
}
END_TEST

SUITE("adit/cmd_env", variables, shells, no_such_shell, for_programs, no_port)
