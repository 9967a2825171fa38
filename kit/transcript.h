/* SPDX-License-Identifier: BSD-2-Clause */
/* transcript.h - a conversation through a plugin, and what must come of it.
 *
 *   settings         conf, server, local, app, shown, user, tag, parent
 *   step 0           the channel opens        } and for each: what must have
 *   step 1 ...       an input, time, answer   } happened when it is done
 *   last step        the channel closes       }
 *
 * Lines are counted through all files that are included; transcript_line says
 * where one stands.
 *
 * The format is described in docs/man/adit-plugin-test.1. */
#ifndef ADIT_KIT_TRANSCRIPT_H
#define ADIT_KIT_TRANSCRIPT_H

#include "base/conf_files.h"
#include "base/conf_text.h"
#include "plugin/host.h"
#include "policy/conf.h"

#include <stdio.h>

enum { TRANSCRIPT_MAX = 64 << 20 }; /* bytes of a file */

/* Bytes in one direction, in pieces that tell where they are from. */
struct output {
	struct buf bytes;
	struct span {
		size_t end;    /* offset behind the piece */
		unsigned line; /* of the transcript; 0: from the channel */
		bool urgent;   /* its last byte is urgent */
	} * span;
	size_t nspans;
	bool fin; /* FIN follows the bytes */
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
	char *text;     /* what follows the word in a transcript */
	int64_t amount; /* EFFECT_COUNT: of the counter named in `text` */
	bool foreseen;  /* EFFECT_EXPECT: there is an `expect` line for it */
};

/* What a step must cause, or has caused. */
struct deeds {
	struct output out[2]; /* by enum adit_dir */
	struct effect *effect;
	size_t neffects;
	enum inspect_status status; /* INSPECT_RUN: it has not changed */
	char *reason;               /* of a reset, or NULL */
	unsigned status_line;
};

/* An `expect` line: what the plugin must ask for, and the answer. */
struct expect_line {
	unsigned line;
	size_t step; /* of the input in front of the line */
	uint32_t flags, uses, lifetime_ms;
	uint64_t tag;
	bool has_tag; /* false: any tag fits */
	struct buf data;
	bool has_data; /* false: any data fit */
	size_t ntargets;
	struct adit_addr *target;
	/* When the answer comes: at once or with the input, by an `answer`
	 * line, not at all. */
	enum expect_when { ASK_SOON, ASK_LATE, ASK_NEVER } when;
	enum adit_result result;
	struct adit_addr show; /* if result is ADIT_OK */
	bool answered;         /* ASK_LATE: there is a line for the answer */
};

enum step_kind {
	STEP_OPEN,
	STEP_INPUT,
	STEP_FIN,
	STEP_TIME,
	STEP_ANSWER,
	STEP_OUTCOME,
	STEP_USED,         /* a connection comes through an expectation */
	STEP_PARENT_CLOSE, /* the parent's channel closes */
	STEP_CLOSE
};

struct step {
	enum step_kind kind;
	unsigned line;
	enum adit_dir dir;       /* STEP_INPUT, STEP_FIN */
	struct buf text;         /* STEP_INPUT */
	bool urgent;             /* its last byte is urgent */
	uint32_t ms;             /* STEP_TIME */
	size_t ask;              /* STEP_ANSWER, _OUTCOME, _USED: of t->ask */
	enum adit_result result; /* STEP_OUTCOME */
	struct deeds want;       /* what must happen */
};

struct transcript {
	const char *file;          /* the caller's */
	struct conf_files files;   /* which file a line is of */
	struct transcript *parent; /* of the channel's parent, or NULL */
	char *parent_file;
	struct inspect_info info; /* .user is `user` */
	char user[128];
	struct buf given; /* info.given */
	struct gw_pairs conf;
	struct step *step; /* from STEP_OPEN to STEP_CLOSE */
	size_t nsteps;
	struct expect_line *ask;
	size_t nasks;
};

/* Reads the file e->file, or the n bytes at `text` under this name.  Then
 * e->files is for errors about the transcript, as long as that exists.  NULL:
 * `e` has the errors. */
MUST_CHECK struct transcript *transcript_read(struct conf_errors *e);
MUST_CHECK struct transcript *transcript_parse(const char *text, size_t n,
					       struct conf_errors *e);
void transcript_free(struct transcript *t);
/* The number that a line has in its own file, whose name *file becomes. */
unsigned transcript_line(const struct transcript *t, unsigned line,
			 const char **file);
/* Writes "FILE:LINE: ". */
void place_write(FILE *to, const struct transcript *t, unsigned line);
/* One without steps, with the preset settings.  NULL: out of memory. */
MUST_CHECK struct transcript *transcript_new(const char *file);
/* Appends a step.  NULL: out of memory. */
MUST_CHECK struct step *transcript_step(struct transcript *t,
					enum step_kind kind);
/* Appends an `expect` line to the last step, for one use and with the default
 * lifetime.  NULL: out of memory. */
MUST_CHECK struct expect_line *transcript_ask(struct transcript *t);
/* Appends an option of the plugin, for which key and value are copied. */
MUST_CHECK int transcript_conf(struct transcript *t, const char *key,
			       const char *value, unsigned line);
/* write.c: writes it, so that transcript_parse reads the same. */
void transcript_write(const struct transcript *t, FILE *to);

/* ---- deeds.c ---- */
void deeds_fini(struct deeds *d);
/* Appends an effect with a copy of text.  `line` is that of the transcript, or
 * 0 if the effect has happened.  Returns it, valid until the next one is added;
 * NULL: out of memory. */
struct effect *deeds_add(struct deeds *d, enum effect_kind kind, unsigned line,
			 const char *text);
/* Appends n bytes, with line and urgent of `from`. */
MUST_CHECK int output_add(struct output *o, const void *p, size_t n,
			  const struct span *from);
/* The offset behind the next urgent byte from `at` on, or SIZE_MAX. */
size_t output_urgent(const struct output *o, size_t at);
/* The line of the transcript with the byte at this offset, or with the nearest
 * one; 0: none. */
unsigned output_line(const struct output *o, size_t at);
/* Writes lines that begin with `which`, one of > < C S. */
void output_write(const struct output *o, char which, FILE *to,
		  const char *indent);
/* The word for it in transcripts. */
const char *effect_word(enum effect_kind kind);
const char *result_word(enum adit_result result);
/* Writes lines of a transcript, each behind `indent`. */
void deeds_write(const struct deeds *d, FILE *to, const char *indent);
/* Writes HOST:PORT, or [IPV6]:PORT. */
void addr_write(FILE *to, const struct adit_addr *a);
/* What follows `expect`: "forward 10.0.0.5:21 inspect = 127.0.0.1:9", without
 * the answer if `a` is NULL.  The caller frees it; NULL: out of memory. */
char *expect_text(const struct adit_expect *want, const struct expect_line *a);
/* Writes the line of the step itself. */
void step_write(const struct step *s, FILE *to, const char *indent);

#endif
