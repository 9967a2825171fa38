/* SPDX-License-Identifier: BSD-2-Clause */
/* call.c - the functions that a plugin calls, except adit_expect. */
#include "base/log.h"
#include "plugin/inside.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
	LOG_LINE = 512,
	AUDIT_KEY = 32,
	AUDIT_VALUE = 256,
	EVENT_VALUE = 512,
	EVENT_PAIRS = 8,
	INJECT_LINE = 4096
};

/* ---- messages ------------------------------------------------------------ */

/* Memory for a new message of len bytes, or NULL if there may be none. */
static uint8_t *rewrite_room(struct adit_msg *m, size_t len)
{
	struct adit_channel *ch = m->ch;
	uint8_t *to = NULL;

	if (ch->msg != m)
		return NULL;
	if (!(ch->plugin->def.can & ADIT_CAN_REWRITE)) {
		tx_broken(ch, "rewrote a message without ADIT_CAN_REWRITE");
		return NULL;
	}
	buf_fini(&ch->tx.rewrite);
	if (len > ch->plugin->def.max_message + INSPECT_MESSAGE)
		tx_broken(ch, "made a message too long");
	else if (!(to = buf_reserve(&ch->tx.rewrite, len + 1)))
		tx_broken(ch, "ran out of memory");
	return to;
}

static enum adit_verdict rewrite_done(struct adit_msg *m, size_t len)
{
	buf_commit(&m->ch->tx.rewrite, len);
	m->ch->tx.rewritten = true;
	m->urgent = 0;
	return ADIT_PASS;
}

enum adit_verdict adit_rewrite(struct adit_msg *m, const void *data, size_t len)
{
	uint8_t *to = rewrite_room(m, len);

	if (!to)
		return ADIT_CLOSE;
	if (len)
		memcpy(to, data, len);
	return rewrite_done(m, len);
}

enum adit_verdict adit_rewritef(struct adit_msg *m, const char *fmt, ...)
{
	va_list ap, again;
	uint8_t *to;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	to = n < 0 ? NULL : rewrite_room(m, (size_t)n);
	if (to)
		vsnprintf((char *)to, (size_t)n + 1, fmt, again);
	va_end(again);
	return to ? rewrite_done(m, (size_t)n) : ADIT_CLOSE;
}

int adit_inject(struct adit_channel *ch, enum adit_dir dir, const void *data,
		size_t len)
{
	const struct side *s = &ch->side[dir == ADIT_TO_CLIENT];
	struct buf *b = &ch->tx.inject[dir == ADIT_TO_CLIENT];

	if (ch->cb <= CB_FRAME || ch->cb == CB_CLOSE || s->blind || s->ended)
		return -1;
	if (!(ch->plugin->def.can & ADIT_CAN_INJECT)) {
		tx_broken(ch, "injected bytes without ADIT_CAN_INJECT");
		return -1;
	}
	if (len > TX_INJECT - MIN(buf_len(b), TX_INJECT))
		return -1;
	return buf_append(b, data, len) ? -1 : 0;
}

int adit_injectf(struct adit_channel *ch, enum adit_dir dir, const char *fmt,
		 ...)
{
	char text[INJECT_LINE];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return n < 0 || (size_t)n >= sizeof(text) ?
		       -1 :
		       adit_inject(ch, dir, text, (size_t)n);
}

int adit_skip(struct adit_msg *m, uint64_t n)
{
	if (m->ch->msg != m || n > INT64_MAX)
		return -1;
	m->ch->tx.skip = n;
	return 0;
}

void adit_ignore(struct adit_channel *ch, enum adit_dir dir)
{
	tx_note(ch, OP_IGNORE, dir == ADIT_TO_CLIENT);
}

void adit_wake(struct adit_channel *ch, enum adit_dir dir)
{
	tx_note(ch, OP_WAKE, dir == ADIT_TO_CLIENT);
}

/* ---- expectations -------------------------------------------------------- */

void adit_arm(struct adit_channel *ch, uint32_t id)
{
	if (id)
		tx_note(ch, OP_ARM, id);
}

void adit_cancel(struct adit_channel *ch, uint32_t id)
{
	if (id)
		tx_note(ch, OP_CANCEL, id);
}

const char *adit_why(struct adit_channel *ch)
{
	return ch->why;
}

enum adit_result adit_outcome(struct adit_channel *ch, uint32_t id)
{
	enum adit_result r = ADIT_OK;

	if (ch->cb > CB_FRAME && id && ch->ops->outcome)
		r = ch->ops->outcome(ch->ctx, id);
	if (ch->msg)
		ch->side[ch->msg->dir].asked |= r == ADIT_WAIT;
	return r;
}

/* ---- what the engine knows ----------------------------------------------- */

void *adit_state(struct adit_channel *ch)
{
	return ch->state;
}

void adit_save(struct adit_channel *ch, const void *p, size_t n)
{
	size_t at = (uintptr_t)p - (uintptr_t)ch->state;

	/* Elsewhere nothing is put back. */
	if (ch->cb <= CB_FRAME || ch->cb == CB_CLOSE)
		return;
	if (at > ch->plugin->def.state_size ||
	    n > ch->plugin->def.state_size - at)
		tx_broken(ch, "called adit_save for bytes outside of its "
			      "state");
	else if (n && ch->plugin->def.flags & ADIT_STATE_SAVED)
		tx_save(ch, at, n);
}

const void *adit_conf(struct adit_channel *ch)
{
	return ch->conf;
}

const struct adit_addr *adit_server(struct adit_channel *ch)
{
	return &ch->server;
}

const struct adit_addr *adit_local(struct adit_channel *ch)
{
	return &ch->local;
}

const struct adit_addr *adit_app(struct adit_channel *ch)
{
	return &ch->app;
}

const struct adit_addr *adit_shown(struct adit_channel *ch)
{
	return &ch->shown;
}

const char *adit_user(struct adit_channel *ch)
{
	return ch->user;
}

struct adit_channel *adit_parent(struct adit_channel *ch)
{
	return ch->parent;
}

uint64_t adit_tag(struct adit_channel *ch)
{
	return ch->tag;
}

const void *adit_given(struct adit_channel *ch, size_t *n)
{
	*n = buf_len(&ch->given);
	return *n ? buf_ptr(&ch->given) : NULL;
}

uint64_t adit_now(struct adit_channel *ch)
{
	return inspect_now(ch) - ch->began;
}

void adit_log(struct adit_channel *ch, enum adit_level level, const char *fmt,
	      ...)
{
	char text[LOG_LINE];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	ch->ops->log(ch->ctx, MIN(level, ADIT_DEBUG), text);
}

static bool is_key(const char *key)
{
	size_t n = strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789_");

	return n && n <= AUDIT_KEY && !key[n];
}

/* Escapes control characters, and replaces double quotes, which delimit the
 * values of an audit line. */
static void clean_value(char *to, size_t cap, const char *value)
{
	log_escape(to, cap, value);
	for (; *to; to++)
		if (*to == '"')
			*to = '\'';
}

void adit_audit(struct adit_channel *ch, const char *key, const char *value)
{
	char clean[AUDIT_VALUE];
	size_t nkey = strlen(key) + 1;
	struct op *op;

	op = tx_note(ch, OP_AUDIT, 0);
	if (!op)
		return;
	clean_value(clean, sizeof(clean), value);
	op->text = calloc(1, nkey + sizeof(clean));
	if (!is_key(key) || !op->text) {
		tx_broken(ch, "used a bad audit key, or ran out of memory");
		return;
	}
	memcpy(op->text, key, nkey);
	memcpy(op->text + nkey, clean, strlen(clean) + 1);
}

/* Returns ` key="value"` for each pair, which the caller frees.  NULL: a key is
 * malformed, there are no or too many pairs, or out of memory. */
static char *event_text(const char *const pairs[])
{
	char clean[EVENT_VALUE], *text = NULL, *grown;
	size_t have = 0, more;

	for (unsigned i = 0; pairs[2 * i]; i++) {
		clean_value(clean, sizeof(clean), pairs[2 * i + 1]);
		more = strlen(pairs[2 * i]) + strlen(clean) + 5;
		grown = i < EVENT_PAIRS && is_key(pairs[2 * i]) ?
				realloc(text, have + more) :
				NULL;
		if (!grown) {
			free(text);
			return NULL;
		}
		text = grown;
		have += (size_t)snprintf(text + have, more, " %s=\"%s\"",
					 pairs[2 * i], clean);
	}
	return text;
}

void adit_event(struct adit_channel *ch, uint32_t id, const char *const pairs[])
{
	struct op *op = tx_note(ch, OP_EVENT, id);

	if (!op)
		return;
	op->text = event_text(pairs);
	if (!op->text)
		tx_broken(ch, "made a bad event, or ran out of memory");
}

void adit_count(struct adit_channel *ch, unsigned counter, int64_t add)
{
	struct op *op;

	if (counter >= ch->plugin->ncounters) {
		tx_broken(ch, "counted with a counter it has not declared");
		return;
	}
	op = tx_note(ch, OP_COUNT, counter);
	if (op)
		op->add = add;
}

void adit_timer(struct adit_channel *ch, unsigned ms)
{
	tx_note(ch, OP_TIMER, ms);
}

bool adit_word(const struct adit_msg *m, const char *word)
{
	size_t n = strlen(word);

	return m->len >= n &&
	       strncasecmp((const char *)m->data, word, n) == 0 &&
	       (m->len == n || isspace(m->data[n]));
}

bool adit_listed(const char *const *list, const char *word)
{
	for (; list && *list; list++)
		if (strcasecmp(*list, word) == 0)
			return true;
	return false;
}

bool adit_ports_has(const struct adit_ports *p, uint16_t port)
{
	for (size_t i = 0; i < p->count; i++)
		if (port >= p->range[i].first && port <= p->range[i].last)
			return true;
	return false;
}
