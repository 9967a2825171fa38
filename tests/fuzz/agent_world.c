/* SPDX-License-Identifier: BSD-2-Clause */
/* agent_world.c - an agent with a session and without a connection to its gateway. */
#include "agent_world.h"

#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { DESCRIPTORS = 256, TURNS = 3 };

struct agent_world world;
const char world_fixed[] = "127.250.250.250";

/* A network for each process: they run side by side. */
static void set_conf(void)
{
	static char gateway[] = "127.0.0.1:1", user[] = "alice",
		    any[] = "notes";
	static char profile[] = "agent", files[] = "files", host[] = "10.0.0.1";
	static char *gateways[] = { gateway, NULL }, *hosts[] = { host, NULL };
	static struct listen_conf listens[2];
	char network[40];

	snprintf(network, sizeof network, "127.%d.%d.0/24",
		 192 + getpid() / 256 % 48, getpid() % 256);
	listens[0] = (struct listen_conf){ .name = files };
	listens[1] = (struct listen_conf){
		.name = any,
		.maps = { .item = hosts, .n = 1 },
	};
	world.conf = (struct agent_conf){
		.gateways = { .item = gateways, .n = 1 },
		.user = user,
		.profile = profile,
		.reverse = true,
		.low_port_offset = 10000,
		.listens = listens,
		.nlistens = 2,
	};
	if (net_parse(&world.conf.loopback_net, network) ||
	    addr_parse(&listens[0].at, world_fixed, 0))
		abort();
}

static int lowest_free(void)
{
	int fd = dup(STDERR_FILENO);

	close(fd);
	return fd;
}

/* Few descriptors: a list with thousands of ports ends early. */
static void begin(void)
{
	const struct rlimit few = { DESCRIPTORS, DESCRIPTORS };

	if (setrlimit(RLIMIT_NOFILE, &few) || loop_init(&world.loop))
		abort();
	log_start("fuzz", LOG_ERROR);
	set_conf();
}

void world_open(void)
{
	struct agent *a;

	if (!world.loop.ev)
		begin();
	world.lowest = lowest_free();
	a = agent_new(&world.loop, &world.conf, "secret");
	if (!a)
		abort();
	world.agent = a;
	a->uplink.profile.marker = MARKER;
	if (uplink_session_new(&a->uplink) ||
	    session_attach(a->uplink.session, true, 0))
		abort();
	a->uplink.goal = UPLINK_FORWARD;
	a->uplink.state = UPLINK_UP;
	maps_configure(a);
}

void world_close(void)
{
	agent_free(world.agent);
	ev_run(world.loop.ev, EVRUN_NOWAIT);
	if (lowest_free() != world.lowest)
		abort();
}

int world_say(struct frame *f, const void *payload, size_t n)
{
	struct session *s = world.agent->uplink.session;
	uint8_t wire[FRAME_MAX];
	int ret;

	f->service = f->service ? f->service : SERVICE_FORWARD;
	f->protocol = PROTOCOL_TCP;
	f->marker = MARKER;
	f->len = (uint16_t)n;
	frame_pack(wire, f);
	if (n)
		memcpy(wire + FRAME_HEADER, payload, n);
	session_set_now(s, loop_now_us(&world.loop));
	ret = session_input(s, wire, FRAME_HEADER + n);
	session_input_done(s);
	return ret;
}

void world_turn(void)
{
	struct agent *a = world.agent;
	struct iovec record;

	for (unsigned i = 0; i < TURNS; i++) {
		ev_run(world.loop.ev, EVRUN_NOWAIT);
		if (!a->uplink.session)
			continue;
		session_set_now(a->uplink.session, loop_now_us(&world.loop));
		while (session_next(a->uplink.session, &record))
			;
		session_reap(a->uplink.session);
	}
}
