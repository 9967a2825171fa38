/* SPDX-License-Identifier: BSD-2-Clause */
/* log_to.c - where the gateway's log goes: the key `log` of [server]. */
#include "policy/log_to.h"

#include "base/err.h"

#include <stdio.h>
#include <string.h>

static int log_to_socket(struct log_to *to, const char *path)
{
	size_t n = strlen(path);

	if (n >= sizeof to->path)
		return ERR_INVAL;
	memcpy(to->path, path, n + 1);
	return 0;
}

int log_to_parse(struct log_to *to, const char *text)
{
	static const char syslog[] = "syslog:";
	const char *where = text + sizeof syslog - 1;

	*to = (struct log_to){ .kind = LOG_TO_STDERR };
	if (!strcmp(text, "stderr"))
		return 0;
	to->kind = LOG_TO_JOURNAL;
	if (!strcmp(text, "journal"))
		return log_to_socket(to, LOG_TO_JOURNAL_SOCKET);
	to->kind = LOG_TO_SYSLOG;
	if (!strcmp(text, "syslog"))
		return log_to_socket(to, LOG_TO_SYSLOG_SOCKET);
	if (strncmp(text, syslog, sizeof syslog - 1))
		return ERR_INVAL;
	if (*where == '/')
		return log_to_socket(to, where);
	return addr_parse_port(&to->at, where);
}
