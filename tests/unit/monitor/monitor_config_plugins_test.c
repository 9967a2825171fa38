/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_config_plugins_test.c - plugins are opened by the monitor and tried
 * before a configuration is in force. */
#include "monitor/monitor_config.h"

#include "base/err.h"
#include "process/msg.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[64];
static struct monitor_config config;
static struct conf_errors e;

static void run(const char *command)
{
	ck_assert_msg(!system(command), "%s", command);
}

/* With a sample in the folder of plugins, and this configuration. */
static void begin(const char *sample, const char *more)
{
	const char *top = getenv("top_builddir");
	char text[4096];

	snprintf(dir, sizeof dir, "/tmp/adit-config-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(chmod(dir, 0755), 0);
	snprintf(text, sizeof text,
		 "install -m 644 %s/tests/unit/plugin/.libs/%s.so "
		 "%s/sample_good.so",
		 top ? top : ".", sample, dir);
	run(text);
	snprintf(text, sizeof text,
		 "[gateway one]\nlisten = 127.0.0.1:443\nusers = /u\n"
		 "certificate = /c\nprivate_key = /k\n"
		 "[server]\nplugin_dir = %s\n%s",
		 dir, more);
	e = (struct conf_errors){ .file = "aditd.ini" };
	config.conf = gw_conf_parse(text, strlen(text), &e, NULL);
	ck_assert_msg(config.conf, "%s", e.text[0]);
}

static void end(void)
{
	char command[128];

	monitor_config_close_plugins(&config);
	gw_conf_unref(config.conf);
	snprintf(command, sizeof command, "rm -r %s", dir);
	run(command);
}

static void assert_said(const char *text)
{
	ck_assert_uint_eq(e.count, 1);
	ck_assert_msg(strstr(e.text[0], text), "%s", e.text[0]);
}

START_TEST(good)
{
	begin("sample_good", "[plugin sample_good]\n");
	ck_assert_int_eq(monitor_config_open_plugins(&config, &e), 0);
	ck_assert_int_ge(config.plugins[0], 0);
	ck_assert_int_eq(monitor_config_try_plugins(&config, &e), 0);
	ck_assert_uint_eq(e.count, 0);
	end();
}
END_TEST

START_TEST(no_file)
{
	begin("sample_good", "[plugin other]\n");
	ck_assert_int_eq(monitor_config_open_plugins(&config, &e), ERR_CONF);
	assert_said("aditd.ini:8: [plugin other]: ");
	end();
}
END_TEST

/* A plugin that anybody may write would let them run code in the worker. */
START_TEST(anybody_may_write_it)
{
	char path[128];

	begin("sample_good", "[plugin sample_good]\n");
	snprintf(path, sizeof path, "%s/sample_good.so", dir);
	ck_assert_int_eq(chmod(path, 0666), 0);
	ck_assert_int_eq(monitor_config_open_plugins(&config, &e), ERR_CONF);
	assert_said("[plugin sample_good]: ");
	ck_assert_int_eq(config.plugins[0], -1);
	end();
}
END_TEST

START_TEST(cannot_be_loaded)
{
	begin("sample_api", "[plugin sample_good]\n");
	ck_assert_int_eq(monitor_config_open_plugins(&config, &e), 0);
	ck_assert_int_eq(monitor_config_try_plugins(&config, &e), ERR_CONF);
	assert_said("aditd.ini:8: [plugin sample_good]: ");
	end();
}
END_TEST

/* An option that the plugin does not have: in its own section, or in that of a
 * resource. */
START_TEST(options)
{
	begin("sample_good", "[plugin sample_good]\nsuch = 1\n");
	ck_assert_int_eq(monitor_config_open_plugins(&config, &e), 0);
	ck_assert_int_eq(monitor_config_try_plugins(&config, &e), ERR_CONF);
	assert_said("aditd.ini:9: ");
	end();
	begin("sample_good", "[plugin sample_good]\n"
			     "[resource a]\nhost = a.example\nport = 1\n"
			     "plugin = sample_good\nsample_good.such = 1\n"
			     "[resource b]\nhost = b.example\nport = 1\n");
	ck_assert_int_eq(monitor_config_open_plugins(&config, &e), 0);
	ck_assert_int_eq(monitor_config_try_plugins(&config, &e), ERR_CONF);
	assert_said("such");
	end();
}
END_TEST

/* More than a message to the worker can hold. */
START_TEST(too_many)
{
	char text[4096];
	size_t n = 0;

	for (unsigned i = 0; i <= MSG_FDS; i++)
		n += (size_t)snprintf(text + n, sizeof text - n,
				      "[plugin p%u]\n", i);
	begin("sample_good", text);
	ck_assert_int_eq(monitor_config_open_plugins(&config, &e), ERR_CONF);
	assert_said("plugins");
	end();
}
END_TEST

SUITE("monitor/config_plugins", good, no_file, anybody_may_write_it,
      cannot_be_loaded, options, too_many)
