/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_pages_lang.c - gives the web process, which opens no files, the texts
 * of the pages in other languages. */
#include "monitor/monitor_pages.h"

#include "base/log.h"
#include "base/wire.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CODE_MAX = 8 }; /* bytes of "pt-br" and the like */

static bool is_language(const char *name, char code[CODE_MAX + 1])
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz-");

	if (n < 2 || n > CODE_MAX || strcmp(name + n, ".ini"))
		return false;
	snprintf(code, CODE_MAX + 1, "%.*s", (int)n, name);
	return true;
}

static void send_language(struct monitor *m, const char *path, const char *code)
{
	struct conf_errors e = { .file = path };
	struct msg msg = { .type = MSG_PAGE_LANG };
	struct wr w = wr_of(msg.data, sizeof msg.data);
	struct buf text = { 0 };
	int fd = -1;

	if (!conf_text_read(&text, false, &e))
		fd = msg_memfd("adit-language", buf_ptr(&text), buf_len(&text));
	for (unsigned i = 0; i < conf_errors_kept(&e); i++)
		log_msg(LOG_WARN, "web", "%s", e.text[i]);
	buf_fini(&text);
	if (fd < 0)
		return;
	wr_str8(&w, code);
	msg.len = (size_t)(w.p - msg.data);
	msg.fds[msg.nfds++] = fd;
	if (web_side_send(m->web, &msg))
		log_msg(LOG_DEBUG, "web",
			"the web process is not told a language: it has ended");
	msg_close_fds(&msg);
}

void pages_send_languages(struct monitor *m)
{
	const char *folder = m->now.config->conf->server.web_languages;
	struct dirent **list;
	char path[4200], code[CODE_MAX + 1];
	int n = scandir(folder, &list, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		if (is_language(list[i]->d_name, code)) {
			snprintf(path, sizeof path, "%s/%s", folder,
				 list[i]->d_name);
			send_language(m, path, code);
		}
		free(list[i]);
	}
	if (n >= 0)
		free(list);
}
