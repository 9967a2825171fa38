/* SPDX-License-Identifier: BSD-2-Clause */
/* page_table.h - the tables of the pages. */
#ifndef ADIT_WEB_PAGE_TABLE_H
#define ADIT_WEB_PAGE_TABLE_H

#include "web/page.h"

/* A table is begun, then its columns, page_rows, and the rows, which are the
 * caller's; page_table_end ends it. */
void page_table(struct web_page *, enum text caption);
void page_column(struct web_page *, enum text heading);
void page_rows(struct web_page *);
void page_table_end(struct web_page *);
/* A cell with the bytes of a key, for people. */
void page_bytes(struct web_page *, const json_t *o, const char *key);
/* A cell with what a user has and, behind it, how much that may be. */
void page_use(struct web_page *, const json_t *o, const char *key,
	      const char *limit, bool is_bytes);
/* The sessions of a list, each with a button that posts its number to `path`.
 * `all`: of all users. */
void page_sessions(struct web_page *, const json_t *list, const char *path,
		   bool all);

#endif
