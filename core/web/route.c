/* SPDX-License-Identifier: BSD-2-Clause */
/* route.c - finds the page at a path. */
#include "web/page.h"

#include <string.h>

const struct web_route *route_find(const char *path, bool is_post, bool *other)
{
	const struct web_route *const all[] = { routes_login, routes_user,
						routes_own, routes_admin,
						routes_traffic };

	*other = false;
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		for (const struct web_route *r = all[i]; r->path; r++) {
			if (strcmp(r->path, path))
				continue;
			if (r->is_post == is_post)
				return r;
			*other = true;
		}
	return NULL;
}
