/* SPDX-License-Identifier: BSD-2-Clause */
/* page_own.c - what a user needs for the own machine: adit.ini, and the files
 * that the administrator offers. */
#include "web/page_ask.h"
#include "web/page_table.h"

#include <stdio.h>
#include <string.h>

/* ---- files of the administrator ------------------------------------------ */

static void file_row(struct web_page *p, const json_t *o)
{
	const char *name = json_text(o, "name"), *hash = json_text(o, "sha256");

	html(p->h, "<tr><th scope=\"row\"><a href=\"/get/%s\">%s</a></th>",
	     name, name);
	page_bytes(p, o, "size");
	if (*hash)
		html(p->h, "<td><code>%s</code></td></tr>\n", hash);
	else
		html(p->h, "<td>%s</td></tr>\n", page_text(p, TEXT_HASH_WAIT));
}

static void files_show(struct web_page *p, const json_t *list)
{
	const json_t *o;
	size_t i;

	if (!json_array_size(list))
		return;
	html(p->h, "<h2>%s</h2>\n<p>%s</p>\n", page_text(p, TEXT_FILES),
	     page_text(p, TEXT_FILES_HELP));
	page_table(p, TEXT_FILES);
	page_column(p, TEXT_NAME);
	page_column(p, TEXT_SIZE);
	page_column(p, TEXT_HASH);
	page_rows(p);
	json_array_foreach(list, i, o) file_row(p, o);
	page_table_end(p);
}

static bool file_ask(const struct visit *v, struct msg_page_ask *a)
{
	ask_begin(v, a, PAGE_FILE);
	ask_add(a, v->rest);
	return true;
}

/* The monitor has found a file of just this name. */
static void file_show(const struct visit *v, const json_t *answer,
		      struct response *r)
{
	r->status = 200;
	r->type = "application/octet-stream";
	r->file = v->rest;
	r->is_file = true;
	r->size = json_number(answer, "size");
}

/* ---- adit.ini ------------------------------------------------------------ */

static bool get_ask(const struct visit *v, struct msg_page_ask *a)
{
	ask_begin(v, a, PAGE_INI);
	ask_add(a, v->host);
	return true;
}

static void get_show(const struct visit *v, const json_t *answer,
		     struct response *r)
{
	struct web_page p = page_begin(v, answer, TEXT_GET, r);

	html(p.h,
	     "<h2>%s</h2>\n<p>%s</p>\n"
	     "<p><a class=\"button\" href=\"/adit.ini\">adit.ini</a></p>\n",
	     page_text(&p, TEXT_GET_INI), page_text(&p, TEXT_GET_INI_HELP));
	files_show(&p, json_object_get(answer, "files"));
	page_end(&p);
}

static void ini_line(struct response *r, const char *key, const char *value)
{
	struct buf *out = &r->body.out;

	if (!*value)
		return;
	if (buf_append(out, key, strlen(key)) || buf_append(out, " = ", 3) ||
	    buf_append(out, value, strlen(value)) || buf_append(out, "\n", 1))
		r->body.failed = true;
}

/* The monitor has checked what the browser said of its host; names of users
 * have no character that means something in an ini file. */
static void ini_show(const struct visit *v, const json_t *answer,
		     struct response *r)
{
	static const char head[] =
		"; adit.ini, made by the web pages of the gateway.\n"
		"; Keep it as ~/.config/adit/adit.ini, and type: adit up\n"
		"; It asks for the password, which is not in this file.\n"
		"\n"
		"[agent]\n";

	(void)v;
	r->status = 200;
	r->type = "text/plain; charset=utf-8";
	r->file = "adit.ini";
	if (buf_append(&r->body.out, head, strlen(head)))
		r->body.failed = true;
	ini_line(r, "user", json_text(answer, "user"));
	ini_line(r, "gateway", json_text(answer, "at"));
	ini_line(r, "server_name", json_text(answer, "server_name"));
	ini_line(r, "pin", json_text(answer, "pin"));
}

const struct web_route routes_own[] = {
	{ "/get", false, get_ask, get_show, "/" },
	{ "/get/", false, file_ask, file_show, "/get" },
	{ "/adit.ini", false, get_ask, ini_show, "/" },
	{ .path = NULL },
};
