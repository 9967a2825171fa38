/* SPDX-License-Identifier: BSD-2-Clause */
/* session_handover_test.c - a session that arrives in part, or as nonsense, is refused and
 * leaves nothing behind.  That one which arrives whole goes on: resume_test.c. */
#include "channel/chan.h"
#include "channel/session_handover.h"
#include "channel/pump.h"

#include <string.h>

#include "suite.h"

static struct pump p;
static struct mem *mine[4];

static void no_end(struct handover *c, struct chan *ch)
{
	uint8_t mark = 7;

	(void)ch;
	handover_field(c, &mark);
	c->bad |= mark != 7;
}

/* One of every kind: waiting bytes, an urgent one, ends, and a reset to tell. */
static struct handover a_session(void)
{
	static const uint8_t bytes[10];
	struct iovec post = { (void *)(uintptr_t)bytes, sizeof bytes };
	struct handover c = handover_packing();

	pump_init(&p, 0, 0);
	p.gateway.room = 100;
	for (int i = 0; i < 3; i++) {
		mine[i] = mem_open(&p.agent, NULL);
		mem_fill(mine[i], 3000);
		mine[i]->urgent_in = 500;
	}
	pump_run(&p);
	pump_detach(&p);
	mem_fin(p.gateway.mems[0]);
	chan_reset(p.gateway.mems[1]->chan, REASON_ADMIN, "no more");
	mine[3] = mem_open(&p.gateway, NULL);
	ck_assert_int_eq(
		session_post(p.gateway.s, FRAME_EXPECT, 0, NULL, &post), 0);
	session_reap(p.gateway.s);
	session_handover(&c, p.gateway.s, no_end);
	ck_assert(!c.bad);
	return c;
}

static void end(struct handover *c)
{
	handover_fini(c);
	pump_fini(&p);
	for (size_t i = 0; i < ARRAY_LEN(mine); i++)
		mem_free(mine[i]);
}

/* Whether it is taken. */
static bool arrive(const uint8_t *bytes, size_t n)
{
	struct session_conf conf = { .role = ROLE_GATEWAY, .marker = 42 };
	static const struct session_ops ops;
	struct session *s = session_new(&conf, &ops, NULL);
	struct handover c = handover_unpacking(bytes, n, NULL, 0);

	ck_assert_ptr_nonnull(s);
	session_handover(&c, s, no_end);
	session_free(s);
	return handover_is_done(&c);
}

START_TEST(only_the_whole_is_taken)
{
	struct handover c = a_session();
	size_t n = buf_len(&c.out);

	ck_assert_uint_gt(n, 4000);
	ck_assert(arrive(buf_ptr(&c.out), n));
	for (size_t i = 0; i < n; i++)
		ck_assert(!arrive(buf_ptr(&c.out), i));
	end(&c);
}
END_TEST

/* A changed byte is either refused or harmless. */
START_TEST(any_byte_may_be_another)
{
	struct handover c = a_session();
	uint8_t *bytes = buf_ptr(&c.out);
	size_t n = buf_len(&c.out), taken = 0;

	for (size_t i = 0; i < n; i++) {
		bytes[i] ^= 0xff;
		taken += arrive(bytes, n);
		bytes[i] ^= 0xff;
	}
	ck_assert_uint_lt(taken, n);
	end(&c);
}
END_TEST

/* ---- state that somebody has made up ------------------------------------------ */

/* What the open channel says instead. */
static void owes_opened(struct chan *c)
{
	c->owes |= OWE_OPENED;
}
static void owes_open(struct chan *c)
{
	c->owes |= OWE_OPEN;
}
static void owes_reset(struct chan *c)
{
	c->owes |= OWE_RESET;
}
static void is_waiting(struct chan *c)
{
	c->state = CHAN_WAITING;
}
static void is_asked(struct chan *c)
{
	c->state = CHAN_ASKED;
}
static void has_no_id(struct chan *c)
{
	c->own_id = 0;
}
static void has_no_peer(struct chan *c)
{
	c->peer_id = 0;
}
static void is_told(struct chan *c)
{
	c->closed_told = true;
}
static void mark_behind(struct chan *c)
{
	c->urgent = c->received + 1;
}
static void sent_too_much(struct chan *c)
{
	c->sent = c->limit + 1;
}
static void got_too_much(struct chan *c)
{
	c->received = c->granted + 1;
}
static void ate_too_much(struct chan *c)
{
	c->consumed = c->received + 1;
}
static void ate_what_waits(struct chan *c)
{
	c->consumed = c->received;
}
static void gave_too_much(struct chan *c)
{
	c->granted += c->window;
}
static void huge_window(struct chan *c)
{
	c->window = UINT32_MAX;
}
static void over_already(struct chan *c)
{
	c->finished = true;
}

#define LIE(name)                                                              \
	{                                                                      \
#name, name                                                    \
	}
static const struct lie {
	const char *name;
	void (*tell)(struct chan *);
} lies[] = {
	LIE(owes_opened),    LIE(owes_open),     LIE(owes_reset),
	LIE(is_waiting),     LIE(is_asked),      LIE(has_no_id),
	LIE(has_no_peer),    LIE(is_told),       LIE(mark_behind),
	LIE(sent_too_much),  LIE(got_too_much),  LIE(ate_too_much),
	LIE(ate_what_waits), LIE(gave_too_much), LIE(huge_window),
	LIE(over_already),
};

static bool is_believed(void)
{
	struct handover c = handover_packing();
	bool taken;

	session_handover(&c, p.gateway.s, no_end);
	taken = !c.bad && arrive(buf_ptr(&c.out), buf_len(&c.out));
	handover_fini(&c);
	return taken;
}

START_TEST(channels_are_not_believed)
{
	struct handover c = a_session();
	struct chan *open = p.gateway.mems[2]->chan, was = *open;

	ck_assert_uint_eq(open->state, CHAN_OPEN);
	ck_assert_uint_gt(buf_len(&open->backlog), 0);
	for (size_t i = 0; i < ARRAY_LEN(lies); i++) {
		lies[i].tell(open);
		ck_assert_msg(!is_believed(), "%s", lies[i].name);
		*open = was;
	}
	ck_assert(is_believed());
	end(&c);
}
END_TEST

/* An OPEN that does not fit a frame, or is malformed. */
START_TEST(opens_are_not_believed)
{
	struct handover c = a_session();
	struct chan *opening = mine[3]->chan;
	uint16_t len = opening->open_len;
	void *was = opening->arg.open;
	uint8_t more[UINT16_MAX] = { 0 };

	ck_assert_uint_eq(opening->state, CHAN_OPENING);
	opening->arg.open = more;
	opening->open_len = sizeof more;
	ck_assert(!is_believed());
	opening->arg.open = was;
	opening->open_len = (uint16_t)(len - 1);
	ck_assert(!is_believed());
	opening->open_len = len;
	ck_assert(is_believed());
	end(&c);
}
END_TEST

START_TEST(logs_are_not_believed)
{
	struct handover c = a_session();
	struct session *s = p.gateway.s;
	struct slog *log = &s->log;
	struct post *post = list_first(&s->posts, struct post, node);
	uint64_t sent;

	ck_assert_uint_gt(log->end, log->base);
	/* Some was acknowledged before. */
	log->base += 100;
	log->end += 100;
	sent = log->sent += 100;
	ck_assert(is_believed());
	log->sent = log->base - 1;
	ck_assert(!is_believed());
	log->sent = log->end + 1;
	ck_assert(!is_believed());
	log->sent = sent;
	post->command = FRAME_PING;
	ck_assert(!is_believed());
	post->command = FRAME_EXPECT;
	s->next_own = 0;
	ck_assert(!is_believed());
	end(&c);
}
END_TEST

/* No state that a peer can bring about makes a handover fail. */
START_TEST(peers_cannot_hinder_it)
{
	static const enum chan_state theirs[] = { CHAN_ASKED, CHAN_ANSWERING,
						  CHAN_OPEN };
	struct handover c = a_session();
	struct chan *ch = p.gateway.mems[2]->chan, was = *ch;
	struct addr local = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(theirs); i++) {
		ch->state = (uint8_t)theirs[i];
		ch->arg.local = &local;
		ch->own_id = ch->state == CHAN_OPEN ? was.own_id : 0;
		ch->owes = OWE_RETURNED |
			   (ch->state == CHAN_ANSWERING ? OWE_OPENED : 0);
		ch->fin_in = true;
		ck_assert_msg(is_believed(), "in state %d", ch->state);
	}
	*ch = was;
	end(&c);
}
END_TEST

/* One that waits for memory to begin may have been asked for its credit. */
START_TEST(those_in_a_line_may_owe)
{
	struct handover c = a_session();
	struct chan *ch = p.gateway.mems[2]->chan, was = *ch;
	uint8_t packed[FRAME_PAYLOAD_MAX];
	struct open o = { .resource = 1, .credit = CREDIT_START };

	ch->state = CHAN_ASKED;
	ch->own_id = 0;
	ch->early = true;
	ch->arg.open = packed;
	ch->open_len = (uint16_t)pack_open(packed, sizeof packed, &o);
	ch->owes = OWE_RETURNED;
	ck_assert(is_believed());
	*ch = was;
	end(&c);
}
END_TEST

SUITE("moved", only_the_whole_is_taken, any_byte_may_be_another,
      channels_are_not_believed, opens_are_not_believed, logs_are_not_believed,
      peers_cannot_hinder_it, those_in_a_line_may_owe)
