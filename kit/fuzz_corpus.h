/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_corpus.h - the inputs of the fuzzer, and the transcripts whose settings
 * they run with. */
#ifndef ADIT_KIT_FUZZ_CORPUS_H
#define ADIT_KIT_FUZZ_CORPUS_H

#include "kit/fuzz_inside.h"
#include "kit/fuzz_loop.h"
#include "kit/player.h"

enum { CORPUS_MAX = 1024 };

struct fuzz_corpus {
	/* The settings of each transcript; the first one is an empty
	 * transcript, with the presets. */
	struct fuzz_home {
		const char *file; /* NULL: the presets */
		struct transcript *t;
		struct inspect_info info; /* that of `t`, with a parent */
		struct player *parent;    /* whose channel that is, or NULL */
		struct plugin_conf *conf;
	} * home;
	size_t nhomes;
	struct fuzz_input {
		struct buf bytes;
		size_t home; /* place in `home` */
	} * input;
	size_t ninputs;
	size_t nseeds; /* the first inputs: those that the user has given */
	struct fuzz_words words;
};

/* Reads all files that the options name.  Returns 0, or an exit status after an
 * error message. */
MUST_CHECK int corpus_open(struct fuzz_corpus *c, const struct fuzz_options *o);
void corpus_close(struct fuzz_corpus *c);
/* Adds an input.  The memory of `bytes` belongs to the corpus afterwards. */
MUST_CHECK int corpus_add(struct fuzz_corpus *c, struct buf *bytes,
			  size_t home);
/* Writes an input to dir/NAME.fuzz, where NAME is a hash of its bytes, and puts
 * that path into path[cap].  Returns 0 or ERR_SYS. */
MUST_CHECK int corpus_save(const char *dir, const uint8_t *p, size_t n,
			   char *path, size_t cap);

#endif
