/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_corpus.c - the inputs of the fuzzer, and the transcripts whose settings
 * they run with. */
#include "kit/fuzz_corpus.h"

#include "base/err.h"
#include "plugin/conf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int corpus_say(const char *file, const char *what)
{
	fprintf(stderr, "adit-plugin-test: %s: %s\n", file, what);
	return 1;
}

int corpus_add(struct fuzz_corpus *c, struct buf *bytes, size_t home)
{
	struct fuzz_input *grown = realloc(c->input,
					   (c->ninputs + 1) * sizeof(*grown));

	if (!grown)
		return ERR_NOMEM;
	c->input = grown;
	grown[c->ninputs++] = (struct fuzz_input){ *bytes, home };
	*bytes = (struct buf){ 0 };
	return 0;
}

/* ---- transcripts --------------------------------------------------------- */

static int add_seeds(struct fuzz_corpus *c, size_t home)
{
	for (unsigned late = 0; late < 2; late++) {
		struct buf bytes = { 0 };
		int r = fuzz_from_transcript(&bytes, c->home[home].t, late);

		if (!r && buf_len(&bytes) > FUZZ_SIZE_MAX)
			bytes.end = bytes.start + FUZZ_SIZE_MAX;
		if (r || corpus_add(c, &bytes, home)) {
			buf_fini(&bytes);
			return ERR_NOMEM;
		}
	}
	return fuzz_words_add(&c->words, c->home[home].t);
}

/* Plays the transcript of the parent, whose channel all inputs share. */
static void add_parent(struct fuzz_home *h, const struct plugin *plugin,
		       struct conf_errors *e)
{
	struct play p = { .t = h->t->parent,
			  .plugin = plugin,
			  .conf = plugin_conf_data(h->conf),
			  .report = stderr };

	h->info = h->t->info;
	if (!p.t)
		return;
	h->parent = play_keep(&p);
	play_file = NULL;
	if (h->parent)
		h->info.parent = play_channel(h->parent);
	else
		conf_error(e, 0, "its parent does not play: see above");
}

/* `t` belongs to the corpus from now on. */
static int add_home(struct fuzz_corpus *c, const struct fuzz_options *o,
		    struct transcript *t, struct conf_errors *e)
{
	const char *file = c->nhomes ? e->file : NULL;
	struct fuzz_home *grown = realloc(c->home,
					  (c->nhomes + 1) * sizeof(*grown));

	if (!grown) {
		transcript_free(t);
		conf_error(e, 0, "out of memory");
		return 1;
	}
	c->home = grown;
	grown += c->nhomes++;
	*grown = (struct fuzz_home){ .file = file, .t = t };
	grown->conf = plugin_conf_new(o->plugin, &t->conf, o->conf, e);
	if (!e->count)
		add_parent(grown, o->plugin, e);
	if (!e->count && file && add_seeds(c, c->nhomes - 1))
		conf_error(e, 0, "out of memory");
	return e->count != 0;
}

static int add_transcript(struct fuzz_corpus *c, const struct fuzz_options *o,
			  const char *file)
{
	struct conf_errors *e = calloc(1, sizeof(*e));
	struct transcript *t;
	int r = 1;

	if (!e)
		return corpus_say(file ? file : "", "out of memory");
	e->file = file ? file : "--conf";
	t = file ? transcript_read(e) : transcript_new("");
	if (t)
		r = add_home(c, o, t, e);
	for (unsigned i = 0; i < conf_errors_kept(e); i++)
		fprintf(stderr, "%s\n", e->text[i]);
	free(e);
	return r;
}

/* ---- inputs -------------------------------------------------------------- */

/* The input runs with the settings of the transcript that stood before it on
 * the command line. */
static int corpus_add_file(struct fuzz_corpus *c, const char *file)
{
	FILE *f = fopen(file, "rb");
	struct buf bytes = { 0 };
	uint8_t *to = buf_reserve(&bytes, FUZZ_SIZE_MAX);
	int r = f && to ? 0 : corpus_say(file, strerror(errno));

	if (!r)
		buf_commit(&bytes, fread(to, 1, FUZZ_SIZE_MAX, f));
	if (!r && corpus_add(c, &bytes, c->nhomes - 1))
		r = corpus_say(file, "out of memory");
	buf_fini(&bytes);
	if (f)
		fclose(f);
	return r;
}

static bool is_input(const char *file)
{
	const char *dot = strrchr(file, '.');

	return dot && !strcmp(dot, ".fuzz");
}

static int save_seeds(const struct fuzz_corpus *c, const char *dir)
{
	char path[4096];

	if (mkdir(dir, 0777) && errno != EEXIST)
		return corpus_say(dir, strerror(errno));
	for (size_t i = 0; i < c->nseeds; i++)
		if (corpus_save(dir, buf_ptr(&c->input[i].bytes),
				buf_len(&c->input[i].bytes), path,
				sizeof(path)))
			return corpus_say(path, strerror(errno));
	return 0;
}

int corpus_open(struct fuzz_corpus *c, const struct fuzz_options *o)
{
	int r = add_transcript(c, o, NULL);

	for (size_t i = 0; i < o->nfiles && !r; i++)
		r = is_input(o->file[i]) ? corpus_add_file(c, o->file[i]) :
					   add_transcript(c, o, o->file[i]);
	/* Mutation needs at least one input. */
	if (!r && !c->ninputs && corpus_add(c, &(struct buf){ 0 }, 0))
		r = 1;
	c->nseeds = c->ninputs;
	if (!r && o->folder)
		r = save_seeds(c, o->folder);
	return r;
}

void corpus_close(struct fuzz_corpus *c)
{
	for (size_t i = 0; i < c->nhomes; i++) {
		play_free(c->home[i].parent);
		plugin_conf_free(c->home[i].conf);
		transcript_free(c->home[i].t);
	}
	for (size_t i = 0; i < c->ninputs; i++)
		buf_fini(&c->input[i].bytes);
	fuzz_words_fini(&c->words);
	free(c->home);
	free(c->input);
}

int corpus_save(const char *dir, const uint8_t *p, size_t n, char *path,
		size_t cap)
{
	uint64_t name = 0xcbf29ce484222325u;
	FILE *f;
	bool good;

	for (size_t i = 0; i < n; i++)
		name = (name ^ p[i]) * 0x100000001b3u;
	snprintf(path, cap, "%s/%012llx.fuzz", dir,
		 (unsigned long long)name >> 16);
	f = fopen(path, "wb");
	if (!f)
		return ERR_SYS;
	good = fwrite(p, 1, n, f) == n;
	return fclose(f) || !good ? ERR_SYS : 0;
}
