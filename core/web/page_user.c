/* SPDX-License-Identifier: BSD-2-Clause */
/* page_user.c - a user's own pages: resources, sessions, password, download. */
#include "web/page_ask.h"
#include "web/page_table.h"

#include <stdio.h>
#include <string.h>

/* ---- resources ----------------------------------------------------------- */

/* Which program people use at a port. */
static const char *program_of(unsigned long long port)
{
	switch (port) {
	case 21:
		return "ftp";
	case 22:
		return "ssh";
	case 23:
		return "telnet";
	default:
		return NULL;
	}
}

/* What to type where programs can look the resource up by a name. */
static void reach_by_name(struct web_page *p, const json_t *o, const char *name)
{
	unsigned long long port = json_number(o, "port");
	const char *program = program_of(port);

	if (program)
		html(p->h, "<code>adit run -- %s %s</code>", program, name);
	else
		html(p->h, "<code>adit run -- PROGRAM %s %llu</code>", name,
		     port);
}

static void reach(struct web_page *p, const json_t *o)
{
	const char *kind = json_text(o, "kind"), *url = json_text(o, "url");
	const char *name = json_text(o, "host");

	if (!strcmp(kind, "url")) {
		html(p->h, "%s <a href=\"%s\" rel=\"noreferrer\">%s</a>",
		     page_text(p, TEXT_REACH_LINK), url, url);
		return;
	}
	if (!strcmp(kind, "any")) {
		html(p->h, "%s <code>adit map %s ADDRESS</code>",
		     page_text(p, TEXT_REACH_ANY), json_text(o, "name"));
		return;
	}
	html(p->h, "%s <code>adit status</code>",
	     page_text(p, TEXT_REACH_STATUS));
	if (*name) {
		html(p->h, "<br>");
		reach_by_name(p, o, name);
	}
}

static void reach_code(struct web_page *p, const json_t *o)
{
	if (json_is_true(json_object_get(o, "code")))
		html(p->h, "<br>%s <code>adit confirm</code>",
		     page_text(p, TEXT_REACH_CODE));
}

static void resource_rows(struct web_page *p, const json_t *list)
{
	const json_t *o;
	size_t i;

	json_array_foreach(list, i, o)
	{
		html(p->h, "<tr><th scope=\"row\">%s</th><td>%s</td><td>",
		     json_text(o, "name"), json_text(o, "ports"));
		reach(p, o);
		reach_code(p, o);
		html(p->h, "</td></tr>\n");
	}
}

static void start_show(struct web_page *p)
{
	html(p->h,
	     "<p><a class=\"button\" href=\"adit://%s/up\">%s</a></p>\n"
	     "<p>%s <code>adit open adit://%s/up</code></p>\n",
	     p->v->host, page_text(p, TEXT_START),
	     page_text(p, TEXT_START_HELP), p->v->host);
}

static void home_show(const struct visit *v, const json_t *answer,
		      struct response *r)
{
	struct web_page p = page_begin(v, answer, TEXT_RESOURCES, r);
	const json_t *list = json_object_get(answer, "resources");

	start_show(&p);
	if (!json_array_size(list)) {
		html(p.h, "<p>%s</p>\n", page_text(&p, TEXT_RESOURCES_NONE));
	} else {
		page_table(&p, TEXT_RESOURCES);
		page_column(&p, TEXT_NAME);
		page_column(&p, TEXT_PORTS);
		page_column(&p, TEXT_REACH);
		page_rows(&p);
		resource_rows(&p, list);
		page_table_end(&p);
	}
	page_end(&p);
}

/* ---- sessions ------------------------------------------------------------ */

static void sessions_show(const struct visit *v, const json_t *answer,
			  struct response *r)
{
	struct web_page p = page_begin(v, answer, TEXT_SESSIONS, r);

	page_sessions(&p, json_object_get(answer, "sessions"), "/end", false);
	page_end(&p);
}

static bool end_ask(const struct visit *v, struct msg_page_ask *a)
{
	ask_begin(v, a, PAGE_END);
	ask_add(a, form_get(&v->form, "session"));
	return true;
}

static void end_show(const struct visit *v, const json_t *answer,
		     struct response *r)
{
	(void)v;
	(void)answer;
	page_go(r, "/sessions");
}

/* ---- logout -------------------------------------------------------------- */

static bool logout_ask(const struct visit *v, struct msg_page_ask *a)
{
	ask_begin(v, a, PAGE_LOGOUT);
	return true;
}

static void logout_show(const struct visit *v, const json_t *answer,
			struct response *r)
{
	(void)v;
	(void)answer;
	response_forget(r);
	page_go(r, "/login");
}

const struct web_route routes_user[] = {
	{ "/", false, ask_home, home_show, "/" },
	{ "/sessions", false, ask_home, sessions_show, "/" },
	{ "/end", true, end_ask, end_show, "/sessions" },
	{ "/logout", true, logout_ask, logout_show, "/" },
	{ .path = NULL },
};
