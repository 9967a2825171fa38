/* SPDX-License-Identifier: BSD-2-Clause */
/* offer.c - adit up offers to write the options of a login to adit.ini. */
#include "adit/cli.h"

#include "agent/conf_parts.h"
#include "base/folders.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void offer_put(FILE *f, const char *key, const char *value)
{
	if (value)
		fprintf(f, "%s = %s\n", key, value);
}

static void offer_put_list(FILE *f, const char *key, const struct name_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		offer_put(f, key, l->item[i]);
}

/* The options as lines of adit.ini, with ports and absolute paths.  The text is
 * the caller's; NULL: no memory. */
static char *make_text(const struct cli *cli, const struct agent_conf *c)
{
	char *text = NULL;
	size_t n;
	FILE *f = open_memstream(&text, &n);

	if (!f)
		return NULL;
	fputs("[agent]\n", f);
	offer_put_list(f, "gateway", &c->gateways);
	offer_put(f, "user", c->user);
	offer_put_list(f, "pin", &c->pins);
	offer_put(f, "ca", c->ca);
	offer_put(f, "password_file", c->password_file);
	offer_put(f, "proxy", cli->flags.proxy);
	if (!fclose(f))
		return text;
	free(text);
	return NULL;
}

static bool is_there(char *file)
{
	bool there = !file || !access(file, F_OK) || errno != ENOENT;

	free(file);
	return there;
}

static bool system_is_there(void)
{
	char *file = conf_system_file(NULL);

	if (!file || !conf_is_shut(file))
		return is_there(file);
	free(file);
	return false;
}

/* Whether a user can be asked, and there is something to write.  Values with
 * characters that have a meaning in ini files are not offered. */
static bool may_ask(const struct cli *cli, const char *text)
{
	return !cli->json && !cli->foreground && !cli->flags.file &&
	       !cli->flags.name && cli->flags.gateway && cli->flags.user &&
	       isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && text &&
	       !strpbrk(text, ";#\"\\\r\t") &&
	       !is_there(conf_user_file(NULL)) && !system_is_there();
}

static bool says_yes(const char *path)
{
	char line[16] = "", safe[PATH_MAX + 16];

	printf("Write this to %s, so that next time \"adit up\" is enough? "
	       "[y/N] ",
	       log_escape(safe, sizeof safe, path));
	fflush(stdout);
	if (!fgets(line, sizeof line, stdin)) {
		puts("");
		return false;
	}
	line[strcspn(line, "\r\n")] = 0;
	return !strcasecmp(line, "y") || !strcasecmp(line, "yes");
}

/* 0, or -1 with errno, and there is no file. */
static int write_file(const char *path, const char *text)
{
	size_t n = strlen(text);
	char dir[PATH_MAX];
	int fd, saved;

	snprintf(dir, sizeof dir, "%.*s", (int)(strrchr(path, '/') - path),
		 path);
	if (folders_make(dir))
		return -1;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		  0600);
	if (fd < 0)
		return -1;
	errno = ENOSPC; /* for the case that only a part is written */
	if (write(fd, text, n) == (ssize_t)n && !fsync(fd))
		return close(fd);
	saved = errno;
	close(fd);
	unlink(path);
	errno = saved;
	return -1;
}

void cli_offer_file(const struct cli *cli, const struct agent_conf *conf)
{
	char *text = make_text(cli, conf), *path = conf_user_file(NULL);
	char safe[PATH_MAX + 16];

	if (path && may_ask(cli, text) && says_yes(path)) {
		if (write_file(path, text))
			cli_fail(CLI_FAILED,
				 "cannot write %s: %s; the agent "
				 "is up, and goes on",
				 path, strerror(errno));
		else
			printf("written: %s\n",
			       log_escape(safe, sizeof safe, path));
	}
	if (text)
		explicit_bzero(text, strlen(text));
	free(text);
	free(path);
}
