/* SPDX-License-Identifier: BSD-2-Clause */
/* reader.h - a transcript being read; for the parser's own files. */
#ifndef ADIT_KIT_READER_H
#define ADIT_KIT_READER_H

#include "kit/transcript.h"

struct reader {
	struct transcript *t;
	struct conf_errors *e;
	unsigned line;
	bool begun;          /* behind the settings */
	bool text_open;      /* a + line may go on ... */
	struct output *open; /* ... here; NULL: with the input */
};

/* Always ERR_CONF: said, with the line. */
#define complain(r, ...) conf_error((r)->e, (r)->line, __VA_ARGS__)

/* Takes the next word off *rest; NULL: there is none. */
char *next_word(char **rest);
/* "host:port"; 0 or ERR_CONF, said. */
MUST_CHECK int read_addr(struct reader *r, const char *word,
			 struct adit_addr *to);
MUST_CHECK int read_number(struct reader *r, const char *word, uint64_t *to);
/* The last step, whose deeds are being read. */
struct step *last_step(struct reader *r);
MUST_CHECK struct step *add_step(struct reader *r, enum step_kind kind);

/* ask.c: what stands behind `expect`. */
MUST_CHECK int read_expect(struct reader *r, char *rest);
/* The one that `word` numbers, from 1, or the last one where it is NULL. */
MUST_CHECK int find_ask(struct reader *r, const char *word, size_t *which);
/* `answer` or `answer N`: the first that waits for such a line, or that one. */
MUST_CHECK int read_answer(struct reader *r, const char *word, size_t *which);
/* At the end: late answers that no line gives. */
MUST_CHECK int check_asks(struct reader *r);

/* lines.c: one line that is neither empty nor a comment. */
MUST_CHECK int read_line(struct reader *r, char *line);

/* Each reads what stands behind its word; `arg` is what the table has of it. */
enum { LINE_URGENT = 2 }; /* with an enum adit_dir */
/* line_bytes.c */
int line_input(struct reader *r, char *rest, unsigned dir);
int line_output(struct reader *r, char *rest, unsigned dir);
int line_more(struct reader *r, char *rest, unsigned urgent);
int line_fin(struct reader *r, char *rest, unsigned dir);
int line_fin_out(struct reader *r, char *rest, unsigned dir);
/* ERR_CONF, said: the channel has ended above. */
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
int line_setting(struct reader *r, char *line, unsigned arg);
void trim_end(char *text);

#endif
