/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_inside.h - conversations as bytes; for the files of the fuzzer.
 *
 * A step of a conversation is one byte.  Its low three bits say what happens:
 *
 *   0 1  input of the client, of the server
 *   2    FIN
 *   3    the answer to the oldest request
 *   4    time passes
 *   5    which answers requests get from now on
 *   6    the last byte of the next input is urgent
 *   7    others
 *
 * Its other five bits are a number n:
 *
 *   0 1  n + 1 bytes of input follow.  From n = 24 on one more byte b follows
 *        first, and the input has 25 + (n - 24) * 256 + b bytes.
 *   2    n mod 2: the side that ends
 *   3    n mod 4: 0 1 OK, 2 denied, 3 failed
 *   4    n half seconds; 100 ms if n is 0
 *   5    n mod 4: 0 OK at once, 1 wait, 2 denied, 3 failed
 *   7    n mod 2: 0 the output is not taken for one step, 1 the session is
 *        detached, or attached again */
#ifndef ADIT_KIT_FUZZ_INSIDE_H
#define ADIT_KIT_FUZZ_INSIDE_H

#include "kit/transcript.h"
#include "plugin/loader.h"

enum fuzz_op {
	FUZZ_CLIENT,
	FUZZ_SERVER,
	FUZZ_FIN,
	FUZZ_ANSWER,
	FUZZ_TIME,
	FUZZ_MODE,
	FUZZ_URGENT,
	FUZZ_OTHER
};

enum {
	FUZZ_INPUT_MAX = 25 + 8 * 256 - 1,
	FUZZ_SIZE_MAX = 1 << 14,
	FUZZ_WHY = 1024, /* bytes of the text that says what is wrong */
};

struct fuzz_step {
	enum fuzz_op op;
	unsigned arg;        /* 0 to 31; not of input */
	const uint8_t *data; /* of input: points into the bytes */
	size_t n;
};

/* ---- fuzz_steps.c ---- */
/* Reads the next of the *n bytes at *p, and moves both; false: none is left. */
bool fuzz_step_take(const uint8_t **p, size_t *n, struct fuzz_step *s);
/* Appends a step to `to`; input that is too long becomes several steps. */
MUST_CHECK int fuzz_step_put(struct buf *to, const struct fuzz_step *s);
/* Appends the steps of a transcript, with answers at once or late. */
MUST_CHECK int fuzz_from_transcript(struct buf *to, const struct transcript *t,
				    bool late);
/* Writes steps for people, mostly as lines of a transcript. */
void fuzz_write(FILE *to, const uint8_t *p, size_t n);

/* ---- fuzz_run.c ---- */
#define FUZZ_MAP 65536 /* bytes */
struct fuzz_setting {
	const struct plugin *plugin;
	const void *conf;
	const struct inspect_info *info;
	/* FUZZ_MAP bytes, in which a bit is set for each pair of successive
	 * events (fuzz_event), or NULL. */
	uint8_t *map;
};

/* Plays the conversation as it is and byte by byte.  True if all is well, else
 * `why` says in one or more lines what is wrong. */
MUST_CHECK bool fuzz_run(const struct fuzz_setting *s, const uint8_t *p,
			 size_t n, char *why, size_t why_cap);

/* ---- fuzz_model.c: what must come out ---- */
/* One direction. */
struct fuzz_lane {
	struct buf in; /* all that the peer has sent */
	size_t taken;  /* bytes of it that the channel has taken */
	size_t at;     /* place in `in` of the first byte without a verdict */
	bool blind;    /* the plugin sees nothing from there on */
	struct fuzz_segment {
		bool raw; /* bytes of `in`; else of `made` */
		size_t at, n;
	} * want; /* what must come out, in this order */
	size_t nwant;
	struct buf made; /* bytes that the plugin made, for `want` */
	struct buf got;  /* what has come out */
	size_t urgent;   /* offset in `in` behind an urgent byte; 0: none */
	bool fin;        /* the peer has sent FIN, */
	bool told;       /* the channel has been told, */
	bool ended;      /* and has let it through */
};

struct fuzz_model {
	struct plugin spy; /* the plugin, with the model's callbacks around */
	const struct adit_plugin *def; /* its own callbacks */
	struct fuzz_lane lane[2];      /* by enum adit_dir */
	bool finished, no_memory;
	uint8_t *map;       /* of fuzz_setting */
	uint32_t before;    /* the last event */
	char why[FUZZ_WHY]; /* what is wrong, or "" */
};

/* There can be one model at a time, since callbacks find it by a static
 * variable. */
void fuzz_model_init(struct fuzz_model *m, const struct plugin *plugin,
		     uint8_t *map);
void fuzz_model_fini(struct fuzz_model *m);
/* An urgent byte passes by itself (ADIT_URGENT_APART), perhaps in the middle of
 * a skip. */
void fuzz_model_apart(struct fuzz_model *m, enum adit_dir d,
		      const uint8_t *byte);
/* Whether the output is what follows from the verdicts; `complete`: nothing may
 * be missing at its end. */
void fuzz_model_check(struct fuzz_model *m, bool complete);
/* Notes what is wrong, unless something is noted already. */
void fuzz_wrong(struct fuzz_model *m, const char *fmt, ...) PRINTF(2, 3);
/* Appends lines to the text of fuzz_wrong. */
void fuzz_wrong_more(struct fuzz_model *m, const char *lines);
void fuzz_event(struct fuzz_model *m, uint32_t event);
/* A copy of a channel's state, to see later whether it was changed, for free();
 * NULL: there is no channel, state or memory. */
uint8_t *fuzz_keep_state(struct adit_channel *ch, const struct plugin *plugin);

/* ---- fuzz_world.c: the peers and the gateway around the channel ---- */
enum { FUZZ_WAITING = 64 };

struct fuzz_world {
	struct fuzz_model m;
	struct adit_channel *ch;
	uint64_t now;  /* milliseconds */
	unsigned mode; /* the answer to requests, as in step 5 above */
	bool bytewise; /* input comes byte by byte */
	bool lazy;     /* output is not taken at the moment */
	bool paused;   /* the session is detached */
	uint32_t last_id;
	uint32_t waiting[FUZZ_WAITING]; /* requests without an answer */
	unsigned nwaiting;
	struct buf effects; /* what the plugin has done, in lines */
};

extern const struct inspect_ops fuzz_ops;
/* Notes an effect of the plugin. */
void fuzz_effect(struct fuzz_world *w, const char *what, const char *text);
/* The address in the answer to a request. */
struct adit_addr fuzz_shown(uint32_t id);
/* Takes the output; true if there was some. */
bool fuzz_drain(struct fuzz_world *w, enum adit_dir d);
/* Takes output and offers input until nothing changes any more. */
void fuzz_settle(struct fuzz_world *w);
bool fuzz_is_over(const struct fuzz_world *w);

/* ---- fuzz_compare.c ---- */
/* Notes in `whole` how another run of the same conversation differs from it. */
void fuzz_compare(struct fuzz_world *whole, const struct fuzz_world *bytewise);

/* ---- fuzz_mutate.c ---- */
/* Words of the protocol, from its transcripts. */
struct fuzz_words {
	struct buf *item;
	size_t n;
};
MUST_CHECK int fuzz_words_add(struct fuzz_words *w, const struct transcript *t);
void fuzz_words_fini(struct fuzz_words *w);
/* Appends to `to` a conversation like `from`, perhaps with a part of
 * `other`. */
MUST_CHECK int fuzz_mutate(struct buf *to, const struct buf *from,
			   const struct buf *other, const struct fuzz_words *w,
			   uint64_t *random);

#endif
