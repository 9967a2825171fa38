/* SPDX-License-Identifier: BSD-2-Clause */
/* page_own.c - what a user needs for the own machine: adit.ini. */
#include "web/page_ask.h"

#include <stdio.h>
#include <string.h>

/* ---- adit.ini, packages -------------------------------------------------- */

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
	{ "/get", false, get_ask, get_show },
	{ "/adit.ini", false, get_ask, ini_show },
	{ .path = NULL },
};
