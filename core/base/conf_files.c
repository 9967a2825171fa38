/* SPDX-License-Identifier: BSD-2-Clause */
/* conf_files.c - tells which file a line of a joined text comes from. */
#include "base/conf_files.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

int conf_files_resume(struct conf_files *l, const char *name, size_t len,
		      unsigned before, unsigned above)
{
	struct conf_file *more = reallocarray(l->item, l->n + 1, sizeof *more);

	if (!more)
		return ERR_NOMEM;
	l->item = more;
	more += l->n;
	*more = (struct conf_file){ malloc(len + 1), before, above };
	if (!more->name)
		return ERR_NOMEM;
	memcpy(more->name, name, len);
	more->name[len] = 0;
	l->n++;
	return 0;
}

int conf_files_add(struct conf_files *l, const char *name, size_t len,
		   unsigned before)
{
	return conf_files_resume(l, name, len, before, 0);
}

void conf_files_fini(struct conf_files *l)
{
	while (l->n)
		free(l->item[--l->n].name);
	free(l->item);
	*l = (struct conf_files){ 0 };
}

unsigned conf_files_line(const struct conf_files *l, unsigned line,
			 const char **file)
{
	size_t i = l->n;

	while (i && l->item[i - 1].before >= line)
		i--;
	if (!i)
		return line;
	*file = l->item[i - 1].name;
	return line - l->item[i - 1].before + l->item[i - 1].above;
}
