/* SPDX-License-Identifier: BSD-2-Clause */
/* http_fuzz.c - any bytes as an HTTP client of the agent's proxy port. */
#include "proxy/http_parse.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A broken promise of the code under test. */
static void must(bool good)
{
	if (!good)
		__builtin_trap();
}

/* The end of the head, which is the same wherever the bytes are cut. */
static size_t head_of(const char *p, size_t n, size_t cut)
{
	size_t whole = http_head_length(p, n, 0);
	size_t first = http_head_length(p, cut, 0);

	must(whole <= n && (!first || first == whole));
	must(first || http_head_length(p, n, cut) == whole);
	return whole;
}

/* How many bytes belong to the body, which no cut changes. */
static void body(struct http_body b, const uint8_t *p, size_t n, size_t cut)
{
	struct http_body other = b;
	size_t whole = http_body_take(&b, p, n), parts;

	parts = http_body_take(&other, p, cut);
	must(parts <= cut && whole <= n);
	if (parts == cut)
		parts += http_body_take(&other, p + cut, n - cut);
	must(parts == whole && b.state == other.state && b.left == other.left);
	must(whole == n || b.state == BODY_DONE || b.state == BODY_BAD);
}

/* The head that the server gets: no line of the client's ends early in it. */
static void good_head(const struct buf *head)
{
	const char *p = (const char *)buf_ptr(head);
	size_t n = buf_len(head);

	must(http_head_length(p, n, 0) == n);
	for (size_t i = 0; i < n; i++)
		must((p[i] == '\n') == (i > 0 && p[i - 1] == '\r'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* The first byte says where to cut. */
	size_t cut = size > 1 ? data[0] % size : 0, n;
	struct http_request r;
	const char *why;
	char *head;
	int status;

	if (size < 2)
		return 0;
	data++;
	size--;
	n = head_of((const char *)data, size, cut);
	if (!n || n > HTTP_HEAD_MAX)
		return 0;
	/* Of just that size, so that AddressSanitizer sees a byte too far. */
	head = malloc(n);
	must(head != NULL);
	memcpy(head, data, n);
	status = http_parse(&r, head, n, &why);
	free(head);
	must(status == 0 || (status >= 400 && status < 600));
	must(!status == !*why);
	if (!status && r.kind != HTTP_OWN)
		must(r.to.host[0] && r.to.port);
	if (!status && r.kind == HTTP_FORWARD) {
		good_head(&r.head);
		body(r.body, data + n, size - n,
		     size > n ? cut % (size - n) : 0);
	}
	http_request_fini(&r);
	return 0;
}
