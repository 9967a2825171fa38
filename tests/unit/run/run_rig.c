/* SPDX-License-Identifier: BSD-2-Clause */
/* run_rig.c - a command under adit run, without a network of its own. */
#include "run/run_rig.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <check.h>

struct runs runs;
struct run run;
char state_dir[32];

void run_rig_open(void)
{
	char path[64];

	snprintf(state_dir, sizeof state_dir, "/tmp/run-rig-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(state_dir));
	snprintf(path, sizeof path, "%s/runs", state_dir);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	runs = (struct runs){
		.agent = rig.agent,
		.state_dir = state_dir,
		.profile = "agent",
	};
	runs_init(&runs);
	run = (struct run){ .runs = &runs, .agent = rig.agent, .pid = 1 };
	run.syns = (struct syns){
		.agent = rig.agent,
		.bridges = &runs.bridges,
		.name = run.name,
		.is_own = run_ports_has,
		.net = &run.net,
	};
	run.net.owner = &run.owner;
	syns_init(&run.syns);
	snprintf(run.name, sizeof run.name, "command");
	list_init(&run.talks);
	list_init(&run.forwards);
}

void run_rig_close(void)
{
	char path[64];

	run_talk_free_all(&run);
	run_forward_free_all(&run);
	run_ports_close(&run);
	runs_fini(&runs);
	snprintf(path, sizeof path, "%s/runs", state_dir);
	ck_assert_int_eq(rmdir(path), 0);
	ck_assert_int_eq(rmdir(state_dir), 0);
}

size_t run_rig_query(uint8_t q[300], const char *name)
{
	static const uint8_t head[12] = { 0, 7, 1, 0, 0, 1 };
	uint8_t *p = q + sizeof head;

	memcpy(q, head, sizeof head);
	while (*name) {
		size_t n = strcspn(name, ".");

		*p++ = (uint8_t)n;
		memcpy(p, name, n);
		p += n;
		name += n + (name[n] == '.');
	}
	memcpy(p, "\0\0\1\0\1", 5);
	return (size_t)(p - q) + 5;
}

void run_rig_pair(int fd[2])
{
	struct addr at, from;
	int listener;

	ck_assert_int_eq(addr_parse(&at, "127.0.0.1", 0), 0);
	listener = tcp_listen(&at, 1, true);
	ck_assert_int_ge(listener, 0);
	at = addr_local(listener);
	fd[0] = tcp_connect(&at, NULL);
	ck_assert_int_eq(poll(&(struct pollfd){ listener, POLLIN, 0 }, 1, 5000),
			 1);
	fd[1] = tcp_accept(listener, &from);
	ck_assert_int_ge(fd[1], 0);
	close(listener);
}
