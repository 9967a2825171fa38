/* SPDX-License-Identifier: BSD-2-Clause */
/* load.c - loads DIR/NAME.so as the daemon does, and prints what it says. */
#include "plugin/loader.h"

#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct plugin_source from = { .owner = geteuid() };
	char err[PLUGIN_ERROR];
	struct plugin *p;

	if (argc != 3) {
		fprintf(stderr, "usage: %s DIR NAME\n", argv[0]);
		return 2;
	}
	from.dir = argv[1];
	from.name = argv[2];
	p = plugin_load(&from, err, sizeof(err));
	if (!p) {
		fprintf(stderr, "%s\n", err);
		return 1;
	}
	plugin_dump(p, stdout);
	plugin_unload(p);
	return 0;
}
