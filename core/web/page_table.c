/* SPDX-License-Identifier: BSD-2-Clause */
/* page_table.c - the tables of the pages, and the rows of sessions in them. */
#include "web/page_table.h"

#include "base/human.h"

#include <stdio.h>
#include <string.h>

void page_table(struct web_page *p, enum text caption)
{
	html(p->h,
	     "<div class=\"wide\" role=\"region\" aria-label=\"%s\" "
	     "tabindex=\"0\"><table>\n<caption>%s</caption>\n<thead><tr>",
	     page_text(p, caption), page_text(p, caption));
}

void page_column(struct web_page *p, enum text heading)
{
	html(p->h, "<th scope=\"col\">%s</th>", page_text(p, heading));
}

void page_rows(struct web_page *p)
{
	html(p->h, "</tr></thead>\n<tbody>\n");
}

void page_table_end(struct web_page *p)
{
	html(p->h, "</tbody></table></div>\n");
}

void page_bytes(struct web_page *p, const json_t *o, const char *key)
{
	char bytes[HUMAN_TEXT];

	html(p->h, "<td class=\"n\">%s</td>",
	     human_bytes((long long)json_number(o, key), bytes));
}

static const char *use_text(const json_t *n, bool is_bytes,
			    char text[HUMAN_TEXT])
{
	long long value = json_integer_value(n);

	if (!json_is_integer(n))
		snprintf(text, HUMAN_TEXT, "-");
	else if (is_bytes)
		human_bytes(value, text);
	else
		snprintf(text, HUMAN_TEXT, "%lld", value);
	return text;
}

void page_use(struct web_page *p, const json_t *o, const char *key,
	      const char *limit, bool is_bytes)
{
	const json_t *most = json_object_get(o, limit);
	char now[HUMAN_TEXT], end[HUMAN_TEXT];

	html(p->h, "<td class=\"n\">%s",
	     use_text(json_object_get(o, key), is_bytes, now));
	if (json_is_integer(most))
		html(p->h, " / %s", use_text(most, is_bytes, end));
	html(p->h, "</td>");
}

static enum text state_of(const json_t *session)
{
	const char *state = json_text(session, "state");

	return !strcmp(state, "connected") ? TEXT_STATE_CONNECTED :
	       !strcmp(state, "leaving")   ? TEXT_STATE_LEAVING :
					     TEXT_STATE_DETACHED;
}

/* A button whose name says which session it ends, for who cannot see in which
 * row it stands. */
static void end_button(struct web_page *p, const json_t *o, const char *path)
{
	unsigned long long number = json_number(o, "session_number");

	html(p->h, "<td class=\"act\">");
	page_form(p, path);
	html(p->h,
	     "<button name=\"session\" value=\"%llu\" "
	     "aria-label=\"%s %llu\">%s</button></form></td>",
	     number, page_text(p, TEXT_END_SESSION), number,
	     page_text(p, TEXT_END_IT));
}

static void session_row(struct web_page *p, const json_t *o, const char *path,
			bool all)
{
	html(p->h, "<tr><th scope=\"row\">%llu</th>",
	     json_number(o, "session_number"));
	if (all)
		html(p->h, "<td>%s</td>", json_text(o, "user"));
	html(p->h, "<td>%s</td><td>%s</td><td>", json_text(o, "source"),
	     page_text(p, state_of(o)));
	page_time(p, json_number(o, "since"));
	html(p->h, "</td><td>%llu</td>", json_number(o, "channels"));
	page_bytes(p, o, "to_server");
	page_bytes(p, o, "to_client");
	end_button(p, o, path);
	html(p->h, "</tr>\n");
}

void page_sessions(struct web_page *p, const json_t *list, const char *path,
		   bool all)
{
	const json_t *o;
	size_t i;

	if (!json_array_size(list)) {
		html(p->h, "<p>%s</p>\n",
		     page_text(p, all ? TEXT_NONE_NOW : TEXT_SESSIONS_NONE));
		return;
	}
	page_table(p, all ? TEXT_ADMIN_SESSIONS : TEXT_SESSIONS);
	page_column(p, TEXT_NUMBER);
	if (all)
		page_column(p, TEXT_USER);
	page_column(p, TEXT_SOURCE);
	page_column(p, TEXT_STATE);
	page_column(p, TEXT_SINCE);
	page_column(p, TEXT_CHANNELS);
	page_column(p, TEXT_TO_SERVER);
	page_column(p, TEXT_TO_CLIENT);
	page_column(p, TEXT_ACTION);
	page_rows(p);
	json_array_foreach(list, i, o) session_row(p, o, path, all);
	page_table_end(p);
}
