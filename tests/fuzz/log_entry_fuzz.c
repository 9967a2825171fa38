/* SPDX-License-Identifier: BSD-2-Clause */
/* log_entry_fuzz.c - any bytes as a line of the log: what receivers get is one
 * message, and no text leaves its field. */
#include "process/log_entry.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct log_origin from = { "host", 1 };
static struct log_entry entry;
static char message[LOG_ENTRY_MAX + 1];

/* A broken promise of the code under test. */
static void must(bool good)
{
	if (!good)
		__builtin_trap();
}

/* "NAME=..." */
static bool is_field(const char *line)
{
	size_t n = strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

	return n && n <= 64 && line[n] == '=' && isupper((unsigned char)*line);
}

static unsigned count(const char *text, const char *what)
{
	unsigned n = 0;

	for (; (text = strstr(text, what)); text += strlen(what))
		n++;
	return n;
}

static void check_journal(void)
{
	size_t n = log_entry_journal(message, &entry, &from);
	char *line = message, *end;

	must(n < LOG_ENTRY_MAX && message[n - 1] == '\n');
	message[n] = 0;
	must(strlen(message) == n && !strncmp(message, "MESSAGE=", 8));
	must(count(message, "\nPRIORITY=") == 1);
	must(count(message, "\nSYSLOG_IDENTIFIER=") == 1);
	must(entry.audit || !count(message, "\nADIT_"));
	for (; (end = strchr(line, '\n')); line = end + 1)
		must(is_field(line));
}

/* The end of the structured data, as a receiver would find it. */
static const char *skip_data(const char *s)
{
	bool quoted = false;

	if (*s == '-')
		return s + 1;
	must(!strncmp(s, "[adit@32473", 11));
	for (s += 11; *s && (quoted || *s != ']'); s++) {
		if (*s == '\\' && quoted && s[1])
			s++;
		else if (*s == '"')
			quoted = !quoted;
	}
	must(*s == ']');
	return s + 1;
}

static void check_syslog(void)
{
	size_t n = log_entry_syslog(message, &entry, &from);
	const char *s = message;

	must(n < LOG_ENTRY_MAX);
	message[n] = 0;
	must(strlen(message) == n && !strchr(message, '\n'));
	must(*s == '<');
	for (int i = 0; i < 6; i++) { /* PRI and version ... MSGID */
		s = strchr(s, ' ');
		must(s != NULL);
		s++;
	}
	s = skip_data(s);
	must(*s == ' ');
	must(entry.json || !strcmp(s + 1, entry.text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct timespec now = { 1764403200, 0 };
	char *line;

	if (size > LOG_ENTRY_LINE)
		return 0;
	line = malloc(size + 1);
	must(line != NULL);
	memcpy(line, data, size);
	line[size] = 0;
	log_entry_read(&entry, line, size, &now);
	free(line);
	must(entry.priority <= 7);
	check_journal();
	check_syslog();
	return 0;
}
