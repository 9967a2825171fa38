/* SPDX-License-Identifier: BSD-2-Clause */
/* control_fuzz.c - any bytes at the agent's control socket, from up to two commands
 * at once: a request gets one line of JSON or none, and nothing is left behind.
 *
 * The first byte says how the agent is and how the bytes are cut. */
#include "adit/agent_control.h"
#include "agent_world.h"
#include "run/redirect.h"
#include "run/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { STOPPED = 1, LISTED = 2, TWICE = 4, HANGS_UP = 8, TURNS = 20 };

static struct agent_control *server;
static struct runs runs;
static struct redirect redirect;
static char folder[] = "/tmp/adit-fuzz-XXXXXX";

static json_t *on_reload(void *ctx, char *why, size_t cap)
{
	(void)ctx;
	snprintf(why, cap, "there is no configuration \xff here");
	return NULL;
}

static void on_down(void *ctx)
{
	(void)ctx;
	agent_down(world.agent);
}

static void remove_folder(void)
{
	rmdir(folder);
}

static void open_server(const char *path)
{
	struct agent_control_conf conf = {
		.loop = &world.loop,
		.path = path,
		.agent = world.agent,
		.runs = &runs,
		.redirect = &redirect,
		.on_down = on_down,
		.on_reload = on_reload,
	};
	char why[600];

	runs = (struct runs){
		.agent = world.agent,
		.state_dir = folder,
		.profile = "agent",
	};
	runs_init(&runs);
	redirect.agent = world.agent;
	redirect_init(&redirect);
	server = agent_control_new(&conf, why, sizeof why);
	if (!server)
		abort();
}

static int dial(const char *path)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	snprintf(sun.sun_path, sizeof sun.sun_path, "%s", path);
	if (fd < 0 || connect(fd, (struct sockaddr *)&sun, sizeof sun))
		abort();
	return fd;
}

/* An any-IP resource, so that there is something to map. */
static void send_list(void)
{
	struct frame f = { .command = FRAME_RESOURCES,
			   .flags = FLAG_FIRST | FLAG_LAST };
	struct resource_entry e = {
		.id = 1,
		.service = SERVICE_FORWARD,
		.name = "any",
		.flags = RESOURCE_ANY,
		.nranges = 1,
		.ranges = { { 2000, 2000 } },
	};
	uint8_t p[200];

	if (world_say(&f, p, pack_resource(p, sizeof p, &e)))
		abort();
	world_turn();
}

static void nobody(void *ctx, int err, const char *text)
{
	(void)ctx;
	(void)err;
	(void)text;
}

/* One line, an object with an answer or an error. */
static void check(const char *line, size_t n)
{
	json_t *o;

	if (!n)
		return;
	o = json_loadb(line, n, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(o) || json_object_size(o) != 1 ||
	    line[n - 1] != '\n' || memchr(line, '\n', n) != line + n - 1 ||
	    (!json_object_get(o, "answer") &&
	     !json_is_string(json_object_get(o, "error"))))
		abort();
	json_decref(o);
}

static void hear(int fd)
{
	static char text[1 << 20];
	size_t have = 0;
	ssize_t n;

	for (unsigned i = 0; i < TURNS; i++) {
		world_turn();
		n = recv(fd, text + have, sizeof text - have, 0);
		have += n > 0 ? (size_t)n : 0;
		if (!n)
			break;
	}
	check(text, have);
}

/* In pieces of so many bytes. */
static void ask(int fd, const uint8_t *p, size_t n, size_t piece)
{
	for (size_t cut; n; p += cut, n -= cut) {
		cut = MIN(n, piece);
		if (send(fd, p, cut, MSG_NOSIGNAL) < 0)
			return;
		world_turn();
	}
}

static void prepare(unsigned how)
{
	if (how & LISTED)
		send_list();
	if (how & LISTED && how & STOPPED)
		agent_stop(world.agent, nobody, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned how = size ? data[0] : 0;
	char path[64];
	int one, two;

	if (strstr(folder, "XXXXXX") &&
	    (!mkdtemp(folder) || atexit(remove_folder)))
		abort();
	snprintf(path, sizeof path, "%s/sock", folder);
	world_open();
	open_server(path);
	prepare(how);
	one = dial(path);
	two = dial(path);
	if (size)
		ask(one, data + 1, size - 1, how & 16 ? 1 : 1 + how);
	if (how & TWICE)
		ask(two, data + 1, size - 1, size);
	if (!(how & HANGS_UP))
		hear(one);
	close(one);
	hear(two);
	close(two);
	world_turn();
	uplink_end(&world.agent->uplink);
	agent_control_free(server);
	redirect_fini(&redirect);
	runs_fini(&runs);
	world_close();
	return 0;
}
