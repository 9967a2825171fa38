/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_inside.h - conversations as bytes; for the fuzzer's own files.
 *
 * A step is one byte: the low three bits what, the other five how much.
 *
 *   0 1  input of the client, of the server: so many bytes follow, less one;
 *        24 and more: 25 + (them - 24) * 256 + the next byte
 *   2    the end (bit 0: of which side)
 *   3    an answer to the oldest request: 0 1 OK, 2 denied, 3 failed (mod 4)
 *   4    time: half seconds, 0: 100 ms
 *   5    requests from now on: 0 OK at once, 1 wait, 2 denied, 3 failed (mod 4)
 *   6    the next input's last byte is urgent
 *   7    0: the output is not taken for one step   1: the session is detached,
 *        or attached again (mod 2) */
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

enum { FUZZ_INPUT_MAX = 25 + 8 * 256 - 1, FUZZ_SIZE_MAX = 1 << 14 };

struct fuzz_step {
	enum fuzz_op op;
	unsigned arg;        /* 0 to 31; of input: nothing */
	const uint8_t *data; /* of input, inside the bytes */
	size_t n;
};

/* ---- fuzz_steps.c ---- */
/* Takes the next step off *p; false: there is none. */
bool fuzz_step_take(const uint8_t **p, size_t *n, struct fuzz_step *s);
/* At the end of `to`; input that is too long becomes several steps. */
MUST_CHECK int fuzz_step_put(struct buf *to, const struct fuzz_step *s);
/* Those of a transcript, answers at once or late. */
MUST_CHECK int fuzz_from_transcript(struct buf *to, const struct transcript *t,
				    bool late);
/* For people. */
void fuzz_write(FILE *to, const uint8_t *p, size_t n);

/* ---- fuzz_run.c ---- */
#define FUZZ_MAP 65536
struct fuzz_setting {
	const struct plugin *plugin;
	const void *conf;
	const struct inspect_info *info;
	uint8_t *map; /* gets a bit for each thing that happened
					 * behind another; NULL: not wanted */
};

/* Runs it twice.  True if all is well, else `why` says what is not. */
MUST_CHECK bool fuzz_run(const struct fuzz_setting *s, const uint8_t *p,
			 size_t n, char *why, size_t why_cap);

/* ---- fuzz_model.c: what must come out ---- */
struct fuzz_lane {
	struct buf in; /* all that was said */
	size_t taken;  /* of it, by the channel */
	size_t at;     /* the first byte without a verdict */
	bool blind;    /* from there on nobody looks */
	struct fuzz_segment {
		bool raw; /* bytes of `in`; else of `made` */
		size_t at, n;
	} * want; /* what must come out, in this order */
	size_t nwant;
	struct buf made;
	struct buf got;
	size_t urgent; /* offset in `in` of the next one, 0: none */
	bool fin, told, ended;
};

struct fuzz_model {
	struct plugin spy; /* the plugin, with our callbacks around */
	const struct adit_plugin *def; /* its own */
	struct fuzz_lane lane[2];
	bool finished, no_memory;
	uint8_t *map;
	uint32_t before; /* the event before this one */
	char why[256];   /* what is wrong, or "" */
};

/* One at a time: callbacks know no other way to find it. */
void fuzz_model_init(struct fuzz_model *m, const struct plugin *plugin,
		     uint8_t *map);
void fuzz_model_fini(struct fuzz_model *m);
/* An urgent byte passes by itself, in the middle of a skip perhaps. */
void fuzz_model_apart(struct fuzz_model *m, enum adit_dir d,
		      const uint8_t *byte);
/* Whether the output is what follows from the verdicts. */
void fuzz_model_check(struct fuzz_model *m, bool complete);
void fuzz_wrong(struct fuzz_model *m, const char *fmt, ...) PRINTF(2, 3);
void fuzz_event(struct fuzz_model *m, uint32_t event);

/* ---- fuzz_world.c: who talks, and who answers ---- */
enum { FUZZ_WAITING = 64 };

struct fuzz_world {
	struct fuzz_model m;
	struct adit_channel *ch;
	uint64_t now;
	unsigned mode; /* what requests hear */
	bool bytewise, lazy, paused;
	uint32_t last_id;
	uint32_t waiting[FUZZ_WAITING];
	unsigned nwaiting;
	uint64_t effects; /* a digest of all that it did */
};

extern const struct inspect_ops fuzz_ops;
void fuzz_digest(struct fuzz_world *w, const void *p, size_t n);
/* What a request hears that is granted. */
struct adit_addr fuzz_shown(uint32_t id);
/* Takes the output; true: there was some. */
bool fuzz_drain(struct fuzz_world *w, enum adit_dir d);
/* Takes output and offers input until nothing moves. */
void fuzz_settle(struct fuzz_world *w);
bool fuzz_is_over(const struct fuzz_world *w);

/* ---- fuzz_mutate.c ---- */
struct fuzz_words { /* that the protocol knows */
	struct buf *item;
	size_t n;
};
MUST_CHECK int fuzz_words_add(struct fuzz_words *w, const struct transcript *t);
void fuzz_words_fini(struct fuzz_words *w);
/* Something like `p`, with a part of `other`. */
MUST_CHECK int fuzz_mutate(struct buf *to, const struct buf *from,
			   const struct buf *other, const struct fuzz_words *w,
			   uint64_t *random);

#endif
