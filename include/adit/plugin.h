/* SPDX-License-Identifier: BSD-2-Clause */
/* adit/plugin.h - the interface between the gateway and a protocol plugin.
 *
 * A plugin is one shared object that defines one constant with
 * ADIT_PLUGIN(...).  The gateway calls its functions while it forwards TCP
 * connections ("channels") of the resources that use the plugin.  The plugin
 * sees whole messages, in order, and answers each of them with a verdict.
 *
 * A callback runs in the thread that owns the channel, and several threads run
 * the same plugin: it must not block, and it may not write to global variables.
 * A callback is a transaction: what it does counts only if its verdict is
 * neither ADIT_HOLD nor ADIT_CLOSE.  Only adit_log and adit_expect act at once.
 *
 * All pointers that the functions below return, and those that callbacks get,
 * belong to the engine, and are valid until the callback returns; the engine
 * copies what it is given.  Text is UTF-8 that ends with a NUL; ports are in
 * host byte order; times are in milliseconds.  docs/plugin.md builds a plugin
 * step by step, adit-plugin(3) has every function with its limits. */
#ifndef ADIT_PLUGIN_H
#define ADIT_PLUGIN_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

#define ADIT_PLUGIN_API 1 /* grows only when old plugins must be rebuilt */
#define ADIT_EXPORT __attribute__((visibility("default")))
#define ADIT_PRINTF(f, a) __attribute__((format(printf, f, a)))

struct adit_channel; /* one forwarded TCP connection */
enum adit_dir { ADIT_TO_SERVER, ADIT_TO_CLIENT }; /* the way that bytes go */

/* An address as protocols write it: a literal or a host name, and a port. */
struct adit_addr {
	char     host[256]; /* "192.0.2.7", "2001:db8::1", "db1.example" */
	uint16_t port;
	uint16_t family; /* AF_INET, AF_INET6, or AF_UNSPEC for a name */
};

/* ---- framing: where one message ends and the next begins ------------------
 *
 * A framing function is called with the n bytes that have arrived (from 1 to
 * .max_message) at the start of a message, when the verdict on the message
 * before it is final.  After ADIT_MORE it is called again with more bytes.  It
 * may read the channel's state, and must not change anything. */
typedef int64_t adit_frame_fn(struct adit_channel *, const uint8_t *p,
			      size_t n);
/* What it returns: */
#define ADIT_MSG(len) ((int64_t)(len)) /* a message of len bytes starts here */
#define ADIT_MORE ((int64_t)0)         /* the length cannot be told yet */
#define ADIT_BAD ((int64_t)-1)         /* another protocol: reset the channel */
/* Forward len bytes without looking at them and without keeping them. */
#define ADIT_SKIP(len) (-(int64_t)(len) - 1)

/* Framing functions for common protocols: */
adit_frame_fn adit_frame_line; /* a message is a line, with its LF */
/* A message starts with its length in 2 or 4 bytes, the most significant one
 * first; the length includes these bytes. */
adit_frame_fn adit_frame_u16be, adit_frame_u32be;
/* The same with a length of 4 bytes that counts only what is behind it. */
adit_frame_fn adit_frame_u32be_behind;
/* A message is what has arrived, so its length depends on the network. */
adit_frame_fn adit_frame_raw;

/* ---- messages and verdicts ----------------------------------------------- */

/* Bits of adit_msg.flags. */
#define ADIT_PARTIAL (1u << 0) /* the sender closed in the middle of it */
#define ADIT_ENDED (1u << 1)   /* the other direction has ended */

struct adit_msg {
	struct adit_channel *ch;
	enum adit_dir  dir;
	const uint8_t *data; /* len bytes, and a NUL that len does not count */
	size_t         len;
	/* Offset behind the TCP urgent byte, or 0 if there is none.  The only
	 * member that a plugin may set; a rewrite sets it to 0. */
	size_t         urgent;
	unsigned       pass;  /* 0, then 1, 2, ... as ADIT_HOLD replays it */
	unsigned       flags; /* ADIT_PARTIAL, ADIT_ENDED */
};

enum adit_verdict {
	/* Forward the message, or what adit_rewrite has made of it. */
	ADIT_PASS,
	/* Forward nothing.  Needs ADIT_CAN_REWRITE. */
	ADIT_DROP,
	/* Wait, and call again with the same message: when adit_expect has an
	 * answer, when adit_wake is called, or when the other direction ends.
	 * Until then this direction stands still (its FIN too) and the other
	 * one flows.  The state is put back, and what the callback injected or
	 * counted is forgotten; its calls of adit_expect stay. */
	ADIT_HOLD,
	/* Forward the message and all that follows in both directions, at full
	 * speed; the plugin sees nothing more of it. */
	ADIT_DETACH,
	/* Send what was injected, close the client's connection in order, and
	 * reset the server's. */
	ADIT_FINISH,
	/* Reset both connections and log a violation of the protocol. */
	ADIT_CLOSE
};

/* Replaces the message by these bytes (needs ADIT_CAN_REWRITE).  Returns the
 * verdict to return: ADIT_PASS. */
enum adit_verdict adit_rewrite(struct adit_msg *, const void *data, size_t len);
enum adit_verdict adit_rewritef(struct adit_msg *, const char *fmt, ...)
	ADIT_PRINTF(2, 3);
/* Sends bytes of the plugin's own (needs ADIT_CAN_INJECT): behind everything
 * that was decided before, and ahead of the message of this callback.  Returns
 * 0, or -1 if they cannot be sent. */
int  adit_inject(struct adit_channel *, enum adit_dir, const void *data,
		 size_t len);
int  adit_injectf(struct adit_channel *, enum adit_dir, const char *fmt, ...)
	ADIT_PRINTF(3, 4);
/* The n bytes behind this message, in its direction, pass unseen, like those of
 * ADIT_SKIP; then .frame is called.  The last call in a callback counts.
 * Returns 0, or -1: it is no callback of this message, or n is above
 * INT64_MAX. */
int  adit_skip(struct adit_msg *, uint64_t n);
/* Stops looking at one direction: from now on its bytes pass unseen. */
void adit_ignore(struct adit_channel *, enum adit_dir);
/* Replays the message that one direction holds (ADIT_HOLD). */
void adit_wake(struct adit_channel *, enum adit_dir);

/* ---- expectations: connections that this conversation will cause --------- */

/* Bits of adit_expect.flags. */
#define ADIT_REVERSE (1u << 0)  /* the server connects to the application */
#define ADIT_INSPECT (1u << 1)  /* this plugin reads the new channel, too */
#define ADIT_OUTLIVES (1u << 2) /* it stays when this channel has ended */
#define ADIT_UNARMED (1u << 3)  /* connections wait until adit_arm is called */
/* The listener belongs to the session: whoever asks for the same targets with
 * the same tag and flags is told the same address.  It stays as long as the
 * session has a channel of this plugin, and lifetime_ms longer; but where the
 * session may have no more listeners, one that nobody has used for lifetime_ms,
 * an hour at most, makes room.  adit_parent in its channels is the channel that
 * has asked last.  adit_cancel does nothing.
 * Needs ADIT_CAN_SHARED; not with ADIT_REVERSE or ADIT_UNARMED.  A target that
 * is a resource of the user with the same plugin is shown as where this one
 * listens, if ADIT_INSPECT is set, too; its channels have no tag. */
#define ADIT_SHARED (1u << 4)
/* show->port is that of the first target, on a loopback address of its own.
 * With ADIT_SHARED only. */
#define ADIT_KEEP_PORT (1u << 5)

struct adit_expect {
	uint32_t size; /* sizeof(struct adit_expect) */
	uint32_t flags;
	const struct adit_addr *targets; /* tried in order until one answers */
	size_t   ntargets;
	/* For how many connections, up to 64; 0 means one.  With ADIT_SHARED
	 * there is no such limit, 0 means any number, and asking again makes it
	 * at least so many from then on. */
	uint32_t uses;
	/* 0 means 60,000; up to an hour, with ADIT_SHARED any.  Does not run
	 * while the agent is disconnected. */
	uint32_t lifetime_ms;
	uint64_t tag; /* what adit_tag returns in the new channel */
	size_t ndata; /* up to 4,096 bytes, which */
	const void *data; /* adit_given returns in the new channel */
};

enum adit_result { ADIT_OK, ADIT_WAIT, ADIT_DENIED, ADIT_FAILED };

/* Asks for a listener whose connections go to one of the targets.
 * ADIT_OK: tell the receiver of this message the address *show; *id names the
 *   expectation for the functions below, and is not 0.  Without ADIT_REVERSE
 *   show->host is that of adit_shown, so it may be left out where the protocol
 *   announces a port only; but with ADIT_KEEP_PORT, and where a resource is
 *   shown (ADIT_SHARED), it is another one.  (An application that dials the
 *   addresses of the servers themselves, as under `adit run`, is shown the
 *   first target.)
 * ADIT_WAIT: return ADIT_HOLD; the same call in the replay has the answer.
 * ADIT_DENIED: the gateway's policy allows none of the targets.
 * ADIT_FAILED: no listener could be had, a limit is reached, a target makes no
 *   sense, or there was no answer for 10 seconds. */
enum adit_result adit_expect(struct adit_msg *, const struct adit_expect *,
			     struct adit_addr *show, uint32_t *id);
/* Why the last call of adit_expect in this callback has returned ADIT_DENIED or
 * ADIT_FAILED, in words; else "". */
const char *adit_why(struct adit_channel *);
/* Lets the connections of an ADIT_UNARMED expectation go on. */
void adit_arm(struct adit_channel *, uint32_t id);
/* Withdraws an expectation.  0, or one that has ended, is no error. */
void adit_cancel(struct adit_channel *, uint32_t id);
/* What became of the connections that the server made to an ADIT_REVERSE
 * expectation.
 * ADIT_FAILED: one of them could not be taken to the application.
 * ADIT_DENIED: none came to the application, and one came from another host.
 * ADIT_WAIT: one is on its way; a message that is held is replayed when its
 *   outcome is known.
 * ADIT_OK: none of these, for instance because nothing has connected yet. */
enum adit_result adit_outcome(struct adit_channel *, uint32_t id);

/* ---- what the engine knows about a channel ------------------------------- */

/* The plugin's memory of this channel: .state_size bytes, zero at first. */
void       *adit_state(struct adit_channel *);
/* To be called before n bytes of the state, at p, are changed, by a plugin with
 * ADIT_STATE_SAVED: the engine keeps them, to put them back after ADIT_HOLD and
 * ADIT_CLOSE.  May be called for the same bytes more than once. */
void        adit_save(struct adit_channel *, const void *p, size_t n);
/* The options as a struct of .conf_size bytes; constant for a channel. */
const void *adit_conf(struct adit_channel *);
/* The server's address, to which the gateway has connected. */
const struct adit_addr *adit_server(struct adit_channel *);
/* The gateway's own address in the connection to the server. */
const struct adit_addr *adit_local(struct adit_channel *);
/* The address from which the application has connected to the agent. */
const struct adit_addr *adit_app(struct adit_channel *);
/* The address to which it has connected. */
const struct adit_addr *adit_shown(struct adit_channel *);
/* The name of the user who has logged in. */
const char *adit_user(struct adit_channel *);
/* The channel whose expectation this one came through.  NULL if there is none,
 * or if it has ended.  Its state may be read, and must not be changed. */
struct adit_channel *adit_parent(struct adit_channel *);
/* adit_expect.tag of that expectation, or 0. */
uint64_t    adit_tag(struct adit_channel *);
/* The copy of adit_expect.data of that expectation, *n bytes, which are there
 * as long as the channel.  NULL, and *n is 0, if there is none. */
const void *adit_given(struct adit_channel *, size_t *n);
/* Milliseconds since the channel began.  They stand still, as timers do, while
 * the agent is disconnected. */
uint64_t    adit_now(struct adit_channel *);

/* ---- log, audit, counters, timer ----------------------------------------- */

enum adit_level { ADIT_ERROR, ADIT_WARN, ADIT_INFO, ADIT_DEBUG };
/* Writes a log line at once, and so once more in each replay. */
void adit_log(struct adit_channel *, enum adit_level, const char *fmt, ...)
	ADIT_PRINTF(3, 4);
/* Adds key="value" to the channel's audit line; key is of a-z, 0-9 and _. */
void adit_audit(struct adit_channel *, const char *key, const char *value);
/* Writes an audit line of its own: keys and values in turn, then NULL.  With
 * the id of an expectation it is written when the connection that came through
 * that has ended, with the bytes of each direction; with id 0 at once. */
void adit_event(struct adit_channel *, uint32_t id, const char *const pairs[]);
/* Adds to a counter, by its place in .counters; aditctl shows the sums. */
void adit_count(struct adit_channel *, unsigned counter, int64_t add);
/* Calls .timer once, so many milliseconds from now; 0 cancels. */
void adit_timer(struct adit_channel *, unsigned ms);

/* ---- helpers ------------------------------------------------------------- */

/* Whether the first word of a message is this one, in either case. */
bool adit_word(const struct adit_msg *, const char *word);
/* Fills an address.  Returns 0, or -1 if host is neither a literal nor a valid
 * name or port is not from 1 to 65535. */
int  adit_addr_parse(struct adit_addr *, const char *host, unsigned long port);
/* Compares the hosts of two addresses.  A name never equals a literal. */
bool adit_addr_same_host(const struct adit_addr *, const struct adit_addr *);

/* ---- options: keys of [plugin NAME], and of a resource that uses it ------ */

/* How the value is written, and which type its member in the struct has. */
enum adit_type {
	ADIT_BOOL,   /* bool: yes or no */
	ADIT_UINT,   /* uint32_t: 10 */
	ADIT_MSEC,   /* uint32_t: 500ms, 30s, 10m, 1h */
	ADIT_SIZE,   /* uint64_t: 4096, 64k, 1m */
	ADIT_STRING, /* const char *, NULL if it is not set */
	ADIT_PORTS,  /* struct adit_ports: 21, 1024-65535 */
	ADIT_LIST,   /* const char *const *, ends with NULL: a, b */
	/* uint32_t: which of the words in .preset, as "first|second"; the
	 * first one is 0 and the default. */
	ADIT_CHOICE
};
struct adit_ports {
	size_t count;
	const struct adit_port_range { uint16_t first, last; } *range;
};
bool adit_ports_has(const struct adit_ports *, uint16_t port);
/* Whether word is in the list, in either case; list may be NULL. */
bool adit_listed(const char *const *list, const char *word);

struct adit_option {
	uint32_t size; /* sizeof(struct adit_option) */
	uint32_t type; /* enum adit_type of the member at offset */
	const char *key;
	size_t offset;
	const char *preset; /* the default; NULL: 0, false, nothing */
	const char *help;
};
#define ADIT_OPT(key, type, st, field, preset, help)                    \
	{ sizeof(struct adit_option), type, key, offsetof(st, field),   \
	  preset, help }

/* ---- the plugin ---------------------------------------------------------- */

/* Bits of .can: a channel whose plugin does anything else is reset. */
#define ADIT_CAN_REWRITE (1u << 0) /* rewrite or drop messages, set .urgent */
#define ADIT_CAN_INJECT (1u << 1)
#define ADIT_CAN_FORWARD (1u << 2) /* expectations without ADIT_REVERSE */
#define ADIT_CAN_REVERSE (1u << 3) /* expectations with it */
#define ADIT_CAN_SHARED (1u << 4)  /* ADIT_SHARED, ADIT_KEEP_PORT */
/* Bit of .flags: TCP urgent bytes belong to no message.  They pass by
 * themselves, ahead of bytes that came earlier and have not passed yet. */
#define ADIT_URGENT_APART (1u << 0)
/* Bit of .flags: callbacks change only such bytes of the state as they have
 * named by adit_save before.  Without it the whole state is copied ahead of
 * each callback, which takes time if it is large. */
#define ADIT_STATE_SAVED (1u << 1)

struct adit_plugin {
	uint32_t api, size; /* set by ADIT_PLUGIN */
	const char *name;   /* as the file's, without ".so" */
	const char *version, *summary; /* for `aditctl plugins` */
	uint32_t can, flags;           /* ADIT_CAN_*; ADIT_URGENT_APART */
	/* The state holds plain bytes and no pointers, because an upgrade of
	 * the gateway moves it to another process.  Raise state_version when
	 * its layout changes: the new process takes only an equal one. */
	uint32_t state_version;
	size_t   state_size, conf_size;
	const struct adit_option *options; /* ends with .key == NULL */
	const char *const *counters;       /* names; ends with NULL */
	/* In bytes.  0 means 64 KiB; a longer message resets the channel. */
	size_t   max_message;
	/* Of each enum adit_dir.  NULL: never look at that direction. */
	adit_frame_fn *frame[2];
	enum adit_verdict (*message)(struct adit_msg *);

	/* Each of the functions from here on may be NULL. */

	/* The options have been read.  0, or -1 with a reason in err: the
	 * gateway refuses the config. */
	int  (*check)(const void *conf, char *err, size_t errlen);
	/* A channel starts.  ADIT_PASS, ADIT_DETACH or ADIT_CLOSE. */
	enum adit_verdict (*open)(struct adit_channel *);
	/* It has ended, for whatever reason; it may still count and audit. */
	void (*close)(struct adit_channel *);
	/* A direction has ended, and all its messages have passed.  ADIT_PASS,
	 * ADIT_HOLD, ADIT_FINISH or ADIT_CLOSE. */
	enum adit_verdict (*eof)(struct adit_channel *, enum adit_dir);
	/* The time of adit_timer is over. */
	void (*timer)(struct adit_channel *);
	/* Whether this code could have left the state as it is.  The state has
	 * come from another process, which an attacker may control. */
	bool (*sound)(struct adit_channel *);
	/* How often adit_expect may be called for one message, up to 256; 0
	 * means 4. */
	size_t max_expect;
}; /* new members come at the end only: size tells which ones there are */

#define ADIT_PLUGIN(...)                                                \
	ADIT_EXPORT extern const struct adit_plugin adit_plugin;        \
	const struct adit_plugin adit_plugin = {                        \
		.api = ADIT_PLUGIN_API, .size = sizeof(struct adit_plugin), \
		__VA_ARGS__ }
#ifdef __cplusplus
}
#endif
#endif
