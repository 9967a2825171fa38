/* SPDX-License-Identifier: BSD-2-Clause */
/* page_admin.c - the pages for administrators: sessions, channels, refusals,
 * users, and why. */
#include "web/page_ask.h"
#include "web/page_table.h"

#include <stdio.h>
#include <string.h>

/* ---- lists --------------------------------------------------------------- */

static void admin_ask(const struct visit *v, struct msg_page_ask *a,
		      const char *what)
{
	ask_begin(v, a, PAGE_ADMIN);
	ask_add(a, what);
}

static bool sessions_ask(const struct visit *v, struct msg_page_ask *a)
{
	admin_ask(v, a, "sessions");
	return true;
}

static void sessions_show(const struct visit *v, const json_t *answer,
			  struct response *r)
{
	struct web_page p = page_begin(v, answer, TEXT_ADMIN_SESSIONS, r);

	page_sessions(&p, json_object_get(answer, "sessions"), "/admin/kick",
		      true);
	page_end(&p);
}

static bool channels_ask(const struct visit *v, struct msg_page_ask *a)
{
	admin_ask(v, a, "channels");
	return true;
}

/* The words of aditctl's list (shard_report.c), in the reader's language. */
static enum text channel_state(const json_t *channel)
{
	const char *state = json_text(channel, "state");

	return !strcmp(state, "connects")         ? TEXT_STATE_CONNECTS :
	       !strcmp(state, "waits for a code") ? TEXT_STATE_CODE :
						    TEXT_STATE_OPEN;
}

static void channel_row(struct web_page *p, const json_t *o)
{
	html(p->h,
	     "<tr><th scope=\"row\">%llu/%llu</th><td>%s</td><td>%s</td>"
	     "<td>%s</td><td>%s</td><td>%s</td><td>",
	     json_number(o, "session_number"), json_number(o, "channel"),
	     json_text(o, "user"), json_text(o, "resource"),
	     json_text(o, "source"), json_text(o, "destination"),
	     page_text(p, channel_state(o)));
	page_time(p, json_number(o, "since"));
	html(p->h, "</td>");
	page_bytes(p, o, "to_server");
	page_bytes(p, o, "to_client");
	html(p->h, "</tr>\n");
}

static void channels_show(const struct visit *v, const json_t *answer,
			  struct response *r)
{
	struct web_page p = page_begin(v, answer, TEXT_ADMIN_CHANNELS, r);
	const json_t *list = json_object_get(answer, "channels"), *o;
	size_t i;

	if (!json_array_size(list))
		html(p.h, "<p>%s</p>\n", page_text(&p, TEXT_NONE_NOW));
	else {
		page_table(&p, TEXT_ADMIN_CHANNELS);
		page_column(&p, TEXT_NUMBER);
		page_column(&p, TEXT_USER);
		page_column(&p, TEXT_RESOURCE);
		page_column(&p, TEXT_SOURCE);
		page_column(&p, TEXT_DESTINATION);
		page_column(&p, TEXT_STATE);
		page_column(&p, TEXT_SINCE);
		page_column(&p, TEXT_TO_SERVER);
		page_column(&p, TEXT_TO_CLIENT);
		page_rows(&p);
		json_array_foreach(list, i, o) channel_row(&p, o);
		page_table_end(&p);
	}
	page_end(&p);
}

static bool refusals_ask(const struct visit *v, struct msg_page_ask *a)
{
	admin_ask(v, a, "refusals");
	return true;
}

static void refusals_show(const struct visit *v, const json_t *answer,
			  struct response *r)
{
	struct web_page p = page_begin(v, answer, TEXT_ADMIN_REFUSALS, r);
	const json_t *list = json_object_get(answer, "refusals"), *o;
	size_t i;

	if (!json_array_size(list))
		html(p.h, "<p>%s</p>\n", page_text(&p, TEXT_NONE_NOW));
	else {
		page_table(&p, TEXT_ADMIN_REFUSALS);
		page_column(&p, TEXT_TIME);
		page_column(&p, TEXT_USER);
		page_column(&p, TEXT_SOURCE);
		page_column(&p, TEXT_WHAT);
		page_rows(&p);
		json_array_foreach(list, i, o)
		{
			html(p.h, "<tr><th scope=\"row\">");
			page_time(&p, json_number(o, "time"));
			html(p.h,
			     "</th><td>%s</td><td>%s</td>"
			     "<td lang=\"en\">%s</td></tr>\n",
			     json_text(o, "user"), json_text(o, "source"),
			     json_text(o, "text"));
		}
		page_table_end(&p);
	}
	page_end(&p);
}

/* ---- users --------------------------------------------------------------- */

static bool users_ask(const struct visit *v, struct msg_page_ask *a)
{
	admin_ask(v, a, "users");
	return true;
}

static void user_row(struct web_page *p, const json_t *o)
{
	bool locked = json_is_true(json_object_get(o, "locked"));
	enum text action = locked ? TEXT_UNLOCK : TEXT_LOCK;
	const char *user = json_text(o, "user");

	html(p->h, "<tr><th scope=\"row\">%s</th><td>%s</td>", user,
	     json_text(o, "groups"));
	page_use(p, o, "sessions", "sessions_limit", false);
	page_use(p, o, "connections", "connections_limit", false);
	page_use(p, o, "memory", "memory_limit", true);
	html(p->h, "<td class=\"act\">");
	page_form(p, locked ? "/admin/unlock" : "/admin/lock");
	html(p->h,
	     "<button name=\"user\" value=\"%s\" aria-label=\"%s %s\">%s"
	     "</button></form></td></tr>\n",
	     user, page_text(p, action), user, page_text(p, action));
}

static void users_show(const struct visit *v, const json_t *answer,
		       struct response *r)
{
	struct web_page p = page_begin(v, answer, TEXT_ADMIN_USERS, r);
	const json_t *o;
	size_t i;

	html(p.h, "<p>%s</p>\n<p>%s</p>\n", page_text(&p, TEXT_LOCK_HELP),
	     page_text(&p, TEXT_USE_HELP));
	page_table(&p, TEXT_ADMIN_USERS);
	page_column(&p, TEXT_USER);
	page_column(&p, TEXT_GROUPS);
	page_column(&p, TEXT_USE_SESSIONS);
	page_column(&p, TEXT_CHANNELS);
	page_column(&p, TEXT_MEMORY);
	page_column(&p, TEXT_ACTION);
	page_rows(&p);
	json_array_foreach(json_object_get(answer, "users"), i, o)
		user_row(&p, o);
	page_table_end(&p);
	page_end(&p);
}

/* ---- actions ------------------------------------------------------------- */

static void action_ask(const struct visit *v, struct msg_page_ask *a,
		       enum page_what what)
{
	ask_begin(v, a, what);
	snprintf(a->user, sizeof a->user, "%.*s", USER_MAX - 1,
		 form_get(&v->form, "user"));
}

static bool kick_ask(const struct visit *v, struct msg_page_ask *a)
{
	ask_begin(v, a, PAGE_KICK);
	ask_add(a, form_get(&v->form, "session"));
	return true;
}

static void kick_show(const struct visit *v, const json_t *answer,
		      struct response *r)
{
	(void)v;
	(void)answer;
	page_go(r, "/admin");
}

static bool lock_ask(const struct visit *v, struct msg_page_ask *a)
{
	action_ask(v, a, PAGE_LOCK);
	return true;
}

static bool unlock_ask(const struct visit *v, struct msg_page_ask *a)
{
	action_ask(v, a, PAGE_UNLOCK);
	return true;
}

static void lock_show(const struct visit *v, const json_t *answer,
		      struct response *r)
{
	(void)v;
	(void)answer;
	page_go(r, "/admin/users");
}

/* ---- why ----------------------------------------------------------------- */

static bool why_ask(const struct visit *v, struct msg_page_ask *a)
{
	const char *where = form_get(&v->form, "where");

	if (!*where)
		return sessions_ask(v, a);
	action_ask(v, a, PAGE_WHY);
	ask_add(a, where);
	return true;
}

static void why_input(struct web_page *p, const char *name, enum text label)
{
	html(p->h,
	     "<p><label for=\"%s\">%s</label><br>\n"
	     "<input id=\"%s\" name=\"%s\" value=\"%s\" maxlength=\"500\" "
	     "required></p>\n",
	     name, page_text(p, label), name, name,
	     form_get(&p->v->form, name));
}

static void why_answered(struct web_page *p)
{
	const json_t *why = json_object_get(p->answer, "why");

	if (!why)
		return;
	html(p->h,
	     "<div role=\"status\" lang=\"en\"><p><strong>%s</strong> %s</p>\n",
	     json_is_true(json_object_get(why, "allowed")) ? "yes:" : "no:",
	     json_text(why, "what"));
	if (*json_text(why, "missing"))
		html(p->h, "<p>%s: %s</p>\n", page_text(p, TEXT_WHY_MISSING),
		     json_text(why, "missing"));
	html(p->h, "</div>\n");
}

static void why_show(const struct visit *v, const json_t *answer,
		     struct response *r)
{
	struct web_page p = page_begin(v, answer, TEXT_WHY, r);

	html(p.h, "<p>%s</p>\n<form method=\"get\" action=\"/admin/why\">\n",
	     page_text(&p, TEXT_WHY_HELP));
	why_input(&p, "user", TEXT_USER);
	why_input(&p, "where", TEXT_WHY_WHERE);
	html(p.h, "<p><button>%s</button></p></form>\n",
	     page_text(&p, TEXT_WHY));
	why_answered(&p);
	page_end(&p);
}

const struct web_route routes_admin[] = {
	{ "/admin", false, sessions_ask, sessions_show, "/" },
	{ "/admin/channels", false, channels_ask, channels_show, "/" },
	{ "/admin/refusals", false, refusals_ask, refusals_show, "/" },
	{ "/admin/users", false, users_ask, users_show, "/" },
	{ "/admin/kick", true, kick_ask, kick_show, "/admin" },
	{ "/admin/lock", true, lock_ask, lock_show, "/admin/users" },
	{ "/admin/unlock", true, unlock_ask, lock_show, "/admin/users" },
	{ "/admin/why", false, why_ask, why_show, "/admin" },
	{ .path = NULL },
};
