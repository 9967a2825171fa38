/* SPDX-License-Identifier: BSD-2-Clause */
/* records_fuzz.c - TLS records from a peer that holds the keys: cut at will,
 * they hold the same plaintexts, and end in the same way. */
#include "base/defs.h"
#include "tls/records.h"
#include "tls/tls.h"
#include "tls/glass.h"

#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t mix(uint64_t sum, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		sum = (sum ^ p[i]) * 1099511628211ULL;
	return sum;
}

/* Takes all plaintexts of a piece, which it frees, into sum. */
static ssize_t take(struct records *r, uint8_t *piece, size_t n, uint64_t *sum)
{
	const uint8_t *p;
	ssize_t ret;

	records_input(r, piece, n);
	while ((ret = records_recv(r, &p)) > 0) {
		if (ret > TLS_RECORD_MAX)
			abort();
		*sum = mix(*sum, p, (size_t)ret);
	}
	records_release(r);
	free(piece);
	return ret;
}

/* A number that depends on every plaintext, and on how it ended. */
static uint64_t digest(const uint8_t *data, size_t size, size_t piece,
		       bool is_client)
{
	struct glass in, out;
	struct records_key i = { .aead = &in.aead }, o = { .aead = &out.aead };
	struct records *r;
	uint64_t sum = 14695981039346656037ULL;
	ssize_t ret = GNUTLS_E_AGAIN;

	glass_init(&in);
	glass_init(&out);
	in.any_tag = true;
	r = records_new(&i, &o, is_client);
	for (size_t at = 0; r && at < size && ret == GNUTLS_E_AGAIN;
	     at += piece) {
		size_t n = MIN(piece, size - at);
		uint8_t *copy = malloc(n);

		if (!copy)
			break;
		memcpy(copy, data + at, n);
		ret = take(r, copy, n, &sum);
	}
	if (r && ret == GNUTLS_E_FATAL_ALERT_RECEIVED)
		sum += (uint64_t)records_alert(r);
	records_free(r);
	return sum + (uint64_t)ret;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	for (int is_client = 0; size && is_client < 2; is_client++) {
		uint64_t whole = digest(data, size, size, is_client);

		if (digest(data, size, 1, is_client) != whole ||
		    digest(data, size, 1 + size / 3, is_client) != whole)
			abort();
	}
	return 0;
}
