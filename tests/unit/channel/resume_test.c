/* SPDX-License-Identifier: BSD-2-Clause */
/* resume_test.c - a tunnel breaks at any byte, and nobody can tell afterwards.
 *
 * One play for two sessions and a dozen applications is performed without a
 * break, and then with breaks everywhere; each must end with the same bytes,
 * marks, ends and posted frames. */
#include "channel/chan.h"
#include "channel/pump.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

#include "suite.h"

enum { OWN = 6, SCENES = 6, ENOUGH = 40 };

/* Whom a play has: those who opened, [0..] the agent's, [OWN-1] the gateway's;
 * their peers are in side.mems. */
struct play {
	struct pump p;
	struct mem *own[OWN];
	bool acts_in_the_dark; /* a break lasts for one scene */
	bool moves;            /* and each side is another one then */
	uint64_t fuses[3];     /* of the first tunnel, and the next ones */
	unsigned breaks, scene;
};

static void post(struct side *side, uint8_t command, struct chan *about,
		 uint32_t serial)
{
	uint8_t bytes[40] = { 0 };
	struct iovec iov = { bytes, sizeof bytes };

	memcpy(bytes, &serial, sizeof serial);
	ck_assert_int_eq(session_post(side->s, command, 0, about, &iov), 0);
}

static void urgent(struct mem *m, size_t before, size_t behind)
{
	uint64_t base = m->taken + buf_len(&m->in);

	mem_fill(m, before + 1 + behind);
	m->urgent_in = base + before + 1;
}

/* Everybody dials, and says something at once. */
static void scene_dial(struct play *a)
{
	struct pump *p = &a->p;

	p->gateway.room = 3000; /* the first server takes little */
	for (unsigned i = 0; i < OWN - 1; i++)
		a->own[i] = mem_open(&p->agent, NULL);
	a->own[OWN - 1] = mem_open(&p->gateway, NULL);
	mem_fill(a->own[0], 40000);
	urgent(a->own[1], 100, 300);
	mem_fill(a->own[2], 5000);
	mem_reset(a->own[2]);
	mem_fin(a->own[4]);
	mem_fill(a->own[OWN - 1], 25000);
}

static void scene_answer(struct play *a)
{
	struct side *gw = &a->p.gateway, *ag = &a->p.agent;

	ck_assert_uint_ge(gw->nmems, 1);
	mem_fill(gw->mems[0], 30000);
	post(gw, FRAME_EXPECT, gw->mems[0]->chan, 1);
	mem_write(gw->mems[0], "the line", 8);
	post(ag, FRAME_EXPECTED, a->own[0]->chan, 2);
	urgent(gw->mems[1], 0, 50);
	mem_fin(gw->mems[3]); /* half closed by the server */
	mem_fill(a->own[3], 20000);
	mem_fill(ag->mems[0], 25000);
}

static void scene_more(struct play *a)
{
	struct side *gw = &a->p.gateway;

	for (uint32_t i = 0; i < 5; i++) {
		post(gw, FRAME_EXPECT, NULL, 10 + i);
		post(&a->p.agent, FRAME_EXPECTED, NULL, 20 + i);
	}
	post(gw, FRAME_CANCEL, NULL, 30);
	post(gw, FRAME_RESOURCES, NULL, 31);
	urgent(a->own[1], 5, 0);
	for (unsigned i = 0; i < gw->nmems; i++)
		gw->mems[i]->room = SIZE_MAX;
	mem_fill(gw->mems[4], 12000);
}

static void scene_ends(struct play *a)
{
	struct side *gw = &a->p.gateway, *ag = &a->p.agent;

	mem_fin(a->own[0]);
	mem_fin(gw->mems[1]);
	mem_fin(a->own[3]);
	mem_fin(gw->mems[4]);
	mem_fill(ag->mems[0], 3000);
	mem_reset(ag->mems[0]);
	gw->refuse = true;
	post(gw, FRAME_EXPECT, gw->mems[0]->chan, 40);
}

static void scene_late(struct play *a)
{
	struct mem *late = mem_open(&a->p.agent, NULL);

	/* The refused one is kept in the place of one that is over. */
	ck_assert_ptr_nonnull(late);
	mem_free(a->own[4]);
	a->own[4] = late;
	mem_fill(late, 9000);
	mem_fin(a->p.gateway.mems[0]);
	mem_fin(a->own[1]);
}

static void (*const scenes[SCENES])(struct play *) = {
	scene_dial, scene_answer, scene_more, scene_ends, scene_late, NULL,
};

static void act(struct play *a)
{
	if (scenes[a->scene])
		scenes[a->scene](a);
	a->scene++;
}

/* A scene is over when all has arrived and been acknowledged: what a scene
 * needs of the one before is there, whatever broke in between. */
static void perform(struct play *a)
{
	struct pump *p = &a->p;

	for (unsigned rounds = 0; a->scene < SCENES; act(a)) {
		do {
			pump_run(p);
			pump_wait(p, ACK_DELAY_US);
			ck_assert_uint_lt(++rounds, 1000);
			if (!pump_is_broken(p))
				break;
			pump_detach(p);
			a->breaks++;
			/* Only scenes that need no answer can be in the dark. */
			if (a->acts_in_the_dark && a->scene == 2)
				act(a);
			if (a->moves) {
				pump_move(p, &p->agent);
				pump_move(p, &p->gateway);
			}
			pump_attach(p, a->breaks < 3 ? a->fuses[a->breaks] :
						       UINT64_MAX);
		} while (true);
	}
}

static void begin(struct play *a, uint64_t fuse)
{
	pump_init(&a->p, 0, 0);
	a->p.fuse = a->fuses[0] = fuse;
	a->fuses[1] = a->fuses[2] = UINT64_MAX;
}

static void end(struct play *a)
{
	pump_fini(&a->p);
	for (unsigned i = 0; i < OWN; i++)
		mem_free(a->own[i]);
}

static bool same_bytes(const struct buf *a, const struct buf *b)
{
	return buf_len(a) == buf_len(b) &&
	       (!buf_len(a) || !memcmp(buf_ptr(a), buf_ptr(b), buf_len(a)));
}

/* One that resets may be gone before it hears that it was opened. */
static bool same_mem(const struct mem *a, const struct mem *b)
{
	return same_bytes(&a->out, &b->out) &&
	       same_bytes(&a->marks, &b->marks) && a->got_fin == b->got_fin &&
	       (a->reset_in || a->opened == b->opened) &&
	       a->closed == b->closed && a->reason == b->reason &&
	       !strcmp(a->text, b->text) && a->taken == b->taken;
}

static bool same_side(const struct side *a, const struct side *b)
{
	if (a->nmems != b->nmems || !same_bytes(&a->told, &b->told))
		return false;
	for (unsigned i = 0; i < a->nmems; i++)
		if (!same_mem(a->mems[i], b->mems[i]))
			return false;
	return session_channels(a->s) == session_channels(b->s) &&
	       a->budget.used <= b->budget.used + (8 << 20);
}

static bool same_play(const struct play *a, const struct play *b)
{
	for (unsigned i = 0; i < OWN; i++)
		if (!same_mem(a->own[i], b->own[i]))
			return false;
	return same_side(&a->p.agent, &b->p.agent) &&
	       same_side(&a->p.gateway, &b->p.gateway);
}

static struct play good, other;

static void begin_all(void)
{
	begin(&good, UINT64_MAX);
	perform(&good);
}

static void end_all(void)
{
	end(&good);
	memset(&good, 0, sizeof good);
}

static void check_with(uint64_t first, uint64_t second, uint64_t third)
{
	begin(&other, first);
	other.fuses[1] = second;
	other.fuses[2] = third;
	perform(&other);
	ck_assert_msg(same_play(&other, &good),
		      "breaks behind %llu, %llu and %llu bytes can be seen",
		      (unsigned long long)first, (unsigned long long)second,
		      (unsigned long long)third);
	ck_assert_uint_ge(other.breaks, 1);
	end(&other);
	memset(&other, 0, sizeof other);
}

static uint64_t dice(uint64_t below)
{
	static uint32_t x = 4711;

	x = x * 1664525 + 1013904223;
	return (x >> 8) % below;
}

/* Without breaks the play has all the events that it should have. */
START_TEST(the_play_itself)
{
	struct side *gw, *ag;

	begin_all();
	gw = &good.p.gateway;
	ag = &good.p.agent;
	ck_assert_uint_eq(good.breaks, 0);
	ck_assert(mem_matches(gw->mems[0], 40000));
	ck_assert_uint_eq(buf_len(&good.own[0]->out), 30008);
	ck_assert(!memcmp(buf_ptr(&good.own[0]->out) + 30000, "the line", 8));
	ck_assert(mem_matches(ag->mems[0], 25000));
	ck_assert(mem_matches(gw->mems[3], 20000));
	ck_assert_uint_eq(buf_len(&gw->mems[1]->marks), 16);
	ck_assert_uint_eq(buf_len(&good.own[1]->marks), 8);
	ck_assert_uint_eq(good.own[4]->reason, REASON_REFUSED);
	ck_assert_uint_eq(good.own[0]->reason, REASON_NONE);
	ck_assert(good.own[0]->closed && good.own[3]->closed);
	ck_assert_uint_eq(gw->mems[2]->reason, REASON_PEER_RESET);
	ck_assert_uint_eq(good.own[OWN - 1]->reason, REASON_PEER_RESET);
	ck_assert_uint_eq(gw->frames, 6);
	ck_assert_uint_eq(ag->frames, 9);
	ck_assert_uint_gt(buf_len(&good.p.edges) / 8, ENOUGH);
	end_all();
}
END_TEST

START_TEST(broken_at_every_frame)
{
	const uint64_t *edge;
	size_t n;

	begin_all();
	edge = (const void *)buf_ptr(&good.p.edges);
	n = buf_len(&good.p.edges) / sizeof *edge;
	for (size_t i = 0; i < n; i++) {
		check_with(edge[i], UINT64_MAX, UINT64_MAX);
		check_with(edge[i] + 1, UINT64_MAX, UINT64_MAX);
	}
	end_all();
}
END_TEST

START_TEST(broken_at_any_byte)
{
	begin_all();
	for (unsigned i = suite_rounds(150); i; i--)
		check_with(dice(good.p.arrived), UINT64_MAX, UINT64_MAX);
	end_all();
}
END_TEST

/* The tunnel breaks again while lost frames are repeated, and before the first
 * byte. */
START_TEST(broken_again_and_again)
{
	begin_all();
	for (unsigned i = suite_rounds(100); i; i--) {
		check_with(dice(good.p.arrived), dice(2000), dice(30000));
		check_with(dice(good.p.arrived), 0, dice(100));
		check_with(dice(good.p.arrived), dice(100000), 0);
	}
	end_all();
}
END_TEST

/* Applications go on while there is no tunnel. */
START_TEST(life_goes_on_in_the_dark)
{
	begin_all();
	other.acts_in_the_dark = true;
	for (unsigned i = suite_rounds(200); i; i--) {
		other.acts_in_the_dark = true;
		check_with(dice(good.p.arrived), dice(90000), UINT64_MAX);
	}
	end_all();
}
END_TEST

/* Each side's process is replaced by another while there is no tunnel. */
START_TEST(moved_at_every_frame)
{
	const uint64_t *edge;
	size_t n;

	begin_all();
	edge = (const void *)buf_ptr(&good.p.edges);
	n = buf_len(&good.p.edges) / sizeof *edge;
	for (size_t i = 0; i < n; i++) {
		other.moves = true;
		check_with(edge[i], UINT64_MAX, UINT64_MAX);
		other.moves = other.acts_in_the_dark = true;
		check_with(edge[i] + 1, dice(30000), dice(30000));
	}
	end_all();
}
END_TEST

/* Channels are opened, filled, ended or reset while there is no tunnel. */
START_TEST(channels_of_the_outage)
{
	static struct pump p;
	struct mem *kept, *brief, *reset;

	pump_init(&p, 0, 0);
	pump_detach(&p);
	kept = mem_open(&p.agent, NULL);
	brief = mem_open(&p.agent, NULL);
	reset = mem_open(&p.agent, NULL);
	mem_fill(kept, 50000);
	mem_fin(kept);
	mem_write(brief, "x", 1);
	mem_fin(brief);
	chan_reset(reset->chan, REASON_PEER_RESET, NULL);
	session_reap(p.agent.s);
	ck_assert(reset->closed);
	ck_assert_uint_eq(session_channels(p.agent.s), 2);
	pump_attach(&p, UINT64_MAX);
	pump_run(&p);
	ck_assert_uint_eq(p.gateway.nmems, 2);
	ck_assert(mem_matches(p.gateway.mems[0], 50000));
	ck_assert(p.gateway.mems[0]->got_fin && kept->opened);
	ck_assert(p.gateway.mems[1]->got_fin);
	pump_fini(&p);
	mem_free(kept);
	mem_free(brief);
	mem_free(reset);
}
END_TEST

/* The agent resets its channels while there is no tunnel; the gateway is told
 * by the next one. */
START_TEST(reset_in_the_dark_arrives)
{
	static struct pump p;
	struct mem *app;

	pump_init(&p, 0, 0);
	app = mem_open(&p.agent, NULL);
	mem_fill(app, 1000);
	pump_run(&p);
	pump_detach(&p);
	chan_reset(app->chan, REASON_LOST, NULL);
	session_reap(p.agent.s);
	pump_attach(&p, UINT64_MAX);
	pump_run(&p);
	ck_assert(p.gateway.mems[0]->closed);
	ck_assert_uint_eq(p.gateway.mems[0]->reason, REASON_LOST);
	ck_assert_uint_eq(session_channels(p.agent.s), 0);
	pump_fini(&p);
	mem_free(app);
}
END_TEST

/* What the gateway knew is right, one more or less is not. */
static bool takes(uint64_t count, int off)
{
	static struct pump p;
	struct iovec rec;
	struct mem *app;
	uint8_t byte = 0;
	int ret;

	pump_init(&p, 0, 0);
	app = mem_open(&p.agent, NULL);
	mem_fill(app, 70000);
	pump_run(&p);
	pump_detach(&p);
	mem_fill(app, 100);
	post(&p.agent, FRAME_ATTACH, NULL, 0);
	if (off)
		count = session_count(p.gateway.s) + (uint64_t)(int64_t)off;
	ret = session_attach(p.agent.s, false, count);
	if (ret) {
		/* It is over: nothing is sent, nothing is taken. */
		ck_assert(!session_next(p.agent.s, &rec));
		ck_assert_int_eq(session_input(p.agent.s, &byte, 1), ERR_PROTO);
	}
	pump_fini(&p);
	mem_free(app);
	return !ret;
}

START_TEST(impossible_counts)
{
	static const int off[] = { 1, -1, 19, 20, 16384, 1 << 30, -(1 << 30) };

	for (unsigned i = 0; i < ARRAY_LEN(off); i++)
		ck_assert(!takes(0, off[i]));
	for (unsigned bit = 20; bit < 64; bit++)
		ck_assert(!takes((uint64_t)1 << bit, 0));
	ck_assert(!takes(UINT64_MAX, 0));
	ck_assert(!takes(INT64_MAX, 0));
}
END_TEST

/* A count that was acknowledged cannot be taken back. */
START_TEST(counts_do_not_go_back)
{
	static struct pump p;
	struct mem *app;
	uint64_t early;

	pump_init(&p, 0, 0);
	app = mem_open(&p.agent, NULL);
	pump_run(&p);
	early = session_count(p.gateway.s);
	mem_fill(app, 100);
	pump_run(&p);
	pump_wait(&p, ACK_DELAY_US);
	pump_detach(&p);
	ck_assert_int_eq(session_attach(p.agent.s, false, early), ERR_PROTO);
	pump_fini(&p);
	mem_free(app);
}
END_TEST

/* What a session holds for a peer that does not come is given back, and it
 * stays so until the peer is known to have heard. */
START_TEST(forgotten_until_heard)
{
	static struct pump p;
	struct mem *app;

	pump_init(&p, 0, 0);
	app = mem_open(&p.agent, NULL);
	mem_fill(app, 500000);
	session_set_now(p.agent.s, p.now);
	while (session_next(p.agent.s, &(struct iovec){ 0 }))
		;
	ck_assert_uint_gt(slog_held(&p.agent.s->log), 0);
	session_detach(p.agent.s);
	ck_assert(!session_must_begin(p.agent.s));
	session_forget(p.agent.s);
	session_reap(p.agent.s);
	ck_assert(app->closed);
	ck_assert_uint_eq(app->reason, REASON_LOST);
	ck_assert_ptr_null(p.agent.s->log.first);
	ck_assert_uint_eq(session_stats(p.agent.s).memory, 0);
	ck_assert(session_must_begin(p.agent.s));
	ck_assert_int_eq(session_attach(p.agent.s, true, 0), 0);
	ck_assert(session_must_begin(p.agent.s));
	session_ping(p.gateway.s);
	pump_run(&p);
	ck_assert(!session_must_begin(p.agent.s));
	pump_fini(&p);
	mem_free(app);
}
END_TEST

/* The time of an outage does not count as idle time. */
START_TEST(time_stands_still)
{
	static struct pump p;
	struct mem *app;
	uint64_t active;

	pump_init(&p, 0, 0);
	app = mem_open(&p.agent, NULL);
	mem_fill(app, 100);
	pump_run(&p);
	active = chan_info(app->chan).active_us;
	pump_wait(&p, 500000);
	session_set_now(p.agent.s, p.now);
	session_stood_still(p.agent.s, 400000);
	ck_assert_uint_eq(chan_info(app->chan).active_us, active + 400000);
	session_stood_still(p.agent.s, 400000);
	ck_assert_uint_eq(chan_info(app->chan).active_us, p.now);
	pump_fini(&p);
	mem_free(app);
}
END_TEST

SUITE("resume", the_play_itself, broken_at_every_frame, broken_at_any_byte,
      broken_again_and_again, life_goes_on_in_the_dark, channels_of_the_outage,
      reset_in_the_dark_arrives, impossible_counts, counts_do_not_go_back,
      moved_at_every_frame, forgotten_until_heard, time_stands_still)
