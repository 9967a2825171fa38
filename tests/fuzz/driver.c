/* SPDX-License-Identifier: BSD-2-Clause */
/* driver.c - feeds files to a fuzz target where there is no libFuzzer: those
 * in argv (folders too), else the target's own corpus.  Prints TAP. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { LARGEST = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned count, failed;

static void result(int good, const char *what)
{
	failed += !good;
	printf("%sok %u - %s\n", good ? "" : "not ", ++count, what);
	/* A crash must not lose the lines before it. */
	fflush(stdout);
}

/* An exact-size copy, so that AddressSanitizer sees the first byte too far. */
static int feed(const uint8_t *data, size_t n)
{
	uint8_t *copy = malloc(n ? n : 1);

	if (!copy)
		return 0;
	if (n)
		memcpy(copy, data, n);
	LLVMFuzzerTestOneInput(copy, n);
	free(copy);
	return 1;
}

static void replay_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = malloc(LARGEST);
	int good = f && data;
	size_t n = good ? fread(data, 1, LARGEST, f) : 0;

	/* Cut short as well: a peer may stop anywhere. */
	for (unsigned i = 0; good && i <= 8; i++)
		good = feed(data, n * i / 8);
	result(good, path);
	free(data);
	if (f)
		fclose(f);
}

static void replay(const char *path)
{
	struct stat st;
	struct dirent **names;
	int n;

	if (stat(path, &st) || !S_ISDIR(st.st_mode)) {
		replay_file(path);
		return;
	}
	n = scandir(path, &names, NULL, alphasort);
	if (n < 0)
		result(0, path);
	for (int i = 0; i < n; i++) {
		char file[4096];

		snprintf(file, sizeof file, "%s/%s", path, names[i]->d_name);
		if (names[i]->d_name[0] != '.')
			replay_file(file);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
}

int main(int argc, char **argv)
{
	const char *dir = getenv("srcdir"), *base = strrchr(argv[0], '/');
	char corpus[4096];

	result(feed(NULL, 0), "no bytes at all");
	for (int i = 1; i < argc; i++)
		replay(argv[i]);
	if (argc == 1) {
		snprintf(corpus, sizeof corpus, "%s/tests/fuzz/corpus/%s",
			 dir ? dir : ".", base ? base + 1 : argv[0]);
		replay(corpus);
	}
	printf("1..%u\n", count);
	return failed != 0;
}
