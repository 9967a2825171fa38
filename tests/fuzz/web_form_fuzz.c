/* SPDX-License-Identifier: BSD-2-Clause */
/* web_form_fuzz.c - any bytes as what a browser sends: a form, cookies,
 * languages; and as a value in a page. */
#include "web/form.h"
#include "web/html.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A broken promise of the code under test. */
static void must(bool good)
{
	if (!good)
		__builtin_trap();
}

static void fuzz_header(const char *text)
{
	static const char *const code[] = { "en", "de" };
	char value[16];

	must(language_choose(text, code, 2) < 2);
	if (cookie_get(text, "a", value, sizeof value))
		must(strlen(value) < sizeof value && strstr(text, value));
	(void)origin_is_ours(text, NULL, text);
}

static void fuzz_page(const char *text)
{
	struct html h = { 0 };

	html(&h, "%s", text);
	must(!h.failed);
	for (size_t i = 0; i < buf_len(&h.out); i++) {
		uint8_t c = buf_ptr(&h.out)[i];

		must(c != '<' && c != '>' && c != '"' && c != '\'' &&
		     (c >= 0x20 || c == '\n') && c != 0x7f);
	}
	html_fini(&h);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct web_form f;
	/* Of just that size, so that AddressSanitizer sees a byte too far. */
	char *text = malloc(size + 1);

	must(text != NULL);
	memcpy(text, data, size);
	text[size] = 0;
	fuzz_header(text);
	fuzz_page(text);
	if (!form_read(&f, text, size)) {
		must(f.n <= FORM_FIELDS);
		for (unsigned i = 0; i < f.n; i++) {
			must(f.field[i].name >= text &&
			     f.field[i].value <= text + size);
			(void)form_get(&f, f.field[i].name);
		}
	}
	free(text);
	return 0;
}
