/* SPDX-License-Identifier: BSD-2-Clause */
/* netns_cure_test.c - each refusal of namespaces names its own cure. */
#include "intercept/netns.h"

#include "base/folders.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "suite.h"

/* A system of which only one setting is known. */
struct system {
	char root[32];
	char folder[PATH_MAX / 2], file[PATH_MAX];
};

static void make_system(struct system *s, const char *name, const char *value)
{
	FILE *f;

	snprintf(s->root, sizeof s->root, "/tmp/cure-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(s->root));
	snprintf(s->folder, sizeof s->folder, "%s/proc/sys/kernel", s->root);
	ck_assert_int_eq(folders_make(s->folder), 0);
	snprintf(s->file, sizeof s->file, "%s/%s", s->folder, name);
	f = fopen(s->file, "w");
	ck_assert_ptr_nonnull(f);
	fputs(value, f);
	fclose(f);
}

static void remove_system(struct system *s)
{
	unlink(s->file);
	for (char *end = s->folder; end; end = strrchr(s->folder, '/')) {
		*end = end == s->folder ? *end : 0;
		if (strlen(s->folder) < strlen("/tmp/cure-") ||
		    rmdir(s->folder))
			break;
	}
}

static void names(const struct netns_refusal *r, const char *word)
{
	char text[NETNS_WHY];

	netns_cure(r, text, sizeof text);
	ck_assert_msg(strstr(text, word) != NULL, "no %s in: %s", word, text);
	ck_assert_ptr_null(strchr(text, '\n'));
}

START_TEST(debian)
{
	struct system s;

	make_system(&s, "unprivileged_userns_clone", "0\n");
	names(&(struct netns_refusal){ EPERM, false, s.root },
	      "kernel.unprivileged_userns_clone=1");
	remove_system(&s);
}
END_TEST

START_TEST(debian_allows_it)
{
	struct system s;

	make_system(&s, "unprivileged_userns_clone", "1\n");
	names(&(struct netns_refusal){ EPERM, false, s.root }, "seccomp");
	remove_system(&s);
}
END_TEST

START_TEST(apparmor)
{
	struct system s;

	make_system(&s, "apparmor_restrict_unprivileged_userns", "1\n");
	names(&(struct netns_refusal){ EACCES, true, s.root }, "AppArmor");
	names(&(struct netns_refusal){ EPERM, false, s.root }, "seccomp");
	remove_system(&s);
}
END_TEST

START_TEST(others)
{
	names(&(struct netns_refusal){ ENOSPC, false, "/nowhere" },
	      "user.max_user_namespaces");
	names(&(struct netns_refusal){ EPERM, false, "/nowhere" }, "container");
	names(&(struct netns_refusal){ ENOSYS, false, "/nowhere" }, "kernel");
	names(&(struct netns_refusal){ ENOMEM, false, "/nowhere" }, "memory");
}
END_TEST

SUITE("netns_cure", debian, debian_allows_it, apparmor, others)
