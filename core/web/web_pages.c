/* SPDX-License-Identifier: BSD-2-Clause */
/* web_pages.c - the web pages in the web process: their connections and answers
 * come from the monitor. */
#include "web/web_pages.h"

#include "base/err.h"
#include "base/log.h"
#include "base/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

enum { LANG_FILE_MAX = 256 * 1024 };

static int pages_ask(void *ctx, uint32_t id, const struct msg_page_ask *ask)
{
	const struct web_pages *p = ctx;
	struct msg m = { .type = MSG_PAGE_ASK, .id = id };
	int r = ERR_INVAL;

	m.len = pack_msg_page_ask(m.data, sizeof m.data, ask);
	if (m.len)
		r = msg_send(p->monitor, &m);
	explicit_bzero(&m, sizeof m);
	return r;
}

static void pages_gone(void *ctx, uint32_t conn)
{
	const struct web_pages *p = ctx;
	const struct msg m = { .type = MSG_PAGE_GONE, .id = conn };

	/* Lost where the monitor is busy: it needs that place some day, and
	 * takes it from the oldest. */
	if (msg_send(p->monitor, &m))
		log_msg(LOG_DEBUG, NULL,
			"the monitor is not told that a browser has left");
}

int web_pages_init(struct web_pages *p, struct ev_loop *loop, int monitor)
{
	const struct site_conf conf = {
		.loop = loop,
		.langs = &p->langs,
		.ask = pages_ask,
		.gone = pages_gone,
		.ctx = p,
	};

	p->monitor = monitor;
	langs_init(&p->langs);
	p->site = site_new(&conf);
	return p->site ? 0 : ERR_NOMEM;
}

void web_pages_fini(struct web_pages *p)
{
	site_free(p->site);
	langs_fini(&p->langs);
}

/* MSG_PAGE_LANG: a language's code, and its file. */
static int pages_language(struct web_pages *p, const struct msg *m)
{
	struct rd r = rd_of(m->data, m->len);
	struct buf text = { 0 };
	char code[LANG_CODE];
	struct conf_errors e = { .file = code };
	int ret;

	rd_str8(&r, code, sizeof code);
	if (!rd_is_done(&r) || m->nfds != 1)
		return ERR_PROTO;
	ret = msg_memfd_read(m->fds[0], &text, LANG_FILE_MAX);
	if (!ret)
		ret = langs_add(&p->langs, code, (char *)buf_ptr(&text),
				buf_len(&text), &e);
	for (unsigned i = 0; i < conf_errors_kept(&e); i++)
		log_msg(LOG_WARN, "web", "language %s", e.text[i]);
	if (ret == ERR_LIMIT)
		log_msg(LOG_WARN, "web",
			"the language %s is left out: there are %d at most",
			code, LANGS_MAX);
	buf_fini(&text);
	return ret == ERR_PROTO ? ret : 0;
}

static int pages_answer(struct web_pages *p, struct msg *m)
{
	struct buf text = { 0 };
	int file = -1;

	if (m->len || m->nfds > 2)
		return ERR_PROTO;
	if (m->nfds == 2)
		file = m->fds[--m->nfds];
	if (m->nfds && !msg_memfd_read(m->fds[0], &text, PAGE_ANSWER_MAX))
		site_answer(p->site, m->id, (char *)buf_ptr(&text),
			    buf_len(&text), file);
	else
		site_answer(p->site, m->id, NULL, 0, file);
	if (text.data)
		explicit_bzero(text.data, text.cap);
	buf_fini(&text);
	return 0;
}

int web_pages_take(struct web_pages *p, struct msg *m)
{
	switch (m->type) {
	case MSG_PAGE_LANG:
		return pages_language(p, m);
	case MSG_PAGE_ANSWER:
		return pages_answer(p, m);
	case MSG_PAGE_CONN:
		if (m->nfds != 1 || !m->id || m->len)
			return ERR_PROTO;
		m->nfds = 0;
		site_add(p->site, m->fds[0], m->id);
		return 0;
	default:
		return ERR_PROTO;
	}
}
