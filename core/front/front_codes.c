/* SPDX-License-Identifier: BSD-2-Clause */
/* front_codes.c - has the monitor look at the one-time codes that users give
 * inside their sessions. */
#include "front/front.h"

#include "base/err.h"
#include "base/log.h"

#include <stdlib.h>
#include <string.h>

/* A session asks one at a time, so there are as many as sessions at most. */
struct code_question {
	struct list node; /* front.codes */
	uint32_t id;      /* of MSG_CODE */
	uint64_t session;
	uint32_t question; /* as the session counts them */
};

static void code_question_free(struct code_question *q)
{
	list_remove(&q->node);
	free(q);
}

static void code_question_answer(struct front *f, const struct code_question *q,
				 const struct msg_code_is *is)
{
	struct mail_code_is *m;

	/* The session has ended meanwhile. */
	if (!registry_get(&f->registry, q->session))
		return;
	m = calloc(1, sizeof *m);
	if (!m)
		return; /* the session gives up in a minute */
	m->to = shard_of(f->worker, q->session);
	m->session = q->session;
	m->question = q->question;
	m->is = *is;
	mailbox_post(shard_box(m->to), &m->mail, shard_on_code);
}

/* 0 or an error: the monitor is not asked. */
static int code_question_send(struct front *f, const struct mail_code *m,
			      const struct registry_entry *e, uint32_t id)
{
	struct msg msg = { .type = MSG_CODE, .id = id };
	struct msg_code c = { .source = m->source };
	int ret = ERR_INVAL;

	memcpy(c.who.user, e->user, sizeof c.who.user);
	memcpy(c.who.gateway, e->gateway, sizeof c.who.gateway);
	memcpy(c.who.stamp, e->stamp, sizeof c.who.stamp);
	memcpy(c.code, m->code, sizeof c.code);
	msg.len = pack_msg_code(msg.data, sizeof msg.data, &c);
	if (msg.len)
		ret = front_send(f, &msg);
	explicit_bzero(&msg, sizeof msg);
	explicit_bzero(&c, sizeof c);
	return ret;
}

void front_codes_on_mail(struct mail *mail)
{
	static const struct msg_code_is later = { .verdict = CODE_LATER };
	struct mail_code *m = container_of(mail, struct mail_code, mail);
	struct front *f = m->to;
	const struct registry_entry *e = registry_get(&f->registry, m->session);
	struct code_question *q = e ? calloc(1, sizeof *q) : NULL;

	if (q) {
		q->id = ++f->last_code;
		q->session = m->session;
		q->question = m->question;
		list_init(&q->node);
		list_append(&f->codes, &q->node);
		if (code_question_send(f, m, e, q->id)) {
			code_question_answer(f, q, &later);
			code_question_free(q);
		}
	}
	explicit_bzero(m, sizeof *m);
	free(m);
}

void front_codes_answered(struct front *f, const struct msg *m)
{
	struct list *n, *t;
	struct msg_code_is is;

	if (unpack_msg_code_is(&is, m->data, m->len))
		return;
	list_each (n, t, &f->codes) {
		struct code_question *q = list_entry(n, struct code_question,
						     node);

		if (q->id != m->id)
			continue;
		code_question_answer(f, q, &is);
		code_question_free(q);
		return;
	}
}

void front_codes_drop_all(struct front *f)
{
	while (!list_is_empty(&f->codes))
		code_question_free(
			list_first(&f->codes, struct code_question, node));
}
