/* SPDX-License-Identifier: BSD-2-Clause */
/* agent_fuzz.c - what only a gateway says, RESOURCES before all, in any order and
 * form, and applications beside it: the agent keeps its bounds, listens nowhere but
 * where it may, and leaves nothing behind.
 *
 * The input is a row of steps; each takes a few bytes. */
#include "agent_world.h"

#include "net/sock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { APPS = 4, LOWEST = 1024, PEER = 500 };

static const uint8_t *at, *limit;
static int apps[APPS];
static uint32_t asked;    /* ids of reverse OPENs */
static struct addr heard; /* where the applications listen */

static unsigned byte(void)
{
	return at < limit ? *at++ : 0;
}

static uint16_t port(void)
{
	unsigned high = byte();

	return (uint16_t)(high << 8 | byte());
}

static const char *text(void)
{
	static const char *const some[] = {
		"echo",
		"files",
		"notes",
		"SOCKS5 listener",
		"notes 10.0.0.1",
		"e\xff\x1b[2J",
		"a\nb\tc",
		"127.0.0.1",
		"0.0.0.0",
		"::1",
		"192.0.2.1",
		"host.example",
		"",
	};

	return some[byte() % ARRAY_LEN(some)];
}

/* ---- the gateway ----------------------------------------------------------------- */

static size_t resource(uint8_t *p, size_t cap)
{
	struct resource_entry e = { .id = byte() };

	e.service = (uint8_t)(1 + (byte() & 1));
	e.flags = (uint8_t)byte();
	e.nranges = byte() % (RANGE_MAX + 1);
	e.ndata = byte() % (e.nranges + 1);
	snprintf(e.name, sizeof e.name, "%s", text());
	snprintf(e.detail, sizeof e.detail, "%s", text());
	for (unsigned i = 0; i < e.nranges; i++) {
		e.ranges[i].first = port();
		e.ranges[i].last = (uint16_t)(e.ranges[i].first + byte());
	}
	return pack_resource(p, cap, &e);
}

static int resources(void)
{
	struct frame f = { .command = FRAME_RESOURCES,
			   .flags = (uint8_t)byte() };
	uint8_t p[FRAME_PAYLOAD_MAX];
	size_t n = 0;

	for (unsigned i = byte() % 5; i; i--)
		n += resource(p + n, sizeof p - n);
	return world_say(&f, p, n);
}

/* About the application's channel of that number. */
static struct frame about(uint8_t command, uint8_t flags)
{
	uint32_t id = byte() % (2 * APPS);

	return (struct frame){ .command = command,
			       .flags = flags,
			       .client_id = id,
			       .server_id = id + PEER };
}

static int expect(void)
{
	struct frame f = about(FRAME_EXPECT, 0);
	struct expect e = { .id = byte() };
	uint8_t p[1024];

	e.kind = (uint8_t)(byte() % 9);
	e.spares = (uint8_t)byte();
	e.uses = (uint8_t)byte();
	if (e.kind == EXPECT_SHARED)
		e.uses = 0;
	e.port = port();
	e.ntargets = byte() % 3;
	for (unsigned i = 0; i < e.ntargets; i++) {
		snprintf(e.targets[i].host, sizeof e.targets[i].host, "%s",
			 text());
		e.targets[i].port = port();
	}
	return world_say(&f, p, pack_expect(p, sizeof p, &e));
}

static int cancel(void)
{
	struct frame f = { .command = FRAME_CANCEL };
	uint8_t p[4];

	return world_say(&f, p, pack_u32(p, sizeof p, byte()));
}

/* To the applications' listener, as long as the input does not say otherwise. */
static int reverse(void)
{
	struct frame f = { .command = FRAME_OPEN, .server_id = ++asked };
	struct open o = { .resource = byte() % (2 * APPS), .expectation = 1 };
	unsigned other = byte();
	char host[ADDR_TEXT];
	uint8_t p[512];

	snprintf(o.dest.host, sizeof o.dest.host, "%s",
		 other & 1 ? text() : addr_host(&heard, host));
	o.dest.port = other & 2 ? port() : heard.port;
	return world_say(&f, p, pack_open(p, sizeof p, &o));
}

static int channel(void)
{
	static const uint8_t commands[] = {
		FRAME_OPENED,
		FRAME_CLOSE,
		FRAME_DATA,
		FRAME_WINDOW,
	};
	unsigned what = byte();
	struct frame f = about(commands[what & 3], (uint8_t)(what >> 2 & 3));
	struct opened opened = { .credit = 16384 };
	struct reset reset = { .reason = (uint16_t)(what >> 4) };
	uint8_t p[300] = "data";
	size_t n = what >> 4;

	if (f.command == FRAME_OPENED)
		n = pack_opened(p, sizeof p, &opened);
	else if (f.command == FRAME_WINDOW)
		n = pack_u64(p, sizeof p, (uint64_t)n << 14);
	else if (f.command == FRAME_CLOSE)
		n = f.flags == FLAG_RESET ? pack_reset(p, sizeof p, &reset) : 0;
	return world_say(&f, p, n);
}

static int anything(void)
{
	unsigned command = byte();
	struct frame f = about((uint8_t)command, (uint8_t)(command >> 4));
	size_t n = byte(), left = (size_t)(limit - at);
	const uint8_t *p = at;

	n = MIN(n, left);
	at += n;
	return world_say(&f, p, n);
}

/* ---- applications ----------------------------------------------------------------- */

/* The i-th of all listeners. */
static const struct listener *listener(unsigned i)
{
	struct list *n, *t, *m, *u;

	list_each (n, t, &world.agent->resources)
		list_each (m, u,
			   &list_entry(n, struct resource, node)->listeners)
			if (!i--)
				return list_entry(m, struct listener, node);
	list_each (n, t, &world.agent->flows)
		list_each (m, u, &list_entry(n, struct flow, node)->listeners)
			if (!i--)
				return list_entry(m, struct listener, node);
	return NULL;
}

static void application(void)
{
	unsigned what = byte(), i = what % APPS;
	const struct listener *to = listener(byte() % 16);
	char line[100], host[ADDR_TEXT];

	if (apps[i] >= 0 && what & 0x40) {
		close(apps[i]);
		apps[i] = -1;
	} else if (apps[i] >= 0) {
		snprintf(line, sizeof line, "EPRT |1|%s|%u|\r\n",
			 addr_host(&heard, host), (unsigned)heard.port);
		(void)!send(apps[i], line, strlen(line), MSG_NOSIGNAL);
	} else if (to) {
		apps[i] = tcp_connect(&to->at, NULL);
	}
}

/* ---- what must hold ---------------------------------------------------------------- */

static void look_at(const struct list *listeners, bool announced)
{
	struct addr fixed;
	struct list *n, *t;

	if (addr_parse(&fixed, world_fixed, 0))
		abort();
	list_each (n, t, listeners) {
		const struct listener *p = list_entry(n, struct listener, node);

		if (!net_has(&world.conf.loopback_net, &p->at) &&
		    !addr_same_host(&p->at, &fixed))
			abort();
		if (announced && p->at.port < LOWEST)
			abort();
	}
}

static void look(void)
{
	struct agent *a = world.agent;
	struct list *n, *t;
	json_t *status = agent_status(a), *list = agent_resources(a);

	if (!status || !list)
		abort();
	json_decref(status);
	json_decref(list);
	list_each (n, t, &a->resources)
		look_at(&list_entry(n, struct resource, node)->listeners,
			false);
	list_each (n, t, &a->maps)
		look_at(&list_entry(n, struct mapping, node)->listeners, false);
	list_each (n, t, &a->flows)
		look_at(&list_entry(n, struct flow, node)->listeners, true);
	look_at(&a->orphans, true);
}

static int step(void)
{
	switch (byte() % 10) {
	case 0:
	case 1:
		return resources();
	case 2:
		return expect();
	case 3:
		return cancel();
	case 4:
		return reverse();
	case 5:
		return channel();
	case 6:
		return anything();
	case 7:
	case 8:
		application();
		break;
	default:
		break;
	}
	world_turn();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int listener_fd;

	world_open();
	heard = (struct addr){ .family = AF_INET, .ip = { 127, 0, 0, 1 } };
	listener_fd = tcp_listen(&heard, 8, false);
	heard = addr_local(listener_fd);
	memset(apps, -1, sizeof apps);
	asked = 900;
	at = data;
	limit = data + size;
	while (at < limit && !step())
		;
	world_turn();
	look();
	for (unsigned i = 0; i < APPS; i++)
		if (apps[i] >= 0)
			close(apps[i]);
	close(listener_fd);
	world_close();
	return 0;
}
