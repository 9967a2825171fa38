/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_compare.c - tells how two runs of the same conversation differ. */
#include "kit/fuzz_inside.h"

#include "kit/text.h"

#include <stdlib.h>
#include <string.h>

/* Shows what came of each run, and where they begin to differ. */
static void fuzz_show(struct fuzz_model *m, const struct buf *whole,
		      const struct buf *bytewise)
{
	size_t at = text_difference(whole, bytewise);
	char *text = NULL;
	size_t len;
	FILE *to = open_memstream(&text, &len);

	if (!to)
		return;
	text_window(to, "bytes at once", whole, at);
	text_window(to, "one by one   ", bytewise, at);
	text_point(to, "one by one   ", bytewise, at);
	if (fclose(to) == 0)
		fuzz_wrong_more(m, text);
	free(text);
}

/* True if the runs do the same. */
static bool fuzz_is_same(struct fuzz_model *m, const char *what,
			 const struct buf *whole, const struct buf *bytewise)
{
	size_t at = text_difference(whole, bytewise);

	if (at == buf_len(whole) && at == buf_len(bytewise))
		return true;
	fuzz_wrong(m, "%s something else when the same bytes arrive one by one",
		   what);
	fuzz_show(m, whole, bytewise);
	return false;
}

void fuzz_compare(struct fuzz_world *whole, const struct fuzz_world *bytewise)
{
	const struct fuzz_lane *a = whole->m.lane, *b = bytewise->m.lane;

	(void)(fuzz_is_same(&whole->m, "the server gets",
			    &a[ADIT_TO_SERVER].got, &b[ADIT_TO_SERVER].got) &&
	       fuzz_is_same(&whole->m, "the client gets",
			    &a[ADIT_TO_CLIENT].got, &b[ADIT_TO_CLIENT].got) &&
	       fuzz_is_same(&whole->m, "the plugin does", &whole->effects,
			    &bytewise->effects));
}
