/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_pages_wait.c - questions of the web process whose answer needs the
 * worker's. */
#include "monitor/monitor_pages.h"

#include <stdio.h>
#include <string.h>

struct page_wait *pages_wait_begin(const struct page_question *q,
				   page_reply_fn *then)
{
	struct pages *p = q->p;

	for (size_t i = 0; i < PAGE_WAITS; i++) {
		struct page_wait *w = &p->wait[i];

		if (w->then)
			continue;
		*w = (struct page_wait){ .question = q->id,
					 .then = then,
					 .is_admin = q->is_admin };
		snprintf(w->user, sizeof w->user, "%s", q->token->who.user);
		snprintf(w->gateway, sizeof w->gateway, "%s", q->gateway->name);
		return w;
	}
	return NULL;
}

void pages_wait_end(struct page_wait *w)
{
	json_decref(w->answer);
	*w = (struct page_wait){ .question = 0 };
}

uint32_t pages_wait_number(const struct pages *p, const struct page_wait *w)
{
	return (uint32_t)(w - p->wait) + 1;
}

static void wait_fail(struct pages *p, struct page_wait *w,
		      const json_t *detail)
{
	pages_answer(p, w->question,
		     json_pack("{s:s, s:O*}", "error", "busy", "detail",
			       detail));
	pages_wait_end(w);
}

/* Takes `reply`. */
void pages_on_reply(struct monitor *m, uint32_t who, json_t *reply)
{
	struct page_wait *w = &m->pages->wait[who - 1];
	page_reply_fn *then = w->then;

	if (!then || !w->question) { /* of a web process that has ended */
		pages_wait_end(w);
	} else if (!json_is_object(reply) || json_object_get(reply, "error")) {
		wait_fail(m->pages, w, json_object_get(reply, "error"));
	} else {
		w->asked = false;
		then(m->pages, w, reply);
		if (!w->asked)
			pages_wait_end(w);
	}
	json_decref(reply);
}

void pages_ask_worker(struct pages *p, struct page_wait *w, const char *command,
		      const char *what)
{
	json_t *request = json_pack("{s:s, s:s, s:s*}", "command", command,
				    "gateway", w->gateway, "what", what);
	const struct forward to = {
		.client = pages_wait_number(p, w),
		.reply = pages_on_reply,
	};

	w->asked = true;
	if (!monitor_forward_to(p->m, &to, request))
		wait_fail(p, w, NULL);
	json_decref(request);
}
