/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_corpus.h - the inputs that are known, and the settings they run with. */
#ifndef ADIT_KIT_FUZZ_CORPUS_H
#define ADIT_KIT_FUZZ_CORPUS_H

#include "kit/fuzz_inside.h"
#include "kit/fuzz_loop.h"

enum { CORPUS_MAX = 1024 };

struct fuzz_corpus {
	struct fuzz_home {        /* of a transcript; 0: the presets */
		const char *file; /* NULL: the presets */
		struct transcript *t;
		struct plugin_conf *conf;
	} * home;
	size_t nhomes;
	struct fuzz_input {
		struct buf bytes;
		size_t home;
	} * input;
	size_t ninputs, nseeds; /* the first ones were given */
	struct fuzz_words words;
};

/* Everything that the options name; 0 or an exit status, said. */
MUST_CHECK int corpus_open(struct fuzz_corpus *c, const struct fuzz_options *o);
void corpus_close(struct fuzz_corpus *c);
/* Takes `bytes`. */
MUST_CHECK int corpus_add(struct fuzz_corpus *c, struct buf *bytes,
			  size_t home);
/* dir/NAME.fuzz, NAME from what stands in it; the path in path[cap].  0 or
 * ERR_SYS. */
MUST_CHECK int corpus_save(const char *dir, const uint8_t *p, size_t n,
			   char *path, size_t cap);

#endif
