/* SPDX-License-Identifier: BSD-2-Clause */
/* stage.h - what the test of a command needs: a folder of its own, what stands
 * on standard input, and what is printed. */
#ifndef ADIT_TEST_STAGE_H
#define ADIT_TEST_STAGE_H

/* A new folder below /tmp, until stage_close, which removes all that is in
 * it. */
extern char stage_dir[40];
void stage_open(void);
void stage_close(void);

/* "stage_dir/name"; holds until the eighth call after this one. */
const char *stage_path(const char *name);
/* Makes a file in it that only its owner may read. */
void stage_write(const char *name, const char *text);
/* The text of a file in it, in static memory. */
const char *stage_read(const char *name);

/* What is printed between these two on standard output and standard error. */
extern char stage_out[1 << 15], stage_err[1 << 13];
void stage_begin(void);
void stage_end(void);

/* Whether `text` holds `part`; a test that fails shows both. */
#define STAGE_HAS(text, part)                                                  \
	ck_assert_msg(strstr((text), (part)) != NULL, "\"%s\" lacks \"%s\"",   \
		      (text), (part))
#define STAGE_HAS_NOT(text, part)                                              \
	ck_assert_msg(strstr((text), (part)) == NULL, "\"%s\" has \"%s\"",     \
		      (text), (part))

/* Standard input is a pipe that holds this text, and then ends. */
void stage_type(const char *text);

#endif
