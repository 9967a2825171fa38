/* SPDX-License-Identifier: BSD-2-Clause */
/* transcript.h - what is said through a plugin, and what must come of it.
 *
 *   settings         conf, server, local, app, shown, user, tag
 *   step 0           the channel opens        } and for each: what must have
 *   step 1 ...       an input, time, answer   } happened when it is done
 *   last step        the channel closes       }
 *
 * The format is described in docs/man/adit-plugin-test.1. */
#ifndef ADIT_KIT_TRANSCRIPT_H
#define ADIT_KIT_TRANSCRIPT_H

#include "base/conf_text.h"
#include "plugin/host.h"
#include "policy/conf.h"

#include <stdio.h>

enum { TRANSCRIPT_MAX = 64 << 20 }; /* bytes of a file */

/* What goes one way: bytes, and where they are from. */
struct output {
	struct buf bytes;
	struct span {
		size_t end;    /* offset behind it */
		unsigned line; /* 0: it came out */
		bool urgent;   /* its last byte is */
	} * span;
	size_t nspans;
	bool fin;
	unsigned fin_line;
};

enum effect_kind {
	EFFECT_ARM,
	EFFECT_CANCEL,
	EFFECT_AUDIT,
	EFFECT_EVENT,
	EFFECT_COUNT,
	EFFECT_LOG,
	EFFECT_EXPECT
};
#define EFFECT_KINDS 7

struct effect {
	enum effect_kind kind;
	unsigned line;
	char *text;     /* as behind the word in a transcript */
	int64_t amount; /* of EFFECT_COUNT: text is the name */
	bool foreseen;  /* an EFFECT_EXPECT: it has a line */
};

/* What came of one step. */
struct deeds {
	struct output out[2]; /* by enum adit_dir */
	struct effect *effect;
	size_t neffects;
	enum inspect_status status; /* that it changed to; RUN: did not */
	char *reason;               /* of a reset, or NULL */
	unsigned status_line;
};

/* An `expect` line: what the plugin must ask for, and what it hears. */
struct expect_line {
	unsigned line;
	size_t step; /* that it stands behind */
	uint32_t flags, uses, lifetime_ms;
	uint64_t tag;
	bool has_tag;
	size_t ntargets;
	struct adit_addr *target;
	enum expect_when { ASK_SOON, ASK_LATE, ASK_NEVER } when;
	enum adit_result result;
	struct adit_addr show; /* if that is ADIT_OK */
	bool answered;         /* ASK_LATE: a line says when */
};

enum step_kind {
	STEP_OPEN,
	STEP_INPUT,
	STEP_FIN,
	STEP_TIME,
	STEP_ANSWER,
	STEP_OUTCOME,
	STEP_CLOSE
};

struct step {
	enum step_kind kind;
	unsigned line;
	enum adit_dir dir;       /* INPUT, FIN */
	struct buf text;         /* INPUT */
	bool urgent;             /* its last byte is */
	uint32_t ms;             /* TIME */
	size_t ask;              /* ANSWER, OUTCOME */
	enum adit_result result; /* OUTCOME */
	struct deeds want;
};

struct transcript {
	const char *file;         /* kept by reference */
	struct inspect_info info; /* .user is `user` */
	char user[128];
	struct gw_pairs conf;
	struct step *step; /* the first OPEN, the last CLOSE */
	size_t nsteps;
	struct expect_line *ask;
	size_t nasks;
};

/* Reads e->file, or its n bytes at `text`.  NULL: what is wrong stands in
 * `e`. */
MUST_CHECK struct transcript *transcript_read(struct conf_errors *e);
MUST_CHECK struct transcript *transcript_parse(const char *text, size_t n,
					       struct conf_errors *e);
void transcript_free(struct transcript *t);
/* With its settings: the presets. */
MUST_CHECK struct transcript *transcript_new(const char *file);
/* At the end; NULL: no memory. */
MUST_CHECK struct step *transcript_step(struct transcript *t,
					enum step_kind kind);
/* Of the last step: for one connection and the usual time. */
MUST_CHECK struct expect_line *transcript_ask(struct transcript *t);
MUST_CHECK int transcript_conf(struct transcript *t, const char *key,
			       const char *value, unsigned line);
/* write.c: so that transcript_parse reads the same again. */
void transcript_write(const struct transcript *t, FILE *to);

/* ---- deeds.c ---- */
void deeds_fini(struct deeds *d);
/* Copies text; NULL: no memory.  line 0: it happened.  The result is good until
 * the next one is added. */
struct effect *deeds_add(struct deeds *d, enum effect_kind kind, unsigned line,
			 const char *text);
/* n bytes at the end; of `from` only line and urgent count. */
MUST_CHECK int output_add(struct output *o, const void *p, size_t n,
			  const struct span *from);
/* Behind `at`: the end of the next urgent byte, or SIZE_MAX. */
size_t output_urgent(const struct output *o, size_t at);
/* That says what stands at this offset, or the nearest; 0: none. */
unsigned output_line(const struct output *o, size_t at);
/* `which` stands before each line, "> < C S". */
void output_write(const struct output *o, char which, FILE *to,
		  const char *indent);
const char *effect_word(enum effect_kind kind);
const char *result_word(enum adit_result result);
/* One line for each, as a transcript has them, behind `indent`. */
void deeds_write(const struct deeds *d, FILE *to, const char *indent);
/* "host:port", "[v6]:port" */
void addr_write(FILE *to, const struct adit_addr *a);
/* "forward 10.0.0.5:21 inspect = 127.0.0.1:9", malloced, or NULL; `a` may be
 * NULL, then the answer is missing. */
char *expect_text(const struct adit_expect *want, const struct expect_line *a);
/* The line of the step itself. */
void step_write(const struct step *s, FILE *to, const char *indent);

#endif
