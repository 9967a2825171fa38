/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_pages_file.c - the files of web_downloads for who is logged in: what
 * there is, and one of them, as a descriptor.
 *
 * A name is only compared with those that the folder had: no path is made of
 * what a browser sends. */
#include "monitor/monitor_pages.h"

#include <stdio.h>
#include <string.h>

static json_t *file_hash(const struct download *d)
{
	char text[2 * sizeof d->hash + 1] = "";

	for (size_t i = 0; d->has_hash && i < sizeof d->hash; i++)
		snprintf(text + 2 * i, 3, "%02x", d->hash[i]);
	return json_string(text);
}

json_t *pages_files(const struct page_question *q)
{
	const struct download_folder *f = downloads_of(q->p->downloads,
						       q->gateway);
	json_t *list = json_array();

	for (size_t i = 0; f && i < f->n; i++)
		json_array_append_new(
			list,
			json_pack("{s:s, s:I, s:o}", "name", f->file[i].name,
				  "size", (json_int_t)f->file[i].was.st_size,
				  "sha256", file_hash(&f->file[i])));
	return list;
}

/* Whether one more file may be sent: some of a user, and no more of all than
 * half of the places that the front has for pages. */
static bool file_may_go(const struct page_question *q)
{
	unsigned pages = q->p->m->now.config->conf->server.login_connections /
			 4;
	unsigned all = 0, own = 0;

	for (size_t i = 0; i < PAGE_CONNS; i++) {
		const struct page_conn *c = &q->p->conn[i];

		if (!c->number || !c->downloads[0])
			continue;
		all++;
		own += !strcmp(c->downloads, q->token->who.user);
	}
	return own < PAGE_FILES_USER &&
	       all < MAX(MIN(pages / 2, (unsigned)PAGE_FILES), 1);
}

void pages_on_file(struct page_question *q)
{
	const char *name = q->ask->n ? q->ask->text[0] : "";
	const struct download *d = downloads_find(q->p->downloads, q->gateway,
						  name);

	if (!d || !file_may_go(q)) {
		pages_note(q, name, d ? "busy" : "missing");
		pages_error(q->p, q->id, d ? "files" : "missing");
		return;
	}
	snprintf(q->conn->downloads, sizeof q->conn->downloads, "%s",
		 q->token->who.user);
	pages_note(q, name, "done");
	pages_answer_file(q->p, q->id,
			  json_pack("{s:s, s:I}", "name", d->name, "size",
				    (json_int_t)d->was.st_size),
			  d->fd);
}
