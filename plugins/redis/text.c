/* SPDX-License-Identifier: BSD-2-Clause */
/* text.c - rewrites nodes that stand in text: in -MOVED and the like, in the
 * lines of CLUSTER NODES and of INFO, in the events of a Sentinel. */
#include "inside.h"

#include <stdio.h>
#include <string.h>

enum { WORDS_MAX = 16 };

/* ---- -MOVED, -ASK, -REDIRECT --------------------------------------------- */

int redis_is_redirect(const uint8_t *p, size_t n)
{
	static const char *const words[] = { "-MOVED ", "-ASK ", "-REDIRECT " };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		size_t len = strlen(words[i]);

		if (!memcmp(p, words[i], n < len ? n : len))
			return n < len ? RESP_BAD : 1;
	}
	return 0;
}

/* A part of a text, between blanks. */
struct text_word {
	const char *text;
	size_t len;
};

/* Splits n bytes at blanks, into at most `most` words. */
static size_t text_split(const char *text, size_t n, struct text_word *to,
			 size_t most)
{
	const char *end = text + n, *space;
	size_t count = 0;

	while (text < end && count < most) {
		space = memchr(text, ' ', (size_t)(end - text));
		space = space ? space : end;
		to[count++] = (struct text_word){ text,
						  (size_t)(space - text) };
		text = space + (space < end);
	}
	return count;
}

static bool word_is(const struct text_word *w, const char *text)
{
	return strlen(text) == w->len && !memcmp(text, w->text, w->len);
}

static enum adit_verdict redirect_to(struct adit_msg *m,
				     const struct text_word *w,
				     enum adit_result r,
				     const struct adit_addr *show)
{
	struct patch p;
	size_t at = (size_t)(w->text - (const char *)m->data);

	if (r == ADIT_WAIT)
		return ADIT_HOLD;
	if (r != ADIT_OK)
		return adit_rewritef(
			m,
			"-ERR the gateway adit cannot lead this client "
			"to %.*s: %s\r\n",
			(int)w->len, w->text,
			r == ADIT_DENIED ? "its policy does not allow it "
					   "(redirect_allow)" :
					   adit_why(m->ch));
	adit_count(m->ch, COUNT_NODES, 1);
	patch_init(&p, m->data, m->len);
	patch_replace(&p, at, at + w->len, "%s:%u", show->host,
		      (unsigned)show->port);
	return patch_done(&p, m, NULL);
}

enum adit_verdict redis_redirect(struct adit_msg *m)
{
	size_t len = m->len - (m->len > 1 && m->data[m->len - 2] == '\r') - 1;
	struct redis_node node = { .host = "" };
	struct text_word words[4];
	size_t n = text_split((const char *)m->data, len, words, 4);
	size_t at = word_is(&words[0], "-REDIRECT") ? 1 : 2;
	struct adit_addr show = { .port = 0 };
	enum adit_result r;

	if (n != at + 1 || words[at].len > 280 ||
	    !redis_split(words[at].text, words[at].len, &node))
		return ADIT_PASS;
	/* A node without the name that the server would like to announce: no
	 * client dials it, but clients ask for all nodes then. */
	if (node.nhost == 1 && *node.host == '?')
		return ADIT_PASS;
	r = redis_show(m, &node, &show);
	return redirect_to(m, &words[at], r, &show);
}

/* ---- CLUSTER NODES ------------------------------------------------------- */

/* The address in a line: HOST:PORT@PORT,NAME,KEY=VALUE... */
struct nodes_line {
	struct redis_node node;
	size_t start, end;           /* of HOST:PORT */
	size_t name_start, name_end; /* of NAME */
};

static bool nodes_read(const char *text, const char *line, size_t n,
		       struct nodes_line *l)
{
	struct text_word w[3];
	const char *end, *at, *name, *stop;

	if (text_split(line, n, w, 3) < 3)
		return false;
	end = w[1].text + w[1].len;
	name = memchr(w[1].text, ',', w[1].len);
	stop = name ? name : end;
	at = memchr(w[1].text, '@', (size_t)(stop - w[1].text));
	*l = (struct nodes_line){ .start = (size_t)(w[1].text - text),
				  .end = (size_t)((at ? at : stop) - text) };
	if (!redis_split(w[1].text, l->end - l->start, &l->node))
		return false;
	l->node.myself = memmem(w[2].text, w[2].len, "myself", 6);
	if (name) {
		stop = memchr(name + 1, ',', (size_t)(end - name) - 1);
		l->name_start = (size_t)(name + 1 - text);
		l->name_end = (size_t)((stop ? stop : end) - text);
	}
	return true;
}

/* Finds the next line of a node from *at on. */
static bool nodes_next(const struct resp_item *text, size_t *at,
		       struct nodes_line *l)
{
	while (*at < text->len) {
		const char *line = text->text + *at;
		const char *lf = memchr(line, '\n', text->len - *at);
		size_t n = lf ? (size_t)(lf - line) : text->len - *at;

		*at += n + (lf != NULL);
		n -= n && line[n - 1] == '\r';
		if (nodes_read(text->text, line, n, l))
			return true;
	}
	return false;
}

static void nodes_patch(struct patch *p, const struct nodes_line *l,
			const struct adit_addr *show)
{
	patch_replace(p, l->start, l->end, "%s:%u", show->host,
		      (unsigned)show->port);
	if (l->name_end > l->name_start)
		patch_replace(p, l->name_start, l->name_end, "%s", show->host);
}

enum adit_verdict redis_nodes(struct adit_msg *m)
{
	struct resp_item text;
	struct nodes_line line;
	struct adit_addr show;
	enum adit_result r;
	size_t from = 0, at = 0;
	bool wait = false;
	int nodes = 0;
	struct patch p;

	if (!resp_next(m->data, m->len, &from, &text) || !text.text)
		return ADIT_PASS;
	patch_init(&p, text.text, text.len);
	while (nodes_next(&text, &at, &line)) {
		r = redis_show(m, &line.node, &show);
		wait |= r == ADIT_WAIT;
		nodes++;
		if (r == ADIT_OK)
			nodes_patch(&p, &line, &show);
	}
	if (wait) {
		patch_fini(&p);
		return ADIT_HOLD;
	}
	adit_count(m->ch, COUNT_NODES, nodes);
	return patch_done(&p, m, &text);
}

enum adit_verdict redis_looked_up(struct adit_msg *m)
{
	struct redis_state *st = adit_state(m->ch);
	struct redis_lookup *l = &st->lookup;
	struct resp_item text;
	struct nodes_line line;
	struct adit_addr show;
	enum adit_result r;
	size_t from = 0, at = 0;
	bool wait = false;

	if (!resp_next(m->data, m->len, &from, &text) || !text.text)
		text.len = 0;
	while (nodes_next(&text, &at, &line)) {
		r = redis_show(m, &line.node, &show);
		wait |= r == ADIT_WAIT;
		if (r != ADIT_OK || l->found || show.port != l->shown_port ||
		    strcmp(show.host, l->shown) || !line.node.nhost)
			continue;
		l->found = true;
		l->port = (uint16_t)line.node.port;
		snprintf(l->host, sizeof l->host, "%.*s", (int)line.node.nhost,
			 line.node.host);
	}
	if (wait)
		return ADIT_HOLD;
	l->phase = LOOKUP_ANSWERED;
	adit_wake(m->ch, ADIT_TO_SERVER);
	return ADIT_DROP;
}

/* ---- INFO ---------------------------------------------------------------- */

/* A line of INFO while it is read; offsets count from `text`. */
struct info_reader {
	struct adit_msg *m;
	const char *text;
	struct patch patch;
	struct text_word master; /* the value of master_host */
	bool wait;
};

static void info_show(struct info_reader *r, const struct text_word *host,
		      const struct text_word *port, bool together)
{
	struct redis_node node = { .host = host->text,
				   .nhost = host->len,
				   .port = 0 };
	int64_t number = resp_number(port->text, port->len);
	size_t h = (size_t)(host->text - r->text);
	size_t p = (size_t)(port->text - r->text);
	struct adit_addr show;
	enum adit_result found;

	if (number <= 0 || number > UINT16_MAX || !host->len)
		return;
	node.port = (unsigned)number;
	found = redis_show(r->m, &node, &show);
	r->wait |= found == ADIT_WAIT;
	if (found != ADIT_OK)
		return;
	if (together) {
		patch_replace(&r->patch, h, p + port->len, "%s:%u", show.host,
			      (unsigned)show.port);
		return;
	}
	patch_replace(&r->patch, h, h + host->len, "%s", show.host);
	patch_replace(&r->patch, p, p + port->len, "%u", (unsigned)show.port);
}

/* The value of KEY= in a line, up to the next comma. */
static bool info_value(const char *line, size_t n, const char *key,
		       struct text_word *value)
{
	const char *end = line + n, *at = memmem(line, n, key, strlen(key));
	const char *comma;

	if (!at || (at[-1] != ':' && at[-1] != ','))
		return false;
	at += strlen(key);
	comma = memchr(at, ',', (size_t)(end - at));
	*value = (struct text_word){ at, (size_t)((comma ? comma : end) - at) };
	return true;
}

/* Whether the line begins with this word, perhaps digits, and a colon.  Returns
 * what is behind them, or 0. */
static size_t info_begins(const char *line, size_t n, const char *word,
			  bool digits)
{
	size_t at = strlen(word);

	if (n <= at || memcmp(line, word, at))
		return 0;
	while (digits && at < n && line[at] >= '0' && line[at] <= '9')
		at++;
	return at < n && line[at] == ':' ? at + 1 : 0;
}

static void info_line(struct info_reader *r, const char *line, size_t n)
{
	struct text_word a, b;
	const char *colon;
	size_t at;

	if ((at = info_begins(line, n, "master_host", false))) {
		r->master = (struct text_word){ line + at, n - at };
	} else if ((at = info_begins(line, n, "master_port", false))) {
		a = (struct text_word){ line + at, n - at };
		if (r->master.text)
			info_show(r, &r->master, &a, false);
		r->master.text = NULL;
	} else if (info_begins(line, n, "slave", true)) {
		if (info_value(line, n, "ip=", &a) &&
		    info_value(line, n, "port=", &b) && a.text < b.text)
			info_show(r, &a, &b, false);
	} else if (info_begins(line, n, "master", true) &&
		   info_value(line, n, "address=", &a)) {
		colon = memrchr(a.text, ':', a.len);
		if (!colon)
			return;
		b = (struct text_word){ colon + 1,
					(size_t)(a.text + a.len - colon) - 1 };
		a.len = (size_t)(colon - a.text);
		info_show(r, &a, &b, true);
	}
}

enum adit_verdict redis_info(struct adit_msg *m)
{
	struct info_reader r = { .m = m };
	struct resp_item text;
	size_t at = 0;

	if (!resp_next(m->data, m->len, &at, &text) || !text.text)
		return ADIT_PASS;
	r.text = text.text;
	patch_init(&r.patch, text.text, text.len);
	for (at = 0; at < text.len;) {
		const char *line = text.text + at;
		const char *lf = memchr(line, '\n', text.len - at);
		size_t n = lf ? (size_t)(lf - line) : text.len - at;

		at += n + (lf != NULL);
		info_line(&r, line, n - (n && line[n - 1] == '\r'));
	}
	if (!r.wait)
		return patch_done(&r.patch, m, &text);
	patch_fini(&r.patch);
	return ADIT_HOLD;
}

/* ---- events of a Sentinel ------------------------------------------------ */

/* Rewrites a host and a port that are words of their own, and in front of them
 * the name of a replica, which is the same again. */
static bool event_address(struct adit_msg *m, struct patch *p,
			  const struct text_word *w,
			  const struct text_word *name)
{
	int64_t port = resp_number(w[1].text, w[1].len);
	struct redis_node node = { .host = w->text, .nhost = w->len };
	const char *base = (const char *)p->from;
	struct adit_addr show;
	enum adit_result r;

	if (port <= 0 || port > UINT16_MAX || !w->len)
		return true;
	node.port = (unsigned)port;
	r = redis_show(m, &node, &show);
	if (r != ADIT_OK)
		return r != ADIT_WAIT;
	if (name && memchr(name->text, ':', name->len))
		patch_replace(p, (size_t)(name->text - base),
			      (size_t)(name->text + name->len - base), "%s:%u",
			      show.host, (unsigned)show.port);
	patch_replace(p, (size_t)(w->text - base),
		      (size_t)(w[1].text + w[1].len - base), "%s %u", show.host,
		      (unsigned)show.port);
	return true;
}

/* Events have "TYPE NAME HOST PORT", and perhaps "@ MASTER HOST PORT" behind
 * it; +switch-master has "NAME HOST PORT HOST PORT". */
static bool event_patch(struct adit_msg *m, struct patch *p,
			const struct resp_item *channel,
			const struct resp_item *text)
{
	struct text_word w[WORDS_MAX];
	size_t n = text_split(text->text, text->len, w, WORDS_MAX);
	bool done = true, old;

	if (resp_is(channel, "+switch-master")) {
		if (n != 5)
			return true;
		old = event_address(m, p, &w[1], NULL);
		return event_address(m, p, &w[3], NULL) && old;
	}
	if (n < 4 || (!word_is(&w[0], "master") && !word_is(&w[0], "slave") &&
		      !word_is(&w[0], "sentinel")))
		return true;
	done &= event_address(m, p, &w[2], &w[1]);
	if (n >= 8 && word_is(&w[4], "@"))
		done &= event_address(m, p, &w[6], NULL);
	return done;
}

enum adit_verdict redis_event(struct adit_msg *m)
{
	struct resp_item list, item, channel = { .len = 0 }, text = channel;
	size_t at = 0, n;
	struct patch p;

	if (!resp_next(m->data, m->len, &at, &list))
		return ADIT_PASS;
	for (n = 0; resp_next(m->data, m->len, &at, &item); n++) {
		channel = text;
		text = item;
	}
	if (n < 3 || !channel.text || !text.text ||
	    (*channel.text != '+' && *channel.text != '-'))
		return ADIT_PASS;
	patch_init(&p, text.text, text.len);
	if (!event_patch(m, &p, &channel, &text)) {
		patch_fini(&p);
		return ADIT_HOLD;
	}
	return patch_done(&p, m, &text);
}
