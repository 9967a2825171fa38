/* SPDX-License-Identifier: BSD-2-Clause */
/* payload.h - packs and unpacks the payloads of frames.
 *
 * pack_x writes at most `cap` bytes to p and returns how many, or 0 if they do
 * not fit.  unpack_x reads p[n], sets every field, and returns 0 or ERR_PROTO.
 * Texts end with NUL in these structs; on the wire their length stands before
 * them (docs/protocol.md, section 2). */
#ifndef ADIT_FRAME_PAYLOAD_H
#define ADIT_FRAME_PAYLOAD_H

#include "base/addr.h"
#include "base/defs.h"
#include "frame/reason.h"

#include <stdbool.h>
#include <stdint.h>

/* Sizes of texts in bytes, with the NUL at their end. */
#define HOST_MAX 256 /* a host name, or the literal of an address */
#define TEXT_MAX 256 /* a text for people */
#define USER_MAX 65
#define LABEL_MAX 65      /* the name of a resource or virtual gateway */
#define SPARE_MAX 16      /* spare ports in one OPEN */
#define TARGET_MAX 16     /* addresses in one EXPECT */
#define RANGE_MAX 64      /* port ranges of one resource */
#define NAMES_MAX 32      /* host names of one resource */
#define ADDRESSES_MAX 255 /* networks of one resource */
#define PROMPT_MAX 4      /* prompts in one PROMPT */
#define ANSWER_MAX 1024
#define SECRET_LEN 32
#define PROOF_LEN 32

/* Where a channel is to lead: to an address, to a name, or to the host of its
 * resource. */
struct dest {
	char host[HOST_MAX]; /* "": the host of the resource */
	uint16_t port;
};

struct open {
	uint32_t resource;    /* its id; 0: the gateway looks for one */
	uint32_t expectation; /* its id; 0: none */
	uint32_t credit;      /* bytes that the answering side may send */
	struct addr source;   /* the application's address */
	struct addr shown;    /* the local address that it connected to */
	struct dest dest;
	unsigned nspare;
	uint16_t spare[SPARE_MAX]; /* spare ports on the address `shown` */
	bool real, check; /* FLAG_REAL, FLAG_CHECK: in the header, not here */
};
size_t pack_open(uint8_t *p, size_t cap, const struct open *o);
MUST_CHECK int unpack_open(struct open *o, const uint8_t *p, size_t n);

struct opened {
	uint32_t credit;
	struct addr local; /* of the answering side, towards its local end */
};
size_t pack_opened(uint8_t *p, size_t cap, const struct opened *o);
MUST_CHECK int unpack_opened(struct opened *o, const uint8_t *p, size_t n);

struct reset {
	uint16_t reason; /* enum reason, or a number that is not known here */
	char text[TEXT_MAX];
};
size_t pack_reset(uint8_t *p, size_t cap, const struct reset *r);
MUST_CHECK int unpack_reset(struct reset *r, const uint8_t *p, size_t n);

/* WINDOW, ACK, PING and PONG carry one number. */
size_t pack_u64(uint8_t *p, size_t cap, uint64_t v);
MUST_CHECK int unpack_u64(uint64_t *v, const uint8_t *p, size_t n);

enum expect_kind {
	EXPECT_SPARE = 1, /* listen on the spare port `port` */
	EXPECT_PORT,      /* this very port: refused */
	EXPECT_ANY,       /* bind and listen on a port of your choice */
	EXPECT_TARGETS,   /* the application will dial a target itself */
	EXPECT_HERE,      /* is the target an address of your machine? */
	EXPECT_SHARED,    /* listen until CANCEL, whatever channel ends */
	EXPECT_OWN,       /* where does the resource of this name listen? */
};
struct expect {
	uint32_t id;
	uint8_t kind;
	uint8_t spares; /* how many spare ports an OPEN for it brings */
	uint8_t uses;   /* connections; 0, EXPECT_SHARED only: any number */
	uint16_t port;
	unsigned ntargets;
	/* EXPECT_SHARED: instead of it the key under which its address is
	 * remembered.  EXPECT_OWN: a resource and its port. */
	struct dest targets[TARGET_MAX];
};
size_t pack_expect(uint8_t *p, size_t cap, const struct expect *e);
MUST_CHECK int unpack_expect(struct expect *e, const uint8_t *p, size_t n);

struct expected {
	uint32_t id;
	uint8_t failed;      /* 0 or 1 */
	uint16_t port;       /* on which the agent listens */
	uint16_t spare;      /* the next spare port instead of it; 0: none */
	char text[TEXT_MAX]; /* why it failed; if it did not, the address
			      * where that is not the one that was dialled */
};
size_t pack_expected(uint8_t *p, size_t cap, const struct expected *e);
MUST_CHECK int unpack_expected(struct expected *e, const uint8_t *p, size_t n);

size_t pack_u32(uint8_t *p, size_t cap, uint32_t v); /* CANCEL */
MUST_CHECK int unpack_u32(uint32_t *v, const uint8_t *p, size_t n);

enum resource_flag {
	RESOURCE_ANY = 1,     /* host = any: OPEN needs a destination */
	RESOURCE_SPARES = 2,  /* has a plugin: OPEN brings spare ports */
	RESOURCE_REVERSE = 4, /* its servers may connect to applications */
	RESOURCE_CODE = 8,    /* a one-time code is needed, once in a session */
};
struct resource_entry {
	uint32_t id;
	uint8_t service, flags;
	char name[LABEL_MAX];
	char detail[1024]; /* URL of a Web-Link; else the host, or "" */
	unsigned nranges;
	unsigned ndata; /* the last `ndata` of the ranges are data ports */
	struct {
		uint16_t first, last;
	} ranges[RANGE_MAX];
};
/* One entry of RESOURCES, whose payload is any number of entries, one after the
 * other.  unpack_resource reads the first one of p[n]; *used is its length. */
size_t pack_resource(uint8_t *p, size_t cap, const struct resource_entry *e);
MUST_CHECK int unpack_resource(struct resource_entry *e, const uint8_t *p,
			       size_t n, size_t *used);

/* Host names that lead to a resource: names, and *.DOMAIN for all names below a
 * domain.  One entry; a NAMES payload is a row of them, as RESOURCES is. */
struct names_entry {
	uint32_t resource;
	unsigned n; /* at least 1 */
	char name[NAMES_MAX][HOST_MAX];
};
size_t pack_names(uint8_t *p, size_t cap, const struct names_entry *e);
MUST_CHECK int unpack_names(struct names_entry *e, const uint8_t *p, size_t n,
			    size_t *used);

/* Networks whose addresses lead to a resource.  One entry; an ADDRESSES payload
 * is a row of them. */
struct addresses_entry {
	uint32_t resource;
	unsigned n; /* at least 1 */
	struct net net[ADDRESSES_MAX];
};
size_t pack_addresses(uint8_t *p, size_t cap, const struct addresses_entry *e);
MUST_CHECK int unpack_addresses(struct addresses_entry *e, const uint8_t *p,
				size_t n, size_t *used);

/* ---- login -------------------------------------------------------------- */

struct login {
	char user[USER_MAX];
	char agent[64]; /* program and version, for the log */
	bool change;    /* FLAG_CHANGE: in the header, not here */
	uint64_t keep;  /* of a change: the session that goes on; 0: none */
};
size_t pack_login(uint8_t *p, size_t cap, const struct login *l);
/* Without FLAG_CHANGE, and with it. */
MUST_CHECK int unpack_login(struct login *l, const uint8_t *p, size_t n);
MUST_CHECK int unpack_login_change(struct login *l, const uint8_t *p, size_t n);

struct prompt {
	char info[TEXT_MAX]; /* shown before the questions; may be "" */
	unsigned n;
	struct {
		uint8_t echo; /* 1: the answer may be shown while typed */
		char text[TEXT_MAX];
	} ask[PROMPT_MAX];
};
size_t pack_prompt(uint8_t *p, size_t cap, const struct prompt *q);
MUST_CHECK int unpack_prompt(struct prompt *q, const uint8_t *p, size_t n);

struct answer {
	unsigned n;
	char text[PROMPT_MAX][ANSWER_MAX]; /* secret: wipe after use */
};
size_t pack_answer(uint8_t *p, size_t cap, const struct answer *a);
MUST_CHECK int unpack_answer(struct answer *a, const uint8_t *p, size_t n);

enum profile_flag {
	PROFILE_AUTO_START = 1,
	PROFILE_KEEP_ALIVE = 2,
	PROFILE_PAGES = 4, /* there are web pages at the same port */
};
struct profile { /* RESULT without FLAG_REFUSED */
	uint32_t marker;
	uint64_t session;
	uint8_t secret[SECRET_LEN];
	uint8_t flags;
	uint32_t resume_grace, lifetime; /* seconds */
	char gateway[LABEL_MAX];         /* the virtual gateway's name */
};
size_t pack_profile(uint8_t *p, size_t cap, const struct profile *r);
MUST_CHECK int unpack_profile(struct profile *r, const uint8_t *p, size_t n);

/* ---- tunnel -------------------------------------------------------------- */

struct attach {
	uint64_t session;
	uint32_t generation;
	uint64_t count; /* log bytes processed by the sender */
	uint8_t proof[PROOF_LEN];
};
size_t pack_attach(uint8_t *p, size_t cap, const struct attach *a);
MUST_CHECK int unpack_attach(struct attach *a, const uint8_t *p, size_t n);

struct goodbye { /* GOAWAY, and refused RESULT and ATTACHED */
	uint16_t leave;
	uint32_t wait_ms; /* the peer is to wait this long before it returns */
	char text[TEXT_MAX];
};
size_t pack_goodbye(uint8_t *p, size_t cap, const struct goodbye *g);
MUST_CHECK int unpack_goodbye(struct goodbye *g, const uint8_t *p, size_t n);

#endif
