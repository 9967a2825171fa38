/* SPDX-License-Identifier: BSD-2-Clause */
/* page.c - what all pages have in common: their head, menu and end, and how
 * the monitor's answer becomes one of them. */
#include "web/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- values of JSON ------------------------------------------------------ */

const char *json_text(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

unsigned long long json_number(const json_t *o, const char *key)
{
	json_int_t n = json_integer_value(json_object_get(o, key));

	return n > 0 ? (unsigned long long)n : 0;
}

/* ---- the parts of a page ------------------------------------------------- */

const char *page_text(const struct web_page *p, enum text t)
{
	return lang_text(p->v->lang, t);
}

static void page_head(struct web_page *p, enum text title, bool again)
{
	struct html *h = p->h;

	html(h,
	     "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n"
	     "<meta charset=\"utf-8\">\n",
	     p->v->lang->code);
	if (again)
		html(h, "<meta http-equiv=\"refresh\" content=\"5\">\n");
	html(h,
	     "<meta name=\"viewport\" content=\"width=device-width\">\n"
	     "<title>%s - adit</title>\n"
	     "<link rel=\"stylesheet\" href=\"/style.css\">\n"
	     "</head>\n<body>\n",
	     page_text(p, title));
}

static void page_link(struct web_page *p, const char *path, enum text t)
{
	bool here = p->v->route && !strcmp(p->v->route->path, path);

	html(p->h, "<li><a href=\"%s\"", path);
	if (here)
		html(p->h, " aria-current=\"page\"");
	html(p->h, ">%s</a></li>\n", page_text(p, t));
}

static void page_menu(struct web_page *p)
{
	html(p->h, "<nav aria-label=\"%s\">\n<ul>\n", page_text(p, TEXT_MENU));
	page_link(p, "/", TEXT_RESOURCES);
	page_link(p, "/sessions", TEXT_SESSIONS);
	page_link(p, "/get", TEXT_GET);
	if (json_is_true(json_object_get(p->answer, "may_change")))
		page_link(p, "/password", TEXT_PASSWORD);
	if (json_is_true(json_object_get(p->answer, "admin"))) {
		page_link(p, "/admin", TEXT_ADMIN_SESSIONS);
		page_link(p, "/admin/channels", TEXT_ADMIN_CHANNELS);
		page_link(p, "/admin/refusals", TEXT_ADMIN_REFUSALS);
		page_link(p, "/admin/traffic", TEXT_ADMIN_TRAFFIC);
		page_link(p, "/admin/users", TEXT_ADMIN_USERS);
		page_link(p, "/admin/why", TEXT_WHY);
	}
	html(p->h, "</ul>\n</nav>\n");
}

static void page_who(struct web_page *p)
{
	page_form(p, "/logout");
	html(p->h,
	     "<p>%s <strong>%s</strong> (%s) <button>%s</button></p></form>\n",
	     page_text(p, TEXT_LOGGED_IN_AS), json_text(p->answer, "user"),
	     json_text(p->answer, "gateway"), page_text(p, TEXT_LOG_OUT));
}

static bool page_has_user(const struct web_page *p)
{
	return *json_text(p->answer, "user");
}

static struct web_page page_start(const struct visit *v, const json_t *answer,
				  enum text title, struct response *r,
				  bool again)
{
	struct web_page p = { v, answer, &r->body };

	if (!r->status)
		r->status = 200;
	r->type = "text/html; charset=utf-8";
	page_head(&p, title, again);
	html(p.h, "<a class=\"skip\" href=\"#content\">%s</a>\n<header>\n",
	     page_text(&p, TEXT_SKIP));
	html(p.h, "<p class=\"brand\">adit</p>\n");
	if (page_has_user(&p)) {
		page_who(&p);
		page_menu(&p);
	}
	html(p.h,
	     "</header>\n<main id=\"content\" tabindex=\"-1\">\n<h1>%s</h1>\n",
	     page_text(&p, title));
	return p;
}

struct web_page page_begin(const struct visit *v, const json_t *answer,
			   enum text title, struct response *r)
{
	return page_start(v, answer, title, r, false);
}

struct web_page page_begin_again(const struct visit *v, const json_t *answer,
				 enum text title, struct response *r)
{
	return page_start(v, answer, title, r, true);
}

/* A button for each language, its own name as it is written in it. */
static void page_languages(struct web_page *p)
{
	const struct langs *l = p->v->langs;

	if (l->n < 2)
		return;
	html(p->h, "<form method=\"post\" action=\"/language\"><p>\n");
	for (unsigned i = 0; i < l->n; i++)
		html(p->h,
		     "<button name=\"language\" value=\"%s\" lang=\"%s\">%s"
		     "</button>\n",
		     l->code[i], l->code[i],
		     lang_text(&l->lang[i], TEXT_LANGUAGE));
	html(p->h, "</p></form>\n");
}

void page_end(struct web_page *p)
{
	html(p->h, "</main>\n<footer>\n");
	page_languages(p);
	html(p->h, "</footer>\n</body>\n</html>\n");
}

void page_form(struct web_page *p, const char *path)
{
	html(p->h,
	     "<form method=\"post\" action=\"%s\">"
	     "<input type=\"hidden\" name=\"csrf\" value=\"%s\">\n",
	     path, json_text(p->answer, "csrf"));
}

void page_go(struct response *r, const char *path)
{
	r->status = 303;
	r->location = path;
	r->type = "text/plain; charset=utf-8";
}

void page_time(struct web_page *p, unsigned long long since_1970)
{
	time_t when = (time_t)since_1970;
	char machine[40], people[40];
	struct tm tm;

	if (!gmtime_r(&when, &tm))
		return;
	strftime(machine, sizeof machine, "%Y-%m-%dT%H:%M:%SZ", &tm);
	strftime(people, sizeof people, "%Y-%m-%d %H:%M UTC", &tm);
	html(p->h, "<time datetime=\"%s\">%s</time>", machine, people);
}

/* ---- answers ------------------------------------------------------------- */

static const struct {
	const char *word;
	unsigned status;
	enum text text;
} errors[] = {
	{ "expired", 403, TEXT_ERROR_EXPIRED },
	{ "form", 403, TEXT_ERROR_FORM },
	{ "denied", 403, TEXT_ERROR_DENIED },
	{ "wrong", 403, TEXT_ERROR_WRONG },
	{ "proof", 403, TEXT_ERROR_PROOF },
	{ "unchanged", 400, TEXT_ERROR_UNCHANGED },
	{ "unchangeable", 403, TEXT_ERROR_UNCHANGEABLE },
	{ "certificate", 403, TEXT_ERROR_CERTIFICATE },
	{ "tries", 429, TEXT_ERROR_TRIES },
	{ "later", 503, TEXT_ERROR_LATER },
	{ "input", 400, TEXT_ERROR_INPUT },
	{ "missing", 404, TEXT_ERROR_MISSING },
	{ "files", 503, TEXT_ERROR_FILES },
	{ "busy", 503, TEXT_ERROR_BUSY },
};

/* The way back from an error: to the page whose form was sent. */
static void page_back(struct web_page *p)
{
	const struct web_route *route = p->v->route;

	html(p->h, "<p><a href=\"%s\">%s</a></p>\n", route ? route->back : "/",
	     page_text(p, TEXT_BACK));
}

void visit_fail(const struct visit *v, unsigned status, enum text t,
		struct response *r)
{
	struct web_page p;

	r->status = status;
	p = page_begin(v, NULL, TEXT_ERROR, r);
	html(p.h, "<p role=\"alert\">%s</p>\n", page_text(&p, t));
	page_back(&p);
	page_end(&p);
}

/* The page of an error; the gateway's own sentence, if it sent one, stands
 * below it. */
static void answer_error(const struct visit *v, const json_t *answer,
			 struct response *r)
{
	const char *word = json_text(answer, "error");
	const char *detail = json_text(answer, "detail"), *own;
	size_t i = 0;
	struct web_page p;

	while (i < ARRAY_LEN(errors) - 1 && strcmp(errors[i].word, word))
		i++;
	r->status = errors[i].status;
	p = page_begin(v, answer, TEXT_ERROR, r);
	html(p.h, "<p role=\"alert\">%s</p>\n", page_text(&p, errors[i].text));
	own = lang_translate(v->lang, detail);
	if (own)
		html(p.h, "<p>%s</p>\n", own);
	else if (*detail)
		html(p.h, "<p lang=\"en\">%s</p>\n", detail);
	page_back(&p);
	page_end(&p);
}

void visit_answer(const struct visit *v, const json_t *answer,
		  struct response *r)
{
	const char *error = json_text(answer, "error");

	if (!strcmp(error, "expired") && !v->route->is_post)
		page_go(r, "/login");
	else if (*error)
		answer_error(v, answer, r);
	else
		v->route->show(v, answer, r);
}

/* ---- requests ------------------------------------------------------------ */

bool visit_is_sound(struct visit *v, struct response *r)
{
	if (!v->body || !form_read(&v->form, v->body, v->nbody))
		return true;
	visit_fail(v, 400, TEXT_ERROR_FORM, r);
	return false;
}

void visit_fini(struct visit *v)
{
	if (v->body)
		explicit_bzero(v->body, v->nbody);
	free(v->body);
	explicit_bzero(v, sizeof *v);
}

void response_fini(struct response *r)
{
	html_fini(&r->body);
	explicit_bzero(r->cookie, sizeof r->cookie);
}
