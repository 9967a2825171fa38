/* SPDX-License-Identifier: BSD-2-Clause */
/* together.c - main() of a program that holds several test programs. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "together.h"

/* Each has a process of its own, as if it had been started: it finds nothing
 * that another has left behind.  Its report goes to NAME.tap. */
static int together_run(const struct together *one)
{
	char report[256];
	pid_t pid;
	int status;

	snprintf(report, sizeof(report), "%s.tap", one->name);
	fflush(stdout);
	pid = fork();
	if (!pid) {
		if (!freopen(report, "w", stdout))
			exit(EXIT_FAILURE);
		exit(one->main());
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return -1;
	return status;
}

int main(void)
{
	unsigned n = 0, failed = 0;

	for (const struct together *one = together; one->name; one++) {
		int status = together_run(one);

		printf("%sok %u - %s\n", status ? "not " : "", ++n, one->name);
		failed += status != 0;
	}
	printf("1..%u\n", n);
	return failed != 0;
}
