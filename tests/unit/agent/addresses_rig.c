/* SPDX-License-Identifier: BSD-2-Clause */
/* addresses_rig.c - addresses in a folder of a test's own. */
#include "addresses_rig.h"

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char dir[64], gateway[] = "gw.example:443";
char alice[] = "alice", bob[] = "bob", agent[] = "agent";
const char alice_net[] = "127.77.0.0/16";
const char salt[] = "salt\t000102030405060708090a0b0c0d0eff\n";
char *gateways[] = { gateway, NULL };
struct agent_conf conf;
struct addresses a;

void put_file(const char *text, size_t n)
{
	char path[100];
	FILE *f;

	snprintf(path, sizeof path, "%s/addresses", dir);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(text, 1, n, f), n);
	fclose(f);
}

void make_folder(void)
{
	if (dir[0])
		return;
	snprintf(dir, sizeof dir, "/tmp/adit-addresses-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	setenv("XDG_CONFIG_HOME", dir, 1);
}

void start_as(const char *network, char *user, char *profile)
{
	make_folder();
	conf = (struct agent_conf){
		.user = user,
		.profile = profile,
		.state_dir = dir,
		.gateways = { .item = gateways, .n = 1 },
	};
	ck_assert_int_eq(net_parse(&conf.loopback_net, network), 0);
	ck_assert_int_eq(addresses_init(&a, &conf, 0), 0);
}

void start(const char *network, char *user)
{
	start_as(network, user, agent);
}

void stop(void)
{
	struct dirent *e;
	char path[400];
	DIR *d = opendir(dir);

	ck_assert_ptr_nonnull(d);
	while ((e = readdir(d))) {
		if (e->d_name[0] == '.')
			continue;
		ck_assert_str_eq(e->d_name, "addresses");
		snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
		unlink(path);
	}
	closedir(d);
	rmdir(dir);
	dir[0] = 0;
	addresses_fini(&a);
}

struct addr get(const char *name)
{
	struct addr at;

	ck_assert_int_eq(addresses_get(&a, name, &at), 0);
	ck_assert(net_has(&a.net, &at));
	return at;
}

const char *file_text(void)
{
	static char found[4000];
	char path[100];
	size_t n;
	FILE *f;

	snprintf(path, sizeof path, "%s/addresses", dir);
	f = fopen(path, "r");
	ck_assert_ptr_nonnull(f);
	n = fread(found, 1, sizeof found - 1, f);
	fclose(f);
	found[n] = 0;
	return found;
}
