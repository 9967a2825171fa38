/* SPDX-License-Identifier: BSD-2-Clause */
/* host_handover_test.c - an inspected channel whose state somebody has made up is refused. */
#include "plugin/host_handover.h"

#include "plugin/inside.h"
#include "rig.h"

#include "suite.h"

#include <string.h>

struct memory {
	uint8_t magic;
};

static enum adit_verdict hold(struct adit_msg *m)
{
	((struct memory *)adit_state(m->ch))->magic = 1;
	return m->data[0] == 'h' ? ADIT_HOLD : ADIT_PASS;
}

static bool is_sane(struct adit_channel *ch)
{
	return ((struct memory *)adit_state(ch))->magic <= 1;
}

static const struct adit_plugin one_way = {
	.api = ADIT_PLUGIN_API,
	.size = sizeof(one_way),
	.name = "one",
	.version = "1",
	.summary = "holds what begins with h",
	.state_size = sizeof(struct memory),
	.max_message = 64,
	.frame = { adit_frame_line, NULL },
	.message = hold,
	.sound = is_sane,
};

static bool is_believed(struct rig *r)
{
	struct handover out = handover_packing(), in;
	struct inspect_info info = inspect_info_of(r->ch);
	struct adit_channel *to;
	bool taken;

	ck_assert(inspect_handover(&out, r->ch));
	to = inspect_new(r->plugin, NULL, &info, &rig_ops, r);
	ck_assert_ptr_nonnull(to);
	in = handover_unpacking(buf_ptr(&out.out), buf_len(&out.out), NULL, 0);
	taken = inspect_handover(&in, to) && handover_is_done(&in);
	inspect_free(to);
	handover_fini(&out);
	return taken;
}

/* A message is held, another waits behind it, and output waits. */
static struct rig *a_channel(void)
{
	struct rig *r = rig_new(&one_way);

	ck_assert_uint_eq(inspect_feed(r->ch, ADIT_TO_SERVER, "pass\n", 5, 3),
			  5);
	ck_assert_uint_eq(
		inspect_feed(r->ch, ADIT_TO_SERVER, "hold\nmore", 9, 0), 9);
	adit_timer(r->ch, 5);
	r->ch->timer = 100000;
	ck_assert_uint_eq(r->ch->side[0].held, 5);
	return r;
}

#define LIE(name) static void name(struct adit_channel *ch, struct side *s)
#define OF_SIDE (void)ch
LIE(holds_too_much)
{
	OF_SIDE;
	s->held = buf_len(&s->in) + 1;
}
LIE(needs_too_much)
{
	OF_SIDE;
	s->need = 65;
}
LIE(mark_behind_out)
{
	OF_SIDE;
	s->out_urgent.at[0] = s->out_end + 1;
}
LIE(marks_in_disorder)
{
	OF_SIDE;
	s->in_urgent.n = 2;
	s->in_urgent.at[0] = 9;
	s->in_urgent.at[1] = 9;
}
LIE(more_out_than_end)
{
	OF_SIDE;
	s->out_end = buf_len(&s->out) - 1;
}
LIE(ended_open)
{
	OF_SIDE;
	s->ended = true;
}
LIE(at_no_end)
{
	OF_SIDE;
	s->eof_held = true;
}
LIE(unknown_flags)
{
	OF_SIDE;
	s->held_flags = ~0u;
}
LIE(seeing_nothing)
{
	(void)s;
	ch->side[ADIT_TO_CLIENT].blind = false;
}
LIE(unknown_status)
{
	(void)s;
	ch->status = INSPECT_RESET + 1;
}
LIE(state_of_nobody)
{
	(void)s;
	((struct memory *)adit_state(ch))->magic = 9;
}

START_TEST(lies_are_refused)
{
	static void (*const lies[])(struct adit_channel *, struct side *) = {
		holds_too_much,    needs_too_much,    mark_behind_out,
		marks_in_disorder, more_out_than_end, ended_open,
		at_no_end,         unknown_flags,     seeing_nothing,
		unknown_status,    state_of_nobody,
	};

	for (size_t i = 0; i < ARRAY_LEN(lies); i++) {
		struct rig *r = a_channel();

		ck_assert(is_believed(r));
		lies[i](r->ch, &r->ch->side[ADIT_TO_SERVER]);
		ck_assert_msg(!is_believed(r), "lie %zu", i);
		r->ch->started = false;
		rig_free(r);
	}
}
END_TEST

SUITE("moved", lies_are_refused)
