/* SPDX-License-Identifier: BSD-2-Clause */
/* reply.c - replies on their way to the client.
 *
 * A message is a run of elements that do not matter, as many as have arrived;
 * or one element that names a node, whole.  Lists of any length are read in
 * parts, and strings of any size pass by adit_skip, so little is kept. */
#include "inside.h"

#include <string.h>

enum {
	REDIRECT_MAX = 512 /* bytes of a -MOVED and of other lines */
};

/* What a message of the server is. */
enum part {
	PART_RUN,      /* elements of no interest */
	PART_LISTS,    /* the first lines of lists around nodes */
	PART_UNIT,     /* an element that names a node */
	PART_REDIRECT, /* -MOVED, -ASK, -REDIRECT */
	PART_EXEC,     /* the first line of what EXEC answers */
	PART_CONFIRM,  /* the beginning of a confirmation: its first word */
	PART_NUMBER,   /* its end: how many subscriptions there are */
	PART_MONITOR,  /* the answer to MONITOR */
	PART_EVENT,    /* a message of pub/sub from a Sentinel */
	PART_MOVING    /* a push about nodes that move */
};

struct reply_part {
	enum part what;
	struct redis_reading next; /* the state behind it */
	uint64_t skip;             /* bytes behind it that pass unseen */
	uint64_t replies;          /* that end with it */
	bool too_long;
	/* A command may wait for the end of this reply, so where it ends must
	 * not depend on how it arrives. */
	bool careful;
	bool is_cut; /* the bytes are the message, and no more than it */
};

static enum due_kind reply_kind(const struct redis_state *st)
{
	const struct due_reply *head = due_head(&st->due);

	return head && !st->lost ? head->kind : DUE_NONE;
}

/* Whether a confirmation may come that nothing in the queue stands for: of a
 * SUBSCRIBE behind CLIENT REPLY OFF or SKIP.  The next reply that the queue
 * stands for is one of these, if there is any. */
static bool reply_strays(const struct redis_state *st)
{
	const struct due_reply *head = due_head(&st->due);

	return !st->lost &&
	       (!head || head->kind == DUE_RESET || head->kind == DUE_FENCE ||
		head->kind == DUE_FENCED_RESET);
}

int redis_depth(enum due_kind kind)
{
	switch (kind) {
	case DUE_SHARDS:
		return 3;
	case DUE_SLOTS:
		return 2;
	case DUE_REPLICAS:
	case DUE_INSTANCES:
		return 1;
	case DUE_NODES:
	case DUE_ROLE:
	case DUE_INFO:
	case DUE_INSTANCE:
	case DUE_MASTER:
	case DUE_PROBE:
	case DUE_LOOKUP:
		return 0;
	default:
		return -1;
	}
}

/* ---- runs of elements ---------------------------------------------------- */

/* Both return how many bytes they have passed over; 0: more is needed. */

/* An element, up to the elements in it. */
static size_t run_element(const uint8_t *p, size_t n, struct reply_part *part)
{
	struct redis_reading *r = &part->next;
	struct resp head;
	size_t whole;
	bool counts;

	if (resp_head(p, n, &head) <= 0)
		return 0;
	/* Attributes stand before the element that they describe, and a push
	 * may come between two elements. */
	counts = head.type != '|' && (head.type != '>' || !r->rest);
	if (!r->rest)
		r->rest = 1;
	r->line = head.shape == RESP_LINE;
	r->rest -= !r->line && counts;
	if (head.shape == RESP_LIST && head.n > 0)
		r->rest += (uint64_t)head.n;
	if (head.shape != RESP_BULK || head.n < 0)
		return head.head;
	whole = head.head + (size_t)head.n;
	if (n >= whole + 2 && !memcmp(p + whole, "\r\n", 2))
		return whole + 2;
	/* What is behind the string is read as a line. */
	r->line = true;
	r->rest++;
	if (n >= whole)
		return whole;
	part->skip = (uint64_t)head.n;
	return head.head;
}

static size_t run_line(const uint8_t *p, size_t n, struct redis_reading *r)
{
	const uint8_t *lf = memchr(p, '\n', n);

	if (!lf)
		return n;
	r->line = false;
	r->rest--;
	return (size_t)(lf - p) + 1;
}

/* Whether the reply at p is one of a run of replies that do not matter. */
static bool run_goes_on(const struct redis_state *st, const uint8_t *p,
			size_t n, bool is_cut)
{
	return *p != '>' && *p != '|' &&
	       (*p != '*' ||
		!(reply_strays(st) || (!is_cut && redis_is_short(p, n)))) &&
	       !(st->monitor != MONITOR_OFF && *p == '+') &&
	       (*p != '-' || !redis_is_redirect(p, n));
}

/* Passes over elements, and over at most `most` replies. */
static int64_t reply_run(const struct redis_state *st, const uint8_t *p,
			 size_t n, uint64_t most, struct reply_part *part)
{
	struct redis_reading *r = &part->next;
	struct resp bad;
	size_t len = 0, step;

	part->what = PART_RUN;
	while (len < n && !part->skip) {
		if (part->replies && !r->rest &&
		    (part->replies >= most ||
		     !run_goes_on(st, p + len, n - len, part->is_cut)))
			break;
		step = r->line ? run_line(p + len, n - len, r) :
				 run_element(p + len, n - len, part);
		if (!step)
			break;
		len += step;
		part->replies += !r->rest;
	}
	if (len)
		return ADIT_MSG(len);
	return resp_head(p, n, &bad) < 0 ? ADIT_BAD : ADIT_MORE;
}

/* ---- lists around nodes -------------------------------------------------- */

/* Lists that have got all their elements have ended. */
static void lists_end(struct redis_reading *r)
{
	while (r->depth && !r->left[r->depth - 1])
		r->depth--;
}

/* An element at the place of a list or a node, that is neither. */
static bool lists_is_other(const struct resp *head, int depth,
			   const struct redis_reading *r)
{
	if (head->shape == RESP_LINE || head->n < 0)
		return true;
	return r->depth < depth && (head->shape == RESP_BULK || !head->n);
}

/* A string behind which nothing of the reply matters: it is the reply, or too
 * long to be waited for. */
static bool lists_is_end(const struct resp *head, const struct reply_part *part)
{
	return head->shape == RESP_BULK && head->n >= 0 &&
	       (!part->next.depth || (part->careful && head->n > ARG_MAX));
}

/* Passes over one element of the lists around nodes: the first line of a list,
 * or something that is no list.  0: more is needed, or a node begins here. */
static size_t lists_element(const uint8_t *p, size_t n, int depth,
			    struct reply_part *part)
{
	struct redis_reading *r = &part->next;
	struct resp_item item;
	size_t at = 0;
	struct resp head;

	if (resp_head(p, n, &head) <= 0 || head.type == '|')
		return 0;
	if (!lists_is_other(&head, depth, r)) {
		if (r->depth == depth)
			return 0;
		if (r->depth)
			r->left[r->depth - 1]--;
		r->left[r->depth++] = (uint32_t)head.n;
		return head.head;
	}
	if (lists_is_end(&head, part))
		return 0;
	if (!resp_next(p, n, &at, &item)) {
		if (head.shape != RESP_BULK || part->careful)
			return 0;
		part->skip = (uint64_t)head.n + 2;
		at = head.head;
	}
	r->left[r->depth ? r->depth - 1 : 0] -= r->depth > 0;
	return at;
}

/* What is left of the reply does not matter. */
static void lists_forget(struct redis_reading *r)
{
	r->rest = 0;
	while (r->depth)
		r->rest += r->left[--r->depth];
}

/* The length of a list or a line that is wanted whole, as resp_whole; more
 * than UNIT_MAX: it is too long.  What stands behind so many bytes is not
 * looked at, since it may not have come yet. */
static int64_t reply_whole(const uint8_t *p, size_t n,
			   const struct reply_part *part)
{
	int64_t len = resp_whole(p, n < UNIT_MAX ? n : UNIT_MAX);

	/* Where the message has been cut before the end, that was too far. */
	return len == RESP_MORE && (n >= UNIT_MAX || part->is_cut) ?
		       UNIT_MAX + 1 :
		       len;
}

/* A node, as a whole.  If it is too long, it passes with all that follows. */
static int64_t reply_unit(const struct redis_state *st, const uint8_t *p,
			  size_t n, struct reply_part *part)
{
	struct redis_reading *r = &part->next;
	struct resp head;
	int got = resp_head(p, n, &head);
	bool bulk = got > 0 && head.shape == RESP_BULK;
	int64_t len = got > 0 && !bulk ? reply_whole(p, n, part) :
					 resp_whole(p, n);

	if (got < 0 || len == RESP_BAD)
		return ADIT_BAD;
	part->what = PART_UNIT;
	if (bulk ? head.n > MESSAGE_MAX - 64 : len > UNIT_MAX) {
		lists_forget(r);
		r->rest += !r->rest;
		part->too_long = true;
		return reply_run(st, p, n, 1, part);
	}
	if (len && r->depth)
		r->left[r->depth - 1]--;
	lists_end(r);
	part->replies = len && !r->depth;
	return len;
}

static int64_t reply_lists(const struct redis_state *st, const uint8_t *p,
			   size_t n, int depth, struct reply_part *part)
{
	struct redis_reading *r = &part->next;
	size_t len = 0, step;
	struct resp head;
	int got;

	part->what = PART_LISTS;
	while (len < n && !part->skip && !part->replies) {
		step = lists_element(p + len, n - len, depth, part);
		if (!step)
			break;
		len += step;
		lists_end(r);
		part->replies = !r->depth;
	}
	if (len)
		return ADIT_MSG(len);
	got = resp_head(p, n, &head);
	if (got <= 0)
		return got;
	if (head.type == '|' || /* no server sends these there */
	    (lists_is_other(&head, depth, r) && lists_is_end(&head, part))) {
		lists_forget(r);
		r->rest += !r->rest;
		return reply_run(st, p, n, 1, part);
	}
	return lists_is_other(&head, depth, r) ? ADIT_MORE :
						 reply_unit(st, p, n, part);
}

/* ---- pub/sub ------------------------------------------------------------- */

/* Redis answers these in a line. */
static bool reply_is_line(enum due_kind kind)
{
	return kind == DUE_MONITOR || kind == DUE_RESET || kind >= DUE_PERMIT;
}

static bool pubsub_is_on(const struct redis_state *st)
{
	return st->subscriptions[0] || st->subscriptions[1];
}

enum { NO_PUSH = INT32_MIN };

/* A push of RESP3, or a list of RESP2 that may be one; NO_PUSH: it is not. */
static int64_t reply_pubsub(const struct redis_state *st, const uint8_t *p,
			    size_t n, struct reply_part *part)
{
	struct redis_reading *r = &part->next;
	bool event, moving;
	int64_t whole;
	size_t len;
	uint8_t confirm = 0;
	enum push what = redis_push(p, n, &len, &confirm);

	/* Where the message has been cut, more was there, and it was none. */
	if (what == PUSH_MORE && part->is_cut)
		what = PUSH_OTHER;
	if (what == PUSH_MORE)
		return ADIT_MORE;
	if (what == PUSH_OTHER && *p != '>')
		return NO_PUSH;
	if (what == PUSH_CONFIRM) {
		part->what = PART_CONFIRM;
		r->rest = 1;
		r->confirm = confirm | (*p == '>' ? CONFIRM_PUSH : 0);
		return ADIT_MSG(len);
	}
	r->apart = true;
	event = st->server == SERVER_SENTINEL && what == PUSH_MESSAGE;
	moving = what == PUSH_MOVING && *p == '>';
	whole = event || moving ? reply_whole(p, n, part) : UNIT_MAX + 1;
	if (whole <= UNIT_MAX) {
		part->what = moving ? PART_MOVING : PART_EVENT;
		part->replies = whole > 0;
		return whole;
	}
	return reply_run(st, p, n, 1, part);
}

/* ---- cutting ------------------------------------------------------------- */

/* A line that is wanted whole. */
static int64_t reply_line(const struct redis_state *st, const uint8_t *p,
			  size_t n, enum part what, struct reply_part *part)
{
	size_t look = n < REDIRECT_MAX ? n : REDIRECT_MAX;
	const uint8_t *lf = memchr(p, '\n', look);

	if (!lf)
		return n < REDIRECT_MAX ? ADIT_MORE :
					  reply_run(st, p, n, 1, part);
	part->what = what;
	part->replies = 1;
	return ADIT_MSG(lf - p + 1);
}

/* The plugin's own questions, and refused commands: whatever the answer is, the
 * client must not see it. */
static bool reply_is_ours(enum due_kind kind)
{
	return kind >= DUE_REFUSED;
}

static uint64_t reply_most(const struct redis_state *st)
{
	const struct due_reply *head = due_head(&st->due);

	if (st->reading.apart || st->reading.confirm || pubsub_is_on(st))
		return 1;
	if (!head || st->lost)
		return UINT64_MAX;
	return head->kind == DUE_PLAIN ? head->count : 1;
}

static int64_t reply_attribute(const uint8_t *p, size_t n,
			       struct reply_part *part)
{
	struct resp head;
	int got = resp_head(p, n, &head);

	part->what = PART_RUN;
	part->next.apart = true;
	part->next.rest = got > 0 && head.n > 0 ? (uint64_t)head.n : 0;
	part->replies = got > 0 && !part->next.rest;
	return got;
}

/* The list that EXEC answers, if it has as many elements as the transaction has
 * commands; anything else does not matter. */
static int64_t reply_exec(const struct redis_state *st, const uint8_t *p,
			  size_t n, struct reply_part *part)
{
	struct resp head;
	int got = resp_head(p, n, &head);

	if (got <= 0)
		return got;
	if (head.shape != RESP_LIST || head.n != due_head(&st->due)->count)
		return reply_run(st, p, n, 1, part);
	part->what = PART_EXEC;
	return got;
}

static int64_t reply_begin(const struct redis_state *st, const uint8_t *p,
			   size_t n, struct reply_part *part)
{
	enum due_kind kind = reply_kind(st);
	int redirect = *p == '-' ? redis_is_redirect(p, n) : 0;
	bool confirm = kind == DUE_CONFIRM || kind == DUE_CONFIRMS ||
		       due_leaves_all(kind);
	int depth = redis_depth(kind);
	int64_t got = NO_PUSH;

	if (*p == '|')
		return reply_attribute(p, n, part);
	if (redirect)
		return redirect == RESP_BAD ?
			       ADIT_MORE :
			       reply_line(st, p, n, PART_REDIRECT, part);
	if (*p == '>' ||
	    (*p == '*' && (confirm || pubsub_is_on(st) || reply_strays(st))))
		got = reply_pubsub(st, p, n, part);
	if (got != NO_PUSH)
		return got;
	/* It may have been kept from before that command. */
	if (*p == '*' && !part->is_cut && redis_is_short(p, n))
		return ADIT_MORE;
	if (*p == '+' && st->monitor != MONITOR_OFF) {
		if (n < 2)
			return ADIT_MORE;
		part->next.apart = p[1] >= '0' && p[1] <= '9';
		if (part->next.apart)
			return reply_run(st, p, n, 1, part);
	}
	part->next.kind = (uint8_t)kind;
	if (reply_is_ours(kind) && resp_shape(*p) == RESP_LINE)
		return reply_line(st, p, n, PART_UNIT, part);
	/* Redis answers these in a line.  What waits behind them goes on with
	 * it, so it must not depend on how a longer answer is cut.  What is too
	 * short to be told may have come before the command. */
	if (reply_is_line(kind) && resp_shape(*p) != RESP_LINE)
		return redis_is_short(p, n) ? ADIT_MORE : ADIT_BAD;
	if (kind == DUE_MONITOR)
		return reply_line(st, p, n, PART_MONITOR, part);
	if (kind == DUE_EXEC)
		return reply_exec(st, p, n, part);
	part->next.apart = kind == DUE_NONE;
	return depth < 0 ? reply_run(st, p, n, reply_most(st), part) :
			   reply_lists(st, p, n, depth, part);
}

static int64_t reply_cut(const struct redis_state *st, const uint8_t *p,
			 size_t n, bool is_cut, struct reply_part *part)
{
	const struct redis_reading *r = &st->reading;

	*part = (struct reply_part){ .next = *r,
				     .careful = due_is_nearly_full(&st->due),
				     .is_cut = is_cut };
	if (r->rest)
		return reply_run(st, p, n, reply_most(st), part);
	if (r->confirm)
		return reply_line(st, p, n, PART_NUMBER, part);
	if (r->depth)
		return reply_lists(st, p, n, redis_depth(r->kind), part);
	return reply_begin(st, p, n, part);
}

int64_t redis_cut_reply(struct adit_channel *ch, const uint8_t *p, size_t n)
{
	struct reply_part part;

	return reply_cut(adit_state(ch), p, n, false, &part);
}

/* ---- what becomes of a part ---------------------------------------------- */

/* The replies that have ended were answers to the first commands in the
 * queue. */
static void reply_count(struct redis_state *st, const struct reply_part *part)
{
	enum due_kind kind = reply_kind(st);

	if (part->what == PART_EXEC) {
		due_take(&st->due, due_head(&st->due)->count);
		return;
	}
	if (!part->replies || part->next.apart || st->lost)
		return;
	if (kind == DUE_RESET || kind == DUE_FENCED_RESET) {
		st->monitor = MONITOR_OFF;
		st->subscriptions[0] = st->subscriptions[1] = 0;
		memset(st->confirmed, 0, sizeof st->confirmed);
	}
	if (part->what == PART_NUMBER && due_leaves_all(kind))
		due_take(&st->due, !st->confirmed[kind - DUE_UNSUBSCRIBE]);
	else if (part->what == PART_NUMBER)
		due_take(&st->due, kind == DUE_CONFIRM || kind == DUE_CONFIRMS);
	else if (kind == DUE_PLAIN)
		due_take(&st->due, part->replies);
	else
		due_drop(&st->due);
}

/* The number in a confirmation. */
static void reply_on_number(struct redis_state *st, const struct adit_msg *m)
{
	uint8_t confirm = st->reading.confirm;
	struct resp_item item;
	int64_t n = -1, others;
	unsigned which;
	size_t at = 0;

	if (resp_next(m->data, m->len, &at, &item))
		n = resp_number(item.text, item.len);
	n = n > 0 && n <= UINT32_MAX ? n : 0;
	/* With RESP3 other replies come as before. */
	if (!(confirm & CONFIRM_PUSH))
		st->subscriptions[!!(confirm & CONFIRM_SHARDS)] = (uint32_t)n;
	/* Channels and patterns are counted together. */
	which = confirm & CONFIRM_SHARDS ? 2 : !!(confirm & CONFIRM_PATTERNS);
	others = which < 2 ? st->confirmed[1 - which] : 0;
	st->confirmed[which] = n > others ? (uint32_t)(n - others) : 0;
}

static void reply_advance(struct adit_channel *ch,
			  const struct reply_part *part)
{
	struct redis_state *st = adit_state(ch);
	enum due_kind kind = reply_kind(st);
	bool full = due_is_nearly_full(&st->due);
	bool told = reply_is_line(kind) || reply_is_ours(kind);

	/* The channel's name in a confirmation is not its end. */
	if (part->what != PART_RUN || !part->next.confirm)
		reply_count(st, part);
	st->reading = part->next;
	if (part->what == PART_NUMBER)
		st->reading.confirm = 0;
	if (!st->reading.rest && !st->reading.confirm)
		st->reading.apart = false;
	if ((full || told) && !due_is_nearly_full(&st->due))
		adit_wake(ch, ADIT_TO_SERVER);
}

enum adit_verdict redis_reply(struct adit_msg *m)
{
	struct redis_state *st = adit_state(m->ch);
	struct reply_part part;

	if (m->flags & ADIT_PARTIAL)
		return ADIT_PASS;
	if (reply_cut(st, m->data, m->len, true, &part) != (int64_t)m->len)
		return ADIT_CLOSE;
	if (part.too_long && reply_is_ours(part.next.kind))
		return ADIT_CLOSE;
	if (part.what == PART_NUMBER)
		reply_on_number(st, m);
	if (part.what == PART_MONITOR)
		st->monitor = *m->data == '+' ? MONITOR_ON : MONITOR_OFF;
	reply_advance(m->ch, &part);
	if (part.skip && adit_skip(m, part.skip))
		return ADIT_CLOSE;
	if (part.too_long)
		adit_log(m->ch, ADIT_WARN,
			 "a reply that names nodes is too long; it passes with "
			 "the servers' own addresses");
	switch (part.what) {
	case PART_UNIT:
		return redis_unit(m, part.next.kind);
	case PART_REDIRECT:
		return redis_redirect(m);
	case PART_EVENT:
		return redis_event(m);
	case PART_MOVING:
		return redis_moving(m);
	default:
		return ADIT_PASS;
	}
}
