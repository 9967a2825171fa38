/* SPDX-License-Identifier: BSD-2-Clause */
/* route.c - finds the page at a path. */
#include "web/page.h"

#include <stdio.h>
#include <string.h>

static bool route_is_at(const struct web_route *r, const char *path)
{
	size_t n = strlen(r->path);

	if (n > 1 && r->path[n - 1] == '/')
		return !strncmp(path, r->path, n) && path[n];
	return !strcmp(path, r->path);
}

bool visit_rest(struct visit *v, const char *path)
{
	const char *rest = path + strlen(v->route->path);

	if (strlen(rest) >= sizeof v->rest)
		return false;
	snprintf(v->rest, sizeof v->rest, "%s", rest);
	return true;
}

const struct web_route *route_find(const char *path, bool is_post, bool *other)
{
	const struct web_route *const all[] = {
		routes_login, routes_user,  routes_password,
		routes_own,   routes_admin, routes_traffic
	};

	*other = false;
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		for (const struct web_route *r = all[i]; r->path; r++) {
			if (!route_is_at(r, path))
				continue;
			if (r->is_post == is_post)
				return r;
			*other = true;
		}
	return NULL;
}
