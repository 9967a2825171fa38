/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_pages_answer.c - answers to the web process, and what the audit says
 * of what was asked. */
#include "monitor/monitor_pages.h"

#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void pages_answer(struct pages *p, uint32_t question, json_t *answer)
{
	pages_answer_file(p, question, answer, -1);
}

void pages_answer_file(struct pages *p, uint32_t question, json_t *answer,
		       int file)
{
	struct msg msg = { .type = MSG_PAGE_ANSWER, .id = question };
	char *text = answer ? json_dumps(answer, JSON_COMPACT) : NULL;
	size_t n = text ? strlen(text) : 0;
	int fd = text && n <= PAGE_ANSWER_MAX ?
			 msg_memfd("adit-page", text, n) :
			 -1;

	json_decref(answer);
	/* Without a descriptor it says that there is none. */
	if (fd >= 0)
		msg.fds[msg.nfds++] = fd;
	if (fd >= 0 && file >= 0)
		msg.fds[msg.nfds++] = file;
	if (web_side_send(p->m->web, &msg))
		log_msg(LOG_DEBUG, NULL,
			"the web process is not told an answer: it has ended");
	if (fd >= 0)
		close(fd);
	if (text)
		tls_wipe(text, n);
	free(text);
}

void pages_error(struct pages *p, uint32_t question, const char *word)
{
	pages_answer(p, question, json_pack("{s:s}", "error", word));
}

json_t *pages_hex(const uint8_t token[PAGE_TOKEN])
{
	char text[2 * PAGE_TOKEN + 1];

	for (size_t i = 0; i < PAGE_TOKEN; i++)
		snprintf(text + 2 * i, 3, "%02x", token[i]);
	return json_string(text);
}

json_t *pages_begin(const struct page_question *q)
{
	return json_pack("{s:s, s:s, s:o, s:b, s:b}", "user",
			 q->token->who.user, "gateway", q->gateway->name,
			 "csrf", pages_hex(q->token->csrf), "admin",
			 q->is_admin, "may_change",
			 pages_may_change(q->gateway));
}

/* A browser may send anything: what would end a word of the audit, or begin a
 * key, is a question mark. */
static const char *page_word(char word[PAGE_WORD], const char *text)
{
	size_t n = 0;

	for (; text && *text && n + 1 < PAGE_WORD; text++)
		word[n++] = *text <= ' ' || *text > '~' ||
					    strchr("\"'=", *text) ?
				    '?' :
				    *text;
	word[n] = 0;
	return n ? word : "-";
}

void pages_audit(const struct page_event *e)
{
	char at[ADDR_TEXT], about[PAGE_WORD];

	log_audit("evt=page user=%s gateway=%s source=%s action=%s about=%s "
		  "result=%s",
		  e->user, e->gateway, addr_str(e->source, at), e->action,
		  page_word(about, e->about), e->result);
}

void pages_note(const struct page_question *q, const char *about,
		const char *result)
{
	pages_audit(&(struct page_event){ q->token->who.user, q->conn->gateway,
					  &q->conn->source, q->action, about,
					  result });
}

int pages_grant(const struct page_question *q, struct name_list *groups,
		struct grant *g)
{
	const char *text = q->token->who.groups;

	*groups = (struct name_list){ 0 };
	*g = (struct grant){ .user = q->token->who.user,
			     .groups = groups,
			     .gateway = q->gateway };
	return *text ? opt_parse_list(text, groups) : 0;
}
