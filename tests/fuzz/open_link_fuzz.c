/* SPDX-License-Identifier: BSD-2-Clause */
/* open_link_fuzz.c - any bytes as a link adit://. */
#include "adit/open_link.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *url = malloc(size + 1);
	struct open_link l;

	if (!url)
		return 0;
	memcpy(url, data, size);
	url[size] = 0;
	/* Nothing that a shell or an option parser would take notice of. */
	if (!open_link_parse(&l, url) &&
	    (!l.port || !host_or_address_ok(l.host) || l.host[0] == '-' ||
	     strpbrk(l.host, " \t\n$`'\"\\;&|<>()@/?#")))
		__builtin_trap();
	free(url);
	return 0;
}
