/* SPDX-License-Identifier: BSD-2-Clause */
/* crash.c - when a plugin crashes, tells which line of which transcript was
 * played. */
#include "kit/player.h"
#include "kit/suite.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

const char *volatile crash_title;

/* A signal handler may call write(2), and no function of stdio. */
static void crash_say(const char *text)
{
	ssize_t n = write(STDOUT_FILENO, text, strlen(text));

	(void)n;
}

static void say_number(unsigned n)
{
	char text[12], *at = text + sizeof(text) - 1;

	*at = 0;
	do
		*--at = (char)('0' + n % 10);
	while (n /= 10);
	crash_say(at);
}

static void on_crash(int sig)
{
	if (play_file) {
		crash_say("# killed by signal ");
		say_number((unsigned)sig);
		crash_say(", at ");
		crash_say(play_file);
		crash_say(":");
		say_number(play_line);
		crash_say(", while running\n# ");
		crash_say(crash_title ? crash_title : "-");
		crash_say("\n");
	}
	/* Because of SA_RESETHAND the signal ends the process this time. */
	raise(sig);
}

void crash_watch(void)
{
	static const int deadly[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL,
				      SIGABRT };
	struct sigaction sa = { .sa_handler = on_crash,
				.sa_flags = (int)SA_RESETHAND | SA_NODEFER };

	for (size_t i = 0; i < ARRAY_LEN(deadly); i++)
		sigaction(deadly[i], &sa, NULL);
}
