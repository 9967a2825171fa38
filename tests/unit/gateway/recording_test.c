/* SPDX-License-Identifier: BSD-2-Clause */
/* recording_test.c - a channel is recorded for whoever has armed that. */
#include "gateway/rig.h"

#include "gateway/recording.h"
#include "plugin/puppet.h"

#include "suite.h"

#include <string.h>
#include <unistd.h>

#define S UINT64_C(1000000)

static const char conf[] =
	"[server]\n[plugin puppet]\n"
	"[gateway main]\nlisten = 127.0.0.1:1\ncertificate = c\n"
	"private_key = k\nusers = users\ngroups = all\n"
	"[resource files]\nhost = 127.0.0.1\nport = 21\nplugin = puppet\n"
	"[resource echo]\nhost = 127.0.0.1\nport = 7\n"
	"[group all]\nusers = alice\nresources = files, echo\n";

static struct rig_user user;
static struct gsession *gs;

static void begin(void)
{
	gs = rig_start(&user, conf, &puppet);
	rig.connect_errno = 0;
}

static void end(void)
{
	rig_logout(&user);
	rig_end();
}

static bool arm(const char *resource, const char *answer)
{
	struct mail_command m = { .command = COMMAND_RECORD };

	snprintf(m.resource, sizeof m.resource, "%s", resource);
	snprintf(m.token, sizeof m.token, "token");
	rig_command(&m);
	return json_object_get(rig.part, answer);
}

static const json_t *fetch(const char *token, bool stop)
{
	struct mail_command m = { .command = COMMAND_RECORDED, .stop = stop };

	snprintf(m.token, sizeof m.token, "%s", token);
	rig_command(&m);
	return json_array_get(rig.part, 0);
}

static bool is_state(const json_t *one, const char *state)
{
	return !strcmp(json_string_value(json_object_get(one, "state")), state);
}

static bool has_event(const json_t *one, const char *what, const char *data)
{
	const json_t *e;
	size_t i;

	json_array_foreach(json_object_get(one, "events"), i, e)
	{
		const char *d = json_string_value(json_object_get(e, "data"));

		if (!strcmp(json_string_value(json_object_get(e, "what")),
			    what) &&
		    (!data || (d && !strcmp(d, data))))
			return true;
	}
	return false;
}

START_TEST(only_what_a_plugin_reads_can_be_recorded)
{
	begin();
	ck_assert(arm("nothing", "unknown"));
	ck_assert(arm("echo", "plain"));
	ck_assert(arm("files", "armed"));
	ck_assert(arm("files", "busy"));
	end();
}
END_TEST

START_TEST(a_channel_is_written_down)
{
	const json_t *one;
	struct mem *m;

	begin();
	ck_assert(arm("files", "armed"));
	ck_assert_ptr_null(fetch("another", false));
	ck_assert(is_state(fetch("token", false), "armed"));
	m = rig_open(&user, gs, "127.0.0.1", 21);
	ck_assert(rig_said("evt=recording"));
	mem_write(m, "say ab\n", 7);
	rig_settle(&user, gs);
	one = fetch("token", false);
	ck_assert(is_state(one, "running"));
	ck_assert(has_event(one, "open", NULL));
	ck_assert(has_event(one, "input", "7361792061620a"));
	ck_assert(has_event(one, "output", "61620a"));
	mem_reset(m);
	rig_settle(&user, gs);
	one = fetch("token", false);
	ck_assert(is_state(one, "done"));
	ck_assert(has_event(one, "close", NULL));
	ck_assert(!has_event(one, "open", NULL));
	ck_assert_ptr_null(rig.shard->recording);
	end();
	mem_free(m);
}
END_TEST

START_TEST(the_next_channel_is_not_recorded)
{
	struct mem *m, *next;
	int server;

	begin();
	ck_assert(arm("files", "armed"));
	m = rig_open(&user, gs, "127.0.0.1", 21);
	rig_hush();
	server = rig.server;
	rig.server = -1;
	next = rig_open(&user, gs, "127.0.0.1", 21);
	ck_assert(!rig_said("evt=recording"));
	/* Whoever has seen enough leaves the channel as it is. */
	ck_assert_ptr_nonnull(fetch("token", true));
	ck_assert_ptr_null(rig.shard->recording);
	mem_write(m, "say ab\n", 7);
	rig_settle(&user, gs);
	ck_assert(m->opened && !m->closed);
	end();
	close(server);
	mem_free(m);
	mem_free(next);
}
END_TEST

START_TEST(nobody_fetches_it)
{
	begin();
	ck_assert(arm("files", "armed"));
	recording_expire(rig.shard, rig.now_us + RECORDING_TIMEOUT_S * S);
	ck_assert_ptr_nonnull(rig.shard->recording);
	recording_expire(rig.shard, rig.now_us + RECORDING_TIMEOUT_S * S + 1);
	ck_assert_ptr_null(rig.shard->recording);
	end();
}
END_TEST

START_TEST(a_long_one_ends_before_its_channel)
{
	const json_t *one;
	struct mem *m;

	begin();
	ck_assert(arm("files", "armed"));
	m = rig_open(&user, gs, "127.0.0.1", 21);
	recording_count(rig.shard->recording, RECORDING_MAX);
	mem_write(m, "say ab\n", 7);
	rig_settle(&user, gs);
	one = fetch("token", false);
	ck_assert(is_state(one, "done"));
	ck_assert(has_event(one, "full", NULL));
	ck_assert(!m->closed);
	end();
	mem_free(m);
}
END_TEST

SUITE("recording", only_what_a_plugin_reads_can_be_recorded,
      a_channel_is_written_down, the_next_channel_is_not_recorded,
      nobody_fetches_it, a_long_one_ends_before_its_channel)
