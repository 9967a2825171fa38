/* SPDX-License-Identifier: BSD-2-Clause */
/* host.h - one inspected channel: bytes in, a plugin's verdicts, bytes out.
 *
 *   feed ->  in  -> framing -> message() -> verdict -> out -> the owner writes
 *           (held or unfinished)                       (ends when `ended`)
 *
 * No I/O and no clock of its own.  The owner calls from one thread; after
 * each call it looks at status, output, ended, consumed and deadline of both
 * directions, since one message may set the other direction going. */
#ifndef ADIT_PLUGIN_HOST_H
#define ADIT_PLUGIN_HOST_H

#include "base/addr.h"
#include "base/buf.h"

#include <adit/plugin.h>

struct plugin;

#define INSPECT_NEVER UINT64_MAX
#define INSPECT_HOLD_MS 10000 /* a request unanswered has failed */
#define INSPECT_EXPECTS 4     /* requests from one message */
#define EXPECT_TARGETS_MAX 32 /* addresses of one expectation */
#define EXPECT_USES_MAX 64
#define EXPECT_LIFETIME_MS 60000 /* where the plugin says 0 */
#define EXPECT_LIFETIME_MAX 3600000
#define INSPECT_OUT_HIGH (64u << 10) /* output waiting: take no more */
#define INSPECT_MESSAGE (64u << 10)  /* .max_message where it says 0 */
/* All flags of struct adit_expect that there are. */
#define EXPECT_FLAGS                                                           \
	(ADIT_REVERSE | ADIT_INSPECT | ADIT_OUTLIVES | ADIT_UNARMED)

/* Copied by inspect_new; `parent` may end before its children. */
struct inspect_info {
	const char *user;
	struct adit_addr server;     /* as connected */
	struct adit_addr local;      /* our end towards the server */
	struct adit_addr app;        /* the application's own address */
	struct adit_addr shown;      /* the address it dialled */
	struct adit_channel *parent; /* NULL unless expected */
	uint64_t tag;
	/* Hand each message out in a block of its own size, so that ASan and
	 * valgrind see who reads too far.  Builds with ASan always do. */
	bool exact;
};

/* What goes in and what comes of it, in this order. */
struct inspect_trace {
	enum inspect_traced {
		TRACE_INPUT,  /* these bytes are offered ... */
		TRACE_TAKEN,  /* ... of which n were taken */
		TRACE_FIN,    /* no more will be */
		TRACE_ANSWER, /* somebody waits for: id, result, show */
		TRACE_TICK,   /* a deadline has come */
		TRACE_OUTPUT, /* these bytes came out */
		TRACE_END,    /* and then the end */
		TRACE_STATUS, /* inspect_status has changed */
	} what;
	enum adit_dir dir;
	const void *data;
	size_t n;
	size_t urgent; /* offset behind the urgent byte, 0: none;
					 * of output: 0 or n */
	uint32_t id;
	enum adit_result result;
	const struct adit_addr *show;
};

/* What the channel asks of its owner.  All are called from within inspect_*
 * calls; they must not call feed, fin, run, tick or free of this channel. */
struct inspect_ops {
	/* `want` is complete: uses and lifetime are filled in, flags checked
	 * against .can.  ADIT_OK: *id and *show at once.  ADIT_WAIT: *id, and
	 * inspect_answer later.  ADIT_DENIED, ADIT_FAILED: neither. */
	enum adit_result (*expect)(void *ctx, const struct adit_expect *want,
				   uint32_t *id, struct adit_addr *show);
	/* Both may name an id that is gone. */
	void (*withdraw)(void *ctx, uint32_t id);
	void (*arm)(void *ctx, uint32_t id);
	/* Milliseconds of a clock that only moves forward. */
	uint64_t (*now)(void *ctx);
	/* `text` as the plugin made it: log_msg makes it harmless. */
	void (*log)(void *ctx, enum adit_level level, const char *text);
	/* key is [a-z0-9_]+; value holds no control characters and no '"'. */
	void (*audit)(void *ctx, const char *key, const char *value);
	/* text: ` key="value"` for each pair, as harmless as that. */
	void (*event)(void *ctx, uint32_t id, const char *text);
	/* As adit_outcome says it; NULL: always ADIT_OK. */
	enum adit_result (*outcome)(void *ctx, uint32_t id);
	/* For recordings; may be NULL. */
	void (*trace)(void *ctx, const struct inspect_trace *t);
};

enum inspect_status {
	INSPECT_RUN,
	INSPECT_DETACHED, /* write the output, then go round this object */
	INSPECT_FINISH,   /* write what waits for the client, then end
				 * towards it; reset the server */
	INSPECT_RESET,    /* reset both; inspect_reason says why */
};

/* `plugin` and `conf` (filled by plugin_conf_new) must stay until
 * inspect_free.  NULL: no memory. */
MUST_CHECK struct adit_channel *inspect_new(const struct plugin *plugin,
					    const void *conf,
					    const struct inspect_info *info,
					    const struct inspect_ops *ops,
					    void *ctx);
/* Asks .open; once, before anything else. */
enum inspect_status inspect_start(struct adit_channel *ch);
/* Calls .close, if it was started.  Expectations are the owner's to end.
 * NULL is fine. */
void inspect_free(struct adit_channel *ch);

/* Offers `n` bytes that go in direction `dir`; `urgent`, if not 0, is the
 * offset behind an urgent byte among them.  Returns how many were taken: the
 * first ones.  Offer the rest again after any call that got something moving
 * (output taken, an answer, a tick); what is left of `urgent` goes with it. */
size_t inspect_feed(struct adit_channel *ch, enum adit_dir dir, const void *p,
		    size_t n, size_t urgent);
/* No more bytes will come; only after all were taken. */
void inspect_fin(struct adit_channel *ch, enum adit_dir dir);
/* Goes on with what is inside, after output was taken. */
void inspect_run(struct adit_channel *ch);
/* The outcome of a request that was told to wait: ADIT_OK with the address to
 * show, ADIT_DENIED or ADIT_FAILED.  False: no message waits for it (any
 * more), and what was prepared is of no use. */
bool inspect_answer(struct adit_channel *ch, uint32_t id,
		    enum adit_result result, const struct adit_addr *show);

/* What ops->outcome says has changed: what is held for it is replayed, by
 * inspect_run. */
void inspect_wake(struct adit_channel *ch);

enum inspect_status inspect_status(const struct adit_channel *ch);
/* Why it was reset; "" otherwise.  Valid until inspect_free. */
const char *inspect_reason(const struct adit_channel *ch);
static inline bool inspect_is_detached(const struct adit_channel *ch)
{
	return inspect_status(ch) == INSPECT_DETACHED;
}

/* What is to be written; take from it with buf_take. */
struct buf *inspect_output(struct adit_channel *ch, enum adit_dir dir);
/* Offset behind the first urgent byte in the output, 0: none. */
size_t inspect_urgent(struct adit_channel *ch, enum adit_dir dir);
/* FIN may go out in this direction when its output is written. */
bool inspect_ended(const struct adit_channel *ch, enum adit_dir dir);
/* Input bytes whose verdict has become final since the last call.  They are
 * credit again when the output has been written as well. */
size_t inspect_consumed(struct adit_channel *ch, enum adit_dir dir);
/* The beginning of a message is there: more of it must come. */
bool inspect_is_short(const struct adit_channel *ch, enum adit_dir dir);
/* What came and has no verdict yet. */
size_t inspect_undecided(const struct adit_channel *ch, enum adit_dir d);
/* What is kept in this direction, on both sides of the plugin. */
size_t inspect_kept(const struct adit_channel *ch, enum adit_dir dir);
/* A message waits in this direction. */
bool inspect_is_held(const struct adit_channel *ch, enum adit_dir dir);

/* When inspect_tick wants to be called, on the clock of ops->now;
 * INSPECT_NEVER: not at all.  Early calls do nothing. */
uint64_t inspect_deadline(const struct adit_channel *ch);
void inspect_tick(struct adit_channel *ch);
/* One of these deadlines is the plugin's own. */
bool inspect_has_timer(const struct adit_channel *ch);
/* While the session is detached: deadlines and the plugin's timer stand
 * still. */
void inspect_pause(struct adit_channel *ch);
void inspect_resume(struct adit_channel *ch);

/* What the callback that runs has asked for so far, for those who test plugins
 * from within; good until it returns. */
struct inspect_doing {
	bool rewritten;
	const void *rewrite, *inject[2]; /* by enum adit_dir */
	size_t nrewrite, ninject[2];
	bool ignore[2];
	const char *broken; /* a rule that it broke, or NULL */
};
struct inspect_doing inspect_doing(struct adit_channel *ch);

/* Between the addresses of the engine and those of protocols. */
struct adit_addr inspect_addr(const struct addr *a);
/* A literal only.  0 or ERR_INVAL (a name). */
MUST_CHECK int inspect_addr_to(struct addr *a, const struct adit_addr *from);

#endif
