/* SPDX-License-Identifier: BSD-2-Clause */
/* load.c - loads DIR/NAME.so as the daemon does, and prints what the plugin
 * says about itself. */
#include "plugin/loader.h"

#include <stdio.h>
#include <unistd.h>

static void dump(const struct plugin *p)
{
	printf("%s %s - %s\n", p->def.name, p->def.version, p->def.summary);
	for (size_t i = 0; i < p->noptions; i++)
		printf("  option  %s = %s\n", p->option[i].key,
		       p->option[i].preset ? p->option[i].preset : "");
	for (size_t i = 0; i < p->ncounters; i++)
		printf("  counter %s\n", p->def.counters[i]);
}

int main(int argc, char **argv)
{
	struct plugin_source from = { .owner = geteuid() };
	char err[PLUGIN_ERROR];
	struct plugin *p;
	int fd;

	if (argc != 3) {
		fprintf(stderr, "usage: %s DIR NAME\n", argv[0]);
		return 2;
	}
	from.dir = argv[1];
	from.name = argv[2];
	fd = plugin_open(&from, err, sizeof(err));
	p = fd < 0 ? NULL : plugin_load_from(&from, fd, err, sizeof(err));
	if (fd >= 0)
		close(fd);
	if (!p) {
		fprintf(stderr, "%s\n", err);
		return 1;
	}
	dump(p);
	plugin_unload(p);
	return 0;
}
