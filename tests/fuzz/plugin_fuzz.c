/* SPDX-License-Identifier: BSD-2-Clause */
/* plugin_fuzz.c - bytes become a conversation through the plugin host.
 *
 * Each step is one byte, the low three bits what, the others how much:
 *   0 1  so many bytes of input in that direction     2  its FIN (bit 3: which)
 *   3  an answer to the oldest request  4  time      5  the output is taken
 *   6  pause or resume                  7  urgent with the next input
 * The plugin decides by what stands in the messages.  Every message is numbered
 * when it becomes final, and what comes out must be what was passed, in order;
 * what waits in the output is bounded. */
#include "plugin/host.h"
#include "plugin/loader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NEED(what)                                                             \
	do {                                                                   \
		if (!(what))                                                   \
			__builtin_trap();                                      \
	} while (0)

enum { LONGEST = 64, TOTAL = 1 << 16, STATE_MAGIC = 0x5a };

struct state {
	uint8_t magic;
	uint32_t finals;
};

struct way {
	uint8_t want[TOTAL], got[TOTAL];
	size_t nwant, ngot, seen; /* seen: how much of want is decided */
	uint8_t back[256];        /* what was not taken */
	size_t nback, urgent;
	bool fin;
};

static struct world {
	struct way way[2];
	uint64_t now;
	uint32_t last_id, waiting[256];
	unsigned nwaiting, asked;
	bool paused;
	struct adit_channel *ch;
} w;

/* Passed, so it must come out; at the place where it is decided. */
static enum adit_verdict pass(struct adit_msg *m)
{
	struct way *y = &w.way[m->dir];

	NEED(y->nwant + m->len <= TOTAL);
	memcpy(y->want + y->nwant, m->data, m->len);
	y->nwant += m->len;
	return ADIT_PASS;
}

static void plus(enum adit_dir d, const char *text)
{
	struct way *y = &w.way[d];
	size_t n = strlen(text);

	NEED(y->nwant + n <= TOTAL);
	memcpy(y->want + y->nwant, text, n);
	y->nwant += n;
}

static enum adit_verdict say(struct adit_msg *m, const char *text)
{
	plus(m->dir, text);
	return adit_rewritef(m, "%s", text);
}

static enum adit_verdict ask(struct adit_msg *m, uint32_t flags)
{
	struct adit_addr to, show;
	struct adit_expect want = { .size = sizeof(want),
				    .flags = flags,
				    .targets = &to,
				    .ntargets = 1,
				    .tag = m->data[0] };
	uint32_t id;
	unsigned port = m->len > 2 ? m->data[1] + 1u : 1;

	NEED(adit_addr_parse(&to, "10.0.0.1", port) == 0);
	switch (adit_expect(m, &want, &show, &id)) {
	case ADIT_WAIT:
		/* Must not be seen by anybody. */
		adit_inject(m->ch, ADIT_TO_CLIENT, "lost", 4);
		adit_rewritef(m, "lost");
		return ADIT_HOLD;
	case ADIT_OK:
		NEED(id != 0 && show.port == 4000);
		return say(m, "ok\n");
	default:
		NEED(id == 0);
		return say(m, "no\n");
	}
}

static enum adit_verdict refuse(struct adit_msg *m)
{
	/* Into its own direction, before itself. */
	if (adit_inject(m->ch, m->dir, "inj\n", 4) == 0)
		plus(m->dir, "inj\n");
	return ADIT_DROP;
}

static enum adit_verdict message(struct adit_msg *m)
{
	struct state *st = adit_state(m->ch);

	NEED(m->data[m->len] == 0 && m->len > 0 && m->len <= LONGEST);
	NEED(st->magic == 0 || st->magic == STATE_MAGIC);
	NEED(m->urgent <= m->len);
	st->magic = STATE_MAGIC;
	st->finals++;
	switch (m->data[m->dir == ADIT_TO_CLIENT && m->len > 2 ? 2 : 0]) {
	case 'a':
		return say(m, "answer\n");
	case 'b':
		return refuse(m);
	case 'c':
		return ask(m, 0);
	case 'd':
		return ask(m, ADIT_REVERSE | ADIT_INSPECT);
	case 'e':
		adit_wake(m->ch, !m->dir);
		return pass(m);
	case 'f':
		adit_timer(m->ch, m->data[1]);
		return pass(m);
	case 'g':
		return m->pass ? pass(m) : ADIT_HOLD;
	case 'h':
		adit_count(m->ch, 0, 1);
		return pass(m);
	case 'i':
		return ADIT_DROP;
	case 'j':
		return ADIT_FINISH;
	case 'k':
		return ADIT_CLOSE;
	case 'l':
		adit_audit(m->ch, "line", (const char *)m->data);
		return pass(m);
	case 'm':
		adit_event(m->ch, 0,
			   (const char *const[]){ "line", (const char *)m->data,
						  NULL });
		return pass(m);
	default:
		return pass(m);
	}
}

static enum adit_verdict on_eof(struct adit_channel *ch, enum adit_dir d)
{
	struct state *st = adit_state(ch);

	return st->finals % 7 == 3 && d == ADIT_TO_SERVER ? ADIT_HOLD :
							    ADIT_PASS;
}

static void on_timer(struct adit_channel *ch)
{
	adit_wake(ch, ADIT_TO_SERVER);
	adit_wake(ch, ADIT_TO_CLIENT);
}

static const char *const counters[] = { "h", NULL };
static const struct adit_plugin def = {
	.api = ADIT_PLUGIN_API,
	.size = sizeof(def),
	.name = "fuzz",
	.version = "1",
	.summary = "lines, and counted packets",
	.can = ADIT_CAN_REWRITE | ADIT_CAN_INJECT | ADIT_CAN_FORWARD |
	       ADIT_CAN_REVERSE,
	.state_size = sizeof(struct state),
	.counters = counters,
	.max_message = LONGEST,
	.frame = { adit_frame_line, adit_frame_u16be },
	.message = message,
	.eof = on_eof,
	.timer = on_timer,
};

/* ---- the owner ------------------------------------------------------------- */

static enum adit_result on_expect(void *ctx, const struct adit_expect *want,
				  uint32_t *id, struct adit_addr *show)
{
	(void)ctx;
	NEED(want->uses == 1 && want->ntargets == 1 && want->lifetime_ms);
	if (want->targets[0].port % 5 == 1)
		return ADIT_DENIED;
	*id = ++w.last_id;
	if (want->targets[0].port % 5 == 2) {
		NEED(adit_addr_parse(show, "127.0.0.1", 4000) == 0);
		return ADIT_OK;
	}
	if (w.nwaiting == 256) {
		*id = 0;
		return ADIT_FAILED;
	}
	w.waiting[w.nwaiting++] = *id;
	return ADIT_WAIT;
}

static void on_withdraw(void *ctx, uint32_t id)
{
	(void)ctx;
	NEED(id != 0 && id <= w.last_id);
}

static uint64_t on_now(void *ctx)
{
	(void)ctx;
	return w.now;
}

static void on_log(void *ctx, enum adit_level level, const char *text)
{
	(void)ctx;
	(void)level;
	NEED(strlen(text) < 1000);
}

static void on_audit(void *ctx, const char *key, const char *value)
{
	(void)ctx;
	NEED(!strcmp(key, "line"));
	for (; *value; value++)
		NEED(*value != '"' && (unsigned char)*value >= ' ');
}

static void on_event(void *ctx, uint32_t id, const char *text)
{
	(void)ctx;
	NEED(id <= w.last_id && !strncmp(text, " line=\"", 7));
}

static const struct inspect_ops ops = {
	.expect = on_expect,
	.withdraw = on_withdraw,
	.arm = on_withdraw,
	.now = on_now,
	.log = on_log,
	.audit = on_audit,
	.event = on_event,
};

static void drain(enum adit_dir d)
{
	struct buf *b = inspect_output(w.ch, d);
	struct way *y = &w.way[d];
	size_t n = buf_len(b);

	NEED(inspect_urgent(w.ch, d) <= n);
	NEED(n <= INSPECT_OUT_HIGH + 4 * LONGEST + 1024);
	NEED(y->ngot + n <= TOTAL);
	if (n)
		memcpy(y->got + y->ngot, buf_ptr(b), n);
	y->ngot += n;
	buf_take(b, n);
	inspect_consumed(w.ch, d);
	if (inspect_status(w.ch) < INSPECT_FINISH) {
		NEED(y->ngot == y->nwant);
		NEED(!y->ngot || !memcmp(y->got, y->want, y->ngot));
	}
}

static void offer(enum adit_dir d)
{
	struct way *y = &w.way[d];
	size_t n = inspect_feed(w.ch, d, y->back, y->nback,
				y->urgent <= y->nback ? y->urgent : 0);

	NEED(n <= y->nback);
	y->nback -= n;
	memmove(y->back, y->back + n, y->nback);
	y->urgent = y->urgent > n ? y->urgent - n : 0;
	if (y->fin && !y->nback)
		inspect_fin(w.ch, d);
}

static size_t input(enum adit_dir d, const uint8_t *p, size_t n)
{
	struct way *y = &w.way[d];

	n = y->fin                         ? 0 :
	    n < sizeof(y->back) - y->nback ? n :
					     sizeof(y->back) - y->nback;
	if (n)
		memcpy(y->back + y->nback, p, n);
	y->nback += n;
	if (y->urgent > y->nback)
		y->urgent = y->nback;
	offer(d);
	return n;
}

static void answer(unsigned how)
{
	struct adit_addr show;
	uint32_t id = w.nwaiting ? w.waiting[0] : how;

	NEED(adit_addr_parse(&show, "127.0.0.1", 4000) == 0);
	if (w.nwaiting)
		memmove(w.waiting, w.waiting + 1,
			--w.nwaiting * sizeof(w.waiting[0]));
	inspect_answer(w.ch, id,
		       how & 1 ? ADIT_OK :
		       how & 2 ? ADIT_DENIED :
				 ADIT_FAILED,
		       &show);
}

/* Returns how many of the n bytes behind the step byte it took. */
static size_t step(uint8_t code, const uint8_t *p, size_t n)
{
	unsigned arg = code >> 3;

	switch (code & 7) {
	case 0:
		return input(ADIT_TO_SERVER, p, arg < n ? arg : n);
	case 1:
		return input(ADIT_TO_CLIENT, p, arg < n ? arg : n);
	case 2:
		w.way[arg & 1].fin = true;
		offer(arg & 1);
		break;
	case 3:
		answer(arg);
		break;
	case 4:
		w.now += arg * 500u;
		inspect_tick(w.ch);
		break;
	case 5:
		drain(arg & 1);
		offer(arg & 1);
		inspect_run(w.ch);
		break;
	case 6:
		w.paused = !w.paused;
		if (w.paused)
			inspect_pause(w.ch);
		else
			inspect_resume(w.ch);
		break;
	case 7:
		w.way[arg & 1].urgent = w.way[arg & 1].nback + 1 + arg / 2;
		break;
	}
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct inspect_info info = { .user = "fuzz" };
	char err[PLUGIN_ERROR];
	struct plugin *p = plugin_adopt(&def, "fuzz", err, sizeof(err));

	NEED(p);
	memset(&w, 0, sizeof(w));
	w.ch = inspect_new(p, NULL, &info, &ops, NULL);
	NEED(w.ch);
	inspect_start(w.ch);
	for (size_t at = 0, most = size < 8192 ? size : 8192; at < most; at++)
		at += step(data[at], data + at + 1, most - at - 1);
	drain(ADIT_TO_SERVER);
	drain(ADIT_TO_CLIENT);
	inspect_free(w.ch);
	plugin_unload(p);
	return 0;
}
