/* SPDX-License-Identifier: BSD-2-Clause */
/* reader.h - a transcript that is being read; for the files of the parser. */
#ifndef ADIT_KIT_READER_H
#define ADIT_KIT_READER_H

#include "kit/transcript.h"

struct reader {
	struct transcript *t;
	struct conf_errors *e;
	unsigned line;       /* counted through all files */
	const char *file;    /* that is being read, */
	unsigned own;        /* and the line in it */
	unsigned depth;      /* of files that include each other */
	bool begun;          /* settings may not follow any more */
	bool text_open;      /* a + line may follow, */
	struct output *open; /* and goes on here; NULL: with the input */
};

/* Adds an error about the line.  Returns ERR_CONF; so do the functions below
 * after an error. */
#define complain(r, ...) conf_error((r)->e, (r)->line, __VA_ARGS__)

/* Cuts the next word off *rest; NULL: there is none. */
char *next_word(char **rest);
/* Reads HOST:PORT. */
MUST_CHECK int read_addr(struct reader *r, const char *word,
			 struct adit_addr *to);
MUST_CHECK int read_number(struct reader *r, const char *word, uint64_t *to);
/* The last step: lines about what must happen belong to it. */
struct step *last_step(struct reader *r);
MUST_CHECK struct step *add_step(struct reader *r, enum step_kind kind);

/* ask.c: reads what follows `expect`. */
MUST_CHECK int read_expect(struct reader *r, char *rest);
/* Finds the `expect` line with the number in `word`, counted from 1; the last
 * one if that is NULL. */
MUST_CHECK int find_ask(struct reader *r, const char *word, size_t *which);
/* Finds the `expect` line for `answer` or `answer N`: the first one that waits
 * for such a line, or the one with this number. */
MUST_CHECK int read_answer(struct reader *r, const char *word, size_t *which);
/* At the end: whether each late answer is given by a line. */
MUST_CHECK int check_asks(struct reader *r);

/* transcript_read.c: reads what follows these words. */
int line_include(struct reader *r, char *rest, unsigned arg);
int line_parent(struct reader *r, char *rest, unsigned arg);

/* lines.c: reads one line that is neither empty nor a comment. */
MUST_CHECK int read_line(struct reader *r, char *line);

/* Each of these reads what follows the first word of its lines.  The last
 * parameter comes from the table of words in lines.c. */
enum { LINE_URGENT = 2 }; /* added to an enum adit_dir */
/* line_bytes.c */
int line_input(struct reader *r, char *rest, unsigned dir);
int line_output(struct reader *r, char *rest, unsigned dir);
int line_more(struct reader *r, char *rest, unsigned urgent);
int line_fin(struct reader *r, char *rest, unsigned dir);
int line_fin_out(struct reader *r, char *rest, unsigned dir);
/* An error if the channel has ended above. */
MUST_CHECK int check_over(struct reader *r);
MUST_CHECK int read_text(struct reader *r, struct buf *to, const char *text);
/* line_deeds.c */
int line_expect(struct reader *r, char *rest, unsigned arg);
int line_ask_effect(struct reader *r, char *rest, unsigned kind);
int line_text_effect(struct reader *r, char *rest, unsigned kind);
int line_count(struct reader *r, char *rest, unsigned kind);
int line_status(struct reader *r, char *rest, unsigned status);
/* line_settings.c */
int line_conf(struct reader *r, char *rest, unsigned arg);
int line_given(struct reader *r, char *rest, unsigned arg);
int line_setting(struct reader *r, char *line, unsigned arg);
void trim_end(char *text);

#endif
