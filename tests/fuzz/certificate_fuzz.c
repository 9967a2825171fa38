/* SPDX-License-Identifier: BSD-2-Clause */
/* certificate_fuzz.c - bytes become the certificates that a client shows, which
 * a checker verifies by one authority, whose key nobody has any more.
 *
 * The first byte says where the user's name stands.  What is called good has
 * one of the names that the authority has given away.  With the highest bit of
 * the first byte set, eight bytes follow that are a hash of the rest: where it
 * fits, the rest has to be good. */
#include "base/siphash.h"
#include "base/wire.h"
#include "checker/certificate.h"
#include "process/msg_certificate.h"

#include <gnutls/gnutls.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NEED(what)                                                             \
	do {                                                                   \
		if (!(what))                                                   \
			__builtin_trap();                                      \
	} while (0)

enum { SURE = 0x80 };

/* Valid until 2120. */
static const char office[] =
	"-----BEGIN CERTIFICATE-----\n"
	"MIIBaDCCAQ6gAwIBAgIUPY7vjDx3m73ZOK2nmiPFu1viDOswCgYIKoZIzj0EAwIw\n"
	"ETEPMA0GA1UEAwwGb2ZmaWNlMCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAw\n"
	"MDAwWjARMQ8wDQYDVQQDDAZvZmZpY2UwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC\n"
	"AASnYt1F580WVrEriHOcB3j/fthnwR0r2hDtkwy/gnpICIqC5eB0bWbC2mbSO/hc\n"
	"MrlughomdcAWcJayvyf6UGzLo0IwQDAPBgNVHRMBAf8EBTADAQH/MA4GA1UdDwEB\n"
	"/wQEAwIBBjAdBgNVHQ4EFgQUAguG3f8yBVkcFnUbw9a0KpurtiUwCgYIKoZIzj0E\n"
	"AwIDSAAwRQIgTmAZcPHpYpcn5VrRTMJxsyuEqI1L0jlgAL+vU5M90BwCIQDmbxTk\n"
	"OA7YkUbKX3juq7kieU0tpej0j277shfb7a9fqg==\n"
	"-----END CERTIFICATE-----\n";

static const char *const given[] = {
	"alice", "alice@office", "urn:alice", "alice.office", "x", "inner",
};

/* In 2026, whatever day it is. */
static time_t today(time_t *t)
{
	const time_t now = 1780000000;

	if (t)
		*t = now;
	return now;
}

static bool is_given(const char *user)
{
	for (size_t i = 0; i < ARRAY_LEN(given); i++)
		if (!strcmp(user, given[i]))
			return true;
	return false;
}

/* The hash in front of the rest fits; it is taken off. */
static bool is_sure(const uint8_t **p, size_t *n)
{
	static const struct sip_key key;
	struct rd r = rd_of(*p, *n);
	uint64_t hash = rd_u64(&r);

	if (r.bad)
		return false;
	*p += sizeof hash;
	*n -= sizeof hash;
	return siphash(&key, *p, *n) == hash;
}

static int office_bundle(void)
{
	struct buf b = { 0 };
	int fd;

	NEED(!pack_client_bundle(&b, office, NULL));
	fd = msg_memfd("clients", buf_ptr(&b), buf_len(&b));
	buf_fini(&b);
	NEED(fd >= 0);
	return fd;
}

static void judged(const struct msg *m, bool sure)
{
	struct client_answer a;

	NEED(m->type == MSG_CERTIFICATE_IS);
	NEED(!unpack_client_answer(&a, m->data, m->len));
	NEED(memchr(a.user, 0, sizeof a.user));
	NEED(memchr(a.subject, 0, sizeof a.subject));
	NEED(a.verdict != CLIENT_BROKEN);
	NEED(!sure || a.verdict == CLIENT_GOOD);
	if (a.verdict == CLIENT_GOOD)
		NEED(is_given(a.user));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct certificate_check check;
	static struct msg m;
	static int bundle = -1;
	struct msg_certificate q = { .bundle = 1 };
	const uint8_t *p = data + 1;
	size_t n = size - 1;
	bool sure;

	if (!size)
		return 0;
	if (bundle < 0) {
		gnutls_global_set_time_function(today);
		bundle = office_bundle();
	}
	q.from = (uint8_t)((data[0] & 0x7fu) % CLIENT_NAMES);
	sure = data[0] & SURE && is_sure(&p, &n);
	m = (struct msg){ .type = MSG_CERTIFICATE, .nfds = 2 };
	m.len = pack_msg_certificate(m.data, sizeof m.data, &q);
	m.fds[0] = bundle;
	m.fds[1] = msg_memfd("chain", p, n);
	NEED(m.fds[1] >= 0);
	NEED(!certificate_check_one(&check, &m));
	judged(&m, sure);
	close(m.fds[1]);
	return 0;
}
