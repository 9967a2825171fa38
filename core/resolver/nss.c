/* SPDX-License-Identifier: BSD-2-Clause */
/* nss.c - which sources of host names in nsswitch.conf the resolver does not
 * ask.
 *
 *   hosts: files mdns4_minimal [NOTFOUND=return] dns
 *
 * is such a line; see nsswitch.conf(5). */
#include "resolver/nss.h"

#include "base/defs.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum { LINE = 1024 };

/* Those that are asked, and those that know no more than these:
 * systemd-resolved is a name server too, and the machine's own name leads to
 * itself. */
static const char *const covered[] = { "files", "dns", "resolve",
				       "myhostname" };

static bool is_covered(const char *word, size_t n)
{
	for (size_t i = 0; i < ARRAY_LEN(covered); i++)
		if (strlen(covered[i]) == n && !memcmp(covered[i], word, n))
			return true;
	return false;
}

static size_t nss_add(char *dst, size_t used, size_t cap, const char *word,
		      int n)
{
	int added = snprintf(dst + used, cap - used, "%s%.*s", used ? ", " : "",
			     n, word);

	return added > 0 ? MIN(used + (size_t)added, cap - 1) : used;
}

static void each_word(const char *p, char *dst, size_t cap)
{
	size_t used = 0;

	while (*p && *p != '#') {
		size_t n = strcspn(p, "[# \t\n");

		if (n && !is_covered(p, n))
			used = nss_add(dst, used, cap, p, (int)n);
		p += n;
		/* What to do about an answer. */
		if (*p == '[')
			p += strcspn(p, "]");
		if (*p && *p != '#')
			p++;
	}
}

const char *nss_unasked(FILE *nsswitch, char *dst, size_t cap)
{
	static const char hosts[] = "hosts:";
	char line[LINE];

	dst[0] = 0;
	while (fgets(line, sizeof line, nsswitch)) {
		const char *p = line;

		while (isspace((unsigned char)*p))
			p++;
		if (!strncmp(p, hosts, sizeof hosts - 1))
			each_word(p + sizeof hosts - 1, dst, cap);
	}
	return dst;
}
