/* SPDX-License-Identifier: BSD-2-Clause */
/* adit/plugin.h - protocol plugins, interface version 1.
 *
 * A plugin is one shared object with one constant, ADIT_PLUGIN(...).  It runs
 * only in the gateway, in the thread that owns the channel: callbacks must not
 * block, and there are no writable globals.  The engine reassembles the byte
 * stream; the plugin sees whole messages, in order, and answers each with a
 * verdict.  Until a verdict is final nothing that the callback did counts. */
#ifndef ADIT_PLUGIN_H
#define ADIT_PLUGIN_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

#define ADIT_PLUGIN_API 1            /* raised only when old plugins must be rebuilt */
#define ADIT_EXPORT __attribute__((visibility("default")))
#define ADIT_PRINTF(f, a) __attribute__((format(printf, f, a)))

struct adit_channel;                 /* one forwarded TCP connection, opaque */
enum adit_dir { ADIT_TO_SERVER, ADIT_TO_CLIENT };      /* where bytes are going */

/* An address as protocols write it: a literal or a name, and a port. */
struct adit_addr {
	char     host[256];          /* "192.0.2.7", "2001:db8::1", "db1.example" */
	uint16_t port;               /* host byte order */
	uint16_t family;             /* AF_INET, AF_INET6; AF_UNSPEC for a name */
};

/* ---- framing: how the engine cuts a direction into messages ---------------
 * Called with the n bytes at hand (1 to .max_message) at the start of a
 * message, after the verdict on the one before; again with more until it
 * decides.  It may look at the state, and change nothing. */
typedef int64_t adit_frame_fn(struct adit_channel *, const uint8_t *p, size_t n);
#define ADIT_MSG(len)  ((int64_t)(len))      /* a message of len bytes starts here */
#define ADIT_MORE      ((int64_t)0)          /* cannot tell yet */
#define ADIT_BAD       ((int64_t)-1)         /* not this protocol: the channel is reset */
#define ADIT_SKIP(len) (-(int64_t)(len) - 1) /* forward len bytes unseen, unbuffered */
adit_frame_fn adit_frame_line;               /* up to and including LF */
adit_frame_fn adit_frame_u16be, adit_frame_u32be;   /* length first, counting itself */
adit_frame_fn adit_frame_raw;                /* whatever has arrived */

/* ---- messages and verdicts ----------------------------------------------- */
#define ADIT_PARTIAL  (1u << 0)      /* cut short by FIN */
#define ADIT_ENDED    (1u << 1)      /* nothing more comes from the other direction */
struct adit_msg {
	struct adit_channel *ch;
	enum adit_dir  dir;
	const uint8_t *data;         /* len bytes, then a NUL that is not counted */
	size_t         len;
	size_t         urgent;       /* offset behind the urgent byte, 0 if none;
	                              * a rewrite drops it, set it again behind */
	unsigned       pass;         /* 0 at first, 1.. when replayed after HOLD */
	unsigned       flags;        /* ADIT_PARTIAL, ADIT_ENDED */
};
enum adit_verdict {
	ADIT_PASS,                   /* forward it, or what adit_rewrite made of it */
	ADIT_DROP,                   /* forward nothing (ADIT_CAN_REWRITE) */
	ADIT_HOLD,                   /* replay this message when a request made from it is
	                              * answered, or on adit_wake; this direction waits (its
	                              * FIN too), the other flows; state is put back, injections
	                              * and counters of this call are forgotten, requests stay */
	ADIT_DETACH,                 /* forward it and all that follows, unseen, at full speed */
	ADIT_FINISH,                 /* send what was injected, end to the client,
	                              * reset the server */
	ADIT_CLOSE                   /* reset both; logged as a protocol violation */
};
enum adit_verdict adit_rewrite(struct adit_msg *, const void *data, size_t len);
enum adit_verdict adit_rewritef(struct adit_msg *, const char *fmt, ...)
	ADIT_PRINTF(2, 3);
/* Bytes of our own: behind what was already decided, before a held message. */
int  adit_inject(struct adit_channel *, enum adit_dir, const void *data, size_t len);
int  adit_injectf(struct adit_channel *, enum adit_dir, const char *fmt, ...)
	ADIT_PRINTF(3, 4);
void adit_ignore(struct adit_channel *, enum adit_dir);      /* stop looking at one direction */
void adit_wake(struct adit_channel *, enum adit_dir);        /* replay what that direction holds */

/* ---- expectations: connections that this conversation will cause --------- */
#define ADIT_REVERSE  (1u << 0)      /* the server connects to the application */
#define ADIT_INSPECT  (1u << 1)      /* attach this plugin to the new channel */
#define ADIT_OUTLIVES (1u << 2)      /* stays when the parent channel ends */
#define ADIT_UNARMED  (1u << 3)      /* a connection waits until adit_arm */
struct adit_expect {
	uint32_t size;               /* sizeof(struct adit_expect) */
	uint32_t flags;
	const struct adit_addr *targets;     /* in order; the engine tries the next */
	size_t   ntargets;
	uint32_t uses;               /* 0: one */
	uint32_t lifetime_ms;        /* 0: 60 s; stands still while the session is detached */
	uint64_t tag;                /* adit_tag() of the new channel */
};
enum adit_result { ADIT_OK, ADIT_WAIT, ADIT_DENIED, ADIT_FAILED };
/* Asks for a listening point.  ADIT_WAIT: return ADIT_HOLD; the same call in
 * the replay brings the outcome.  On ADIT_OK *show is what the receiver of this
 * message must be told, *id is for the two below. */
enum adit_result adit_expect(struct adit_msg *, const struct adit_expect *,
			     struct adit_addr *show, uint32_t *id);
void adit_arm(struct adit_channel *, uint32_t id);
void adit_cancel(struct adit_channel *, uint32_t id);
/* Of a reverse one: what became of the connections that the server has made.
 * ADIT_FAILED: one has not reached the application; ADIT_DENIED: none has, and
 * one came from another host; ADIT_WAIT: one is on its way, and what is held is
 * replayed when that is known; ADIT_OK: nothing of this. */
enum adit_result adit_outcome(struct adit_channel *, uint32_t id);

/* ---- what the engine knows ----------------------------------------------- */
void       *adit_state(struct adit_channel *);        /* .state_size bytes, zero at first */
const void *adit_conf(struct adit_channel *);         /* the filled .conf_size struct */
const struct adit_addr *adit_server(struct adit_channel *);  /* as connected */
const struct adit_addr *adit_local(struct adit_channel *);   /* our end towards the server */
const struct adit_addr *adit_app(struct adit_channel *);     /* the application's own address */
const struct adit_addr *adit_shown(struct adit_channel *);   /* the address it dialled */
const char *adit_user(struct adit_channel *);
struct adit_channel *adit_parent(struct adit_channel *);     /* NULL unless expected */
uint64_t    adit_tag(struct adit_channel *);
enum adit_level { ADIT_ERROR, ADIT_WARN, ADIT_INFO, ADIT_DEBUG };
void adit_log(struct adit_channel *, enum adit_level, const char *fmt, ...)
	ADIT_PRINTF(3, 4);
/* Onto its audit line; key of a-z 0-9 _. */
void adit_audit(struct adit_channel *, const char *key, const char *value);
/* An audit line of its own: keys as above and values in turn, then NULL.  With
 * the id of an expectation, not 0, it is written when the connection that came
 * through it has ended, and tells how many bytes went each way. */
void adit_event(struct adit_channel *, uint32_t id, const char *const pairs[]);
void adit_count(struct adit_channel *, unsigned counter, int64_t add);
void adit_timer(struct adit_channel *, unsigned ms);  /* one shot; 0 cancels */
bool adit_word(const struct adit_msg *, const char *word);   /* first word, any case */
int  adit_addr_parse(struct adit_addr *, const char *host, unsigned long port);
bool adit_addr_same_host(const struct adit_addr *, const struct adit_addr *);

/* ---- options: keys of [plugin NAME], and of a resource that uses it ------ */
enum adit_type {
	ADIT_BOOL,                   /* bool */
	ADIT_UINT,                   /* uint32_t */
	ADIT_MSEC,                   /* uint32_t, written 500ms, 30s, 10m, 1h */
	ADIT_SIZE,                   /* uint64_t, written 4096, 64k, 1m */
	ADIT_STRING,                 /* const char *, NULL if nothing is set */
	ADIT_PORTS,                  /* struct adit_ports, written 21, 1024-65535 */
	ADIT_LIST,                   /* const char *const *, ends with NULL */
	ADIT_CHOICE                  /* uint32_t: which of the words of .preset,
	                              * "first|second"; the first one is the default */
};
struct adit_ports {
	size_t count;
	const struct adit_port_range { uint16_t first, last; } *range;
};
bool adit_ports_has(const struct adit_ports *, uint16_t port);
bool adit_listed(const char *const *list, const char *word);    /* in any case */
struct adit_option {
	uint32_t size;
	uint32_t type;               /* enum adit_type of the member at offset */
	const char *key;
	size_t offset;
	const char *preset, *help;   /* preset NULL: 0, false, nothing */
};
#define ADIT_OPT(key, type, st, field, preset, help) \
	{ sizeof(struct adit_option), type, key, offsetof(st, field), preset, help }

/* ---- the plugin ---------------------------------------------------------- */
#define ADIT_CAN_REWRITE (1u << 0)
#define ADIT_CAN_INJECT  (1u << 1)
#define ADIT_CAN_FORWARD (1u << 2)
#define ADIT_CAN_REVERSE (1u << 3)
/* .flags: urgent bytes are no part of any message, and pass by themselves,
 * ahead of what has not been passed yet. */
#define ADIT_URGENT_APART (1u << 0)
struct adit_plugin {
	uint32_t api, size;          /* set by ADIT_PLUGIN */
	const char *name, *version, *summary;
	uint32_t can, flags;         /* ADIT_CAN_*, enforced; ADIT_URGENT_APART */
	uint32_t state_version;      /* of the state's layout: a new process takes
	                              * over only equal ones */
	size_t   state_size, conf_size;      /* state: plain bytes, no pointers */
	const struct adit_option *options;   /* ends with .key == NULL */
	const char *const *counters;         /* ends with NULL */
	size_t   max_message;        /* 0: 64 KiB; a longer one resets the channel */
	adit_frame_fn *frame[2];     /* by enum adit_dir; NULL: never look */
	enum adit_verdict (*message)(struct adit_msg *);
	/* optional from here on */
	int  (*check)(const void *conf, char *err, size_t errlen);
	enum adit_verdict (*open)(struct adit_channel *);
	void (*close)(struct adit_channel *);
	enum adit_verdict (*eof)(struct adit_channel *, enum adit_dir);
	void (*timer)(struct adit_channel *);
	/* The state has come from another process: this code could have left it
	 * so */
	bool (*sound)(struct adit_channel *);
};                                   /* new members only at the end: size tells */
#define ADIT_PLUGIN(...)                                                \
	ADIT_EXPORT extern const struct adit_plugin adit_plugin;        \
	const struct adit_plugin adit_plugin = {                        \
		.api = ADIT_PLUGIN_API, .size = sizeof(struct adit_plugin), __VA_ARGS__ }
#ifdef __cplusplus
}
#endif
#endif
