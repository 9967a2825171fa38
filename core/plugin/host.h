/* SPDX-License-Identifier: BSD-2-Clause */
/* host.h - one inspected channel: bytes in, a plugin's verdicts, bytes out.
 *
 *   feed ->  in  -> framing -> message() -> verdict -> out -> the owner writes
 *           (held or unfinished)                       (ends when `ended`)
 *
 * It does no I/O and has no clock of its own.  The owner calls from one thread.
 * After each call it looks at status, output, ended, consumed and deadline of
 * both directions, since a message of one may release bytes of the other. */
#ifndef ADIT_PLUGIN_HOST_H
#define ADIT_PLUGIN_HOST_H

#include "base/addr.h"
#include "base/buf.h"

#include <adit/plugin.h>

struct plugin;

#define INSPECT_NEVER UINT64_MAX
#define INSPECT_HOLD_MS 10000 /* timeout of a call of adit_expect */
#define INSPECT_EXPECTS 4     /* .max_expect if it is 0 */
#define INSPECT_EXPECTS_MAX 256
#define EXPECT_TARGETS_MAX 32    /* most addresses of one expectation */
#define EXPECT_USES_MAX 64       /* where it is not shared; there, any number */
#define EXPECT_DATA_MAX 4096     /* of adit_expect.data */
#define EXPECT_WHY 160           /* for any text that adit_why returns */
#define EXPECT_LIFETIME_MS 60000 /* if the plugin says 0 */
#define EXPECT_LIFETIME_MAX 3600000  /* where it is not shared */
#define INSPECT_OUT_HIGH (64u << 10) /* bytes of output that stop input */
#define INSPECT_MESSAGE (64u << 10)  /* .max_message if it is 0 */
/* All flags that struct adit_expect may have. */
#define EXPECT_FLAGS                                                           \
	(ADIT_REVERSE | ADIT_INSPECT | ADIT_OUTLIVES | ADIT_UNARMED |          \
	 ADIT_SHARED | ADIT_KEEP_PORT)
/* And those that the engine keeps of a shared one: that it outlives its channel
 * goes without saying. */
#define EXPECT_SHARED_FLAGS (ADIT_INSPECT | ADIT_SHARED | ADIT_KEEP_PORT)

/* What a channel knows of its peers; the functions adit_server, adit_local, ...
 * return it.  inspect_new copies all of it.  `parent` may end before its
 * children. */
struct inspect_info {
	const char *user;
	struct adit_addr server;     /* to which the gateway has connected */
	struct adit_addr local;      /* of the gateway in that connection */
	struct adit_addr app;        /* from which the application came */
	struct adit_addr shown;      /* to which it has connected */
	struct adit_channel *parent; /* NULL unless it was expected */
	uint64_t tag;
	const void *given; /* ngiven bytes, for adit_given */
	size_t ngiven;
	/* Give each message to the plugin in a block of exactly its size, so
	 * that AddressSanitizer and valgrind see a plugin that reads behind
	 * it.  Builds with AddressSanitizer always do. */
	bool exact;
};

/* Everything that goes into a channel, and what comes of it, in this order. */
struct inspect_trace {
	enum inspect_traced {
		TRACE_INPUT,  /* these bytes are offered */
		TRACE_TAKEN,  /* n of them were taken */
		TRACE_FIN,    /* no more will be offered */
		TRACE_ANSWER, /* the answer to a request: id, result, show */
		TRACE_TICK,   /* a deadline has come */
		TRACE_OUTPUT, /* these bytes came out */
		TRACE_END,    /* no more will come out */
		TRACE_STATUS, /* inspect_status has changed */
	} what;
	enum adit_dir dir;
	const void *data;
	size_t n;
	/* Offset behind the urgent byte, 0: none.  In output it is the last
	 * byte of a piece. */
	size_t urgent;
	uint32_t id;
	enum adit_result result;
	const struct adit_addr *show;
};

/* Functions of the owner, called from within inspect_* functions.  They must
 * not call inspect_feed, _fin, _run, _tick or _free of this channel. */
struct inspect_ops {
	/* The plugin calls adit_expect.  `want` is checked against .can, and
	 * its defaults are filled in.  ADIT_OK: *id and *show are set.
	 * ADIT_WAIT: *id is set, and inspect_answer follows.  ADIT_DENIED,
	 * ADIT_FAILED: neither, and inspect_why may say why. */
	enum adit_result (*expect)(void *ctx, const struct adit_expect *want,
				   uint32_t *id, struct adit_addr *show);
	/* A call of adit_expect is refused; for the log.  want is NULL where
	 * its targets are no addresses.  May be NULL. */
	void (*refused)(void *ctx, const struct adit_expect *want,
			const char *why);
	/* adit_cancel and adit_arm; the id may have ended. */
	void (*withdraw)(void *ctx, uint32_t id);
	void (*arm)(void *ctx, uint32_t id);
	/* Milliseconds of a monotonic clock. */
	uint64_t (*now)(void *ctx);
	/* `text` as the plugin made it, to be escaped by log_msg. */
	void (*log)(void *ctx, enum adit_level level, const char *text);
	/* key is of a-z 0-9 _; value has no control characters and no '"'. */
	void (*audit)(void *ctx, const char *key, const char *value);
	/* text: ` key="value"` for each pair, escaped in the same way. */
	void (*event)(void *ctx, uint32_t id, const char *text);
	/* adit_outcome.  NULL: always ADIT_OK. */
	enum adit_result (*outcome)(void *ctx, uint32_t id);
	/* For recordings and tests; may be NULL. */
	void (*trace)(void *ctx, const struct inspect_trace *t);
};

enum inspect_status {
	INSPECT_RUN,
	/* Write the output; then free this object, and forward directly. */
	INSPECT_DETACHED,
	/* Write the output to the client, then end that connection in order;
	 * reset that to the server. */
	INSPECT_FINISH,
	/* Reset both connections; inspect_reason says why. */
	INSPECT_RESET,
};

/* `plugin`, and `conf` from plugin_conf_data, must exist until inspect_free.
 * NULL: out of memory. */
MUST_CHECK struct adit_channel *inspect_new(const struct plugin *plugin,
					    const void *conf,
					    const struct inspect_info *info,
					    const struct inspect_ops *ops,
					    void *ctx);
/* Calls .open.  To be called once, before anything else. */
enum inspect_status inspect_start(struct adit_channel *ch);
/* Calls .close, if the channel was started.  Its expectations belong to the
 * owner, and stay.  NULL is fine. */
void inspect_free(struct adit_channel *ch);

/* Offers `n` bytes that go in direction `dir`; `urgent`, if not 0, is the
 * offset behind an urgent byte among them.  Returns how many of the first ones
 * were taken.  Offer the rest again after any call that may have released
 * something (output taken, an answer, a tick), with what is left of
 * `urgent`. */
size_t inspect_feed(struct adit_channel *ch, enum adit_dir dir, const void *p,
		    size_t n, size_t urgent);
/* No more bytes will come.  To be called when all were taken. */
void inspect_fin(struct adit_channel *ch, enum adit_dir dir);
/* Goes on with bytes that were taken before, when output has been written. */
void inspect_run(struct adit_channel *ch);
/* The answer to a request for which ops->expect has returned ADIT_WAIT: ADIT_OK
 * with the address to show, ADIT_DENIED or ADIT_FAILED.  False: no message
 * waits for it (any more), so the owner ends the expectation. */
bool inspect_answer(struct adit_channel *ch, uint32_t id,
		    enum adit_result result, const struct adit_addr *show);

/* Says why the next result is ADIT_DENIED or ADIT_FAILED, for adit_why: to be
 * called before inspect_answer, or within ops->expect.  The text is copied. */
void inspect_why(struct adit_channel *ch, const char *text);
/* Whether a message waits for the answer to this request. */
bool inspect_waits_for(const struct adit_channel *ch, uint32_t id);

/* The result of ops->outcome has changed: the next inspect_run replays messages
 * that wait for it. */
void inspect_wake(struct adit_channel *ch);

enum inspect_status inspect_status(const struct adit_channel *ch);
/* Why the channel is to be reset, or "".  Valid until inspect_free. */
const char *inspect_reason(const struct adit_channel *ch);
static inline bool inspect_is_detached(const struct adit_channel *ch)
{
	return inspect_status(ch) == INSPECT_DETACHED;
}

/* Bytes for the owner to write; remove them with buf_take. */
struct buf *inspect_output(struct adit_channel *ch, enum adit_dir dir);
/* Offset behind the first urgent byte in the output, 0: none. */
size_t inspect_urgent(struct adit_channel *ch, enum adit_dir dir);
/* Whether FIN may be sent in this direction when its output is written. */
bool inspect_ended(const struct adit_channel *ch, enum adit_dir dir);
/* How many input bytes have got a final verdict since the last call.  They may
 * become credit again when the output has been written, too. */
size_t inspect_consumed(struct adit_channel *ch, enum adit_dir dir);
/* Whether a message has begun in this direction, and more of it must come. */
bool inspect_is_short(const struct adit_channel *ch, enum adit_dir dir);
/* How many bytes were taken and have no final verdict yet. */
size_t inspect_undecided(const struct adit_channel *ch, enum adit_dir d);
/* Bytes of a skip that may go straight, with no output; so many have gone. */
uint64_t inspect_straight(struct adit_channel *ch, enum adit_dir d);
void inspect_went_straight(struct adit_channel *ch, enum adit_dir d, size_t n);
/* Bytes of memory that this direction holds, before and behind the plugin. */
size_t inspect_kept(const struct adit_channel *ch, enum adit_dir dir);
/* Whether a message or the end waits in this direction (ADIT_HOLD). */
bool inspect_is_held(const struct adit_channel *ch, enum adit_dir dir);

/* When to call inspect_tick, on the clock of ops->now; INSPECT_NEVER: not at
 * all.  An early call does nothing. */
uint64_t inspect_deadline(const struct adit_channel *ch);
void inspect_tick(struct adit_channel *ch);
/* Whether one of these deadlines is the plugin's own (adit_timer). */
bool inspect_has_timer(const struct adit_channel *ch);
/* Deadlines and the plugin's timer stand still from pause to resume, while the
 * session is detached. */
void inspect_pause(struct adit_channel *ch);
void inspect_resume(struct adit_channel *ch);

/* What the running callback has asked for so far; until it returns. */
struct inspect_doing {
	bool rewritten;
	const void *rewrite, *inject[2]; /* by enum adit_dir */
	size_t nrewrite, ninject[2];
	bool ignore[2];
	uint64_t skip;      /* adit_skip */
	const char *broken; /* the rule that it has broken, or NULL */
	unsigned rounds;    /* answers dropped to ask again, nothing passed */
};
struct inspect_doing inspect_doing(struct adit_channel *ch);

/* Convert between the addresses of the engine and those of plugins.  The second
 * one takes literals only: ERR_INVAL for a host name. */
struct adit_addr inspect_addr(const struct addr *a);
MUST_CHECK int inspect_addr_to(struct addr *a, const struct adit_addr *from);

#endif
