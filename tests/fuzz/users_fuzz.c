/* SPDX-License-Identifier: BSD-2-Clause */
/* users_fuzz.c - any text as a users file in which aditctl changes one user.
 *
 * The first byte says what is asked for; name, hash and groups are the next three
 * lines; the rest is the file. */
#include "policy/users.h"

#include "base/err.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LINE_CAP = 600, WITH_HASH = 1, WITH_GROUPS = 2, REMOVE = 4 };

static char dir[PATH_MAX], path[PATH_MAX + 8];

/* A broken promise of the code under test. */
static void must(bool good)
{
	if (!good)
		__builtin_trap();
}

static void remove_folder(void)
{
	unlink(path);
	rmdir(dir);
}

static void make_folder(void)
{
	const char *below = getenv("TMPDIR"); /* in memory it is faster */

	if (path[0])
		return;
	snprintf(dir, sizeof dir, "%s/adit-users-fuzz-XXXXXX",
		 below ? below : "/tmp");
	must(mkdtemp(dir) != NULL);
	snprintf(path, sizeof path, "%s/users", dir);
	atexit(remove_folder);
}

static void put_file(const uint8_t *data, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	must(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	close(fd);
}

static bool file_is(const uint8_t *data, size_t size)
{
	uint8_t *have = malloc(size + 1);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool same;

	must(have && fd >= 0);
	same = read(fd, have, size + 1) == (ssize_t)size &&
	       !memcmp(have, data, size);
	close(fd);
	free(have);
	return same;
}

static void next_line(const uint8_t **data, size_t *size, char *to)
{
	const uint8_t *nl = memchr(*data, '\n', *size);
	size_t n = nl ? (size_t)(nl - *data) : *size;
	size_t keep = n < LINE_CAP ? n : LINE_CAP - 1;

	if (keep)
		memcpy(to, *data, keep);
	to[keep] = 0;
	n += nl != NULL;
	*data += n;
	*size -= n;
}

static bool same_user(const struct user *a, const struct user *b)
{
	char at[2000], bt[2000];

	if (!a || !b)
		return !a && !b;
	return !strcmp(a->name, b->name) && !strcmp(a->hash, b->hash) &&
	       !user_groups_text(a, at, sizeof at) &&
	       !user_groups_text(b, bt, sizeof bt) && !strcmp(at, bt);
}

/* Of everybody but the one who was changed there is what there was. */
static void compare_others(const struct users *before,
			   const struct users *after, const char *name)
{
	for (size_t i = 0; i < before->n; i++) {
		const char *other = before->list[i].name;

		must(!strcmp(other, name) ||
		     same_user(users_find(before, other),
			       users_find(after, other)));
	}
}

static void compare_changed(const struct users_edit *edit,
			    const struct users *before,
			    const struct users *after)
{
	const struct user *was = users_find(before, edit->name);
	const struct user *is = users_find(after, edit->name);

	must(!edit->remove == !!is);
	if (!is)
		return;
	must(edit->lock != USERS_LOCK || user_hash_is_locked(is->hash));
	/* A new hash may be one that is locked. */
	must(edit->lock != USERS_UNLOCK || edit->hash ||
	     !user_hash_is_locked(is->hash));
	if (edit->lock == USERS_LOCK_KEEP && was && !edit->hash)
		must(user_hash_is_locked(was->hash) ==
		     user_hash_is_locked(is->hash));
}

static void change(const struct users_edit *edit, const uint8_t *text, size_t n)
{
	struct conf_errors e = { .file = path }, quiet = { .file = path };
	struct users before, after;
	int r, read;

	put_file(text, n);
	read = users_read(&before, &quiet);
	r = users_change(edit, &e);
	must(!r == !e.count);
	if (r) {
		must(file_is(text, n));
	} else {
		must(!read && !users_read(&after, &quiet));
		compare_others(&before, &after, edit->name);
		compare_changed(edit, &before, &after);
		users_fini(&after);
	}
	if (!read)
		users_fini(&before);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char name[LINE_CAP], hash[LINE_CAP], groups[LINE_CAP];
	struct users_edit edit = { .name = name };
	unsigned what;

	if (!size)
		return 0;
	make_folder();
	what = *data++;
	size--;
	next_line(&data, &size, name);
	next_line(&data, &size, hash);
	next_line(&data, &size, groups);
	edit.hash = what & WITH_HASH ? hash : NULL;
	edit.groups = what & WITH_GROUPS ? groups : NULL;
	edit.remove = what & REMOVE;
	edit.lock = (what >> 3) % 3;
	change(&edit, data, size);
	return 0;
}
